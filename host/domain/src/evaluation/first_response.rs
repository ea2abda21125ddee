//! First-response time (首次响应时间): 「群众的诉求几小时之内便有了回应」 (article row 21), from the
//! moment of receipt to the first contact with the caller, in minutes of the clock. A mean
//! would be moved by one forgotten ticket; the median and the shares are not.

use super::rate::Rate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Up to how many minutes a share is told: 两小时 of urgent matters, the 「几小时」 of the article
/// taken as a day's work of eight hours, and a day by the clock (the last two are assumptions).
pub const SHARES_WITHIN_MINUTES: [u32; 3] = [2 * 60, 8 * 60, 24 * 60];

/// How long callers waited for the first response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstResponses {
    /// How many waited so many minutes.
    minutes: BTreeMap<u32, u64>,
    /// Who still waits.
    waiting: u64,
}

impl FirstResponses {
    /// Counts one ticket: answered after so many seconds, or not yet.
    pub fn count(&mut self, seconds: Option<i64>) {
        // What was answered before it was written down was answered at once.
        self.count_many(seconds.map(|seconds| u32::try_from(seconds.max(0) / 60).unwrap_or(u32::MAX)), 1);
    }

    /// Counts so many tickets that were answered after so many minutes, or not yet.
    pub fn count_many(&mut self, minutes: Option<u32>, tickets: u64) {
        match minutes {
            Some(minutes) => *self.minutes.entry(minutes).or_default() += tickets,
            None => self.waiting += tickets,
        }
    }

    /// How many were answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.minutes.values().sum()
    }

    /// How many still wait; they are in no figure but this.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// The time that half of those who were answered waited at most: of an even number the
    /// lower middle, a time that somebody really waited.
    #[must_use]
    pub fn median_minutes(&self) -> Option<u32> {
        let middle = self.answered().div_ceil(2);
        let mut passed = 0;
        self.minutes.iter().find_map(|(minutes, count)| {
            passed += count;
            (passed >= middle).then_some(*minutes)
        })
    }

    /// The share of those answered within so many minutes, the last included.
    #[must_use]
    pub fn within(&self, minutes: u32) -> Rate {
        Rate { part: self.minutes.range(..=minutes).map(|(_, count)| count).sum(), whole: self.answered() }
    }
}

impl AddAssign<&Self> for FirstResponses {
    fn add_assign(&mut self, other: &Self) {
        for (minutes, count) in &other.minutes {
            *self.minutes.entry(*minutes).or_default() += count;
        }
        self.waiting += other.waiting;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(minutes: &[i64]) -> FirstResponses {
        let mut responses = FirstResponses::default();
        minutes.iter().for_each(|minutes| responses.count(Some(minutes * 60 + 59)));
        responses
    }

    #[test]
    fn the_median_is_a_time_that_somebody_waited() {
        assert_eq!(of(&[30, 10, 20]).median_minutes(), Some(20));
        assert_eq!(of(&[40, 10, 30, 20]).median_minutes(), Some(20));
        assert_eq!(of(&[7, 7, 7, 9000]).median_minutes(), Some(7), "one forgotten ticket does not move it");
        assert_eq!(of(&[]).median_minutes(), None);
    }

    #[test]
    fn shares_leave_out_who_still_waits() {
        let mut responses = of(&[5, 120, 121, 480, 2000]);
        responses.count(None);
        responses.count(Some(-3));
        let shares = SHARES_WITHIN_MINUTES.map(|minutes| responses.within(minutes));
        assert_eq!(shares.map(|share| share.part), [3, 5, 5]);
        assert_eq!((shares[0].whole, responses.waiting()), (6, 1));
    }
}
