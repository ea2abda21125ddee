//! Who calls, and from where: a population in which some call dozens of times, and what
//! happened in the neighbourhood in the last days.

use crate::dice::Dice;
use crate::habits::{ABOUT_HOME, CALLS_OF_REGULARS, CALLS_PER_PERSON, REGULARS, REPEATS_IN_OUTBREAK, SAME_CALLER};
use crate::mix::Mix;
use crate::plan::BUILDINGS;
use std::collections::VecDeque;

/// Where a matter is, and who told of it.
#[derive(Clone, Copy, Debug)]
pub struct Matter {
    /// The ticket's place in the year.
    pub index: u64,
    /// The category's position in the mix.
    pub leaf: usize,
    /// The territory's position in the mix.
    pub area: usize,
    /// The estate's number.
    pub estate: u64,
    /// The building's number.
    pub building: u64,
    /// The caller's number.
    pub caller: u64,
}

/// All who call in a year.
#[derive(Clone, Copy, Debug)]
pub struct People {
    count: u64,
    regulars: u64,
    seed: u64,
}

impl People {
    /// The population behind so many tickets.
    #[must_use]
    pub fn new(tickets: u64, seed: u64) -> Self {
        let count = (tickets as f64 / CALLS_PER_PERSON) as u64 + 1;
        Self { count, regulars: (count as f64 * REGULARS) as u64 + 1, seed }
    }

    /// Somebody calls.
    pub fn caller(&self, dice: &mut Dice) -> u64 {
        if dice.chance(CALLS_OF_REGULARS) {
            // Squared: of those who call often, a few call most.
            let chance = dice.share();
            return (chance * chance * self.regulars as f64) as u64;
        }
        dice.below(self.count)
    }

    /// Where the caller's matter is: mostly at home.
    pub fn place(&self, caller: u64, mix: &Mix, dice: &mut Dice) -> (usize, u64, u64) {
        let mut draw =
            if dice.chance(ABOUT_HOME) { Scatter(self.seed ^ caller) } else { Scatter(dice.below(u64::MAX)) };
        let area = mix.area((draw.next() >> 11) as f64 / (1_u64 << 53) as f64);
        let estate = draw.next() % mix.areas[area].estates;
        (area, estate, draw.next() % BUILDINGS)
    }
}

/// Scatters a number over all numbers (splitmix64): cheaper than a stream of chance, for
/// what is looked up by number.
struct Scatter(u64);

impl Scatter {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// How many earlier matters are remembered at most: enough for hours at the largest year.
const MOST_REMEMBERED: u64 = 8192;
/// At the smallest year too somebody calls again.
const FEWEST_REMEMBERED: u64 = 24;
/// Outbreaks that run at the same time at most.
const MOST_OUTBREAKS: usize = 32;
/// Calls that an outbreak brings: from a few neighbours to a whole building.
const OUTBREAK_CALLS: (i64, i64) = (3, 28);

/// What was reported in the last days.
#[derive(Clone, Debug)]
pub struct Recent {
    matters: VecDeque<Matter>,
    most: usize,
    outbreaks: VecDeque<(Matter, i64)>,
}

impl Recent {
    /// Remembers about three days of a year with so many tickets.
    #[must_use]
    pub fn new(tickets: u64) -> Self {
        let most = (tickets / 365 * 3).clamp(FEWEST_REMEMBERED, MOST_REMEMBERED);
        let most = usize::try_from(most).unwrap_or(0);
        Self { matters: VecDeque::with_capacity(most), most, outbreaks: VecDeque::new() }
    }

    /// A matter that is reported again, by the same person or by another; none when nothing
    /// was reported yet.
    pub fn again(&mut self, people: &People, dice: &mut Dice) -> Option<Matter> {
        let outbreak = dice.chance(REPEATS_IN_OUTBREAK) && !self.outbreaks.is_empty();
        let matter = if outbreak { self.out_of_an_outbreak(dice) } else { self.out_of_memory(dice) }?;
        let caller = if dice.chance(SAME_CALLER) { matter.caller } else { people.caller(dice) };
        Some(Matter { caller, ..matter })
    }

    fn out_of_an_outbreak(&mut self, dice: &mut Dice) -> Option<Matter> {
        let at = usize::try_from(dice.below(self.outbreaks.len() as u64)).ok()?;
        let (matter, left) = self.outbreaks.get_mut(at)?;
        let matter = *matter;
        *left -= 1;
        if *left <= 0 {
            self.outbreaks.remove(at);
        }
        Some(matter)
    }

    /// Squared: what was reported last is reported again soonest.
    fn out_of_memory(&self, dice: &mut Dice) -> Option<Matter> {
        let chance = dice.share();
        let back = (chance * chance * self.matters.len() as f64) as usize;
        self.matters.iter().rev().nth(back).copied()
    }

    /// Remembers a matter; `outbreak` when it concerns the whole building.
    pub fn remember(&mut self, matter: Matter, outbreak: bool, dice: &mut Dice) {
        if self.matters.len() >= self.most {
            self.matters.pop_front();
        }
        self.matters.push_back(matter);
        if outbreak {
            if self.outbreaks.len() >= MOST_OUTBREAKS {
                self.outbreaks.pop_front();
            }
            self.outbreaks.push_back((matter, dice.between(OUTBREAK_CALLS.0, OUTBREAK_CALLS.1)));
        }
    }
}
