//! Appeals and exclusions (申诉和剔除): what assessed units contest, how it is ruled, what is left out.

use super::scores::appealed;
use crate::console::ROOT;
use crate::console::deeds::left_over;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Form, Group, Takes, body, keyed};
use crate::console::inside::{part, with_query};
use crate::console::language::key_of;
use crate::console::layout::{done, show_after};
use crate::console::parts::{heading, next_page, next_page_as, nothing, written};
use crate::console::visitor::{Chrome, Sent, Visitor};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::evaluation::appeal::Appeal;
use chuishao_domain::evaluation::excluded::Excluded;
use chuishao_domain::evaluation::outcome::Exclusion;
use maud::html;
use serde::Deserialize;

const EXCLUSIONS: [Exclusion; 4] =
    [Exclusion::BeyondDuty, Exclusion::Unreasonable, Exclusion::InLegalProceedings, Exclusion::ForceMajeure];

#[derive(Default, Deserialize)]
pub struct Pages {
    #[serde(default)]
    all: bool,
    #[serde(default)]
    after: String,
    /// Behind which the exclusions go on.
    #[serde(default)]
    exclusions: String,
}

#[derive(Deserialize)]
struct AppealPage {
    appeals: Vec<Appeal>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct ExclusionPage {
    exclusions: Vec<Excluded>,
    next: Option<String>,
}

fn ruling(chrome: &Chrome) -> Vec<Field> {
    vec![
        Field::new("upheld", chrome.t("是否成立", "Upheld"), Takes::YesNo),
        Field { most_chars: 500, ..Field::new("opinion", chrome.t("裁定意见", "Opinion"), Takes::Words) },
    ]
}

fn excluding(chrome: &Chrome) -> Vec<Field> {
    vec![
        Field { most_chars: 32, ..Field::new("ticket", chrome.t("工单编号", "Ticket"), Takes::Line) },
        Field::new(
            "ground",
            chrome.t("情形", "Ground"),
            Takes::One(Group::plain(keyed(chrome.language, &EXCLUSIONS, Exclusion::term))),
        ),
        Field { most_chars: 500, ..Field::new("reason", chrome.t("理由", "Reason"), Takes::Words) },
    ]
}

/// The form that excludes a ticket, beside those that rule on the appeal of an id.
const EXCLUDE: &str = "exclude";

pub async fn page(visitor: Visitor, Query(pages): Query<Pages>) -> Result<Response, Fault> {
    drawn(&visitor, &pages, &Filled::default(), "", None).await
}

/// `tried` is the form that was refused, with what was typed.
async fn drawn(
    visitor: &Visitor,
    pages: &Pages,
    filled: &Filled,
    tried: &str,
    problem: Option<&Problem>,
) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let nothing_typed = Filled::default();
    let of = |form: &str| if form == tried { filled } else { &nothing_typed };
    let title = visitor.t("申诉和剔除", "Appeals and exclusions");
    let open = if pages.all { "false" } else { "true" };
    let list: AppealPage =
        visitor.get(&with_query("/v1/evaluation/appeals", &[("open", open), ("after", &pages.after)])).await?;
    let excluded: ExclusionPage =
        visitor.get(&with_query("/v1/evaluation/exclusions", &[("after", &pages.exclusions)])).await?;
    let is_open = |appeal: &Appeal| appeal.ruling.is_none() && visitor.may(Action::RuleOnAppeals);
    let is_there = tried == EXCLUDE || list.appeals.iter().any(|appeal| appeal.id == tried && is_open(appeal));
    let body = html! {
        (heading(title, &html! {}))
        @if let Some(problem) = problem { (problem.note(visitor.language)) }
        @if !tried.is_empty() && !is_there { (left_over(chrome, filled)) }
        div.columns {
            section.part {
                h2 { (if pages.all { visitor.t("全部申诉", "All appeals") } else { visitor.t("未裁定的申诉", "Open appeals") }) }
                p { @if pages.all { a href={ (ROOT) "/appeals" } { (visitor.t("只看未裁定", "Open only")) } } @else { a href={ (ROOT) "/appeals?all=true" } { (visitor.t("看全部", "See all")) } } }
                @if list.appeals.is_empty() { (nothing(visitor.t("没有申诉。", "No appeals."))) }
                @for appeal in &list.appeals {
                    (appealed(chrome, appeal))
                    p { a.number href={ (ROOT) "/scores/tickets/" (appeal.ticket) } { (appeal.ticket) } }
                    @if is_open(appeal) {
                        details.deed open[appeal.id == tried] { summary { (visitor.t("裁定", "Rule")) } div.inside {
                            (Form { action: format!("/appeals/{}/ruling", part(&appeal.id)), fields: &ruling(chrome), button: visitor.t("裁定", "Rule"), version: String::new(), is_grave: false, prefix: &format!("{}-", appeal.id) }
                                .draw(chrome, of(&appeal.id)))
                        } }
                    }
                }
                (next_page(chrome, "/appeals", &[("all", if pages.all { "true" } else { "" })], list.next.as_deref()))
            }
            aside {
                section.card {
                    h2 { (visitor.t("剔除清单", "Exclusions")) }
                    @if excluded.exclusions.is_empty() { (nothing(visitor.t("没有剔除。", "None."))) }
                    @for one in &excluded.exclusions { p { a.number href={ (ROOT) "/scores/tickets/" (one.ticket) } { (one.ticket) } " " (visitor.term(one.ground.term(), &key_of(&one.ground))) br; span.quiet { (written(&one.reason)) } } }
                    (next_page_as(chrome, "exclusions", "/appeals", excluded.next.as_deref()))
                }
                @if visitor.may(Action::ExcludeTickets) {
                    section.card { h2 { (visitor.t("剔除一件工单", "Exclude a ticket")) }
                        (Form { action: "/appeals/exclude".into(), fields: &excluding(chrome), button: visitor.t("剔除", "Exclude"), version: String::new(), is_grave: true, prefix: "exclude-" }
                            .draw(chrome, of(EXCLUDE)))
                    }
                }
            }
        }
    };
    Ok(show_after(visitor, title, &body, problem))
}

/// The page with the form that was refused, for whoever may see it.
async fn again(visitor: &Visitor, filled: &Filled, tried: &str, problem: Problem) -> Result<Response, Fault> {
    let page = drawn(visitor, &Pages::default(), filled, tried, Some(&problem)).await;
    page.map_err(|_| visitor.fault(problem))
}

pub async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let sent = Sent::post(body(&ruling(&visitor.chrome), &filled).into(), filled.one("key"));
    let address = format!("/v1/evaluation/appeals/{}/ruling", part(&id));
    match visitor.send(&address, &sent).await {
        Ok(_) => Ok(done("/appeals", visitor.t("已裁定", "Ruled"))),
        Err(problem) => again(&visitor, &filled, &id, problem).await,
    }
}

pub async fn exclude(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let sent = Sent::post(body(&excluding(&visitor.chrome), &filled).into(), filled.one("key"));
    match visitor.send("/v1/evaluation/exclusions", &sent).await {
        Ok(_) => Ok(done("/appeals", visitor.t("已剔除", "Excluded"))),
        Err(problem) => again(&visitor, &filled, EXCLUDE, problem).await,
    }
}
