//! Whose turn it is (轮值), where several servers share one PostgreSQL: one of them plays the
//! clock, and when it dies or freezes another takes over within the lease. It saves work
//! only; truth is the version of each ticket. A file has one server anyway.

use super::database::{Kind, Statement};
use super::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Takes the turn until a moment, or keeps it; says whether this holder has it. `now` is
    /// the machine's time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn take_turn(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        if self.kind() == Kind::Sqlite {
            return Ok(true);
        }
        let take = Statement::new(
            "insert into lease (name, holder, until) values ($1, $2, $3) on conflict (name) do update \
             set holder = excluded.holder, until = excluded.until where lease.holder = $2 or lease.until <= $4 \
             returning holder",
        );
        let take = take.bind(name).bind(holder).bind(until.as_millisecond()).bind(now.as_millisecond());
        Ok(self.pool.optional(take).await?.is_some())
    }

    /// Gives the turn back.
    ///
    /// # Errors
    /// The database failed; the lease runs out.
    pub async fn give_turn_back(&self, name: &str, holder: &str) -> Result<(), StoreError> {
        if self.kind() == Kind::Postgres {
            let give = Statement::new("delete from lease where name = $1 and holder = $2");
            self.pool.execute(give.bind(name).bind(holder)).await?;
        }
        Ok(())
    }
}
