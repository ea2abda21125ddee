//! Being built.
use super::Console;
use axum::Router;
pub fn routes() -> Router<Console> {
    Router::new()
}
pub async fn home_parts(_: &super::visitor::Visitor) -> Result<Vec<maud::Markup>, super::fault::Fault> {
    Ok(vec![])
}
