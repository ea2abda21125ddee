//! What became of tickets (办理结果), one row each: written with the ticket, read by the evaluation a
//! month at a time, without reading a document; what the city's figures are checked with.

use super::database::{Row, Statement, Value};
use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::evaluation::outcome::{Exclusion, Promise, TicketOutcome};
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId, UnitId};
use jiff::Timestamp;
use serde::Deserialize;

/// New ones, and those in which something changed.
pub(super) static OUTCOME: ManyRows = ManyRows {
    before: "insert into outcome (ticket_id, territory, department, city_direct, category, received_at, \
             dispatched_at, first_response_at, take_up_due, take_up_done, contact_due, contact_done, close_due, \
             close_done, closed_at, ran_late, copy_due, copy_done, opinion_due, opinion_done, supervisions, \
             hand_backs, hand_backs_approved, extensions, reworks, repeated, first_solved, solved, satisfied) ",
    columns: &[
        Text, Text, Text, Truth, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
        Integer, Truth, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Truth, Truth,
        Truth, Truth,
    ],
    after: " on conflict (ticket_id) do update set department = excluded.department, \
            city_direct = excluded.city_direct, category = excluded.category, \
            dispatched_at = excluded.dispatched_at, first_response_at = excluded.first_response_at, \
            take_up_due = excluded.take_up_due, \
            take_up_done = excluded.take_up_done, contact_due = excluded.contact_due, \
            contact_done = excluded.contact_done, close_due = excluded.close_due, close_done = excluded.close_done, \
            closed_at = excluded.closed_at, ran_late = excluded.ran_late, copy_due = excluded.copy_due, copy_done = excluded.copy_done, \
            opinion_due = excluded.opinion_due, opinion_done = excluded.opinion_done, \
            supervisions = excluded.supervisions, hand_backs = excluded.hand_backs, \
            hand_backs_approved = excluded.hand_backs_approved, \
            extensions = excluded.extensions, reworks = excluded.reworks, repeated = excluded.repeated, \
            first_solved = excluded.first_solved, solved = excluded.solved, satisfied = excluded.satisfied",
    returning: None,
};

/// The columns in the order of [`OUTCOME`].
pub(super) const COLUMNS: &str = "o.ticket_id, o.territory, o.department, o.city_direct, o.category, o.received_at, \
    o.dispatched_at, o.first_response_at, o.take_up_due, o.take_up_done, o.contact_due, o.contact_done, o.close_due, \
    o.close_done, o.closed_at, o.ran_late, o.copy_due, o.copy_done, o.opinion_due, o.opinion_done, o.supervisions, \
    o.hand_backs, o.hand_backs_approved, o.extensions, o.reworks, o.repeated, o.first_solved, o.solved, o.satisfied";

fn millis(at: Option<Timestamp>) -> Value {
    at.map(Timestamp::as_millisecond).into()
}

/// The row of a ticket.
pub(super) fn row(outcome: &TicketOutcome) -> RowValues {
    let promise = |promise: Promise| [millis(promise.due_at), millis(promise.done_at)];
    let mut row = vec![
        outcome.ticket.as_str().into(),
        outcome.territory.as_str().into(),
        outcome.department.as_ref().map_or("", |department| department.as_str()).into(),
        outcome.city_direct.into(),
        outcome.category.as_str().into(),
        outcome.received_at.as_millisecond().into(),
        millis(outcome.dispatched_at),
        millis(outcome.first_response_at),
    ];
    row.extend([outcome.take_up, outcome.contact, outcome.close].into_iter().flat_map(promise));
    row.extend([millis(outcome.closed_at), outcome.ran_late.into()]);
    row.extend([outcome.copy_signed, outcome.opinion].into_iter().flat_map(promise));
    let TicketOutcome { supervisions, hand_backs, hand_backs_approved, extensions, reworks, .. } = outcome;
    let counts = [supervisions, hand_backs, hand_backs_approved, extensions, reworks];
    row.extend(counts.map(|count| Value::from(i64::from(*count))));
    row.push(outcome.repeated.into());
    row.extend([outcome.first_solved, outcome.solved, outcome.satisfied].map(Value::from));
    row
}

/// What a stored exclusion says of its ground.
#[derive(Deserialize, schemars::JsonSchema)]
struct Ground {
    ground: Exclusion,
}

/// From [`COLUMNS`]; what was taken out stands elsewhere.
pub(super) fn read(row: &Row) -> Result<TicketOutcome, StoreError> {
    let at = |place| -> Result<Option<Timestamp>, sqlx::Error> {
        Ok(row.maybe_integer(place)?.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
    };
    let promise = |place| Ok::<_, sqlx::Error>(Promise { due_at: at(place)?, done_at: at(place + 1)? });
    let count = |place| Ok::<_, sqlx::Error>(u32::try_from(row.integer(place)?).unwrap_or(u32::MAX));
    Ok(TicketOutcome {
        ticket: TicketId(row.text(0)?),
        territory: TerritoryId(row.text(1)?),
        department: Some(row.text(2)?).filter(|id| !id.is_empty()).map(UnitId),
        city_direct: row.truth(3)?,
        category: CategoryCode(row.text(4)?),
        received_at: at(5)?.unwrap_or(Timestamp::UNIX_EPOCH),
        dispatched_at: at(6)?,
        first_response_at: at(7)?,
        take_up: promise(8)?,
        contact: promise(10)?,
        close: promise(12)?,
        closed_at: at(14)?,
        ran_late: row.truth(15)?,
        copy_signed: promise(16)?,
        opinion: promise(18)?,
        supervisions: count(20)?,
        hand_backs: count(21)?,
        hand_backs_approved: count(22)?,
        extensions: count(23)?,
        reworks: count(24)?,
        repeated: row.truth(25)?,
        first_solved: row.maybe_truth(26)?,
        solved: row.maybe_truth(27)?,
        satisfied: row.maybe_truth(28)?,
        exclusion: None,
    })
}

/// Where what comes behind [`COLUMNS`] stands.
pub(super) const BEHIND: usize = 29;

/// The same with what was taken out.
fn read_judged(row: &Row) -> Result<TicketOutcome, StoreError> {
    let exclusion = match row.text(BEHIND)?.as_str() {
        "" => None,
        document => Some(serde_json::from_str::<Ground>(document)?.ground),
    };
    Ok(TicketOutcome { exclusion, ..read(row)? })
}

/// Tickets of a period by which anybody is judged, with what was taken out.
fn asked(period: Period) -> Statement {
    let (from, until) = period.span();
    let mut sql = Statement::new("select ");
    sql.push(COLUMNS).push(
        ", coalesce(x.document, '') from outcome o left join score_exclusion x on x.ticket_id = o.ticket_id \
         where o.dispatched_at is not null and o.received_at < ",
    );
    sql.push_value(until.as_millisecond()).push(" and o.received_at >= ").push_value(from.as_millisecond());
    sql
}

impl Store {
    /// What became of a subject's tickets of a period, in the order of their receipt.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outcomes_of(&self, subject: &Subject, period: Period) -> Result<Vec<TicketOutcome>, StoreError> {
        let mut sql = asked(period);
        match subject {
            Subject::Territory(id) => {
                sql.push(" and o.territory = ").push_value(id.as_str()).push(" and not o.city_direct")
            }
            Subject::Department(id) => sql.push(" and o.department = ").push_value(id.as_str()),
        };
        sql.push(" order by o.received_at, o.ticket_id");
        self.readers.all(sql).await?.iter().map(read_judged).collect()
    }

    /// A page of the tickets of a period by which anybody is judged, in the order of their receipt, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outcomes(
        &self,
        period: Period,
        after: Option<&TicketOutcome>,
        limit: u32,
    ) -> Result<Vec<TicketOutcome>, StoreError> {
        let mut sql = asked(period);
        if let Some(last) = after {
            sql.push(" and (o.received_at, o.ticket_id) > (").push_value(last.received_at.as_millisecond());
            sql.push(", ").push_value(last.ticket.as_str()).push(")");
        }
        sql.push(" order by o.received_at, o.ticket_id limit ").push_value(i64::from(limit));
        self.readers.all(sql).await?.iter().map(read_judged).collect()
    }
}
