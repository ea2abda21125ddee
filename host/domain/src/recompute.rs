//! Deadlines under a new calendar (重算): what waited for a holiday notice gets its moment, and
//! what a corrected notice makes earlier becomes earlier. Nothing is ever later than it was
//! promised, and no notice makes anybody late.
//!
//! Pure: the store asks which tickets change, `handle` says it as events.

use crate::calendar::Calendar;
use crate::deadline::{Deadline, Due};
use crate::narrate;
use crate::ticket::{Task, Ticket, TicketState};
use jiff::Timestamp;
use std::fmt;

/// One promise of a ticket that a calendar changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recomputed {
    /// A deadline of the ticket.
    Deadline {
        /// When it fell.
        before: Due,
        /// The deadline as it stands now.
        deadline: Deadline,
    },
    /// A task's due time.
    Task {
        /// Its number.
        number: u16,
        /// When it was due.
        before: Due,
        /// When it is due now.
        due: Due,
    },
}

impl fmt::Display for Recomputed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = match self {
            Self::Deadline { before, deadline } => {
                write!(f, "「{}」时限", deadline.kind.term())?;
                (*before, deadline.due)
            }
            Self::Task { number, before, due } => {
                write!(f, "任务 {number} 期限")?;
                (*before, *due)
            }
        };
        write!(f, "：{} → {}", narrate::due(before).chinese, narrate::due(after).chinese)
    }
}

/// What a calendar changes of a ticket's promises; nothing for most tickets.
#[must_use]
pub fn recomputed(ticket: &Ticket, calendar: &Calendar, now: Timestamp) -> Vec<Recomputed> {
    let open = ticket.state != TicketState::ClosedOut;
    let deadlines = ticket.deadlines.iter().filter(|_| open).filter_map(|deadline| {
        let fresh = deadline.recomputed(calendar, now)?;
        Some(Recomputed::Deadline { before: deadline.due, deadline: fresh })
    });
    // Tasks outlive the ticket: a survey is opened when it is closed.
    let tasks = ticket.tasks.iter().filter_map(|task| {
        let due = task_due(task, calendar, now)?;
        Some(Recomputed::Task { number: task.number, before: task.due, due })
    });
    deadlines.chain(tasks).collect()
}

impl Deadline {
    /// The deadline under a calendar, if that changes it. What is met or overdue stays as it
    /// happened.
    #[must_use]
    pub fn recomputed(&self, calendar: &Calendar, now: Timestamp) -> Option<Self> {
        if !self.is_running() {
            return None;
        }
        let fresh = Self::new(self.kind, self.base_at, self.limit, self.source, calendar);
        let due = kept_promise(self.due, fresh.due, now)?;
        let calendar_version = fresh.calendar_version;
        Some(Self { due, calendar_version, warn_at: fresh.warn_at, red_at: fresh.red_at, ..self.clone() })
    }
}

/// A task's due time under a calendar, if that changes it.
pub(crate) fn task_due(task: &Task, calendar: &Calendar, now: Timestamp) -> Option<Due> {
    let fresh = Due::of(task.opened_at, task.within, calendar);
    if task.done || task.overdue { None } else { kept_promise(task.due, fresh, now) }
}

/// What stands after a recomputation, if it is another moment than before: the first moment
/// that is known, afterwards only an earlier one, and that only while it lies ahead (an
/// assumption: whoever was promised Friday is not late because a notice of Thursday says
/// Wednesday).
fn kept_promise(promised: Due, fresh: Due, now: Timestamp) -> Option<Due> {
    match (promised, fresh) {
        (Due::AwaitingCalendar(_), Due::At(_)) => Some(fresh),
        // It waits for another year now: 2027 is known, but it runs on into 2028.
        (Due::AwaitingCalendar(was), Due::AwaitingCalendar(year)) => (was != year).then_some(fresh),
        (Due::At(promised), Due::At(fresh)) => (now < fresh && fresh < promised).then_some(Due::At(fresh)),
        (Due::At(_), Due::AwaitingCalendar(_)) => None,
    }
}
