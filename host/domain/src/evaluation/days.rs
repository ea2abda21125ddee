//! The days of a report (统计区间): from a day to a day, both included; those of them that are over, and the
//! same days of the year before.

use super::period::Period;
use crate::calendar::moment;
use crate::refusal::Refusal;
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use std::fmt;

/// Most days of one report: a leap year, the longest period of an evaluation. More would read
/// several years' tickets for one answer.
pub const MOST_DAYS: i32 = 366;

/// From a day to a day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Days {
    #[schemars(with = "String")]
    from: Date,
    #[schemars(with = "String")]
    to: Date,
}

impl Days {
    /// From a day to a day.
    ///
    /// # Errors
    /// The last comes before the first, they are too many, or the years are not those of the line.
    pub fn new(from: Date, to: Date) -> Result<Self, Refusal> {
        if !(2000..=9000).contains(&from.year()) || !(2000..=9000).contains(&to.year()) {
            return Err(Refusal::new(
                "days-out-of-range",
                "日期超出范围，请核对年份",
                "the years are not those of the line",
            ));
        }
        if to < from {
            return Err(Refusal::new(
                "days-reversed",
                format!("截止日 {to} 早于起始日 {from}，请调换"),
                "the last day comes before the first",
            ));
        }
        let days = Self { from, to };
        if days.count() > MOST_DAYS {
            let chinese = format!("一份报表最多 {MOST_DAYS} 天，所选为 {} 天，请分段统计", days.count());
            return Err(Refusal::new("days-too-many", chinese, format!("{MOST_DAYS} days at most")));
        }
        Ok(days)
    }

    /// The days of a review: one, or those of a month.
    #[must_use]
    pub(crate) fn spanning(from: Date, to: Date) -> Self {
        Self { from, to }
    }

    /// The first.
    #[must_use]
    pub fn first(self) -> Date {
        self.from
    }

    /// The last.
    #[must_use]
    pub fn last(self) -> Date {
        self.to
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> i32 {
        self.from.until(self.to).map_or(i32::MAX, |span| span.get_days() + 1)
    }

    /// Those that are over when it is `today`: what may be laid beside as many other days. A day that has just
    /// begun would look like a fall. Nothing where none of them is over.
    #[must_use]
    pub fn over_by(self, today: Date) -> Option<Self> {
        let to = self.to.min(today.saturating_sub(1.day()));
        (self.from <= to).then_some(Self { to, ..self })
    }

    /// What of an earlier period they are laid beside, when they are what is over of `all`: as many days of it, or
    /// all of it beside all.
    #[must_use]
    pub fn beside(self, all: Self, earlier: Self) -> Self {
        if self == all { earlier } else { earlier.first_days(self.count()) }
    }

    /// The first so many of them, or all where there are no more.
    #[must_use]
    pub fn first_days(self, count: i32) -> Self {
        let to = self.from.saturating_add((count - 1).max(0).days());
        Self { to: self.to.min(to), ..self }
    }

    /// 上年同期: the same first and last day a year before. The last day of a month becomes the last day of that
    /// month, so that a whole February is compared with a whole one.
    #[must_use]
    pub fn year_before(self) -> Self {
        let before = |day: Date| {
            let same = day.saturating_sub(1.year());
            if day == day.last_of_month() { same.last_of_month() } else { same }
        };
        Self { from: before(self.from), to: before(self.to) }
    }

    /// The same days as few names: whole months as `2024-10`, the others as `2024-10-08`.
    #[must_use]
    pub fn spans(self) -> Vec<String> {
        let mut spans = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let last = from.last_of_month();
            if from == from.first_of_month() && last <= self.to {
                spans.push(month_of(from));
                from = last.saturating_add(1.day());
            } else {
                spans.push(from.to_string());
                from = from.saturating_add(1.day());
            }
        }
        spans
    }

    /// From when they run, and the moment before which they end.
    #[must_use]
    pub fn span(self) -> (Timestamp, Timestamp) {
        let start = |day: Date| moment(day.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX);
        (start(self.from), start(self.to.saturating_add(1.day())))
    }
}

/// The name of the month of a day, `2024-10`.
#[must_use]
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl From<Period> for Days {
    fn from(period: Period) -> Self {
        Self { from: period.first_day(), to: period.day_after().saturating_sub(1.day()) }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 至 {}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn code(from: Date, to: Date) -> String {
        Days::new(from, to).map_or_else(|refusal| refusal.code.into_owned(), |days| days.to_string())
    }

    #[test]
    fn days_have_an_order_and_an_end() {
        let first = date(2024, 1, 1);
        assert_eq!(code(first, date(2024, 12, 31)), "2024-01-01 至 2024-12-31");
        assert_eq!(code(first, date(2025, 1, 1)), "days-too-many");
        assert_eq!(code(first, date(2023, 12, 31)), "days-reversed");
        assert_eq!(code(date(1999, 12, 31), first), "days-out-of-range");
        assert_eq!(code(first, Date::MAX), "days-out-of-range");
    }

    #[test]
    fn spans_leave_no_day_out_and_name_none_twice() {
        let spans = |from, to| Days::new(from, to).expect("days").spans();
        assert_eq!(
            spans(date(2024, 1, 30), date(2024, 4, 1)),
            ["2024-01-30", "2024-01-31", "2024-02", "2024-03", "2024-04-01"]
        );
        assert_eq!(spans(date(2024, 2, 1), date(2024, 2, 2)), ["2024-02-01", "2024-02-02"]);
        assert_eq!(spans(date(2024, 2, 1), date(2024, 2, 29)), ["2024-02"]);
        assert_eq!(spans(date(2024, 1, 1), date(2024, 12, 31)).len(), 12);
    }

    #[test]
    fn a_period_is_its_days_and_the_year_before_has_the_same() {
        let days = Days::from("2024-Q1".parse::<Period>().expect("a period"));
        assert_eq!((days.to_string().as_str(), days.count()), ("2024-01-01 至 2024-03-31", 91));
        assert_eq!(days.year_before().to_string(), "2023-01-01 至 2023-03-31");
        let leap = Days::new(date(2024, 2, 29), date(2024, 2, 29)).expect("a day");
        assert_eq!(leap.year_before().to_string(), "2023-02-28 至 2023-02-28");
        let february = Days::from("2025-02".parse::<Period>().expect("a period"));
        assert_eq!(february.year_before().to_string(), "2024-02-01 至 2024-02-29", "a whole month beside a whole one");
        let part = Days::new(date(2025, 2, 1), date(2025, 2, 27)).expect("days");
        assert_eq!(part.year_before().to_string(), "2024-02-01 至 2024-02-27");
        let (from, until) = leap.span();
        assert_eq!(until.duration_since(from).as_hours(), 24);
    }

    #[test]
    fn only_what_is_over_is_compared() {
        let november = Days::from("2024-11".parse::<Period>().expect("a period"));
        let over = |today: Date| november.over_by(today).map(|days| days.to_string());
        assert_eq!(over(date(2024, 11, 6)).as_deref(), Some("2024-11-01 至 2024-11-05"));
        assert_eq!(over(date(2024, 11, 30)).as_deref(), Some("2024-11-01 至 2024-11-29"));
        assert_eq!(over(date(2024, 12, 1)).as_deref(), Some("2024-11-01 至 2024-11-30"));
        assert_eq!(over(date(2025, 12, 1)), Some(november.to_string()));
        assert_eq!((over(date(2024, 11, 1)), over(date(2024, 10, 6))), (None, None), "no day of it is over");
    }

    #[test]
    fn the_first_days_are_no_more_than_there_are() {
        let february = Days::from("2024-02".parse::<Period>().expect("a period"));
        let first = |count| february.first_days(count).last();
        assert_eq!([first(1), first(5), first(29)], [date(2024, 2, 1), date(2024, 2, 5), date(2024, 2, 29)]);
        assert_eq!((first(31), first(0)), (date(2024, 2, 29), date(2024, 2, 1)));
        let march = Days::from("2024-03".parse::<Period>().expect("a period"));
        let beside = |today: Date| Some(march.over_by(today)?.beside(march, february).last());
        assert_eq!(beside(date(2024, 3, 6)), Some(date(2024, 2, 5)));
        assert_eq!(beside(date(2024, 3, 31)), Some(date(2024, 2, 29)), "thirty days beside all that there are");
        let all = february.over_by(date(2024, 3, 1)).map(|over| over.beside(february, march).count());
        assert_eq!(all, Some(31), "a month that is over is laid beside a whole one");
    }
}
