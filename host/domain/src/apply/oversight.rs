//! Folding what watches over a ticket.

use super::{begin_duty, end_duty, on_deadline};
use crate::duty::DutyKind;
use crate::event::Recorded;
use crate::ids::UnitId;
use crate::oversight::{JointSupervision, OversightEvent, Summoned, Supervision, Whistle};
use crate::ticket::Ticket;

pub(super) fn apply(ticket: &mut Ticket, event: &OversightEvent, recorded: &Recorded) {
    match event {
        OversightEvent::CopyTakenUp { department } => on_copy(ticket, department, |_| ()),
        OversightEvent::OpinionGiven { department, .. } => {
            on_copy(ticket, department, |supervision| supervision.count_opinion());
        }
        OversightEvent::RedCarded { kind } => on_deadline(ticket, *kind, |deadline| deadline.red_carded = true),
        OversightEvent::SupervisionOrdered { order, .. } => ticket.oversight.orders.push(order.clone()),
        OversightEvent::SupervisionAnswered { number, .. } => {
            for order in ticket.oversight.orders.iter_mut().filter(|order| order.number == *number) {
                order.answered = true;
            }
        }
        OversightEvent::Reminded { .. } => {
            ticket.oversight.reminder_count = ticket.oversight.reminder_count.saturating_add(1);
        }
        OversightEvent::JointSupervisionOpened { units, .. } => {
            ticket.oversight.joint = Some(JointSupervision { units: units.clone(), opened_at: recorded.at });
        }
        OversightEvent::JointSupervisionEnded { .. } => ticket.oversight.joint = None,
        OversightEvent::WhistleBlown { number, units, check_in_by, .. } => {
            let summoned = units.iter().map(|unit| Summoned { unit: unit.clone(), checked_in_at: None });
            let whistle = Whistle { number: *number, blown_at: recorded.at, summoned: summoned.collect() };
            ticket.oversight.whistles.push(whistle);
            for unit in units {
                begin_duty(ticket, DutyKind::CheckIn, unit, recorded.at, *check_in_by);
            }
        }
        OversightEvent::CheckedIn { number, unit, .. } => check_in(ticket, *number, unit, recorded),
        OversightEvent::DutyOverdue { kind, unit } => {
            for duty in ticket.duties.iter_mut().filter(|duty| duty.kind == *kind && duty.unit == *unit) {
                duty.overdue = true;
            }
        }
        OversightEvent::DutyDueComputed { kind, unit, due } => {
            for duty in ticket.duties.iter_mut().filter(|duty| duty.kind == *kind && duty.unit == *unit) {
                duty.due = *due;
            }
        }
    }
}

/// A new copy has a life of its own; that of an earlier dispatch goes on.
pub(super) fn begin_supervision(ticket: &mut Ticket, department: &UnitId, recorded: &Recorded) -> bool {
    let known = ticket.oversight.supervisions.iter().any(|supervision| supervision.department == *department);
    if !known {
        ticket.oversight.supervisions.push(Supervision {
            department: department.clone(),
            copied_at: recorded.at,
            taken_up: false,
            action_count: 0,
            opinion_count: 0,
        });
    }
    !known
}

/// Whoever acts on a copy has signed it.
pub(super) fn on_copy(ticket: &mut Ticket, department: &UnitId, change: impl FnOnce(&mut Supervision)) {
    let mut copies = ticket.oversight.supervisions.iter_mut();
    if let Some(supervision) = copies.find(|supervision| supervision.department == *department) {
        supervision.taken_up = true;
        change(supervision);
    }
    end_duty(ticket, DutyKind::TakeUpCopy, department);
}

/// The duty ends when the unit owes no whistle its presence.
fn check_in(ticket: &mut Ticket, number: u16, unit: &UnitId, recorded: &Recorded) {
    for whistle in ticket.oversight.whistles.iter_mut().filter(|whistle| whistle.number == number) {
        for one in whistle.summoned.iter_mut().filter(|one| one.unit == *unit) {
            one.checked_in_at = Some(recorded.at);
        }
    }
    let owed = ticket.oversight.whistles.iter().any(|whistle| whistle.absent().any(|absent| absent == unit));
    if !owed {
        end_duty(ticket, DutyKind::CheckIn, unit);
    }
}
