//! Duties (应办事项): small promises inside the house, each of one unit with a due time: to sign
//! in, to call back, to check in. They are the hotline's own: rules neither see nor tighten
//! them, and they never move a ticket's deadline.

use crate::calendar::{Calendar, TimeSpan};
use crate::deadline::Due;
use crate::ids::UnitId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 签收 by a handling unit within 1 working day (an assumption: the pages of other cities that
/// could be read say 1 working day or 24 hours).
const TAKE_UP_WITHIN: TimeSpan = TimeSpan::WorkingDays(1);
/// 签收 of the copy by the city department within 1 working day (an assumption).
const TAKE_UP_COPY_WITHIN: TimeSpan = TimeSpan::WorkingDays(1);
/// 回访 within 3 working days of the review (an assumption).
const FOLLOW_UP_WITHIN: TimeSpan = TimeSpan::WorkingDays(3);
/// 报到 within 1 working day of the whistle (an assumption: the articles say no time).
const CHECK_IN_WITHIN: TimeSpan = TimeSpan::WorkingDays(1);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DutyKind {
    /// 签收: a handling unit
    TakeUp,
    /// 签收抄送: a city department
    TakeUpCopy,
    /// 回访: the hotline's office
    FollowUp,
    /// 报到: a department that was summoned
    CheckIn,
}

impl DutyKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::TakeUp => "签收",
            Self::TakeUpCopy => "签收抄送",
            Self::FollowUp => "回访",
            Self::CheckIn => "报到",
        }
    }

    /// How long there is for it.
    #[must_use]
    pub fn limit(self) -> TimeSpan {
        match self {
            Self::TakeUp => TAKE_UP_WITHIN,
            Self::TakeUpCopy => TAKE_UP_COPY_WITHIN,
            Self::FollowUp => FOLLOW_UP_WITHIN,
            Self::CheckIn => CHECK_IN_WITHIN,
        }
    }

    /// When it is due if it begins at `base_at`.
    #[must_use]
    pub fn due(self, base_at: Timestamp, calendar: &Calendar) -> Due {
        Due::of(base_at, self.limit(), calendar)
    }
}

/// One open duty. What is done is taken off the list; the events keep it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// Whose.
    pub unit: UnitId,
    /// From when it is counted.
    #[schemars(with = "String")]
    pub base_at: Timestamp,
    /// When it is due.
    pub due: Due,
    /// Whether it passed undone.
    pub overdue: bool,
}

impl Duty {
    /// A duty that begins now.
    #[must_use]
    pub fn new(kind: DutyKind, unit: &UnitId, base_at: Timestamp, due: Due) -> Self {
        Self { kind, unit: unit.clone(), base_at, due, overdue: false }
    }

    /// When the clock has to look at it next.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        self.due.at().filter(|_| !self.overdue)
    }
}
