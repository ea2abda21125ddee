//! The public, read-only view as Open311 GeoReport v2 (公开查询): JSON alone; without callers,
//! texts and confidential tickets. Requests are taken by people on the telephone.

use super::problem::Problem;
use super::request::Places;
use crate::desk::Desk;
use crate::store::open311::PublicQuery;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId};
use chuishao_domain::outward::open311::{Status, service_request, services};
use chuishao_domain::told::Moment;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use std::sync::Arc;

/// The longest span of one question, in days, as the standard says.
const MOST_DAYS: i64 = 90;
/// Requests of a page, at most; the standard allows no answer beyond 1000.
const MOST_PAGE: u32 = 100;
/// Pages that can be asked for: who wants more asks for a shorter span.
const MOST_PAGES: u32 = 100;

/// An error as the standard writes it.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "it tells integrators what is written as JSON")]
pub struct PublicError {
    code: u16,
    description: String,
}

/// Errors as the standard writes them: a list.
pub type Errors = Vec<PublicError>;

/// An error as the standard writes it.
fn error(status: StatusCode, description: &str) -> Response {
    let body = serde_json::json!([{ "code": status.as_u16(), "description": description }]);
    (status, Json(body)).into_response()
}

/// `GET /open311/v2/services.json`
pub async fn list_services(State(desk): State<Arc<Desk>>) -> Response {
    Json(services(&desk.world().catalogue).collect::<Vec<_>>()).into_response()
}

/// The standard's filters; `page` and `page_size` are its customary extension.
#[derive(Deserialize, schemars::JsonSchema)]
pub struct Filters {
    service_request_id: Option<String>,
    service_code: Option<CategoryCode>,
    #[schemars(with = "Option<Moment>")]
    start_date: Option<Timestamp>,
    #[schemars(with = "Option<Moment>")]
    end_date: Option<Timestamp>,
    #[schemars(regex(pattern = r"^(open|closed|open,closed|closed,open)$"))]
    status: Option<String>,
    jurisdiction_id: Option<TerritoryId>,
    page: Option<u32>,
    page_size: Option<u32>,
}

/// `GET /open311/v2/requests.json`. A page may hold fewer than its size: what is confidential is
/// left out of it.
pub async fn list_requests(
    State(desk): State<Arc<Desk>>,
    filters: Result<Query<Filters>, QueryRejection>,
) -> Result<Response, Problem> {
    let Ok(Query(filters)) = filters else {
        return Ok(error(StatusCode::BAD_REQUEST, "日期写作 2024-11-06T00:00:00+08:00，page 和 page_size 为数字"));
    };
    if let Some(ids) = &filters.service_request_id {
        let mut found = Vec::new();
        for id in ids.split(',').take(MOST_PAGE as usize) {
            let ticket = desk.store.public_ticket(&TicketId(id.trim().to_owned())).await?;
            found.extend(ticket.and_then(|(ticket, at)| service_request(&ticket, at, &desk.world())));
        }
        return Ok(Json(found).into_response());
    }
    let closed = match filters.status.as_deref() {
        None | Some("open,closed" | "closed,open") => None,
        Some("open") => Some(false),
        Some("closed") => Some(true),
        Some(_) => return Ok(error(StatusCode::BAD_REQUEST, "status 为 open 或 closed")),
    };
    let until = filters.end_date.unwrap_or_else(|| desk.clock.now());
    let longest = until.saturating_sub((MOST_DAYS * 24).hours()).unwrap_or(Timestamp::MIN);
    let query = PublicQuery {
        from: filters.start_date.unwrap_or(longest).max(longest),
        until,
        closed,
        category: filters.service_code.clone(),
        territory: filters.jurisdiction_id.filter(|id| !id.is_city()),
        page: filters.page.unwrap_or(1).clamp(1, MOST_PAGES),
        page_size: filters.page_size.unwrap_or(50).clamp(1, MOST_PAGE),
    };
    let found = desk.store.public_tickets(&query).await?;
    let wanted = |code: &Option<String>| match &filters.service_code {
        None => true,
        Some(wanted) => code.as_ref().is_some_and(|code| code.starts_with(wanted.0.as_str())),
    };
    let shown = found.iter().filter_map(|(ticket, at)| service_request(ticket, *at, &desk.world()));
    // What is merged, passed on or declined is closed in words, too: the standard knows no third.
    let shown = shown.filter(|request| wanted(&request.service_code));
    let shown = shown.filter(|request| closed.is_none_or(|closed| (request.status == Status::Closed) == closed));
    Ok(Json(shown.collect::<Vec<_>>()).into_response())
}

/// `GET /open311/v2/requests/{id}.json`
pub async fn show_request(State(desk): State<Arc<Desk>>, Places(file): Places<String>) -> Result<Response, Problem> {
    let Some(id) = file.strip_suffix(".json") else {
        return Ok(error(StatusCode::NOT_FOUND, "只提供 JSON：地址以 .json 结尾"));
    };
    let ticket = desk.store.public_ticket(&TicketId(id.to_owned())).await?;
    Ok(match ticket.and_then(|(ticket, at)| service_request(&ticket, at, &desk.world())) {
        Some(request) => Json([request]).into_response(),
        None => error(StatusCode::NOT_FOUND, "没有这件公开的诉求"),
    })
}

/// Everything else of the standard: XML, and the definitions of services, of which none has any.
pub async fn absent() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "没有这个地址；本接口只读，只提供 JSON：services.json、requests.json、requests/{编号}.json",
    )
}
