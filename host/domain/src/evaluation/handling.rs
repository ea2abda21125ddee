//! How tickets were handled (办理计数), beside what the callers said of it ([`super::rate::Tally`]):
//! plain counts for the reports of a period.

use super::rate::Rate;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Counts of the way, of tickets received in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Handling {
    /// 办结 by a unit: what had to be handled, and came to its end.
    pub closed: u64,
    /// Of these: closed in time in every round.
    pub in_time: u64,
    /// 重办: handled again at least once.
    pub reworked: u64,
    /// 退单: handed back at least once, as a reviewer ruled.
    pub handed_back: u64,
    /// 延期: granted.
    pub extended: u64,
}

impl Handling {
    /// 按时办结率. A late round stays late: a rework has a time of its own and does not make it
    /// good (an assumption).
    #[must_use]
    pub fn on_time_rate(&self) -> Rate {
        Rate { part: self.in_time, whole: self.closed }
    }
}

impl AddAssign for Handling {
    fn add_assign(&mut self, other: Self) {
        self.closed += other.closed;
        self.in_time += other.in_time;
        self.reworked += other.reworked;
        self.handed_back += other.handed_back;
        self.extended += other.extended;
    }
}
