//! Periodic reviews (定期研判): on the morning after a day or a month, a rule that listens is told
//! its territory's figures, and no ticket. What it asks for is judged in
//! [`crate::handle::rule::review`].

use super::effect::Forum;
use super::kinds::EventKind;
use super::ledger::{LedgerItem, LedgerNote};
use super::record::{Answer, Edition, LogLine};
use crate::calendar::civil;
use crate::evaluation::days::Days;
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

mod input;

pub use input::{Counted, CountedUnit, Figures, LEAST_NAMED, ReviewInput, Tally, UnitFigures, UnitTally};

/// When reviews are held (an assumption): after the night's calls, before the office opens.
pub const HELD_AT: Time = Time::constant(6, 0, 0, 0);

/// Days that are made up for when no server ran: after a longer break yesterday's news is old.
pub const MOST_MADE_UP: i32 = 7;

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
    /// 挂接文件、销号
    LedgerNoted(LedgerNote),
    /// 本地评分
    ScoredLocally {
        /// 被评单位
        handling_unit: UnitId,
        /// 评分项
        item: String,
        /// Hundredths of a point.
        hundredths: i32,
    },
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
}
