//! What was made known (公布的评价): peers beside peers, and the sheets that were published. No ranking of
//! all.

use super::scores::{name_of, points};
use super::{filters, last_month, short};
use crate::console::chart::{Bar, bars};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Takes};
use crate::console::inside::with_query;
use crate::console::language::key_of;
use crate::console::layout::{done, show_after};
use crate::console::parts::{at, heading, nothing, written};
use crate::console::visitor::{Chrome, Sent, Visitor};
use axum::extract::{Form as Posted, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::evaluation::points::Points;
use chuishao_domain::evaluation::score_sheet::ScoreSheet;
use chuishao_domain::evaluation::subject::{Subject, SubjectKind};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

/// Which month.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    period: String,
}

#[derive(Deserialize)]
struct PeerGroup {
    kind: SubjectKind,
    band: Option<String>,
    median_percent: Option<i64>,
    peers: Vec<Peer>,
}

#[derive(Deserialize)]
struct Peer {
    subject: Subject,
    total: Option<Points>,
    grade: Option<String>,
}

#[derive(Deserialize)]
struct Published {
    number: u32,
    at: Timestamp,
    digest: String,
    sheet: ScoreSheet,
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let period = if asked.period.is_empty() { last_month(&visitor) } else { asked.period };
    drawn(&visitor, &period, &Filled::default(), None).await
}

async fn drawn(visitor: &Visitor, period: &str, filled: &Filled, problem: Option<&Problem>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("公布的评价", "Published");
    let groups: Vec<PeerGroup> = visitor.get(&with_query("/v1/evaluation/peer-groups", &[("period", period)])).await?;
    let made: Vec<Published> = visitor.get(&with_query("/v1/evaluation/publications", &[("period", period)])).await?;
    let fields = [Field::new("period", visitor.t("月份", "Month"), Takes::Line)];
    let shown = Filled(vec![("period".into(), period.to_owned())]);
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        p.quiet { (visitor.t("分档分类评价，不排总名次（国办函〔2025〕66号）。同组内按编号排列。", "Peers with peers; no ranking of all.")) }
        (filters(visitor.language, "/publications", &fields, &shown, visitor.t("查看", "Show")))
        @if chrome.may_in_city(Action::ReadScores) {
            p.quiet { (visitor.t("各组按目前的数据算出；被考核单位只看到已公布的。", "Computed from the figures as they are; who is assessed sees what was published.")) }
        }
        @for group in &groups { (peers(chrome, group)) }
        section.part {
            h2 { (visitor.t("已公布的评分表", "Published sheets")) " " span.count { (made.len()) } }
            @if made.is_empty() { (nothing(visitor.t("这个月还没有公布。", "None was published for this month."))) }
            @for one in &made {
                p { (written(&name_of(chrome, &one.sheet.subject.to_string()))) " " (points(one.sheet.total)) " " span.quiet { (at(one.at)) " · " (visitor.t("第", "No.")) " " (one.number) (visitor.t(" 次", "")) " · " code { (one.digest.chars().take(12).collect::<String>()) } } }
            }
        }
        @if visitor.may(Action::PublishScores) {
            section.card.no-print {
                h2 { (visitor.t("公布这个月的评分表", "Publish this month's sheets")) }
                (Form { action: "/publications".into(), fields: &[Field::new("period", visitor.t("月份", "Month"), Takes::Line).value(period)], button: visitor.t("公布", "Publish"), version: String::new(), is_grave: false, prefix: "publish-" }
                    .draw(chrome, filled))
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

#[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
fn peers(chrome: &Chrome, group: &PeerGroup) -> Markup {
    let kind = chrome.term(group.kind.term(), &key_of(&group.kind));
    let band = group.band.as_deref().map(|band| format!(" · {band}")).unwrap_or_default();
    let median = group
        .median_percent
        .map(|median| format!(" · {} {}.{:02}%", chrome.t("中位数", "median"), median / 100, median % 100))
        .unwrap_or_default();
    let bar = |peer: &Peer| {
        let total = peer.total?;
        let grade = peer
            .grade
            .as_deref()
            .map(|grade| chrome.language.t("（", " (").to_owned() + grade + chrome.language.t("）", ")"))
            .unwrap_or_default();
        Some(Bar {
            label: short(&name_of(chrome, &peer.subject.to_string())),
            value: total.0 as f64,
            words: format!("{total}{grade}"),
            before: None,
        })
    };
    let found: Vec<Bar> = group.peers.iter().filter_map(bar).collect();
    html! { @if !found.is_empty() { section.card { (bars(chrome.language, &format!("{kind}{band}{median}"), &found)) } } }
}

pub async fn publish(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let period = filled.one("period").trim().to_owned();
    let sent = Sent::post(serde_json::json!({ "period": period }), filled.one("key"));
    match visitor.send("/v1/evaluation/publications", &sent).await {
        Ok(_) => Ok(done(&with_query("/publications", &[("period", &period)]), visitor.t("已公布", "Published"))),
        Err(problem) => {
            let typed = drawn(&visitor, &period, &filled, Some(&problem)).await;
            if typed.is_ok() {
                return typed;
            }
            // What was typed is no month: the page is that of the last one.
            let last = drawn(&visitor, &last_month(&visitor), &filled, Some(&problem)).await;
            last.map_err(|_| visitor.fault(problem))
        }
    }
}
