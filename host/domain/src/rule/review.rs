//! Periodic reviews (定期研判): on the morning after a day or a month, a rule that listens is told
//! its territory's figures, and no ticket. What it asks for is judged in
//! [`crate::handle::rule::review`].

use super::effect::Forum;
use super::kinds::EventKind;
use super::ledger::LedgerItem;
use super::record::{Answer, Edition, LogLine};
use super::view::Moment;
use crate::World;
use crate::calendar::civil;
use crate::evaluation::days::Days;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// When reviews are held (an assumption): after the night's calls, before the office opens.
pub const HELD_AT: Time = Time::constant(6, 0, 0, 0);

/// Days that are made up for when no server ran: after a longer break yesterday's news is old.
pub const MOST_MADE_UP: i32 = 7;

/// The fewest matters of a place that is named: fewer would point at a household.
pub const LEAST_NAMED: u32 = 3;

/// Tallies of one review, the largest first: what an input has room for, and a county's whole
/// list of categories.
pub const MOST_TALLIES: usize = 500;

/// 研判种类.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewKind {
    /// 每日研判
    DailyReview,
    /// 每月研判
    MonthlyReview,
}

impl ReviewKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DailyReview, Self::MonthlyReview];

    /// As a manifest listens to it.
    #[must_use]
    pub fn event_kind(self) -> EventKind {
        match self {
            Self::DailyReview => EventKind::DailyReview,
            Self::MonthlyReview => EventKind::MonthlyReview,
        }
    }

    /// The last period whose review has been due by now.
    #[must_use]
    pub fn latest(self, now: Timestamp) -> Days {
        let local = civil(now);
        let today = if local.time() < HELD_AT { local.date().saturating_sub(1.day()) } else { local.date() };
        match self {
            Self::DailyReview => self.containing(today.saturating_sub(1.day())),
            Self::MonthlyReview => self.containing(today.first_of_month().saturating_sub(1.day())),
        }
    }

    /// The periods to review: the latest one, and what was missed since the last that was held.
    #[must_use]
    pub fn due(self, last_held: Option<Date>, now: Timestamp) -> Vec<Days> {
        let latest = self.latest(now);
        let mut due = Vec::new();
        let mut period = latest;
        let made_up = match self {
            Self::DailyReview => MOST_MADE_UP,
            // A month's figures are news for a month.
            Self::MonthlyReview => 1,
        };
        for _ in 0..made_up {
            if last_held.is_some_and(|held| period.first() <= held) {
                break;
            }
            due.push(period);
            if last_held.is_none() {
                break;
            }
            period = self.before(period);
        }
        due.reverse();
        due
    }

    /// The period before one.
    #[must_use]
    pub fn before(self, period: Days) -> Days {
        self.containing(period.first().saturating_sub(1.day()))
    }

    fn containing(self, day: Date) -> Days {
        let (first, last) = match self {
            Self::DailyReview => (day, day),
            Self::MonthlyReview => (day.first_of_month(), day.last_of_month()),
        };
        Days::spanning(first, last)
    }
}

/// What a review is known by (研判编号): `daily-review.2024-11-05.WF-GX.gaoxin-ledger`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct ReviewId(pub String);

impl ReviewId {
    /// One rule, one territory, one period: one review.
    #[must_use]
    pub fn new(kind: ReviewKind, first_day: Date, territory: &TerritoryId, rule: &str) -> Self {
        Self(format!("{}.{first_day}.{territory}.{rule}", kind.event_kind()))
    }
}

impl fmt::Display for ReviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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
            now: Moment::new(now, world),
        }
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

/// What came of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ReviewEvent {
    /// 写入报告
    SectionWritten {
        /// 标题
        heading: String,
        /// 正文; lines are paragraphs.
        text: String,
    },
    /// 记入台账
    LedgerEntered(LedgerItem),
    /// 提名议题
    Nominated {
        /// 去向
        forum: Forum,
        /// 议题
        title: String,
        /// 分类组
        category: CategoryCode,
        /// 街道或小区; empty for the whole territory.
        place: String,
        /// 件数 of that group.
        count: u32,
        /// Why, in the rule's words.
        reason: String,
    },
    /// 通知
    Notified {
        /// Whom.
        to_unit: UnitId,
        /// The words.
        text: String,
    },
}

/// The record of a review (研判记录): what exactly was asked, what was answered, what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewRecord {
    /// 研判编号
    pub id: ReviewId,
    /// Code and settings.
    pub edition: Arc<Edition>,
    /// The exact input beside the settings.
    pub input: ReviewInput,
    /// The answer; an accepted proposal names its event's place, from 1.
    pub answer: Answer,
    /// What came of it, in order.
    pub events: Vec<ReviewEvent>,
    /// What it logged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
    /// Fuel used.
    pub fuel: u64,
    /// Wall time in microseconds.
    pub micros: u64,
    /// Largest linear memory, in bytes.
    pub memory_bytes: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::moment;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        moment(text.parse().expect("a civil time")).expect("a moment")
    }

    fn firsts(kind: ReviewKind, held: Option<Date>, now: &str) -> Vec<String> {
        kind.due(held, at(now)).iter().map(|period| period.first().to_string()).collect()
    }

    #[test]
    fn a_day_is_reviewed_on_the_morning_after() {
        let daily = ReviewKind::DailyReview;
        assert_eq!(firsts(daily, None, "2024-11-06T05:59"), ["2024-11-04"]);
        assert_eq!(firsts(daily, None, "2024-11-06T06:00"), ["2024-11-05"]);
        assert!(firsts(daily, Some(date(2024, 11, 5)), "2024-11-06T23:00").is_empty(), "once");
        assert_eq!(firsts(daily, Some(date(2024, 11, 3)), "2024-11-06T07:00"), ["2024-11-04", "2024-11-05"]);
        assert_eq!(firsts(daily, Some(date(2024, 9, 1)), "2024-11-06T07:00").len(), 7, "old days are no news");
    }

    #[test]
    fn a_month_is_reviewed_on_the_first_morning_of_the_next() {
        let monthly = ReviewKind::MonthlyReview;
        assert_eq!(firsts(monthly, None, "2024-11-01T05:00"), ["2024-09-01"]);
        assert_eq!(firsts(monthly, None, "2024-11-01T06:00"), ["2024-10-01"]);
        assert_eq!(firsts(monthly, Some(date(2024, 8, 1)), "2024-11-20T06:00"), ["2024-10-01"]);
        assert_eq!(monthly.before(monthly.latest(at("2024-11-20T06:00"))).last(), date(2024, 9, 30));
    }

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
}
