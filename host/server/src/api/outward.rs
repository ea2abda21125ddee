//! Outward documents over HTTP (外发文书): a stream read on from a number, how far each receiver
//! is, and its dead letters.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::{Asked, Body, Commanded, Places, asked};
use crate::desk::{Desk, DeskError};
use crate::once::{answered, kept};
use crate::store::receivers::DeadState;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::actor::By;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Longest reason for what becomes of a dead letter, in characters.
const MOST_REASON_CHARS: usize = 200;

/// Where to read on.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamQuery {
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

/// `GET /v1/outward/{stream}`: what a receiver that lost days reads, as often as it likes.
pub async fn stream(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Places(stream): Places<String>,
    query: Asked<StreamQuery>,
) -> Result<Response, Problem> {
    let malformed =
        |_| Problem::bad_request("查询参数有 after（上一页的 next）和 limit，均为数字", "numbers are wanted");
    let Query(query) = query.map_err(malformed)?;
    // A receiver reads the stream that it is configured for.
    let receivers = desk.store.receivers().await?;
    let ids = receivers.iter().filter(|receiver| receiver.stream == stream).map(|receiver| receiver.id.as_str());
    if !ids.into_iter().any(|id| entrant.reaches(&desk, Action::ReadOutward, Target::Receiver(id))) {
        entrant.must_reach(&desk, Action::ReadOutward, Target::City)?;
    }
    Ok(Json(desk.store.outward(&stream, query.after, query.limit.unwrap_or(100)).await?).into_response())
}

/// `GET /v1/receivers`
pub async fn receivers(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    Ok(Json(desk.store.receivers().await?).into_response())
}

/// Up to which number a receiver has its documents.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    through: i64,
}

/// `POST /v1/receivers/{id}/receipt` (签收): who fetches its documents says up to which number it
/// has them. Said again it changes nothing, so it needs no key.
pub async fn receipt(
    State(desk): State<Arc<Desk>>,
    Places(id): Places<String>,
    entrant: Entrant,
    body: Body,
) -> Result<Response, Problem> {
    entrant.must_reach(&desk, Action::SignForOutward, Target::Receiver(&id))?;
    let Receipt { through } = body.parse()?;
    let has = desk.store.acknowledged(&id, through, Timestamp::now()).await?;
    let has = has.ok_or_else(|| {
        Problem::not_found("没有这个接收方，或它的文书还没有这个序号", "no such receiver, or no such number yet")
    })?;
    Ok(Json(json!({ "receiver": id, "delivered_through": has })).into_response())
}

/// Which dead letters.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadQuery {
    state: Option<DeadState>,
    receiver: Option<String>,
}

/// `GET /v1/dead-letters`
pub async fn dead_letters(State(desk): State<Arc<Desk>>, query: Asked<DeadQuery>) -> Result<Response, Problem> {
    let query = asked(query, "查询参数有 state（dead、again、sent、dropped）和 receiver")?;
    let state = query.state.unwrap_or(DeadState::Dead);
    Ok(Json(desk.store.dead_letters(state, query.receiver.as_deref()).await?).into_response())
}

/// What is to become of a dead letter.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Settling {
    /// 重发
    SendAgain {
        /// Why it will be taken now.
        reason: String,
    },
    /// 不再发送
    Drop {
        /// Why it is not missed.
        reason: String,
    },
}

/// `POST /v1/dead-letters/{receiver}/{sequence}/commands`
pub async fn settle(
    State(desk): State<Arc<Desk>>,
    Places((receiver, sequence)): Places<(String, i64)>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let By::HotlineOffice { number } = &wanted.by else {
        let english = "the hotline's office decides on dead letters";
        return Err(DeskError::from(Refusal::new("not-entitled", "死信由热线工作机构处理", english)).into());
    };
    let (state, reason) = match wanted.body.parse()? {
        Settling::SendAgain { reason } => (DeadState::Again, reason),
        Settling::Drop { reason } => (DeadState::Dropped, reason),
    };
    let length = reason.trim().chars().count();
    if !(1..=MOST_REASON_CHARS).contains(&length) || chuishao_domain::plain::escaped(&reason) != reason {
        let chinese = format!("请写明理由，1 到 {MOST_REASON_CHARS} 字的纯文本");
        return Err(Problem::bad_request(chinese, "a reason in plain text is wanted"));
    }
    let key = wanted.key(&format!("{receiver}/{sequence}"))?;
    let receipt = json!({ "receiver": receiver, "sequence": sequence, "state": state });
    let answer = kept(key.as_ref(), &receipt)?;
    let (letter, decided) = ((receiver.as_str(), sequence), (state, number.as_str(), reason.trim()));
    if desk.store.settle_dead(letter, decided, answer.as_ref(), desk.clock.now()).await? {
        return Ok(Json(receipt).into_response());
    }
    // Decided before, perhaps by this very request.
    let answered: Option<Value> = answered(&desk.store, key.as_ref()).await?;
    let answered = answered.ok_or_else(|| Problem::not_found("没有这件待处理的死信", "no such dead letter waits"))?;
    Ok(Json(answered).into_response())
}

/// `GET /schemas/{name}/{version}`
pub async fn schema(Places((name, version)): Places<(String, String)>) -> Result<Response, Problem> {
    let wanted = format!("/schemas/{name}/{version}");
    let known = chuishao_domain::outward::SCHEMAS.iter().find(|(address, _)| *address == wanted);
    let (_, text) = known.ok_or_else(|| Problem::not_found("没有这份文书格式", "no such schema"))?;
    Ok(([("content-type", "application/schema+json")], *text).into_response())
}
