//! The knowledge base (知识库) on pages.
//! - [`list`]: found by words, the published ones, and the queues of what waits for whom;
//! - [`entry`]: one entry; [`deeds`]: its way through review, as far as whoever is looking may take it;
//! - [`content`]: what an entry says, to be read and to be written; [`draft`]: a new one.

mod content;
mod deeds;
mod draft;
mod entry;
mod list;

use crate::console::pages::For::WhoMay;
use crate::console::pages::Pages;
use chuishao_domain::account::action::Action;

pub use list::home_part;

pub fn write(pages: Pages) -> Pages {
    pages
        .get("/knowledge", WhoMay(Action::ReadKnowledge), list::page)
        .get("/knowledge/new", WhoMay(Action::WriteKnowledge), draft::page)
        .post("/knowledge/new", WhoMay(Action::WriteKnowledge), draft::draft)
        .get("/knowledge/{id}", WhoMay(Action::ReadKnowledge), entry::page)
        .post("/knowledge/{id}/commands/{command}", WhoMay(Action::WriteKnowledge), entry::command)
}
