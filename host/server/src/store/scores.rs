//! The ledger of scores (计分账) as rows. They are only ever added: the key lets no pair have a side
//! twice, so that settling again, or on two servers at once, adds nothing.

use super::commit::finish;
use super::database::{Row, Statement, Transaction};
use super::lists::documents;
use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use super::tickets::CommitError;
use super::{Store, StoreError};
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::score_ledger::ScoreLedger;
use chuishao_domain::evaluation::score_pair::{PairId, ScoreEvent};
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::TicketId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// Rows that `verify` looks at in one go.
const AT_A_TIME: usize = 2000;

/// A score event with the moment at which it was written: from then on both sides can see it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Scored {
    /// 记录时刻
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 计分记录
    #[serde(flatten)]
    pub event: ScoreEvent,
}

static SCORE: ManyRows = ManyRows {
    before: "insert into score_event (pair, subject, is_reversal, ticket_id, period, at, document) ",
    columns: &[Text, Text, Truth, Text, Text, Integer, Text],
    after: " on conflict (pair, subject, is_reversal) do nothing",
    returning: None,
};

/// A subject as one text.
pub(super) fn key_of(subject: &Subject) -> String {
    match subject {
        Subject::Territory(id) => format!("territory:{id}"),
        Subject::Department(id) => format!("department:{id}"),
    }
}

fn row(event: &ScoreEvent, at: Timestamp) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        event.pair.as_str().into(),
        key_of(&event.subject).into(),
        event.reversal.is_some().into(),
        event.ticket.as_str().into(),
        event.period.to_string().into(),
        at.as_millisecond().into(),
        serde_json::to_string(event)?.into(),
    ])
}

/// Adds score events to what a transaction writes.
pub(super) async fn add(open: &mut Transaction, events: &[ScoreEvent], at: Timestamp) -> Result<(), CommitError> {
    let rows = events.iter().map(|event| row(event, at)).collect::<Result<_, _>>()?;
    open.write(vec![(&SCORE, rows)]).await?;
    Ok(())
}

fn scored(row: &Row) -> Result<Scored, StoreError> {
    let at = Timestamp::from_millisecond(row.integer(1)?).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Scored { at, event: serde_json::from_str(&row.text(0)?)? })
}

impl Store {
    /// What was scored on a ticket, in the order in which it was written.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scores_of_ticket(&self, ticket: &TicketId) -> Result<Vec<Scored>, StoreError> {
        let asked = Statement::new(
            "select document, at from score_event where ticket_id = $1 order by at, pair, is_reversal, subject",
        );
        self.readers.all(asked.bind(ticket.as_str())).await?.iter().map(scored).collect()
    }

    /// The sides of a pair and their counter-events.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scores_of_pair(&self, pair: &PairId) -> Result<Vec<Scored>, StoreError> {
        let asked =
            Statement::new("select document, at from score_event where pair = $1 order by is_reversal, subject");
        self.readers.all(asked.bind(pair.as_str())).await?.iter().map(scored).collect()
    }

    /// The pairs of a period of which a subject has a side, with their other sides.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scores_of_subject(&self, subject: &Subject, period: Period) -> Result<Vec<ScoreEvent>, StoreError> {
        let asked = Statement::new(
            "select e.document from (select distinct pair from score_event where subject = $1 and period = $2) p \
             join score_event e on e.pair = p.pair order by e.pair, e.is_reversal, e.subject",
        );
        documents(&self.readers.all(asked.bind(key_of(subject)).bind(period.to_string())).await?)
    }

    /// What was scored on the tickets of a page of [`Store::outcomes`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn scores_of(&self, page: &[TicketOutcome], period: Period) -> Result<Vec<ScoreEvent>, StoreError> {
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(Vec::new()) };
        let asked = Statement::new(
            "select e.document from outcome o join score_event e on e.ticket_id = o.ticket_id and e.period = $1 \
             where (o.received_at, o.ticket_id) >= ($2, $3) and (o.received_at, o.ticket_id) <= ($4, $5) \
             order by e.pair, e.is_reversal, e.subject",
        );
        let asked = asked.bind(period.to_string());
        let asked = asked.bind(first.received_at.as_millisecond()).bind(first.ticket.as_str());
        documents(&self.readers.all(asked.bind(last.received_at.as_millisecond()).bind(last.ticket.as_str())).await?)
    }

    /// Adds score events; those that are there already stay as they are.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn add_scores(&self, events: &[ScoreEvent], at: Timestamp) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = add(&mut open, events, at).await;
        finish(open, done).await
    }

    /// Whether the night of a day was settled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_settled(&self, day: Date) -> Result<bool, StoreError> {
        let asked = Statement::new("select day from score_settlement where day = $1").bind(day.to_string());
        Ok(self.readers.optional(asked).await?.is_some())
    }

    /// Remembers that the night of a day was settled.
    ///
    /// # Errors
    /// The database failed; it is settled again, which changes nothing.
    pub async fn mark_settled(&self, day: Date, at: Timestamp) -> Result<(), StoreError> {
        let mark =
            Statement::new("insert into score_settlement (day, at) values ($1, $2) on conflict (day) do nothing");
        self.pool.execute(mark.bind(day.to_string()).bind(at.as_millisecond())).await?;
        Ok(())
    }

    /// Checks every pair: those that lack a side, have one too many, or were reversed by
    /// something else than their own counter-events; and rows whose columns say something else
    /// than their document.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify_scores(&self) -> Result<Vec<String>, StoreError> {
        let (mut after, mut faults) = (String::new(), Vec::new());
        loop {
            let asked = Statement::new(
                "select document, at, pair, subject, is_reversal, ticket_id, period from score_event \
                 where pair > $1 order by pair, subject, is_reversal limit $2",
            );
            let limit = i64::try_from(AT_A_TIME).unwrap_or(i64::MAX);
            let mut rows = self.readers.all(asked.bind(&after).bind(limit)).await?;
            let full = rows.len() == AT_A_TIME;
            let Some(last) = rows.last() else { return Ok(faults) };
            let last = last.text(2)?;
            if full {
                // The last pair may go on behind the end of what was read.
                rows.retain(|row| row.text(2).is_ok_and(|pair| pair != last));
            }
            for pair in rows.chunk_by(|a, b| a.text(2).ok() == b.text(2).ok()) {
                after = pair[0].text(2)?;
                if !is_whole(pair) {
                    faults.push(after.clone());
                }
            }
            if !full {
                return Ok(faults);
            }
        }
    }
}

fn is_whole(rows: &[Row]) -> bool {
    let fits = |row: &Row, event: &ScoreEvent| {
        row.text(2).is_ok_and(|pair| pair == event.pair.as_str())
            && row.text(3).is_ok_and(|subject| subject == key_of(&event.subject))
            && row.truth(4).is_ok_and(|is_reversal| is_reversal == event.reversal.is_some())
            && row.text(5).is_ok_and(|ticket| ticket == event.ticket.as_str())
            && row.text(6).is_ok_and(|period| period == event.period.to_string())
    };
    let read = |row: &Row| scored(row).ok().map(|scored| scored.event).filter(|event| fits(row, event));
    let events: Option<Vec<ScoreEvent>> = rows.iter().map(read).collect();
    events.is_some_and(|events| ScoreLedger::from_events(events).is_ok())
}
