//! Tickets that may be one matter with another (并单候选): open, of the same group of categories
//! and the same territory, received at about the same time. An index finds them, and how many
//! are looked at is bounded, so that an evening on which a whole city is cold costs no more.

use super::database::Statement;
use super::lists::documents;
use super::{Store, StoreError};
use chuishao_domain::duplicates::Candidates;
use chuishao_domain::ticket::Ticket;
use std::collections::BTreeMap;

/// Matters of the same estate that are looked at, the newest first: of one estate, whose one
/// pipe burst, hardly more call within three days.
pub const MOST_OF_AN_ESTATE: u32 = 60;

/// Matters of the territory that are looked at on each side of the moment, the nearest first:
/// on a usual day all there are. Where there are more, those of another estate are not the
/// likeliest.
pub const MOST_OF_A_TERRITORY: u32 = 40;

/// The nearest in time of a side, in an order that the index has.
fn nearest(candidates: &Candidates, side: [i64; 2], newest_first: bool) -> Statement {
    let mut sql = begun(candidates, side, " and category_group = ");
    sql.push(if newest_first { " order by received_at desc limit " } else { " order by received_at limit " });
    sql.push_value(i64::from(MOST_OF_A_TERRITORY));
    ended(sql)
}

fn of_estate(candidates: &Candidates, estate: &str) -> Statement {
    let span = [candidates.from.as_millisecond(), candidates.until.as_millisecond()];
    // An estate has few matters, a category many: no planner may take the index of categories.
    let mut sql = begun(candidates, span, " and category_group || '' = ");
    sql.push(" and estate = ").push_value(estate);
    sql.push(" order by received_at desc limit ").push_value(i64::from(MOST_OF_AN_ESTATE));
    ended(sql)
}

fn begun(candidates: &Candidates, [from, until]: [i64; 2], category: &str) -> Statement {
    let mut sql = Statement::new("select t.document from (select ticket_id from matter where territory = ");
    sql.push_value(candidates.territory.as_str()).push(category).push_value(&candidates.group);
    sql.push(" and received_at >= ").push_value(from).push(" and received_at <= ").push_value(until);
    sql
}

fn ended(mut sql: Statement) -> Statement {
    sql.push(") m join ticket t on t.id = m.ticket_id where t.closed_at is null");
    sql
}

impl Store {
    /// Open tickets that may be one matter with what was received at a moment, in an estate if
    /// one is named.
    ///
    /// # Errors
    /// The database failed.
    pub async fn alike(
        &self,
        candidates: &Candidates,
        received_at: jiff::Timestamp,
        estate: &str,
    ) -> Result<Vec<Ticket>, StoreError> {
        let [from, at, until] = [candidates.from, received_at, candidates.until].map(jiff::Timestamp::as_millisecond);
        let mut asked = vec![nearest(candidates, [from, at], true), nearest(candidates, [at + 1, until], false)];
        if !estate.is_empty() {
            asked.push(of_estate(candidates, estate));
        }
        let mut found: BTreeMap<_, Ticket> = BTreeMap::new();
        for statement in asked {
            let tickets: Vec<Ticket> = documents(&self.readers.all(statement).await?)?;
            found.extend(tickets.into_iter().map(|ticket| (ticket.id.clone(), ticket)));
        }
        Ok(found.into_values().collect())
    }
}
