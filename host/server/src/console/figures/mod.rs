//! Figures (研判与考核): reports with charts that stand in print, score sheets with the way back to each
//! ticket, hot topics, campaigns, local reviews.
//! - [`reports`]: the reports, each also as a file; [`report`]: one on a page; [`scores`]: sheets and pairs; [`appeals`];
//!   [`publications`]: peers beside peers;
//! - [`topics`]: what is hot, and topics; [`campaigns`]; [`reviews`]: what local rules wrote.

mod appeals;
mod campaigns;
mod publications;
mod report;
mod reports;
pub mod reviews;
mod scores;
mod topics;

use super::ROOT;
use super::fault::Fault;
use super::form::{Field, Filled, draw};
use super::language::Language;
use super::pages::For::{WhoMay, WhoMayInCity, WhoMayInTerritory};
use super::pages::Pages;
use super::visitor::Visitor;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use maud::{Markup, html};

pub fn write(pages: Pages) -> Pages {
    let pages = pages
        .get("/reports", WhoMayInTerritory(Action::ReadReports), reports::page)
        .get("/reports/file", WhoMayInTerritory(Action::ReadReports), reports::file)
        .get("/scores", WhoMay(Action::ReadScores), scores::sheet)
        .get("/scores/line", WhoMay(Action::ReadScores), scores::line)
        .get("/scores/tickets/{id}", WhoMay(Action::ReadScores), scores::ledger)
        .post("/scores/tickets/{id}", WhoMay(Action::LodgeAppeals), scores::lodge)
        .get("/publications", WhoMay(Action::ReadPublications), publications::page)
        .post("/publications", WhoMay(Action::PublishScores), publications::publish)
        .get("/appeals", WhoMay(Action::ReadAppeals), appeals::page)
        .post("/appeals/exclude", WhoMay(Action::ExcludeTickets), appeals::exclude)
        .post("/appeals/{id}/ruling", WhoMay(Action::RuleOnAppeals), appeals::decide)
        .get("/campaigns", WhoMay(Action::ReadCampaigns), campaigns::list)
        .post("/campaigns", WhoMayInCity(Action::CommandCampaigns), campaigns::launch)
        .get("/campaigns/{id}", WhoMay(Action::ReadCampaigns), campaigns::page)
        .post("/campaigns/{id}/commands/{command}", WhoMay(Action::CommandCampaigns), campaigns::command)
        .get("/campaigns/{id}/file", WhoMay(Action::ReadCampaigns), campaigns::file)
        .get("/reviews", WhoMayInTerritory(Action::ReadReviews), reviews::page);
    topics::write(pages)
}

/// What of the figures waits for this post, on the first page.
pub async fn home_parts(visitor: &Visitor) -> Result<Vec<Markup>, Fault> {
    let topics = if visitor.may(Action::CommandTopics) { topics::home_part(visitor).await? } else { None };
    Ok(topics.into_iter().collect())
}

/// A label that fits beside its bar.
fn short(label: &str) -> String {
    // Thirteen Chinese characters, of which two Latin letters take the room of one.
    const MOST: usize = 26;
    let width = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    if label.chars().map(width).sum::<usize>() <= MOST {
        return label.to_owned();
    }
    let room = |used: &mut usize, letter: char| {
        *used += width(letter);
        (*used <= MOST - 2).then_some(letter)
    };
    label.chars().scan(0, room).chain(['…']).collect()
}

/// Fields above a page that asks for something: sent by `get`.
fn filters(language: Language, path: &str, fields: &[Field], filled: &Filled, button: &str) -> Markup {
    html! {
        form.filters.no-print method="get" action={ (ROOT) (path) } {
            @for field in fields { (draw(language, field, filled, "")) }
            button type="submit" { (button) }
        }
    }
}

/// The last whole month, `2024-10`: what one mostly wants to see.
fn last_month(visitor: &Visitor) -> String {
    let today = civil(visitor.now).date();
    let day = today.first_of_month().checked_sub(jiff::Span::new().days(1)).unwrap_or(today);
    day.strftime("%Y-%m").to_string()
}

/// A file of the API as it came.
fn handed_on(reply: crate::console::inside::Reply) -> Response {
    (reply.status, reply.headers, reply.body).into_response()
}
