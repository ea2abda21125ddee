//! Callers over HTTP: masked for whoever works on the ticket; in clear once, for a purpose.

use super::actor::RequestActor;
use super::problem::Problem;
use super::request::{Address, Commanded};
use crate::desk::Desk;
use crate::timeline;
use crate::vault::acts::{self, Correction};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::handle::Command;
use chuishao_domain::vault::record::{Ground, HoldKind};
use chuishao_domain::vault::unmask::{Field, Purpose};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Nothing between here and the person keeps the answer.
const NOT_KEPT: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// `GET /v1/callers/{reference}`
pub async fn show(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(reference): Address<CallerRef>,
) -> Result<Response, Problem> {
    let masked = acts::masked(&desk, &reference, &by).await?;
    Ok((NOT_KEPT, Json(masked)).into_response())
}

/// What is asked to be shown.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// For which ticket of this caller.
    ticket: TicketId,
    purpose: Purpose,
    fields: BTreeSet<Field>,
    words: String,
}

/// `POST /v1/callers/{reference}/unmask`
pub async fn unmask(
    State(desk): State<Arc<Desk>>,
    Address(reference): Address<CallerRef>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let key = wanted.key(&format!("unmask {reference}"))?;
    let Look { ticket, purpose, fields, words } = wanted.body.parse()?;
    let command = Command::Unmask { ticket, purpose, fields, words };
    let shown = acts::unmask(&desk, &reference, &command, &wanted.by, key.as_ref()).await?;
    Ok((NOT_KEPT, Json(shown)).into_response())
}

/// What was wrong.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    name: Option<String>,
    phone: Option<String>,
    words: String,
}

/// `POST /v1/callers/{reference}/correction`
pub async fn correct(
    State(desk): State<Arc<Desk>>,
    Address(reference): Address<CallerRef>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let Corrected { name, phone, words } = wanted.body.parse()?;
    let corrected = [u8::from(name.is_some()), u8::from(phone.is_some())];
    // Over everything of the command but the caller.
    let key = wanted.key_over(&format!("correct {reference}"), &[words.as_bytes(), &corrected].concat())?;
    let correction = Correction { name, phone, words };
    Ok(Json(acts::correct(&desk, &reference, &correction, &wanted.by, key.as_ref()).await?).into_response())
}

/// The other commands of people; the clock's own is the clock's.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Other {
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
    Address(reference): Address<CallerRef>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let key = wanted.key(reference.as_str())?;
    let command = match wanted.body.parse()? {
        Other::PlaceHold { kind, words } => Command::PlaceHold { kind, words },
        Other::LiftHold { number, words } => Command::LiftHold { number, words },
        Other::Erase {} => Command::Erase { ground: Ground::SubjectAsked },
    };
    Ok(Json(acts::submit(&desk, &reference, &command, &wanted.by, key.as_ref()).await?).into_response())
}

/// `GET /v1/callers/{reference}/record`
pub async fn record(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(reference): Address<CallerRef>,
) -> Result<Response, Problem> {
    let history = acts::history(&desk, &reference, &by).await?;
    Ok(Json(timeline::of_caller(&history, &desk.world())).into_response())
}
