//! Tickets over HTTP.

use super::actor::{Entrant, RequestActor};
use super::exports::Exporter;
use super::problem::Problem;
use super::request::{Address, Asked, Body, Commanded, ROWS, after, asked, at_version, made};
use crate::desk::{Desk, DeskError, Submission};
use crate::dispute_file::DisputeFile;
use crate::store::lists::{Cursor, List};
use crate::timeline;
use crate::vault::words;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::ids::{CallerRef, CategoryCode, TerritoryId, TicketId, UnitId};
use chuishao_domain::refusal::Refusal;
use chuishao_domain::side::MainTicket;
use chuishao_domain::sight::{self, Sight};
use chuishao_domain::status::Status;
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, Ticket};
use chuishao_domain::vault::Caller;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// What a call taker sends to register a matter.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Who called; goes into the vault and nowhere else.
    caller: Caller,
    #[serde(default = "citizen")]
    caller_kind: CallerKind,
    #[serde(default = "phone")]
    channel: Channel,
    matter_kind: MatterKind,
    category: CategoryCode,
    title: String,
    body: String,
    place: Place,
    #[serde(default)]
    confidential: bool,
}

fn citizen() -> CallerKind {
    CallerKind::Citizen
}

fn phone() -> Channel {
    Channel::Phone
}

impl Registration {
    fn split(self) -> (Intake, Caller) {
        let intake = Intake {
            // Both are set by the desk.
            caller: CallerRef(String::new()),
            received_at: Timestamp::UNIX_EPOCH,
            caller_kind: self.caller_kind,
            channel: self.channel,
            matter_kind: self.matter_kind,
            category: self.category,
            title: self.title,
            body: self.body,
            place: self.place,
            confidential: self.confidential,
        };
        (intake, self.caller)
    }
}

/// `POST /v1/tickets`
pub async fn register(State(desk): State<Arc<Desk>>, wanted: Commanded) -> Result<Response, Problem> {
    let (intake, caller) = wanted.body.parse::<Registration>()?.split();
    // What is kept of a request tells nothing of the caller: from a digest over his number the
    // number could be guessed.
    let without_caller = serde_json::to_vec(&caller.masked_intake(intake.clone())).unwrap_or_default();
    let key = wanted.key_over("register", &without_caller)?;
    let line = wanted.entrant.line;
    Ok(made(desk.register(intake, caller, wanted.by, key, line).await?))
}

/// `POST /v1/tickets/{id}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    Address(id): Address<TicketId>,
    mut wanted: Commanded,
) -> Result<Response, Problem> {
    // Before anything is made of it, its digest included.
    if let Some(masked) = words::without_caller(&desk, &id, &wanted.body.0).await {
        wanted.body.0 = masked.into();
    }
    let key = wanted.key(id.as_str())?;
    let command = command_of(&desk, &wanted.body).await?;
    let expected_version = wanted.expected_version()?;
    let (ticket, by, line) = (Some(id), wanted.by, wanted.entrant.line);
    let submission = Submission { ticket, expected_version, command, by, caller: None, key, line };
    Ok(Json(desk.submit(submission).await?).into_response())
}

/// 并单 names another ticket, which is looked up first; every other command is the domain's own.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Merging {
    Merge {
        /// The main ticket.
        into: TicketId,
        /// Why they are the same matter.
        reason: String,
    },
}

/// What may be wanted of a ticket: how it is told to integrators.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is read as one or the other, and told as both")]
pub enum TicketCommand {
    /// 并单
    Merge(Merging),
    /// Every other.
    Other(Command),
}

#[derive(Deserialize, schemars::JsonSchema)]
struct Named {
    #[serde(default)]
    command: String,
}

async fn command_of(desk: &Desk, body: &Body) -> Result<Command, Problem> {
    if body.parse::<Named>()?.command != "merge" {
        return body.parse();
    }
    let Merging::Merge { into, reason } = body.parse()?;
    let main = desk.store.ticket(&into).await?;
    let main =
        main.ok_or_else(|| Problem::not_found("没有要并入的主单，请核对编号", "there is no such main ticket"))?;
    Ok(Command::Merge { main: Box::new(MainTicket::of(&main)), reason })
}

async fn load(desk: &Desk, id: &TicketId) -> Result<Ticket, Problem> {
    desk.store.ticket(id).await?.ok_or_else(|| Problem::not_found("没有这件工单", "no such ticket"))
}

/// A ticket with how much of it the post sees.
pub(super) async fn load_for(desk: &Desk, id: &TicketId, by: &By) -> Result<(Ticket, Sight), Problem> {
    let ticket = load(desk, id).await?;
    let sight = sight::of(by, &ticket).ok_or_else(not_seen)?;
    Ok((ticket, sight))
}

fn not_seen() -> Problem {
    DeskError::Refused(Refusal::new(
        "not-entitled",
        "该岗位不能查看此内容：只能看到本岗位承办、抄送或解答的工单，以及办理所需的部分",
        "this post may not see that",
    ))
    .into()
}

/// Whether the post sees it, which goes for what is read beside the ticket itself.
pub(super) fn must_see(seen: bool) -> Result<(), Problem> {
    if seen { Ok(()) } else { Err(not_seen()) }
}

/// `GET /v1/tickets/{id}`
pub async fn show(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let ticket = sight::cut(&by, load(&desk, &id).await?).ok_or_else(not_seen)?;
    Ok(at_version(ticket.version, ticket))
}

/// `GET /v1/tickets/{id}/timeline`
pub async fn timeline(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let (ticket, sight) = load_for(&desk, &id, &by).await?;
    must_see(sight.has_history())?;
    let history = desk.store.history(&id).await?;
    let decisions = desk.store.decisions(&id).await?;
    let lines = timeline::timeline(&history, &decisions, &desk.reference.known());
    Ok(Json(timeline::seen(lines, sight, &ticket)).into_response())
}

/// `GET /v1/tickets/{id}/decisions`
pub async fn decisions(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let (_, sight) = load_for(&desk, &id, &by).await?;
    must_see(sight.has_decisions())?;
    Ok(Json(desk.store.numbered_decisions(&id).await?).into_response())
}

/// `GET /v1/tickets/{id}/dispute-file`: a page for people, which runs nothing and fetches nothing.
pub async fn dispute_file(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    exporter: Exporter,
    Address(id): Address<TicketId>,
) -> Result<Response, Problem> {
    let (_, sight) = load_for(&desk, &id, &by).await?;
    must_see(sight.has_decisions())?;
    let file = DisputeFile::of(&desk.store, &id, desk.clock.now()).await?;
    let file = file.ok_or_else(|| Problem::not_found("没有这件工单", "no such ticket"))?;
    exporter.leaves(&file.as_exported()).await?;
    let head = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, file.to_html(&desk.reference.known())).into_response())
}

/// Which list, and which page of it.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    territory: Option<TerritoryId>,
    state: Option<Status>,
    lead_unit: Option<UnitId>,
    copied_to: Option<UnitId>,
    #[serde(default)]
    retired_lead: bool,
    after: Option<String>,
    limit: Option<u32>,
}

impl ListQuery {
    fn list(self, desk: &Desk) -> Result<List, Problem> {
        match (self.retired_lead, self.state, self.lead_unit, self.copied_to, self.territory) {
            (false, None, None, None, territory) => Ok(List::Newest(territory)),
            (false, Some(status), None, None, _) if status.is_ended() => {
                Err(Problem::bad_request("待办列表只有未办结的工单", "the list of a state holds open tickets only"))
            }
            (false, Some(state), None, None, territory) => Ok(List::Open(state, territory)),
            (false, None, Some(unit), None, None) => Ok(List::LedBy(unit)),
            (false, None, None, Some(unit), None) => Ok(List::CopiedTo(unit)),
            (true, None, None, None, None) => {
                let world = desk.world();
                Ok(List::LedByOneOf(world.catalogue.retired_units().map(|unit| unit.id.clone()).collect()))
            }
            _ => Err(Problem::bad_request(
                "列表有五种：最新（可加 territory）、state（可加 territory）、lead_unit、copied_to、retired_lead，不能合用",
                "these filters do not go together",
            )),
        }
    }
}

/// `GET /v1/tickets`: a page has what the post sees, and its cursor tells of nothing else. Who sees the
/// own place alone asks for no other; a state is no place.
pub async fn list(
    State(desk): State<Arc<Desk>>,
    RequestActor(by): RequestActor,
    entrant: Entrant,
    query: Asked<ListQuery>,
) -> Result<Response, Problem> {
    let parameters = "查询参数有 territory、state、lead_unit、copied_to、retired_lead、after、limit，其中 state 为状态名，limit 为数字";
    let query = asked(query, parameters)?;
    let from = after(query.after.as_deref(), Cursor::parse)?;
    let limit = query.limit.unwrap_or(ROWS);
    let list = query.list(&desk)?;
    if let Some(target) = asked_about(&list) {
        entrant.must_reach(&desk, Action::ReadTickets, target)?;
    }
    let page = desk.store.page_seen(&list, from.as_ref(), limit, |ticket| sight::cut(&by, ticket)).await?;
    Ok(Json(page).into_response())
}

/// What the table is asked about before a list is read.
fn asked_about(list: &List) -> Option<Target<'_>> {
    match list {
        List::Newest(territory) | List::Open(_, territory) => territory.as_ref().map(Target::Territory),
        List::LedBy(unit) | List::CopiedTo(unit) => Some(Target::Unit(unit)),
        List::LedByOneOf(_) => Some(Target::City),
    }
}
