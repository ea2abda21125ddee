//! What waits and since when (积压), for monitoring: each figure is the end of an index or a short count,
//! so that it may be asked every few seconds.

use super::database::Statement;
use super::{Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;

/// Changes that are counted: whether it is more makes no difference to who has to look, and counting
/// all of them would take from those who fold them.
const MOST_COUNTED: i64 = 100_000;

/// What waits, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Backlog {
    /// When the oldest message was written that has not gone out.
    pub oldest_message: Option<Timestamp>,
    /// The earliest moment of a ticket or a topic at which the clock has to look, past or to come.
    pub next_look: Option<Timestamp>,
    /// Changes that are not in the sums yet, counted up to a limit.
    pub unfolded: i64,
    /// Documents that a receiver did not take and nobody has decided on.
    pub dead_letters: i64,
    /// The last day that has its seal.
    pub sealed_until: Option<Date>,
}

impl Store {
    /// What waits.
    ///
    /// # Errors
    /// The database failed.
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        let oldest_message = "select min(created_at) from outbox where delivered_at is null";
        let next_look = "select min(at) from (select min(wakes_at) as at from ticket where wakes_at is not null \
                         union all select min(wakes_at) as at from topic where wakes_at is not null) as looks";
        let unfolded = "select count(*) from (select 1 as one from figure_change limit $1) as counted";
        let dead_letters = "select count(*) from dead_letter where state = 'dead'";
        Ok(Backlog {
            oldest_message: self.maybe_moment(oldest_message).await?,
            next_look: self.maybe_moment(next_look).await?,
            unfolded: self.readers.one(Statement::new(unfolded).bind(MOST_COUNTED)).await?.integer(0)?,
            dead_letters: self.readers.one(Statement::new(dead_letters)).await?.integer(0)?,
            sealed_until: self.sealed_until().await?,
        })
    }

    async fn maybe_moment(&self, sql: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let millis = self.readers.one(Statement::new(sql)).await?.maybe_integer(0)?;
        Ok(millis.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
    }
}
