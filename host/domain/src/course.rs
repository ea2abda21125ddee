//! The course of a ticket (办理经过): moments and marks that its present state no longer shows,
//! kept for the figures. Each is folded from the events, so that a store can write it beside
//! the ticket without reading the history again.

use crate::evaluation::ageing::WaitsFor;
use crate::ids::UnitId;
use crate::status::Status;
use crate::ticket::Ticket;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the figures need to know of the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// 进入当前环节: since when it stands where it stands, and with whom; a unit has it since the
    /// dispatch or the rework, taken up or not.
    pub here_since: Timestamp,
    /// 提请审定: when the last ruling was asked for.
    pub ruling_asked_at: Option<Timestamp>,
    /// 首次响应: the first time that somebody spoke with the caller about the matter.
    pub first_response_at: Option<Timestamp>,
    /// 曾超期: the time to close was missed, in this round of handling or in an earlier one. A
    /// rework has a time of its own, and does not make good what was late before.
    pub ran_late: bool,
}

impl Course {
    /// As the registration makes it.
    #[must_use]
    pub fn new(registered_at: Timestamp) -> Self {
        Self { here_since: registered_at, ruling_asked_at: None, first_response_at: None, ran_late: false }
    }
}

impl Ticket {
    /// What it waits for while it is open. Nothing when another ticket or another authority
    /// has it: a merged ticket waits with its main ticket, a referred one outside of the line.
    #[must_use]
    pub fn waits_for(&self) -> Option<WaitsFor> {
        Some(match self.status() {
            _ if self.closed_at().is_some() => return None,
            Status::Merged | Status::Referred => return None,
            _ if self.pending.is_some() => WaitsFor::Ruling,
            Status::Registered => WaitsFor::Acceptance,
            Status::Accepted => WaitsFor::Dispatch,
            Status::LiabilityCase => WaitsFor::Liability,
            Status::Handling => match self.assignments.iter().find(|part| part.lead) {
                Some(part) if part.taken_up => WaitsFor::Handling,
                _ => WaitsFor::TakeUp,
            },
            Status::InReview => WaitsFor::Review,
            Status::AwaitingFollowUp => WaitsFor::FollowUp,
            Status::ClosedOut | Status::Declined | Status::PassedOn | Status::Archived => return None,
        })
    }

    /// Since when it waits for that.
    #[must_use]
    pub fn waits_since(&self) -> Timestamp {
        let asked_at = self.course.ruling_asked_at.filter(|_| self.pending.is_some());
        asked_at.unwrap_or(self.course.here_since)
    }

    /// 市级行业主管部门: the reader of the copy that the law makes, of the last dispatch. None
    /// before the first.
    #[must_use]
    pub fn city_department(&self) -> Option<&UnitId> {
        self.copies.iter().rfind(|copy| copy.statutory).map(|copy| &copy.reader)
    }

    /// 按时办结: whether it was closed in time in every round. Nothing while it is open, or when
    /// no unit had to handle it.
    #[must_use]
    pub fn closed_in_time(&self) -> Option<bool> {
        let handled = self.closed_at().is_some() && self.city_department().is_some();
        handled.then_some(!self.course.ran_late)
    }
}
