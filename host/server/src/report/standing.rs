//! Reports that are shown again, so that a meeting in which everybody opens the same one does not make
//! it anew for each:
//! - of the city's figures: the one that was made, as long as none of its figures was changed;
//! - of what is open, which costs as much as there is open at the moment: for a minute, with its moment
//!   on it. While it is being read, the next one is made beside, so that nobody waits for it.

use super::{Report, ReportError, ageing};
use crate::desk::Desk;
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::shown_again::ShownAgain;
use chuishao_domain::ids::TerritoryId;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Reports of figures that are kept, of some dozen kilobytes each: more than a city's offices have open
/// at once. With one more, all are made anew.
const MOST_OF_FIGURES: usize = 200;

/// The reports that were made last.
#[derive(Default)]
pub struct Standing {
    /// Of what is open in the city, and in each territory that was asked for: as many as the catalogue
    /// has territories.
    open: Mutex<BTreeMap<Option<TerritoryId>, ShownAgain<Arc<Report>>>>,
    /// Of figures, by what was asked for.
    figures: Mutex<HashMap<String, OfFigures>>,
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
    let mut versions = Vec::with_capacity(days.len());
    for days in days {
        versions.push(desk.store.figures_version(*days).await?);
    }
    if let Some(report) = desk.standing.still_so(&asked, &versions, &world) {
        return Ok(Report { made_at: now, ..report });
    }
    let report = make(&world, now).await?;
    desk.standing.keep(asked, OfFigures { versions, world, report: report.clone() });
    Ok(report)
}

impl Standing {
    fn open(&self) -> MutexGuard<'_, BTreeMap<Option<TerritoryId>, ShownAgain<Arc<Report>>>> {
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

    /// The one that may be shown, and whether whoever asks is to renew it.
    fn shown(&self, territory: Option<&TerritoryId>, now: Timestamp) -> Option<(Arc<Report>, bool)> {
        let mut all = self.open();
        let (report, renew) = all.get_mut(&territory.cloned())?.shown(now)?;
        Some((Arc::clone(report), renew))
    }
}

/// 滞留分析, at most a minute old.
///
/// # Errors
/// As [`ageing::report`].
pub async fn of_ageing(desk: &Arc<Desk>, territory: Option<&TerritoryId>) -> Result<Arc<Report>, ReportError> {
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

async fn made(desk: &Desk, territory: Option<&TerritoryId>) -> Result<Arc<Report>, ReportError> {
    let report = Arc::new(ageing::report(&desk.store, &desk.world(), territory, desk.clock.now()).await?);
    let shown = ShownAgain::new(Arc::clone(&report), report.made_at);
    desk.standing.open().insert(territory.cloned(), shown);
    Ok(report)
}
