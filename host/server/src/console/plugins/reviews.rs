//! A plugin's reviews (定期研判) on its pages: why the latest ones were held or not, and what a candidate
//! made of the same figures.

use super::one::address;
use super::trials::Count;
use crate::console::fault::Fault;
use crate::console::figures::reviews::Review;
use crate::console::inside::with_query;
use crate::console::parts::{Tone, badge, facts, next_page_as, proposed, sentence};
use crate::console::visitor::{Chrome, Visitor};
use chuishao_domain::plugin::rollout::Rollout;
use chuishao_domain::plugin::rollout::deed::Difference;
use chuishao_domain::plugin::rollout::revision::Revision;
use chuishao_domain::plugin::rollout::why_review::ReviewBecause;
use chuishao_domain::rule::review::ReviewKind;
use maud::{Markup, html};
use serde::Deserialize;

/// Reviews of a candidate on one page: a month of daily ones.
const ON_A_PAGE: &str = "31";

#[derive(Deserialize)]
pub struct Reviews {
    why: Vec<ReviewBecause>,
    count: Option<Count>,
    tried: Vec<Tried>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Tried {
    review: Review,
    beside: bool,
    difference: Difference,
}

/// Whether a revision hears of reviews at all.
pub fn hears(revision: &Revision) -> bool {
    ReviewKind::ALL.iter().any(|kind| revision.package.manifest.listens.contains(&kind.event_kind()))
}

/// Why the plugin reviewed the latest day and month or did not; nothing for one that hears of none.
pub async fn why(visitor: &Visitor, rollout: &Rollout) -> Result<Markup, Fault> {
    if !rollout.revisions.iter().any(hears) {
        return Ok(html! {});
    }
    let address = address(rollout.id.territory.as_str(), &rollout.id.plugin);
    let found: Reviews = visitor.get(&with_query(&format!("{address}/reviews"), &[("limit", "1")])).await?;
    let lines = found.why.iter().map(|one| {
        let kind = one.kind.event_kind();
        let term = visitor.chrome.term(kind.term(), kind.as_str());
        let of = html! { span.number { (one.first_day) } " " (sentence(visitor.language, &one.chinese, &one.english)) };
        (term, of)
    });
    let lines: Vec<(String, Markup)> = lines.collect();
    let lines: Vec<(&str, Markup)> = lines.iter().map(|(term, of)| (term.as_str(), of.clone())).collect();
    Ok(html! {
        section.card {
            h2 { (visitor.t("最近一期定期研判", "The latest reviews")) }
            (facts(&lines))
        }
    })
}

/// What a revision made of the figures while it was tried.
pub async fn tried(visitor: &Visitor, rollout: (&str, &str), revision: &str, after: &str) -> Result<Markup, Fault> {
    let (territory, plugin) = rollout;
    let asked = [("revision", revision), ("after", after), ("limit", ON_A_PAGE)];
    let path = with_query(&format!("{}/reviews", address(territory, plugin)), &asked);
    let found: Reviews = visitor.get(&path).await?;
    let chrome = &*visitor.chrome;
    let Some(count) = found.count.filter(|count| count.compared > 0) else { return Ok(html! {}) };
    let figure = |value: i64, words: &str| html! { div.figure-card { b { (value) } (words) } };
    Ok(html! {
        section.part {
            h2 { (chrome.t("试研判：照时举行，不产生任何结果", "Reviews it tried: held on time, nothing came of them")) }
            div.grid {
                (figure(count.compared, chrome.t("次研判", "reviews")))
                (figure(count.differs, chrome.t("次会不同", "would differ")))
                (figure(count.failed, chrome.t("次失败", "failed")))
            }
            @for one in &found.tried { (one.review.draw(chrome, &compared(chrome, one))) }
            (next_page_as(chrome, "reviews", &format!("/plugins/{territory}/{plugin}/shadow/{revision}"), found.next.as_deref()))
        }
    })
}

/// How it differs from the review that was held.
fn compared(chrome: &Chrome, one: &Tried) -> Markup {
    html! {
        div {
            @if !one.beside {
                p.quiet { (chrome.t("这一期没有正式研判，无从比较", "No review was held of this period to compare it with")) }
            } @else if one.difference.is_some() {
                ul.asked {
                    @for deed in &one.difference.only_candidate { li { (badge(Tone::Busy, chrome.t("候选会做", "candidate only"))) " " (proposed(chrome, &deed.effect)) } }
                    @for deed in &one.difference.only_now { li { (badge(Tone::Warn, chrome.t("候选不会做", "now only"))) " " (proposed(chrome, &deed.effect)) } }
                }
            } @else {
                p { (badge(Tone::Good, chrome.t("与正式研判相同", "the same as the review that was held"))) }
            }
        }
    }
}
