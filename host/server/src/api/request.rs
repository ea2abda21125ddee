//! What every room reads of a request (请求), and what it answers: the thing that an address names,
//! a command with who gives it, its key and its version, a query, a page of a list; a receipt,
//! and what stands at a version. A fault is told in the words of the room.

use super::actor::{Entrant, RoomActor, actor};
use super::problem::Problem;
use crate::aggregate::{Aggregate, Submission, submit};
use crate::desk::Desk;
use crate::once::Key;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::AccountName;
use chuishao_domain::actor::By;
use chuishao_domain::digest::digest;
use chuishao_domain::ids::{CallerRef, CampaignId, KnowledgeId, TicketId, TopicId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::{Debug, Display};

/// Longest idempotency key: a UUID and some.
const MOST_KEY_BYTES: usize = 128;

/// Rows of a page that says no number: a screen.
pub const ROWS: u32 = 50;

/// An id that stands in an address.
pub trait Addressed: Sized {
    /// What is wrong with the address otherwise, first in Chinese, then in English.
    const FAULT: (&str, &str);

    /// Reads it. What can be told to be mistyped is not looked up.
    fn read(text: String) -> Result<Self, Problem>;
}

/// What is no id of this kind at all.
pub fn malformed<Id: Addressed>() -> Problem {
    Problem::bad_request(Id::FAULT.0, Id::FAULT.1)
}

impl Addressed for TicketId {
    const FAULT: (&str, &str) = ("工单编号有误，应如 WF20240625000042-4", "the ticket's id is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        let id = Self(text);
        match (id.has_form(), id.is_well_formed()) {
            (false, _) => Err(malformed::<Self>()),
            (true, false) => Err(Problem::mistyped_ticket()),
            (true, true) => Ok(id),
        }
    }
}

impl Addressed for KnowledgeId {
    const FAULT: (&str, &str) = ("知识条目编号有误，应如 ZS000042", "the entry's id is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        Some(Self(text)).filter(Self::is_well_formed).ok_or_else(malformed::<Self>)
    }
}

impl Addressed for TopicId {
    const FAULT: (&str, &str) = ("议题编号有误，请核对", "the topic's id is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        Ok(Self(text))
    }
}

impl Addressed for CampaignId {
    const FAULT: (&str, &str) = ("攻坚行动编号有误，请核对", "the campaign's id is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        Ok(Self(text))
    }
}

impl Addressed for CallerRef {
    const FAULT: (&str, &str) = ("来电人代号有误，请从工单核对", "the caller's reference is malformed");

    fn read(text: String) -> Result<Self, Problem> {
        Ok(Self(text))
    }
}

/// What the one place of an address names.
pub struct Address<Id>(pub Id);

impl<S: Send + Sync, Id: Addressed> FromRequestParts<S> for Address<Id> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = text.map_err(|_| malformed::<Id>())?;
        Id::read(text).map(Self)
    }
}

/// What the places of an address say, whatever they are.
pub struct Places<P>(pub P);

impl<S: Send + Sync, P: DeserializeOwned + Send> FromRequestParts<S> for Places<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let places = Path::<P>::from_request_parts(parts, state).await;
        let malformed = |_| Problem::bad_request("地址有误，请核对", "the address is malformed");
        places.map(|Path(places)| Self(places)).map_err(malformed)
    }
}

/// The body of a request, within the limit, and whether it says that it is JSON.
pub struct Body(pub Bytes, bool);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await;
        bytes.map(|bytes| Self(bytes, is_json)).map_err(|rejection| Problem::unread_body(rejection.status()))
    }
}

impl Body {
    /// Reads it as JSON, which it says that it is: a form of another page cannot. Says where the fault
    /// is, and never repeats what was sent.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if !self.1 {
            return Err(Problem::not_json());
        }
        if says_nul(&self.0) {
            return Err(Problem::nul_in_body());
        }
        serde_json::from_slice(&self.0).map_err(|error| Problem::bad_body(&error))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Whether a JSON text holds the character that no database keeps in a text.
fn says_nul(json: &[u8]) -> bool {
    let ends_escaped = |before: &[u8]| before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    json.windows(6).enumerate().any(|(at, window)| window == b"\\u0000" && !ends_escaped(&json[..at]))
}

/// A command as it was sent: who gives it, what it says, and under which key.
pub struct Commanded<Who = By> {
    /// Who.
    pub by: Who,
    /// What.
    pub body: Body,
    /// Who it is behind that post.
    pub entrant: Entrant,
    headers: HeaderMap,
}

impl<S: Send + Sync, Who: RoomActor> FromRequest<S> for Commanded<Who> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let entrant = Entrant::from_request_parts(&mut parts, state).await?;
        let (by, headers) = (actor(&entrant)?, parts.headers.clone());
        let body = Body::from_request(Request::from_parts(parts, body), state).await?;
        Ok(Self { by, body, entrant, headers })
    }
}

impl<Who: Debug> Commanded<Who> {
    /// The key, and what it stands for: who, at which `place` (an id, or what is made there), and
    /// the body.
    pub fn key(&self, place: &str) -> Result<Option<Key>, Problem> {
        self.key_over(place, &self.body.0)
    }

    /// The same where not all of the body may be kept, not even in a digest.
    pub fn key_over(&self, place: &str, content: &[u8]) -> Result<Option<Key>, Problem> {
        let Some(value) = self.headers.get("idempotency-key") else { return Ok(None) };
        let text = value.to_str().ok().filter(|text| (1..=MOST_KEY_BYTES).contains(&text.len()));
        let Some(text) = text else {
            return Err(Problem::bad_request("Idempotency-Key 须为 1 到 128 个可见字符", "the key is malformed"));
        };
        let account = self.entrant.asker.account.as_ref().map(AccountName::as_str);
        let who = format!("{:?} {}", self.by, account.unwrap_or_default());
        let digest = digest(&[who.as_bytes(), place.as_bytes(), content].join(&0));
        Ok(Some(Key { key: text.to_owned(), digest }))
    }

    /// `If-Match: "7"`
    pub fn expected_version(&self) -> Result<Option<u64>, Problem> {
        expected_version(&self.headers)
    }

    /// Makes a new aggregate. `place` says what, to tell its key from others.
    pub async fn make<A: Aggregate<By = Who>>(
        self,
        desk: &Desk,
        place: &str,
        command: A::Command,
    ) -> Result<Response, Problem> {
        let key = self.key(place)?;
        let submission = Submission::<A> { id: None, expected_version: None, command, by: self.by, key };
        Ok(made(submit(desk, &submission).await?))
    }

    /// Carries out a command on an aggregate that is there.
    pub async fn change<A: Aggregate<By = Who, Id: Display>>(
        self,
        desk: &Desk,
        id: A::Id,
        command: A::Command,
    ) -> Result<Response, Problem> {
        let (key, expected_version) = (self.key(&id.to_string())?, self.expected_version()?);
        let submission = Submission::<A> { id: Some(id), expected_version, command, by: self.by, key };
        Ok(Json(submit(desk, &submission).await?).into_response())
    }
}

/// `If-Match: "7"`; `*` is whatever version there is.
pub fn expected_version(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get("if-match") else { return Ok(None) };
    if value == "*" {
        return Ok(None);
    }
    let version = value.to_str().ok().and_then(|text| text.trim_matches('"').parse().ok());
    let malformed = || Problem::bad_request("If-Match 须为版本号，例如 \"7\"", "If-Match is malformed");
    version.map(Some).ok_or_else(malformed)
}

/// A query, if it is one.
pub type Asked<Q> = Result<Query<Q>, QueryRejection>;

/// What is asked; otherwise which parameters there are.
pub fn asked<Q>(query: Asked<Q>, parameters: &'static str) -> Result<Q, Problem> {
    let malformed = |_| Problem::bad_request(parameters, "unknown or malformed parameters");
    query.map(|Query(query)| query).map_err(malformed)
}

/// Where a page begins: behind the cursor that the page before ended with.
pub fn after<C>(text: Option<&str>, parse: fn(&str) -> Option<C>) -> Result<Option<C>, Problem> {
    let malformed = || Problem::bad_request("after 须为上一页的 next", "`after` is not a cursor");
    text.map(|text| parse(text).ok_or_else(malformed)).transpose()
}

/// 201, with the receipt of what was made.
pub fn made(receipt: impl Serialize) -> Response {
    (StatusCode::CREATED, Json(receipt)).into_response()
}

/// What stands at a version, with that as its `ETag`, for `If-Match`.
pub fn at_version(version: u64, shown: impl Serialize) -> Response {
    ([("etag", format!("\"{version}\""))], Json(shown)).into_response()
}
