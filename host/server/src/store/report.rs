//! Figures for the city (评价指标): counted from the columns beside the tickets, without
//! reading a document. What they mean stands in [`chuishao_domain::evaluation`].

use super::database::Statement;
use super::{Store, StoreError};
use chuishao_domain::evaluation::Tally;
use chuishao_domain::ids::{TerritoryId, UnitId};
use jiff::Timestamp;
use std::collections::BTreeMap;

impl Store {
    /// What became of the tickets that were received from a moment on, before another, by
    /// territory.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tallies(&self, from: Timestamp, until: Timestamp) -> Result<BTreeMap<TerritoryId, Tally>, StoreError> {
        let received = Statement::new(
            "select territory, count(*) from ticket where received_at >= $1 and received_at < $2 group by territory",
        );
        let within = |statement: Statement| statement.bind(from.as_millisecond()).bind(until.as_millisecond());
        let mut tallies: BTreeMap<TerritoryId, Tally> = BTreeMap::new();
        for row in self.readers.all(within(received)).await? {
            tallies.entry(TerritoryId(row.text(0)?)).or_default().received = row.integer(1)?.unsigned_abs();
        }
        let followed_up = Statement::new(
            "select territory, count(*), count(*) filter (where first_solved and rework_count = 0), \
             count(*) filter (where solved), \
             count(*) filter (where closed_at is not null and satisfied is not null), \
             count(*) filter (where closed_at is not null and satisfied) \
             from ticket where first_solved is not null and received_at >= $1 and received_at < $2 group by territory",
        );
        for row in self.readers.all(within(followed_up)).await? {
            let count = |place| row.integer(place).map(i64::unsigned_abs);
            let tally = tallies.entry(TerritoryId(row.text(0)?)).or_default();
            (tally.followed_up, tally.solved_at_first) = (count(1)?, count(2)?);
            (tally.solved, tally.rated, tally.satisfied) = (count(3)?, count(4)?, count(5)?);
        }
        Ok(tallies)
    }

    /// How many copies of the law (双向联办) each department was sent from a moment on, before another.
    ///
    /// # Errors
    /// The database failed.
    pub async fn copies_sent(&self, from: Timestamp, until: Timestamp) -> Result<BTreeMap<UnitId, u64>, StoreError> {
        let asked = Statement::new(
            "select reader, count(*) from copy where statutory and copied_at >= $1 and copied_at < $2 group by reader",
        );
        let rows = self.readers.all(asked.bind(from.as_millisecond()).bind(until.as_millisecond())).await?;
        rows.iter().map(|row| Ok((UnitId(row.text(0)?), row.integer(1)?.unsigned_abs()))).collect()
    }
}
