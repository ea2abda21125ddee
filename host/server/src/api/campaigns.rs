//! Campaigns (攻坚行动) over HTTP, and the thresholds of hot topics and lists (门槛).

use super::actor::RequestTopicActor;
use super::problem::{Body, Problem};
use super::reports::{ReportFormat, answer};
use super::tickets::{expected_version, key};
use crate::campaign_desk::{CampaignSubmission, change_settings, submit};
use crate::desk::Desk;
use crate::report::campaign as trend_of;
use crate::timeline;
use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::CampaignId;
use chuishao_domain::topic::campaign::{Campaign, CampaignCommand, CampaignRecorded, fold};
use chuishao_domain::topic::settings::{ChangeSettings, TopicSettings, current};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

type Addressed = Result<Path<CampaignId>, PathRejection>;

fn addressed(path: Addressed) -> Result<CampaignId, Problem> {
    path.map(|Path(id)| id)
        .map_err(|_| Problem::bad_request("攻坚行动编号有误，请核对", "the campaign's id is malformed"))
}

/// The campaign that an address names, with its history.
async fn load(desk: &Desk, path: Addressed) -> Result<(Campaign, Vec<CampaignRecorded>), Problem> {
    let id = addressed(path)?;
    let history = desk.store.campaign_history(&id).await?;
    let campaign = fold(&id, &history);
    let campaign = campaign.ok_or_else(|| Problem::not_found("没有这次攻坚行动", "no such campaign"))?;
    Ok((campaign, history))
}

/// The body of a launch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Launch {
    title: String,
    starts_on: Date,
}

/// `POST /v1/campaigns`
pub async fn launch(
    State(desk): State<Arc<Desk>>,
    RequestTopicActor(by): RequestTopicActor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = format!("{by:?}");
    let key = key(&headers, &[actor.as_bytes(), b"launch", &body.0])?;
    let Launch { title, starts_on } = body.parse()?;
    let command = CampaignCommand::Launch { title, starts_on };
    let submission = CampaignSubmission { campaign: None, expected_version: None, command, by, key };
    Ok((StatusCode::CREATED, Json(submit(&desk, &submission).await?)).into_response())
}

/// `POST /v1/campaigns/{id}/commands`
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
    let submission = CampaignSubmission { campaign: Some(id), expected_version, command, by, key };
    Ok(Json(submit(&desk, &submission).await?).into_response())
}

/// `GET /v1/campaigns`
pub async fn list(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    Ok(Json(desk.store.campaigns().await?).into_response())
}

/// `GET /v1/campaigns/{id}`
pub async fn show(State(desk): State<Arc<Desk>>, path: Addressed) -> Result<Response, Problem> {
    let (campaign, _) = load(&desk, path).await?;
    Ok(([("etag", format!("\"{}\"", campaign.version))], Json(campaign)).into_response())
}

/// `GET /v1/campaigns/{id}/timeline`
pub async fn timeline(State(desk): State<Arc<Desk>>, path: Addressed) -> Result<Response, Problem> {
    let (_, history) = load(&desk, path).await?;
    Ok(Json(timeline::of_campaign(&history, &desk.world())).into_response())
}

/// In which form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormatQuery {
    format: Option<ReportFormat>,
}

/// `GET /v1/campaigns/{id}/trend`
pub async fn trend(
    State(desk): State<Arc<Desk>>,
    path: Addressed,
    headers: HeaderMap,
    query: Result<Query<FormatQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let format = query.map(|Query(query)| query.format).map_err(|_| {
        Problem::bad_request("查询参数只有 format：json、csv 或 xlsx", "unknown or malformed parameters")
    })?;
    let (campaign, _) = load(&desk, path).await?;
    let report = trend_of::report(&desk.store, &desk.world(), &campaign, desk.clock.now()).await?;
    answer(&report, format, &headers)
}

/// `GET /v1/topics/thresholds`
pub async fn thresholds(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    let history = desk.store.settings_history().await?;
    let answer = serde_json::json!({
        "current": current(&history), "default": TopicSettings::default(), "history": history,
    });
    Ok(Json(answer).into_response())
}

/// `POST /v1/topics/thresholds`
pub async fn change_thresholds(
    State(desk): State<Arc<Desk>>,
    RequestTopicActor(by): RequestTopicActor,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = format!("{by:?}");
    let key = key(&headers, &[actor.as_bytes(), b"thresholds", &body.0])?;
    let command: ChangeSettings = body.parse()?;
    Ok(Json(change_settings(&desk, &command, &by, key.as_ref()).await?).into_response())
}
