//! Rows on their way out (发件箱). Delivery is start → send → settle; the lease only saves
//! two workers from sending the same row, it is not needed for correctness: delivery is at
//! least once, and the row's id is the receiver's idempotency key.

use super::database::{Kind, Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::tickets::CommitError;
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::message::Message;
use jiff::Timestamp;
use serde::Serialize;

/// A row, ready to be sent.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct OutboxRow {
    /// The receiver's idempotency key.
    pub id: String,
    /// 工单; empty in a message of a topic.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ticket: String,
    /// 议题; empty in a message of a ticket.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub topic_id: String,
    /// What it is about.
    pub topic: String,
    /// 收件单位
    pub to_unit: String,
    /// 内容
    pub text: String,
    /// How often it was tried, this time included.
    #[serde(skip)]
    pub attempts: i64,
}

/// How many rows wait and how many went out.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
pub struct OutboxCounts {
    /// Not delivered yet.
    pub waiting: i64,
    /// Delivered.
    pub delivered: i64,
}

/// What became of one delivery.
#[derive(Clone, Debug)]
pub(super) struct Settlement {
    id: String,
    delivered_at: Option<i64>,
    next_attempt_at: i64,
}

pub(super) fn rows(ticket: &TicketId, messages: &[(u64, Message)], now: Timestamp) -> Vec<RowValues> {
    let row = |(place, (sequence, message)): (usize, &(u64, Message))| {
        vec![
            format!("{ticket}-{sequence}-{place}").into(),
            ticket.as_str().into(),
            message.topic.as_str().into(),
            message.to_unit.as_str().into(),
            message.text.as_str().into(),
            now.as_millisecond().into(),
            0.into(),
            0.into(),
            0.into(),
        ]
    };
    messages.iter().enumerate().map(row).collect()
}

pub(super) static MESSAGE: ManyRows = ManyRows {
    before: "insert into outbox \
             (id, ticket_id, topic, to_unit, text, created_at, next_attempt_at, leased_until, attempts) ",
    columns: &[Text, Text, Text, Text, Text, Integer, Integer, Integer, Integer],
    after: "",
    returning: None,
};

pub(super) static SETTLED: ManyRows = ManyRows {
    before: "update outbox set delivered_at = c.column2, next_attempt_at = c.column3, leased_until = 0 from (",
    columns: &[Text, Integer, Integer],
    after: ") as c where outbox.id = c.column1",
    returning: None,
};

impl Settlement {
    pub(super) fn row(&self) -> RowValues {
        vec![self.id.as_str().into(), self.delivered_at.into(), self.next_attempt_at.into()]
    }
}

impl Store {
    /// Leases rows that are due. `now` is the machine's time: a moved clock delays no mail.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lease_outbox(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        // The second look at the lease is for PostgreSQL, where two servers may have chosen
        // the same rows: the one that came second finds them leased.
        let lease = Statement::new(
            "update outbox set leased_until = $2, attempts = attempts + 1 where leased_until <= $1 and id in (\
               select id from outbox where delivered_at is null and next_attempt_at <= $1 and leased_until <= $1 \
               order by next_attempt_at, created_at limit $3) \
             returning id, ticket_id, topic_id, topic, to_unit, text, attempts",
        );
        let lease = lease.bind(now.as_millisecond()).bind(until.as_millisecond()).bind(i64::from(limit));
        let row = |row: &Row| {
            Ok(OutboxRow {
                id: row.text(0)?,
                ticket: row.text(1)?,
                topic_id: row.text(2)?,
                topic: row.text(3)?,
                to_unit: row.text(4)?,
                text: row.text(5)?,
                attempts: row.integer(6)?,
            })
        };
        self.pool.all(lease).await?.iter().map(row).collect()
    }

    /// Gives up the leases of a server that was killed, where this one has the database alone;
    /// on PostgreSQL they may be another server's, and run out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_outbox(&self) -> Result<(), StoreError> {
        if self.kind() == Kind::Sqlite {
            let release = "update outbox set leased_until = 0 where delivered_at is null and leased_until > 0";
            self.pool.execute(Statement::new(release)).await?;
        }
        Ok(())
    }

    /// Marks a row as delivered, or when to try again.
    ///
    /// # Errors
    /// The database failed; the row will be sent again.
    pub async fn settle_outbox(&self, id: &str, outcome: Result<Timestamp, Timestamp>) -> Result<(), StoreError> {
        let (delivered_at, next_attempt_at) = match outcome {
            Ok(delivered_at) => (Some(delivered_at.as_millisecond()), 0),
            Err(next_attempt_at) => (None, next_attempt_at.as_millisecond()),
        };
        let settlement = Settlement { id: id.to_owned(), delivered_at, next_attempt_at };
        match self.writer.settle(settlement).await {
            Ok(()) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::VersionMoved | CommitError::KeyUsed) => Err(StoreError::Closed),
        }
    }

    /// How many rows wait and how many went out; those that housekeeping took away are not
    /// counted.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let waiting = "select count(*) from outbox where delivered_at is null";
        let delivered = "select count(*) from outbox where delivered_at is not null";
        let waiting = self.readers.one(Statement::new(waiting)).await?.integer(0)?;
        let delivered = self.readers.one(Statement::new(delivered)).await?.integer(0)?;
        Ok(OutboxCounts { waiting, delivered })
    }
}
