//! Impact reports over HTTP: a revision run over a past period beside the serving desk, begun,
//! watched and stopped by county or city.

use super::actor::Entrant;
use super::plugins::{addressed, sees};
use super::problem::Problem;
use super::request::{Asked, Body};
use crate::desk::{Desk, DeskError};
use crate::impact::runs::{Runs, Standing};
use crate::impact::trial::Trial;
use crate::registry::rollouts::candidate;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::told::Day;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// What is to be tried, over which period.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    revision: u32,
    /// 起
    #[schemars(with = "Day")]
    from: Date,
    /// 止, not included.
    #[schemars(with = "Day")]
    until: Date,
    /// 假设日: what the rules are told that the first day is.
    #[schemars(with = "Option<Day>")]
    as_if: Option<Date>,
}

/// Of whose tickets a plugin's reports are; absent for the whole city.
fn place_of(id: &RolloutId) -> Option<TerritoryId> {
    Some(id.territory.clone()).filter(|territory| !territory.is_city())
}

/// `POST /v1/rollouts/{territory}/{plugin}/impact`: begins a run, or goes on with it; its id.
pub async fn begin(
    State(desk): State<Arc<Desk>>,
    Extension(runs): Extension<Arc<Runs>>,
    entrant: Entrant,
    path: Result<Path<(String, String)>, PathRejection>,
    body: Body,
) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    let wanted: Wanted = body.parse()?;
    let (made, live) = candidate(&desk, &id, wanted.revision).await?;
    let mut trial = Trial::of(&made, &live.rulebook, wanted.from, wanted.until);
    trial.territory = place_of(&id);
    trial.as_if = wanted.as_if;
    let run = runs.start(trial).map_err(DeskError::from)?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "run": run }))).into_response())
}

/// Which run.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunQuery {
    run: String,
}

fn run_of(query: Asked<RunQuery>) -> Result<String, Problem> {
    let malformed = |_| Problem::bad_request("请写明 run=评估编号", "`run` is missing");
    query.map(|Query(query)| query.run).map_err(malformed)
}

/// `GET /v1/rollouts/{territory}/{plugin}/impact?run=…`: how it stands, and the report when it is done.
pub async fn show(
    State(desk): State<Arc<Desk>>,
    Extension(runs): Extension<Arc<Runs>>,
    entrant: Entrant,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Asked<RunQuery>,
) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    let run = run_of(query)?;
    let unknown = || Problem::not_found("没有这次评估", "no such run");
    let standing = runs.standing(&run).await?.ok_or_else(unknown)?;
    let mut report = if standing == Standing::Done { runs.report(&run).await? } else { None };
    if let Some(ImpactReport { asked, .. }) = &mut report {
        // A county reads of its own plugins alone, and of those beside them what it sees.
        if asked.rule != id.plugin || asked.territory != place_of(&id) {
            return Err(unknown());
        }
        for rules in [&mut asked.now, &mut asked.candidate] {
            rules.retain(|rule| sees(&desk, &entrant, &rule.territory));
        }
    }
    Ok(Json(json!({ "standing": standing, "report": report })).into_response())
}

/// `POST /v1/rollouts/{territory}/{plugin}/impact/stop?run=…`: it goes on when it is asked for again.
pub async fn stop(
    State(desk): State<Arc<Desk>>,
    Extension(runs): Extension<Arc<Runs>>,
    entrant: Entrant,
    path: Result<Path<(String, String)>, PathRejection>,
    query: Asked<RunQuery>,
) -> Result<Response, Problem> {
    addressed(path, &desk, &entrant)?;
    runs.stop(&run_of(query)?);
    Ok(StatusCode::ACCEPTED.into_response())
}
