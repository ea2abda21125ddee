//! Topics over HTTP.

use super::actor::RequestTopicActor;
use super::problem::{Body, Problem};
use super::tickets::{expected_version, key};
use crate::candidates;
use crate::desk::Desk;
use crate::store::lists::Cursor;
use crate::timeline;
use crate::topic_desk::{TopicSubmission, submit};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::TopicId;
use chuishao_domain::topic::case::{Draft, Topic};
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::lists::Frequent;
use chuishao_domain::topic::rung::Rung;
use chuishao_domain::topic::settings;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// The topic that an address names.
async fn load(desk: &Desk, id: &TopicId) -> Result<Topic, Problem> {
    desk.store.topic(id).await?.ok_or_else(|| Problem::not_found("没有这个议题", "no such topic"))
}

type Addressed = Result<Path<TopicId>, axum::extract::rejection::PathRejection>;

fn addressed(path: Addressed) -> Result<TopicId, Problem> {
    path.map(|Path(id)| id).map_err(|_| Problem::bad_request("议题编号有误，请核对", "the topic's id is malformed"))
}

/// `POST /v1/topics`
pub async fn propose(
    State(desk): State<Arc<Desk>>,
    RequestTopicActor(by): RequestTopicActor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = format!("{by:?}");
    let key = key(&headers, &[actor.as_bytes(), b"propose", &body.0])?;
    let command = TopicCommand::Propose(body.parse::<Draft>()?);
    let submission = TopicSubmission { topic: None, expected_version: None, command, by, key, nomination: None };
    Ok((StatusCode::CREATED, Json(submit(&desk, &submission).await?)).into_response())
}

/// `POST /v1/topics/{id}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    RequestTopicActor(by): RequestTopicActor,
    path: Addressed,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let id = addressed(path)?;
    let actor = format!("{by:?}");
    let key = key(&headers, &[actor.as_bytes(), id.as_str().as_bytes(), &body.0])?;
    let (command, expected_version) = (body.parse()?, expected_version(&headers)?);
    let submission = TopicSubmission { topic: Some(id), expected_version, command, by, key, nomination: None };
    Ok(Json(submit(&desk, &submission).await?).into_response())
}

/// `GET /v1/topics/{id}`
pub async fn show(State(desk): State<Arc<Desk>>, path: Addressed) -> Result<Response, Problem> {
    let topic = load(&desk, &addressed(path)?).await?;
    Ok(([("etag", format!("\"{}\"", topic.version))], Json(topic)).into_response())
}

/// `GET /v1/topics/{id}/timeline`
pub async fn timeline(State(desk): State<Arc<Desk>>, path: Addressed) -> Result<Response, Problem> {
    let id = load(&desk, &addressed(path)?).await?.id;
    let history = desk.store.topic_history(&id).await?;
    Ok(Json(timeline::of_topic(&history, &desk.reference.known())).into_response())
}

/// Which page of which list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    rung: Option<Rung>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /v1/topics`
pub async fn list(
    State(desk): State<Arc<Desk>>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|_| {
        let parameters = "查询参数有 rung、after、limit，其中 rung 为 daily-discussion、special-study、\
                          monthly-discussion、executive-meeting、leading-group 之一，limit 为数字";
        Problem::bad_request(parameters, "unknown or malformed parameters")
    })?;
    let malformed = || Problem::bad_request("after 须为上一页的 next", "`after` is not a cursor");
    let after = query.after.as_deref().map(|text| Cursor::parse(text).ok_or_else(malformed)).transpose()?;
    Ok(Json(desk.store.topic_page(query.rung, after.as_ref(), query.limit.unwrap_or(50)).await?).into_response())
}

/// Which day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayQuery {
    day: Date,
}

/// `GET /v1/topics/candidates`
pub async fn hot(
    State(desk): State<Arc<Desk>>,
    query: Result<Query<DayQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let day = query.ok().and_then(|Query(query)| Days::new(query.day, query.day).ok());
    let day = day.ok_or_else(|| {
        Problem::bad_request("请写明日期，例如 day=2024-11-05", "`day` is missing or malformed, or out of range")
    })?;
    Ok(Json(candidates::hot(&desk, day).await?).into_response())
}

/// Which month, and how many tickets put a group on its list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthQuery {
    month: Period,
    volume: Option<u64>,
}

/// `GET /v1/topics/high-frequency`
pub async fn high_frequency(
    State(desk): State<Arc<Desk>>,
    query: Result<Query<MonthQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let asked = query.ok().map(|Query(query)| query).filter(|query| query.month.months() == 1);
    let MonthQuery { month, volume } = asked.ok_or_else(|| {
        Problem::bad_request(
            "请写明月份，例如 month=2024-11；volume 为列入清单的最少件数，可不写",
            "`month` is missing or malformed, or out of range",
        )
    })?;
    let usual = settings::current(&desk.store.settings_history().await?).frequent;
    let frequent = Frequent { volume: volume.map_or(usual.volume, |least| least.max(1)), ..usual };
    Ok(Json(candidates::frequent(&desk.store, &desk.world(), month, &frequent).await?).into_response())
}
