//! Campaigns (攻坚行动): the hundred days, ten domains, who leads each, how far each is, and its trend.

use super::{Report, handed_on};
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body, command as command_of};
use crate::console::inside::part;
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, at, badge, heading, nothing, unit};
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path, Query};
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::catalogue::Level;
use chuishao_domain::topic::campaign::Campaign;
use chuishao_domain::topic::domains::Domains;
use maud::{Markup, html};
use serde::Deserialize;

fn launching(chrome: &Chrome) -> Vec<Field> {
    vec![
        Field { most_chars: 60, ..Field::new("title", chrome.t("名称", "Title"), Takes::Line) },
        Field::new("starts_on", chrome.t("开始日期", "First day"), Takes::Day),
    ]
}

pub async fn list(visitor: Visitor) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("攻坚行动", "Campaigns");
    let campaigns: Vec<Campaign> = visitor.get("/v1/campaigns").await?;
    let may_launch = chrome.may_in_city(Action::CommandCampaigns);
    let body = html! {
        (heading(title, &html! {}))
        div.columns {
            div {
                @if campaigns.is_empty() { (nothing(visitor.t("还没有攻坚行动。", "No campaigns yet."))) }
                @for campaign in &campaigns {
                    section.card {
                        h2 { a href={ (ROOT) "/campaigns/" (campaign.id) } lang="zh-CN" { (campaign.title) } " " (standing(chrome, campaign)) }
                        p.quiet { (campaign.starts_on) " — " (campaign.ends_on()) }
                    }
                }
            }
            aside {
                @if may_launch {
                    section.card { h2 { (visitor.t("启动攻坚行动", "Launch one")) }
                        (Form { action: "/campaigns".into(), fields: &launching(chrome), button: visitor.t("启动", "Launch"), version: String::new(), is_grave: false, prefix: "" }
                            .draw(visitor.language, &Filled::default()))
                    }
                }
            }
        }
    };
    Ok(show(&visitor, title, &body))
}

fn standing(chrome: &Chrome, campaign: &Campaign) -> Markup {
    let today = chuishao_domain::calendar::civil(chrome.now).date();
    match campaign {
        one if one.wound_up => badge(Tone::Plain, chrome.t("已总结", "Wound up")),
        one if one.covers(today) => badge(Tone::Good, chrome.t("进行中", "Under way")),
        one if one.starts_on > today => badge(Tone::Busy, chrome.t("未开始", "Not begun")),
        _ => badge(Tone::Warn, chrome.t("已到期，待总结", "Over, to be wound up")),
    }
}

#[derive(Deserialize)]
struct Receipt {
    campaign: String,
}

pub async fn launch(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let sent = Sent::post(body(&launching(&visitor.chrome), &filled).into(), filled.one("key"));
    let reply = visitor.send("/v1/campaigns", &sent).await;
    let receipt: Receipt = reply.and_then(|reply| read(&reply)).map_err(|problem| visitor.fault(problem))?;
    Ok(done(&format!("/campaigns/{}", receipt.campaign), visitor.t("攻坚行动已启动", "Launched")))
}

/// What can be done: its command, its words, its fields. The offices name and wind up, and whoever
/// leads a domain records how far it is.
fn deeds(chrome: &Chrome, campaign: &Campaign) -> Vec<(&'static str, &'static str, Vec<Field>)> {
    if campaign.wound_up || !chrome.may(Action::CommandCampaigns) {
        return vec![];
    }
    let domains = Domains::shipped();
    let domain = |is_meant: &dyn Fn(u8) -> bool| {
        let meant = domains.iter().filter(|domain| is_meant(domain.number));
        let choices = meant.map(|domain| (domain.number.to_string(), format!("{} {}", domain.number, domain.name)));
        let choices: Vec<(String, String)> = choices.collect();
        (!choices.is_empty())
            .then(|| Field::new("domain", chrome.t("领域", "Domain"), Takes::One(Group::plain(choices))))
    };
    let words = |name: &str, chinese: &str, english: &str| Field::new(name, chrome.t(chinese, english), Takes::Words);
    if !chrome.may_in_city(Action::CommandCampaigns) {
        let own = chrome.acting.as_ref().and_then(|acting| acting.post.unit());
        let led = domain(&|number| own.is_some() && campaign.leads.get(&number) == own.as_ref());
        let progress = |led| vec![led, words("words", "进展", "Progress")];
        return led
            .map(|led| ("record-progress", chrome.t("记录进展", "Record progress"), progress(led)))
            .into_iter()
            .collect();
    }
    let cities = chrome.world.catalogue.units().filter(|unit| unit.level == Level::City);
    let cities = cities.map(|one| (one.id.to_string(), one.name.clone())).collect();
    let department = Field::new("department", chrome.t("牵头部门", "Lead"), Takes::One(Group::plain(cities)));
    let named = domain(&|_| true).into_iter().chain([department]).collect();
    vec![
        ("name-lead", chrome.t("明确牵头部门", "Name the lead"), named),
        ("wind-up", chrome.t("总结", "Wind up"), vec![words("summary", "总结", "Summary")]),
    ]
}

pub async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/campaigns/{}", part(&id));
    let campaign: Campaign = visitor.get(&address).await?;
    let trend = visitor.try_get::<Report>(&format!("{address}/trend")).await;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let domains = Domains::shipped();
    let body = html! {
        (heading(&campaign.title, &html! {
            @if trend.is_ok() { a.button.plain href={ (ROOT) "/campaigns/" (id) "/file?format=xlsx" } { (visitor.t("导出 Excel", "Excel")) } }
        }))
        p { span.number { (campaign.id) } " " (standing(chrome, &campaign)) " " span.quiet { (campaign.starts_on) " — " (campaign.ends_on()) } }
        div.columns {
            div {
                @match &trend { Ok(report) => (report.drawn(chrome)), Err(problem) => (problem.note(visitor.language)) }
                section.card { h2 { (visitor.t("时间线", "Timeline")) }
                    ol.timeline { @for line in &lines { li { div.when { (at(line.at)) } div.what lang="zh-CN" { (line.what) div.by { (line.who) } } } } }
                }
            }
            aside {
                section.card { h2 { (visitor.t("牵头部门", "Leads")) }
                    @if campaign.leads.is_empty() { (nothing(visitor.t("还没有明确。", "None named yet."))) }
                    @for (number, department) in &campaign.leads {
                        p { span lang="zh-CN" { (domains.domain(*number).map(|domain| domain.name.clone()).unwrap_or_default()) } "：" (unit(chrome, department)) " " span.quiet { (campaign.progress.get(number).copied().unwrap_or_default()) " " (visitor.t("条进展", "records")) } }
                    }
                }
                @for (name, label, fields) in deeds(chrome, &campaign) {
                    details.deed.no-print { summary { (label) } div.inside {
                        (Form { action: format!("/campaigns/{id}/commands/{name}"), fields: &fields, button: label, version: campaign.version.to_string(), is_grave: false, prefix: &format!("{name}-") }
                            .draw(visitor.language, &Filled::default()))
                    } }
                }
            }
        }
    };
    Ok(show(&visitor, &campaign.title, &body))
}

pub async fn command(
    visitor: Visitor,
    Path((id, name)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = format!("/v1/campaigns/{}", part(&id));
    let campaign: Campaign = visitor.get(&address).await?;
    let found = deeds(&visitor.chrome, &campaign).into_iter().find(|(command, ..)| *command == name);
    let (command, label, fields) = found.ok_or_else(|| visitor.fault(Problem::not_this_post()))?;
    let mut body = command_of(command, &fields, &filled);
    if let Some(number) = body["domain"].as_str().and_then(|text| text.parse::<u8>().ok()) {
        body["domain"] = number.into();
    }
    let sent = Sent { method: Method::POST, body, key: filled.one("key"), version: filled.one("version") };
    visitor.send(&format!("{address}/commands"), &sent).await.map_err(|problem| visitor.fault(problem))?;
    Ok(done(&format!("/campaigns/{id}"), &format!("{}{label}", visitor.t("已办理：", "Done: "))))
}

#[derive(Deserialize)]
pub struct Format {
    format: String,
}

pub async fn file(
    visitor: Visitor,
    Path(id): Path<String>,
    Query(Format { format }): Query<Format>,
) -> Result<Response, Fault> {
    let address = format!("/v1/campaigns/{}/trend?format={}", part(&id), part(&format));
    let reply = visitor.raw(Method::GET, &address, &[], "").await;
    reply.map(handed_on).map_err(|problem| visitor.fault(problem))
}
