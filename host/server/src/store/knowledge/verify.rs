//! The check of the knowledge base (核对): every entry equals the fold of its events, its columns
//! say the same, and what is published stands in the full-text index and nothing else does.

use super::super::database::{Kind, Statement};
use super::super::verify::same;
use super::super::{Store, StoreError};
use super::rows;
use chuishao_domain::ids::KnowledgeId;
use chuishao_domain::knowledge::apply::fold;
use chuishao_domain::knowledge::entry::{Entry, Standing};
use chuishao_domain::knowledge::event::Recorded;
use std::collections::{BTreeMap, BTreeSet};

impl Store {
    /// The entries that are not what they should be, in order.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify_knowledge(&self) -> Result<Vec<KnowledgeId>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = "select number, version, owner, standing, stage, changed_at, valid_from, valid_until, territories, \
                     wakes_on, document from knowledge order by number";
        let entries = open.all(Statement::new(asked)).await?;
        let asked = "select number, document from knowledge_event order by number, sequence";
        let mut events = BTreeMap::<i64, Vec<Option<Recorded>>>::new();
        for row in open.all(Statement::new(asked)).await? {
            events.entry(row.integer(0)?).or_default().push(serde_json::from_str(&row.text(1)?).ok());
        }
        let asked = match self.kind() {
            Kind::Sqlite => "select rowid from knowledge_index",
            Kind::Postgres => "select number from knowledge_index",
        };
        let indexed = open.all(Statement::new(asked)).await?;
        let mut indexed: BTreeSet<i64> = indexed.iter().map(|row| row.integer(0)).collect::<Result<_, _>>()?;
        open.rollback().await?;
        let mut faults = BTreeSet::new();
        for row in entries {
            let number = row.integer(0)?;
            let history: Option<Vec<_>> = events.remove(&number).unwrap_or_default().into_iter().collect();
            let entry = row.text(10).ok().and_then(|text| serde_json::from_str::<Entry>(&text).ok());
            let is_indexed = indexed.remove(&number);
            let good = match (&entry, history) {
                (Some(entry), Some(history)) => {
                    // The last event is what changed it last.
                    let changed_at = history.last().map_or(0, |last| last.at.as_millisecond());
                    fold(&entry.id, &history).as_ref() == Some(entry)
                        && same(&row, &rows::entry_row(entry, changed_at)?)
                        && is_indexed == (entry.standing == Standing::Published)
                }
                _ => false,
            };
            if !good {
                faults.insert(number);
            }
        }
        // Events, and places in the index, without an entry.
        faults.extend(events.into_keys().chain(indexed));
        Ok(faults.into_iter().map(|number| KnowledgeId::new(number.unsigned_abs())).collect())
    }
}
