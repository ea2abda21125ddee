//! Nominations by local rules (提名): what a rule nominated on a ticket becomes a candidate, or
//! one more ticket of the topic that is open already.

use crate::actor::By;
use crate::event::{Event, Recorded};
use crate::plain::MOST_TITLE_CHARS;
use crate::ticket::Ticket;
use crate::topic::actor::TopicBy;
use crate::topic::case::{Draft, Origin, Subject, Topic};
use crate::topic::command::TopicCommand;
use crate::topic::guard::MOST_TICKETS;
use std::collections::BTreeSet;

/// What the topic of a nomination is about: matters of one category group in one territory. The
/// desk looks for an open topic with this subject.
#[must_use]
pub fn subject(ticket: &Ticket) -> Subject {
    Subject {
        category: ticket.intake.category.group().into(),
        territory: ticket.territory().clone(),
        place: String::new(),
    }
}

/// The command that comes of a nomination, and who gives it. `open` is the open topic with the
/// ticket's [`subject`], if there is one. `None` when the event nominates nothing, or the
/// ticket stands in the topic's sample already.
#[must_use]
pub fn command(open: Option<&Topic>, ticket: &Ticket, recorded: &Recorded) -> Option<(TopicCommand, TopicBy)> {
    let (Event::Nominated { forum, title }, By::Rule { reason, .. }) = (&recorded.event, &recorded.by) else {
        return None;
    };
    let tickets = BTreeSet::from([ticket.id.clone()]);
    let command = match open {
        Some(topic) if topic.tickets.contains(&ticket.id) => return None,
        // When the sample is full the ticket is counted only.
        Some(topic) => TopicCommand::RelateTickets {
            count: topic.ticket_count.saturating_add(1),
            tickets: if topic.tickets.len() < MOST_TICKETS { tickets } else { BTreeSet::new() },
        },
        None => TopicCommand::Propose(Draft {
            title: title.chars().take(MOST_TITLE_CHARS).collect(),
            subject: subject(ticket),
            rung: (*forum).into(),
            origin: Origin::Nomination,
            units: BTreeSet::new(),
            ticket_count: 1,
            tickets,
            reasons: vec![reason.clone()],
        }),
    };
    Some((command, TopicBy::Known(recorded.by.clone())))
}
