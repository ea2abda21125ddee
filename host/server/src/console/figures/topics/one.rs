//! A topic's page (议题页): where it stands and who convenes, what can be done now, what it has come to.

use super::deeds::deeds;
use super::{forms, story};
use crate::console::ROOT;
use crate::console::deeds::{Place, carry_out, drawn};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled};
use crate::console::inside::part;
use crate::console::language::key_of;
use crate::console::layout::{done, show_after};
use crate::console::parts::{Tone, badge, category, facts, heading, territory_name, timeline, unit, written};
use crate::console::visitor::{Chrome, Visitor};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::topic::case::{Topic, TopicState};
use maud::{Markup, html};

pub async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    drawn_page(&visitor, &id, &Filled::default(), "", None).await
}

/// Where a topic stands, in words.
pub fn state(chrome: &Chrome, topic: &Topic) -> Markup {
    let tone = match topic.state {
        TopicState::Candidate | TopicState::OnAgenda | TopicState::Discussed | TopicState::Decided => Tone::Busy,
        TopicState::MeasuresDone => Tone::Warn,
        TopicState::Closed => Tone::Good,
        TopicState::Declined => Tone::Plain,
    };
    badge(tone, &chrome.term(topic.state.term(), &key_of(&topic.state)))
}

async fn drawn_page(
    visitor: &Visitor,
    id: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/topics/{}", part(id));
    let topic: Topic = visitor.get(&address).await?;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let deeds = deeds(chrome, &topic);
    let place = Place { address: format!("/topics/{}", topic.id), version: topic.version };
    let body = html! {
        (heading(&topic.title, &html! {}))
        p { span.number { (topic.id) } " " (state(chrome, &topic)) " " span.quiet { (visitor.term(topic.rung.term(), &key_of(&topic.rung))) } }
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                (drawn(chrome, &place, &deeds, filled, tried))
                (story::drawn(chrome, &topic))
                section.card { h2 { (visitor.t("时间线", "Timeline")) }
                    (timeline(chrome, &lines))
                }
            }
            aside {
                (subject(chrome, &topic))
                @if !topic.tickets.is_empty() && visitor.may(Action::ReadTickets) {
                    section.card { h2 { (visitor.t("工单样本", "Sample tickets")) } @for ticket in &topic.tickets { div { a.number href={ (ROOT) "/tickets/" (ticket) } { (ticket) } } } }
                }
            }
        }
    };
    Ok(show_after(visitor, &topic.title, &body, problem))
}

fn subject(chrome: &Chrome, topic: &Topic) -> Markup {
    let units = html! { @for one in &topic.units { div { (unit(chrome, one)) } } };
    let place = format!("{}{}", territory_name(chrome, &topic.subject.territory), topic.subject.place);
    html! {
        section.card {
            h2 { (chrome.t("议题内容", "What it is about")) }
            (facts(&[
                (chrome.t("层级", "Rung"), html! { (chrome.term(topic.rung.term(), &key_of(&topic.rung))) }),
                (chrome.t("召集单位", "Convened by"), html! { (chrome.term(topic.rung.convener().term(), &key_of(&topic.rung.convener()))) }),
                (chrome.t("来源", "Origin"), html! { (chrome.term(topic.origin.term(), &key_of(&topic.origin))) }),
                (chrome.t("分类", "Category"), category(chrome, &topic.subject.category)),
                (chrome.t("属地", "Place"), written(&place)),
                (chrome.t("工单", "Tickets"), html! { (topic.ticket_count) }),
                (chrome.t("涉及单位", "Units"), units),
            ]))
        }
    }
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
    let address = format!("/v1/topics/{}", part(&id));
    let topic: Topic = visitor.get(&address).await?;
    let body = |name: &str, fields: &[Field]| forms::body(name, fields, &filled);
    match carry_out(&visitor, &address, deeds(&visitor.chrome, &topic), (&key, &filled), body).await {
        Ok(told) => Ok(done(&format!("/topics/{id}"), &told)),
        Err(problem) => drawn_page(&visitor, &id, &filled, &key, Some(&problem)).await,
    }
}
