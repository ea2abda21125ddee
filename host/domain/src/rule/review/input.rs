//! What a rule is told in a periodic review: the figures of its territory, of the units there, and
//! what stands open in its own ledgers.

use super::ReviewKind;
use crate::World;
use crate::catalogue::Level;
use crate::evaluation::days::Days;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use crate::rule::ledger::OpenEntry;
use crate::rule::view::Moment;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fewest matters of a place that is named: fewer would point at a household.
pub const LEAST_NAMED: u32 = 3;

/// Tallies of one review, the largest first: what an input has room for, and a county's whole
/// list of categories.
const MOST_TALLIES: usize = 500;

/// Units of one review: all of a county's, and of the city's those that close the most.
const MOST_UNITS: usize = 500;

/// Matters of one category group and one place, as they are counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// 区县
    pub territory: String,
    /// 街道; empty when the tickets do not say.
    pub street: String,
    /// 小区; empty when the tickets do not say.
    pub estate: String,
    /// 分类组, 4 digits.
    pub category: String,
    /// The figures.
    pub figures: Figures,
}

/// The figures of a tally.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct Figures {
    pub count: u32,
    pub previous: u32,
    pub still_open: u32,
    pub overdue: u32,
}

impl Figures {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.previous = self.previous.saturating_add(other.previous);
        self.still_open = self.still_open.saturating_add(other.still_open);
        self.overdue = self.overdue.saturating_add(other.overdue);
    }
}

/// One group of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct Tally {
    pub territory: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estate: Option<String>,
    pub category: String,
    pub category_name: String,
    #[serde(flatten)]
    pub figures: Figures,
}

impl Tally {
    /// The narrowest place that it is of; empty for the whole territory.
    #[must_use]
    pub fn place(&self) -> &str {
        self.estate.as_deref().or(self.street.as_deref()).unwrap_or_default()
    }
}

/// What became of a unit's tickets that were closed in the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct UnitFigures {
    pub closed: u32,
    pub followed_up: u32,
    pub first_solved: u32,
    pub solved: u32,
    pub rated: u32,
    pub satisfied: u32,
    pub overdue: u32,
    pub reworked: u32,
}

/// The figures of a unit as they are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedUnit {
    /// 主办单位
    pub handling_unit: UnitId,
    /// The figures.
    pub figures: UnitFigures,
}

/// The figures of a unit in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct UnitTally {
    pub handling_unit: UnitId,
    pub name: String,
    pub level: Level,
    #[serde(flatten)]
    pub figures: UnitFigures,
}

/// All that comes with a review, beside the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewInput {
    /// Which.
    pub kind: ReviewKind,
    /// The rule's own.
    pub territory: TerritoryId,
    /// 起
    #[schemars(with = "String")]
    pub first_day: Date,
    /// 止, included.
    #[schemars(with = "String")]
    pub last_day: Date,
    /// The figures, the largest first.
    pub tallies: Vec<Tally>,
    /// 各承办单位, who closed the most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitTally>,
    /// 未销号条目 of the rule's own ledgers, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_entries: Vec<OpenEntry>,
    /// When it is held.
    pub now: Moment,
}

impl ReviewInput {
    /// Puts what was counted together, as the interface says.
    #[must_use]
    pub fn new(
        kind: ReviewKind,
        period: Days,
        territory: &TerritoryId,
        counted: &[Counted],
        now: Timestamp,
        world: &World,
    ) -> Self {
        Self {
            kind,
            territory: territory.clone(),
            first_day: period.first(),
            last_day: period.last(),
            tallies: tallies(counted, !territory.is_city(), world),
            units: Vec::new(),
            open_entries: Vec::new(),
            now: Moment::new(now, world),
        }
    }

    /// The same, with what became of the units' tickets.
    #[must_use]
    pub fn with_units(self, mut counted: Vec<CountedUnit>, world: &World) -> Self {
        // Of equal figures the order of ids: the same tickets give the same review.
        counted.sort_by(|a, b| {
            b.figures.closed.cmp(&a.figures.closed).then_with(|| a.handling_unit.cmp(&b.handling_unit))
        });
        counted.truncate(MOST_UNITS);
        let tally = |CountedUnit { handling_unit, figures }: CountedUnit| {
            let unit = world.catalogue.unit(&handling_unit)?;
            Some(UnitTally { name: unit.name.clone(), level: unit.level, handling_unit, figures })
        };
        Self { units: counted.into_iter().filter_map(tally).collect(), ..self }
    }

    /// The same, with the entries of the rule's own ledgers that are not settled.
    #[must_use]
    pub fn with_open_entries(self, open_entries: Vec<OpenEntry>) -> Self {
        Self { open_entries, ..self }
    }

    /// The days that it is of.
    #[must_use]
    pub fn period(&self) -> Days {
        Days::spanning(self.first_day, self.last_day)
    }

    /// From when the period runs, and the moment before which it ends.
    #[must_use]
    pub fn span(&self) -> (Timestamp, Timestamp) {
        self.period().span()
    }
}

/// Territory, street, estate, category.
type Group<'a> = (&'a str, Option<&'a str>, Option<&'a str>, &'a str);

fn tallies(counted: &[Counted], with_places: bool, world: &World) -> Vec<Tally> {
    let mut groups: BTreeMap<Group<'_>, Figures> = BTreeMap::new();
    for one in counted {
        let (territory, category) = (one.territory.as_str(), one.category.as_str());
        groups.entry((territory, None, None, category)).or_default().add(one.figures);
        let street = Some(one.street.as_str()).filter(|street| with_places && !street.is_empty());
        let estate = Some(one.estate.as_str()).filter(|estate| with_places && !estate.is_empty());
        if street.is_some() {
            groups.entry((territory, street, None, category)).or_default().add(one.figures);
        }
        if estate.is_some() {
            groups.entry((territory, street, estate, category)).or_default().add(one.figures);
        }
    }
    let named = |(group, figures): &(Group<'_>, Figures)| {
        (group.1.is_none() && group.2.is_none()) || figures.count >= LEAST_NAMED
    };
    let mut groups: Vec<(Group<'_>, Figures)> = groups.into_iter().filter(named).collect();
    // Of equal figures the order of the groups: the same tickets give the same review.
    groups.sort_by(|(a, of_a), (b, of_b)| of_b.count.cmp(&of_a.count).then_with(|| a.cmp(b)));
    groups.truncate(MOST_TALLIES);
    let tally = |((territory, street, estate, category), figures): (Group<'_>, Figures)| Tally {
        territory: territory.to_owned(),
        street: street.map(str::to_owned),
        estate: estate.map(str::to_owned),
        category: category.to_owned(),
        category_name: world.catalogue.category_name(&CategoryCode::from(category)).to_owned(),
        figures,
    };
    groups.into_iter().map(tally).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(street: &str, estate: &str, count: u32) -> Counted {
        let figures = Figures { count, previous: 1, still_open: count / 2, overdue: 0 };
        let (street, estate) = (street.to_owned(), estate.to_owned());
        Counted { territory: "370705".into(), street, estate, category: "0104".into(), figures }
    }

    #[test]
    fn a_matter_counts_in_each_of_its_places_and_small_places_are_not_named() {
        let world = World::weifang();
        let all = [counted("大虞街道", "清河花园", 4), counted("大虞街道", "", 1), counted("东关街道", "胜利新村", 2)];
        let named = |with_places| -> Vec<(String, u32)> {
            let tallies = tallies(&all, with_places, &world);
            tallies.iter().map(|tally| (tally.place().to_owned(), tally.figures.count)).collect()
        };
        let place = |name: &str, count| (name.to_owned(), count);
        assert_eq!(named(true), [place("", 7), place("大虞街道", 5), place("清河花园", 4)]);
        assert_eq!(named(false), [place("", 7)]);
    }

    #[test]
    fn units_are_told_by_name_who_closed_the_most_first() {
        let world = World::weifang();
        let unit = |id: &str, closed| CountedUnit {
            handling_unit: id.into(),
            figures: UnitFigures { closed, ..UnitFigures::default() },
        };
        let now = "2024-11-01T06:00:00+08:00".parse().expect("a moment");
        let kind = ReviewKind::MonthlyReview;
        let input = ReviewInput::new(kind, kind.latest(now), &"370705".into(), &[], now, &world);
        let counted = vec![unit("370705-GA", 4), unit("370705-S02", 9), unit("gone", 7), unit("370705-CG", 4)];
        let told: Vec<(String, Level)> = input
            .with_units(counted, &world)
            .units
            .into_iter()
            .map(|unit| (unit.handling_unit.0, unit.level))
            .collect();
        let wanted = [("370705-S02", Level::Street), ("370705-CG", Level::County), ("370705-GA", Level::County)];
        assert_eq!(
            told,
            wanted.map(|(id, level)| (id.to_owned(), level)),
            "what the catalogue does not know is left out"
        );
    }
}
