//! Being built.
use super::Console;
use axum::Router;
pub fn routes() -> Router<Console> {
    Router::new()
}
pub async fn home_part(_: &super::visitor::Visitor) -> Result<maud::Markup, super::fault::Fault> {
    Ok(maud::html! {})
}
