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

use crate::console::Console;
use crate::console::visitor::Visitor;
use axum::Router;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Target, admit};

pub use list::home_part;

pub fn routes() -> Router<Console> {
    Router::new()
        .route("/topics", get(list::page).post(list::propose))
        .route("/topics/new", get(propose::page).post(propose::propose))
        .route("/topics/thresholds", get(thresholds::page).post(thresholds::change))
        .route("/topics/{id}", get(one::page))
        .route("/topics/{id}/commands/{command}", post(one::command))
}

/// Whether this post sees the figures of the whole city, of which topics come.
fn sees_city(visitor: &Visitor) -> bool {
    let acting = visitor.acting.as_ref();
    acting.is_some_and(|acting| admit(acting, Action::ReadTopics, Target::City, &visitor.world).is_ok())
}
