//! The knowledge base (知识库): found by words, read, and taken through its stages by whoever answers
//! for it.

use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Takes, command as command_of};
use crate::console::inside::{part, with_query};
use crate::console::language::key_of;
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, at, badge, facts, heading, next_page, nothing, tabs, unit, written};
use crate::console::visitor::{Chrome, Sent, Visitor};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path, Query};
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::actor::Actor;
use chuishao_domain::knowledge::content::Content;
use chuishao_domain::knowledge::entry::{Entry, Stage, Standing};
use chuishao_domain::knowledge::transition::Post;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    after: String,
}

#[derive(Deserialize)]
struct Found {
    id: String,
    owner_name: String,
    content: Content,
}

#[derive(Deserialize)]
struct FoundList {
    entries: Vec<Found>,
}

#[derive(Deserialize)]
struct Listed {
    entries: Vec<Entry>,
    next: Option<String>,
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let title = visitor.t("知识库", "Knowledge");
    let list = if asked.q.is_empty() { listed(&visitor, &asked).await? } else { found(&visitor, &asked.q).await? };
    let stages = [
        ("", visitor.t("已发布", "Published")),
        ("submitted", visitor.t("待审核", "Submitted")),
        ("approved", visitor.t("待发布", "Approved")),
    ];
    let lines: Vec<(String, String, bool)> = stages
        .iter()
        .map(|(key, words)| {
            (
                with_query(&format!("{ROOT}/knowledge"), &[("stage", key)]),
                (*words).to_owned(),
                asked.q.is_empty() && asked.stage == *key,
            )
        })
        .collect();
    let body = html! {
        (heading(title, &html! {}))
        form.filters role="search" method="get" action={ (ROOT) "/knowledge" } {
            div.field { label for="q" { (visitor.t("查找口径", "Search")) } input #q type="search" name="q" value=(asked.q) placeholder=(visitor.t("例如 供热费怎么交", "Chinese words")); }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
        (tabs(title, &lines))
        (list)
    };
    Ok(show(&visitor, title, &body))
}

async fn found(visitor: &Visitor, q: &str) -> Result<Markup, Fault> {
    let found: FoundList = visitor.get(&with_query("/v1/knowledge", &[("q", q)])).await?;
    Ok(html! {
        @if found.entries.is_empty() { (nothing(visitor.t("没有找到，请换个说法。", "Nothing found; try other words."))) }
        @for entry in &found.entries { (line(&entry.id, &entry.content, &html! { (written(&entry.owner_name)) })) }
    })
}

async fn listed(visitor: &Visitor, asked: &Asked) -> Result<Markup, Fault> {
    let (name, value) =
        if asked.stage.is_empty() { ("standing", "published") } else { ("stage", asked.stage.as_str()) };
    let list: Listed = visitor.get(&with_query("/v1/knowledge", &[(name, value), ("after", &asked.after)])).await?;
    let chrome = &*visitor.chrome;
    let content = |entry: &Entry| {
        entry
            .draft
            .as_ref()
            .map(|draft| draft.content.clone())
            .or_else(|| entry.answer.as_ref().map(|answer| answer.content.clone()))
    };
    Ok(html! {
        @if list.entries.is_empty() { (nothing(visitor.t("没有条目。", "No entries."))) }
        @for entry in &list.entries {
            @if let Some(content) = content(entry) { (line(entry.id.as_str(), &content, &html! { (unit(chrome, &entry.owner)) " " (standing(chrome, entry)) })) }
        }
        (next_page(chrome, "/knowledge", &[("stage", &asked.stage)], list.next.as_deref()))
    })
}

fn line(id: &str, content: &Content, quiet: &Markup) -> Markup {
    let short: String = content.answer.chars().take(140).collect();
    html! {
        section.card {
            h3 { a href={ (ROOT) "/knowledge/" (id) } { (written(&content.question)) } }
            p { (written(&short)) @if content.answer.chars().count() > 140 { "…" } }
            p.quiet { span.number { (id) } " · " (quiet) }
        }
    }
}

fn standing(chrome: &Chrome, entry: &Entry) -> Markup {
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

/// Commands that need no text of an entry.
fn deeds(chrome: &Chrome, entry: &Entry) -> Vec<(&'static str, &'static str, Vec<Field>)> {
    let Some(by) = chrome.by() else { return vec![] };
    // Another department's entry is nothing that one could change.
    let Some(post) = Post::of(&Actor::Known(by), &entry.owner) else { return vec![] };
    let words = |name: &str, chinese: &str, english: &str| Field::new(name, chrome.t(chinese, english), Takes::Words);
    let mut deeds = Vec::new();
    if post == Post::Reviewer {
        if entry.stage() == Stage::Submitted {
            deeds.push((
                "approve",
                chrome.t("审核通过", "Approve"),
                vec![words("opinion", "意见", "Opinion").optional()],
            ));
            deeds.push(("return", chrome.t("退回", "Return"), vec![words("opinion", "缺什么", "What is wrong")]));
        }
        if entry.stage() == Stage::Approved {
            deeds.push(("publish", chrome.t("发布", "Publish"), vec![]));
        }
    } else {
        if matches!(entry.stage(), Stage::Draft | Stage::Returned) {
            deeds.push(("submit", chrome.t("提报", "Submit"), vec![]));
        }
        if entry.standing == Standing::Published {
            deeds.push(("confirm", chrome.t("复核：仍然有效", "Confirm that it still holds"), vec![]));
        }
    }
    if entry.standing == Standing::Published {
        deeds.push(("withdraw", chrome.t("下架", "Withdraw"), vec![words("reason", "理由", "Reason")]));
    }
    deeds
}

pub async fn entry(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/knowledge/{}", part(&id));
    let entry: Entry = visitor.get(&address).await?;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let answer = entry.answer.as_ref().map(|answer| &answer.content);
    let draft = entry.draft.as_ref().map(|draft| &draft.content);
    let title = draft.or(answer).map_or_else(|| entry.id.to_string(), |content| content.question.clone());
    let deeds = if visitor.may(Action::WriteKnowledge) { deeds(chrome, &entry) } else { vec![] };
    let body = html! {
        (heading(&title, &html! {}))
        p { span.number { (entry.id) } " " (standing(chrome, &entry)) " · " (unit(chrome, &entry.owner)) }
        div.columns {
            div {
                @if let Some(content) = answer { (text(chrome, chrome.t("现行口径", "What is published"), content)) }
                @if let Some(content) = draft { (text(chrome, chrome.t("工作稿", "Draft"), content)) }
                section.card {
                    h2 { (visitor.t("留痕", "History")) }
                    ol.timeline { @for line in &lines { li { div.when { (at(line.at)) } div.what lang="zh-CN" { (line.what) div.by { (line.who) } } } } }
                }
            }
            aside {
                @for (name, label, fields) in &deeds {
                    section.card.no-print {
                        (Form { action: format!("/knowledge/{id}"), fields: &with_command(name, fields), button: label, version: entry.version.to_string(), is_grave: *name == "withdraw", prefix: name }
                            .draw(visitor.language, &Filled::default()))
                    }
                }
            }
        }
    };
    Ok(show(&visitor, &title, &body))
}

fn with_command(name: &str, fields: &[Field]) -> Vec<Field> {
    let mut all = vec![Field::new("command", "", Takes::Line).value(name).hidden()];
    all.extend(fields.iter().cloned());
    all
}

fn text(chrome: &Chrome, label: &str, content: &Content) -> Markup {
    let names = |codes: Vec<String>| html! { (written(&codes.join("、"))) };
    let categories =
        content.categories.iter().map(|code| chrome.world.catalogue.category_name(code).to_owned()).collect();
    html! {
        section.card {
            h2 { (label) }
            p.matter lang="zh-CN" { (content.answer) }
            (facts(&[
                (chrome.t("分类", "Categories"), names(categories)),
                (chrome.t("关键词", "Keywords"), names(content.keywords.clone())),
                (chrome.t("依据", "Bases"), names(content.bases.iter().map(|basis| basis.title.clone()).collect())),
            ]))
        }
    }
}

pub async fn command(
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = format!("/v1/knowledge/{}", part(&id));
    let entry: Entry = visitor.get(&address).await?;
    let wanted = filled.one("command").to_owned();
    let found = deeds(&visitor.chrome, &entry).into_iter().find(|(name, ..)| *name == wanted);
    let (name, label, fields) = found.ok_or_else(|| visitor.fault(Problem::done_meanwhile()))?;
    let body = command_of(name, &fields, &filled);
    let sent = Sent { method: Method::POST, body, key: filled.one("key"), version: filled.one("version") };
    visitor.send(&format!("{address}/commands"), &sent).await.map_err(|problem| visitor.fault(problem))?;
    Ok(done(&format!("/knowledge/{id}"), &format!("{}{label}", visitor.t("已办理：", "Done: "))))
}
