//! Topics over HTTP.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::{Address, Asked, Commanded, ROWS, after, asked, at_version};
use crate::candidates;
use crate::desk::{Desk, DeskError};
use crate::report::over::beside_month_before;
use crate::store::lists::Cursor;
use crate::timeline;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::TopicId;
use chuishao_domain::told::Day;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::case::{Draft, Topic};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::lists::Frequent;
use chuishao_domain::topic::rung::Rung;
use chuishao_domain::topic::settings;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// The topic that an address names, to whom it concerns: the offices, and its own units.
async fn load(desk: &Desk, id: &TopicId, entrant: &Entrant) -> Result<Topic, Problem> {
    let topic = desk.store.topic(id).await?.ok_or_else(|| Problem::not_found("没有这个议题", "no such topic"))?;
    entrant.must_reach(desk, Action::ReadTopics, Target::Units(&topic.units))?;
    Ok(topic)
}

/// `POST /v1/topics`
pub async fn propose(State(desk): State<Arc<Desk>>, wanted: Commanded<TopicBy>) -> Result<Response, Problem> {
    let draft = wanted.body.parse::<Draft>()?;
    wanted.make::<Topic>(&desk, "topic", TopicCommand::Propose(draft).into()).await
}

/// `POST /v1/topics/{id}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    Address(id): Address<TopicId>,
    wanted: Commanded<TopicBy>,
) -> Result<Response, Problem> {
    let command = wanted.body.parse::<TopicCommand>()?;
    wanted.change::<Topic>(&desk, id, command.into()).await
}

/// `GET /v1/topics/{id}`
pub async fn show(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Address(id): Address<TopicId>,
) -> Result<Response, Problem> {
    let topic = load(&desk, &id, &entrant).await?;
    Ok(at_version(topic.version, topic))
}

/// `GET /v1/topics/{id}/timeline`
pub async fn timeline(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Address(id): Address<TopicId>,
) -> Result<Response, Problem> {
    load(&desk, &id, &entrant).await?;
    let history = desk.store.topic_history(&id).await?;
    Ok(Json(timeline::of_topic(&history, &desk.reference.known())).into_response())
}

/// Which page of which list.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    rung: Option<Rung>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /v1/topics`: a page has what the post sees, and its cursor tells of nothing else.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let parameters = "查询参数有 rung、after、limit，其中 rung 为 daily-discussion、special-study、\
                      monthly-discussion、executive-meeting、leading-group 之一，limit 为数字";
    let ListQuery { rung, after: from, limit } = asked(query, parameters)?;
    let from = after(from.as_deref(), Cursor::parse)?;
    let seen = |topic: &Topic| entrant.reaches(&desk, Action::ReadTopics, Target::Units(&topic.units));
    let page = desk.store.topic_page(rung, from.as_ref(), limit.unwrap_or(ROWS), seen).await?;
    Ok(Json(page).into_response())
}

/// Which day.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DayQuery {
    #[schemars(with = "Day")]
    day: Date,
}

/// `GET /v1/topics/candidates`
pub async fn hot(State(desk): State<Arc<Desk>>, entrant: Entrant, query: Asked<DayQuery>) -> Result<Response, Problem> {
    entrant.must_reach(&desk, Action::ReadTopics, Target::City)?;
    let day = query.ok().and_then(|Query(query)| Days::new(query.day, query.day).ok());
    let day = day.ok_or_else(|| {
        Problem::bad_request("请写明日期，例如 day=2024-11-05", "`day` is missing or malformed, or out of range")
    })?;
    let of_day = candidates::hot(&desk, day).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], Bytes::from_owner(Arc::clone(&of_day.json))).into_response())
}

/// Which month, and how many tickets put a group on its list.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthQuery {
    month: Period,
    volume: Option<u64>,
}

/// `GET /v1/topics/high-frequency`
pub async fn high_frequency(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    query: Asked<MonthQuery>,
) -> Result<Response, Problem> {
    entrant.must_reach(&desk, Action::ReadTopics, Target::City)?;
    let asked = query.ok().map(|Query(query)| query).filter(|query| query.month.months() == 1);
    let MonthQuery { month, volume } = asked.ok_or_else(|| {
        Problem::bad_request(
            "请写明月份，例如 month=2024-11；volume 为列入清单的最少件数，可不写",
            "`month` is missing or malformed, or out of range",
        )
    })?;
    let usual = settings::current(&desk.store.settings_history().await?).frequent;
    let frequent = Frequent { volume: volume.map_or(usual.volume, |least| least.max(1)), ..usual };
    let days = beside_month_before(month, desk.clock.now()).map_err(DeskError::from)?;
    Ok(Json(candidates::frequent(&desk.store, &desk.world(), days, &frequent).await?).into_response())
}
