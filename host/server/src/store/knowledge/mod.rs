//! The knowledge base (知识库): loading an entry, and the one transaction that writes a command
//! with its events, its place in the full-text index and its kept answer.
//!
//! - `rows`: an entry as rows; [`find`]: the full-text search; [`lists`]: the lists of the
//!   reviewer and the department, and what the clock has to look at; [`names`]: the index follows
//!   the catalogue; [`verify`]: the check.

pub mod find;
pub mod lists;
pub mod names;
mod rows;
pub mod verify;

use super::changes::{self, ChangeKind};
use super::commit::{finish, keep};
use super::database::{Kind, Statement, Transaction};
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::event::Recorded;
use chuishao_domain::knowledge::find::Document;
use jiff::Timestamp;

/// Everything that one command on an entry writes.
pub struct Commit<'a> {
    /// The entry that it was computed from; absent for a new one.
    pub before: Option<&'a Entry>,
    /// The entry after it.
    pub entry: &'a Entry,
    /// The new events.
    pub events: &'a [Recorded],
    /// The answer.
    pub answer: Option<&'a KeptAnswer>,
    /// The moment.
    pub now: Timestamp,
}

impl Store {
    /// The entry as it now is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn knowledge(&self, id: &KnowledgeId) -> Result<Option<Entry>, StoreError> {
        let asked = Statement::new("select document from knowledge where number = $1").bind(rows::number(id));
        let row = self.readers.optional(asked).await?;
        row.map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// Everything that happened to an entry, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn knowledge_history(&self, id: &KnowledgeId) -> Result<Vec<Recorded>, StoreError> {
        let asked = Statement::new("select document from knowledge_event where number = $1 order by sequence");
        let rows = self.readers.all(asked.bind(rows::number(id))).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
    }

    /// The next id. A number that is not used leaves a gap.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_knowledge_id(&self) -> Result<KnowledgeId, StoreError> {
        let next = Statement::new(
            "insert into counter (name, next) values ('knowledge', 2) \
             on conflict (name) do update set next = counter.next + 1 returning next - 1",
        );
        Ok(KnowledgeId::new(self.pool.one(next).await?.integer(0)?.unsigned_abs()))
    }

    /// Writes a command on an entry with all its consequences, in one transaction, or nothing.
    /// Entries change some hundred times a day, so each pays its own sync to disk.
    ///
    /// # Errors
    /// The version moved, the key was used, or the database failed.
    pub async fn commit_knowledge(&self, commit: &Commit<'_>, world: &World) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, self.kind(), commit, world).await;
        finish(open, done).await
    }

    /// Writes new entries with their histories in one transaction: made elsewhere by the same
    /// domain code, for a base that is moved in or invented.
    ///
    /// # Errors
    /// One of the ids is taken, or the database failed.
    pub async fn load_knowledge(&self, made: &[(Entry, Vec<Recorded>)], world: &World) -> Result<(), StoreError> {
        let (mut entries, mut events, mut index, mut documents) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut highest = 0;
        for (entry, history) in made {
            let changed_at = history.last().map_or(0, |last| last.at.as_millisecond());
            let names = entry.category_names(world);
            let mut row = rows::entry_row(entry, changed_at)?;
            row.push((&names).into());
            entries.push(row);
            for recorded in history {
                events.push(rows::event_row(&entry.id, recorded)?);
            }
            index.extend(rows::index_row(self.kind(), entry, &names));
            documents.extend(entry.document(&names));
            highest = highest.max(rows::number(&entry.id));
        }
        let mut open = self.pool.begin().await?;
        if open.write(vec![(&rows::NEW_ENTRY, entries)]).await?.len() != made.len() {
            open.rollback().await?;
            return Err(StoreError::NotEmpty("知识库".into()));
        }
        open.write(vec![(&rows::EVENT, events)]).await?;
        let tokens = rows::token_rows(std::iter::empty(), documents.iter());
        open.write(vec![(rows::index(self.kind()), index), (&rows::TOKENS, tokens)]).await?;
        let numbers = Statement::new(
            "insert into counter (name, next) values ('knowledge', $1) \
             on conflict (name) do update set next = excluded.next where excluded.next > counter.next",
        );
        open.execute(numbers.bind(highest + 1)).await?;
        Ok(open.commit().await?)
    }
}

async fn write(open: &mut Transaction, kind: Kind, commit: &Commit<'_>, world: &World) -> Result<(), CommitError> {
    let Commit { before, entry, events, answer, now } = *commit;
    keep(open, answer, now).await?;
    let (mut row, names) = (rows::entry_row(entry, now.as_millisecond())?, entry.category_names(world));
    row.push((&names).into());
    let (statement, names_before) = match before {
        None => (&rows::NEW_ENTRY, String::new()),
        Some(before) => {
            let names_before = names::of(open, &entry.id).await?;
            row.extend([before.version.cast_signed().into(), (&names_before).into()]);
            (&rows::KNOWN_ENTRY, names_before)
        }
    };
    if open.write(vec![(statement, vec![row])]).await?.is_empty() {
        return Err(CommitError::VersionMoved);
    }
    let events = events.iter().map(|event| rows::event_row(&entry.id, event)).collect::<Result<_, _>>()?;
    let change = changes::row(ChangeKind::Knowledge, entry.id.as_str(), entry.version, now);
    open.write(vec![(&rows::EVENT, events), (&changes::CHANGE, vec![change])]).await?;
    let old = before.and_then(|before| before.document(&names_before));
    if old != entry.document(&names) || before.is_some_and(|before| before.answer != entry.answer) {
        index_again(open, kind, entry, old.as_ref(), &names).await?;
    }
    Ok(())
}

/// Puts an entry into the index as it now is, in the place of what the index keeps of it.
async fn index_again(
    open: &mut Transaction,
    kind: Kind,
    entry: &Entry,
    old: Option<&Document>,
    names: &str,
) -> Result<(), sqlx::Error> {
    open.execute(Statement::new(rows::out_of_index(kind)).bind(rows::number(&entry.id))).await?;
    let row = rows::index_row(kind, entry, names);
    let tokens = rows::token_rows(old.into_iter(), entry.document(names).iter());
    open.write(vec![(rows::index(kind), row.into_iter().collect()), (&rows::TOKENS, tokens)]).await.map(drop)
}
