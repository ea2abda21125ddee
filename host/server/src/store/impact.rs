//! Impact reports on their way: what was asked, and the sums of the parts that are done.

use super::database::Statement;
use super::{Store, StoreError};
use chuishao_domain::impact::asked::Asked;
use chuishao_domain::impact::sums::Sums;
use chuishao_domain::rule::record::Edition;
use jiff::{Timestamp, ToSpan};

/// How long a run is kept, by the machine's time, in days: its report was read long before, and it can
/// be run again.
const KEPT_DAYS: i64 = 90;

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactRun {
    /// What is asked; its digest is the run's id.
    pub asked: Asked,
    /// When it began, by the machine's time.
    pub began_at: Timestamp,
    /// In how many parts.
    pub parts: u32,
    /// How many of them are done.
    pub parts_done: u32,
    /// When it was done, by the machine's time.
    pub done_at: Option<Timestamp>,
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN)
}

impl Store {
    /// Begins a run, or goes on with one of the same question and the same number of parts that is not
    /// done yet; one that is done is begun again, for what happened since. Runs of long ago go.
    ///
    /// # Errors
    /// The database failed.
    pub async fn begin_impact(&self, asked: &Asked, parts: u32, now: Timestamp) -> Result<(), StoreError> {
        let id = asked.id();
        let mut open = self.pool.begin().await?;
        let old = now.saturating_sub((KEPT_DAYS * 24).hours()).unwrap_or(Timestamp::MIN);
        let over = "(began_at < $1 or id = $2 and (done_at is not null or parts <> $3))";
        let bound = |text: String| -> Statement {
            let mut statement = Statement::new("");
            statement.push(&text);
            statement.bind(old.as_millisecond()).bind(&id).bind(i64::from(parts))
        };
        open.execute(bound(format!(
            "delete from impact_part where run_id in (select id from impact_run where {over})"
        )))
        .await?;
        open.execute(bound(format!("delete from impact_run where {over}"))).await?;
        let begin = Statement::new(
            "insert into impact_run (id, began_at, parts, document) values ($1, $2, $3, $4) on conflict (id) do nothing",
        );
        let begin = begin.bind(&id).bind(now.as_millisecond()).bind(i64::from(parts));
        open.execute(begin.bind(serde_json::to_string(asked)?)).await?;
        Ok(open.commit().await?)
    }

    /// Keeps the sums of a part.
    ///
    /// # Errors
    /// The database failed; the part is done once more.
    pub async fn keep_impact_part(&self, id: &str, part: u32, sums: &Sums) -> Result<(), StoreError> {
        let keep = Statement::new(
            "insert into impact_part (run_id, part, document) values ($1, $2, $3) \
             on conflict (run_id, part) do update set document = excluded.document",
        );
        self.pool.execute(keep.bind(id).bind(i64::from(part)).bind(serde_json::to_string(sums)?)).await?;
        Ok(())
    }

    /// Writes down that all parts are done.
    ///
    /// # Errors
    /// The database failed.
    pub async fn end_impact(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let end = Statement::new("update impact_run set done_at = $2 where id = $1");
        self.pool.execute(end.bind(id).bind(now.as_millisecond())).await?;
        Ok(())
    }

    /// The parts of a run that are done, with their sums.
    ///
    /// # Errors
    /// The database failed.
    pub async fn impact_parts(&self, id: &str) -> Result<Vec<(u32, Sums)>, StoreError> {
        let asked = Statement::new("select part, document from impact_part where run_id = $1 order by part");
        let rows = self.readers.all(asked.bind(id)).await?;
        let read = |row: &super::database::Row| {
            Ok((u32::try_from(row.integer(0)?).unwrap_or(u32::MAX), serde_json::from_str(&row.text(1)?)?))
        };
        rows.iter().map(read).collect()
    }

    /// A run.
    ///
    /// # Errors
    /// The database failed.
    pub async fn impact_run(&self, id: &str) -> Result<Option<ImpactRun>, StoreError> {
        let asked = Statement::new(
            "select document, began_at, parts, done_at, (select count(*) from impact_part where run_id = id) \
             from impact_run where id = $1",
        );
        let row = self.readers.optional(asked.bind(id)).await?;
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        row.map(|row| {
            Ok(ImpactRun {
                asked: serde_json::from_str(&row.text(0)?)?,
                began_at: moment(row.integer(1)?),
                parts: count(row.integer(2)?),
                done_at: row.maybe_integer(3)?.map(moment),
                parts_done: count(row.integer(4)?),
            })
        })
        .transpose()
    }

    /// Every edition in which a rule was ever asked.
    ///
    /// # Errors
    /// The database failed.
    pub async fn editions_of(&self, rule: &str) -> Result<Vec<Edition>, StoreError> {
        let rows = self.readers.all(Statement::new("select document from edition")).await?;
        let editions = rows.iter().map(|row| Ok(serde_json::from_str::<Edition>(&row.text(0)?)?));
        let mut editions = editions.collect::<Result<Vec<_>, StoreError>>()?;
        editions.retain(|edition| edition.rule == rule);
        Ok(editions)
    }
}
