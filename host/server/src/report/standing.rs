//! Reports that are shown again, so that a meeting in which everybody opens the same one does not make
//! it anew for each:
//! - of the city's figures: the one that was made, as long as none of its figures was changed;
//! - of what is open, which costs as much as there is open at the moment: for a minute, with its moment
//!   on it. While it is being read, the next one is made beside, so that nobody waits for it; nor is it
//!   written down as JSON anew.
//!
//! So it is with the candidates for topics of a day, which is over when they are discussed.

use super::{Report, ReportError, ageing};
use crate::desk::Desk;
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::shown_again::ShownAgain;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::topic::hot::Thresholds;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Reports of figures that are kept, of some dozen kilobytes each: more than a city's offices have open
/// at once. With one more, all are made anew.
const MOST_OF_FIGURES: usize = 200;

/// Days whose candidates are kept: those of a month's meetings. With one more, all are made anew.
const MOST_DAYS: usize = 31;

/// The reports that were made last.
#[derive(Default)]
pub struct Standing {
    /// Of what is open in the city, and in each territory that was asked for: as many as the catalogue
    /// has territories.
    open: Mutex<BTreeMap<Option<TerritoryId>, ShownAgain<Arc<Written>>>>,
    /// Of figures, by what was asked for.
    figures: Mutex<HashMap<String, OfFigures>>,
    /// The candidates of a day.
    days: Mutex<HashMap<Date, Arc<OfDay>>>,
}

/// A report with what it is as JSON.
pub struct Written {
    /// The report.
    pub report: Report,
    /// The same, written down.
    pub json: Arc<[u8]>,
}

/// The candidates of a day and what they were made of.
pub struct OfDay {
    /// How often the figures of the day and of the one before were changed.
    pub versions: Vec<i64>,
    /// Which topics are open, each at its version.
    pub open_topics: String,
    /// 热点门槛
    pub thresholds: Thresholds,
    /// Names and units.
    pub world: Arc<World>,
    /// The candidates with the open topics that have their subjects, as JSON.
    pub json: Arc<[u8]>,
}

/// A report and what it was made of.
struct OfFigures {
    versions: Vec<i64>,
    world: Arc<World>,
    report: Report,
}

/// A report of the figures of these days: the one that was made of what is still so, or else a new one.
/// `asked` says everything else that it depends on.
///
/// # Errors
/// As making one.
pub async fn of_figures(
    desk: &Desk,
    asked: String,
    days: &[Days],
    make: impl AsyncFnOnce(&World, Timestamp) -> Result<Report, ReportError>,
) -> Result<Report, ReportError> {
    let (world, now) = (desk.world(), desk.clock.now());
    // Asked before it is made: what changes meanwhile makes the next one new.
    let versions = desk.store.figures_versions(days).await?;
    if let Some(report) = desk.standing.still_so(&asked, &versions, &world) {
        return Ok(Report { made_at: now, ..report });
    }
    let report = make(&world, now).await?;
    desk.standing.keep(asked, OfFigures { versions, world, report: report.clone() });
    Ok(report)
}

impl Standing {
    fn open(&self) -> MutexGuard<'_, BTreeMap<Option<TerritoryId>, ShownAgain<Arc<Written>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn figures(&self) -> MutexGuard<'_, HashMap<String, OfFigures>> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn still_so(&self, asked: &str, versions: &[i64], world: &Arc<World>) -> Option<Report> {
        let all = self.figures();
        let kept = all.get(asked)?;
        (kept.versions == versions && Arc::ptr_eq(&kept.world, world)).then(|| kept.report.clone())
    }

    fn keep(&self, asked: String, kept: OfFigures) {
        let mut all = self.figures();
        if all.len() >= MOST_OF_FIGURES {
            all.clear();
        }
        all.insert(asked, kept);
    }

    fn days(&self) -> MutexGuard<'_, HashMap<Date, Arc<OfDay>>> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The candidates of a day as they were made last; whether that is still so is to be seen.
    pub fn of_day(&self, day: Date) -> Option<Arc<OfDay>> {
        self.days().get(&day).cloned()
    }

    /// Keeps those of a day.
    pub fn keep_day(&self, day: Date, made: Arc<OfDay>) {
        let mut all = self.days();
        if all.len() >= MOST_DAYS {
            all.clear();
        }
        all.insert(day, made);
    }

    /// The one that may be shown, and whether whoever asks is to renew it.
    fn shown(&self, territory: Option<&TerritoryId>, now: Timestamp) -> Option<(Arc<Written>, bool)> {
        let mut all = self.open();
        let (report, renew) = all.get_mut(&territory.cloned())?.shown(now)?;
        Some((Arc::clone(report), renew))
    }
}

/// 滞留分析, at most a minute old.
///
/// # Errors
/// As [`ageing::report`].
pub async fn of_ageing(desk: &Arc<Desk>, territory: Option<&TerritoryId>) -> Result<Arc<Written>, ReportError> {
    let Some((report, renew)) = desk.standing.shown(territory, desk.clock.now()) else {
        return made(desk, territory).await;
    };
    if renew {
        let (desk, territory) = (Arc::clone(desk), territory.cloned());
        tokio::spawn(async move {
            if let Err(error) = made(&desk, territory.as_ref()).await {
                tracing::warn!(%error, "the report of what is open could not be renewed");
            }
        });
    }
    Ok(report)
}

async fn made(desk: &Desk, territory: Option<&TerritoryId>) -> Result<Arc<Written>, ReportError> {
    let report = ageing::report(&desk.store, &desk.world(), territory, desk.clock.now()).await?;
    let json = serde_json::to_vec(&report).map_err(|error| ReportError::File(error.to_string()))?.into();
    let made_at = report.made_at;
    let written = Arc::new(Written { report, json });
    let (territory, now) = (territory.cloned(), desk.clock.now());
    let mut open = desk.standing.open();
    if !open.get(&territory).is_some_and(|kept| kept.stays(made_at, now)) {
        open.insert(territory, ShownAgain::new(Arc::clone(&written), made_at));
    }
    drop(open);
    Ok(written)
}
