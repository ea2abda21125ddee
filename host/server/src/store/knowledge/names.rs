//! The index follows the catalogue (改名): an entry is found by the names of its categories too, and
//! a new edition may rename one. Each row keeps the names that it was indexed under; where they
//! are others today, it is indexed again.

use super::super::commit::finish;
use super::super::database::{Row, Statement, Transaction};
use super::super::tickets::CommitError;
use super::super::{Store, StoreError};
use super::{index_again, rows};
use chuishao_domain::World;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::entry::Entry;

/// Entries that are looked at in one go.
const AT_A_TIME: u32 = 200;

/// What a page of the index came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed {
    /// How many entries were indexed again.
    pub renamed: u64,
    /// The number that the next page begins behind; absent at the end.
    pub next: Option<i64>,
}

impl Store {
    /// Indexes again what stands behind a number in the index under other names than its
    /// categories have in this world.
    ///
    /// # Errors
    /// The database failed; what was done stays done.
    pub async fn follow_names(&self, world: &World, after: i64) -> Result<Followed, StoreError> {
        let asked = Statement::new(
            "select number, document, category_names from knowledge where number > $1 and category_names <> '' \
             order by number limit $2",
        );
        let indexed = self.readers.all(asked.bind(after).bind(i64::from(AT_A_TIME))).await?;
        let mut renamed = 0;
        for row in &indexed {
            let (entry, names) = indexed_entry(row)?;
            if entry.category_names(world) != names && self.index_under(&entry, &names, world).await? {
                renamed += 1;
            }
        }
        let last = indexed.last().filter(|_| indexed.len() == AT_A_TIME as usize);
        Ok(Followed { renamed, next: last.map(|row| row.integer(0)).transpose()? })
    }

    /// Says whether nobody was quicker.
    async fn index_under(&self, entry: &Entry, names_before: &str, world: &World) -> Result<bool, StoreError> {
        let names = entry.category_names(world);
        let change = Statement::new(
            "update knowledge set category_names = $4 where number = $1 and version = $2 and category_names = $3",
        );
        let change = change.bind(rows::number(&entry.id)).bind(entry.version.cast_signed());
        let mut open = self.pool.begin().await?;
        let done = match open.execute(change.bind(names_before).bind(&names)).await {
            Ok(0) => Err(CommitError::VersionMoved),
            Ok(_) => {
                let old = entry.document(names_before);
                let indexed = index_again(&mut open, self.kind(), entry, old.as_ref(), &names).await;
                indexed.map_err(CommitError::from)
            }
            Err(error) => Err(error.into()),
        };
        match finish(open, done).await {
            Ok(()) => Ok(true),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::VersionMoved | CommitError::KeyUsed) => Ok(false),
        }
    }
}

fn indexed_entry(row: &Row) -> Result<(Entry, String), StoreError> {
    Ok((serde_json::from_str(&row.text(1)?)?, row.text(2)?))
}

/// The names that the index has an entry under.
pub(super) async fn of(open: &mut Transaction, id: &KnowledgeId) -> Result<String, sqlx::Error> {
    let asked = Statement::new("select category_names from knowledge where number = $1").bind(rows::number(id));
    open.all(asked).await?.first().map_or_else(|| Ok(String::new()), |row| row.text(0))
}
