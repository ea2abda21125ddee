//! Whether a browser sends a request from one of our own pages (同源). One rule for the console and the
//! API: what changes something and carries a cookie, or signs in, comes from here or not at all. A
//! program that shows a token has nothing that another page could use.

use super::gate::of_gateway;
use axum::http::{HeaderMap, HeaderName, header};

/// By what a request says from which page it comes.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// By `Sec-Fetch-Site`, which browsers send over HTTPS and on the own machine, and by `Origin`, which
/// they always send with what changes something. What says neither is no browser, and has a token.
#[must_use]
pub fn is_own_page(headers: &HeaderMap, behind_gateway: bool) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(&SITE);
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text(&header::ORIGIN) else { return site.is_some() };
    let forwarded = of_gateway(headers, "x-forwarded-host").filter(|_| behind_gateway);
    let host = forwarded.or(text(&header::HOST));
    origin.split_once("://").map(|(_, authority)| authority) == host
}

/// Whether a request looks like a browser's: it says from which page it comes, or carries a cookie.
pub fn is_of_a_browser(headers: &HeaderMap) -> bool {
    [&SITE, &header::ORIGIN, &header::COOKIE].into_iter().any(|name| headers.contains_key(name))
}
