//! Reference data in force (参考数据): what ships with the program, and on top of it what was
//! imported into the database. It is swapped as a whole: whoever computes keeps the world that
//! it began with. Every server looks for new imports by itself, so that none has to be told or
//! restarted.

use crate::desk::Desk;
use crate::store::editions::{EditionRow, Imported, NoticeRow};
use crate::store::{Store, StoreError};
use chuishao_domain::World;
use chuishao_domain::calendar::{Calendar, Notice, civil};
use chuishao_domain::catalogue::{Edition, Editions, TableName, Tables};
use chuishao_domain::digest::digest;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often a server looks for new imports.
const EVERY: Duration = Duration::from_secs(1);

/// Nobody computes with what was looked at longer ago: a server that was frozen looks first.
/// Shorter than the time after which every server counts as having it
/// ([`crate::recomputation`]).
const STALE: Duration = Duration::from_secs(3);

/// Why the reference data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row of the database does not read. To go on without it would compute other deadlines
    /// and other responsibilities than before.
    #[error(
        "数据库中的{what}不能识别：{why}；请换用导入它的版本，或从备份恢复 (imported reference data cannot be read)"
    )]
    Unreadable {
        /// Which row.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// All reference data at one moment.
#[derive(Debug)]
pub struct Known {
    /// 工作日历
    pub calendar: Calendar,
    /// 职责清单的各版
    pub editions: Editions,
    /// The imported notices.
    pub notices: Vec<NoticeRow>,
    /// The imported editions.
    pub imported_editions: Vec<EditionRow>,
    /// One world for each edition, the newest last.
    worlds: Vec<(Date, Arc<World>)>,
}

impl Known {
    /// What ships with the program and what stands in the database.
    ///
    /// # Errors
    /// The database failed, or a row does not read.
    pub async fn read(store: &Store) -> Result<Self, ReferenceError> {
        Self::of(store.notices().await?, store.catalogue_editions().await?)
    }

    /// What ships with the program alone.
    ///
    /// # Errors
    /// Never: it was read by tests.
    pub fn shipped() -> Result<Self, ReferenceError> {
        Self::of(Vec::new(), Vec::new())
    }

    fn of(notices: Vec<NoticeRow>, imported_editions: Vec<EditionRow>) -> Result<Self, ReferenceError> {
        let calendar = notices.iter().try_fold(Calendar::shipped(), with_notice)?;
        let editions = imported_editions.iter().try_fold(Editions::shipped(), with_edition)?;
        let days = editions.all().map(|edition| edition.effective_from);
        let worlds = days.map(|day| (day, Arc::new(World::on(day, &editions, &calendar)))).collect();
        Ok(Self { calendar, editions, notices, imported_editions, worlds })
    }

    /// The world of a day: the edition in force, and every notice.
    #[must_use]
    pub fn world_on(&self, day: Date) -> Arc<World> {
        let in_force = self.worlds.iter().rev().find(|(from, _)| *from <= day).or(self.worlds.first());
        in_force.map_or_else(|| Arc::new(World::on(day, &self.editions, &self.calendar)), |(_, world)| world.clone())
    }

    /// When and by whom an edition was imported; nothing for the one that ships with the program.
    #[must_use]
    pub fn import_of(&self, edition: &Edition) -> Option<&Imported> {
        // A correction is a later row for the same day.
        let row = self.imported_editions.iter().rev().find(|row| row.effective_from == edition.effective_from);
        row.map(|row| &row.imported)
    }

    /// The world of the day of a moment.
    #[must_use]
    pub fn world_at(&self, at: Timestamp) -> Arc<World> {
        self.world_on(civil(at).date())
    }

    /// The numbers of the newest imports.
    fn newest(&self) -> (i64, i64) {
        let number = |last: Option<&Imported>| last.map_or(0, |imported| imported.number);
        let edition = self.imported_editions.last().map(|row| &row.imported);
        (number(self.notices.last().map(|row| &row.imported)), number(edition))
    }
}

fn unreadable(what: String, faults: &[Refusal]) -> ReferenceError {
    let why = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("；");
    ReferenceError::Unreadable { what, why }
}

fn altered() -> [Refusal; 1] {
    [Refusal::new("import-altered", "内容与导入时的摘要不符", "it is not what was imported")]
}

/// The calendar and one imported notice more. One that the program ships by now, or a
/// correction of, changes nothing.
fn with_notice(calendar: Calendar, row: &NoticeRow) -> Result<Calendar, ReferenceError> {
    let what = || format!("第 {} 号放假通知（{}）", row.imported.number, row.document);
    if digest(row.text.as_bytes()) != row.imported.digest {
        return Err(unreadable(what(), &altered()));
    }
    let notice = Notice::parse(&row.text).map_err(|faults| unreadable(what(), &faults))?;
    Ok(calendar.with(notice).unwrap_or(calendar))
}

fn with_edition(editions: Editions, row: &EditionRow) -> Result<Editions, ReferenceError> {
    let what = || format!("第 {} 号职责清单（{}，{} 起）", row.imported.number, row.document, row.effective_from);
    if digest(row.tables.as_bytes()) != row.imported.digest {
        return Err(unreadable(what(), &altered()));
    }
    let files: Result<BTreeMap<String, String>, _> = serde_json::from_str(&row.tables);
    let tables = match files {
        Ok(files) => with_files(Tables::shipped(), files),
        Err(_) => Err(altered().to_vec()),
    };
    let tables = tables.map_err(|faults| unreadable(what(), &faults))?;
    added(&editions, row.effective_from, &row.document, tables).map_err(|faults| unreadable(what(), &faults))
}

/// The editions and one more: for a later day, or in the place of the newest, for its day.
///
/// # Errors
/// All that is wrong with it.
pub fn added(editions: &Editions, from: Date, document: &str, tables: Tables) -> Result<Editions, Vec<Refusal>> {
    if from == editions.newest().effective_from {
        return editions.corrected(document, tables);
    }
    editions.with(from, document, tables)
}

/// The tables with these files in the place of their own.
///
/// # Errors
/// Each file that is no table.
pub fn with_files(tables: Tables, files: BTreeMap<String, String>) -> Result<Tables, Vec<Refusal>> {
    let mut faults = Vec::new();
    let mut replaced = tables;
    for (name, text) in files {
        match TableName::of_file(&name) {
            Some(table) => replaced = replaced.replaced(table, text),
            None => {
                let names = TableName::ALL.map(TableName::file_name).join("、");
                let shown: String = chuishao_domain::plain::plain(&name).chars().take(40).collect();
                let chinese = format!("「{shown}」不是职责清单的表，文件名应为 {names} 之一");
                faults.push(Refusal::new("unknown-table", chinese, "the file is none of the catalogue's tables"));
            }
        }
    }
    if faults.is_empty() { Ok(replaced) } else { Err(faults) }
}

/// The reference data that a server works with, and when it last looked for newer.
#[derive(Debug)]
pub struct Reference(RwLock<(Arc<Known>, Instant)>);

impl Reference {
    /// Begins with what is known.
    #[must_use]
    pub fn new(known: Known) -> Self {
        Self(RwLock::new((Arc::new(known), Instant::now())))
    }

    /// What is known now.
    #[must_use]
    pub fn known(&self) -> Arc<Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// What is known, looked for again if that is long ago: what is promised is computed from
    /// this.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fresh(&self, store: &Store) -> Result<Arc<Known>, StoreError> {
        let looked = self.0.read().unwrap_or_else(PoisonError::into_inner).1;
        if looked.elapsed() > STALE {
            match self.take_up(store).await {
                Ok(_) => {}
                Err(ReferenceError::Store(error)) => return Err(error),
                // Said by `run`: the old stays in force.
                Err(ReferenceError::Unreadable { .. }) => {}
            }
        }
        Ok(self.known())
    }

    /// Takes up what was imported since. Says whether anything was.
    ///
    /// # Errors
    /// The database failed or a row does not read; what was known stays.
    pub async fn take_up(&self, store: &Store) -> Result<bool, ReferenceError> {
        let looked = Instant::now();
        let newest = store.newest_imports().await?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).1 = looked;
        if newest == self.known().newest() {
            return Ok(false);
        }
        let fresh = Arc::new(Known::read(store).await?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Two that looked at once: the later reading stays.
        let newer = known.0.newest() < fresh.newest();
        if newer {
            tracing::info!(
                calendar = fresh.calendar.version(),
                editions = fresh.editions.all().count(),
                "new reference data"
            );
            *known = (fresh, looked);
        }
        Ok(newer)
    }
}

/// Looks for new imports until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut said = String::new();
    while !*stop.borrow() {
        match desk.reference.take_up(&desk.store).await {
            Ok(true) => desk.follow_on_bell.notify_one(),
            Ok(false) => {}
            Err(error) => {
                let words = error.to_string();
                if words != said {
                    tracing::error!(error = %words, "new reference data is not taken up; the old stays in force");
                    said = words;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
    }
}
