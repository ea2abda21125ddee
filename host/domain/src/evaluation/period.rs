//! The period of an evaluation (考核周期): a month, a quarter or a year of Asia/Shanghai, and
//! the two periods that it may be compared with.

use crate::calendar::moment;
use crate::refusal::Refusal;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A month, a quarter or a year; `2024-10`, `2024-Q4`, `2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = crate::told::PERIOD))]
pub struct Period {
    #[schemars(with = "String")]
    first: Date,
    months: u8,
}

impl Period {
    /// 上一周期: the one just before, as long as this.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.saturating_sub(i64::from(self.months).months()), ..self }
    }

    /// 上年同期: the same months a year before.
    #[must_use]
    pub fn same_last_year(self) -> Self {
        Self { first: self.first.saturating_sub(1.year()), ..self }
    }

    /// Its first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        self.first
    }

    /// The day after its last.
    #[must_use]
    pub fn day_after(self) -> Date {
        self.first.saturating_add(i64::from(self.months).months())
    }

    /// How many months it has.
    #[must_use]
    pub fn months(self) -> u8 {
        self.months
    }

    /// From when it runs, and the moment before which it ends: what a store asks for.
    #[must_use]
    pub fn span(self) -> (Timestamp, Timestamp) {
        let start = |day: Date| moment(day.to_datetime(jiff::civil::Time::midnight())).unwrap_or(Timestamp::MAX);
        (start(self.first), start(self.day_after()))
    }

    /// Whether the moment lies in it.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        let (from, until) = self.span();
        (from..until).contains(&at)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.months {
            1 => write!(f, "{year:04}-{month:02}"),
            3 => write!(f, "{year:04}-Q{}", (month + 2) / 3),
            _ => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        read(text).ok_or_else(|| {
            Refusal::new(
                "no-such-period",
                format!("「{text}」不是考核周期：请写成 2024-10（月）、2024-Q4（季）或 2024（年）"),
                format!("{text:?} is no period: write 2024-10 (month), 2024-Q4 (quarter) or 2024 (year)"),
            )
        })
    }
}

fn read(text: &str) -> Option<Period> {
    let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
    let number = |text: &str, digits: usize| {
        let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<i16>().ok()).flatten()
    };
    // Reliable statistics of the line begin with this century; four digits end it.
    let year = number(year, 4).filter(|year| *year >= 2000)?;
    let (month, months) = match rest {
        None => (1, 12),
        Some(rest) => match rest.strip_prefix('Q') {
            Some(quarter) => (number(quarter, 1).filter(|quarter| (1..=4).contains(quarter))? * 3 - 2, 3),
            None => (number(rest, 2).filter(|month| (1..=12).contains(month))?, 1),
        },
    };
    Some(Period { first: date(year, i8::try_from(month).ok()?, 1), months })
}

impl TryFrom<String> for Period {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_named_and_compared() {
        for (text, previous, last_year) in [
            ("2024-10", "2024-09", "2023-10"),
            ("2024-01", "2023-12", "2023-01"),
            ("2024-Q1", "2023-Q4", "2023-Q1"),
            ("2024", "2023", "2023"),
        ] {
            let period: Period = text.parse().expect("a period");
            assert_eq!(period.to_string(), text);
            assert_eq!(period.previous().to_string(), previous);
            assert_eq!(period.same_last_year().to_string(), last_year);
        }
        for text in ["", "24-10", "2024-13", "2024-0", "2024-Q5", "2024-+1", "1999", "2024-10-01", "20241"] {
            assert_eq!(text.parse::<Period>().expect_err("refused").code, "no-such-period", "{text}");
        }
    }

    /// A month begins and ends at midnight in Weifang, not in Greenwich.
    #[test]
    fn a_month_is_the_citys_own() {
        let october: Period = "2024-10".parse().expect("a period");
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        assert!(!october.contains(at("2024-09-30T15:59:59Z")));
        assert!(october.contains(at("2024-09-30T16:00:00Z")));
        assert!(october.contains(at("2024-10-31T15:59:59Z")));
        assert!(!october.contains(at("2024-10-31T16:00:00Z")));
    }
}
