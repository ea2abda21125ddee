//! Hot topics (热点和议题): what comes up today and why, and the topics that came of it.

use super::filters;
use crate::console::ROOT;
use crate::console::chart::{Bar, bars};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Takes, fresh_key};
use crate::console::inside::{part, with_query};
use crate::console::language::key_of;
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, at, badge, facts, heading, next_page, nothing, unit, written};
use crate::console::visitor::{Sent, Visitor, read};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Target, admit};
use chuishao_domain::calendar::civil;
use chuishao_domain::topic::case::Topic;
use maud::html;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    after: String,
}

#[derive(Deserialize)]
struct Candidate {
    group: String,
    name: String,
    now: u64,
    before: u64,
    draft: Value,
    open_topic: Option<String>,
}

#[derive(Deserialize)]
struct Topics {
    topics: Vec<Topic>,
    next: Option<String>,
}

async fn candidates(visitor: &Visitor, day: &str) -> Result<Vec<Candidate>, Fault> {
    visitor.get(&with_query("/v1/topics/candidates", &[("day", day)])).await
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("热点和议题", "Hot topics");
    let today = civil(visitor.now).date().to_string();
    let day = if asked.day.is_empty() { today } else { asked.day };
    let city = visitor
        .acting
        .as_ref()
        .is_some_and(|acting| admit(acting, Action::ReadTopics, Target::City, &visitor.world).is_ok());
    let hot = if city { candidates(&visitor, &day).await? } else { vec![] };
    let list: Topics = visitor.get(&with_query("/v1/topics", &[("after", &asked.after)])).await?;
    let fields = [Field::new("day", visitor.t("日期", "Day"), Takes::Day)];
    let filled = Filled(vec![("day".into(), day.clone())]);
    let bar = |one: &Candidate| Bar {
        label: super::short(&one.name),
        value: to_f64(one.now),
        words: one.now.to_string(),
        before: Some((to_f64(one.before), format!("{} {}", visitor.t("前期", "before"), one.before))),
    };
    let bars_of: Vec<Bar> = hot.iter().map(bar).collect();
    let body = html! {
        (heading(title, &html! {}))
        @if city {
            (filters(visitor.language, "/topics", &fields, &filled, visitor.t("查看", "Show")))
            section.part {
                h2 { (visitor.t("当日热点", "Hot today")) " " span.count { (hot.len()) } }
                @if hot.is_empty() { (nothing(visitor.t("没有达到门槛的热点。", "Nothing is above the thresholds."))) }
                @else { (bars(visitor.t("诉求量（件）", "Tickets"), &bars_of)) }
                @for one in &hot {
                    div.card {
                        h3 { (written(&one.name)) " " span.count { (one.now) } }
                        ul { @for reason in one.draft["reasons"].as_array().into_iter().flatten() { li { (written(reason.as_str().unwrap_or_default())) } } }
                        @if let Some(open) = &one.open_topic { a href={ (ROOT) "/topics/" (open) } { (visitor.t("已有议题", "There is a topic")) " " (open) } }
                        @else if visitor.may(Action::CommandTopics) {
                            form method="post" action={ (ROOT) "/topics" } {
                                input type="hidden" name="key" value=(fresh_key());
                                input type="hidden" name="day" value=(day);
                                input type="hidden" name="group" value=(one.group);
                                button.plain type="submit" { (visitor.t("提出议题", "Propose")) }
                            }
                        }
                    }
                }
            }
        }
        section.part {
            h2 { (visitor.t("未结束的议题", "Open topics")) }
            @if list.topics.is_empty() { (nothing(visitor.t("没有议题。", "No topics."))) }
            @for topic in &list.topics {
                p {
                    a href={ (ROOT) "/topics/" (topic.id) } { (written(&topic.title)) } " "
                    (badge(Tone::Busy, &visitor.term(topic.state.term(), &key_of(&topic.state)))) " "
                    span.quiet { (visitor.term(topic.rung.term(), &key_of(&topic.rung))) " · " (topic.ticket_count) " " (visitor.t("件工单", "tickets")) }
                }
            }
            (next_page(chrome, "/topics", &[], list.next.as_deref()))
        }
    };
    Ok(show(&visitor, title, &body))
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn to_f64(count: u64) -> f64 {
    count as f64
}

/// Which candidate becomes a topic. What it says is computed again, and not taken from the page.
#[derive(Deserialize)]
pub struct Proposed {
    key: String,
    day: String,
    group: String,
}

#[derive(Deserialize)]
struct Receipt {
    topic: String,
}

pub async fn propose(
    visitor: Visitor,
    Posted(Proposed { key, day, group }): Posted<Proposed>,
) -> Result<Response, Fault> {
    let found = candidates(&visitor, &day).await?.into_iter().find(|one| one.group == group);
    let draft = found.ok_or_else(|| visitor.fault(Problem::done_meanwhile()))?.draft;
    let reply = visitor.send("/v1/topics", &Sent::post(draft, &key)).await;
    let receipt: Receipt = reply.and_then(|reply| read(&reply)).map_err(|problem| visitor.fault(problem))?;
    Ok(done(&format!("/topics/{}", receipt.topic), visitor.t("议题已提出", "The topic is proposed")))
}

pub async fn topic(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/topics/{}", part(&id));
    let topic: Topic = visitor.get(&address).await?;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let units = html! { @for one in &topic.units { div { (unit(chrome, one)) } } };
    let body = html! {
        (heading(&topic.title, &html! {}))
        p { span.number { (topic.id) } " " (badge(Tone::Busy, &visitor.term(topic.state.term(), &key_of(&topic.state)))) }
        div.columns {
            section.card { h2 { (visitor.t("时间线", "Timeline")) }
                ol.timeline { @for line in &lines { li { div.when { (at(line.at)) } div.what lang="zh-CN" { (line.what) div.by { (line.who) } @if let Some(why) = &line.why { div.by { (why) } } } } } }
            }
            aside {
                section.card {
                    (facts(&[
                        (visitor.t("层级", "Rung"), html! { (visitor.term(topic.rung.term(), &key_of(&topic.rung))) }),
                        (visitor.t("工单", "Tickets"), html! { (topic.ticket_count) }),
                        (visitor.t("涉及单位", "Units"), units),
                    ]))
                }
                @if !topic.tickets.is_empty() && visitor.may(Action::ReadTickets) {
                    section.card { h2 { (visitor.t("工单样本", "Sample tickets")) } @for ticket in &topic.tickets { div { a.number href={ (ROOT) "/tickets/" (ticket) } { (ticket) } } } }
                }
            }
        }
    };
    Ok(show(&visitor, &topic.title, &body))
}
