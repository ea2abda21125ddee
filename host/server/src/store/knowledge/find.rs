//! The full-text search (全文检索): SQLite asks its FTS5 and ranks by `bm25`, PostgreSQL asks its
//! GIN index and ranks by `ts_rank`, both with the weights of the domain. Only what is
//! published stands in the index; the day and the territory are asked of the entry's columns.

use super::super::database::{Kind, Statement};
use super::super::{Store, StoreError};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::find::Column;
use chuishao_domain::search::query::{Hold, Query};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Most entries that are found: nobody reads more while a caller waits.
pub const MOST_FOUND: u32 = 50;

/// So many that hold every word are enough; with fewer, those with some of the words follow:
/// what a screen shows without scrolling.
const ENOUGH: usize = 5;

/// FTS5 takes the weights as numbers in the text, in the order of the columns; the best has
/// the lowest `bm25`.
const ON_SQLITE: &str = "select e.document from (\
    select i.rowid as number, bm25(knowledge_index, $1, $2, $3) as score \
    from knowledge_index i cross join knowledge e on e.number = i.rowid \
    where knowledge_index match $4 and e.valid_from <= $5 and e.valid_until >= $5 \
    and (e.territories = '' or e.territories like '%,' || $6 || ',%') \
    order by score, number limit $7\
    ) f join knowledge e on e.number = f.number order by f.score, f.number";

/// What matches is ranked by what it is about, which is short and lies in the row; of these the
/// best [`MOST_WEIGHED`] by all their words, which lie apart.
const ON_POSTGRES: &str = "select e.document from (\
    select i.number, ts_rank($1::real[], i.words, $2::tsquery) as score from (\
        select number from knowledge_index \
        where words @@ $2::tsquery and valid_from <= $3 and valid_until >= $3 \
        and (territories = '' or territories like '%,' || $4 || ',%') \
        order by ts_rank($1::real[], title, $2::tsquery) desc, number limit $6\
    ) best join knowledge_index i on i.number = best.number \
    order by score desc, i.number limit $5\
    ) f join knowledge e on e.number = f.number order by f.score desc, f.number";

/// See [`ON_POSTGRES`]: four times what is found at most.
const MOST_WEIGHED: u32 = 4 * MOST_FOUND;

/// Entries that a question with some of the words is ranked over, unless its rarest word
/// alone has more: one in a hundred of a large base.
const MOST_RANKED: u64 = 500;

impl Store {
    /// The published entries that hold on a day in a territory and have every word of the
    /// question; where there are few, those that have some follow. The best first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_knowledge(
        &self,
        query: &Query,
        day: Date,
        territory: &TerritoryId,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut found = self.find_held(query, Hold::All, day, territory, limit).await?;
        if found.len() < ENOUGH.min(limit as usize) && query.fts5(Hold::All) != query.fts5(Hold::Any) {
            for entry in self.find_held(query, Hold::Any, day, territory, limit).await? {
                if found.len() < limit as usize && found.iter().all(|known| known.id != entry.id) {
                    found.push(entry);
                }
            }
        }
        Ok(found)
    }

    /// The entries that hold the words of a question together in one way, the best first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find_held(
        &self,
        query: &Query,
        hold: Hold,
        day: Date,
        territory: &TerritoryId,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let narrowed = match hold {
            Hold::All => None,
            Hold::Any => match query.narrowed(&self.entries_with(query).await?, MOST_RANKED) {
                Some(narrowed) => Some(narrowed),
                None => return Ok(Vec::new()),
            },
        };
        let query = narrowed.as_ref().unwrap_or(query);
        let asked = match self.kind() {
            Kind::Sqlite => {
                let asked = Statement::new(ON_SQLITE);
                let asked = Column::ALL.iter().fold(asked, |asked, column| asked.bind(i64::from(column.weight())));
                asked.bind(query.fts5(hold))
            }
            Kind::Postgres => Statement::new(ON_POSTGRES).bind(Column::weights()).bind(query.tsquery(hold)),
        };
        let asked = asked.bind(day.to_string()).bind(territory.as_str()).bind(i64::from(limit.clamp(1, MOST_FOUND)));
        let asked = if self.kind() == Kind::Postgres { asked.bind(i64::from(MOST_WEIGHED)) } else { asked };
        let rows = self.readers.all(asked).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
    }

    /// How many published entries have each of the question's words; those that none has are
    /// left out.
    async fn entries_with(&self, query: &Query) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut sql = Statement::new("select token, entries from knowledge_token where token in (");
        for (place, token) in query.tokens().enumerate() {
            sql.push(if place == 0 { "" } else { ", " }).push_value(token);
        }
        sql.push(")");
        let rows = self.readers.all(sql).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.integer(1)?.unsigned_abs()))).collect()
    }
}
