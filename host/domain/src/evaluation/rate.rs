//! Shares (率): two counts, and the three shares of the source articles. Their names are the
//! articles'; that callers who were not reached stay out of the denominators is an
//! assumption, and they are counted beside it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// What became of tickets (计数).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Tally {
    /// 登记.
    pub received: u64,
    /// 接通回访: the caller was reached at least once.
    pub followed_up: u64,
    /// Of these: solved at the first call, and never handled again.
    pub solved_at_first: u64,
    /// Of these: solved at the last call.
    pub solved: u64,
    /// Closed out, and the caller said whether he was satisfied.
    pub rated: u64,
    /// Of these: satisfied.
    pub satisfied: u64,
}

impl Tally {
    /// 一次办理问题解决率 (article: 71.83 %).
    #[must_use]
    pub fn first_handling_rate(&self) -> Rate {
        Rate { part: self.solved_at_first, whole: self.followed_up }
    }

    /// 回访解决率.
    #[must_use]
    pub fn resolution_rate(&self) -> Rate {
        Rate { part: self.solved, whole: self.followed_up }
    }

    /// 满意率 (article: 89.04 %).
    #[must_use]
    pub fn satisfaction_rate(&self) -> Rate {
        Rate { part: self.satisfied, whole: self.rated }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.received += other.received;
        self.followed_up += other.followed_up;
        self.solved_at_first += other.solved_at_first;
        self.solved += other.solved;
        self.rated += other.rated;
        self.satisfied += other.satisfied;
    }
}

/// A share, as two counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rate {
    /// 分子
    pub part: u64,
    /// 分母
    pub whole: u64,
}

impl Rate {
    /// Counts one more: into the whole, and into the part when it holds.
    pub fn count(&mut self, holds: bool) {
        self.whole += 1;
        self.part += u64::from(holds);
    }

    /// In hundredths of a percentage point, rounded half up; nothing of nothing is no rate.
    #[must_use]
    pub fn hundredths(self) -> Option<u64> {
        let (part, whole) = (u128::from(self.part), u128::from(self.whole));
        let rounded = (part * 20_000 + whole).checked_div(whole * 2)?;
        u64::try_from(rounded).ok()
    }
}

impl AddAssign for Rate {
    fn add_assign(&mut self, other: Self) {
        self.part += other.part;
        self.whole += other.whole;
    }
}

/// `71.83%`, or `—` where there is nothing to divide by.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hundredths() {
            Some(hundredths) => f.pad(&format!("{}.{:02}%", hundredths / 100, hundredths % 100)),
            None => f.pad("—"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded_half_up() {
        let shown = |part, whole| Rate { part, whole }.to_string();
        assert_eq!(shown(7183, 10_000), "71.83%");
        assert_eq!(shown(1, 3), "33.33%");
        assert_eq!(shown(2, 3), "66.67%");
        assert_eq!(shown(1, 20_000), "0.01%");
        assert_eq!(shown(5, 5), "100.00%");
        assert_eq!(shown(0, 0), "—");
    }
}
