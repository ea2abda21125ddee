//! Reading settings, figures and fields without matching on variants. What is missing or of
//! another type is a typed [`Failure`] that names it.

use crate::{
    Assignment, Context, Date, DayKind, FactValue, Failure, FollowUp, Mode, Moment, NamedValue, ReviewContext, Tally,
    Ticket, TimeSpan, UnitTally, Value,
};
use core::fmt;

fn find<'a>(values: &'a [NamedValue], name: &str) -> Option<&'a Value> {
    values.iter().find(|named| named.name == name).map(|named| &named.value)
}

fn wrong(name: &str, wanted: &str) -> Failure {
    Failure::BadSetting(format!("设置 {name} 应为{wanted}"))
}

/// What both kinds of call bring.
macro_rules! reads_settings {
    ($context:ident) => {
        impl $context {
            /// An integer setting.
            ///
            /// # Errors
            /// It is not there or no integer.
            pub fn integer(&self, name: &str) -> Result<i64, Failure> {
                match find(&self.settings, name) {
                    Some(Value::Integer(number)) => Ok(*number),
                    _ => Err(wrong(name, "整数")),
                }
            }

            /// A text setting.
            ///
            /// # Errors
            /// It is not there or no text.
            pub fn text(&self, name: &str) -> Result<&str, Failure> {
                match find(&self.settings, name) {
                    Some(Value::Text(text)) => Ok(text),
                    _ => Err(wrong(name, "文本")),
                }
            }

            /// A setting that is a list of texts.
            ///
            /// # Errors
            /// It is not there or no list.
            pub fn texts(&self, name: &str) -> Result<&[String], Failure> {
                match find(&self.settings, name) {
                    Some(Value::Texts(texts)) => Ok(texts),
                    _ => Err(wrong(name, "文本列表")),
                }
            }

            /// What a table setting has under a key. `None` when the table does not have the key.
            ///
            /// # Errors
            /// The setting is not there or no table.
            pub fn look_up(&self, name: &str, key: &str) -> Result<Option<&str>, Failure> {
                Ok(self.table(name)?.iter().find(|(k, _)| k == key).map(|(_, text)| text.as_str()))
            }

            /// The rows of a table setting, sorted by key.
            ///
            /// # Errors
            /// It is not there or no table.
            pub fn table(&self, name: &str) -> Result<&[(String, String)], Failure> {
                match find(&self.settings, name) {
                    Some(Value::Table(rows)) => Ok(rows),
                    // Nothing at all reads alike as a list.
                    Some(Value::Texts(texts)) if texts.is_empty() => Ok(&[]),
                    _ => Err(wrong(name, "对照表")),
                }
            }

            /// A yes or no setting.
            ///
            /// # Errors
            /// It is not there or neither.
            pub fn flag(&self, name: &str) -> Result<bool, Failure> {
                match find(&self.settings, name) {
                    Some(Value::Flag(flag)) => Ok(*flag),
                    _ => Err(wrong(name, "是或否")),
                }
            }

            /// An integer setting that says how many; what is below 0 counts as 0.
            ///
            /// # Errors
            /// It is not there or no integer.
            pub fn number(&self, name: &str) -> Result<u16, Failure> {
                Ok(u16::try_from(self.integer(name)?.max(0)).unwrap_or(u16::MAX))
            }

            /// An integer setting as so many working days.
            ///
            /// # Errors
            /// It is not there or no integer.
            pub fn working_days(&self, name: &str) -> Result<TimeSpan, Failure> {
                Ok(TimeSpan::WorkingDays(self.number(name)?))
            }

            /// A date setting.
            ///
            /// # Errors
            /// It is not there or no date.
            pub fn date(&self, name: &str) -> Result<Date, Failure> {
                match find(&self.settings, name) {
                    Some(Value::Date(day)) => Ok(*day),
                    _ => Err(wrong(name, "日期")),
                }
            }
        }
    };
}

reads_settings!(Context);
reads_settings!(ReviewContext);

impl Context {
    /// A figure that the manifest asked for.
    ///
    /// # Errors
    /// The manifest did not ask for it, or the ticket does not say what is to be alike.
    pub fn count(&self, name: &str) -> Result<u32, Failure> {
        match self.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value) {
            Some(FactValue::Count(count)) => Ok(*count),
            Some(FactValue::Unavailable(why)) => Err(Failure::MissingData(format!("事实 {name} 不可用：{why}"))),
            None => Err(Failure::MissingData(format!("清单没有声明事实 {name}"))),
        }
    }

    /// A figure that the manifest asked for; 0 when the ticket does not say what is to be
    /// alike, for example because it has no estate.
    ///
    /// # Errors
    /// The manifest did not ask for it.
    pub fn count_or_zero(&self, name: &str) -> Result<u32, Failure> {
        match self.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value) {
            Some(FactValue::Unavailable(_)) => Ok(0),
            _ => self.count(name),
        }
    }
}

impl Date {
    /// A day, for comparing with.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }
}

/// As people and settings write it: `2024-11-05`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Moment {
    /// Whether it is known to be a working day.
    #[must_use]
    pub fn is_working_day(&self) -> bool {
        self.day_kind == DayKind::WorkingDay
    }
}

impl FollowUp {
    /// Whether the caller was reached and said that it is unsolved or unsatisfactory.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.bad)
    }
}

impl Mode {
    /// Whether it is in force on a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        (self.first_day..=self.last_day).contains(&day)
    }
}

impl UnitTally {
    /// 一次办结率 in percent of those whose callers were reached; nothing when nobody was.
    #[must_use]
    pub fn first_solved_percent(&self) -> Option<u32> {
        percent(self.first_solved, self.followed_up)
    }

    /// 满意率 in percent of those whose callers gave an opinion; nothing when nobody did.
    #[must_use]
    pub fn satisfied_percent(&self) -> Option<u32> {
        percent(self.satisfied, self.rated)
    }
}

fn percent(of: u32, all: u32) -> Option<u32> {
    (all > 0).then(|| u32::try_from(u64::from(of) * 100 / u64::from(all)).unwrap_or(100))
}

impl Tally {
    /// The narrowest place that it is of; nothing for the whole territory.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.estate.as_deref().or(self.street.as_deref())
    }

    /// How many more than in the period before, in percent of that; nothing when there were
    /// none.
    #[must_use]
    pub fn growth_percent(&self) -> Option<i64> {
        let (now, before) = (i64::from(self.count), i64::from(self.previous));
        (before > 0).then(|| (now - before) * 100 / before)
    }
}

impl Ticket {
    /// The first of these words that stands in title or body. Nothing for a confidential ticket,
    /// whose text no rule is given.
    #[must_use]
    pub fn says<'a>(&self, words: &'a [String]) -> Option<&'a str> {
        let said = |word: &&String| !word.is_empty() && (self.title.contains(*word) || self.body.contains(*word));
        words.iter().find(said).map(String::as_str)
    }

    /// Whether its category is one of these or below one.
    #[must_use]
    pub fn is_of(&self, categories: &[String]) -> bool {
        categories.iter().any(|code| self.category.starts_with(code.as_str()))
    }

    /// The lead unit (主办单位). Needs `assignments`.
    #[must_use]
    pub fn lead(&self) -> Option<&Assignment> {
        self.assignments.iter().find(|assignment| assignment.lead)
    }

    /// An extra field of the rule's own namespace.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        find(&self.fields, name)
    }
}
