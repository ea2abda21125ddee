//! Campaigns (攻坚行动) over HTTP, and the thresholds of hot topics and lists (门槛).

use super::exports::Exporter;
use super::problem::Problem;
use super::reports::{ReportFormat, answer};
use super::request::{Address, Asked, Commanded, asked, at_version};
use crate::campaign_desk::{PlacedCampaign, change_settings};
use crate::desk::Desk;
use crate::report::campaign as trend_of;
use crate::timeline;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::CampaignId;
use chuishao_domain::told::Day;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::campaign::{Campaign, CampaignCommand, CampaignRecorded, fold};
use chuishao_domain::topic::settings::{ChangeSettings, TopicSettings, current};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// The campaign that an address names, with its history.
async fn load(desk: &Desk, id: &CampaignId) -> Result<(Campaign, Vec<CampaignRecorded>), Problem> {
    let history = desk.store.campaign_history(id).await?;
    let campaign = fold(id, &history);
    let campaign = campaign.ok_or_else(|| Problem::not_found("没有这次攻坚行动", "no such campaign"))?;
    Ok((campaign, history))
}

/// The body of a launch.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    title: String,
    #[schemars(with = "Day")]
    starts_on: Date,
}

/// `POST /v1/campaigns`
pub async fn launch(State(desk): State<Arc<Desk>>, wanted: Commanded<TopicBy>) -> Result<Response, Problem> {
    let Launch { title, starts_on } = wanted.body.parse()?;
    wanted.make::<PlacedCampaign>(&desk, "campaign", CampaignCommand::Launch { title, starts_on }).await
}

/// `POST /v1/campaigns/{id}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    Address(id): Address<CampaignId>,
    wanted: Commanded<TopicBy>,
) -> Result<Response, Problem> {
    let command = wanted.body.parse()?;
    wanted.change::<PlacedCampaign>(&desk, id, command).await
}

/// `GET /v1/campaigns`
pub async fn list(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    Ok(Json(desk.store.campaigns().await?).into_response())
}

/// `GET /v1/campaigns/{id}`
pub async fn show(State(desk): State<Arc<Desk>>, Address(id): Address<CampaignId>) -> Result<Response, Problem> {
    let (campaign, _) = load(&desk, &id).await?;
    Ok(at_version(campaign.version, campaign))
}

/// `GET /v1/campaigns/{id}/timeline`
pub async fn timeline(State(desk): State<Arc<Desk>>, Address(id): Address<CampaignId>) -> Result<Response, Problem> {
    let (_, history) = load(&desk, &id).await?;
    Ok(Json(timeline::of_campaign(&history, &desk.world())).into_response())
}

/// In which form.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatQuery {
    format: Option<ReportFormat>,
}

/// `GET /v1/campaigns/{id}/trend`
pub async fn trend(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    Address(id): Address<CampaignId>,
    headers: HeaderMap,
    query: Asked<FormatQuery>,
) -> Result<Response, Problem> {
    let FormatQuery { format } = asked(query, "查询参数只有 format：json、csv 或 xlsx")?;
    let (campaign, _) = load(&desk, &id).await?;
    let report = trend_of::report(&desk.store, &desk.world(), &campaign, desk.clock.now()).await?;
    answer(&report, format, &headers, &exporter).await
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
pub async fn change_thresholds(State(desk): State<Arc<Desk>>, wanted: Commanded<TopicBy>) -> Result<Response, Problem> {
    let (key, command) = (wanted.key("thresholds")?, wanted.body.parse::<ChangeSettings>()?);
    Ok(Json(change_settings(&desk, &command, &wanted.by, key.as_ref()).await?).into_response())
}
