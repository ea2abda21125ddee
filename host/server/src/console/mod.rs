//! The console (控制台): the pages that people work on. Made on the server, with nothing from
//! outside and no script that a page could not do without.
//!
//! Pages have no way of their own into the work: each asks the API, inside the process, in the name
//! of who is signed in (`inside`). So the one gate, the one table of permissions and the one list of
//! commands hold for both, and a page shows what the API answers or the words in which it refuses.
//! In reading order:
//! - `pages`: every page with whom it is for, which the table says;
//! - `visitor`: who is looking, and in which post; `language`: in which language;
//! - `layout`, `parts`, `form`, `fresh`, `rows`, `choices`, `deeds`, `chart`: what pages are
//!   made of; `upload`: files that are sent; `fault`: refusals as pages;
//! - `stamp`, `shape`, `labels`: what a form says of its page and of itself; `received`: a form as it comes
//!   in; `kept`: what was typed when nobody was known any more; `once`: what is shown this once;
//! - `session`: signing in and out, the own password, post and language; `single_sign_on`: signing in by
//!   the city's own provider; `home`: what waits; `tour`: the first minutes;
//! - `desk`: calls, queues, a ticket; `plugins`; `figures`; `admin`;
//! - `assets`: the style sheet and the small script.

mod admin;
mod assets;
mod chart;
mod choices;
mod deeds;
mod desk;
mod fault;
mod figures;
mod form;
mod fresh;
mod home;
mod inside;
mod kept;
mod labels;
mod language;
mod layout;
mod once;
mod pages;
mod parts;
mod plugins;
mod received;
mod rows;
mod session;
mod shape;
mod single_sign_on;
mod stamp;
mod tour;
mod upload;
mod visitor;

use crate::api::{Gate, is_own_page};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};
use fault::Fault;
use once::Once;
use pages::Pages;
pub use pages::{For, Page};
use std::time::Instant;

/// Where the pages stand.
pub const ROOT: &str = "/console";

/// Where one goes below it to sign in by the city's own provider, and where that leads back to.
pub const SINGLE_SIGN_ON: &str = "/sign-in/single-sign-on";

/// Largest form: a ticket's text and fields. Packages and tables have their own limit.
const MOST_FORM_BYTES: usize = 256 << 10;

/// What a page may load: this server's own files, and no script or style within the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What the pages work with.
#[derive(Clone)]
struct Console {
    /// The API with its gate, as it serves everybody.
    api: Router,
    gate: Gate,
    /// What is shown this once.
    once: Once,
}

/// Every page.
fn book() -> Pages {
    let rooms = [
        session::write,
        single_sign_on::write,
        home::write,
        tour::write,
        desk::write,
        plugins::write,
        figures::write,
        admin::write,
    ];
    rooms.into_iter().fold(Pages::default(), |pages, write| write(pages))
}

/// Every page and every form, with whom it is for.
#[must_use]
pub fn pages() -> Vec<Page> {
    book().close().1
}

/// The pages in front of the API; whatever is no page is the API's.
pub fn with_console(api: Router, gate: Gate) -> Router {
    let console = Console { api: api.clone(), gate, once: Once::default() };
    let (routes, _) = book().close();
    let pages = routes
        .fallback(no_page)
        .layer(DefaultBodyLimit::max(MOST_FORM_BYTES))
        .layer(Extension(console.clone()))
        .layer(middleware::from_fn(fault::in_words))
        .layer(middleware::from_fn_with_state(console.clone(), own_pages_alone))
        .layer(middleware::from_fn_with_state(console.clone(), trace))
        .merge(assets::routes())
        .layer(middleware::from_fn(guarded));
    let pages = Router::new().nest(ROOT, pages).with_state(console);
    pages.fallback_service(api).layer(middleware::from_fn(front))
}

/// A browser comes to the pages, also with a slash at the end; a program is told of the API.
async fn front(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(page) = without_slash(request.uri()).filter(|_| reads) {
        return Redirect::permanent(&page).into_response();
    }
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if request.uri().path() == "/" && *request.method() == Method::GET && accepts.contains("text/html") {
        return Redirect::to(ROOT).into_response();
    }
    next.run(request).await
}

/// Where the page stands that somebody typed with a slash behind it; nothing where there is none.
fn without_slash(uri: &Uri) -> Option<String> {
    let page = uri.path().strip_suffix('/')?.trim_end_matches('/');
    let below = page.strip_prefix(ROOT)?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (below.is_empty() || below.starts_with('/')).then(|| format!("{page}{query}"))
}

async fn no_page(headers: HeaderMap) -> Fault {
    Fault::without_visitor(language::chosen(&headers), fault::Problem::no_page())
}

/// What a browser is told about every page.
async fn guarded(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // A form tells from which page it comes, and an address outside learns nothing.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // 一案一档 comes with its own: a page that is handed round has its style within.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Only our own pages send forms here, beside the cookie's own `SameSite`: the browser says so.
async fn own_pages_alone(State(console): State<Console>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own_page(request.headers(), console.gate.behind_gateway) {
        return next.run(request).await;
    }
    Fault::without_visitor(language::chosen(request.headers()), fault::Problem::of_another_page()).into_response()
}

/// One line for each page, as the API has one for each request.
async fn trace(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (started, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let answer = next.run(request).await;
    let took = started.elapsed();
    console.gate.metrics.answered(method.as_str(), &route, answer.status().as_u16(), took);
    tracing::info!(%method, route, status = answer.status().as_u16(), micros = took.as_micros(), "showed");
    answer
}
