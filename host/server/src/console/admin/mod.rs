//! Administration (管理): accounts, each duty within its own; the audit log; units, categories and the
//! calendar; how the server runs.
//! - [`accounts`], [`tokens`]; [`audit`]; [`mod@reference`]: what is read of the catalogue and the calendar, and new
//!   editions of both; [`operations`].

mod accounts;
mod audit;
mod operations;
mod reference;
mod tokens;

use super::ROOT;
use super::fault::Fault;
use super::pages::For::WhoMay;
use super::pages::Pages;
use super::visitor::Visitor;
use chuishao_domain::account::action::Action;
use maud::{Markup, html};

pub fn write(pages: Pages) -> Pages {
    let pages = pages
        .get("/accounts", WhoMay(Action::ReadAccounts), accounts::list)
        .post("/accounts", WhoMay(Action::KeepAccounts), accounts::create)
        .get("/accounts/{name}", WhoMay(Action::ReadAccounts), accounts::page)
        // Each duty has its own commands, which stand on the account's page.
        .post("/accounts/{name}/commands/{command}", WhoMay(Action::ReadAccounts), accounts::command)
        .post("/accounts/{name}/tokens", WhoMay(Action::IssueTokens), tokens::issue)
        .post("/accounts/{name}/tokens/{id}/revoke", WhoMay(Action::IssueTokens), tokens::revoke)
        .get("/audit", WhoMay(Action::ReadAudit), audit::page)
        .get("/operations", WhoMay(Action::ReadOperations), operations::page);
    reference::write(pages)
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
