//! Which row applies (命中).

use crate::cell::Given;
use crate::row::Row;
use crate::words::{Condition, Event, Policy};

/// What rows are held against: an event of a ticket, or one figure of a review.
#[derive(Clone, Debug)]
pub struct Situation {
    /// What happened.
    pub event: Event,
    /// What conditions ask about. What is not here fulfils no condition.
    pub given: Vec<(Condition, Given)>,
}

impl Situation {
    /// What is given of a condition.
    #[must_use]
    pub fn get(&self, condition: Condition) -> Option<&Given> {
        self.given.iter().find(|(known, _)| *known == condition).map(|(_, given)| given)
    }

    /// Whether a row applies.
    #[must_use]
    pub fn fits(&self, row: &Row) -> bool {
        let holds = |(condition, test): &(Condition, crate::cell::Test)| {
            self.get(*condition).is_some_and(|given| test.holds(given))
        };
        row.events.contains(&self.event) && row.tests.iter().all(holds)
    }

    /// The rows that count, from the top.
    pub fn chosen<'a>(&self, rows: &'a [Row], policy: Policy) -> impl Iterator<Item = &'a Row> {
        let most = match policy {
            Policy::First => 1,
            Policy::All => usize::MAX,
        };
        rows.iter().filter(|row| self.fits(row)).take(most)
    }
}
