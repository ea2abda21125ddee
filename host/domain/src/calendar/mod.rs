//! The working-day calendar (工作日历): which days are worked, as the State Council's yearly
//! notice says, and what "5 working days" or "2 working hours" therefore means.
//!
//! A calendar is a value made of notices ([`Notice`]): those shipped with this version and
//! those imported since. A year without a notice is a loud state ([`NoNotice`]), never
//! "Monday to Friday": the naive calendar errs in both directions (from 2026-09-18 it
//! promises 25 September where the due date is the 24th).
//!
//! - `time`: moments, working hours, lengths of time;
//! - `notice`: one year's notice, read and checked;
//! - `change`: what another calendar changes, in words.

mod change;
mod notice;
mod time;

pub use change::CalendarChange;
pub use notice::{Day, Notice};
pub use time::{CLOSE_OF_WORK, TimeSpan, WORKING_HOURS, china_time, civil, moment};

use crate::digest;
use crate::refusal::Refusal;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// The calendar does not know a year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "没有 {year} 年的放假安排，不能计算工作日：请导入国务院办公厅 {year} 年放假通知 \
     (no holiday notice of {year} is loaded; import it)"
)]
pub struct NoNotice {
    /// The year in question.
    pub year: i16,
}

/// The notices shipped with this version.
const SHIPPED: [&str; 3] = [
    include_str!("../../data/notices/2024.csv"),
    include_str!("../../data/notices/2025.csv"),
    include_str!("../../data/notices/2026.csv"),
];

/// Digits of a calendar's version: enough to tell apart all that a city will ever have, and
/// short enough to stand in every deadline.
const VERSION_DIGITS: usize = 12;

/// Which days are worked in the years that have a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    notices: BTreeMap<i16, Notice>,
    /// Of the notices. Kept, because every deadline asks for it.
    digest: String,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::of(BTreeMap::new())
    }
}

impl Calendar {
    fn of(notices: BTreeMap<i16, Notice>) -> Self {
        Self { digest: digest::of(&notices), notices }
    }

    /// The calendar shipped with this version: the notices of 2024, 2025 and 2026.
    ///
    /// # Panics
    /// Never: a test reads the files.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the files are compiled in and read by a test")]
    pub fn shipped() -> Self {
        SHIPPED.iter().fold(Self::default(), |calendar, text| {
            let notice = Notice::parse(text).expect("a shipped notice is well formed");
            calendar.with(notice).expect("the shipped notices are of different years")
        })
    }

    /// This calendar and one notice more. A notice of a year that has one already is a
    /// correction (更正) and takes its place: it must be published later, or be the same
    /// document typed once more, without the slip.
    ///
    /// # Errors
    /// A notice that is here already, or that another equally new or a newer one stands against.
    pub fn with(&self, notice: Notice) -> Result<Self, Refusal> {
        if let Some(known) = self.notices.get(&notice.year) {
            let (year, document, published_on) = (known.year, &known.document, &known.published_on);
            if *known == notice {
                let chinese = format!("{year} 年放假通知（{document}）已经导入，无须重复导入");
                return Err(Refusal::new("notice-known", chinese, "this notice is loaded already"));
            }
            let typed_again = notice.published_on == *published_on && notice.document == *document;
            if notice.published_on <= *published_on && !typed_again {
                let chinese = format!(
                    "{year} 年已有 {published_on} 发布的放假通知（{document}）；更正通知的发布日期须晚于它，请核对 published_on"
                );
                return Err(Refusal::new("notice-not-newer", chinese, "a correction must be published later"));
            }
        }
        let mut notices = self.notices.clone();
        notices.insert(notice.year, notice);
        Ok(Self::of(notices))
    }

    /// The notices, by year.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.values()
    }

    /// A year's notice.
    #[must_use]
    pub fn notice(&self, year: i16) -> Option<&Notice> {
        self.notices.get(&year)
    }

    /// The years that have a notice.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.notices.keys().copied()
    }

    /// SHA-256 of the notices, whatever the order in which they came.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The version (日历版本), which a deadline carries: the beginning of the digest.
    #[must_use]
    pub fn version(&self) -> &str {
        self.digest.get(..VERSION_DIGITS).unwrap_or(&self.digest)
    }

    /// Whether the day is worked. A notice may also name days of the December before it (元旦
    /// 调休); what it says of them stands against the older notice.
    ///
    /// # Errors
    /// [`NoNotice`] when the year has none.
    pub fn is_working_day(&self, date: Date) -> Result<bool, NoNotice> {
        let year = date.year();
        let own = self.notices.get(&year).ok_or(NoNotice { year })?;
        let next = if date.month() == 12 { self.notices.get(&year.saturating_add(1)) } else { None };
        let named = next.and_then(|notice| notice.day(date)).or_else(|| own.day(date));
        Ok(named.map_or_else(|| !is_weekend(date), |day| day.worked))
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

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
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
        for row in include_str!("../../data/deadline-vectors.csv").lines().skip(1) {
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
    fn a_correction_takes_the_place_of_what_it_corrects() {
        let text = include_str!("../../data/notices/2026.csv");
        let shipped = Calendar::shipped();
        let code = |text: &str| {
            let notice = Notice::parse(text).expect("well formed");
            shipped.with(notice).map_err(|refusal| refusal.code.into_owned())
        };
        assert_eq!(code(text), Err("notice-known".into()));
        let corrected = text
            .replace("2026-10-10,work,国庆节\n", "")
            .replace("working_days,248", "working_days,247")
            .replace("〔2025〕7号", "〔2026〕1号");
        assert_eq!(code(&corrected), Err("notice-not-newer".into()));
        let again = text.replace("2026-10-10,work,国庆节", "2026-10-11,work,国庆节");
        let again = code(&again).expect("the same document, typed without the slip");
        assert_eq!(again.is_working_day(date(2026, 10, 10)), Ok(false));
        let calendar = code(&corrected.replace("2025-11-04", "2026-09-01")).expect("a correction");
        assert_eq!(calendar.is_working_day(date(2026, 10, 10)), Ok(false));
        assert_eq!(calendar.years().count(), 3);
        assert_ne!(calendar.digest(), shipped.digest());
    }

    #[test]
    fn the_digest_does_not_know_the_order() {
        let turned = SHIPPED.iter().rev().fold(Calendar::default(), |calendar, text| {
            calendar.with(Notice::parse(text).expect("well formed")).expect("another year")
        });
        assert_eq!(turned.digest(), Calendar::shipped().digest());
        assert_eq!(turned.digest().len(), 64);
    }

    /// As the notice of 2019 did: 29 December 2018 was worked, the 31st was off.
    #[test]
    fn a_notice_reaches_into_the_december_before() {
        let next = Notice::parse(
            "year,2027\ndocument,示例\npublished_on,2026-11-03\nworking_days,257\ndate,kind,holiday\n\
             2026-12-26,work,元旦\n2026-12-31,off,元旦\n2027-01-01,off,元旦\n2027-05-01,off,劳动节\n\
             2027-10-01,off,国庆节\n2027-10-02,off,国庆节\n2027-10-03,off,国庆节\n2027-02-08,off,春节\n2027-02-09,off,春节\n",
        )
        .expect("well formed");
        let calendar = Calendar::shipped().with(next).expect("a new year");
        assert_eq!(calendar.is_working_day(date(2026, 12, 26)), Ok(true));
        assert_eq!(calendar.is_working_day(date(2026, 12, 31)), Ok(false));
        assert_eq!(Calendar::shipped().is_working_day(date(2026, 12, 31)), Ok(true));
    }
}
