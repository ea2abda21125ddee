//! A plugin's reviews over HTTP (插件的研判): why the latest ones were held or not, and what a candidate
//! would have made of the same figures.

use super::actor::Entrant;
use super::plugins::{Addressed, addressed};
use super::problem::Problem;
use super::request::{Asked, ROWS, after};
use super::reviews::shown;
use crate::desk::Desk;
use crate::registry::rollouts;
use crate::store::lists::Cursor;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::plugin::rollout::why_review::because;
use chuishao_domain::rule::review::{ReviewId, ReviewKind};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which candidate's reviews, and which page; with `records`, each as it was recorded.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriedQuery {
    revision: Option<u32>,
    after: Option<String>,
    limit: Option<u32>,
    #[serde(default)]
    records: bool,
}

/// `GET /v1/rollouts/{territory}/{plugin}/reviews`: why the plugin reviewed the latest day and month or did
/// not; and the reviews that a candidate held beside, the newest first: those of the one that is tried now,
/// or of the revision that is named.
pub async fn show(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    path: Addressed,
    query: Asked<TriedQuery>,
) -> Result<Response, Problem> {
    let id = addressed(path, &desk, &entrant)?;
    let Query(query) = query.map_err(|_| {
        let chinese =
            "查询参数有 revision（版次，例如 2；不写为正在试用的版次）、after、limit、records=true（附完整记录）";
        Problem::bad_request(chinese, "unknown or malformed parameters")
    })?;
    let from = after(query.after.as_deref(), Cursor::parse)?;
    let rollout = rollouts::load(&desk, &id).await?;
    let (history, now) = (rollouts::history(&desk, &id).await?, desk.clock.now());
    let mut why = Vec::with_capacity(ReviewKind::ALL.len());
    for kind in ReviewKind::ALL {
        let latest = ReviewId::new(kind, kind.latest(now).first(), &id.territory, &id.plugin);
        let held = desk.store.review(&latest).await?;
        why.push(because(&rollout, &history, kind, held.as_ref(), now));
    }
    let revision = query.revision.or(rollout.candidate.as_ref().map(|candidate| candidate.revision));
    let Some(number) = revision else {
        return Ok(Json(json!({ "why": why, "revision": null, "tried": [], "next": null })).into_response());
    };
    let count = desk.store.tried_review_count(&id, number).await?;
    let (page, next) = desk.store.tried_reviews(&id, number, from.as_ref(), query.limit.unwrap_or(ROWS)).await?;
    let tried = page.into_iter().map(|one| {
        let (review, beside, difference) = (shown(&one.record, &desk), one.beside, &one.difference);
        let mut told = json!({ "review": review, "beside": beside, "difference": difference });
        if query.records {
            told["record"] = json!(one.record);
        }
        told
    });
    let tried: Vec<Value> = tried.collect();
    Ok(Json(json!({ "why": why, "revision": number, "count": count, "tried": tried, "next": next })).into_response())
}
