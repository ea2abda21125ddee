//! Plugins (插件): what runs where, in which version and mode, and how it does; packages and the keys
//! that vouch for them.
//! - [`one`]: a plugin's page in one territory; [`said`]: what it asks for and when it acts; [`deeds`]: what can
//!   be done there;
//! - [`settings`]: the form that its schema makes; [`trials`]: shadow and impact; [`reviews`]:
//!   why there were reviews, and what was tried of them;
//! - [`packages`]: packages, handing one in, submitting it; [`keys`]: signing keys.

mod deeds;
mod keys;
mod one;
mod packages;
mod reviews;
mod said;
mod settings;
mod trials;

use super::ROOT;
use super::fault::Fault;
use super::layout::show;
use super::pages::For::{WhoMay, WhoMayInCity};
use super::pages::Pages;
use super::parts::{Tone, badge, heading, nothing, territory_name, written};
use super::visitor::{Chrome, Visitor};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::record::Stage;
use maud::{Markup, html};
use serde::Deserialize;

pub fn write(pages: Pages) -> Pages {
    pages
        .get("/plugins", WhoMay(Action::ReadPlugins), list)
        .get("/plugins/{territory}/{plugin}", WhoMay(Action::ReadPlugins), one::page)
        .post("/plugins/{territory}/{plugin}/commands/{command}", WhoMay(Action::CommandPlugins), one::command)
        .get("/plugins/{territory}/{plugin}/shadow/{revision}", WhoMay(Action::ReadPlugins), trials::shadow)
        .get("/plugins/{territory}/{plugin}/impact", WhoMay(Action::ReadPlugins), trials::impact)
        .post("/plugins/{territory}/{plugin}/impact", WhoMay(Action::CommandPlugins), trials::begin)
        .get("/packages", WhoMay(Action::ReadPlugins), packages::page)
        .large_post("/packages", WhoMay(Action::CommandPlugins), (packages::hand_in, packages::MOST_BYTES))
        .get("/packages/{digest}/submit", WhoMay(Action::CommandPlugins), packages::submit_page)
        .post("/packages/{digest}/submit", WhoMay(Action::CommandPlugins), packages::submit)
        .get("/signer-keys", WhoMay(Action::ReadPlugins), keys::page)
        .post("/signer-keys", WhoMayInCity(Action::CommandPlugins), keys::register)
        .post("/signer-keys/{id}/revoke", WhoMay(Action::CommandPlugins), keys::revoke)
}

/// A plugin in one territory, as this server runs it.
#[derive(Deserialize)]
struct Status {
    territory: String,
    plugin: String,
    title: String,
    state: String,
    priority: i32,
    runs: Vec<Run>,
    waiting: Vec<u32>,
    problems: Vec<Refusal>,
}

#[derive(Deserialize)]
struct Run {
    revision: u32,
    version: String,
    stage: Stage,
}

impl Status {
    fn is_well(&self) -> bool {
        self.problems.is_empty() && !is_stopped(&self.state)
    }
}

/// Whether the host stopped it.
fn is_stopped(state: &str) -> bool {
    matches!(state, "隔离中" | "已熔断")
}

/// Where a rollout stands, in the page's language.
fn state(chrome: &Chrome, state: &str) -> Markup {
    let (tone, english) = match state {
        "启用" => (Tone::Good, "On"),
        "启用，另有影子" => (Tone::Good, "On, another in the shadow"),
        "灰度中" => (Tone::Busy, "Canary"),
        "影子运行" => (Tone::Busy, "Shadow"),
        "隔离中" => (Tone::Bad, "In quarantine"),
        "已熔断" => (Tone::Bad, "Breaker open"),
        "已关闭" => (Tone::Warn, "Switched off"),
        "已移除" => (Tone::Plain, "Removed"),
        _ => (Tone::Plain, "Not on"),
    };
    badge(tone, chrome.t(state, english))
}

/// How far a revision is trusted.
fn stage(chrome: &Chrome, stage: Stage) -> Markup {
    let tone = if stage == Stage::On { Tone::Good } else { Tone::Busy };
    badge(tone, &chrome.term(stage.term(), &super::language::key_of(&stage)))
}

fn table(chrome: &Chrome, rows: &[Status]) -> Markup {
    let label = chrome.t("插件", "Plugins");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.list data-rows {
                caption.out-of-sight { (label) }
                thead {
                    tr {
                        th scope="col" { (label) }
                        th scope="col" { (chrome.t("区县", "Territory")) }
                        th scope="col" { (chrome.t("状态", "State")) }
                        th scope="col" { (chrome.t("运行的版次", "What runs")) }
                        th.num scope="col" { (chrome.t("次序", "Order")) }
                        th scope="col" { (chrome.t("问题", "Problems")) }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            td.main-cell {
                                a href={ (ROOT) "/plugins/" (row.territory) "/" (row.plugin) } { (written(&row.title)) }
                                div.quiet { code { (row.plugin) } }
                            }
                            td { (written(territory_name(chrome, &row.territory.as_str().into()))) }
                            td { (state(chrome, &row.state)) }
                            td {
                                @for run in &row.runs { div { (stage(chrome, run.stage)) " " (run.version) span.quiet { " · " (chrome.t("第", "rev. ")) (run.revision) (chrome.t("版次", "")) } } }
                                @if row.runs.is_empty() { span.quiet { "—" } }
                            }
                            td.num { (row.priority) }
                            td { @for problem in &row.problems { div.rail { (chrome.t(&problem.chinese, &problem.english)) } } @if row.problems.is_empty() { span.quiet { "—" } } }
                        }
                    }
                }
            }
        }
    }
}

async fn list(visitor: Visitor) -> Result<Response, Fault> {
    let title = visitor.t("插件", "Plugins");
    let rows: Vec<Status> = visitor.get("/v1/rollouts").await?;
    let body = html! {
        (heading(title, &html! { a.button href={ (ROOT) "/packages" } { (visitor.t("上传和提交", "Hand in and submit")) } }))
        p.quiet { (visitor.t("按询问次序排列，次序小的先问。", "In the order in which rules are asked.")) }
        @if rows.is_empty() { (nothing(visitor.t("还没有插件。", "No plugins yet."))) }
        @else { section.part { (table(&visitor.chrome, &rows)) } }
    };
    Ok(show(&visitor, title, &body))
}

/// What of plugins waits for somebody, on the first page.
pub async fn home_part(visitor: &Visitor) -> Result<Markup, Fault> {
    let rows: Vec<Status> = visitor.get_if(Action::ReadPlugins, "/v1/rollouts").await?.unwrap_or_default();
    let chrome = &*visitor.chrome;
    // What the city has act everywhere waits for the city.
    let own = || rows.iter().filter(move |row| chrome.may_in(Action::ReadPlugins, &row.territory.as_str().into()));
    let waiting: Vec<(&Status, u32)> = own().flat_map(|row| row.waiting.iter().map(move |one| (row, *one))).collect();
    let unwell: Vec<&Status> = own().filter(|row| !row.is_well()).collect();
    Ok(html! {
        section.part {
            h2 { (chrome.t("等候审批", "Waiting for approval")) " " span.count { (waiting.len()) } }
            @if waiting.is_empty() { (nothing(chrome.t("没有待审批的提交。", "No submission waits."))) }
            @for (row, revision) in &waiting {
                p {
                    a href={ (ROOT) "/plugins/" (row.territory) "/" (row.plugin) } { (written(&row.title)) } " "
                    (chrome.t("第", "revision ")) (revision) (chrome.t("版次", "")) " · " (written(territory_name(chrome, &row.territory.as_str().into())))
                }
            }
        }
        section.part {
            h2 { (chrome.t("需要处理的插件", "Plugins that need a look")) " " span.count { (unwell.len()) } }
            @if unwell.is_empty() { (nothing(chrome.t("全部正常。", "All is well."))) }
            @for row in &unwell {
                p { a href={ (ROOT) "/plugins/" (row.territory) "/" (row.plugin) } { (written(&row.title)) } " " (state(chrome, &row.state)) }
            }
        }
        section.part { h2 { (chrome.t("全部插件", "All plugins")) " " span.count { (rows.len()) } } (table(chrome, &rows)) }
    })
}
