//! Being built.
use super::Console;
use axum::Router;
pub fn routes() -> Router<Console> {
    Router::new()
}
