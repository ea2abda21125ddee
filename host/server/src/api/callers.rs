//! Callers over HTTP: masked for whoever works on the ticket; in clear once, for a purpose.

use super::actor::RequestActor;
use super::problem::{Body, Problem};
use super::tickets::key;
use crate::desk::{Desk, Key};
use crate::timeline;
use crate::vault::acts::{self, Correction};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::actor::By;
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::handle::Command;
use chuishao_domain::vault::record::{Ground, HoldKind};
use chuishao_domain::vault::unmask::{Field, Purpose};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Nothing between here and the person keeps the answer.
const NOT_KEPT: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

type Addressed = Result<Path<CallerRef>, PathRejection>;

fn addressed(path: Addressed) -> Result<CallerRef, Problem> {
    path.map(|Path(reference)| reference)
        .map_err(|_| Problem::bad_request("来电人代号有误，请从工单核对", "the caller's reference is malformed"))
}

/// The key of a command, over everything of it but the caller.
fn key_of(
    headers: &HeaderMap,
    by: &By,
    what: &str,
    reference: &CallerRef,
    rest: &[u8],
) -> Result<Option<Key>, Problem> {
    key(headers, &[format!("{by:?}").as_bytes(), what.as_bytes(), reference.as_str().as_bytes(), rest])
}

/// `GET /v1/callers/{reference}`
pub async fn show(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Addressed,
) -> Result<Response, Problem> {
    let masked = acts::masked(&desk, &addressed(path)?, &by).await?;
    Ok((NOT_KEPT, Json(masked)).into_response())
}

/// What is asked to be shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    /// For which ticket of this caller.
    ticket: TicketId,
    purpose: Purpose,
    fields: BTreeSet<Field>,
    words: String,
}

/// `POST /v1/callers/{reference}/unmask`
pub async fn unmask(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Addressed,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reference = addressed(path)?;
    let key = key_of(&headers, &by, "unmask", &reference, &body.0)?;
    let Look { ticket, purpose, fields, words } = body.parse()?;
    let command = Command::Unmask { ticket, purpose, fields, words };
    let shown = acts::unmask(&desk, &reference, &command, &by, key.as_ref()).await?;
    Ok((NOT_KEPT, Json(shown)).into_response())
}

/// What was wrong.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Corrected {
    name: Option<String>,
    phone: Option<String>,
    words: String,
}

/// `POST /v1/callers/{reference}/correction`
pub async fn correct(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Addressed,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reference = addressed(path)?;
    let Corrected { name, phone, words } = body.parse()?;
    let corrected = [u8::from(name.is_some()), u8::from(phone.is_some())];
    let key = key_of(&headers, &by, "correct", &reference, &[words.as_bytes(), &corrected].concat())?;
    let correction = Correction { name, phone, words };
    Ok(Json(acts::correct(&desk, &reference, &correction, &by, key.as_ref()).await?).into_response())
}

/// The other commands of people; the clock's own is the clock's.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
enum Other {
    PlaceHold {
        kind: HoldKind,
        words: String,
    },
    LiftHold {
        number: u16,
        words: String,
    },
    /// 应本人请求删除
    Erase {},
}

/// `POST /v1/callers/{reference}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Addressed,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reference = addressed(path)?;
    let key = key_of(&headers, &by, "command", &reference, &body.0)?;
    let command = match body.parse()? {
        Other::PlaceHold { kind, words } => Command::PlaceHold { kind, words },
        Other::LiftHold { number, words } => Command::LiftHold { number, words },
        Other::Erase {} => Command::Erase { ground: Ground::SubjectAsked },
    };
    Ok(Json(acts::submit(&desk, &reference, &command, &by, key.as_ref()).await?).into_response())
}

/// `GET /v1/callers/{reference}/record`
pub async fn record(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Addressed,
) -> Result<Response, Problem> {
    let history = acts::history(&desk, &addressed(path)?, &by).await?;
    Ok(Json(timeline::of_caller(&history, &desk.world())).into_response())
}
