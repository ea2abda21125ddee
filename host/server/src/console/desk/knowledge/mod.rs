//! The knowledge base (知识库) on pages.
//! - [`list`]: found by words, the published ones, and the queues of what waits for whom;
//! - [`entry`]: one entry; [`deeds`]: its way through review, as far as whoever is looking may take it;
//! - [`content`]: what an entry says, to be read and to be written; [`draft`]: a new one.

mod content;
mod deeds;
mod draft;
mod entry;
mod list;

use crate::console::Console;
use axum::Router;
use axum::routing::{get, post};

pub use list::home_part;

pub fn routes() -> Router<Console> {
    Router::new()
        .route("/knowledge", get(list::page))
        .route("/knowledge/new", get(draft::page).post(draft::draft))
        .route("/knowledge/{id}", get(entry::page))
        .route("/knowledge/{id}/commands/{command}", post(entry::command))
}
