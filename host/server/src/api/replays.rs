//! Replay of one decision over HTTP (重放): the same code on the same input, held against the record.

use super::actor::RequestActor;
use super::problem::Problem;
use super::request::Addressed;
use super::tickets::{load_for, must_see};
use crate::desk::{Desk, DeskError};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use chuishao_domain::ids::TicketId;
use chuishao_sandbox::replay::{On, Replayed, replay};
use serde::Serialize;
use std::sync::Arc;

/// What came of it.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Replay {
    number: u64,
    /// `equal`, `equal-on-another-engine`, `not-called`, `broken-off`, `different` or `no-component`.
    outcome: &'static str,
    /// In words.
    words: &'static str,
    /// What is different, or why it cannot be run.
    details: Vec<String>,
}

/// `GET /v1/tickets/{id}/decisions/{number}/replay`
pub async fn show(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    path: Result<Path<(String, u64)>, PathRejection>,
) -> Result<Json<Replay>, Problem> {
    let malformed = || Problem::bad_request("地址有误，应为 工单编号/决定序号", "the decision's address is malformed");
    let Path((id, number)) = path.map_err(|_| malformed())?;
    let id = TicketId::read(id)?;
    let (_, sight) = load_for(&desk, &id, &by).await?;
    must_see(sight.has_decisions())?;
    let decisions = desk.store.numbered_decisions(&id).await?;
    let found = decisions.into_iter().find(|decision| decision.number == number);
    let record = found.ok_or_else(|| Problem::not_found("没有这条决定", "no such decision"))?.record;
    let guest = match desk.registry.guest(&desk.store, &record.edition.component_digest).await? {
        Ok(guest) => guest,
        Err(why) => {
            let details = why.iter().map(ToString::to_string).collect();
            return Ok(Json(Replay {
                number, outcome: "no-component", words: "组件不能载入，无法重放", details
            }));
        }
    };
    // Guests are quick but not asynchronous.
    let replayed = tokio::task::spawn_blocking(move || replay(&guest, &record)).await.map_err(DeskError::from)?;
    let (outcome, words, details) = match replayed {
        Replayed::Equal(On::TheSameEngine) => ("equal", "逐位相同：提议或失败、日志、算力、内存", vec![]),
        Replayed::Equal(On::AnotherEngine) => {
            ("equal-on-another-engine", "回答相同；引擎与当时不同，算力、内存和日志不作比较", vec![])
        }
        Replayed::NotCalled => ("not-called", "循环保护，当时未调用规则，无可重放", vec![]),
        Replayed::BrokenOff => ("broken-off", "当时被主机或墙钟中断，不能重现", vec![]),
        Replayed::Different(differences) => {
            ("different", "与记录不同", differences.iter().map(ToString::to_string).collect())
        }
    };
    Ok(Json(Replay { number, outcome, words, details }))
}
