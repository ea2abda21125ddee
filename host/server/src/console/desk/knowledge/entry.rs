//! An entry's page (条目页): what is published, what is worked on, what can be done now, its history.

use super::content;
use super::deeds::deeds;
use crate::console::deeds::{Place, carry_out, drawn};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, command as command_of};
use crate::console::inside::part;
use crate::console::language::key_of;
use crate::console::layout::{done, show_after};
use crate::console::parts::{Tone, at, badge, facts, heading, timeline, unit, written};
use crate::console::visitor::{Chrome, Visitor};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use chuishao_domain::knowledge::entry::{Entry, Stage, Standing};
use maud::{Markup, html};

/// Where an entry and its draft stand.
pub fn standing(chrome: &Chrome, entry: &Entry) -> Markup {
    let tone = match entry.standing {
        Standing::Published => Tone::Good,
        Standing::Expired | Standing::Withdrawn => Tone::Warn,
        Standing::Unpublished => Tone::Plain,
    };
    html! {
        (badge(tone, &chrome.term(entry.standing.term(), &key_of(&entry.standing))))
        @if entry.stage() != Stage::None { " " (badge(Tone::Busy, &chrome.term(entry.stage().term(), &key_of(&entry.stage())))) }
    }
}

pub async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    drawn_page(&visitor, &id, &Filled::default(), "", None).await
}

async fn drawn_page(
    visitor: &Visitor,
    id: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/knowledge/{}", part(id));
    let entry: Entry = visitor.get(&address).await?;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let answer = entry.answer.as_ref().map(|answer| &answer.content);
    let draft = entry.draft.as_ref().map(|draft| &draft.content);
    let title = draft.or(answer).map_or_else(|| entry.id.to_string(), |content| content.question.clone());
    let deeds = deeds(chrome, &entry);
    let place = Place { address: format!("/knowledge/{}", entry.id), version: entry.version };
    let body = html! {
        (heading(&title, &html! {}))
        p { span.number { (entry.id) } " " (standing(chrome, &entry)) " · " (unit(chrome, &entry.owner)) }
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                (drawn(chrome, &place, &deeds, filled, tried))
                @if let Some(content) = draft { (content::drawn(chrome, chrome.t("工作稿", "Draft"), content)) }
                @if let Some(content) = answer { (content::drawn(chrome, published(chrome, &entry), content)) }
            }
            aside {
                (reviews(chrome, &entry))
                section.card {
                    h2 { (visitor.t("留痕", "History")) }
                    (timeline(chrome, &lines))
                }
            }
        }
    };
    Ok(show_after(visitor, &title, &body, problem))
}

/// What was published is read out only while it stands.
fn published<'a>(chrome: &'a Chrome, entry: &Entry) -> &'a str {
    match entry.standing {
        Standing::Published => chrome.t("现行口径", "What is published"),
        _ => chrome.t("原口径，现在不用", "What was published; not in use now"),
    }
}

/// The reviewer's last words, and until when the owner looks at it again.
fn reviews(chrome: &Chrome, entry: &Entry) -> Markup {
    let mut lines: Vec<(&str, Markup)> = Vec::new();
    if let Some(draft) = entry.draft.as_ref().filter(|draft| !draft.opinion.is_empty()) {
        lines.push((chrome.t("审核意见", "Opinion"), written(&draft.opinion)));
    }
    if let Some(rule) = entry.draft.as_ref().and_then(|draft| draft.by_rule.as_ref()) {
        lines.push((chrome.t("起草的规则", "Drafted by"), html! { code { (rule) } }));
    }
    if let Some(answer) = &entry.answer {
        lines.push((chrome.t("版次", "Revision"), html! { (answer.revision) }));
        lines.push((chrome.t("发布时刻", "Published"), at(answer.published_at)));
        let called = answer.review_called && entry.standing == Standing::Published;
        lines.push((
            chrome.t("复核期限", "Review due"),
            html! { (answer.review_due) @if called { " " (badge(Tone::Warn, chrome.t("待复核", "Due"))) } },
        ));
    }
    html! { @if !lines.is_empty() { section.card { h2 { (chrome.t("审核和复核", "Reviews")) } (facts(&lines)) } } }
}

/// Carries out one of the deeds that the page offers.
pub async fn command(
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let mut filled = Filled(pairs);
    if filled.wants_rows() {
        return drawn_page(&visitor, &id, &filled, &key, None).await;
    }
    let address = format!("/v1/knowledge/{}", part(&id));
    let entry: Entry = visitor.get(&address).await?;
    let body = |name: &str, fields: &[Field]| command_of(name, fields, &filled);
    match carry_out(&visitor, &address, deeds(&visitor.chrome, &entry), (&key, &filled), body).await {
        Ok(told) => Ok(done(&format!("/knowledge/{id}"), &told)),
        Err(problem) => drawn_page(&visitor, &id, &filled, &key, Some(&problem)).await,
    }
}
