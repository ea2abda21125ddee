//! The evaluation over HTTP.

use super::actor::Entrant;
use super::problem::Problem;
use super::request::{Address, Asked, Commanded, ROWS, after, asked, made};
use crate::desk::{Desk, DeskError};
use crate::evaluation_desk::{Act, EvaluationReceipt, EvaluationSubmission, submit};
use crate::score_sheets;
use crate::store::lists::Cursor;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::evaluation::indicator::Indicator;
use chuishao_domain::evaluation::outcome::Exclusion;
use chuishao_domain::evaluation::score_pair::PairId;
use chuishao_domain::evaluation::score_sheet::ScoreSheet;
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::TicketId;
use chuishao_domain::told::MONTH;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

type Addressed<P> = Result<Path<P>, PathRejection>;

fn addressed<P>(path: Addressed<P>) -> Result<P, Problem> {
    path.map(|Path(parts)| parts).map_err(|_| Problem::bad_request("地址有误，请核对", "the address is malformed"))
}

/// Which month.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodQuery {
    #[schemars(regex(pattern = MONTH))]
    period: String,
}

fn period(query: Asked<PeriodQuery>) -> Result<String, Problem> {
    let asked = query.ok().map(|Query(query)| query.period);
    asked.ok_or_else(|| Problem::bad_request("请写明月份，例如 period=2024-10", "`period` is missing"))
}

/// A sheet with what people call things, and the way back to tickets.
#[derive(Serialize, schemars::JsonSchema)]
pub struct ShownSheet {
    #[serde(flatten)]
    sheet: ScoreSheet,
    name: String,
    ways: Vec<Way>,
}

/// One line in words, and where its tickets are.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Way {
    indicator: Indicator,
    name: &'static str,
    shown: String,
    /// Absent where no single ticket tells the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<String>,
}

/// Like matters are counted and entries of the knowledge base ruled on; neither is in a ticket.
fn is_told_by_tickets(indicator: Indicator) -> bool {
    !matches!(indicator, Indicator::LikeMatterGrowth | Indicator::KnowledgeAcceptedRate)
}

fn shown(desk: &Desk, sheet: ScoreSheet) -> ShownSheet {
    let id = sheet.subject.to_string();
    let territory = desk.world().catalogue.territory(&id.as_str().into()).map(|territory| territory.name.clone());
    let name = territory.unwrap_or_else(|| desk.world().catalogue.unit_name(&id.as_str().into()).to_owned());
    let way = |indicator: Indicator, shown| {
        let definition = indicator.definition();
        let word = definition.key;
        let address = format!("/v1/evaluation/sheets/{id}/tickets?period={}&indicator={word}", sheet.period);
        let tickets = is_told_by_tickets(indicator).then_some(address);
        Way { indicator, name: definition.term, shown, tickets }
    };
    let lines = sheet.lines.iter();
    let ways = lines.map(|line| way(line.indicator, line.figure.shown(line.indicator.definition().measure)));
    let ways = ways.collect();
    ShownSheet { name, ways, sheet }
}

/// Who is assessed, to whom it may be shown.
fn own_subject(desk: &Desk, id: &str, entrant: &Entrant) -> Result<Subject, Problem> {
    let subject = score_sheets::subject(desk, id).map_err(DeskError::from)?;
    entrant.must_reach(desk, Action::ReadScores, Target::Subject(id))?;
    Ok(subject)
}

/// `GET /v1/evaluation/sheets/{subject}`
pub async fn sheet(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    path: Addressed<String>,
    query: Asked<PeriodQuery>,
) -> Result<Response, Problem> {
    let subject = own_subject(&desk, &addressed(path)?, &entrant)?;
    let (month, rules) = score_sheets::month(&desk, &period(query)?).map_err(DeskError::from)?;
    let sheet = score_sheets::sheet(&desk, &subject, month, rules).await?;
    Ok(Json(shown(&desk, sheet)).into_response())
}

/// Which line of which month.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineQuery {
    #[schemars(regex(pattern = MONTH))]
    period: String,
    indicator: Indicator,
}

/// `GET /v1/evaluation/sheets/{subject}/tickets`
pub async fn tickets(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    path: Addressed<String>,
    query: Asked<LineQuery>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|_| {
        let chinese = "请写明月份和指标，例如 period=2024-10&indicator=resolution-rate";
        Problem::bad_request(chinese, "`period` or `indicator` is missing or malformed")
    })?;
    if !is_told_by_tickets(query.indicator) {
        return Err(Problem::bad_request("这项指标不由单件工单构成", "no single ticket tells this indicator"));
    }
    let subject = own_subject(&desk, &addressed(path)?, &entrant)?;
    let (month, _) = score_sheets::month(&desk, &query.period).map_err(DeskError::from)?;
    let tickets = score_sheets::tickets_of_line(&desk, &subject, month, query.indicator).await?;
    Ok(Json(serde_json::json!({ "tickets": tickets })).into_response())
}

/// `GET /v1/evaluation/peer-groups`: as the figures are now for who sees every sheet; as they were
/// published for those who are assessed, who see their own alone before that.
pub async fn peer_groups(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    query: Asked<PeriodQuery>,
) -> Result<Response, Problem> {
    let (month, rules) = score_sheets::month(&desk, &period(query)?).map_err(DeskError::from)?;
    let sees_all = entrant.must_reach(&desk, Action::ReadScores, Target::City).is_ok();
    let groups = if sees_all {
        score_sheets::groups(&desk, month, rules).await?
    } else {
        score_sheets::published_groups(&desk, month, rules).await?
    };
    Ok(Json(groups).into_response())
}

/// `GET /v1/evaluation/ledger/{ticket}`
pub async fn ledger(
    State(desk): State<Arc<Desk>>,
    entrant: Entrant,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let ticket = desk.store.ticket(&id).await?.ok_or_else(|| Problem::not_found("没有这件工单", "no such ticket"))?;
    entrant.must_reach(&desk, Action::ReadScores, Target::Ticket(&ticket))?;
    let scores = desk.store.scores_of_ticket(&id).await?;
    let appeals = desk.store.appeals_of_ticket(&id).await?;
    let exclusion = desk.store.exclusion(&id).await?;
    let answer = serde_json::json!({ "ticket": id, "scores": scores, "appeals": appeals, "exclusion": exclusion });
    Ok(Json(answer).into_response())
}

/// Which page of a list.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    #[serde(default)]
    open: bool,
    after: Option<String>,
    limit: Option<u32>,
}

fn page(query: Asked<PageQuery>) -> Result<(bool, Option<Cursor>, u32), Problem> {
    let PageQuery { open, after: from, limit } = asked(query, "查询参数有 open、after、limit")?;
    Ok((open, after(from.as_deref(), Cursor::parse)?, limit.unwrap_or(ROWS)))
}

/// `GET /v1/evaluation/appeals`
pub async fn appeals(State(desk): State<Arc<Desk>>, query: Asked<PageQuery>) -> Result<Response, Problem> {
    let (open, after, limit) = page(query)?;
    Ok(Json(desk.store.appeal_page(open, after.as_ref(), limit).await?).into_response())
}

/// `GET /v1/evaluation/exclusions`
pub async fn exclusions(State(desk): State<Arc<Desk>>, query: Asked<PageQuery>) -> Result<Response, Problem> {
    let (_, after, limit) = page(query)?;
    Ok(Json(desk.store.exclusion_page(after.as_ref(), limit).await?).into_response())
}

/// `GET /v1/evaluation/publications`
pub async fn publications(State(desk): State<Arc<Desk>>, query: Asked<PeriodQuery>) -> Result<Response, Problem> {
    let (month, _) = score_sheets::month(&desk, &period(query)?).map_err(DeskError::from)?;
    Ok(Json(desk.store.published(month, None).await?).into_response())
}

/// `GET /v1/evaluation/publications/{period}/{subject}`: as it was published, and computed again
/// from what was kept with it.
pub async fn publication(
    State(desk): State<Arc<Desk>>,
    path: Addressed<(String, String)>,
) -> Result<Response, Problem> {
    let (month, subject) = addressed(path)?;
    let (month, _) = score_sheets::month(&desk, &month).map_err(DeskError::from)?;
    let subject = score_sheets::subject(&desk, &subject).map_err(DeskError::from)?;
    let found = desk.store.publication(month, &subject).await?;
    let publication = found.ok_or_else(|| Problem::not_found("还没有公布", "it was not published yet"))?;
    let published = publication.published;
    let rules = desk.rule_sets.version(&published.sheet.rule_version).map_err(DeskError::from)?;
    let again = publication.gathered.sheet(&subject, month, rules).map_err(DeskError::from)?;
    let recomputed = again.digest();
    let same = again == published.sheet && recomputed == published.digest;
    Ok(Json(serde_json::json!({ "published": published, "recomputed": recomputed, "same": same })).into_response())
}

async fn done(desk: &Desk, act: Act, place: &str, wanted: Commanded) -> Result<EvaluationReceipt, Problem> {
    let key = wanted.key(place)?;
    Ok(submit(desk, &EvaluationSubmission { act, by: wanted.by, key }).await?)
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lodged {
    pair: PairId,
    reason: String,
}

/// `POST /v1/evaluation/appeals`
pub async fn lodge(State(desk): State<Arc<Desk>>, wanted: Commanded) -> Result<Response, Problem> {
    let Lodged { pair, reason } = wanted.body.parse()?;
    Ok(made(done(&desk, Act::Lodge { pair, reason }, "lodge-appeal", wanted).await?))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    upheld: bool,
    opinion: String,
}

/// `POST /v1/evaluation/appeals/{id}/ruling`
pub async fn decide(
    State(desk): State<Arc<Desk>>,
    path: Addressed<String>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let appeal = addressed(path)?;
    let Decided { upheld, opinion } = wanted.body.parse()?;
    let place = format!("rule-on-appeal {appeal}");
    Ok(Json(done(&desk, Act::Decide { appeal, upheld, opinion }, &place, wanted).await?).into_response())
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenOut {
    ticket: TicketId,
    ground: Exclusion,
    reason: String,
}

/// `POST /v1/evaluation/exclusions`
pub async fn exclude(State(desk): State<Arc<Desk>>, wanted: Commanded) -> Result<Response, Problem> {
    let TakenOut { ticket, ground, reason } = wanted.body.parse()?;
    Ok(made(done(&desk, Act::Exclude { ticket, ground, reason }, "exclude", wanted).await?))
}

/// `POST /v1/evaluation/publications`
pub async fn publish(State(desk): State<Arc<Desk>>, wanted: Commanded) -> Result<Response, Problem> {
    let PeriodQuery { period } = wanted.body.parse()?;
    Ok(made(done(&desk, Act::Publish { period }, "publish", wanted).await?))
}
