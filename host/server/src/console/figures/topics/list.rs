//! Hot topics (热点和议题): what comes up today and this month and why, and the topics that came of it.

use super::deeds::waited_for;
use super::one::state;
use super::propose::may_propose;
use crate::console::ROOT;
use crate::console::chart::{Bar, bars};
use crate::console::fault::{Fault, Problem};
use crate::console::figures::{filters, last_month, short};
use crate::console::form::{Field, Filled, Takes, draw, fresh_key};
use crate::console::inside::with_query;
use crate::console::language::key_of;
use crate::console::layout::{done, show};
use crate::console::parts::{heading, next_page, nothing, tabs, written};
use crate::console::stamp::stamp;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::{Form as Posted, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::rung::Rung;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    day: String,
    #[serde(default)]
    rung: String,
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

/// A line of the monthly list.
#[derive(Deserialize)]
struct Frequent {
    group: String,
    name: String,
    counts: Counts,
}

#[derive(Deserialize)]
struct Counts {
    now: u64,
    before: u64,
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
    let found = found(&visitor, &asked).await?;
    let list: Topics =
        visitor.get(&with_query("/v1/topics", &[("rung", &asked.rung), ("after", &asked.after)])).await?;
    let body = html! {
        (heading(title, &html! {
            a.button.plain href={ (ROOT) "/topics/thresholds" } { (visitor.t("热点门槛", "Thresholds")) }
            @if may_propose(chrome) { a.button href={ (ROOT) "/topics/new" } { (visitor.t("提出议题", "Propose a topic")) } }
        }))
        (found)
        section.part {
            h2 { (visitor.t("未结束的议题", "Open topics")) }
            (tabs(visitor.t("层级", "Rungs"), &rungs(chrome, &asked.rung)))
            @if list.topics.is_empty() { (nothing(visitor.t("没有议题。", "No topics."))) }
            @for topic in &list.topics { (line(chrome, topic)) }
            (next_page(chrome, "/topics", &[("rung", &asked.rung)], list.next.as_deref()))
        }
    };
    Ok(show(&visitor, title, &body))
}

fn rungs(chrome: &Chrome, chosen: &str) -> Vec<(String, String, bool)> {
    let address = |key: &str| with_query(&format!("{ROOT}/topics"), &[("rung", key)]);
    let all = (address(""), chrome.t("全部", "All").to_owned(), chosen.is_empty());
    let one = |rung: Rung| {
        let key = key_of(&rung);
        (address(&key), chrome.term(rung.term(), &key), chosen == key)
    };
    [all].into_iter().chain(Rung::ALL.map(one)).collect()
}

fn line(chrome: &Chrome, topic: &Topic) -> Markup {
    let waits = waited_for(chrome, topic);
    html! {
        p {
            a href={ (ROOT) "/topics/" (topic.id) } { (written(&topic.title)) } " " (state(chrome, topic)) " "
            span.quiet { (chrome.term(topic.rung.term(), &key_of(&topic.rung))) " · " (topic.ticket_count) " " (chrome.t("件工单", "tickets")) }
            @if !waits.is_empty() { br; span.to-do { (chrome.t("等本岗位：", "Waits for you: ")) (waits.join(chrome.t("、", ", "))) } }
        }
    }
}

/// Of what topics come: today's, and the last month's. Only who sees the whole city sees this.
async fn found(visitor: &Visitor, asked: &Asked) -> Result<Markup, Fault> {
    if !visitor.may_in_city(Action::ReadTopics) {
        return Ok(html! {});
    }
    let today = civil(visitor.now).date().to_string();
    let day = if asked.day.is_empty() { &today } else { &asked.day };
    let hot = candidates(visitor, day).await?;
    let month = last_month(visitor);
    let frequent: Vec<Frequent> = visitor.get(&with_query("/v1/topics/high-frequency", &[("month", &month)])).await?;
    let fields = [Field::new("day", visitor.t("日期", "Day"), Takes::Day)];
    let filled = Filled(vec![("day".into(), day.clone())]);
    Ok(html! {
        (filters(visitor.language, "/topics", &fields, &filled, visitor.t("查看", "Show")))
        section.part {
            h2 { (visitor.t("当日热点", "Hot today")) " " span.count { (hot.len()) } }
            @if hot.is_empty() { (nothing(visitor.t("没有达到门槛的热点。", "Nothing is above the thresholds."))) }
            @else { (bars(visitor.language, visitor.t("诉求量（件）", "Tickets"), &hot.iter().map(|one| bar(visitor, one)).collect::<Vec<_>>())) }
            @for one in &hot { (candidate(visitor, one, day)) }
        }
        section.part {
            h2 { (visitor.t("月度高频清单", "The month's list")) " " span.count { (month) } }
            @if frequent.is_empty() { (nothing(visitor.t("没有达到门槛的事项。", "Nothing is above the thresholds."))) }
            @for one in &frequent {
                p {
                    (written(&one.name)) " " span.count { (one.counts.now) } " " span.quiet { (visitor.t("前期", "before")) " " (one.counts.before) }
                    @if visitor.may(Action::CommandTopics) {
                        @let count = one.counts.now.to_string();
                        " " a href=(with_query(&format!("{ROOT}/topics/new"), &[("category", &one.group), ("origin", "high-frequency"), ("count", &count)])) { (visitor.t("提出议题", "Propose")) }
                    }
                }
            }
        }
    })
}

fn bar(visitor: &Visitor, one: &Candidate) -> Bar {
    Bar {
        label: short(&one.name),
        value: to_f64(one.now),
        words: one.now.to_string(),
        before: Some((to_f64(one.before), format!("{} {}", visitor.t("前期", "before"), one.before))),
    }
}

/// What names a candidate, as its form sends it.
fn which(visitor: &Visitor, one: &Candidate, day: &str) -> [Field; 2] {
    [
        Field::new("day", visitor.t("日期", "Day"), Takes::Day).value(day).hidden(),
        Field::new("group", visitor.t("分类", "Category"), Takes::Line).value(&one.group).hidden(),
    ]
}

fn candidate(visitor: &Visitor, one: &Candidate, day: &str) -> Markup {
    html! {
        div.card {
            h3 { (written(&one.name)) " " span.count { (one.now) } }
            ul { @for reason in one.draft["reasons"].as_array().into_iter().flatten() { li { (written(reason.as_str().unwrap_or_default())) } } }
            @if let Some(open) = &one.open_topic { a href={ (ROOT) "/topics/" (open) } { (visitor.t("已有议题", "There is a topic")) " " (open) } }
            @else if visitor.may_in_city(Action::CommandTopics) {
                @let fields = which(visitor, one, day);
                form method="post" action={ (ROOT) "/topics" } {
                    (stamp(&visitor.chrome, &fields))
                    input type="hidden" name="key" value=(fresh_key());
                    @for field in &fields { (draw(visitor.language, field, &Filled::default(), "")) }
                    button.plain type="submit" { (visitor.t("提出议题", "Propose")) }
                }
            }
        }
    }
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

/// The topics that wait for this post, for the first page.
pub async fn home_part(visitor: &Visitor) -> Result<Option<Markup>, Fault> {
    let list: Topics = visitor.get("/v1/topics").await?;
    let waiting: Vec<&Topic> =
        list.topics.iter().filter(|topic| !waited_for(&visitor.chrome, topic).is_empty()).collect();
    Ok((!waiting.is_empty()).then(|| {
        html! {
            section.part {
                h2 { (visitor.t("等候办理的议题", "Topics that wait")) " " span.count { (waiting.len()) } }
                @for topic in &waiting { (line(&visitor.chrome, topic)) }
                p { a href={ (ROOT) "/topics" } { (visitor.t("查看全部", "See all")) } }
            }
        }
    }))
}
