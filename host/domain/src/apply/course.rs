//! Folding the course of a ticket: what its later states would hide.

use crate::deadline::DeadlineKind;
use crate::event::{Event, Recorded};
use crate::side::SideEvent;
use crate::status::Status;
use crate::ticket::Ticket;

/// Marks what an event means for the figures; `before` is where the ticket stood.
pub(super) fn mark(ticket: &mut Ticket, before: Status, recorded: &Recorded) {
    let moved = ticket.status() != before || matches!(recorded.event, Event::Dispatched { .. });
    let course = &mut ticket.course;
    if moved {
        course.here_since = recorded.at;
    }
    match &recorded.event {
        Event::HandBackAsked { .. } | Event::ExtensionAsked { .. } | Event::Side(SideEvent::DeclineAsked { .. }) => {
            course.ruling_asked_at = Some(recorded.at);
        }
        Event::Overdue { kind: DeadlineKind::Close } => course.ran_late = true,
        event if is_response(event) => {
            course.first_response_at.get_or_insert(recorded.at);
        }
        _ => {}
    }
}

/// Somebody spoke with the caller about the matter, on the line or afterwards. Taking the call is
/// no answer yet, and a follow-up comes after one.
fn is_response(event: &Event) -> bool {
    matches!(
        event,
        Event::CallerContacted { .. }
            | Event::ReportedBack { contacted: true, .. }
            | Event::Side(SideEvent::AnsweredDirectly { .. } | SideEvent::ThreeWayCallHeld { .. })
    )
}
