//! Growth of like matters (同类诉求增长率): how many more matters of one kind than before. The
//! name is the articles'; the formula and the guard are assumptions.

use super::period::Period;
use super::points::{half_up, show_hundredths};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// How many there are and how many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// 本期
    pub now: u64,
    /// 基期
    pub before: u64,
}

impl Growth {
    /// `(now − before) / max(before, least_base)` in hundredths of a percent. A rise from 1 to
    /// 4 is not a rise by 300 %: the base is held at its least, and the figure is marked by
    /// [`Growth::base_is_too_small`]. Nothing when both are nothing.
    #[must_use]
    pub fn hundredths(self, least_base: u64) -> Option<i64> {
        half_up((i128::from(self.now) - i128::from(self.before)) * 10_000, i128::from(self.before.max(least_base)))
    }

    /// 基数过小: shown, and not scored.
    #[must_use]
    pub fn base_is_too_small(self, least_base: u64) -> bool {
        self.before < least_base
    }
}

impl AddAssign for Growth {
    fn add_assign(&mut self, other: Self) {
        self.now += other.now;
        self.before += other.before;
    }
}

/// `-3.06%`, as it stands; without a base `—`.
impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths(0) {
            Some(hundredths) => f.pad(&format!("{}%", show_hundredths(hundredths))),
            None => f.pad("—"),
        }
    }
}

/// What a period is compared with: a season with the same season, all else with the period
/// before, since heating in November has nothing to do with heating in October.
#[must_use]
pub fn base_period(period: Period, seasonal: bool) -> Period {
    if seasonal { period.same_last_year() } else { period.previous() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_base_is_held_and_said() {
        let growth = |now, before| Growth { now, before };
        assert_eq!(growth(4, 1).hundredths(30), Some(1000), "3 of 30, not 3 of 1");
        assert!(growth(4, 1).base_is_too_small(30));
        assert!(!growth(4, 30).base_is_too_small(30));
        assert_eq!(growth(60, 30).hundredths(30), Some(10_000));
        assert_eq!(growth(0, 40).hundredths(30), Some(-10_000));
        assert_eq!(growth(0, 0).hundredths(0), None);
        assert_eq!(growth(5, 0).to_string(), "—");
        assert_eq!(growth(999, 1000).to_string(), "-0.10%");
    }

    #[test]
    fn a_season_is_compared_with_its_own() {
        let november: Period = "2024-11".parse().expect("a period");
        assert_eq!(base_period(november, true).to_string(), "2023-11");
        assert_eq!(base_period(november, false).to_string(), "2024-10");
    }
}
