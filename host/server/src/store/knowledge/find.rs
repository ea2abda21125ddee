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

const ON_POSTGRES: &str = "select e.document from (\
    select i.number, ts_rank($1::real[], i.words, $2::tsquery) as score \
    from knowledge_index i join knowledge e on e.number = i.number \
    where i.words @@ $2::tsquery and e.valid_from <= $3 and e.valid_until >= $3 \
    and (e.territories = '' or e.territories like '%,' || $4 || ',%') \
    order by score desc, i.number limit $5\
    ) f join knowledge e on e.number = f.number order by f.score desc, f.number";

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
        let asked = match self.kind() {
            Kind::Sqlite => {
                let asked = Statement::new(ON_SQLITE);
                let asked = Column::ALL.iter().fold(asked, |asked, column| asked.bind(i64::from(column.weight())));
                asked.bind(query.fts5(hold))
            }
            Kind::Postgres => Statement::new(ON_POSTGRES).bind(weights()).bind(query.tsquery(hold)),
        };
        let asked = asked.bind(day.to_string()).bind(territory.as_str()).bind(i64::from(limit.clamp(1, MOST_FOUND)));
        let rows = self.readers.all(asked).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
    }
}

/// The weights of the labels D, C, B, A as an array of PostgreSQL, which takes none above one:
/// tenths.
fn weights() -> String {
    let of = |label| {
        let weight = Column::ALL.into_iter().find(|column| column.label() == label).map_or(0, Column::weight);
        format!("{}.{}", weight / 10, weight % 10)
    };
    format!("{{{}}}", ['D', 'C', 'B', 'A'].map(of).join(","))
}

#[cfg(test)]
mod tests {
    #[test]
    fn weights_are_in_the_order_of_the_labels() {
        assert_eq!(super::weights(), "{0.1,0.0,0.6,1.0}");
    }
}
