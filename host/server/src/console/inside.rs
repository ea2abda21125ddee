//! Asking the API from within (站内请求): the same router that serves everybody, with the visitor's own
//! cookie and post. Nothing is read or decided that the API would not answer to that visitor.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::header::HeaderName;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::net::SocketAddr;
use tower::ServiceExt;

/// Largest answer that a page is made of.
const MOST_ANSWER_BYTES: usize = 32 << 20;

/// Headers of a visitor that go along: who it is, from where, and from which page.
const CARRIED: [HeaderName; 6] = [
    header::COOKIE,
    header::HOST,
    header::ORIGIN,
    HeaderName::from_static("sec-fetch-site"),
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
];

/// What was answered.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A header of a request from within.
pub type Extra = (HeaderName, String);

/// The API, asked in the name of one visitor.
#[derive(Clone)]
pub struct Inside {
    api: Router,
    carried: HeaderMap,
    peer: Option<ConnectInfo<SocketAddr>>,
    post: Option<String>,
}

/// Gives a request to a router, which answers whatever it is asked.
pub async fn ask(api: &Router, request: Request) -> Response {
    let Ok(answer) = api.clone().oneshot(request).await;
    answer
}

impl Inside {
    /// In the name of whoever sent these headers.
    pub fn new(api: Router, headers: &HeaderMap, peer: Option<ConnectInfo<SocketAddr>>) -> Self {
        let mut carried = HeaderMap::new();
        for name in &CARRIED {
            for value in headers.get_all(name) {
                carried.append(name, value.clone());
            }
        }
        Self { api, carried, peer, post: None }
    }

    /// The same in a post, as `Chuishao-Actor` names it.
    pub fn in_post(self, post: Option<String>) -> Self {
        Self { post, ..self }
    }

    /// Asks, and reads the answer.
    pub async fn send(&self, method: Method, path: &str, extra: &[Extra], body: impl Into<Body>) -> Reply {
        let failed =
            || Reply { status: StatusCode::INTERNAL_SERVER_ERROR, headers: HeaderMap::new(), body: Bytes::new() };
        let Ok(mut request) = Request::builder().method(method).uri(path).body(body.into()) else { return failed() };
        *request.headers_mut() = self.carried.clone();
        let post = self.post.iter().map(|post| (HeaderName::from_static("chuishao-actor"), post.clone()));
        for (name, value) in post.chain(extra.iter().cloned()) {
            let Ok(value) = HeaderValue::from_str(&value) else { return failed() };
            request.headers_mut().insert(name, value);
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        let (parts, body) = ask(&self.api, request).await.into_parts();
        match to_bytes(body, MOST_ANSWER_BYTES).await {
            Ok(body) => Reply { status: parts.status, headers: parts.headers, body },
            Err(_) => failed(),
        }
    }
}

/// Letters, digits and what else stands for itself everywhere (RFC 3986, 2.3), so that the audit log shows
/// what the pages asked as it shows what a program asked.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one part of an address.
pub fn part(text: &str) -> String {
    // Dots alone would lead to another address.
    let reserved = if text.bytes().all(|byte| byte == b'.') { NON_ALPHANUMERIC } else { RESERVED };
    utf8_percent_encode(text, reserved).to_string()
}

/// An address with a query, of which what is empty is left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", part(value)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}
