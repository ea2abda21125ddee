//! The page over HTTP, for this machine alone: it listens on loopback, answers to no other name
//! than its own address (a foreign page cannot make a name of its own point here), and takes JSON
//! only, which no foreign page may send. It loads nothing from anywhere else.

use super::bench::{Workbench, choices};
use super::play;
use crate::plugin::scenario::Scenario;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long the page waits for the next change before it asks again.
const MOST_WAIT: Duration = Duration::from_secs(20);

/// Largest story that the page sends.
const MOST_STORY_BYTES: usize = 1 << 20;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Every route.
pub fn router(workbench: Arc<Workbench>, address: SocketAddr) -> Router {
    Router::new()
        .route("/", get(|| async { asset("text/html; charset=utf-8", include_str!("../../../assets/dev/page.html")) }))
        .route(
            "/page.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("../../../assets/dev/page.css")) }),
        )
        .route(
            "/page.js",
            get(|| async { asset("text/javascript; charset=utf-8", include_str!("../../../assets/dev/page.js")) }),
        )
        .route("/icon.svg", get(|| async { asset("image/svg+xml", include_str!("../../../assets/dev/icon.svg")) }))
        .route("/api/state", get(state))
        .route("/api/choices", get(all_choices))
        .route("/api/play", post(play_story))
        .route("/api/scenarios", post(save_story))
        .layer(DefaultBodyLimit::max(MOST_STORY_BYTES))
        .layer(middleware::from_fn(move |request: Request, next: Next| guarded(address, request, next)))
        .with_state(workbench)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Only for whoever means this address, and with the page's policy.
async fn guarded(address: SocketAddr, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = [address.to_string(), format!("localhost:{}", address.port())];
    if !own.iter().any(|own| own == named) {
        return (StatusCode::FORBIDDEN, "请用本机地址打开").into_response();
    }
    let mut answer = next.run(request).await;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[derive(Deserialize)]
struct Seen {
    after: Option<u64>,
}

/// What is shown, once it is something else than the page has.
async fn state(State(workbench): State<Arc<Workbench>>, Query(seen): Query<Seen>) -> Response {
    let mut changes = workbench.changes();
    let newer = |number: &u64| seen.after.is_none_or(|seen| *number != seen);
    // After the wait the page is told what there is, changed or not.
    let _ = tokio::time::timeout(MOST_WAIT, changes.wait_for(newer)).await;
    let number = *changes.borrow_and_update();
    let shown = workbench.shown();
    Json(json!({
        "number": number, "busy": shown.busy, "fault": shown.fault, "took": shown.took_millis,
        "built": shown.ready.as_ref().map(|ready| ready.guest.package().digest.clone()), "stories": shown.stories,
    }))
    .into_response()
}

fn not_built() -> Response {
    (StatusCode::CONFLICT, Json(json!({ "fault": "插件还没有构建成功", "steps": [] }))).into_response()
}

async fn all_choices(State(workbench): State<Arc<Workbench>>) -> Response {
    match workbench.shown().ready {
        Some(ready) => Json(choices(&ready)).into_response(),
        None => not_built(),
    }
}

async fn play_story(State(workbench): State<Arc<Workbench>>, Json(scenario): Json<Scenario>) -> Response {
    let Some(ready) = workbench.shown().ready else { return not_built() };
    match tokio::task::spawn_blocking(move || play::play(&ready, &scenario)).await {
        Ok(played) => Json(played).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    name: String,
    scenario: Scenario,
}

async fn save_story(State(workbench): State<Arc<Workbench>>, Json(kept): Json<Kept>) -> Response {
    let Some(ready) = workbench.shown().ready else { return not_built() };
    match play::save(&ready, &kept.name, &kept.scenario) {
        Ok(file) => Json(json!({ "file": file.display().to_string() })).into_response(),
        Err(faults) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "fault": faults.to_string() }))).into_response(),
    }
}
