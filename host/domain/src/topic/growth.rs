//! Growth (增长率) of a count over the count of an earlier period, in whole numbers. A small
//! base gives no rate: from 2 to 6 is not "up 200 %".

use serde::{Deserialize, Serialize};
use std::fmt;

/// Smallest base that gives a rate (an assumption).
pub const LEAST_BASE: u64 = 30;

/// How a count grew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Growth {
    /// In hundredths of a percentage point; negative: it fell.
    Rate(i64),
    /// 基数过小: so many before.
    SmallBase(u64),
}

impl Growth {
    /// From `before` to `now`; a rate only when `before` is at least `least_base` and not nothing.
    /// Rounded half away from zero.
    #[must_use]
    pub fn of(now: u64, before: u64, least_base: u64) -> Self {
        if before < least_base.max(1) {
            return Self::SmallBase(before);
        }
        let (change, base) = (i128::from(now) - i128::from(before), i128::from(before));
        let rounded = (change.abs() * 20_000 + base) / (base * 2);
        Self::Rate(i64::try_from(rounded * change.signum()).unwrap_or(i64::MAX))
    }

    /// The rate, when the base gives one.
    #[must_use]
    pub fn rate(self) -> Option<i64> {
        match self {
            Self::Rate(hundredths) => Some(hundredths),
            Self::SmallBase(_) => None,
        }
    }
}

/// `+50.00%`, `-12.34%`, `基数过小（前期 12 件）`.
impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(hundredths) => {
                let sign = if *hundredths < 0 { '-' } else { '+' };
                let size = hundredths.unsigned_abs();
                write!(f, "{sign}{}.{:02}%", size / 100, size % 100)
            }
            Self::SmallBase(before) => write!(f, "基数过小（前期 {before} 件）"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_rounded_and_small_bases_give_none() {
        let shown = |now, before| Growth::of(now, before, LEAST_BASE).to_string();
        assert_eq!(shown(150, 100), "+50.00%");
        assert_eq!(shown(80, 100), "-20.00%");
        assert_eq!(shown(100, 100), "+0.00%");
        assert_eq!(shown(0, 30), "-100.00%");
        assert_eq!(shown(40, 30), "+33.33%");
        assert_eq!(shown(20, 60), "-66.67%");
        assert_eq!(shown(600, 29), "基数过小（前期 29 件）");
        assert_eq!(Growth::of(5, 0, 0), Growth::SmallBase(0), "nothing is no base");
        assert_eq!(Growth::of(u64::MAX, 1, 0), Growth::Rate(i64::MAX));
    }
}
