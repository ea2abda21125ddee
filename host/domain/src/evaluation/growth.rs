//! Growth (增长率, 同比): how many more matters there are than in an earlier period. The name of
//! 同类诉求增长率 is the articles'; the formula and the guard are assumptions.

use super::period::Period;
use super::points::{half_up, show_hundredths};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// Smallest base that gives a rate (an assumption): from 2 to 6 is not "up 200 %".
pub const LEAST_BASE: u64 = 30;

/// How many there are and how many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Growth {
    /// 本期
    pub now: u64,
    /// 基期
    pub before: u64,
}

impl Growth {
    /// `(now − before) / before` in hundredths of a percent; nothing without a base.
    #[must_use]
    pub fn hundredths(self) -> Option<i64> {
        half_up((i128::from(self.now) - i128::from(self.before)) * 10_000, i128::from(self.before))
    }

    /// The same where the base carries it: a rise from 1 to 4 is not a rise by 300 %.
    #[must_use]
    pub fn rate(self, least_base: u64) -> Option<i64> {
        self.hundredths().filter(|_| !self.base_is_too_small(least_base))
    }

    /// 基数过小: shown, and neither scored nor listed by its rate.
    #[must_use]
    pub fn base_is_too_small(self, least_base: u64) -> bool {
        self.before < least_base
    }
}

impl AddAssign for Growth {
    fn add_assign(&mut self, other: Self) {
        self.now = self.now.saturating_add(other.now);
        self.before = self.before.saturating_add(other.before);
    }
}

/// `+50.00%`, `-3.06%`, as it stands; without a base `—`.
impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths() {
            Some(hundredths) => {
                let sign = if hundredths < 0 { "" } else { "+" };
                f.pad(&format!("{sign}{}%", show_hundredths(hundredths)))
            }
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
    fn growth_is_rounded() {
        let shown = |now, before| Growth { now, before }.to_string();
        assert_eq!(shown(150, 100), "+50.00%");
        assert_eq!(shown(80, 100), "-20.00%");
        assert_eq!(shown(100, 100), "+0.00%");
        assert_eq!(shown(0, 30), "-100.00%");
        assert_eq!(shown(40, 30), "+33.33%");
        assert_eq!(shown(20, 60), "-66.67%");
        assert_eq!(shown(999, 1000), "-0.10%");
        assert_eq!(shown(5, 0), "—", "nothing is no base");
        assert_eq!(Growth { now: u64::MAX, before: 1 }.hundredths(), Some(i64::MAX));
    }

    #[test]
    fn a_small_base_gives_no_rate() {
        let growth = |now, before| Growth { now, before };
        assert!(growth(600, 29).base_is_too_small(LEAST_BASE) && !growth(600, 30).base_is_too_small(LEAST_BASE));
        assert_eq!(growth(600, 29).rate(LEAST_BASE), None);
        assert_eq!(growth(600, 30).rate(LEAST_BASE), Some(190_000));
        assert_eq!(growth(0, 40).rate(LEAST_BASE), Some(-10_000));
        assert_eq!(growth(5, 0).rate(0), None, "nothing is no base, whatever the least");
    }

    #[test]
    fn a_season_is_compared_with_its_own() {
        let november: Period = "2024-11".parse().expect("a period");
        assert_eq!(base_period(november, true).to_string(), "2023-11");
        assert_eq!(base_period(november, false).to_string(), "2024-10");
    }
}
