//! Rows on their way out (发件箱). Delivery is start → send → settle; the lease only saves
//! two workers from sending the same row, it is not needed for correctness: delivery is at
//! least once, and the row's id is the receiver's idempotency key.

use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::message::Message;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Row, SqliteConnection};

/// A row, ready to be sent.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxRow {
    /// The receiver's idempotency key.
    pub id: String,
    /// 工单
    pub ticket: String,
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
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OutboxCounts {
    /// Not delivered yet.
    pub waiting: i64,
    /// Delivered.
    pub delivered: i64,
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    id: &str,
    ticket: &TicketId,
    message: &Message,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into outbox (id, ticket_id, topic, to_unit, text, created_at, next_attempt_at, leased_until, attempts) \
         values ($1, $2, $3, $4, $5, $6, 0, 0, 0)",
    )
    .bind(id)
    .bind(ticket.as_str())
    .bind(&message.topic)
    .bind(message.to_unit.as_str())
    .bind(&message.text)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
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
        let rows = sqlx::query(
            "update outbox set leased_until = $2, attempts = attempts + 1 where id in (\
               select id from outbox where delivered_at is null and next_attempt_at <= $1 and leased_until <= $1 \
               order by created_at, id limit $3) \
             returning id, ticket_id, topic, to_unit, text, attempts",
        )
        .bind(now.as_millisecond())
        .bind(until.as_millisecond())
        .bind(i64::from(limit))
        .fetch_all(&self.writer)
        .await?;
        let row = |row: &sqlx::sqlite::SqliteRow| OutboxRow {
            id: row.get(0),
            ticket: row.get(1),
            topic: row.get(2),
            to_unit: row.get(3),
            text: row.get(4),
            attempts: row.get(5),
        };
        Ok(rows.iter().map(row).collect())
    }

    /// Gives up the leases of a server that was killed: this one has the database alone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn release_outbox(&self) -> Result<(), StoreError> {
        sqlx::query("update outbox set leased_until = 0 where delivered_at is null and leased_until > 0")
            .execute(&self.writer)
            .await?;
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
        sqlx::query("update outbox set delivered_at = $2, next_attempt_at = $3, leased_until = 0 where id = $1")
            .bind(id)
            .bind(delivered_at)
            .bind(next_attempt_at)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// How many rows wait and how many went out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outbox_counts(&self) -> Result<OutboxCounts, StoreError> {
        let row = sqlx::query("select count(*) - count(delivered_at), count(delivered_at) from outbox")
            .fetch_one(&self.readers)
            .await?;
        Ok(OutboxCounts { waiting: row.get(0), delivered: row.get(1) })
    }
}
