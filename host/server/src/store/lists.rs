//! Reading for people: histories, decisions, lists; and for the clock and the check that
//! every ticket is the fold of its events.

use super::{Store, StoreError};
use chuishao_domain::apply::fold;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

/// Most rows of one list: a screen or two.
pub const MOST_ROWS: u32 = 200;

/// What the check of the fold found.
#[derive(Debug, Default, Serialize)]
pub struct Verified {
    /// How many tickets were looked at.
    pub tickets: u64,
    /// How many events.
    pub events: u64,
    /// The tickets that do not equal the fold of their events.
    pub unequal: Vec<TicketId>,
}

impl Store {
    /// Everything that happened to a ticket, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn history(&self, id: &TicketId) -> Result<Vec<Recorded>, StoreError> {
        let rows = sqlx::query("select document from event where ticket_id = $1 order by sequence")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.get(0))?)).collect()
    }

    /// Every decision on a ticket, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decisions(&self, id: &TicketId) -> Result<Vec<DecisionRecord>, StoreError> {
        let rows = sqlx::query("select document from decision where ticket_id = $1 order by version, position")
            .bind(id.as_str())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.get(0))?)).collect()
    }

    /// Tickets of a territory, newest first; of all territories when none is given.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tickets(&self, territory: Option<&str>, limit: u32) -> Result<Vec<Ticket>, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new("select document from ticket");
        if let Some(territory) = territory {
            sql.push(" where territory = ").push_bind(territory);
        }
        sql.push(" order by received_at desc, id desc limit ").push_bind(i64::from(limit.min(MOST_ROWS)));
        let rows = sql.build().fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(row.get(0))?)).collect()
    }

    /// The tickets that the clock has to look at, the most urgent first, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waking(
        &self,
        until: Timestamp,
        after: Option<&(Timestamp, TicketId)>,
        limit: u32,
    ) -> Result<Vec<(Timestamp, TicketId)>, StoreError> {
        let (after_at, after_id) = after.map_or((i64::MIN, ""), |(at, id)| (at.as_millisecond(), id.as_str()));
        let rows = sqlx::query(
            "select wakes_at, id from ticket where wakes_at <= $1 \
             and (wakes_at > $2 or (wakes_at = $2 and id > $3)) order by wakes_at, id limit $4",
        )
        .bind(until.as_millisecond())
        .bind(after_at)
        .bind(after_id)
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        let moment = |millis| Timestamp::from_millisecond(millis).unwrap_or(until);
        Ok(rows.iter().map(|row| (moment(row.get(0)), TicketId(row.get(1)))).collect())
    }

    /// The tickets whose deadlines wait for a holiday notice.
    ///
    /// # Errors
    /// The database failed.
    pub async fn awaiting_calendar(&self) -> Result<Vec<TicketId>, StoreError> {
        let rows =
            sqlx::query("select id from ticket where awaits_calendar order by id").fetch_all(&self.readers).await?;
        Ok(rows.iter().map(|row| TicketId(row.get(0))).collect())
    }

    /// Checks that every ticket equals the fold of its events.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify(&self) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        let mut after = String::new();
        loop {
            let rows = sqlx::query(
                "select id, document, version, state, territory, category, wakes_at, awaits_calendar \
                 from ticket where id > $1 order by id limit 500",
            )
            .bind(&after)
            .fetch_all(&self.readers)
            .await?;
            let Some(last) = rows.last() else { return Ok(verified) };
            after = last.get(0);
            for row in &rows {
                let id = TicketId(row.get(0));
                let history = self.history(&id).await?;
                let stored: Ticket = serde_json::from_str(row.get(1))?;
                verified.tickets += 1;
                verified.events += history.len() as u64;
                if fold(&id, &history).as_ref() != Some(&stored) || !columns_fit(row, &stored)? {
                    verified.unequal.push(id);
                }
            }
        }
    }
}

/// Whether the columns that are searched by say what the ticket says: a wrong one would lose
/// a timer without anybody noticing.
fn columns_fit(row: &SqliteRow, ticket: &Ticket) -> Result<bool, StoreError> {
    Ok(row.get::<i64, _>(2) == ticket.version.cast_signed()
        && row.get::<String, _>(3) == super::tickets::name_of(&ticket.state)?
        && row.get::<String, _>(4) == ticket.territory().as_str()
        && row.get::<String, _>(5) == ticket.intake.category.as_str()
        && row.get::<Option<i64>, _>(6) == ticket.wakes_at().map(Timestamp::as_millisecond)
        && row.get::<bool, _>(7) == ticket.awaits_calendar())
}
