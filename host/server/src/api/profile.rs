//! What this server serves, for authors of plugins. Nothing in it is about anybody.

use crate::desk::Desk;
use crate::profile::HostProfile;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// `GET /v1/host`
pub async fn show(State(desk): State<Arc<Desk>>) -> Response {
    Json(HostProfile::of(&desk)).into_response()
}
