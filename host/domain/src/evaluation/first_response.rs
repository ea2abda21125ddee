//! First-response time (首次响应时间): 「群众的诉求几小时之内便有了回应」 (article row 21), from the
//! moment of receipt to the first contact with the caller, in minutes of the clock. A mean
//! would be moved by one forgotten ticket; the median and the shares are not.

use super::rate::Rate;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Up to how many minutes a share is told: 两小时 of urgent matters, the 「几小时」 of the article
/// taken as a day's work of eight hours, and a day by the clock (the last two are assumptions).
pub const SHARES_WITHIN_MINUTES: [u32; 3] = [2 * 60, 8 * 60, 24 * 60];

/// How long callers waited for the first response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FirstResponses {
    /// How many waited so many minutes, in ascending order; nobody is left out. A month of a
    /// city has thousands of these, which are merged and searched faster in a row than in a tree.
    minutes: Vec<(u32, u64)>,
    /// Who still waits.
    waiting: u64,
}

impl FirstResponses {
    /// From how many still wait, and how many waited so many minutes, ascending.
    #[must_use]
    pub fn new(waiting: u64, minutes: Vec<(u32, u64)>) -> Self {
        debug_assert!(minutes.is_sorted_by(|one, other| one.0 < other.0), "ascending, each once");
        Self { minutes, waiting }
    }

    /// Counts one ticket: answered after so many seconds, or not yet.
    pub fn count(&mut self, seconds: Option<i64>) {
        // What was answered before it was written down was answered at once.
        self.change(seconds.map(|seconds| u32::try_from(seconds.max(0) / 60).unwrap_or(u32::MAX)), 1);
    }

    /// Counts so many tickets more or fewer that were answered after so many minutes, or not yet.
    pub fn change(&mut self, minutes: Option<u32>, by: i64) {
        let Some(minutes) = minutes else {
            self.waiting = self.waiting.saturating_add_signed(by);
            return;
        };
        match self.minutes.binary_search_by_key(&minutes, |(minutes, _)| *minutes) {
            Ok(place) => {
                self.minutes[place].1 = self.minutes[place].1.saturating_add_signed(by);
                if self.minutes[place].1 == 0 {
                    self.minutes.remove(place);
                }
            }
            Err(place) if by > 0 => self.minutes.insert(place, (minutes, by.unsigned_abs())),
            Err(_) => {}
        }
    }

    /// How many waited so many minutes, ascending.
    #[must_use]
    pub fn minutes(&self) -> &[(u32, u64)] {
        &self.minutes
    }

    /// How many were answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.minutes.iter().map(|(_, count)| count).sum()
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
        let within = self.minutes.partition_point(|(waited, _)| *waited <= minutes);
        Rate { part: self.minutes[..within].iter().map(|(_, count)| count).sum(), whole: self.answered() }
    }
}

impl AddAssign<&Self> for FirstResponses {
    fn add_assign(&mut self, other: &Self) {
        let mut merged: Vec<(u32, u64)> = Vec::with_capacity(self.minutes.len().max(other.minutes.len()));
        let (mut mine, mut theirs) = (self.minutes.iter().peekable(), other.minutes.iter().peekable());
        while let Some((minutes, count)) = match (mine.peek(), theirs.peek()) {
            (Some(one), Some(two)) if two.0 < one.0 => theirs.next(),
            (Some(_), _) => mine.next(),
            (None, _) => theirs.next(),
        } {
            match merged.last_mut().filter(|last| last.0 == *minutes) {
                Some(last) => last.1 += count,
                None => merged.push((*minutes, *count)),
            }
        }
        self.minutes = merged;
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
    fn what_is_counted_and_uncounted_leaves_nothing() {
        let (mut sum, more) = (of(&[30, 10, 20]), of(&[20, 5, 40]));
        sum += &more;
        assert_eq!(sum.minutes(), [(5, 1), (10, 1), (20, 2), (30, 1), (40, 1)]);
        for minutes in [5, 20, 40] {
            sum.change(Some(minutes), -1);
        }
        sum.change(None, 2);
        sum.change(None, -2);
        assert_eq!(sum, of(&[10, 20, 30]));
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
