//! To-dos over HTTP (待办): what waits for a unit or a post.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::{Asked, ROWS, after};
use crate::desk::Desk;
use crate::store::to_dos::ToDoCursor;
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::account::role::Role;
use chuishao_domain::ids::UnitId;
use chuishao_domain::to_do::{Holder, ToDoKind, ToDoPost};
use serde::Deserialize;
use std::sync::Arc;

/// Whose, and which page.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToDoQuery {
    unit: Option<UnitId>,
    post: Option<ToDoPost>,
    kind: Option<ToDoKind>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /v1/to-dos`
pub async fn list(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    query: Asked<ToDoQuery>,
) -> Result<Response, Problem> {
    let parameters = "查询参数有 unit 或 post（reviewer、city-leader）二选一，kind（如 take-up、check-in、answer-order）、\
                      after、limit";
    let malformed = || Problem::bad_request(parameters, "unknown or malformed parameters");
    let Query(query) = query.map_err(|_| malformed())?;
    let holder = match (query.unit, query.post) {
        (Some(unit), None) => Holder::Unit(unit),
        (None, Some(post)) => Holder::Post(post),
        _ => return Err(malformed()),
    };
    let of = match &holder {
        Holder::Unit(unit) => Target::Unit(unit),
        Holder::Post(ToDoPost::Reviewer) => Target::Role(Role::Reviewer),
        Holder::Post(ToDoPost::CityLeader) => Target::Role(Role::CityLeader),
    };
    entrant.must_reach(&desk, Action::ReadToDos, of)?;
    let from = after(query.after.as_deref(), ToDoCursor::parse)?;
    let page = desk.store.to_dos(&holder, query.kind, from.as_ref(), query.limit.unwrap_or(ROWS)).await?;
    Ok(Json(page).into_response())
}
