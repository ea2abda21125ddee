//! How far the tickets were visited under a calendar (重算). Whoever plays the clock goes on
//! where the one before stopped.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use jiff::Timestamp;

/// How far the tickets were visited under one calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputation {
    /// The calendar's digest.
    pub calendar: String,
    /// When it began, by the machine's time.
    pub began_at: Timestamp,
    /// Which pass over the tickets it is at, from 1.
    pub pass: i64,
    /// Where the pass stands.
    pub at: Place,
    /// When it was done, by the machine's time.
    pub done_at: Option<Timestamp>,
}

/// Where a pass over the tickets stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among those that wait for a notice, behind this one.
    Awaiting(TicketId),
    /// Among all that wake, behind this moment and ticket.
    Waking(Timestamp, TicketId),
}

impl Recomputation {
    /// One that begins.
    #[must_use]
    pub fn new(calendar: &str, now: Timestamp) -> Self {
        let at = Place::beginning();
        Self { calendar: calendar.to_owned(), began_at: now, pass: 1, at, done_at: None }
    }

    /// One that has nothing to do: every ticket was made under this calendar.
    #[must_use]
    pub fn done(calendar: &str, now: Timestamp) -> Self {
        Self { done_at: Some(now), ..Self::new(calendar, now) }
    }
}

impl Place {
    /// Before the first ticket.
    #[must_use]
    pub fn beginning() -> Self {
        Self::Awaiting(TicketId(String::new()))
    }
}

fn read(row: &Row) -> Result<Recomputation, sqlx::Error> {
    let moment = |millis| Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN);
    let id = TicketId(row.text(4)?);
    Ok(Recomputation {
        calendar: row.text(0)?,
        began_at: moment(row.integer(1)?),
        pass: row.integer(2)?,
        at: match row.maybe_integer(3)? {
            None => Place::Awaiting(id),
            Some(at) => Place::Waking(moment(at), id),
        },
        done_at: row.maybe_integer(5)?.map(moment),
    })
}

impl Store {
    /// How far the tickets were visited under a calendar; nothing when it is new.
    ///
    /// # Errors
    /// The database failed.
    pub async fn recomputation(&self, calendar: &str) -> Result<Option<Recomputation>, StoreError> {
        let asked =
            "select calendar, began_at, pass, after_at, after_id, done_at from recomputation where calendar = $1";
        let row = self.readers.optional(Statement::new(asked).bind(calendar)).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }

    /// Writes down how far it is.
    ///
    /// # Errors
    /// The database failed; the last piece is done once more, which changes nothing.
    pub async fn keep_recomputation(&self, one: &Recomputation) -> Result<(), StoreError> {
        let (at, id) = match &one.at {
            Place::Awaiting(id) => (None, id),
            Place::Waking(at, id) => (Some(at.as_millisecond()), id),
        };
        let keep = Statement::new(
            "insert into recomputation (calendar, began_at, pass, after_at, after_id, done_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (calendar) do update set pass = excluded.pass, \
             after_at = excluded.after_at, after_id = excluded.after_id, done_at = excluded.done_at",
        );
        let keep = keep.bind(&one.calendar).bind(one.began_at.as_millisecond()).bind(one.pass).bind(at);
        let keep = keep.bind(id.as_str()).bind(one.done_at.map(Timestamp::as_millisecond));
        self.pool.execute(keep).await?;
        Ok(())
    }

    /// The tickets that wait for a holiday notice, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn awaiting_calendar(&self, after: &TicketId, limit: u32) -> Result<Vec<TicketId>, StoreError> {
        let asked = Statement::new("select id from ticket where awaits_calendar and id > $1 order by id limit $2");
        let asked = asked.bind(after.as_str()).bind(i64::from(limit));
        self.readers.all(asked).await?.iter().map(|row| Ok(TicketId(row.text(0)?))).collect()
    }
}
