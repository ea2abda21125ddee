//! Accounts over HTTP: for the system's administrator and the security's, each within the own duty.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom};
use super::problem::Problem;
use super::request::{Address, Addressed, Body, at_version, expected_version, made, malformed};
use crate::accounts::From;
use crate::accounts::keep::Keeper;
use crate::store::accounts::KeptAccount;
use crate::store::sessions::Token;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chuishao_domain::World;
use chuishao_domain::account::handle::Hand;
use chuishao_domain::account::{Account, AccountName};
use chuishao_domain::sentence::{Sentence, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

impl Addressed for AccountName {
    const FAULT: (&str, &str) =
        ("登录名须为 2 到 32 个小写字母、数字、点或连字符，以字母开头", "the name is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        Self::parse(&text).ok_or_else(malformed::<Self>)
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

/// An account, as those who keep accounts see it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Shown {
    account: Account,
    posts_in_words: Vec<String>,
    #[schemars(with = "String")]
    password_set_at: Timestamp,
    must_change_password: bool,
}

/// All accounts.
#[derive(Serialize, schemars::JsonSchema)]
pub struct List {
    accounts: Vec<Shown>,
}

/// What a command came to.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Receipt {
    account: Account,
    happened: String,
    /// The same in English.
    english: Text,
    /// Told this once.
    first_password: Option<String>,
}

/// The tokens of an account.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Tokens {
    tokens: Vec<Token>,
}

/// A new token.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Issued {
    token: Token,
    /// Told this once.
    word: String,
}

fn shown(kept: KeptAccount, world: &World) -> Shown {
    Shown {
        posts_in_words: kept.account.posts.iter().map(|post| post.words(&world.catalogue)).collect(),
        account: kept.account,
        password_set_at: kept.password_set_at,
        must_change_password: kept.must_change,
    }
}

/// `GET /v1/accounts`
pub async fn list(Extension(gate): Extension<Gate>) -> Result<Json<List>, Problem> {
    let (kept, world) = (gate.desk.store.accounts().await?, gate.desk.world());
    Ok(Json(List { accounts: kept.into_iter().map(|kept| shown(kept, &world)).collect() }))
}

fn absent() -> Problem {
    Problem::not_found("没有这个账号，请核对登录名", "no such account")
}

/// `GET /v1/accounts/{name}`
pub async fn show(Extension(gate): Extension<Gate>, Address(name): Address<AccountName>) -> Result<Response, Problem> {
    let kept = gate.desk.store.account(&name).await?.ok_or_else(absent)?;
    Ok(at_version(kept.account.version, shown(kept, &gate.desk.world())))
}

/// `POST /v1/accounts/{name}/commands`: a password to begin with is told in the answer, this once.
pub async fn command(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    Address(name): Address<AccountName>,
    entrant: Entrant,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Receipt>, Problem> {
    let (hand, world) = (hand(&entrant)?, gate.desk.world());
    let (command, expected) = (body.parse()?, expected_version(&headers)?);
    let done = keeper(&gate, &hand, &world, &from).command(&name, &command, expected).await?;
    let first_password = done.password.as_ref().map(|password| password.expose().to_owned());
    let Sentence { chinese: happened, english } = done.happened;
    Ok(Json(Receipt { account: done.account, happened, english, first_password }))
}

/// `GET /v1/accounts/{name}/tokens`
pub async fn tokens(
    Extension(gate): Extension<Gate>,
    Address(name): Address<AccountName>,
) -> Result<Json<Tokens>, Problem> {
    gate.desk.store.account(&name).await?.ok_or_else(absent)?;
    Ok(Json(Tokens { tokens: gate.desk.store.tokens(&name).await? }))
}

/// What a token is for, and for how long.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
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
    Ok(made(Issued { token, word: word.expose().to_owned() }))
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
