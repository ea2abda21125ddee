//! Topics (议题): what is hot and what came of it, on pages.
//! - [`list`]: what comes up today and this month, the open topics; [`propose`]: one in own words;
//! - [`one`]: a topic's page; [`deeds`], [`forms`]: what can be done there; [`story`]: what it has come to;
//! - [`thresholds`]: when something is hot.

mod deeds;
mod forms;
mod list;
mod one;
mod propose;
mod story;
mod thresholds;

use crate::console::pages::For::{WhoMay, WhoMayInCity};
use crate::console::pages::Pages;
use chuishao_domain::account::action::Action;

pub use list::home_part;

pub fn write(pages: Pages) -> Pages {
    pages
        .get("/topics", WhoMay(Action::ReadTopics), list::page)
        .post("/topics", WhoMayInCity(Action::CommandTopics), list::propose)
        .get("/topics/new", WhoMay(Action::CommandTopics), propose::page)
        .post("/topics/new", WhoMay(Action::CommandTopics), propose::propose)
        .get("/topics/thresholds", WhoMay(Action::ReadTopics), thresholds::page)
        .post("/topics/thresholds", WhoMay(Action::SetThresholds), thresholds::change)
        .get("/topics/{id}", WhoMay(Action::ReadTopics), one::page)
        .post("/topics/{id}/commands/{command}", WhoMay(Action::CommandTopics), one::command)
}
