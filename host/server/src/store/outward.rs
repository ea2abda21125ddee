//! Documents for other authorities (外发文书) as rows: written with what they tell of, numbered
//! one transaction after the other, kept until every receiver has them.

use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

/// The stream of the enforcement feed (行政执法监督).
pub const ENFORCEMENT: &str = "enforcement";

/// Most documents of one page, about 200 KB.
pub const MOST_DOCUMENTS: u32 = 200;

/// Documents that are numbered in one transaction.
const NUMBERED_AT_A_TIME: i64 = 500;

/// A document before it is a row.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id, the receiver's idempotency key.
    pub id: String,
    /// Its stream.
    pub stream: String,
    /// When it happened.
    pub at: Timestamp,
    /// Its place among those of one moment: the ticket's version.
    pub place: u64,
    /// The bytes that are sent.
    pub document: String,
}

/// A referred matter before it is a row.
#[derive(Clone, Debug)]
pub struct ReferralDraft {
    /// The event's place.
    pub sequence: u64,
    /// The receiver's code.
    pub receiver: String,
    /// When it was referred.
    pub at: Timestamp,
    /// The matter.
    pub document: String,
}

/// What a command sends to other authorities.
#[derive(Clone, Debug, Default)]
pub struct Drafts {
    /// Documents of the feed.
    pub feed: Vec<Draft>,
    /// Referred matters.
    pub referrals: Vec<ReferralDraft>,
}

/// A document with its number in its stream.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Numbered {
    /// Its number.
    pub sequence: i64,
    /// The document, byte for byte.
    pub event: Box<RawValue>,
    #[serde(skip)]
    pub(crate) id: String,
}

/// A page of a stream.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct StreamPage {
    /// The documents, in order.
    pub events: Vec<Numbered>,
    /// What to ask for as `after` to go on, also when there is nothing new yet.
    pub next: i64,
}

pub(super) static OUTWARD: ManyRows = ManyRows {
    before: "insert into outward (id, stream, at, place, document) ",
    columns: &[Text, Text, Integer, Integer, Text],
    after: "",
    returning: None,
};

pub(super) static REFERRAL: ManyRows = ManyRows {
    before: "insert into referral (ticket_id, sequence, receiver, at, document, batch) ",
    columns: &[Text, Integer, Text, Integer, Text, Text],
    after: "",
    returning: None,
};

pub(super) fn row(draft: &Draft) -> RowValues {
    let Draft { id, stream, at, place, document } = draft;
    vec![id.into(), stream.into(), at.as_millisecond().into(), place.cast_signed().into(), document.into()]
}

pub(super) fn referral_row(id: &TicketId, draft: &ReferralDraft) -> RowValues {
    let ReferralDraft { sequence, receiver, at, document } = draft;
    let sequence = sequence.cast_signed();
    vec![id.as_str().into(), sequence.into(), receiver.into(), at.as_millisecond().into(), document.into(), "".into()]
}

impl Store {
    /// Gives numbers to documents that have none, in the order in which they happened. Says how
    /// many got one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn number_outward(&self) -> Result<usize, StoreError> {
        let waits = Statement::new("select id from outward where sequence is null limit 1");
        if self.readers.optional(waits).await?.is_none() {
            return Ok(0);
        }
        let mut open = self.pool.begin().await?;
        // Whoever numbers holds this row until the end: numbers become visible in their order.
        let turn = "insert into counter (name, next) values ('outward', 1) \
                    on conflict (name) do update set next = counter.next + 1";
        open.execute(Statement::new(turn)).await?;
        let waiting = "select id, stream from outward where sequence is null order by at, place, id limit $1";
        let waiting = open.all(Statement::new(waiting).bind(NUMBERED_AT_A_TIME)).await?;
        for row in &waiting {
            let number = "update outward set sequence = 1 + coalesce(\
                          (select max(o.sequence) from outward o where o.stream = $2 and o.sequence is not null), 0) \
                          where id = $1";
            open.execute(Statement::new(number).bind(row.text(0)?).bind(row.text(1)?)).await?;
        }
        open.commit().await?;
        Ok(waiting.len())
    }

    /// The documents of a stream behind a number.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outward(&self, stream: &str, after: i64, limit: u32) -> Result<StreamPage, StoreError> {
        let asked = Statement::new(
            "select sequence, document, id from outward where stream = $1 and sequence > $2 \
             and sequence is not null order by sequence limit $3",
        );
        let asked = asked.bind(stream).bind(after).bind(i64::from(limit.clamp(1, MOST_DOCUMENTS)));
        let rows = self.readers.all(asked).await?;
        let events = rows.iter().map(numbered).collect::<Result<Vec<_>, StoreError>>()?;
        let next = events.last().map_or(after, |last| last.sequence);
        Ok(StreamPage { events, next })
    }

    /// Forgets documents from before a moment that each receiver has which stood in some server's
    /// configuration since another moment; whatever such a one still waits for stays.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_outward(&self, before: Timestamp, configured_since: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from outward where id in (select o.id from outward o where o.at < $1 \
                      and o.sequence is not null and not exists (select 1 from receiver r where r.stream = o.stream \
                      and r.delivered_through < o.sequence and r.configured_at >= $2) \
                      and o.sequence < (select max(n.sequence) from outward n where n.stream = o.stream) limit $3)";
        self.in_pieces(delete, &[before, configured_since]).await
    }

    /// The receivers' codes that have matters from before a moment waiting for a batch.
    ///
    /// # Errors
    /// The database failed.
    pub async fn referrals_waiting(&self, before: Timestamp) -> Result<Vec<String>, StoreError> {
        let asked = Statement::new("select distinct receiver from referral where batch = '' and at < $1");
        let rows = self.readers.all(asked.bind(before.as_millisecond())).await?;
        rows.iter().map(|row| Ok(row.text(0)?)).collect()
    }

    /// Makes one batch of what waits for a receiver since before a moment: its matters, at most
    /// so many, are marked and the document written in one transaction. `make` turns the batch's
    /// number and its matters into the document. Says how many matters it took.
    ///
    /// # Errors
    /// The database failed.
    pub async fn batch_referrals(
        &self,
        receiver: &str,
        before: Timestamp,
        most: usize,
        make: impl FnOnce(u32, Vec<String>) -> Option<Draft>,
    ) -> Result<usize, StoreError> {
        let mut open = self.pool.begin().await?;
        let next = "insert into counter (name, next) values ($1, 1) \
                    on conflict (name) do update set next = counter.next + 1 returning next";
        let number = open.all(Statement::new(next).bind(format!("referral-{receiver}"))).await?;
        let number = number.first().map_or(Ok(1), |row| row.integer(0))?;
        let waiting = "select ticket_id, sequence, document from referral \
                       where receiver = $1 and batch = '' and at < $2 order by at, ticket_id limit $3";
        let waiting = Statement::new(waiting).bind(receiver).bind(before.as_millisecond());
        let rows = open.all(waiting.bind(i64::try_from(most).unwrap_or(i64::MAX))).await?;
        let documents = rows.iter().map(|row| row.text(2)).collect::<Result<Vec<_>, _>>()?;
        let draft = if rows.is_empty() { None } else { make(u32::try_from(number).unwrap_or(u32::MAX), documents) };
        let Some(draft) = draft else {
            open.rollback().await?;
            return Ok(0);
        };
        for row in &rows {
            let taken = Statement::new("update referral set batch = $3 where ticket_id = $1 and sequence = $2");
            open.execute(taken.bind(row.text(0)?).bind(row.integer(1)?).bind(&draft.id)).await?;
        }
        open.write(vec![(&OUTWARD, vec![self::row(&draft)])]).await?;
        open.commit().await?;
        Ok(rows.len())
    }
}

pub(super) fn numbered(row: &Row) -> Result<Numbered, StoreError> {
    Ok(Numbered { sequence: row.integer(0)?, event: RawValue::from_string(row.text(1)?)?, id: row.text(2)? })
}
