//! Accounts over HTTP: for the system's administrator and the security's, each within the own duty.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom};
use super::problem::Problem;
use super::request::{Address, Addressed, Body, at_version, expected_version, made};
use crate::accounts::From;
use crate::accounts::keep::Keeper;
use crate::store::accounts::KeptAccount;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chuishao_domain::World;
use chuishao_domain::account::AccountName;
use chuishao_domain::account::handle::Hand;
use serde::Deserialize;
use serde_json::{Value, json};

impl Addressed for AccountName {
    const FAULT: (&str, &str) =
        ("登录名须为 2 到 32 个小写字母、数字、点或连字符，以字母开头", "the name is malformed");

    fn read(text: String) -> Option<Self> {
        Self::parse(&text)
    }
}

/// Who is asked on behalf of, where posts are believed: nobody's account.
const TRUSTED: &str = "trusted";

fn hand(entrant: &Entrant) -> Result<Hand, Problem> {
    let name = entrant.asker.account.clone().unwrap_or_else(|| AccountName(TRUSTED.to_owned()));
    Ok(Hand::Account { name, acting: entrant.acting()?.clone() })
}

fn keeper<'a>(gate: &'a Gate, hand: &'a Hand, world: &'a World, from: &'a From) -> Keeper<'a> {
    let now = gate.desk.clock.now();
    Keeper { store: &gate.desk.store, passwords: &gate.passwords, world, hand, from: &from.0, now }
}

fn shown(kept: &KeptAccount, world: &World) -> Value {
    let words: Vec<String> = kept.account.posts.iter().map(|post| post.words(&world.catalogue)).collect();
    json!({
        "account": kept.account, "posts_in_words": words, "password_set_at": kept.password_set_at,
        "must_change_password": kept.must_change,
    })
}

/// `GET /v1/accounts`
pub async fn list(Extension(gate): Extension<Gate>) -> Result<Response, Problem> {
    let (kept, world) = (gate.desk.store.accounts().await?, gate.desk.world());
    let accounts: Vec<Value> = kept.iter().map(|kept| shown(kept, &world)).collect();
    Ok(Json(json!({ "accounts": accounts })).into_response())
}

fn absent() -> Problem {
    Problem::not_found("没有这个账号，请核对登录名", "no such account")
}

/// `GET /v1/accounts/{name}`
pub async fn show(Extension(gate): Extension<Gate>, Address(name): Address<AccountName>) -> Result<Response, Problem> {
    let kept = gate.desk.store.account(&name).await?.ok_or_else(absent)?;
    Ok(at_version(kept.account.version, shown(&kept, &gate.desk.world())))
}

/// `POST /v1/accounts/{name}/commands`: a password to begin with is told in the answer, this once.
pub async fn command(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    Address(name): Address<AccountName>,
    entrant: Entrant,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let (hand, world) = (hand(&entrant)?, gate.desk.world());
    let (command, expected) = (body.parse()?, expected_version(&headers)?);
    let done = keeper(&gate, &hand, &world, &from).command(&name, &command, expected).await?;
    let password = done.password.as_ref().map(crate::accounts::Secret::expose);
    Ok(Json(json!({
        "account": done.account, "happened": done.happened, "first_password": password,
    }))
    .into_response())
}

/// `GET /v1/accounts/{name}/tokens`
pub async fn tokens(
    Extension(gate): Extension<Gate>,
    Address(name): Address<AccountName>,
) -> Result<Response, Problem> {
    gate.desk.store.account(&name).await?.ok_or_else(absent)?;
    Ok(Json(json!({ "tokens": gate.desk.store.tokens(&name).await? })).into_response())
}

/// What a token is for, and for how long.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    title: String,
    days: u16,
}

/// `POST /v1/accounts/{name}/tokens`: the token is told in the answer, this once.
pub async fn issue_token(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    Address(name): Address<AccountName>,
    entrant: Entrant,
    body: Body,
) -> Result<Response, Problem> {
    let (hand, world) = (hand(&entrant)?, gate.desk.world());
    let Wanted { title, days } = body.parse()?;
    let (token, word) = keeper(&gate, &hand, &world, &from).issue_token(&name, &title, days).await?;
    Ok(made(json!({ "token": token, "word": word.expose() })))
}

/// `DELETE /v1/accounts/{name}/tokens/{id}`
pub async fn revoke_token(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    path: Result<Path<(String, String)>, PathRejection>,
    entrant: Entrant,
) -> Result<Response, Problem> {
    let parsed = path.ok().and_then(|Path((name, id))| Some((AccountName::parse(&name)?, id)));
    let (name, id) = parsed.ok_or_else(|| Problem::bad_request(AccountName::FAULT.0, AccountName::FAULT.1))?;
    let (hand, world) = (hand(&entrant)?, gate.desk.world());
    keeper(&gate, &hand, &world, &from).revoke_token(&name, &id).await?;
    Ok((StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "no-store")]).into_response())
}
