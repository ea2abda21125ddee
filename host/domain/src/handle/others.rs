//! What follows on other tickets (连带): merging binds tickets together, and a command sees one
//! ticket alone. The desk gives these commands after the event is written, as the clock, as
//! often as it likes: given twice they change nothing.

use crate::command::Command;
use crate::event::{Event, Recorded};
use crate::ids::TicketId;
use crate::side::{MainTicket, Side, SideEvent};
use crate::status::Status;
use crate::ticket::Ticket;

/// The commands that one event has on other tickets. `ticket` is the ticket after it.
#[must_use]
pub fn for_others(recorded: &Recorded, ticket: &Ticket) -> Vec<(TicketId, Command)> {
    match &recorded.event {
        Event::Side(SideEvent::Merged { into, .. }) => {
            vec![(into.clone(), Command::Absorb { ticket: ticket.id.clone() })]
        }
        // It joined too late: the main ticket's end has passed.
        Event::Side(SideEvent::Absorbed { ticket: joined }) if ticket.closure.is_some() => {
            vec![(joined.clone(), Command::AnswerMerged { main: ticket.id.clone() })]
        }
        _ if ticket.closure.as_ref().is_some_and(|closure| closure.at == recorded.at) && ends(&recorded.event) => {
            let answer = |joined: &TicketId| (joined.clone(), Command::AnswerMerged { main: ticket.id.clone() });
            ticket.merged.iter().map(answer).collect()
        }
        _ => Vec::new(),
    }
}

fn ends(event: &Event) -> bool {
    matches!(
        event,
        Event::ClosedOut { .. }
            | Event::Side(SideEvent::DeclineRuled { approved: true, .. } | SideEvent::PassedOn { .. })
    )
}

impl MainTicket {
    /// The main ticket as the desk sees it.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.clone(),
            territory: ticket.territory().clone(),
            category_group: ticket.intake.category.group().to_owned(),
            open: Status::OPEN.contains(&ticket.status()),
            merged: matches!(ticket.side, Some(Side::Merged(_))),
        }
    }
}
