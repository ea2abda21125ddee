//! Tickets that may be one matter with another (并单候选): open, of the same group of categories
//! and the same territory, received at about the same time. An index finds them, and how many
//! are looked at is bounded, so that an evening on which a whole city is cold costs no more. Only
//! of those that can be suggested at all is the document read, which is most of the work.

use super::accounts::moment;
use super::database::{Row, Statement};
use super::lists::documents;
use super::{Store, StoreError};
use chuishao_domain::duplicates::{Candidates, Outline};
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::{Place, Ticket};
use std::collections::BTreeSet;

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

fn outline(candidates: &Candidates, row: &Row) -> Result<Outline, sqlx::Error> {
    let [street, estate, building] = [row.text(1)?, row.text(2)?, row.text(3)?];
    Ok(Outline {
        id: TicketId(row.text(0)?),
        place: Place { territory: candidates.territory.clone(), street, estate, building },
        received_at: moment(row.integer(4)?),
        shingles: row.integer(5)?.unsigned_abs(),
    })
}

impl Store {
    /// Open tickets that may be one matter with what was received at a moment, in an estate if
    /// one is named. What cannot be suggested, as `may_suggest` says, is left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn alike(
        &self,
        candidates: &Candidates,
        received_at: jiff::Timestamp,
        estate: &str,
        may_suggest: impl Fn(&Outline) -> bool + Send,
    ) -> Result<Vec<Ticket>, StoreError> {
        let [from, at, until] = [candidates.from, received_at, candidates.until].map(jiff::Timestamp::as_millisecond);
        let way = |span, estate, newest_first| Way { candidates, span, estate, newest_first };
        let mut sql = Statement::new("");
        way([from, at], None, true).push(&mut sql, "earlier");
        sql.push(" union all ");
        way([at + 1, until], None, false).push(&mut sql, "later");
        if !estate.is_empty() {
            sql.push(" union all ");
            way([from, until], Some(estate), true).push(&mut sql, "near");
        }
        // What is found in two ways is read once.
        let mut ids = BTreeSet::new();
        for row in self.readers.all(sql).await? {
            let outline = outline(candidates, &row)?;
            if may_suggest(&outline) {
                ids.insert(outline.id);
            }
        }
        self.open_ones(&ids.into_iter().collect::<Vec<_>>()).await
    }

    /// Those of these tickets that are open.
    async fn open_ones(&self, ids: &[TicketId]) -> Result<Vec<Ticket>, StoreError> {
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
