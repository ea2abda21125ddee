//! Tickets that may be one matter with another (并单候选): open, of the same group of categories
//! and the same territory, received at about the same time. An index finds them, and how many
//! are looked at is bounded, so that an evening on which a whole city is cold costs no more. Of their
//! documents, which are most of the work, those are read that are asked for.

use super::accounts::moment;
use super::database::{Kind, Statement};
use super::lists::documents;
use super::{Store, StoreError};
use chuishao_domain::duplicates::{Candidates, Outline};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::ticket::{Place, Ticket};
use std::collections::BTreeMap;

/// Matters of the same estate that are looked at, the newest first: of one estate, whose one
/// pipe burst, hardly more call within three days.
pub const MOST_OF_AN_ESTATE: u32 = 60;

/// Matters of the territory that are looked at on each side of the moment, the nearest first:
/// on a usual day all there are. Where there are more, those of another estate are not the
/// likeliest.
pub const MOST_OF_A_TERRITORY: u32 = 40;

/// One of the ways to find them; each is `(select … limit …) as name`.
struct Way<'a> {
    candidates: &'a Candidates,
    /// Received from and until.
    span: [i64; 2],
    /// An estate's, or the territory's.
    estate: Option<&'a str>,
    newest_first: bool,
}

impl Way<'_> {
    fn push(&self, sql: &mut Statement, name: &str) {
        sql.push("select * from (select ticket_id, street, estate, building, received_at, shingles from matter");
        sql.push(" where territory = ").push_value(self.candidates.territory.as_str());
        // An estate has few matters, a category many: no planner may take the index of categories.
        sql.push(if self.estate.is_some() { " and category_group || '' = " } else { " and category_group = " });
        sql.push_value(&self.candidates.group);
        sql.push(" and received_at >= ").push_value(self.span[0]);
        sql.push(" and received_at <= ").push_value(self.span[1]);
        if let Some(estate) = self.estate {
            sql.push(" and estate = ").push_value(estate);
        }
        sql.push(if self.newest_first { " order by received_at desc limit " } else { " order by received_at limit " });
        // As text: what the planner knows to be few it plans once.
        sql.push(&(if self.estate.is_some() { MOST_OF_AN_ESTATE } else { MOST_OF_A_TERRITORY }).to_string());
        sql.push(") as ").push(name);
    }
}

/// A row as it is read: id, street, estate, building, moment, shingles.
type Found = (String, String, String, String, i64, u64);

fn outline(territory: &TerritoryId, (id, street, estate, building, received_at, shingles): Found) -> Outline {
    let place = Place { territory: territory.clone(), street, estate, building };
    Outline { id: TicketId(id), place, received_at: moment(received_at), shingles }
}

impl Store {
    /// Outlines of tickets that may be one matter with what was received at a moment, in an estate if
    /// one is named; each once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn alike(
        &self,
        candidates: &Candidates,
        received_at: jiff::Timestamp,
        estate: &str,
    ) -> Result<Vec<Outline>, StoreError> {
        let [from, at, until] = [candidates.from, received_at, candidates.until].map(jiff::Timestamp::as_millisecond);
        let way = |span, estate, newest_first| Way { candidates, span, estate, newest_first };
        // As one text: to fetch a hundred rows one by one takes longer than to find them.
        let (together, each) = match self.readers.kind() {
            Kind::Sqlite => ("json_group_array", "json_array"),
            Kind::Postgres => ("json_agg", "json_build_array"),
        };
        let mut sql = Statement::new("select cast(coalesce(");
        sql.push(together).push("(").push(each);
        sql.push("(ticket_id, street, estate, building, received_at, shingles)), '[]') as text) from (");
        way([from, at], None, true).push(&mut sql, "earlier");
        sql.push(" union all ");
        way([at + 1, until], None, false).push(&mut sql, "later");
        if !estate.is_empty() {
            sql.push(" union all ");
            way([from, until], Some(estate), true).push(&mut sql, "near");
        }
        sql.push(") as found");
        let found: Vec<Found> = serde_json::from_str(&self.readers.one(sql).await?.text(0)?)?;
        // What is found in two ways is told once.
        let outlines = found.into_iter().map(|found| outline(&candidates.territory, found));
        let once: BTreeMap<TicketId, Outline> = outlines.map(|outline| (outline.id.clone(), outline)).collect();
        Ok(once.into_values().collect())
    }

    /// Those of these tickets that are open.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_ones(&self, ids: &[TicketId]) -> Result<Vec<Ticket>, StoreError> {
        let Some(last) = ids.last() else { return Ok(Vec::new()) };
        let mut sql = Statement::new("select document from ticket where closed_at is null and id in (");
        // Filled up to a power of two, so that there are few texts to plan.
        let filled = ids.iter().chain(std::iter::repeat(last)).take(ids.len().next_power_of_two());
        for (place, id) in filled.enumerate() {
            sql.push(if place == 0 { "" } else { ", " }).push_value(id.as_str());
        }
        sql.push(")");
        documents(&self.readers.all(sql).await?)
    }
}
