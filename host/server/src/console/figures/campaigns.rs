//! Campaigns (攻坚行动): the hundred days, ten domains, who leads each, how far each is, and its trend.

use super::handed_on;
use super::report::Report;
use crate::console::ROOT;
use crate::console::choices::departments;
use crate::console::deeds::{Deed, Place, carry_out, drawn};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body, command as command_of, sample};
use crate::console::inside::part;
use crate::console::layout::{done, show_after};
use crate::console::parts::{Tone, badge, heading, nothing, timeline, unit};
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use crate::timeline::Line;
use axum::extract::{Form as Posted, Path, Query};
use axum::http::Method;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use chuishao_domain::message::city_office;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::campaign::{Campaign, CampaignCommand, handle};
use chuishao_domain::topic::domains::Domains;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

fn launching(chrome: &Chrome) -> Vec<Field> {
    vec![
        Field { most_chars: 60, ..Field::new("title", chrome.t("名称", "Title"), Takes::Line) },
        Field::new("starts_on", chrome.t("开始日期", "First day"), Takes::Day),
    ]
}

pub async fn list(visitor: Visitor) -> Result<Response, Fault> {
    drawn_list(&visitor, &Filled::default(), None).await
}

async fn drawn_list(visitor: &Visitor, filled: &Filled, problem: Option<&Problem>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("攻坚行动", "Campaigns");
    let campaigns: Vec<Campaign> = visitor.get("/v1/campaigns").await?;
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
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
                @if may_launch(chrome) {
                    section.card { h2 { (visitor.t("启动攻坚行动", "Launch one")) }
                        (Form { action: "/campaigns".into(), fields: &launching(chrome), button: visitor.t("启动", "Launch"), version: String::new(), is_grave: false, prefix: "" }
                            .draw(&visitor.chrome, filled))
                    }
                }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

/// Whether the domain would let this post begin one today.
fn may_launch(chrome: &Chrome) -> bool {
    let by = chrome.acting.as_ref().and_then(|acting| acting.topic_by());
    let launch = CampaignCommand::Launch { title: "攻坚行动".to_owned(), starts_on: civil(chrome.now).date() };
    by.filter(|_| chrome.may(Action::CommandCampaigns))
        .is_some_and(|by| handle(&chrome.world, None, &launch, &by, chrome.now).is_ok())
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
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => Ok(done(&format!("/campaigns/{}", receipt.campaign), visitor.t("攻坚行动已启动", "Launched"))),
        Err(problem) => drawn_list(&visitor, &filled, Some(&problem)).await,
    }
}

/// Refusals that say "not now", whatever the form would say.
const NOT_NOW: [&str; 2] = ["not-begun", "not-over"];

/// What this post could do: the domain is asked about each.
fn deeds(chrome: &Chrome, campaign: &Campaign) -> Vec<Deed> {
    let by = chrome.acting.as_ref().and_then(|acting| acting.topic_by());
    let Some(by) = by.filter(|_| chrome.may(Action::CommandCampaigns)) else { return vec![] };
    let offers = [
        ("record-progress", chrome.t("记录进展", "Record progress"), progress(chrome, campaign, &by)),
        ("name-lead", chrome.t("明确牵头部门", "Name the lead"), lead(chrome)),
        ("wind-up", chrome.t("总结", "Wind up"), vec![words(chrome, "summary", "总结", "Summary")]),
    ];
    let mut deeds = Vec::new();
    for (command, title, fields) in offers {
        let sent = sent(command, &fields, &sample(&fields, civil(chrome.now).date()));
        let Ok(wanted) = serde_json::from_value::<CampaignCommand>(sent) else { continue };
        let refused = handle(&chrome.world, Some(campaign), &wanted, &by, chrome.now).err();
        if refused.as_ref().is_none_or(|refusal| NOT_NOW.contains(&refusal.code.as_ref())) {
            let (key, title) = (command.to_owned(), title.to_owned());
            deeds.push(Deed { key, command, title, hint: String::new(), fields, refused, is_grave: false });
        }
    }
    deeds
}

/// Whether it is another's to do, in whatever state the campaign is.
fn is_anothers(chrome: &Chrome, campaign: &Campaign, key: &str) -> bool {
    let by = chrome.acting.as_ref().and_then(|acting| acting.topic_by());
    let leads = || campaign.leads.values().any(|lead| by.as_ref().and_then(TopicBy::unit) == Some(lead));
    match key {
        "name-lead" | "wind-up" => !chrome.may_in_city(Action::CommandCampaigns),
        "record-progress" => !leads(),
        _ => false,
    }
}

fn words(chrome: &Chrome, name: &str, chinese: &str, english: &str) -> Field {
    Field::new(name, chrome.t(chinese, english), Takes::Words)
}

fn domain(chrome: &Chrome, is_wanted: impl Fn(u8) -> bool) -> Field {
    let domains = Domains::shipped();
    let choices = domains.iter().filter(|domain| is_wanted(domain.number));
    let choices = choices.map(|domain| (domain.number.to_string(), format!("{} {}", domain.number, domain.name)));
    Field::new("domain", chrome.t("领域", "Domain"), Takes::One(Group::plain(choices.collect())))
}

/// A department records of the domains that it leads.
fn progress(chrome: &Chrome, campaign: &Campaign, by: &TopicBy) -> Vec<Field> {
    let leads = |number: u8| by.unit().is_some_and(|own| campaign.leads.get(&number) == Some(own));
    vec![domain(chrome, leads), words(chrome, "words", "进展", "Progress")]
}

fn lead(chrome: &Chrome) -> Vec<Field> {
    let cities = departments(chrome).into_iter().filter(|(id, _)| *id != city_office().as_str()).collect();
    let department = Field::new("department", chrome.t("牵头部门", "Lead"), Takes::One(Group::plain(cities)));
    vec![domain(chrome, |_| true), department]
}

/// The body of a command: a domain is a number.
fn sent(name: &str, fields: &[Field], filled: &Filled) -> Value {
    let mut body = command_of(name, fields, filled);
    if let Some(number) = body["domain"].as_str().and_then(|text| text.parse::<u8>().ok()) {
        body["domain"] = number.into();
    }
    body
}

pub async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    drawn_page(&visitor, &id, &Filled::default(), "", None).await
}

async fn drawn_page(
    visitor: &Visitor,
    id: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let address = format!("/v1/campaigns/{}", part(id));
    let campaign: Campaign = visitor.get(&address).await?;
    let trend = visitor.try_get::<Report>(&format!("{address}/trend")).await;
    let lines: Vec<Line> = visitor.get(&format!("{address}/timeline")).await?;
    let deeds = deeds(chrome, &campaign);
    let place = Place { address: format!("/campaigns/{}", campaign.id), version: campaign.version };
    let body = html! {
        (heading(&campaign.title, &html! {
            @if trend.is_ok() { a.button.plain href={ (ROOT) "/campaigns/" (id) "/file?format=xlsx" } { (visitor.t("导出 Excel", "Excel")) } }
        }))
        p { span.number { (campaign.id) } " " (standing(chrome, &campaign)) " " span.quiet { (campaign.starts_on) " — " (campaign.ends_on()) } }
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                @match &trend { Ok(report) => (report.drawn(chrome)), Err(problem) => (problem.note(visitor.language)) }
                section.card { h2 { (visitor.t("时间线", "Timeline")) }
                    (timeline(chrome, &lines))
                }
            }
            aside {
                (drawn(chrome, &place, &deeds, filled, tried))
                (leads(chrome, &campaign))
            }
        }
    };
    Ok(show_after(visitor, &campaign.title, &body, problem))
}

fn leads(chrome: &Chrome, campaign: &Campaign) -> Markup {
    let domains = Domains::shipped();
    html! {
        section.card { h2 { (chrome.t("牵头部门", "Leads")) }
            @if campaign.leads.is_empty() { (nothing(chrome.t("还没有明确。", "None named yet."))) }
            @for (number, department) in &campaign.leads {
                p { span lang="zh-CN" { (domains.domain(*number).map(|domain| domain.name.clone()).unwrap_or_default()) } (chrome.t("：", ": ")) (unit(chrome, department)) " " span.quiet { (campaign.progress.get(number).copied().unwrap_or_default()) " " (chrome.t("条进展", "recorded steps")) } }
            }
        }
    }
}

pub async fn command(
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = format!("/v1/campaigns/{}", part(&id));
    let campaign: Campaign = visitor.get(&address).await?;
    if is_anothers(&visitor.chrome, &campaign, &key) {
        return Err(visitor.fault(Problem::not_this_post()));
    }
    let body = |name: &str, fields: &[Field]| sent(name, fields, &filled);
    match carry_out(&visitor, &address, deeds(&visitor.chrome, &campaign), (&key, &filled), body).await {
        Ok(told) => Ok(done(&format!("/campaigns/{id}"), &told)),
        Err(problem) => drawn_page(&visitor, &id, &filled, &key, Some(&problem)).await,
    }
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
