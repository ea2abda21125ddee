//! Nominations by local rules (提名) on their way to a topic. The row is written with its
//! ticket's event and settled with the topic's, so that each becomes of a topic once, whatever
//! stops in between.

use super::database::{Row, Statement, Transaction};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::actor::By;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TicketId, TopicId};
use jiff::Timestamp;

/// A nomination that waits: when, of which ticket, by which of its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When.
    pub at: Timestamp,
    /// 工单, and the event's number.
    pub nomination: (TicketId, u64),
}

pub(super) static NOMINATION: ManyRows = ManyRows {
    before: "insert into nomination (ticket_id, sequence, at, topic_id, refusal) ",
    columns: &[Text, Integer, Integer, Text, Text],
    after: "",
    returning: None,
};

/// The row of an event by which a rule nominates.
pub(super) fn row(id: &TicketId, recorded: &Recorded) -> Option<RowValues> {
    let (Event::Nominated { .. }, By::Rule { .. }) = (&recorded.event, &recorded.by) else { return None };
    let (sequence, at) = (recorded.sequence.cast_signed(), recorded.at.as_millisecond());
    Some(vec![id.as_str().into(), sequence.into(), at.into(), "".into(), "".into()])
}

/// Settles one by its topic, or by the code of a refusal; says whether it still waited.
pub(super) async fn settle(
    open: &mut Transaction,
    (ticket, sequence): &(TicketId, u64),
    outcome: Result<&TopicId, &str>,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let (topic, refusal) = (outcome.map_or("", TopicId::as_str), outcome.err().unwrap_or_default());
    let settle = Statement::new(
        "update nomination set settled_at = $3, topic_id = $4, refusal = $5 \
         where ticket_id = $1 and sequence = $2 and settled_at is null",
    );
    let settle = settle.bind(ticket.as_str()).bind(sequence.cast_signed()).bind(now.as_millisecond());
    Ok(open.execute(settle.bind(topic).bind(refusal)).await? == 1)
}

impl Store {
    /// The nominations that wait, the oldest first, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting_nominations(&self, after: Option<&Waiting>, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        let (at, ticket, sequence) = after.map_or((i64::MIN, "", 0), |waiting| {
            let (ticket, sequence) = &waiting.nomination;
            (waiting.at.as_millisecond(), ticket.as_str(), sequence.cast_signed())
        });
        let asked = Statement::new(
            "select at, ticket_id, sequence from nomination where settled_at is null \
             and (at, ticket_id, sequence) > ($1, $2, $3) order by at, ticket_id, sequence limit $4",
        );
        let waiting = |row: &Row| {
            let at = Timestamp::from_millisecond(row.integer(0)?).unwrap_or(Timestamp::MAX);
            Ok(Waiting { at, nomination: (TicketId(row.text(1)?), row.integer(2)?.unsigned_abs()) })
        };
        let asked = asked.bind(at).bind(ticket).bind(sequence).bind(i64::from(limit));
        self.readers.all(asked).await?.iter().map(waiting).collect()
    }

    /// Settles a nomination that changes no topic: its ticket stands in this one already, or
    /// the core said no with a code.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settle_nomination(
        &self,
        nomination: &(TicketId, u64),
        outcome: Result<&TopicId, &str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        settle(&mut open, nomination, outcome, now).await?;
        Ok(open.commit().await?)
    }
}
