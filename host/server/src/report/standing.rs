//! The report of what is open, kept for a minute: it costs as much as there is open at the moment,
//! and whoever looks again soon is shown the one that was made, with its moment on it. While it is
//! being read, the next one is made beside, so that nobody waits for it.

use super::{Report, ReportError, ageing};
use crate::desk::Desk;
use chuishao_domain::ids::TerritoryId;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How old a report may be that is shown. What stands still is counted in working days.
const OLDEST: SignedDuration = SignedDuration::from_secs(60);

/// From this age on, the next one is made beside.
const RENEWED: SignedDuration = SignedDuration::from_secs(10);

/// The reports that were made last: of the city, and of each territory that was asked for. As many as
/// the catalogue has territories.
#[derive(Default)]
pub struct Standing(Mutex<BTreeMap<Option<TerritoryId>, Kept>>);

struct Kept {
    report: Arc<Report>,
    being_renewed: bool,
}

impl Standing {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<Option<TerritoryId>, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        (Standing(Mutex::new([(None, kept)].into())), made_at)
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
