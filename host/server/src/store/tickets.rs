//! Tickets: loading one, and the one transaction that writes a command with all its
//! consequences.

use super::audit::OwedLine;
use super::callers::NewCaller;
use super::database::{Row, Statement};
use super::figures::Share;
use super::matter_was::Changing;
use super::outward::Drafts;
use super::rows::Prepared;
use super::{Store, StoreError};
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::{TicketId, UnitId};
use chuishao_domain::message::Message;
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::to_do::ToDo;
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeSet;

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

/// A ticket as it stands there, with what a command on it goes on from.
#[derive(Clone, Debug)]
pub struct Current {
    /// 工单
    pub ticket: Ticket,
    /// Where the chain of its decisions ends.
    pub chain: Chain,
}

/// What followed from a ticket before a command: what changed of it is written.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// Where the chain of its decisions ended.
    pub(super) chain: Chain,
    /// 待办
    pub(super) to_dos: Vec<ToDo>,
    /// 办理结果
    pub(super) outcome: Option<TicketOutcome>,
    /// 诉求
    pub(super) matter: Changing,
    /// What it counted for in the city's figures.
    pub(super) share: Option<Share>,
    /// Who had a copy.
    pub(super) readers: BTreeSet<UnitId>,
}

impl Before {
    /// Of a ticket; of a new one nothing.
    #[must_use]
    pub fn of(current: Option<&Current>) -> Self {
        let Some(Current { ticket, chain }) = current else { return Self::default() };
        let outcome = TicketOutcome::of(ticket);
        Self {
            chain: chain.clone(),
            to_dos: ticket.to_dos(),
            share: Some(Share::of(ticket, &outcome)),
            outcome: Some(outcome),
            readers: ticket.copies.iter().map(|copy| copy.reader.clone()).collect(),
            matter: Changing::of(ticket),
        }
    }
}

/// Everything that one command writes.
pub struct Commit<'a> {
    /// The ticket after it.
    pub ticket: &'a Ticket,
    /// The version that it was computed from; 0 for a new ticket.
    pub computed_from: u64,
    /// The registry's number by which its rules were chosen.
    pub generation: i64,
    /// What followed from it then.
    pub before: &'a Before,
    /// The new events.
    pub events: &'a [Recorded],
    /// The decisions.
    pub decisions: &'a [DecisionRecord],
    /// What goes out, with the event that it comes of.
    pub messages: &'a [(u64, Message)],
    /// What other authorities learn of it.
    pub outward: &'a Drafts,
    /// Who called, sealed, for a new ticket.
    pub caller: Option<&'a NewCaller>,
    /// The answer.
    pub answer: Option<&'a KeptAnswer>,
    /// The line of the audit log that tells of it.
    pub line: Option<&'a OwedLine>,
    /// The moment.
    pub now: Timestamp,
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Another command was quicker, or the rules changed: compute again.
    #[error("工单已被其他操作更新，或规则有变 (the version moved)")]
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
        let asked = Statement::new("select document from ticket where id = $1").bind(id.as_str());
        let row = self.readers.optional(asked).await?;
        row.map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// The same, to be changed by a command.
    ///
    /// # Errors
    /// The database failed.
    pub async fn current(&self, id: &TicketId) -> Result<Option<Current>, StoreError> {
        let asked = "select document, decision_count, decision_head from ticket where id = $1";
        let row = self.readers.optional(Statement::new(asked).bind(id.as_str())).await?;
        let current = |row: Row| {
            let chain = Chain { count: row.integer(1)?.unsigned_abs(), head: row.text(2)? };
            Ok(Current { ticket: serde_json::from_str(&row.text(0)?)?, chain })
        };
        row.map(current).transpose()
    }

    /// The same as this server last wrote it, if that was not long ago; another server may have
    /// changed it since.
    #[must_use]
    pub fn recent(&self, id: &TicketId) -> Option<Current> {
        self.recent.take(id)
    }

    /// The answer that was kept under a key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let asked = Statement::new("select digest, answer from idempotency where key = $1").bind(key);
        let row = self.readers.optional(asked).await?;
        row.map(|row| Ok(KeptAnswer { key: key.to_owned(), digest: row.text(0)?, answer: row.text(1)? })).transpose()
    }

    /// Reserves `count` numbers of a day; the first of them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reserve_numbers(&self, day: Date, count: u32) -> Result<u64, StoreError> {
        let reserve = Statement::new(
            "insert into ticket_number (day, next) values ($1, 1 + $2) \
             on conflict (day) do update set next = ticket_number.next + $2 returning next - $2",
        );
        let row = self.pool.one(reserve.bind(day.to_string()).bind(i64::from(count))).await?;
        Ok(row.integer(0)?.unsigned_abs())
    }

    /// Writes a command with all its consequences, in one transaction, or nothing at all.
    ///
    /// # Errors
    /// The version moved, the key was used, or the database failed.
    pub async fn commit(&self, commit: &Commit<'_>) -> Result<(), CommitError> {
        let prepared = Prepared::new(commit)?;
        let current = Current { ticket: commit.ticket.clone(), chain: prepared.chain.clone() };
        self.writer.commit(prepared).await?;
        if let Some(line) = commit.line {
            line.written();
        }
        self.recent.keep(current);
        Ok(())
    }
}
