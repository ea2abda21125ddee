//! What pages load beside themselves (静态文件): one style sheet, one small script, one icon, from the
//! binary. Their address carries their digest, so that a browser keeps them until they change.

use super::{Console, ROOT};
use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chuishao_domain::digest::digest;
use std::sync::OnceLock;

const STYLE: &str = include_str!("../../assets/console/console.css");
const SCRIPT: &str = include_str!("../../assets/console/console.js");
const ICON: &str = include_str!("../../assets/console/icon.svg");

/// Letters of a digest that tell one version from another.
const DIGEST_LETTERS: usize = 12;

fn address(name: &str, text: &str) -> String {
    let digest: String = digest(text.as_bytes()).chars().take(DIGEST_LETTERS).collect();
    format!("{ROOT}/assets/{name}?{digest}")
}

/// Where the style sheet stands.
pub fn style_address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| address("console.css", STYLE))
}

/// Where the script stands.
pub fn script_address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| address("console.js", SCRIPT))
}

pub fn routes() -> Router<Console> {
    Router::new().route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "console.css" => ("text/css; charset=utf-8", STYLE),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")], text)
        .into_response()
}
