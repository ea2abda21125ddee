//! Moments, working hours, and lengths of time with their unit.

use jiff::{
    Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// China has one time zone and no daylight saving time (since 1991).
#[must_use]
pub fn china_time() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// The civil time of a moment in Asia/Shanghai.
#[must_use]
pub fn civil(at: Timestamp) -> DateTime {
    china_time().to_datetime(at)
}

/// The moment of a civil time in Asia/Shanghai. `None` beyond the years that the time
/// library represents.
#[must_use]
pub fn moment(civil: DateTime) -> Option<Timestamp> {
    china_time().to_timestamp(civil).ok()
}

/// The working hours of a working day (工作时间). The articles speak of 「在工作时间」 without
/// saying which; these are the usual office hours (an assumption).
pub const WORKING_HOURS: [(Time, Time); 2] = [
    (Time::constant(8, 30, 0, 0), Time::constant(12, 0, 0, 0)),
    (Time::constant(13, 30, 0, 0), Time::constant(17, 30, 0, 0)),
];

/// When a day's work, and with it a deadline in working days, ends (Civil Code art. 203).
pub const CLOSE_OF_WORK: Time = WORKING_HOURS[1].1;

/// A length of time with its unit (时长).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TimeSpan {
    /// By the clock, day and night.
    ClockHours(u16),
    /// Within working hours only.
    WorkingHours(u16),
    /// The first day is not counted; ends with the last day's work (Civil Code art. 201).
    WorkingDays(u16),
}

impl TimeSpan {
    /// Whether the amount lies in the range that its unit allows: at least one, at most
    /// about a year.
    #[must_use]
    pub fn is_in_range(self) -> bool {
        match self {
            Self::ClockHours(n) => (1..=8760).contains(&n),
            Self::WorkingHours(n) => (1..=2000).contains(&n),
            Self::WorkingDays(n) => (1..=250).contains(&n),
        }
    }
}

impl TimeSpan {
    /// In English, as [`Display`](std::fmt::Display) is Chinese.
    #[must_use]
    pub fn english(self) -> String {
        match self {
            Self::ClockHours(n) => format!("{n} h by the clock"),
            Self::WorkingHours(n) => format!("{n} working hours"),
            Self::WorkingDays(1) => "1 working day".to_owned(),
            Self::WorkingDays(n) => format!("{n} working days"),
        }
    }
}

impl TimeSpan {
    /// The earliest moment at which the span can end, whatever the calendar will say: as if
    /// every day and hour were worked.
    #[must_use]
    pub fn earliest_end(self, base: Timestamp) -> Timestamp {
        let end = match self {
            Self::ClockHours(n) | Self::WorkingHours(n) => base.checked_add(i64::from(n).hours()).ok(),
            Self::WorkingDays(n) => {
                moment(civil(base).date().saturating_add(i64::from(n).days()).to_datetime(CLOSE_OF_WORK))
            }
        };
        end.unwrap_or(Timestamp::MAX)
    }
}

impl std::fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ClockHours(n) => write!(f, "{n} 小时"),
            Self::WorkingHours(n) => write!(f, "{n} 个工作小时"),
            Self::WorkingDays(n) => write!(f, "{n} 个工作日"),
        }
    }
}
