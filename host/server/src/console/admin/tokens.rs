//! Tokens of machines (令牌): issued on the page of their account and shown this once, and revoked there.

use super::accounts::{drawn, shown_once};
use crate::console::fault::Fault;
use crate::console::form::{Field, Filled, Takes, body, key};
use crate::console::inside::part as address_part;
use crate::console::layout::done;
use crate::console::once::{Once, Word};
use crate::console::stamp::who;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::{Form as Posted, Path};
use axum::http::Method;
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use serde_json::json;

/// The form that issues a token, beside those of the commands.
pub(super) const ISSUE: &str = "issue-token";

pub(super) fn issuing(chrome: &Chrome) -> Vec<Field> {
    vec![
        Field { most_chars: 60, ..Field::new("title", chrome.t("用途", "What for"), Takes::Line) },
        Field::new("days", chrome.t("有效天数", "Days"), Takes::Number(1, 366)).value("90"),
    ]
}

#[derive(Deserialize)]
struct Issued {
    word: String,
}

pub async fn issue(
    visitor: Visitor,
    once: Once,
    Path(name): Path<String>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let body = body(&issuing(&visitor.chrome), &filled);
    let address = format!("/v1/accounts/{}/tokens", address_part(&name));
    let form = format!("{} {} {address} {}", who(&visitor), key(&visitor, &filled), json!(body));
    let asking = visitor.clone();
    let make = async move {
        let reply = asking.send(&address, &Sent::post(body.into(), "")).await?;
        read::<Issued>(&reply).map(|issued| Word::new(issued.word))
    };
    match once.word(form, make).await {
        Ok(word) => Ok(shown_once(&visitor, &name, &html! { (visitor.t("令牌已签发", "The token is issued")) }, &word)),
        Err(problem) => drawn(&visitor, &name, &filled, ISSUE, Some(&problem)).await,
    }
}

pub async fn revoke(visitor: Visitor, Path((name, id)): Path<(String, String)>) -> Result<Response, Fault> {
    let address = format!("/v1/accounts/{}/tokens/{}", address_part(&name), address_part(&id));
    let reply = visitor.raw(Method::DELETE, &address, &[], "").await;
    reply.map_err(|problem| visitor.fault(problem))?;
    Ok(done(&format!("/accounts/{name}"), visitor.t("令牌已吊销", "The token is revoked")))
}
