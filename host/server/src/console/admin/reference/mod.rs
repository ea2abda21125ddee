//! The catalogue and the calendar (职责清单、工作日历): what is in force, by whose paper, and what is
//! imported: a file is looked at first, and taken by a second form that holds what was looked at.
//! - [`catalogue`]: units and categories; [`editions`]: the catalogue's editions, and a new one;
//! - [`calendar`]: the holiday notices, and a new one.

mod calendar;
mod catalogue;
mod editions;

use crate::console::pages::For::WhoMay;
use crate::console::pages::Pages;
use crate::console::parts::written;
use crate::console::visitor::Chrome;
use chuishao_domain::account::action::Action;
use maud::{Markup, html};
use serde::Deserialize;

/// Largest form: every table at its largest, as the API takes them, and what a form puts between.
const MOST_IMPORT_BYTES: usize = 8 << 20;

pub fn write(pages: Pages) -> Pages {
    pages
        .get("/units", WhoMay(Action::ReadReference), catalogue::units)
        .get("/categories", WhoMay(Action::ReadReference), catalogue::categories)
        .get("/calendar", WhoMay(Action::ReadReference), calendar::page)
        .large_post("/calendar", WhoMay(Action::ImportReference), (calendar::import, MOST_IMPORT_BYTES))
        .large_post("/calendar/look", WhoMay(Action::ImportReference), (calendar::look, MOST_IMPORT_BYTES))
        .get("/catalogue", WhoMay(Action::ReadReference), editions::page)
        .large_post("/catalogue", WhoMay(Action::ImportReference), (editions::import, MOST_IMPORT_BYTES))
        .get("/catalogue/tables/{name}", WhoMay(Action::ReadReference), editions::table)
        .large_post("/catalogue/look", WhoMay(Action::ImportReference), (editions::look, MOST_IMPORT_BYTES))
}

/// What an import came to, or would.
#[derive(Deserialize)]
struct Receipt {
    changes: Vec<String>,
}

/// What would change, before somebody says yes to it.
fn changes(chrome: &Chrome, receipt: &Receipt) -> Markup {
    html! {
        p { (chrome.t("会改变以下内容，还没有写入：", "This would change; nothing is written yet:")) " " span.count { (receipt.changes.len()) } }
        @if receipt.changes.is_empty() { p.quiet { (chrome.t("没有差别。", "Nothing.")) } }
        ul { @for change in &receipt.changes { li { (written(change)) } } }
    }
}
