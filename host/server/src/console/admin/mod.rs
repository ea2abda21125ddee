//! Administration (管理): accounts, each duty within its own; the audit log; units, categories and the
//! calendar; how the server runs.
//! - [`accounts`]; [`audit`]; [`reference`]: what is read of the catalogue and the calendar, and new
//!   editions of both; [`operations`].

mod accounts;
mod audit;
mod operations;
mod reference;

use super::fault::Fault;
use super::visitor::Visitor;
use super::{Console, ROOT};
use axum::Router;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use maud::{Markup, html};

pub fn routes() -> Router<Console> {
    Router::new()
        .route("/accounts", get(accounts::list).post(accounts::create))
        .route("/accounts/{name}", get(accounts::page))
        .route("/accounts/{name}/commands/{command}", post(accounts::command))
        .route("/accounts/{name}/tokens", post(accounts::issue))
        .route("/accounts/{name}/tokens/{id}/revoke", post(accounts::revoke))
        .route("/audit", get(audit::page))
        .route("/operations", get(operations::page))
        .merge(reference::routes())
}

/// What of administration belongs on the first page.
pub async fn home_parts(visitor: &Visitor) -> Result<Vec<Markup>, Fault> {
    let mut parts = Vec::new();
    if visitor.may(Action::ReadAccounts) {
        parts.push(accounts::home_part(visitor).await?);
    }
    if visitor.may(Action::ReadAudit) {
        parts.push(audit::home_part(visitor).await?);
    }
    Ok(parts)
}

/// A part with its heading and where it leads.
fn part(words: &str, count: usize, address: &str, more: &str, inside: &Markup) -> Markup {
    html! {
        section.part {
            h2 { (words) " " span.count { (count) } }
            (inside)
            p { a href={ (ROOT) (address) } { (more) } }
        }
    }
}
