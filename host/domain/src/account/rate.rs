//! How often one caller may ask (频率限制): a bucket that fills with time and empties with requests, so
//! that a screen may load at once and nobody takes the server for himself.

use std::time::Duration;

/// How fast a bucket fills, and how much it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, in the long run.
    pub per_second: u32,
    /// Requests at once.
    pub at_once: u32,
}

/// How often whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// A person: a console's page asks for a handful of things, and a fast hand opens two pages a
    /// second.
    pub person: Rate,
    /// A machine: a channel that hands over a day's calls, or a feed that is read on.
    pub machine: Rate,
    /// Whoever has not shown who he is, by address: a whole office may sit behind one.
    pub stranger: Rate,
}

/// What holds where nobody says otherwise.
pub const USUAL: Rates = Rates {
    person: Rate { per_second: 20, at_once: 100 },
    machine: Rate { per_second: 100, at_once: 400 },
    stranger: Rate { per_second: 10, at_once: 100 },
};

/// A request, in parts of a bucket.
const ONE: u64 = 1000;

/// What is left for one caller. Time is counted from any moment that does not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    left: u64,
    at: Duration,
}

impl Bucket {
    /// A full one.
    #[must_use]
    pub fn full(rate: Rate, now: Duration) -> Self {
        Self { left: u64::from(rate.at_once) * ONE, at: now }
    }

    /// Takes one request; otherwise how long there is to wait for the next.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&mut self, rate: Rate, now: Duration) -> Result<(), Duration> {
        let passed = u64::try_from(now.saturating_sub(self.at).as_millis()).unwrap_or(u64::MAX);
        let filled = passed.saturating_mul(u64::from(rate.per_second));
        self.left = self.left.saturating_add(filled).min(u64::from(rate.at_once) * ONE);
        self.at = self.at.max(now);
        match self.left.checked_sub(ONE) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(Duration::from_millis((ONE - self.left).div_ceil(u64::from(rate.per_second.max(1))))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_with_time() {
        let rate = Rate { per_second: 2, at_once: 3 };
        let at = Duration::from_millis;
        let mut bucket = Bucket::full(rate, at(0));
        let taken: Vec<_> = [0, 0, 0, 0, 499, 500, 500, 1000].map(|now| bucket.take(rate, at(now))).into();
        assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Err(at(500)), Err(at(1)), Ok(()), Err(at(500)), Ok(())]);
        // It never holds more than it may, however long nobody asks, and time never runs back.
        let later: Vec<_> = [99_000, 99_000, 99_000, 98_000].map(|now| bucket.take(rate, at(now)).is_ok()).into();
        assert_eq!(later, [true, true, true, false]);
    }
}
