//! The one timeline of a ticket (时间线): people, the clock and rules. Each rule's entry opens into why,
//! what it asked for, what was refused by which rail, and what a replay answers.

use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::inside::part;
use crate::console::language::{Language, language_of};
use crate::console::layout::show;
use crate::console::parts::{Tone, at, badge, facts, heading, proposed, recorded, said, sentence, told, written};
use crate::console::visitor::{Chrome, Visitor};
use crate::timeline::{Line, LineKind};
use axum::extract::Path;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::actor::PostKind;
use chuishao_domain::narrate::{moment, rule_named};
use chuishao_domain::plain::plain;
use chuishao_domain::rule::record::{Answer, CallRecord, Edition, Verdict};
use chuishao_domain::sight::Sight;
use chuishao_domain::ticket::Ticket;
use maud::{Markup, html};
use serde::Deserialize;

/// A decision with its place in the chain.
#[derive(Deserialize)]
pub struct Numbered {
    number: u64,
    hash: String,
    edition: Edition,
    call: CallRecord,
}

impl Numbered {
    /// Whether an event came of it.
    fn made(&self, sequence: u64) -> bool {
        let Answer::Proposals(proposals) = &self.call.answer else { return false };
        proposals
            .iter()
            .any(|(_, verdict)| matches!(verdict, Verdict::Accepted { events } if events.contains(&sequence)))
    }

    /// Proposals, accepted, refused.
    fn counts(&self) -> (usize, usize) {
        let Answer::Proposals(proposals) = &self.call.answer else { return (0, 0) };
        let refused = proposals.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Refused(_))).count();
        (proposals.len(), refused)
    }

    fn is_silent(&self) -> bool {
        matches!(&self.call.answer, Answer::Proposals(proposals) if proposals.is_empty())
    }
}

/// What a timeline is drawn from.
pub struct Story {
    lines: Vec<Line>,
    decisions: Vec<Numbered>,
}

/// Reads it, with the decisions where this post has them.
pub async fn read(visitor: &Visitor, ticket: &Ticket, sight: Sight) -> Result<Story, Fault> {
    let address = format!("/v1/tickets/{}", part(ticket.id.as_str()));
    let lines = visitor.get(&format!("{address}/timeline")).await?;
    let decisions = if sight.has_decisions() {
        visitor.get_if(Action::ReadDecisions, &format!("{address}/decisions")).await?.unwrap_or_default()
    } else {
        vec![]
    };
    Ok(Story { lines, decisions })
}

/// The timeline, the oldest first.
pub fn drawn(chrome: &Chrome, ticket: &Ticket, story: &Story) -> Markup {
    let silent = story.decisions.iter().filter(|decision| decision.is_silent()).count();
    let events = story.lines.iter().filter(|line| line.kind == LineKind::Event || story.decisions.is_empty());
    html! {
        section.card {
            h2 { (chrome.t("时间线", "Timeline")) }
            ol.timeline {
                @for line in events {
                    // What a rule did stands in the rule's own entry.
                    @if !story.decisions.iter().any(|decision| decision.made(line.sequence)) { (event(chrome, line)) }
                    @for decision in story.decisions.iter().filter(|one| line.kind == LineKind::Event && one.call.event_sequence == line.sequence && !one.is_silent()) {
                        (spoke(chrome, ticket, decision, &story.lines))
                    }
                }
            }
            @if silent > 0 {
                p.quiet {
                    @match chrome.language {
                        Language::Chinese => { "另有 " (silent) " 次询问，规则没有意见。" }
                        Language::English => { "Rules were asked " (silent) " more times and had nothing to say." }
                    }
                }
            }
        }
    }
}

fn event(chrome: &Chrome, line: &Line) -> Markup {
    let by_rule = line.why.is_some();
    let class = match line.kind {
        LineKind::Refused => "refused",
        LineKind::Failed => "failed",
        LineKind::Event if by_rule => "rule",
        LineKind::Event if line.who == PostKind::Clock.term() => "clock",
        LineKind::Event => "person",
    };
    html! {
        li class=(class) {
            div.when { (at(line.at)) }
            (told(chrome, (&line.who, &line.what), &line.english, line.why.as_deref()))
        }
    }
}

/// What one rule said when it was asked about one event.
fn spoke(chrome: &Chrome, ticket: &Ticket, decision: &Numbered, lines: &[Line]) -> Markup {
    let (asked, refused) = decision.counts();
    let failed = matches!(decision.call.answer, Answer::Failed(_));
    let class = if failed {
        "failed"
    } else if refused > 0 {
        "refused"
    } else {
        "rule"
    };
    html! {
        li class=(class) {
            div.when { (at(decision.call.at)) }
            div.what {
                span { (said(chrome, &rule_named(&decision.edition.title, &decision.edition.version))) } " "
                @if failed { (badge(Tone::Bad, chrome.t("运行失败", "failed"))) }
                @else {
                    (badge(Tone::Busy, &format!("{} {asked}", chrome.t("提出", "asked"))))
                    @if refused > 0 { " " (badge(Tone::Bad, &format!("{} {refused}", chrome.t("未采纳", "refused")))) }
                }
                @for line in lines.iter().filter(|line| line.kind == LineKind::Event && decision.made(line.sequence)) { div { (sentence(chrome.language, &line.what, &line.english.what)) } }
                details {
                    summary { (chrome.t("为什么、提了什么、怎么判的", "Why, what was asked, how it was judged")) }
                    div.inside {
                        (judged(chrome, &decision.call))
                        p.quiet { a href={ (ROOT) "/tickets/" (ticket.id) "/decisions/" (decision.number) } { (chrome.t("完整记录和重放", "The whole record, and its replay")) } }
                    }
                }
            }
        }
    }
}

/// Each proposal with its verdict; or why there is none.
fn judged(chrome: &Chrome, call: &CallRecord) -> Markup {
    html! {
        @match &call.answer {
            Answer::Failed(failure) => {
                p { (said(chrome, &failure.words())) }
                p.quiet { code { (failure.code()) } " · " (chrome.t("工单照常办理，不受影响。", "The ticket goes on as if it had not been asked.")) }
            }
            Answer::Proposals(proposals) => {
                ul.asked {
                    @for (proposal, verdict) in proposals {
                        li {
                            @match verdict {
                                Verdict::Accepted { .. } => (badge(Tone::Good, chrome.t("采纳", "accepted"))),
                                Verdict::Refused(_) => (badge(Tone::Bad, chrome.t("未采纳", "refused"))),
                            }
                            " " (proposed(chrome, &proposal.effect))
                            div.because { (chrome.t("理由：", "Because: ")) (written(&plain(&proposal.reason))) }
                            @if let Verdict::Refused(refusal) = verdict {
                                div.rail {
                                    @if let Some(rail) = refusal.rail { (chrome.t("护栏", "Guard rail")) " " (format!("{rail:?}")) " " (chrome.t(rail.text(), rail.english())) (chrome.t("：", ": ")) }
                                    @if chrome.language == Language::Chinese { (refusal.chinese) } @else { (refusal.english) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if !call.log.is_empty() {
            pre lang="zh-CN" { @for line in &call.log { (line.level) " " (line.text) "\n" } }
        }
    }
}

#[derive(Deserialize)]
struct Replay {
    outcome: String,
    words: String,
    details: Vec<String>,
}

/// One decision, whole, replayed while one looks.
pub async fn decision(visitor: Visitor, Path((id, number)): Path<(String, u64)>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/tickets/{}/decisions", part(&id));
    let decisions: Vec<Numbered> = visitor.get(&address).await?;
    let found = decisions.iter().find(|decision| decision.number == number);
    let decision = found.ok_or_else(|| visitor.fault(Problem::no_page()))?;
    let replay: Replay = visitor.get(&format!("{address}/{number}/replay")).await?;
    let title = format!("{} {number}", visitor.t("规则决定", "Decision"));
    let (tone, same) = match replay.outcome.as_str() {
        "equal" | "equal-on-another-engine" => (Tone::Good, visitor.t("重放一致", "Replay is equal")),
        "different" => (Tone::Bad, visitor.t("重放不一致", "Replay differs")),
        _ => (Tone::Warn, visitor.t("不能重放", "Cannot be replayed")),
    };
    let (edition, call) = (&decision.edition, &decision.call);
    let pretty = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let input = serde_json::to_value(&call.input).map(|value| pretty(&value)).unwrap_or_default();
    let settings = serde_json::to_value(&edition.settings).map(|value| pretty(&value)).unwrap_or_default();
    let lines = [
        (
            visitor.t("规则", "Rule"),
            html! { (written(&edition.title)) " " (edition.version) " " code { (edition.rule) } },
        ),
        (visitor.t("询问时刻", "Asked at"), html! { (moment(call.at)) }),
        (
            visitor.t("所问事件", "About"),
            html! { (visitor.term(call.event_kind.term(), &crate::console::language::key_of(&call.event_kind))) " · " (call.event_sequence) },
        ),
        (
            visitor.t("阶段", "Stage"),
            html! { (visitor.term(edition.placement.stage.term(), &crate::console::language::key_of(&edition.placement.stage))) },
        ),
        (visitor.t("签名", "Signed by"), html! { code { (edition.placement.signer) } }),
        (visitor.t("算力", "Fuel"), html! { (call.fuel) }),
        (visitor.t("耗时", "Time"), html! { (call.micros) " µs" }),
        (visitor.t("内存", "Memory"), html! { (call.memory_bytes / 1024) " KiB" }),
        (visitor.t("代码摘要", "Code"), html! { code { (edition.component_digest) } }),
        (visitor.t("链值", "Chain"), html! { code { (decision.hash) } }),
    ];
    let body = html! {
        (heading(&title, &html! { a.button.plain href={ (ROOT) "/tickets/" (id) } { (visitor.t("回到工单", "Back to the ticket")) } }))
        section.card {
            h2 { (visitor.t("重放", "Replay")) " " (badge(tone, same)) }
            p { @if visitor.language == Language::Chinese { (replay.words) } @else { (crate::console::language::in_words(&replay.outcome)) } }
            @if !replay.details.is_empty() { ul { @for detail in &replay.details { li { (recorded(detail)) } } } }
        }
        div.columns {
            div {
                section.card { h2 { (visitor.t("提了什么、怎么判的", "What was asked, how it was judged")) } (judged(chrome, call)) @if decision.is_silent() { p.quiet { (visitor.t("没有意见。", "Nothing to say.")) } } }
                section.card { h2 { (visitor.t("规则得到的输入", "What the rule was told")) } pre tabindex="0" lang=[language_of(&input)] { (input) } }
            }
            aside {
                section.card { h2 { (visitor.t("记录", "Record")) } (facts(&lines)) }
                section.card { h2 { (visitor.t("设置", "Settings")) } pre tabindex="0" lang=[language_of(&settings)] { (settings) } }
            }
        }
    };
    Ok(show(&visitor, &title, &body))
}
