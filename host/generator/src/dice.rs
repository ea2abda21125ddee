//! Chance that repeats: the same seed gives the same year on every machine. Each ticket has a
//! stream of its own, so that tickets can be made side by side and in any order.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One stream of chance.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a number under a seed. Streams of different numbers have nothing to do
    /// with each other.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A whole number below `end`, which is at least 1.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of a 64-bit remainder is far below what anybody could count in a year.
        self.0.next_u64() % end.max(1)
    }

    /// A whole number from `first` to `last`, which is not below it.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = u64::try_from(last.saturating_sub(first)).unwrap_or(0).saturating_add(1);
        first.saturating_add_unsigned(self.below(width))
    }

    /// From 0 up to but not including 1.
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Yes, in this share of cases.
    pub fn chance(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// One of several, each as likely as the other. There must be one.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let position = self.below(choices.len() as u64);
        &choices[usize::try_from(position).unwrap_or(0)]
    }

    /// One of several, each as likely as its weight says. There must be one with a weight.
    pub fn weighted<'a, T>(&mut self, choices: &'a [T], weight: impl Fn(&T) -> f64) -> &'a T {
        let total: f64 = choices.iter().map(&weight).sum();
        let mut left = self.share() * total;
        for choice in choices {
            left -= weight(choice);
            if left < 0.0 {
                return choice;
            }
        }
        &choices[choices.len() - 1]
    }
}
