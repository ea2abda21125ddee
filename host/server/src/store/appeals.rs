//! Appeals (考核申诉) and exclusions (剔除) as rows. A ruling, the reversal that comes of it and the
//! answer are one transaction. That the ticket is told, so that it stays out of the archive,
//! is owed from the same transaction on, and worked off as often as it takes.

use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction};
use super::lists::{Cursor, MOST_ROWS, documents};
use super::scores::add;
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::evaluation::appeal::Appeal;
use chuishao_domain::evaluation::excluded::Excluded;
use chuishao_domain::evaluation::score_pair::ScoreEvent;
use chuishao_domain::ids::TicketId;
use jiff::Timestamp;
use serde::Serialize;

/// A page of appeals.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct AppealPage {
    /// 申诉
    pub appeals: Vec<Appeal>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

/// A page of exclusions.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ExclusionPage {
    /// 剔除
    pub exclusions: Vec<Excluded>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

/// A ticket that still has to be told about an appeal.
#[derive(Clone, Debug)]
pub struct Untold {
    /// 申诉编号
    pub appeal: String,
    /// 工单
    pub ticket: TicketId,
    /// Whether the appeal was open when this was read.
    pub is_open: bool,
}

async fn insert(open: &mut Transaction, appeal: &Appeal, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
    keep(open, answer, appeal.lodged_at).await?;
    // A conflict is an appeal against the same score.
    let insert = Statement::new(
        "insert into score_appeal (id, pair, ticket_id, is_open, is_told, lodged_at, document) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
    );
    let row = insert.bind(&appeal.id).bind(appeal.pair.as_str()).bind(appeal.ticket.as_str()).bind(true).bind(false);
    let row = row.bind(appeal.lodged_at.as_millisecond()).bind(serde_json::to_string(appeal)?);
    if open.execute(row).await? == 0 { Err(CommitError::VersionMoved) } else { Ok(()) }
}

async fn settle(
    open: &mut Transaction,
    appeal: &Appeal,
    events: &[ScoreEvent],
    answer: Option<&KeptAnswer>,
    now: Timestamp,
) -> Result<(), CommitError> {
    keep(open, answer, now).await?;
    let change =
        Statement::new("update score_appeal set is_open = $2, is_told = $2, document = $3 where id = $1 and is_open");
    let change = change.bind(&appeal.id).bind(false).bind(serde_json::to_string(appeal)?);
    if open.execute(change).await? == 0 {
        return Err(CommitError::VersionMoved);
    }
    add(open, events, now).await
}

async fn exclude(open: &mut Transaction, excluded: &Excluded, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
    keep(open, answer, excluded.at).await?;
    let insert = Statement::new(
        "insert into score_exclusion (ticket_id, at, document) values ($1, $2, $3) on conflict do nothing",
    );
    let row = insert.bind(excluded.ticket.as_str()).bind(excluded.at.as_millisecond());
    let written = open.execute(row.bind(serde_json::to_string(excluded)?)).await?;
    if written == 0 { Err(CommitError::VersionMoved) } else { Ok(()) }
}

/// Where the page ends, if it is full: place and id are the second and third column.
fn next(rows: &[Row], limit: u32) -> Result<Option<String>, StoreError> {
    match rows.last() {
        Some(last) if rows.len() == limit as usize => {
            Ok(Some(Cursor { at: last.integer(1)?, id: last.text(2)? }.to_string()))
        }
        _ => Ok(None),
    }
}

impl Store {
    /// The next number of an appeal.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_appeal_id(&self) -> Result<String, StoreError> {
        let next = Statement::new(
            "insert into counter (name, next) values ('appeal', 2) \
             on conflict (name) do update set next = counter.next + 1 returning next - 1",
        );
        Ok(format!("SS-{:04}", self.pool.one(next).await?.integer(0)?))
    }

    /// An appeal.
    ///
    /// # Errors
    /// The database failed.
    pub async fn appeal(&self, id: &str) -> Result<Option<Appeal>, StoreError> {
        let asked = Statement::new("select document from score_appeal where id = $1").bind(id);
        Ok(documents(&self.readers.all(asked).await?)?.pop())
    }

    /// The appeals on a ticket.
    ///
    /// # Errors
    /// The database failed.
    pub async fn appeals_of_ticket(&self, ticket: &TicketId) -> Result<Vec<Appeal>, StoreError> {
        let asked = Statement::new("select document from score_appeal where ticket_id = $1 order by id");
        documents(&self.readers.all(asked.bind(ticket.as_str())).await?)
    }

    /// A page of the open appeals or of all, who waits longest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn appeal_page(
        &self,
        open_only: bool,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<AppealPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, id) = after.map_or((i64::MIN, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let mut sql = Statement::new("select document, lodged_at, id from score_appeal where (lodged_at, id) > (");
        sql.push_value(at).push(", ").push_value(id).push(")");
        sql.push(if open_only { " and is_open" } else { "" });
        sql.push(" order by lodged_at, id limit ").push_value(i64::from(limit));
        let rows = self.readers.all(sql).await?;
        Ok(AppealPage { appeals: documents(&rows)?, next: next(&rows, limit)? })
    }

    /// Writes a new appeal.
    ///
    /// # Errors
    /// The score was contested meanwhile, the key was used, or the database failed.
    pub async fn lodge_appeal(&self, appeal: &Appeal, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = insert(&mut open, appeal, answer).await;
        finish(open, done).await
    }

    /// Writes a ruling and the reversal that comes of it.
    ///
    /// # Errors
    /// It was decided meanwhile, the key was used, or the database failed.
    pub async fn settle_appeal(
        &self,
        appeal: &Appeal,
        events: &[ScoreEvent],
        answer: Option<&KeptAnswer>,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = settle(&mut open, appeal, events, answer, now).await;
        finish(open, done).await
    }

    /// The tickets that still have to be told about an appeal.
    ///
    /// # Errors
    /// The database failed.
    pub async fn untold_appeals(&self, limit: u32) -> Result<Vec<Untold>, StoreError> {
        let asked =
            Statement::new("select id, ticket_id, is_open from score_appeal where not is_told order by id limit $1");
        let untold =
            |row: &Row| Ok(Untold { appeal: row.text(0)?, ticket: TicketId(row.text(1)?), is_open: row.truth(2)? });
        self.pool.all(asked.bind(i64::from(limit))).await?.iter().map(untold).collect()
    }

    /// The ticket was told. What changed meanwhile has to be told still.
    ///
    /// # Errors
    /// The database failed; it is told again.
    pub async fn appeal_was_told(&self, untold: &Untold) -> Result<(), StoreError> {
        let done = Statement::new("update score_appeal set is_told = $3 where id = $1 and is_open = $2");
        self.pool.execute(done.bind(&untold.appeal).bind(untold.is_open).bind(true)).await?;
        Ok(())
    }

    /// The exclusion of a ticket.
    ///
    /// # Errors
    /// The database failed.
    pub async fn exclusion(&self, ticket: &TicketId) -> Result<Option<Excluded>, StoreError> {
        let asked = Statement::new("select document from score_exclusion where ticket_id = $1").bind(ticket.as_str());
        Ok(documents(&self.readers.all(asked).await?)?.pop())
    }

    /// Takes a ticket out of the evaluation.
    ///
    /// # Errors
    /// It was taken out meanwhile, the key was used, or the database failed.
    pub async fn exclude(&self, excluded: &Excluded, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = exclude(&mut open, excluded, answer).await;
        finish(open, done).await
    }

    /// A page of the exclusions, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn exclusion_page(&self, after: Option<&Cursor>, limit: u32) -> Result<ExclusionPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let mut sql = Statement::new("select document, at, ticket_id from score_exclusion where (at, ticket_id) < (");
        sql.push_value(at).push(", ").push_value(id).push(")");
        sql.push(" order by at desc, ticket_id desc limit ").push_value(i64::from(limit));
        let rows = self.readers.all(sql).await?;
        Ok(ExclusionPage { exclusions: documents(&rows)?, next: next(&rows, limit)? })
    }
}
