//! Folding the side ways.

use super::{begin_duty, close};
use crate::duty::DutyKind;
use crate::event::Recorded;
use crate::message::city_office;
use crate::side::{Side, SideEvent};
use crate::ticket::{Pending, Ticket, TicketState};

pub(super) fn apply(ticket: &mut Ticket, event: &SideEvent, recorded: &Recorded) {
    match event {
        SideEvent::DeclineAsked { ground, .. } => ticket.pending = Some(Pending::Decline { ground: *ground }),
        SideEvent::DeclineRuled { approved, ground, .. } => {
            ticket.pending = None;
            if *approved {
                leave(ticket, recorded, Side::Declined(*ground));
            }
        }
        SideEvent::PassedOn { line, .. } => leave(ticket, recorded, Side::PassedOn(*line)),
        SideEvent::ThreeWayCallHeld { partner_unit, .. } => {
            ticket.three_way_calls.insert(partner_unit.clone());
        }
        SideEvent::AnsweredDirectly { basis, follow_up_by, .. } => {
            ticket.answered_directly = Some(*basis);
            await_follow_up(ticket, recorded, *follow_up_by);
        }
        SideEvent::Referred { receiver, .. } => {
            ticket.side = Some(Side::Referred(*receiver));
            // The receiver's own law sets its time; the hotline's promises were kept or not.
            settle_deadlines(ticket);
        }
        SideEvent::ReferralAnswered { follow_up_by, .. } | SideEvent::MainClosed { follow_up_by, .. } => {
            ticket.side = None;
            await_follow_up(ticket, recorded, *follow_up_by);
        }
        SideEvent::Merged { into, .. } => ticket.side = Some(Side::Merged(into.clone())),
        SideEvent::Absorbed { ticket: joined } => ticket.merged.push(joined.clone()),
        SideEvent::AppealMarked { open } => {
            if let Some(closure) = &mut ticket.closure {
                closure.appeal_open = *open;
            }
        }
        SideEvent::Archived => {
            if let Some(closure) = &mut ticket.closure {
                closure.archived = true;
            }
        }
    }
}

/// The hotline's office follows up.
pub(super) fn await_follow_up(ticket: &mut Ticket, recorded: &Recorded, due: crate::deadline::Due) {
    ticket.state = TicketState::AwaitingFollowUp;
    begin_duty(ticket, DutyKind::FollowUp, &city_office(), recorded.at, due);
}

fn leave(ticket: &mut Ticket, recorded: &Recorded, side: Side) {
    ticket.side = Some(side);
    close(ticket, recorded.at);
    settle_deadlines(ticket);
}

/// What ran in time is done; what was late stays late.
fn settle_deadlines(ticket: &mut Ticket) {
    for deadline in &mut ticket.deadlines {
        deadline.met = !deadline.overdue;
    }
}
