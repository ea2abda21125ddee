//! What rules are told of the modes (议定模式) that meetings decided: of their own territory and of the
//! city, around the days on which they hold, and nothing that was not decided yet.

use crate::calendar::civil;
use crate::ids::TerritoryId;
use crate::rule::view::KnownMode;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeSet;

/// A mode as it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedMode {
    /// For which territory.
    pub territory: TerritoryId,
    /// When, in milliseconds of the epoch.
    pub decided_at: i64,
    /// What rules are told of it.
    pub mode: KnownMode,
}

/// Which of these modes rules are told of at a moment, on a ticket of a territory. `shift` is how much
/// later than it was the rules are told that it is.
#[must_use]
pub fn told(
    decided: &[DecidedMode],
    names: &BTreeSet<String>,
    territory: &TerritoryId,
    now: Timestamp,
    shift: SignedDuration,
) -> Vec<KnownMode> {
    let really = now.saturating_sub(shift).unwrap_or(now);
    let days = shift.as_hours() / 24;
    let shifted = |day: Date| day.saturating_add(i32::try_from(days).unwrap_or(0).days());
    let today = civil(really).date();
    let is_told = |decided: &&DecidedMode| {
        names.contains(&decided.mode.name)
            && (decided.territory.is_city() || decided.territory == *territory)
            && decided.decided_at <= really.as_millisecond()
            && decided.mode.is_told_on(today)
    };
    let as_told = |decided: &DecidedMode| KnownMode {
        first_day: shifted(decided.mode.first_day),
        last_day: shifted(decided.mode.last_day),
        ..decided.mode.clone()
    };
    let mut told: Vec<KnownMode> = decided.iter().filter(is_told).map(as_told).collect();
    told.sort_by(|a, b| (a.first_day, &a.topic, a).cmp(&(b.first_day, &b.topic, b)));
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn moment(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn what_was_not_decided_yet_is_not_told() {
        let mode = KnownMode {
            name: "供热模式".into(),
            first_day: date(2024, 11, 5),
            last_day: date(2025, 3, 31),
            topic: "YT1".into(),
        };
        let at = moment("2024-11-05T17:00:00+08:00");
        let decided = [DecidedMode { territory: "WF".into(), decided_at: at.as_millisecond(), mode: mode.clone() }];
        let names = BTreeSet::from(["供热模式".to_owned()]);
        let told = |now: &str, shift: i64| {
            let shift = SignedDuration::from_hours(24 * shift);
            super::told(&decided, &names, &"370705".into(), moment(now), shift)
        };
        assert_eq!(told("2024-11-05T16:59:00+08:00", 0), []);
        assert_eq!(told("2024-11-05T17:00:00+08:00", 0), std::slice::from_ref(&mode));
        assert_eq!(told("2025-05-01T00:00:00+08:00", 0), std::slice::from_ref(&mode), "it ended a month ago");
        assert_eq!(told("2025-05-02T00:00:00+08:00", 0), []);
        let later = KnownMode { first_day: date(2025, 11, 5), last_day: date(2026, 3, 31), ..mode };
        assert_eq!(told("2025-11-06T09:00:00+08:00", 365), [later], "told as if it were a year later");
    }
}
