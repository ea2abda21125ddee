//! A plugin's page in one territory (插件页): what runs, how it does, what it asks for, what can be done.

use super::deeds::{Deed, deeds};
use super::said::{in_force, officer, permissions};
use super::{reviews, settings, stage, state};
use crate::console::ROOT;
use crate::console::deeds::{answered_before, left_over};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, command as command_of};
use crate::console::inside::part;
use crate::console::layout::{done, show_after};
use crate::console::parts::{Tone, at, badge, heading, nothing, recorded, sentence, territory_name, told, written};
use crate::console::shape;
use crate::console::visitor::{Chrome, Sent, Visitor};
use crate::registry::guard::Health;
use crate::timeline::InEnglish;
use axum::extract::{Form as Posted, Path};
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::plugin::rollout::conflict::Conflict;
use chuishao_domain::plugin::rollout::revision::{Revision, Standing};
use chuishao_domain::plugin::rollout::{Halt, Rollout};
use chuishao_domain::rule::record::Stage;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub struct Shown {
    pub rollout: Rollout,
    state: String,
    conflicts: Vec<Conflict>,
}

#[derive(Deserialize)]
struct Line {
    at: String,
    who: String,
    what: String,
    english: InEnglish,
}

/// Where a rollout stands in the API.
pub fn address(territory: &str, plugin: &str) -> String {
    format!("/v1/rollouts/{}/{}", part(territory), part(plugin))
}

/// How a plugin does. Whose tickets it met is its own territory's to know: the API refuses everybody else,
/// and so does every page and form that asks this first.
pub async fn health(visitor: &Visitor, address: &str) -> Result<Vec<Health>, Fault> {
    visitor.get(&format!("{address}/health")).await
}

pub async fn page(visitor: Visitor, Path((territory, plugin)): Path<(String, String)>) -> Result<Response, Fault> {
    drawn(&visitor, &territory, &plugin, &Filled::default(), "", None).await
}

async fn drawn(
    visitor: &Visitor,
    territory: &str,
    plugin: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = address(territory, plugin);
    let Shown { rollout, state: stands, conflicts } = visitor.get(&address).await?;
    // Of what the city has act everywhere a county sees what it is, and no more.
    let is_own = chrome.may_in(Action::ReadPlugins, &rollout.id.territory);
    let health = if is_own { health(visitor, &address).await? } else { vec![] };
    let reviewed = if is_own {
        reviews::why(visitor, &rollout).await?
    } else {
        html! {}
    };
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let title = rollout.revisions.last().map_or(plugin, |revision| revision.package.manifest.title.as_str());
    let deeds = deeds(chrome, &rollout);
    let page = format!("{ROOT}/plugins/{territory}/{plugin}");
    let body = html! {
        (heading(title, &html! {
            @if is_own { a.button.plain href={ (page) "/impact" } { (visitor.t("影响评估", "Impact")) } }
        }))
        p { (state(chrome, &stands)) " " (written(territory_name(chrome, &rollout.id.territory))) " · " code { (plugin) } " · " (visitor.t("次序", "Order")) " " (rollout.priority) }
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        @for conflict in &conflicts { div.note.warn { strong { (visitor.t("可能相碰：", "May meet: ")) } (written(&conflict.title)) " " (sentence(visitor.language, &conflict.chinese, &conflict.english)) } }
        @for revision in &rollout.revisions { @if let Some(halt) = &revision.halt { (halted(chrome, revision, halt)) } }
        div.columns {
            div {
                (revisions(chrome, &rollout, &page, is_own))
                @if is_own { (healths(chrome, &health)) }
                (reviewed)
                section.card {
                    h2 { (visitor.t("留痕", "History")) }
                    ol.timeline { @for line in &lines { li { div.when { (line.at) } (told(chrome, (&line.who, &line.what), &line.english, None)) } } }
                }
            }
            aside {
                @if !tried.is_empty() && !deeds.iter().any(|deed| deed.key == tried) { (left_over(chrome, filled)) }
                section.card.no-print {
                    h2 { (visitor.t("现在可以办理", "What can be done now")) }
                    @if deeds.is_empty() { p.quiet { (visitor.t("当前岗位现在没有要办的。", "Nothing for this post now.")) } }
                    @for deed in &deeds { (one(chrome, &rollout, deed, filled, tried)) }
                }
                @if let Some(revision) = rollout.current().or(rollout.revisions.last()) { (permissions(chrome, revision)) (set(chrome, revision, is_own)) }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

fn one(chrome: &Chrome, rollout: &Rollout, deed: &Deed, filled: &Filled, tried: &str) -> Markup {
    let nothing = Filled::default();
    let is_tried = deed.key == tried;
    html! {
        details.deed open[is_tried] name="deed" {
            summary { (deed.title) }
            div.inside {
                (Form {
                    action: format!("/plugins/{}/{}/commands/{}", rollout.id.territory, rollout.id.plugin, deed.key),
                    fields: &deed.fields,
                    button: &deed.title,
                    version: rollout.version.to_string(),
                    is_grave: deed.is_grave,
                    prefix: &format!("{}-", deed.key),
                }.draw_with(chrome, if is_tried { filled } else { &nothing }, &shape::carried(&deed.fields)))
            }
        }
    }
}

fn halted(chrome: &Chrome, revision: &Revision, halt: &Halt) -> Markup {
    let ticket = |id: &str| html! { span.number { (id) } };
    html! {
        div.note.bad {
            @match halt {
                Halt::Quarantine { since, cause, failed, retry_at, times } => {
                    strong { (chrome.t("隔离", "Quarantine")) " · " (chrome.t("第 ", "revision ")) (revision.number) (chrome.t(" 版次", "")) } " "
                    (at(*since)) " " (recorded(cause))
                    p { (chrome.t("自动重试", "Tried again by itself")) " " (at(*retry_at)) " · " (chrome.t("第几次隔离", "Times")) " " (times) }
                    ul { @for call in failed { li { (ticket(&call.about.to_string())) " " (recorded(&call.failure)) } } }
                }
                Halt::Breaker { since, cause, wanted } => {
                    strong { (chrome.t("熔断", "Breaker")) } " " (at(*since)) " " (recorded(cause))
                    p { (chrome.t("等候人处理；下面是它想做的。", "It waits for a person; this is what it wanted.")) }
                    ul { @for one in wanted { li { (ticket(one.ticket.as_str())) " " (recorded(&one.effects)) " " (written(&one.reason)) @if !one.happened { " " (badge(Tone::Warn, chrome.t("未执行", "did not happen"))) } } } }
                }
            }
        }
    }
}

fn revisions(chrome: &Chrome, rollout: &Rollout, page: &str, is_own: bool) -> Markup {
    let runs = |number: u32| {
        rollout.lanes().into_iter().find(|lane| lane.revision.number == number).map(|lane| match lane {
            lane if lane.shadow => Stage::Shadow,
            lane if rollout.candidate.as_ref().is_some_and(|tried| tried.revision == lane.revision.number) => {
                Stage::Canary
            }
            _ => Stage::On,
        })
    };
    html! {
        section.part {
            h2 { (chrome.t("版次", "Revisions")) }
            div.scroll tabindex="0" role="region" aria-label=(chrome.t("版次", "Revisions")) {
                table.list {
                    thead { tr {
                        th scope="col" { (chrome.t("版次", "Revision")) }
                        th scope="col" { (chrome.t("审批", "Approval")) }
                        th scope="col" { (chrome.t("运行", "Runs")) }
                        th scope="col" { (chrome.t("有效期", "In force")) }
                        th scope="col" { (chrome.t("提交", "Submitted")) }
                    } }
                    tbody {
                        @for revision in rollout.revisions.iter().rev() {
                            tr {
                                td { strong { (revision.number) } " · " (revision.package.manifest.version) div.quiet { (chrome.t("签名", "Signed by")) " " code { (revision.package.signer) } } }
                                td { (standing(chrome, &revision.standing)) }
                                td {
                                    @match runs(revision.number) { Some(found) => (stage(chrome, found)), None => { span.quiet { "—" } } }
                                    @if is_own && is_compared(revision, runs(revision.number)) { div { a href={ (page) "/shadow/" (revision.number) } { (chrome.t("影子对照", "Shadow results")) } } }
                                }
                                td { (in_force(chrome, &revision.effective)) }
                                td { (officer(chrome, &revision.submitted_by)) div.quiet { (written(&revision.note)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Whether there is something to read of what a revision would do: in the shadow, and as a canary the reviews.
fn is_compared(revision: &Revision, stage: Option<Stage>) -> bool {
    stage == Some(Stage::Shadow) || (stage == Some(Stage::Canary) && reviews::hears(revision))
}

fn standing(chrome: &Chrome, standing: &Standing) -> Markup {
    let (tone, english) = match standing {
        Standing::Submitted => (Tone::Busy, "Waiting"),
        Standing::Approved { .. } => (Tone::Good, "Approved"),
        Standing::Covered { .. } => (Tone::Good, "Covered by an earlier approval"),
        Standing::Refused { .. } => (Tone::Bad, "Refused"),
        Standing::Withdrawn => (Tone::Plain, "Withdrawn"),
    };
    let words = match standing {
        Standing::Approved { opinion, .. } => opinion.as_str(),
        Standing::Refused { reason, .. } => reason.as_str(),
        _ => "",
    };
    html! { (badge(tone, chrome.t(standing.term(), english))) @if !words.is_empty() { div.quiet { (written(words)) } } }
}

fn healths(chrome: &Chrome, health: &[Health]) -> Markup {
    let (chinese, english) =
        ("健康（一小时各服务合计，其余为本服务）", "Health (the hour of all servers, the rest of this one)");
    let label = chrome.t(chinese, english);
    html! {
        section.part {
            h2 { (label) }
            @if health.is_empty() { (nothing(chrome.t("还没有被询问过。", "It was not asked yet."))) }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(label) {
                    table {
                        thead { tr {
                            th scope="col" { (chrome.t("版次", "Revision")) }
                            th.num scope="col" { (chrome.t("一小时询问", "Asked in an hour")) }
                            th.num scope="col" { (chrome.t("一小时改动", "Changed in an hour")) }
                            th.num scope="col" { (chrome.t("最近一分钟调用", "Calls in a minute")) }
                            th.num scope="col" { (chrome.t("平均算力", "Fuel a call")) }
                            th.num scope="col" { (chrome.t("平均耗时 µs", "µs a call")) }
                            th.num scope="col" { (chrome.t("连续失败", "Failures in a row")) }
                        } }
                        tbody {
                            @for one in health {
                                tr {
                                    td { (one.revision) }
                                    td.num { (one.asked) }
                                    td.num { (one.changed) }
                                    td.num { (one.calls) }
                                    td.num { (one.fuel / one.calls.max(1)) }
                                    td.num { (one.micros / one.calls.max(1)) }
                                    td.num { @if one.failures > 0 { (badge(Tone::Bad, &one.failures.to_string())) } @else { "0" } }
                                }
                            }
                        }
                    }
                }
                @for one in health { @for call in &one.failed { p.quiet { (at(call.at)) " " span.number { (call.about) } " " (recorded(&call.failure)) } } }
            }
        }
    }
}

fn set(chrome: &Chrome, revision: &Revision, is_own: bool) -> Markup {
    let lines: Vec<(String, String)> = revision
        .settings
        .iter()
        .map(|(name, value)| {
            let title = revision.package.manifest.settings.get(name).map_or(name.as_str(), |spec| spec.title.as_str());
            (title.to_owned(), settings::text(value))
        })
        .collect();
    html! {
        @if !lines.is_empty() {
            section.card {
                h2 { (chrome.t("设置", "Settings")) }
                dl.facts { @for (title, text) in &lines { div { dt { (written(title)) } dd lang="zh-CN" { @for line in text.lines() { div { (line) } } } } } }
                @if is_own { p { a href={ (ROOT) "/packages/" (revision.package.digest) "/submit" } { (chrome.t("改设置：另提一个版次", "Change settings: submit another revision")) } } }
            }
        }
    }
}

/// Carries out one of the deeds that the page offers.
pub async fn command(
    visitor: Visitor,
    Path((territory, plugin, key)): Path<(String, String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = address(&territory, &plugin);
    health(&visitor, &address).await?;
    let Shown { rollout, .. } = visitor.get(&address).await?;
    let page = format!("/plugins/{territory}/{plugin}");
    let Some(deed) = deeds(&visitor.chrome, &rollout).into_iter().find(|deed| deed.key == key) else {
        let revision = key.rsplit_once('-').and_then(|(_, number)| number.parse().ok());
        let body = |name: &str, fields: &[Field]| body_of((name, revision), fields, &filled);
        return match answered_before(&visitor, &address, (&key, &filled), body).await {
            Some(_) => Ok(done(&page, visitor.t("此前已经办好", "It was done before"))),
            None => drawn(&visitor, &territory, &plugin, &filled, &key, Some(&Problem::done_meanwhile())).await,
        };
    };
    let sent = Sent {
        method: Method::POST,
        body: body_of((deed.command, deed.revision), &deed.fields, &filled),
        key: filled.one("key"),
        version: filled.one("version"),
    };
    match visitor.send(&format!("{address}/commands"), &sent).await {
        Ok(_) => Ok(done(&page, &format!("{}{}", visitor.t("已办理：", "Done: "), deed.title))),
        Err(problem) => drawn(&visitor, &territory, &plugin, &filled, &deed.key, Some(&problem)).await,
    }
}

fn body_of((command, revision): (&str, Option<u32>), fields: &[Field], filled: &Filled) -> Value {
    let mut body = command_of(command, fields, filled);
    if let Some(revision) = revision {
        body["revision"] = json!(revision);
    }
    // A canary is the one or the other.
    if command == "canary" {
        let streets = body["on"]["streets"].as_array().cloned().unwrap_or_default();
        body["on"] =
            if streets.is_empty() { json!({ "share": body["on"]["share"] }) } else { json!({ "streets": streets }) };
    }
    body
}
