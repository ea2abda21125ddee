//! Counts of matters (诉求计数) over a period and the one before, for hot topics.
//! The period is found by the index of `ticket` on its moment of receipt.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId};
use chuishao_domain::topic::case::Subject;
use chuishao_domain::topic::hot::PlaceCount;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A period, and where the one before it begins.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// 前期起
    pub before: Timestamp,
    /// 本期起
    pub from: Timestamp,
    /// 本期止, not included.
    pub until: Timestamp,
}

impl Periods {
    fn bind(self, text: &'static str) -> Statement {
        let [before, from, until] = [self.before, self.from, self.until].map(Timestamp::as_millisecond);
        Statement::new(text).bind(before).bind(from).bind(until)
    }
}

fn count(row: &Row, place: usize) -> Result<u64, sqlx::Error> {
    Ok(row.integer(place)?.unsigned_abs())
}

impl Store {
    /// How many matters of which group came from where.
    ///
    /// # Errors
    /// The database failed.
    pub async fn place_counts(&self, periods: Periods) -> Result<Vec<PlaceCount>, StoreError> {
        let asked = periods.bind(
            "select m.category_group, m.territory, m.street, m.estate, \
             count(*) filter (where t.received_at >= $2), count(*) filter (where t.received_at < $2) \
             from ticket t join matter m on m.ticket_id = t.id where t.received_at >= $1 and t.received_at < $3 \
             group by m.category_group, m.territory, m.street, m.estate \
             order by m.category_group, m.territory, m.street, m.estate",
        );
        let of = |row: &Row| {
            Ok(PlaceCount {
                category: CategoryCode(row.text(0)?),
                territory: TerritoryId(row.text(1)?),
                street: row.text(2)?,
                estate: row.text(3)?,
                now: count(row, 4)?,
                before: count(row, 5)?,
            })
        };
        self.readers.all(asked).await?.iter().map(of).collect()
    }

    /// The first tickets of a subject in a period.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sample(
        &self,
        subject: &Subject,
        periods: Periods,
        limit: u32,
    ) -> Result<BTreeSet<TicketId>, StoreError> {
        let mut sql =
            Statement::new("select t.id from ticket t join matter m on m.ticket_id = t.id where t.received_at >= ");
        sql.push_value(periods.from.as_millisecond()).push(" and t.received_at < ");
        sql.push_value(periods.until.as_millisecond()).push(" and m.category_group = ");
        sql.push_value(subject.category.as_str());
        if !subject.territory.is_city() {
            sql.push(" and m.territory = ").push_value(subject.territory.as_str());
        }
        if !subject.place.is_empty() {
            // As it was counted: the street stands for what names no estate.
            sql.push(" and (m.estate = ").push_value(&subject.place);
            sql.push(" or (m.estate = '' and m.street = ").push_value(&subject.place).push("))");
        }
        sql.push(" order by t.received_at, t.id limit ").push_value(i64::from(limit));
        self.readers.all(sql).await?.iter().map(|row| Ok(TicketId(row.text(0)?))).collect()
    }
}
