//! What became of each unit's tickets (承办单位办结情况), for periodic reviews: of those that were
//! closed out in the period, by the unit that led at last.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::ids::{TerritoryId, UnitId};
use chuishao_domain::rule::review::{CountedUnit, UnitFigures};

/// How long before its end a ticket was received at most: it lets an index serve, and no ticket is
/// open for longer but by an accident.
const RECEIVED_BEFORE_DAYS: i64 = 366;

impl Store {
    /// The figures of the units that closed tickets of a territory, of all for the city.
    ///
    /// # Errors
    /// The database failed.
    pub async fn closed_by_units(&self, territory: &TerritoryId, period: Days) -> Result<Vec<CountedUnit>, StoreError> {
        let (from, until) = period.span();
        let (from, until) = (from.as_millisecond(), until.as_millisecond());
        let mut sql = Statement::new(
            "select t.lead_unit, count(*), count(o.first_solved), count(*) filter (where o.first_solved), \
             count(*) filter (where o.solved), count(o.satisfied), count(*) filter (where o.satisfied), \
             count(*) filter (where o.ran_late), count(*) filter (where o.reworks > 0) \
             from ticket t join outcome o on o.ticket_id = t.id where t.lead_unit <> '' and t.closed_at >= ",
        );
        sql.push_value(from).push(" and t.closed_at < ").push_value(until);
        sql.push(" and t.received_at >= ").push_value(from - RECEIVED_BEFORE_DAYS * 24 * 3600 * 1000);
        sql.push(" and t.received_at < ").push_value(until);
        if !territory.is_city() {
            sql.push(" and t.territory = ").push_value(territory.as_str());
        }
        sql.push(" group by t.lead_unit order by t.lead_unit");
        let count = |row: &Row, place| Ok::<_, sqlx::Error>(u32::try_from(row.integer(place)?).unwrap_or(u32::MAX));
        let of = |row: &Row| {
            Ok(CountedUnit {
                handling_unit: UnitId(row.text(0)?),
                figures: UnitFigures {
                    closed: count(row, 1)?,
                    followed_up: count(row, 2)?,
                    first_solved: count(row, 3)?,
                    solved: count(row, 4)?,
                    rated: count(row, 5)?,
                    satisfied: count(row, 6)?,
                    overdue: count(row, 7)?,
                    reworked: count(row, 8)?,
                },
            })
        };
        self.readers.all(sql).await?.iter().map(of).collect()
    }
}
