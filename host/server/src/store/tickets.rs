//! Tickets: loading one, and the one transaction that writes a command with all its
//! consequences.

use super::{Store, StoreError};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::message::Message;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, DecisionRecord};
use chuishao_domain::ticket::Ticket;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

/// Who called (来电人). It goes into the vault and comes out for nobody yet; it has no
/// `Debug`, so that it cannot reach a log by accident.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// 姓名
    #[serde(default)]
    pub name: String,
    /// 联系电话
    #[serde(default)]
    pub phone: String,
}

impl Caller {
    /// A text without the caller's own name and number: they stand in the vault, and those
    /// who may see them look there.
    #[must_use]
    pub fn masked_in(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for own in [self.name.trim(), self.phone.trim()] {
            let long = own.chars().count();
            if long >= 2 {
                masked = masked.replace(own, &"＊".repeat(long));
            }
        }
        masked
    }
}

/// An answer to keep under its idempotency key.
#[derive(Clone, Debug)]
pub struct KeptAnswer {
    /// The key that the caller of the API chose.
    pub key: String,
    /// SHA-256 of the request, so that another request under the same key is found out.
    pub digest: String,
    /// The answer.
    pub answer: String,
}

/// Everything that one command writes.
pub struct Commit<'a> {
    /// The ticket after it.
    pub ticket: &'a Ticket,
    /// The version that it was computed from; 0 for a new ticket.
    pub computed_from: u64,
    /// The new events.
    pub events: &'a [Recorded],
    /// The decisions.
    pub decisions: &'a [DecisionRecord],
    /// What goes out, with the event that it comes of.
    pub messages: &'a [(u64, Message)],
    /// The caller, for a new ticket.
    pub caller: Option<(&'a CallerRef, &'a Caller)>,
    /// The answer.
    pub answer: Option<&'a KeptAnswer>,
    /// The moment.
    pub now: Timestamp,
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another command was quicker: compute again.
    #[error("工单已被其他操作更新 (the version moved)")]
    VersionMoved,
    /// The key was used while this command was computed: the kept answer counts.
    #[error("幂等键已使用 (the key was used)")]
    KeyUsed,
    /// The database failed; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CommitError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<serde_json::Error> for CommitError {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// The ticket as it now is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ticket(&self, id: &TicketId) -> Result<Option<Ticket>, StoreError> {
        let row = sqlx::query("select document from ticket where id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok(serde_json::from_str(row.get(0))?)).transpose()
    }

    /// The answer that was kept under a key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let row = sqlx::query("select digest, answer from idempotency where key = $1")
            .bind(key)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| KeptAnswer { key: key.to_owned(), digest: row.get(0), answer: row.get(1) }))
    }

    /// Reserves `count` numbers of a day; the first of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reserve_numbers(&self, day: Date, count: u32) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "insert into ticket_number (day, next) values ($1, 1 + $2) \
             on conflict (day) do update set next = ticket_number.next + $2 returning next - $2",
        )
        .bind(day.to_string())
        .bind(i64::from(count))
        .fetch_one(&self.writer)
        .await?;
        Ok(row.get::<i64, _>(0).unsigned_abs())
    }

    /// Writes a command with all its consequences, in one transaction, or nothing at all.
    ///
    /// # Errors
    /// The version moved, the key was used, or the database failed.
    pub async fn commit(&self, commit: &Commit<'_>) -> Result<(), CommitError> {
        let mut transaction = self.writer.begin().await?;
        if let Some(answer) = commit.answer {
            insert_answer(&mut transaction, answer, commit.now).await?;
        }
        write_ticket(&mut transaction, commit).await?;
        if let Some((reference, caller)) = commit.caller {
            insert_caller(&mut transaction, reference, caller, commit.now).await?;
        }
        for event in commit.events {
            insert_event(&mut transaction, &commit.ticket.id, event).await?;
        }
        for (position, decision) in commit.decisions.iter().enumerate() {
            insert_decision(&mut transaction, commit.ticket, position, decision).await?;
        }
        for (position, (sequence, message)) in commit.messages.iter().enumerate() {
            let id = format!("{}-{sequence}-{position}", commit.ticket.id);
            super::outbox::insert(&mut transaction, &id, &commit.ticket.id, message, commit.now).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

async fn insert_answer(
    connection: &mut SqliteConnection,
    answer: &KeptAnswer,
    now: Timestamp,
) -> Result<(), CommitError> {
    let inserted = sqlx::query(
        "insert into idempotency (key, digest, answer, at) values ($1, $2, $3, $4) on conflict (key) do nothing",
    )
    .bind(&answer.key)
    .bind(&answer.digest)
    .bind(&answer.answer)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 0 { Err(CommitError::KeyUsed) } else { Ok(()) }
}

/// A new ticket is inserted; a known one is updated only at the version that the command
/// was computed from.
async fn write_ticket(connection: &mut SqliteConnection, commit: &Commit<'_>) -> Result<(), CommitError> {
    let ticket = commit.ticket;
    let place = &ticket.intake.place;
    let statement = match commit.computed_from {
        0 => {
            "insert into ticket (id, version, state, territory, category, matter_kind, street, estate, building, \
             received_at, wakes_at, awaits_calendar, document) \
             select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 where $14 = 0"
        }
        _ => {
            "update ticket set version = $2, state = $3, territory = $4, category = $5, matter_kind = $6, \
             street = $7, estate = $8, building = $9, received_at = $10, wakes_at = $11, awaits_calendar = $12, \
             document = $13 where id = $1 and version = $14"
        }
    };
    let written = sqlx::query(statement)
        .bind(ticket.id.as_str())
        .bind(ticket.version.cast_signed())
        .bind(name_of(&ticket.state)?)
        .bind(place.territory.as_str())
        .bind(ticket.intake.category.as_str())
        .bind(name_of(&ticket.intake.matter_kind)?)
        .bind(&place.street)
        .bind(&place.estate)
        .bind(&place.building)
        .bind(ticket.intake.received_at.as_millisecond())
        .bind(ticket.wakes_at().map(Timestamp::as_millisecond))
        .bind(ticket.awaits_calendar())
        .bind(serde_json::to_string(ticket)?)
        .bind(commit.computed_from.cast_signed())
        .execute(connection)
        .await?;
    if written.rows_affected() == 0 { Err(CommitError::VersionMoved) } else { Ok(()) }
}

/// The name that serde gives to a case without fields.
pub(super) fn name_of(case: &impl Serialize) -> Result<String, serde_json::Error> {
    let value = serde_json::to_value(case)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

async fn insert_caller(
    connection: &mut SqliteConnection,
    reference: &CallerRef,
    caller: &Caller,
    now: Timestamp,
) -> Result<(), CommitError> {
    sqlx::query("insert into caller (reference, name, phone, created_at) values ($1, $2, $3, $4)")
        .bind(reference.as_str())
        .bind(&caller.name)
        .bind(&caller.phone)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_event(connection: &mut SqliteConnection, id: &TicketId, event: &Recorded) -> Result<(), CommitError> {
    let kind = chuishao_domain::rule::view::event_kind(&event.event).map_or("", EventKind::as_str);
    sqlx::query("insert into event (ticket_id, sequence, at, kind, document) values ($1, $2, $3, $4, $5)")
        .bind(id.as_str())
        .bind(event.sequence.cast_signed())
        .bind(event.at.as_millisecond())
        .bind(kind)
        .bind(serde_json::to_string(event)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_decision(
    connection: &mut SqliteConnection,
    ticket: &Ticket,
    position: usize,
    decision: &DecisionRecord,
) -> Result<(), CommitError> {
    sqlx::query(
        "insert into decision (ticket_id, version, position, event_sequence, rule, failed, at, document) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(ticket.id.as_str())
    .bind(ticket.version.cast_signed())
    .bind(position as i64)
    .bind(decision.event_sequence.cast_signed())
    .bind(&decision.rule)
    .bind(matches!(decision.answer, Answer::Failed(_)))
    .bind(decision.at.as_millisecond())
    .bind(serde_json::to_string(decision)?)
    .execute(connection)
    .await?;
    Ok(())
}
