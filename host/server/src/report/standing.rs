//! Reports that are shown again, so that a meeting in which everybody opens the same one does not make
//! it anew for each:
//! - of the city's figures: the one that was made, as long as none of its figures was changed;
//! - of what is open, which costs as much as there is open at the moment: for a minute, with its moment
//!   on it. While it is being read, the next one is made beside, so that nobody waits for it.

use super::{Report, ReportError, ageing};
use crate::desk::Desk;
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::ids::TerritoryId;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How old a report may be that is shown. What stands still is counted in working days.
const OLDEST: SignedDuration = SignedDuration::from_secs(60);

/// From this age on, the next one is made beside.
const RENEWED: SignedDuration = SignedDuration::from_secs(10);

/// Reports of figures that are kept, of some dozen kilobytes each: more than a city's offices have open
/// at once. With one more, all are made anew.
const MOST_OF_FIGURES: usize = 200;

/// The reports that were made last.
#[derive(Default)]
pub struct Standing {
    /// Of what is open in the city, and in each territory that was asked for: as many as the catalogue
    /// has territories.
    open: Mutex<BTreeMap<Option<TerritoryId>, Kept>>,
    /// Of figures, by what was asked for.
    figures: Mutex<HashMap<String, OfFigures>>,
}

struct Kept {
    report: Arc<Report>,
    being_renewed: bool,
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
    fn kept(&self) -> MutexGuard<'_, BTreeMap<Option<TerritoryId>, Kept>> {
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
        let mut all = self.kept();
        let kept = all.get_mut(&territory.cloned())?;
        let age = now.duration_since(kept.report.made_at);
        if age.is_negative() || age > OLDEST {
            return None;
        }
        let renew = age >= RENEWED && !std::mem::replace(&mut kept.being_renewed, true);
        Some((Arc::clone(&kept.report), renew))
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
    let kept = Kept { report: Arc::clone(&report), being_renewed: false };
    desk.standing.kept().insert(territory.cloned(), kept);
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing() -> (Standing, Timestamp) {
        let made_at: Timestamp = "2024-11-06T01:00:00Z".parse().expect("a moment");
        let report = Report { title: String::new(), period: String::new(), made_at, tables: vec![], notes: vec![] };
        let kept = Kept { report: Arc::new(report), being_renewed: false };
        (Standing { open: Mutex::new([(None, kept)].into()), ..Standing::default() }, made_at)
    }

    fn renews(standing: &Standing, at: Timestamp) -> Option<bool> {
        standing.shown(None, at).map(|(_, renew)| renew)
    }

    #[test]
    fn a_report_is_shown_for_a_minute_and_renewed_by_one_reader() {
        let (standing, made_at) = standing();
        assert_eq!(renews(&standing, made_at), Some(false));
        let later = made_at.saturating_add(RENEWED).expect("later");
        assert_eq!(renews(&standing, later), Some(true));
        assert_eq!(renews(&standing, later), Some(false), "another reader renews it already");
        assert_eq!(renews(&standing, made_at.saturating_add(OLDEST).expect("later")), Some(false));
    }

    #[test]
    fn an_old_one_and_one_of_a_moment_to_come_are_not_shown() {
        let (standing, made_at) = standing();
        let second = SignedDuration::from_secs(1);
        assert_eq!(renews(&standing, made_at.saturating_add(OLDEST + second).expect("later")), None);
        assert_eq!(renews(&standing, made_at.saturating_sub(second).expect("earlier")), None);
        assert!(standing.shown(Some(&TerritoryId("370705".into())), made_at).is_none(), "of another place");
    }
}
