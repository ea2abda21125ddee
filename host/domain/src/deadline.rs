//! Deadlines (时限): what was promised, counted from when, why, and who made it earlier.

use crate::calendar::{Calendar, NoNotice, TimeSpan, WORKING_HOURS, civil, moment};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 时限种类.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// 掌握情况: urgent tickets only.
    Grasp,
    /// 首次联系来电人.
    Contact,
    /// 办结.
    Close,
}

impl DeadlineKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Grasp => "掌握情况",
            Self::Contact => "联系来电人",
            Self::Close => "办结",
        }
    }
}

/// Where a deadline's length comes from (依据).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// 水电气暖突发故障: 两小时内掌握情况，一个工作日内办结回复 (article row 51).
    UrgentMatters,
    /// 山东省政务服务热线管理办法: 5 working days.
    ProvincialRules,
    /// 首次联系 within 1 working day (an assumption).
    FirstContact,
    /// 重办 within 3 working days (an assumption).
    Rework,
    /// 延期 approved by a person, at most 10 working days (山东省政务服务热线管理办法).
    Extension,
}

impl Source {
    /// The text shown to people.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::UrgentMatters => "突发故障类诉求：两小时内掌握情况，一个工作日内办结回复",
            Self::ProvincialRules => "山东省政务服务热线管理办法",
            Self::FirstContact => "首次联系时限（本市设定）",
            Self::Rework => "重办时限（本市设定）",
            Self::Extension => "经批准延期",
        }
    }

    /// The legal basis behind it, if it has one (article row 36): an id of
    /// [`crate::catalogue::Catalogue::legal_basis`]. The city's own regulation is not among
    /// them: its articles on time limits were not found.
    #[must_use]
    pub fn legal_basis(self) -> Option<&'static str> {
        match self {
            Self::ProvincialRules | Self::Extension => Some("shandong-measures"),
            Self::UrgentMatters | Self::FirstContact | Self::Rework => None,
        }
    }

    /// Whether it is the 2 hours and 1 working day of urgent matters, which no rule touches.
    #[must_use]
    pub fn is_untouchable(self) -> bool {
        self == Self::UrgentMatters
    }
}

/// When a deadline falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Due {
    /// At this moment.
    At(#[schemars(with = "String")] Timestamp),
    /// 待日历: the year's holiday notice is missing; computed when it is loaded, and shown
    /// loudly until then.
    AwaitingCalendar(i16),
}

impl Due {
    /// When a span ends; without the year's notice it waits for the calendar.
    #[must_use]
    pub fn of(base_at: Timestamp, span: TimeSpan, calendar: &Calendar) -> Self {
        match calendar.due(base_at, span) {
            Ok(at) => Self::At(at),
            Err(NoNotice { year }) => Self::AwaitingCalendar(year),
        }
    }

    /// The moment, when it is known.
    #[must_use]
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::AwaitingCalendar(_) => None,
        }
    }
}

/// One deadline of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deadline {
    /// What it asks for.
    pub kind: DeadlineKind,
    /// From when it is counted.
    #[schemars(with = "String")]
    pub base_at: Timestamp,
    /// How long it is.
    pub limit: TimeSpan,
    /// Why it is so long.
    pub source: Source,
    /// When it falls.
    pub due: Due,
    /// 日历版本: by which calendar that was computed ([`Calendar::version`]).
    pub calendar_version: String,
    /// When the early warning is given (预警).
    #[schemars(with = "Option<String>")]
    pub warn_at: Option<Timestamp>,
    /// The rules that made it earlier, in order.
    pub tightened_by: Vec<String>,
    /// Whether what it asks for was done.
    pub met: bool,
    /// Whether the early warning was given.
    pub warned: bool,
    /// Whether it passed unmet.
    pub overdue: bool,
    /// When the red card is given: the time to close alone has one (红牌).
    #[schemars(with = "Option<String>")]
    pub red_at: Option<Timestamp>,
    /// Whether the red card was given.
    pub red_carded: bool,
}

impl Deadline {
    /// Makes a deadline. Without the year's notice it waits for the calendar.
    #[must_use]
    pub fn new(kind: DeadlineKind, base_at: Timestamp, limit: TimeSpan, source: Source, calendar: &Calendar) -> Self {
        let due = Due::of(base_at, limit, calendar);
        Self {
            kind,
            base_at,
            limit,
            source,
            due,
            calendar_version: calendar.version().to_owned(),
            warn_at: warn_at(base_at, limit, due, calendar),
            tightened_by: Vec::new(),
            met: false,
            warned: false,
            overdue: false,
            red_at: red_at(kind, due, calendar),
            red_carded: false,
        }
    }

    /// The same deadline with a shorter limit, counted from the same moment.
    #[must_use]
    pub fn tightened(&self, limit: TimeSpan, by: &str, calendar: &Calendar) -> Self {
        let mut tightened_by = self.tightened_by.clone();
        tightened_by.push(by.to_owned());
        Self { tightened_by, ..Self::new(self.kind, self.base_at, limit, self.source, calendar) }
    }

    /// The same deadline with so many working days more, as a person granted.
    #[must_use]
    pub fn extended(&self, working_days: u16, calendar: &Calendar) -> Self {
        let (base_at, limit) = match self.limit {
            TimeSpan::WorkingDays(days) => (self.base_at, TimeSpan::WorkingDays(days.saturating_add(working_days))),
            _ => (self.soonest(), TimeSpan::WorkingDays(working_days)),
        };
        Self::new(self.kind, base_at, limit, Source::Extension, calendar)
    }

    /// When it falls; while it waits for its calendar, the earliest moment that any calendar
    /// can make of it.
    #[must_use]
    pub fn soonest(&self) -> Timestamp {
        self.due.at().unwrap_or_else(|| self.limit.earliest_end(self.base_at))
    }

    /// Whether the clock still has something to do with it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.met && !self.overdue
    }

    /// 红牌未出: it passed unmet, and the first working day after is still to come.
    #[must_use]
    pub fn awaits_red_card(&self) -> bool {
        self.kind == DeadlineKind::Close && self.overdue && !self.met && !self.red_carded
    }

    /// Whether a moment that the clock needs lies in a year without a holiday notice.
    #[must_use]
    pub fn awaits_calendar(&self) -> bool {
        let due_unknown = self.is_running() && self.due.at().is_none();
        due_unknown || (self.awaits_red_card() && self.red_at.is_none())
    }

    /// When the clock has to look at it next.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        if !self.is_running() {
            return self.red_at.filter(|_| self.awaits_red_card());
        }
        match self.warn_at {
            Some(at) if !self.warned => Some(at),
            _ => self.due.at(),
        }
    }
}

/// 红牌: when work begins on the first working day after the due time (山东省级投诉热线办法
/// 2017). Unknown while the due time or that day's year is.
pub(crate) fn red_at(kind: DeadlineKind, due: Due, calendar: &Calendar) -> Option<Timestamp> {
    let due = due.at().filter(|_| kind == DeadlineKind::Close)?;
    let day = calendar.add_working_days(civil(due).date(), 1).ok()?;
    moment(day.to_datetime(WORKING_HOURS[0].0))
}

/// One working day before, as the yellow card of the provincial rules. Shorter limits are
/// warned of when three quarters of the time have passed, counted in their own unit; one
/// working day, when work begins on the day it is due (an assumption).
fn warn_at(base_at: Timestamp, limit: TimeSpan, due: Due, calendar: &Calendar) -> Option<Timestamp> {
    let due = due.at()?;
    let day = civil(due).date();
    match limit {
        TimeSpan::WorkingDays(2..) => {
            let before = calendar.subtract_working_days(day, 1).ok()?;
            moment(before.to_datetime(civil(due).time()))
        }
        TimeSpan::WorkingDays(_) => moment(day.to_datetime(WORKING_HOURS[0].0)),
        TimeSpan::WorkingHours(n) => calendar.add_working_seconds(base_at, i64::from(n) * 3600 * 3 / 4).ok(),
        TimeSpan::ClockHours(_) => due.checked_sub(due.duration_since(base_at) / 4).ok(),
    }
}
