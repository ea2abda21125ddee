//! A ticket's page (工单页): where it stands, what can be done now, and its one timeline.

use super::caller;
use super::deeds::deeds;
use super::story;
use crate::console::ROOT;
use crate::console::deeds::{Place, carry_out, drawn, left_over};
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, command as command_of};
use crate::console::inside::part;
use crate::console::language::{Language, in_words, key_of};
use crate::console::layout::{done, show_after};
use crate::console::parts::{
    Tone, at, badge, category, due, facts, heading, place_words, said, status, ticket_due, unit, urgency, written,
};
use crate::console::visitor::{Chrome, Visitor};
use axum::extract::{Form as Posted, Path};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::deadline::Deadline;
use chuishao_domain::rule::value::Value;
use chuishao_domain::sight;
use chuishao_domain::status::AssignmentState;
use chuishao_domain::ticket::Ticket;
use maud::{Markup, html};

pub async fn page(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    drawn_page(&visitor, &id, &Filled::default(), "", None).await
}

/// `tried` is the deed that was sent and not done, or the caller's own form, with what was typed.
pub async fn drawn_page(
    visitor: &Visitor,
    id: &str,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let ticket: Ticket = visitor.get(&format!("/v1/tickets/{}", part(id))).await?;
    let sight = chrome.by().and_then(|by| sight::of(&by, &ticket));
    let story = match sight {
        Some(sight) if sight.has_history() => Some(story::read(visitor, &ticket, sight).await?),
        _ => None,
    };
    let (of_caller, tried) = if tried == caller::UNMASK { (Some(filled), "") } else { (None, tried) };
    let caller = caller::masked(visitor, &ticket, of_caller).await;
    let deeds = if visitor.may(Action::CommandTickets) { deeds(chrome, &ticket) } else { vec![] };
    let place = Place { address: format!("/tickets/{}", ticket.id), version: ticket.version };
    let files = visitor.may(Action::MakeDisputeFiles) && sight.is_some_and(sight::Sight::has_decisions);
    let body = html! {
        (heading_of(chrome, &ticket, files))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        div.columns {
            div {
                (drawn(chrome, &place, &deeds, filled, tried))
                section.card {
                    h2 { (visitor.t("诉求内容", "What the caller says")) }
                    p.matter lang="zh-CN" { (ticket.intake.body) }
                }
                @if let Some(story) = &story { (story::drawn(chrome, &ticket, story)) }
            }
            aside {
                (deadlines(chrome, &ticket))
                (work(chrome, &ticket))
                (matter(chrome, &ticket))
                @if let Some(caller) = caller { (caller) } @else if let Some(filled) = of_caller { (left_over(chrome, filled)) }
                (from_rules(chrome, &ticket))
            }
        }
    };
    Ok(show_after(visitor, &ticket.intake.title, &body, problem))
}

fn heading_of(chrome: &Chrome, ticket: &Ticket, files: bool) -> Markup {
    html! {
        (heading(&ticket.intake.title, &html! {
            @if files { a.button.plain href={ (ROOT) "/tickets/" (ticket.id) "/dispute-file" } { (chrome.t("一案一档", "Dispute file")) } }
        }))
        p {
            span.number { (ticket.id) } " "
            (status(chrome, ticket.status())) " " (urgency(chrome, ticket.urgency)) " "
            @if ticket.intake.confidential { (badge(Tone::Warn, chrome.t("保密", "Confidential"))) " " }
            @if ticket.rework_count > 0 { (badge(Tone::Warn, &format!("{} {}", chrome.t("重办", "Rework"), ticket.rework_count))) " " }
            @if !ticket.status().is_ended() { (ticket_due(chrome, ticket)) }
        }
    }
}

fn deadlines(chrome: &Chrome, ticket: &Ticket) -> Markup {
    html! {
        section.card {
            h2 { (chrome.t("时限", "Deadlines")) }
            @if ticket.deadlines.is_empty() { p.quiet { (chrome.t("受理后开始计算。", "Counted from acceptance.")) } }
            @for deadline in &ticket.deadlines {
                p {
                    strong { (chrome.term(deadline.kind.term(), &key_of(&deadline.kind))) } " "
                    @if deadline.met { (badge(Tone::Good, chrome.t("已完成", "Met"))) }
                    @else { (due(chrome, deadline.due.at(), deadline.warned)) }
                    @if deadline.red_carded { " " (badge(Tone::Bad, chrome.t("红牌", "Red card"))) }
                    br;
                    span.quiet { (limit(chrome, deadline)) }
                    @if !deadline.tightened_by.is_empty() {
                        span.quiet { " · " (chrome.t("规则提前", "Made earlier by")) " " (written(&deadline.tightened_by.join("、"))) }
                    }
                }
            }
        }
    }
}

/// How long a deadline is, and by which rule.
fn limit(chrome: &Chrome, deadline: &Deadline) -> String {
    match chrome.language {
        Language::Chinese => format!("{}，{}", deadline.limit, deadline.source.term()),
        Language::English => format!("{}, {}", deadline.limit.english(), in_words(&key_of(&deadline.source))),
    }
}

fn work(chrome: &Chrome, ticket: &Ticket) -> Markup {
    let open_tasks: Vec<_> = ticket.tasks.iter().collect();
    html! {
        section.card {
            h2 { (chrome.t("承办", "Handling")) }
            @if ticket.assignments.is_empty() { p.quiet { (chrome.t("尚未派单。", "Not dispatched yet.")) } }
            @for (id, state) in ticket.assignment_states() {
                @let is_lead = ticket.lead_unit() == Some(id);
                p {
                    (unit(chrome, id)) " "
                    span.quiet { (if is_lead { chrome.t("主办", "leads") } else { chrome.t("协办", "assists") }) } " "
                    (badge(part_tone(state), &chrome.term(state.term(), &key_of(&state))))
                }
            }
            @if !ticket.copies.is_empty() {
                p.quiet {
                    (chrome.t("抄送：", "Copies: "))
                    @for (number, copy) in ticket.copies.iter().enumerate() {
                        @if number > 0 { (chrome.t("、", ", ")) }
                        (unit(chrome, &copy.reader)) @if copy.statutory { (chrome.t("（法定）", " (statutory)")) }
                    }
                }
            }
            @for task in &open_tasks {
                p {
                    (badge(if task.done { Tone::Good } else { Tone::Busy }, if task.done { chrome.t("任务完成", "Task done") } else { chrome.t("任务", "Task") })) " "
                    (written(&task.title)) br;
                    span.quiet { (chrome.term(task.post.term(), &key_of(&task.post))) " · " (unit(chrome, &task.handling_unit)) }
                    @if !task.done { " " (due(chrome, task.due.at(), false)) }
                }
            }
            @for order in &ticket.oversight.orders {
                p { (badge(if order.answered { Tone::Good } else { Tone::Bad }, if order.answered { chrome.t("督办已回复", "Order answered") } else { chrome.t("督办未回复", "Order unanswered") })) " " (unit(chrome, &order.unit)) }
            }
        }
    }
}

fn part_tone(state: AssignmentState) -> Tone {
    match state {
        AssignmentState::AwaitingTakeUp | AssignmentState::Rework => Tone::Warn,
        AssignmentState::Handling | AssignmentState::InReview => Tone::Busy,
        AssignmentState::Done => Tone::Good,
        AssignmentState::HandBackAsked | AssignmentState::ExtensionAsked | AssignmentState::HandedBack => Tone::Plain,
    }
}

fn matter(chrome: &Chrome, ticket: &Ticket) -> Markup {
    let intake = &ticket.intake;
    let term = |chinese: &str, key: String| html! { (chrome.term(chinese, &key)) };
    let mut lines = vec![
        (chrome.t("分类", "Category"), category(chrome, &intake.category)),
        (chrome.t("发生地", "Place"), written(&place_words(chrome, ticket))),
        (chrome.t("类型", "Kind"), term(intake.matter_kind.term(), key_of(&intake.matter_kind))),
        (chrome.t("渠道", "Channel"), term(intake.channel.term(), key_of(&intake.channel))),
        (chrome.t("来电主体", "Caller"), term(intake.caller_kind.term(), key_of(&intake.caller_kind))),
        (chrome.t("来电时刻", "Received"), at(intake.received_at)),
    ];
    if !ticket.tags.is_empty() {
        let tags = html! { @for tag in &ticket.tags { (badge(Tone::Plain, tag)) " " } };
        lines.push((chrome.t("标签", "Tags"), tags));
    }
    html! { section.card { h2 { (chrome.t("登记", "The matter")) } (facts(&lines)) } }
}

/// What local rules suggest to whoever decides next, and what they keep here.
fn from_rules(chrome: &Chrome, ticket: &Ticket) -> Markup {
    let suggested = &ticket.suggestions;
    let mut lines: Vec<(&str, Markup)> = Vec::new();
    if let Some(code) = &suggested.category {
        lines.push((chrome.t("建议分类", "Category"), category(chrome, code)));
    }
    if let Some(id) = &suggested.lead_unit {
        lines.push((chrome.t("建议主办", "Lead unit"), unit(chrome, id)));
    }
    if let Some(seat) = &suggested.seat {
        lines.push((chrome.t("建议坐席", "Seat"), written(chrome.world.catalogue.seat_name(seat))));
    }
    if let Some(receiver) = suggested.referral {
        lines.push((chrome.t("建议转介", "Referral"), html! { (chrome.term(receiver.term(), &key_of(&receiver))) }));
    }
    for what in &ticket.evidence_asked {
        lines.push((chrome.t("要求举证", "Evidence"), written(what)));
    }
    for opinion in &ticket.opinions {
        let stage = chrome.term(opinion.stage.term(), &key_of(&opinion.stage));
        let for_whom = match chrome.language {
            Language::Chinese => format!("（供{stage}参考）"),
            Language::English => format!(" (for {})", stage.to_lowercase()),
        };
        lines.push((chrome.t("规则意见", "Opinion"), html! { (written(&opinion.words)) (for_whom) }));
    }
    let fields = ticket.rules.values().flat_map(|state| &state.fields).map(|(name, value)| (name.as_str(), value));
    let shown = |value: &Value| match value {
        Value::Withheld => html! { span.quiet { (chrome.t("不提供", "withheld")) } },
        value => said(chrome, &chuishao_domain::narrate::show(value)),
    };
    let fields: Vec<(&str, Markup)> = fields.map(|(name, value)| (name, shown(value))).collect();
    html! {
        @if !lines.is_empty() || !fields.is_empty() {
            section.card { h2 { (chrome.t("本地规则", "Local rules")) } (facts(&lines)) (facts(&fields)) }
        }
    }
}

/// Carries out one of the deeds that the page offers.
pub async fn command(
    visitor: Visitor,
    Path((id, key)): Path<(String, String)>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let address = format!("/v1/tickets/{}", part(&id));
    let ticket: Ticket = visitor.get(&address).await?;
    let body = |name: &str, fields: &[Field]| command_of(name, fields, &filled);
    match carry_out(&visitor, &address, deeds(&visitor.chrome, &ticket), (&key, &filled), body).await {
        Ok(told) => Ok(done(&format!("/tickets/{id}"), &told)),
        Err(problem) => drawn_page(&visitor, &id, &filled, &key, Some(&problem)).await,
    }
}

/// 一案一档: the API's own page, which runs nothing and fetches nothing.
pub async fn dispute_file(visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let address = format!("/v1/tickets/{}/dispute-file", part(&id));
    let reply = visitor.raw(Method::GET, &address, &[], "").await.map_err(|problem| visitor.fault(problem))?;
    Ok((reply.status, reply.headers, reply.body).into_response())
}
