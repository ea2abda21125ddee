//! Folding the question whose duty it is.

use super::unassign;
use crate::event::Recorded;
use crate::responsibility::{LiabilityCase, ResponsibilityEvent};
use crate::ticket::Ticket;

pub(super) fn apply(ticket: &mut Ticket, event: &ResponsibilityEvent, recorded: &Recorded) {
    match event {
        ResponsibilityEvent::LiabilityCaseOpened { .. } => {
            let case = LiabilityCase { opened_at: recorded.at, named_unit: None, refused_at: None, signed_unit: None };
            ticket.responsibility.case = Some(case);
            unassign(ticket);
        }
        ResponsibilityEvent::LiabilityDecided { unit, .. } => {
            on_case(ticket, |case| case.named_unit = Some(unit.clone()));
        }
        ResponsibilityEvent::LiabilityRefused { .. } => on_case(ticket, |case| case.refused_at = Some(recorded.at)),
        ResponsibilityEvent::LeaderSigned { unit, .. } => {
            on_case(ticket, |case| case.signed_unit = Some(unit.clone()));
        }
    }
}

fn on_case(ticket: &mut Ticket, change: impl FnOnce(&mut LiabilityCase)) {
    if let Some(case) = &mut ticket.responsibility.case {
        change(case);
    }
}
