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

use super::Console;
use super::ROOT;
use super::fault::{Fault, Problem};
use super::inside::{part, with_query};
use super::layout::show;
use super::parts::{Row, heading, next_page, nothing, tabs, tickets};
use super::visitor::Visitor;
use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use lists::{List, lists_of, rows};
use maud::{Markup, html};
use serde::Deserialize;

/// Rows of a queue: a screen or two.
const ROWS: u32 = 50;

pub fn routes() -> Router<Console> {
    Router::new()
        .route("/queue", get(queue))
        .route("/find", get(find))
        .route("/call", get(call::page).post(call::register))
        .route("/call/suggestions", post(call::suggestions))
        .route("/tickets/{id}", get(ticket::page))
        .route("/tickets/{id}/commands/{command}", post(ticket::command))
        .route("/tickets/{id}/decisions/{number}", get(story::decision))
        .route("/tickets/{id}/dispute-file", get(ticket::dispute_file))
        .route("/callers/{reference}/unmask", post(caller::unmask))
        .merge(knowledge::routes())
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
    } else if visitor.may(chuishao_domain::account::action::Action::ReadKnowledge) {
        with_query(&format!("{ROOT}/knowledge"), &[("q", text)])
    } else {
        format!("{ROOT}/tickets/{}", part(text))
    };
    Redirect::to(&address).into_response()
}
