//! The rows that a command becomes, and the statements that write the rows of many commands
//! at once. Statements take many rows, because on PostgreSQL each statement is a way there
//! and back.

use super::database::{Statement, Transaction, Value};
use super::tickets::{Commit, KeptAnswer};
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, DecisionRecord};
use chuishao_domain::ticket::Ticket;
use chuishao_domain::vault::Caller;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;

/// Rows of one statement: both databases bound the number of values (SQLite 32,766).
const MOST_ROWS: usize = 400;

pub(super) type RowValues = Vec<Value>;

/// A command as rows, ready to be written.
pub(super) struct Prepared {
    pub(super) id: String,
    pub(super) key: Option<String>,
    is_new: bool,
    ticket: RowValues,
    /// Absent when the place and the category stay what they were.
    matter: Option<RowValues>,
    answer: Option<RowValues>,
    caller: Option<RowValues>,
    copies: Vec<RowValues>,
    events: Vec<RowValues>,
    decisions: Vec<RowValues>,
    outbox: Vec<RowValues>,
}

impl Prepared {
    pub(super) fn new(commit: &Commit<'_>) -> Result<Self, serde_json::Error> {
        let Commit { ticket, events, .. } = *commit;
        let id = &ticket.id;
        let mut row = ticket_row(ticket)?;
        row.push(Value::from(commit.computed_from.cast_signed()));
        let is_new = commit.computed_from == 0;
        if is_new {
            row.pop();
        }
        let decisions = commit.decisions.iter().enumerate();
        Ok(Self {
            id: id.to_string(),
            key: commit.answer.map(|answer| answer.key.clone()),
            is_new,
            ticket: row,
            matter: if is_new || events.iter().any(changes_matter) { Some(matter_row(ticket)?) } else { None },
            answer: commit.answer.map(|answer| answer_row(answer, commit.now)),
            caller: commit.caller.map(|(reference, caller)| caller_row(reference, caller, commit.now)),
            copies: events.iter().filter_map(|event| copy_row(id, event)).collect(),
            events: events.iter().map(|event| event_row(id, event)).collect::<Result<_, _>>()?,
            decisions: decisions.map(|(place, one)| decision_row(ticket, place, one)).collect::<Result<_, _>>()?,
            outbox: super::outbox::rows(id, commit.messages, commit.now),
        })
    }
}

/// The name that serde gives to a case without fields.
pub(super) fn name_of(case: &impl Serialize) -> Result<String, serde_json::Error> {
    let value = serde_json::to_value(case)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// The columns of `ticket`, in the order of [`TICKET`].
pub(super) fn ticket_row(ticket: &Ticket) -> Result<RowValues, serde_json::Error> {
    let mut row = ticket_columns(ticket)?;
    row.push(serde_json::to_string(ticket)?.into());
    Ok(row)
}

/// All columns but the document.
pub(super) fn ticket_columns(ticket: &Ticket) -> Result<RowValues, serde_json::Error> {
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    let figures = ticket.figures();
    Ok(vec![
        ticket.id.as_str().into(),
        ticket.version.cast_signed().into(),
        name_of(&ticket.state)?.into(),
        ticket.territory().as_str().into(),
        ticket.intake.received_at.as_millisecond().into(),
        ticket.lead_unit().map_or("", |unit| unit.as_str()).into(),
        millis(ticket.due_at()).into(),
        millis(ticket.wakes_at()).into(),
        ticket.awaits_calendar().into(),
        millis(ticket.closed_at()).into(),
        figures.first_solved.into(),
        figures.solved.into(),
        figures.satisfied.into(),
        i64::from(ticket.rework_count).into(),
    ])
}

const TICKET: &str = "insert into ticket (id, version, state, territory, received_at, lead_unit, due_at, wakes_at, \
     awaits_calendar, closed_at, first_solved, solved, satisfied, rework_count, document) values ";

fn changes_matter(recorded: &Recorded) -> bool {
    matches!(recorded.event, Event::PlaceFilled { .. } | Event::Reclassified { .. })
}

pub(super) fn matter_row(ticket: &Ticket) -> Result<RowValues, serde_json::Error> {
    let (intake, place) = (&ticket.intake, &ticket.intake.place);
    Ok(vec![
        ticket.id.as_str().into(),
        place.territory.as_str().into(),
        intake.category.group().into(),
        name_of(&intake.matter_kind)?.into(),
        place.street.as_str().into(),
        place.estate.as_str().into(),
        place.building.as_str().into(),
        intake.received_at.as_millisecond().into(),
    ])
}

fn answer_row(answer: &KeptAnswer, now: Timestamp) -> RowValues {
    vec![
        answer.key.as_str().into(),
        answer.digest.as_str().into(),
        answer.answer.as_str().into(),
        now.as_millisecond().into(),
    ]
}

pub(super) fn caller_row(reference: &CallerRef, caller: &Caller, now: Timestamp) -> RowValues {
    vec![
        reference.as_str().into(),
        caller.name.as_str().into(),
        caller.phone.as_str().into(),
        now.as_millisecond().into(),
    ]
}

/// Each copy is made by one event; a second one to the same reader changes nothing here.
pub(super) fn copy_row(id: &TicketId, recorded: &Recorded) -> Option<RowValues> {
    let reader = match &recorded.event {
        Event::Dispatched { copy_to, .. } => copy_to,
        Event::CopyAdded { copy } => &copy.reader,
        _ => return None,
    };
    Some(vec![id.as_str().into(), reader.as_str().into(), recorded.at.as_millisecond().into()])
}

pub(super) fn event_row(id: &TicketId, recorded: &Recorded) -> Result<RowValues, serde_json::Error> {
    let kind = chuishao_domain::rule::view::event_kind(&recorded.event).map_or("", EventKind::as_str);
    Ok(vec![
        id.as_str().into(),
        recorded.sequence.cast_signed().into(),
        recorded.at.as_millisecond().into(),
        kind.into(),
        serde_json::to_string(recorded)?.into(),
    ])
}

fn decision_row(ticket: &Ticket, place: usize, decision: &DecisionRecord) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        ticket.id.as_str().into(),
        ticket.version.cast_signed().into(),
        (place as i64).into(),
        decision.event_sequence.cast_signed().into(),
        decision.rule.as_str().into(),
        matches!(decision.answer, Answer::Failed(_)).into(),
        decision.at.as_millisecond().into(),
        serde_json::to_string(decision)?.into(),
    ])
}

/// Inserts rows, as many to a statement as both databases take.
pub(super) async fn insert(
    open: &mut Transaction,
    into: &str,
    rows: Vec<RowValues>,
    after: &str,
) -> Result<(), sqlx::Error> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut statement = Statement::new("");
        statement.push(into).push_rows(rows.by_ref().take(MOST_ROWS).collect()).push(after);
        open.execute(statement).await?;
    }
    Ok(())
}

/// Keeps the answers under their keys; the keys that were still free.
pub(super) async fn insert_answers(
    open: &mut Transaction,
    commits: &[&Prepared],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<RowValues> = commits.iter().filter_map(|commit| commit.answer.clone()).collect();
    if rows.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut statement = Statement::new("insert into idempotency (key, digest, answer, at) values ");
    statement.push_rows(rows).push(" on conflict (key) do nothing returning key");
    open.all(statement).await?.iter().map(|row| row.text(0)).collect()
}

/// Inserts new tickets, and updates known ones only at the version that each was computed
/// from; those that were written.
pub(super) async fn write_tickets(
    open: &mut Transaction,
    commits: &[&Prepared],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let (new, known): (Vec<&Prepared>, Vec<&Prepared>) = commits.iter().partition(|commit| commit.is_new);
    let rows = |commits: Vec<&Prepared>| commits.iter().map(|commit| commit.ticket.clone()).collect::<Vec<_>>();
    let mut written = BTreeSet::new();
    if !new.is_empty() {
        let mut statement = Statement::new(TICKET);
        statement.push_rows(rows(new)).push(" on conflict (id) do nothing returning id");
        for row in open.all(statement).await? {
            written.insert(row.text(0)?);
        }
    }
    if !known.is_empty() {
        let mut statement = Statement::new(
            "update ticket set version = c.column2, state = c.column3, lead_unit = c.column6, due_at = c.column7, \
             wakes_at = c.column8, awaits_calendar = c.column9, closed_at = c.column10, first_solved = c.column11, \
             solved = c.column12, satisfied = c.column13, rework_count = c.column14, document = c.column15 \
             from (values ",
        );
        statement.push_rows(rows(known));
        statement.push(") as c where ticket.id = c.column1 and ticket.version = c.column16 returning id");
        for row in open.all(statement).await? {
            written.insert(row.text(0)?);
        }
    }
    Ok(written)
}

/// Inserts everything that follows from the commands.
pub(super) async fn insert_consequences(open: &mut Transaction, commits: &[&Prepared]) -> Result<(), sqlx::Error> {
    let one = |of: fn(&Prepared) -> &Option<RowValues>| commits.iter().filter_map(|c| of(c).clone()).collect();
    let many = |of: fn(&Prepared) -> &Vec<RowValues>| commits.iter().flat_map(|c| of(c).clone()).collect();
    insert_matters(open, one(|commit| &commit.matter)).await?;
    insert_callers(open, one(|commit| &commit.caller)).await?;
    insert_copies(open, many(|commit| &commit.copies)).await?;
    insert_events(open, many(|commit| &commit.events)).await?;
    let decision =
        "insert into decision (ticket_id, version, position, event_sequence, rule, failed, at, document) values ";
    insert(open, decision, many(|commit| &commit.decisions), "").await?;
    super::outbox::insert(open, many(|commit| &commit.outbox)).await
}

async fn insert_matters(open: &mut Transaction, rows: Vec<RowValues>) -> Result<(), sqlx::Error> {
    let into = "insert into matter (ticket_id, territory, category_group, kind, street, estate, building, received_at) values ";
    let after = " on conflict (ticket_id) do update set category_group = excluded.category_group, street = excluded.street, \
         estate = excluded.estate, building = excluded.building";
    insert(open, into, rows, after).await
}

async fn insert_callers(open: &mut Transaction, rows: Vec<RowValues>) -> Result<(), sqlx::Error> {
    insert(open, "insert into caller (reference, name, phone, created_at) values ", rows, "").await
}

async fn insert_copies(open: &mut Transaction, rows: Vec<RowValues>) -> Result<(), sqlx::Error> {
    let into = "insert into copy (ticket_id, reader, copied_at) values ";
    insert(open, into, rows, " on conflict (ticket_id, reader) do nothing").await
}

async fn insert_events(open: &mut Transaction, rows: Vec<RowValues>) -> Result<(), sqlx::Error> {
    insert(open, "insert into event (ticket_id, sequence, at, kind, document) values ", rows, "").await
}

/// Tickets that were made elsewhere, as rows.
#[derive(Default)]
pub(super) struct Bulk {
    tickets: Vec<RowValues>,
    matters: Vec<RowValues>,
    callers: Vec<RowValues>,
    copies: Vec<RowValues>,
    events: Vec<RowValues>,
}

impl Bulk {
    pub(super) fn push(
        &mut self,
        ticket: &Ticket,
        events: &[Recorded],
        caller: &Caller,
    ) -> Result<(), serde_json::Error> {
        let intake = &ticket.intake;
        self.tickets.push(ticket_row(ticket)?);
        self.matters.push(matter_row(ticket)?);
        self.callers.push(caller_row(&intake.caller, caller, intake.received_at));
        self.copies.extend(events.iter().filter_map(|event| copy_row(&ticket.id, event)));
        for event in events {
            self.events.push(event_row(&ticket.id, event)?);
        }
        Ok(())
    }

    pub(super) async fn insert(self, open: &mut Transaction) -> Result<(), sqlx::Error> {
        insert(open, TICKET, self.tickets, "").await?;
        insert_matters(open, self.matters).await?;
        insert_callers(open, self.callers).await?;
        insert_copies(open, self.copies).await?;
        insert_events(open, self.events).await
    }
}
