//! What another calendar changes (日历变化), in words: an import is confirmed by a person who
//! has read this.

use super::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use std::fmt;

/// One difference between two calendars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarChange {
    /// A year has a notice now.
    YearAdded {
        /// The year.
        year: i16,
        /// 文号.
        document: String,
        /// How many days are worked.
        working_days: u16,
    },
    /// A year has none any more.
    YearRemoved {
        /// The year.
        year: i16,
    },
    /// A year's notice was corrected.
    YearCorrected {
        /// The year.
        year: i16,
        /// 原文号.
        from_document: String,
        /// 新文号.
        to_document: String,
    },
    /// A day of a year that both know.
    Day {
        /// The day.
        date: Date,
        /// Whether it is worked now.
        worked: bool,
    },
}

impl fmt::Display for CalendarChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::YearAdded { year, document, working_days } => {
                write!(f, "新增 {year} 年放假安排（{document}），全年 {working_days} 个工作日")
            }
            Self::YearRemoved { year } => write!(f, "撤去 {year} 年放假安排"),
            Self::YearCorrected { year, from_document, to_document } => {
                write!(f, "更正 {year} 年放假安排：{from_document} → {to_document}")
            }
            Self::Day { date, worked: true } => write!(f, "{date} 由放假改为上班"),
            Self::Day { date, worked: false } => write!(f, "{date} 由上班改为放假"),
        }
    }
}

impl Calendar {
    /// What the newer calendar changes, year by year.
    #[must_use]
    pub fn changes_to(&self, newer: &Self) -> Vec<CalendarChange> {
        let years: BTreeSet<i16> = self.years().chain(newer.years()).collect();
        years.into_iter().flat_map(|year| self.changes_of(year, newer)).collect()
    }

    fn changes_of(&self, year: i16, newer: &Self) -> Vec<CalendarChange> {
        let (old, new) = match (self.notices.get(&year), newer.notices.get(&year)) {
            (Some(old), Some(new)) => (old, new),
            (None, Some(new)) => {
                let (document, working_days) = (new.document.clone(), new.working_days);
                return vec![CalendarChange::YearAdded { year, document, working_days }];
            }
            _ => return vec![CalendarChange::YearRemoved { year }],
        };
        let corrected = (old != new).then(|| CalendarChange::YearCorrected {
            year,
            from_document: old.document.clone(),
            to_document: new.document.clone(),
        });
        // Also when this year's notice is the same: the next year's may name days of December.
        let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
        let changed = days.filter_map(|date| {
            let worked = newer.is_working_day(date).ok()?;
            (self.is_working_day(date) != Ok(worked)).then_some(CalendarChange::Day { date, worked })
        });
        corrected.into_iter().chain(changed).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::calendar::{Calendar, Notice};

    #[test]
    fn a_correction_is_told_day_by_day() {
        let text = include_str!("../../data/notices/2026.csv")
            .replace("2026-10-10,work,国庆节", "2026-10-11,work,国庆节")
            .replace("〔2025〕7号", "〔2026〕1号")
            .replace("2025-11-04", "2026-09-01");
        let shipped = Calendar::shipped();
        let corrected = shipped.with(Notice::parse(&text).expect("well formed")).expect("a correction");
        let words: Vec<String> = shipped.changes_to(&corrected).iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "更正 2026 年放假安排：国办发明电〔2025〕7号 → 国办发明电〔2026〕1号",
                "2026-10-10 由上班改为放假",
                "2026-10-11 由放假改为上班",
            ]
        );
        assert_eq!(shipped.changes_to(&shipped), []);
    }

    #[test]
    fn a_new_year_is_told() {
        let shipped = Calendar::shipped();
        let words: Vec<String> = Calendar::default().changes_to(&shipped).iter().map(ToString::to_string).collect();
        assert_eq!(words[2], "新增 2026 年放假安排（国办发明电〔2025〕7号），全年 248 个工作日");
        assert_eq!(shipped.changes_to(&Calendar::default())[0].to_string(), "撤去 2024 年放假安排");
    }
}
