//! Suggestions to merge over HTTP.

use super::actor::RequestActor;
use super::problem::Problem;
use super::request::{Address, Asked};
use super::tickets::{load_for, must_see};
use crate::desk::Desk;
use crate::duplicates::{self, Suggestion};
use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::{CallerRef, CategoryCode, TerritoryId, TicketId};
use chuishao_domain::sight::Sight;
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place};
use serde::Deserialize;
use std::sync::Arc;

fn answer(suggestions: &[Suggestion]) -> Response {
    Json(serde_json::json!({ "suggestions": suggestions })).into_response()
}

/// `GET /v1/tickets/{id}/duplicates`
pub async fn of_ticket(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let (ticket, sight) = load_for(&desk, &id, &by).await?;
    // Others' tickets stand in the answer: it is for who sees all of them.
    must_see(sight == Sight::Whole)?;
    Ok(answer(&duplicates::of_ticket(&desk, &ticket).await?))
}

/// What is known of a matter while its call is taken.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    category: CategoryCode,
    territory: TerritoryId,
    #[serde(default)]
    street: String,
    #[serde(default)]
    estate: String,
    #[serde(default)]
    building: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
}

impl Call {
    fn intake(self, desk: &Desk) -> Intake {
        let Self { category, territory, street, estate, building, title, body } = self;
        Intake {
            // Likeness is in what, where and when: who called and how is no part of it.
            caller: CallerRef(String::new()),
            caller_kind: CallerKind::Citizen,
            channel: Channel::Phone,
            matter_kind: MatterKind::Help,
            category,
            title,
            body,
            place: Place { territory, street, estate, building },
            confidential: false,
            received_at: desk.clock.now(),
        }
    }
}

/// `GET /v1/tickets/duplicates`
pub async fn of_call(State(desk): State<Arc<Desk>>, query: Asked<Call>) -> Result<Response, Problem> {
    let Query(call) = query.map_err(|_| {
        let parameters = "请写明 category 和 territory；另有 street、estate、building、title、body，知道多少写多少";
        Problem::bad_request(parameters, "unknown, missing or malformed parameters")
    })?;
    if desk.world().catalogue.category(&call.category).is_none() {
        return Err(Problem::bad_request("category 不在分类目录中，请从目录中选择", "no such category"));
    }
    if desk.world().catalogue.territory(&call.territory).is_none() {
        return Err(Problem::bad_request("territory 须为区县或开发区代码，例如 370705", "no such territory"));
    }
    let intake = call.intake(&desk);
    // There is no ticket yet, so none is left out.
    Ok(answer(&duplicates::of_intake(&desk, &TicketId(String::new()), &intake).await?))
}
