//! Signing in by the city's own provider over HTTP (单点登录): where a browser is sent, and what it brings
//! back. Its pages are the console's.

use super::gate::{Gate, RequestFrom, of_gateway};
use super::problem::Problem;
use super::request::Body;
use super::session::{NOT_KEPT, Shown, let_in};
use crate::accounts::Secret;
use crate::accounts::access::Access;
use crate::accounts::provider::Provider;
use crate::accounts::single_sign_on::{
    Elsewhere, Returned, SignOnError, begin as begin_elsewhere, finish as finish_here,
};
use crate::console::{ROOT, SINGLE_SIGN_ON};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

/// Longest address of a page that one comes back to: a list with its filters has some hundred.
const MOST_WANTED_BYTES: usize = 1024;

/// What is wanted behind the sign-in.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// 登录后要看的页面，例如 /console/tickets
    #[serde(default)]
    to: String,
}

/// Where it goes on.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Onward {
    /// 登录服务的地址
    address: String,
}

/// What the provider sends back by the browser.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// 授权码
    code: Option<Secret>,
    /// 开始时给出的 state
    state: Option<Secret>,
    /// 没有授权码的原因
    error: Option<String>,
}

/// Who signed in.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Arrived {
    /// 本人账号
    account: Shown,
    /// 登录后要看的页面；没有的为空
    to: String,
}

fn provider(gate: &Gate) -> Result<&Provider, Problem> {
    if gate.access == Access::TrustPosts {
        return Err(SignOnError::Off.into());
    }
    gate.provider.as_deref().ok_or_else(|| SignOnError::Off.into())
}

/// Where the provider leads back to: the page of this server, under the name that the browser knows it by. A
/// name that somebody made up the provider does not know, and leads nobody there.
fn comes_back_to(gate: &Gate, headers: &HeaderMap) -> Result<String, Problem> {
    let forwarded = of_gateway(headers, "x-forwarded-host").filter(|_| gate.behind_gateway);
    let host = forwarded.or(headers.get(header::HOST).and_then(|host| host.to_str().ok()));
    let scheme = if gate.behind_gateway { "https" } else { "http" };
    let address = host.map(|host| format!("{scheme}://{host}{ROOT}{SINGLE_SIGN_ON}"));
    let is_one = |address: &String| reqwest::Url::parse(address).is_ok_and(|url| url.as_str() == address);
    let malformed = || Problem::bad_request("请求头 Host 写法有误", "the header Host is malformed");
    address.filter(is_one).ok_or_else(malformed)
}

/// `POST /v1/session/single-sign-on`
pub async fn begin(Extension(gate): Extension<Gate>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    let Wanted { to } = body.parse()?;
    let to = if to.len() > MOST_WANTED_BYTES { "" } else { to.as_str() };
    let back = comes_back_to(&gate, &headers)?;
    let Elsewhere { word, address } = begin_elsewhere(&gate.desk, provider(&gate)?, &back, to).await?;
    let cookie = [(header::SET_COOKIE, gate.set_attempt(Some(&word)))];
    Ok((StatusCode::CREATED, [NOT_KEPT], cookie, Json(Onward { address })).into_response())
}

/// `POST /v1/session/single-sign-on/answer`
pub async fn finish(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Answer { code, state, error } = body.parse()?;
    let (provider, back) = (provider(&gate)?, comes_back_to(&gate, &headers)?);
    let returned = (gate.attempt(&headers), Returned { code, state, error });
    let (begun, to) = finish_here(&gate.desk, provider, returned, &back, &from).await?;
    // The attempt is over.
    Ok(let_in(&gate, &begun, Some(gate.set_attempt(None)), |account| Arrived { account, to }))
}
