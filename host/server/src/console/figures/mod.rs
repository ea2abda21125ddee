//! Figures (研判与考核): reports with charts that stand in print, score sheets with the way back to each
//! ticket, hot topics, campaigns, local reviews.
//! - [`reports`]: the reports, each also as a file; [`scores`]: sheets and pairs; [`appeals`];
//!   [`publications`]: peers beside peers;
//! - [`topics`]: what is hot, and topics; [`campaigns`]; [`reviews`]: what local rules wrote.

mod appeals;
mod campaigns;
mod publications;
mod reports;
pub mod reviews;
mod scores;
mod topics;

use super::ROOT;
use super::chart::{Bar, bars};
use super::fault::Fault;
use super::form::{Field, Filled, draw};
use super::language::Language;
use super::pages::For::{WhoMay, WhoMayInCity};
use super::pages::Pages;
use super::parts::nothing;
use super::visitor::{Chrome, Visitor};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::calendar::civil;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

pub fn write(pages: Pages) -> Pages {
    let pages = pages
        .get("/reports", WhoMay(Action::ReadReports), reports::page)
        .get("/reports/file", WhoMay(Action::ReadReports), reports::file)
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
        .get("/reviews", WhoMay(Action::ReadReviews), reviews::page);
    topics::write(pages)
}

/// What of the figures waits for this post, on the first page.
pub async fn home_parts(visitor: &Visitor) -> Result<Vec<Markup>, Fault> {
    let topics = if visitor.may(Action::CommandTopics) { topics::home_part(visitor).await? } else { None };
    Ok(topics.into_iter().collect())
}

/// A report as the API writes it.
#[derive(Deserialize)]
struct Report {
    title: String,
    period: String,
    made_at: Timestamp,
    tables: Vec<Table>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    columns: Vec<Column>,
    rows: Vec<BTreeMap<String, Cell>>,
}

#[derive(Deserialize)]
struct Column {
    key: String,
    heading: String,
    unit: String,
    decimals: u8,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Text(String),
    Number(Option<i64>),
}

impl Column {
    fn is_text(&self, rows: &[BTreeMap<String, Cell>]) -> bool {
        self.unit.is_empty() && rows.iter().any(|row| matches!(row.get(&self.key), Some(Cell::Text(_))))
    }

    fn with_unit(&self) -> String {
        if self.unit.is_empty() { self.heading.clone() } else { format!("{}（{}）", self.heading, self.unit) }
    }

    fn shown(&self, cell: Option<&Cell>) -> String {
        match cell {
            Some(Cell::Text(text)) => text.clone(),
            Some(Cell::Number(Some(number))) if self.decimals == 2 => {
                let sign = if *number < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", number.unsigned_abs() / 100, number.unsigned_abs() % 100)
            }
            Some(Cell::Number(Some(number))) => number.to_string(),
            Some(Cell::Number(None)) | None => "—".to_owned(),
        }
    }
}

/// Rows that a chart shows: what can be read at a glance; the table has all.
const MOST_BARS: usize = 20;

impl Report {
    /// Its tables, each with a chart of one of its columns where there is one to see.
    fn drawn(&self, chrome: &Chrome) -> Markup {
        html! {
            div lang="zh-CN" {
                h2 { (self.title) " " span.count { (self.period) } }
                @for table in &self.tables {
                    section.part {
                        h2 { (table.name) }
                        (table.chart())
                        (table.drawn(chrome))
                    }
                }
                @for note in &self.notes { p.quiet { (note) } }
                p.quiet { "生成时刻 " (super::parts::at(self.made_at)) }
            }
        }
    }
}

impl Table {
    fn drawn(&self, chrome: &Chrome) -> Markup {
        html! {
            @if self.rows.is_empty() { (nothing(chrome.t("没有数据。", "No data."))) }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(self.name) {
                    table {
                        thead { tr { @for column in &self.columns { @if column.is_text(&self.rows) { th scope="col" { (column.with_unit()) } } @else { th.num scope="col" { (column.with_unit()) } } } } }
                        tbody {
                            @for row in &self.rows {
                                tr {
                                    @for column in &self.columns {
                                        @let text = column.shown(row.get(&column.key));
                                        @if column.is_text(&self.rows) { td { (text) } } @else { td.num { (text) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The first figure by the first name, beside that of before where there is one, the rows as they stand.
    #[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
    fn chart(&self) -> Markup {
        let texts = || self.columns.iter().filter(|column| column.is_text(&self.rows));
        let named = texts().find(|column| matches!(column.key.as_str(), "name" | "territory_name" | "title"));
        let label = |row: &BTreeMap<String, Cell>| match named {
            Some(column) => column.shown(row.get(&column.key)),
            None => texts().map(|column| column.shown(row.get(&column.key))).collect::<Vec<_>>().join(" "),
        };
        let figure = self.columns.iter().find(|column| !column.is_text(&self.rows) && column.unit == "件");
        let before = self.columns.iter().find(|column| column.key == "before");
        let Some(figure) = figure else { return html! {} };
        // A sum of all rows would make every other bar short.
        let is_sum = |row: &BTreeMap<String, Cell>| matches!(label(row).as_str(), "全市" | "合计" | "");
        let bar = |row: &BTreeMap<String, Cell>| {
            let Some(Cell::Number(Some(value))) = row.get(&figure.key) else { return None };
            let then = before.and_then(|column| match row.get(&column.key) {
                Some(Cell::Number(Some(then))) => Some((*then as f64, format!("{} {then}", column.heading))),
                _ => None,
            });
            Some(Bar {
                label: short(&label(row)),
                value: *value as f64,
                words: figure.shown(row.get(&figure.key)),
                before: then,
            })
        };
        let found: Vec<Bar> = self
            .rows
            .iter()
            .filter(|row| !is_sum(row))
            .filter_map(bar)
            .filter(|bar| named.is_some() || bar.value > 0.0)
            .take(MOST_BARS)
            .collect();
        if found.len() < 2 {
            html! {}
        } else {
            bars(&figure.with_unit(), &found)
        }
    }
}

/// A label that fits beside its bar.
fn short(label: &str) -> String {
    const MOST: usize = 13;
    if label.chars().count() <= MOST { label.to_owned() } else { label.chars().take(MOST - 1).chain(['…']).collect() }
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
