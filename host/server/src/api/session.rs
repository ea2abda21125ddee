//! Sessions over HTTP: signing in and out, and the own password.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom};
use super::problem::Problem;
use super::request::Body;
use crate::accounts::access::Access;
use crate::accounts::{Secret, sign_in};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chuishao_domain::account::{Account, AccountName};
use serde::Deserialize;
use serde_json::{Value, json};

/// Who wants in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// 登录名
    name: String,
    /// 密码
    password: Secret,
}

fn shown(gate: &Gate, account: &Account, must_change: bool) -> Value {
    let catalogue = &gate.desk.world().catalogue;
    let post = |post: &chuishao_domain::account::post::Post| json!({ "post": post, "words": post.words(catalogue) });
    let posts: Vec<Value> = account.posts.iter().map(post).collect();
    json!({
        "name": account.name, "kind": account.kind, "number": account.number, "title": account.title,
        "posts": posts, "must_change_password": must_change,
    })
}

const NOT_KEPT: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// `POST /v1/session`
pub async fn begin(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    body: Body,
) -> Result<Response, Problem> {
    if gate.access == Access::TrustPosts {
        let chinese = "服务以信任岗位的方式启动，不用登录";
        return Err(Problem::conflict("posts-trusted", chinese, "posts are believed here; there is no signing in"));
    }
    let SignIn { name, password } = body.parse()?;
    let begun = sign_in::sign_in(&gate.desk, &gate.passwords, (&name, &password), &from).await?;
    let shown = Json(shown(&gate, &begun.account, begun.must_change));
    let head = [(header::SET_COOKIE, gate.set_cookie(&begun.word)), (NOT_KEPT.0, NOT_KEPT.1.to_owned())];
    Ok((StatusCode::CREATED, head, shown).into_response())
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
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
    sign_in::change_password(&gate.desk, &gate.passwords, name, (&old, &new), &from).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gate.clear_cookie())]).into_response())
}
