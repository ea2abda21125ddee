//! The desk (受理台): a call is taken, tickets stand in queues, and each has a page.
//! - [`lists`]: which queues for whom; [`call`], [`suggest`]: a call and what helps with it;
//! - [`ticket`]: a ticket's page; [`deeds`], [`deed_forms`]: what can be done there; [`story`]: its one timeline;
//! - [`caller`]: who called, masked or shown once; [`knowledge`]: the knowledge base.

mod call;
mod caller;
mod deed_forms;
mod deeds;
mod knowledge;
pub mod lists;
mod story;
mod suggest;
mod ticket;

use super::ROOT;
use super::fault::{Fault, Problem};
use super::inside::{part, with_query};
use super::layout::show;
use super::pages::For::WhoMay;
use super::pages::Pages;
use super::parts::{Row, heading, next_page, nothing, tabs, tickets};
use super::visitor::Visitor;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use chuishao_domain::account::action::Action;
use lists::{List, lists_of, rows};
use maud::{Markup, html};
use serde::Deserialize;

/// Rows of a queue: a screen or two.
const ROWS: u32 = 50;

pub fn write(pages: Pages) -> Pages {
    let pages = pages
        .get("/queue", WhoMay(Action::ReadTickets), queue)
        .get("/find", WhoMay(Action::ReadTickets), find)
        .get("/call", WhoMay(Action::RegisterTickets), call::page)
        .post("/call", WhoMay(Action::RegisterTickets), call::register)
        .post("/call/suggestions", WhoMay(Action::RegisterTickets), call::suggestions)
        .get("/tickets/{id}", WhoMay(Action::ReadTickets), ticket::page)
        .post("/tickets/{id}/commands/{command}", WhoMay(Action::CommandTickets), ticket::command)
        .get("/tickets/{id}/decisions/{number}", WhoMay(Action::ReadDecisions), story::decision)
        .get("/tickets/{id}/dispute-file", WhoMay(Action::MakeDisputeFiles), ticket::dispute_file)
        .post("/callers/{reference}/unmask", WhoMay(Action::UnmaskCallers), caller::unmask);
    knowledge::write(pages)
}

/// What of the desk waits for this post beside its queues, on the first page.
pub async fn home_parts(visitor: &Visitor) -> Result<Vec<Markup>, Fault> {
    Ok(knowledge::home_part(visitor).await?.into_iter().collect())
}

/// Which list, and where its page begins.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    list: String,
    #[serde(default)]
    after: String,
}

async fn queue(visitor: Visitor, Query(which): Query<Which>) -> Result<Response, Fault> {
    let title = visitor.t("工单", "Tickets");
    let lists = lists_of(&visitor.chrome);
    let chosen: Option<&List> = lists.iter().find(|list| list.key == which.list).or(lists.first());
    let Some(list) = chosen else {
        return Err(visitor.fault(Problem::no_page()));
    };
    let found = rows(&visitor, list, &which.after, ROWS).await?;
    let label = list.label(visitor.language);
    let all: Vec<(String, String, bool)> = lists
        .iter()
        .map(|one| (format!("{ROOT}{}", one.address()), one.label(visitor.language).to_owned(), one.key == list.key))
        .collect();
    let body = html! {
        (heading(title, &html! {}))
        (tabs(title, &all))
        @if found.rows.is_empty() {
            (nothing(visitor.t("这个列表里没有工单。", "No ticket stands in this list.")))
        } @else {
            section.part {
                (tickets(&visitor.chrome, label, found.rows.iter().map(|(ticket, to_do)| Row { ticket, to_do: to_do.clone() })))
            }
            (next_page(&visitor.chrome, "/queue", &[("list", list.key)], found.next.as_deref()))
        }
    };
    Ok(show(&visitor, label, &body))
}

/// What was typed into the search.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    id: String,
}

/// A number leads to its ticket; other words lead to the knowledge base.
async fn find(visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    let text = wanted.id.trim();
    let is_number = text.len() > 2 && text.to_ascii_uppercase().starts_with("WF") && text.is_ascii();
    let address = if is_number {
        format!("{ROOT}/tickets/{}", part(&text.to_ascii_uppercase()))
    } else if text.is_empty() {
        format!("{ROOT}/queue")
    } else if visitor.may(Action::ReadKnowledge) {
        with_query(&format!("{ROOT}/knowledge"), &[("q", text)])
    } else {
        format!("{ROOT}/tickets/{}", part(text))
    };
    Redirect::to(&address).into_response()
}
