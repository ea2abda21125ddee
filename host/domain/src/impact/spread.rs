//! How values are spread (分布): the median and the 99th percentile of very many, in bounded memory,
//! so that spreads of parts add up to the spread of the whole.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Binary digits that are kept of a value: percentiles are at most 1 in 128 (0.8 %) too low, and
/// there are at most some 7,500 different ones.
const DIGITS: u32 = 7;

/// Values, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Spread {
    /// How many of each, the value rounded down.
    counts: BTreeMap<u64, u64>,
    /// The largest, exactly.
    pub most: u64,
}

impl Spread {
    /// Counts a value.
    pub fn count(&mut self, value: u64) {
        *self.counts.entry(rounded(value)).or_default() += 1;
        self.most = self.most.max(value);
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        for (value, count) in &other.counts {
            *self.counts.entry(*value).or_default() += count;
        }
        self.most = self.most.max(other.most);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The smallest value that so many of a thousand do not exceed (the nearest rank), rounded down;
    /// 0 when there is none.
    #[must_use]
    pub fn at(&self, per_mille: u64) -> u64 {
        let rank = (self.len() * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        let reaches = |(_, count): &(&u64, &u64)| {
            seen += **count;
            seen >= rank
        };
        self.counts.iter().find(reaches).map_or(0, |(value, _)| *value)
    }
}

fn rounded(value: u64) -> u64 {
    let places = (u64::BITS - value.leading_zeros()).saturating_sub(DIGITS + 1);
    value >> places << places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_values_are_exact_and_large_ones_nearly() {
        let mut spread = Spread::default();
        assert_eq!((spread.at(500), spread.len()), (0, 0));
        for value in 1..=100 {
            spread.count(value);
        }
        assert_eq!((spread.at(500), spread.at(990), spread.at(1000), spread.most), (50, 99, 100, 100));
        for value in [1_000_003, u64::MAX] {
            let low = rounded(value);
            assert!(low <= value && value - low <= value / 128, "{value}: {low}");
        }
    }
}
