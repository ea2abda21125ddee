//! Sessions over HTTP: signing in and out, and the own password.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom};
use super::problem::Problem;
use super::request::Body;
use crate::accounts::access::Access;
use crate::accounts::sign_in::Begun;
use crate::accounts::{Secret, sign_in};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use chuishao_domain::account::post::Post;
use chuishao_domain::account::{Account, AccountName, Kind};
use serde::{Deserialize, Serialize};

/// Who wants in.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// 登录名
    name: String,
    /// 密码
    password: Secret,
}

/// A post of the own account.
#[derive(Serialize, schemars::JsonSchema)]
pub struct OwnPost {
    /// As `Chuishao-Actor` names it.
    post: Post,
    /// In words.
    words: String,
}

/// The own account.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Shown {
    name: AccountName,
    kind: Kind,
    number: String,
    title: String,
    posts: Vec<OwnPost>,
    must_change_password: bool,
}

fn shown(gate: &Gate, account: &Account, must_change_password: bool) -> Shown {
    let catalogue = &gate.desk.world().catalogue;
    let own = |post: &Post| OwnPost { post: post.clone(), words: post.words(catalogue) };
    Shown {
        name: account.name.clone(),
        kind: account.kind,
        number: account.number.clone(),
        title: account.title.clone(),
        posts: account.posts.iter().map(own).collect(),
        must_change_password,
    }
}

pub(super) const NOT_KEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// 201: a session has begun, whichever way it did. The browser gets its cookies, and one `beside` them; `told` makes
/// what is told of the account.
pub(super) fn let_in<T: Serialize>(
    gate: &Gate,
    begun: &Begun,
    beside: Option<String>,
    told: impl FnOnce(Shown) -> T,
) -> Response {
    let device = begun.device.as_ref().map(|device| gate.set_device(device));
    let cookies = [gate.set_cookie(&begun.word)].into_iter().chain(device).chain(beside);
    let cookies = AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
    let told = told(shown(gate, &begun.account, begun.must_change));
    (StatusCode::CREATED, [NOT_KEPT], cookies, Json(told)).into_response()
}

/// `POST /v1/session`
pub async fn begin(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if gate.access == Access::TrustPosts {
        let chinese = "服务以信任岗位的方式启动，不用登录";
        return Err(Problem::conflict("posts-trusted", chinese, "posts are believed here; there is no signing in"));
    }
    let SignIn { name, password } = body.parse()?;
    let device = gate.device(&headers);
    let begun = sign_in::sign_in(&gate.desk, &gate.passwords, (&name, &password), device.as_ref(), &from).await?;
    Ok(let_in(&gate, &begun, None, |account| account))
}

fn own(entrant: &Entrant) -> Result<&AccountName, Problem> {
    let without = || Problem::not_found("以信任岗位的方式启动的服务没有登录的账号", "there are no accounts here");
    entrant.asker.account.as_ref().ok_or_else(without)
}

/// `GET /v1/session`
pub async fn show(Extension(gate): Extension<Gate>, entrant: Entrant) -> Result<Response, Problem> {
    let kept = gate.desk.store.account(own(&entrant)?).await?.ok_or_else(Problem::internal)?;
    Ok(Json(shown(&gate, &kept.account, entrant.asker.must_change)).into_response())
}

/// `DELETE /v1/session`
pub async fn end(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    entrant: Entrant,
) -> Result<Response, Problem> {
    let name = own(&entrant)?;
    let machine = || Problem::conflict("no-session", "令牌没有会话，请由安全管理员吊销", "a token has no session");
    let session = entrant.asker.session.as_deref().ok_or_else(machine)?;
    sign_in::sign_out(&gate.desk, name, session, &from).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gate.clear_cookie())]).into_response())
}

/// The old and the new.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    old: Secret,
    new: Secret,
}

/// `POST /v1/session/password`: all sessions end; one signs in anew.
pub async fn change_password(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    entrant: Entrant,
    body: Body,
) -> Result<Response, Problem> {
    let name = own(&entrant)?;
    let Change { old, new } = body.parse()?;
    let own = (name, entrant.asker.session.as_deref().unwrap_or_default());
    sign_in::change_password(&gate.desk, &gate.passwords, own, (&old, &new), &from).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gate.clear_cookie())]).into_response())
}
