//! The working-day calendar (工作日历): which days are worked, as the State Council's yearly
//! notice says, and what "5 working days" or "2 working hours" therefore means.
//!
//! A year without a notice is a loud state ([`NoNotice`]), never "Monday to Friday": the
//! naive calendar errs in both directions (from 2026-09-18 it promises 25 September where
//! the due date is the 24th).

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The calendar does not know a year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "没有 {year} 年的放假安排，不能计算工作日：请把国务院办公厅 {year} 年放假通知录入 calendar.csv \
     (no holiday notice of {year} is loaded; add it to calendar.csv)"
)]
pub struct NoNotice {
    /// The year in question.
    pub year: i16,
}

/// A calendar file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// A row does not have the form `date,off|work,holiday`.
    #[error("calendar.csv 第 {line} 行有误：{text:?}，应为 日期,off|work,节日名 (malformed row)")]
    Row {
        /// The line number, from 1.
        line: usize,
        /// The row as it stands.
        text: String,
    },
    /// A day is given twice.
    #[error("calendar.csv 第 {line} 行重复给出 {date} (the day is given twice)")]
    Twice {
        /// The line number, from 1.
        line: usize,
        /// The day.
        date: Date,
    },
}

/// Which days are worked in the years that have a notice.
#[derive(Clone, Debug)]
pub struct Calendar {
    exceptions: BTreeMap<Date, bool>,
    years: BTreeSet<i16>,
}

impl Calendar {
    /// The calendar shipped with this version: the notices of 2024, 2025 and 2026.
    ///
    /// # Panics
    /// Never: a test reads the file.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the file is compiled in and read by a test")]
    pub fn shipped() -> Self {
        Self::parse(include_str!("../data/calendar.csv")).expect("the shipped calendar is well formed")
    }

    /// Reads `date,kind,holiday` rows; `kind` is `off` or `work`. A year is known when it has
    /// at least one row: every notice names 元旦.
    ///
    /// # Errors
    /// A malformed row or a day given twice, with its line number.
    pub fn parse(csv: &str) -> Result<Self, CalendarError> {
        let mut exceptions = BTreeMap::new();
        let mut years = BTreeSet::new();
        for (index, text) in csv.lines().enumerate().skip(1) {
            let line = index + 1;
            let bad = || CalendarError::Row { line, text: text.to_owned() };
            let mut cells = text.split(',');
            let date: Date = cells.next().and_then(|c| c.parse().ok()).ok_or_else(bad)?;
            let worked = match cells.next() {
                Some("work") => true,
                Some("off") => false,
                _ => return Err(bad()),
            };
            years.insert(date.year());
            if exceptions.insert(date, worked).is_some() {
                return Err(CalendarError::Twice { line, date });
            }
        }
        Ok(Self { exceptions, years })
    }

    /// The years that have a notice.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// Whether the day is worked.
    ///
    /// # Errors
    /// [`NoNotice`] when the year has none.
    pub fn is_working_day(&self, date: Date) -> Result<bool, NoNotice> {
        if !self.years.contains(&date.year()) {
            return Err(NoNotice { year: date.year() });
        }
        Ok(self
            .exceptions
            .get(&date)
            .copied()
            .unwrap_or_else(|| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)))
    }

    /// The date `working_days` after `from`, which is not counted (Civil Code art. 201).
    ///
    /// # Errors
    /// [`NoNotice`] when the count runs into a year that has none.
    pub fn add_working_days(&self, from: Date, working_days: u16) -> Result<Date, NoNotice> {
        let mut date = from;
        let mut left = working_days;
        while left > 0 {
            date = date.saturating_add(1.day());
            if self.is_working_day(date)? {
                left -= 1;
            }
        }
        Ok(date)
    }

    /// The date `working_days` before `from`, which is not counted.
    ///
    /// # Errors
    /// [`NoNotice`] when the count runs into a year that has none.
    pub fn subtract_working_days(&self, from: Date, working_days: u16) -> Result<Date, NoNotice> {
        let mut date = from;
        let mut left = working_days;
        while left > 0 {
            date = date.saturating_sub(1.day());
            if self.is_working_day(date)? {
                left -= 1;
            }
        }
        Ok(date)
    }

    /// When a span that starts at `base` ends.
    ///
    /// # Errors
    /// [`NoNotice`] when working time runs into a year that has none.
    pub fn due(&self, base: Timestamp, span: TimeSpan) -> Result<Timestamp, NoNotice> {
        match span {
            TimeSpan::ClockHours(n) => Ok(base.saturating_add(i64::from(n).hours()).unwrap_or(Timestamp::MAX)),
            TimeSpan::WorkingDays(n) => {
                let day = self.add_working_days(civil(base).date(), n)?;
                Ok(moment(day.to_datetime(CLOSE_OF_WORK)).unwrap_or(Timestamp::MAX))
            }
            TimeSpan::WorkingHours(n) => self.add_working_seconds(base, i64::from(n) * 3600),
        }
    }

    /// The moment so many seconds of working time after `base`.
    ///
    /// # Errors
    /// [`NoNotice`] when it runs into a year that has none.
    pub fn add_working_seconds(&self, base: Timestamp, seconds: i64) -> Result<Timestamp, NoNotice> {
        let mut left = seconds;
        let start = civil(base);
        let mut date = start.date();
        loop {
            if self.is_working_day(date)? {
                for (opens, closes) in WORKING_HOURS {
                    let from = date.to_datetime(opens).max(start);
                    let to = date.to_datetime(closes);
                    let open_seconds = seconds_between(from, to);
                    if open_seconds >= left {
                        return Ok(moment(from.saturating_add(left.seconds())).unwrap_or(Timestamp::MAX));
                    }
                    left -= open_seconds.max(0);
                }
            }
            date = date.saturating_add(1.day());
        }
    }

    /// Whether the moment lies in the working hours of a working day.
    ///
    /// # Errors
    /// [`NoNotice`] when the year has none.
    pub fn in_working_hours(&self, at: Timestamp) -> Result<bool, NoNotice> {
        let local = civil(at);
        Ok(self.is_working_day(local.date())?
            && WORKING_HOURS.iter().any(|(opens, closes)| (*opens..*closes).contains(&local.time())))
    }
}

fn seconds_between(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// The golden vectors of the State Council's notices; a naive calendar fails most.
    #[test]
    fn deadline_vectors() {
        let calendar = Calendar::shipped();
        let mut read = 0;
        for row in include_str!("../data/deadline-vectors.csv").lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let from: Date = cells[0].parse().expect("a date");
            let days: u16 = cells[1].parse().expect("a number");
            let due: Date = cells[2].parse().expect("a date");
            assert_eq!(calendar.add_working_days(from, days), Ok(due), "{row}");
            read += 1;
        }
        assert_eq!(read, 15);
    }

    #[test]
    fn working_days_of_each_year() {
        let calendar = Calendar::shipped();
        for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
            let days = date(year, 1, 1).series(1.day()).take_while(|d| d.year() == year);
            let worked = days.filter(|d| calendar.is_working_day(*d) == Ok(true)).count();
            assert_eq!(worked, expected, "{year}");
        }
    }

    #[test]
    fn a_year_without_notice_is_loud() {
        let calendar = Calendar::shipped();
        assert_eq!(calendar.add_working_days(date(2026, 12, 30), 5), Err(NoNotice { year: 2027 }));
        assert_eq!(calendar.is_working_day(date(2023, 3, 1)), Err(NoNotice { year: 2023 }));
    }

    #[test]
    fn hours() {
        let calendar = Calendar::shipped();
        let at = |text: &str| moment(text.parse().expect("civil time")).expect("in range");
        let check = |from: &str, span, to: &str| {
            assert_eq!(calendar.due(at(from), span), Ok(at(to)), "{from} + {span}");
        };
        check("2024-11-08T23:10", TimeSpan::ClockHours(2), "2024-11-09T01:10");
        check("2024-11-08T16:30", TimeSpan::WorkingHours(2), "2024-11-11T09:30");
        check("2024-11-08T11:00", TimeSpan::WorkingHours(2), "2024-11-08T14:30");
        check("2024-09-30T12:30", TimeSpan::WorkingHours(4), "2024-09-30T17:30");
        check("2024-09-30T17:30", TimeSpan::WorkingHours(1), "2024-10-08T09:30");
        check("2024-11-09T03:00", TimeSpan::WorkingDays(1), "2024-11-11T17:30");
    }

    #[test]
    fn a_bad_file_names_its_line() {
        let error = Calendar::parse("date,kind,holiday\n2027-01-01,free,元旦").expect_err("refused");
        assert!(error.to_string().contains("第 2 行"), "{error}");
        let error =
            Calendar::parse("date,kind,holiday\n2027-01-01,off,元旦\n2027-01-01,work,元旦").expect_err("refused");
        assert!(error.to_string().contains("重复"), "{error}");
    }
}
