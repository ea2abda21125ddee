//! What follows from a ticket (推算): when the clock has to look, what is due, what the
//! follow-up calls heard. It is stored nowhere else, or only to be searched by: what is
//! derived cannot be lost or doubled.

use crate::deadline::{Deadline, Due};
use crate::duty::Duty;
use crate::side::Closure;
use crate::ticket::{Ticket, TicketState};
use jiff::{SignedDuration, Timestamp};

/// 受理 within an hour of the call (an assumption); until then there is no deadline that would
/// be missed.
pub const ACCEPT_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// What follow-up calls heard of a ticket; absent while the caller was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// 首次回访是否解决.
    pub first_solved: Option<bool>,
    /// 最近一次回访是否解决.
    pub solved: Option<bool>,
    /// 最近一次回访是否满意.
    pub satisfied: Option<bool>,
}

impl Ticket {
    /// When the clock has to look at this ticket next. Timers are not stored anywhere else:
    /// what is derived cannot be lost or doubled.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let open = self.state != TicketState::ClosedOut;
        let deadlines = self.deadlines.iter().filter(|_| open).filter_map(Deadline::wakes_at);
        let timers = self.timers.iter().map(|timer| timer.fires_at);
        let tasks = self.tasks.iter().filter(|task| !task.done && !task.overdue).filter_map(|task| task.due.at());
        let duties = self.duties.iter().filter_map(Duty::wakes_at);
        let archive = self.closure.as_ref().and_then(Closure::archives_at);
        let acceptance = (self.state == TicketState::Registered && !self.left_waiting)
            .then(|| self.intake.received_at.saturating_add(ACCEPT_WITHIN).unwrap_or(Timestamp::MAX));
        deadlines.chain(timers).chain(tasks).chain(duties).chain(archive).chain(acceptance).min()
    }

    /// Whether a deadline, a duty or a task waits for a holiday notice.
    #[must_use]
    pub fn awaits_calendar(&self) -> bool {
        let waits = |due: Due| matches!(due, Due::AwaitingCalendar(_));
        let open = self.state != TicketState::ClosedOut;
        self.deadlines.iter().any(|d| open && d.awaits_calendar())
            || self.duties.iter().any(|duty| !duty.overdue && waits(duty.due))
            || self.tasks.iter().any(|t| !t.done && waits(t.due))
    }

    /// What is due soonest while the ticket is open, overdue things included; nothing when it
    /// is closed out.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let unmet = self.deadlines.iter().filter(|deadline| !deadline.met).map(Deadline::soonest).min();
        let acceptance = || self.intake.received_at.saturating_add(ACCEPT_WITHIN).unwrap_or(Timestamp::MAX);
        (self.state != TicketState::ClosedOut).then(|| unmet.unwrap_or_else(acceptance))
    }

    /// When it came to its end.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.closure.as_ref().map(|closure| closure.at)
    }

    /// What the follow-up calls heard.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let mut reached = self.follow_ups.iter().filter(|call| call.reached);
        let first_solved = reached.clone().find_map(|call| call.solved);
        let last = reached.next_back();
        Figures {
            first_solved,
            solved: last.and_then(|call| call.solved),
            satisfied: last.and_then(|call| call.satisfied),
        }
    }
}
