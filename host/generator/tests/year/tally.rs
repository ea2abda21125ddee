//! Counts what a year came to, from tickets and events alone.

use chuishao_domain::calendar::civil;
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::{ClosedBy, Event};
use chuishao_domain::ticket::TicketState;
use chuishao_generator::Life;
use std::collections::BTreeMap;

/// What happened how often.
#[derive(Debug, Default)]
pub struct Tally {
    pub tickets: u64,
    pub copies_in_october: u64,
    /// With a follow-up that reached the caller, and of these solved at first.
    pub reached: u64,
    pub solved_at_first: u64,
    /// Closed out with a rating, and of these satisfied in the last.
    pub rated: u64,
    pub satisfied: u64,
    pub states: BTreeMap<TicketState, u64>,
    pub what: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub fn add(&mut self, life: &Life) {
        let ticket = &life.ticket;
        self.tickets += 1;
        *self.states.entry(ticket.state).or_default() += 1;
        if let Some(first) = ticket.follow_ups.iter().find(|call| call.reached) {
            self.reached += 1;
            self.solved_at_first += u64::from(first.solved == Some(true) && ticket.rework_count == 0);
        }
        let rating = ticket.follow_ups.iter().rev().find_map(|call| call.satisfied);
        if let Some(satisfied) = rating.filter(|_| ticket.state == TicketState::ClosedOut) {
            self.rated += 1;
            self.satisfied += u64::from(satisfied);
        }
        let mut copies = Vec::new();
        for recorded in &life.events {
            if let Event::Dispatched { copy_to, .. } = &recorded.event
                && !copies.contains(&copy_to)
            {
                copies.push(copy_to);
                self.copies_in_october += u64::from(civil(recorded.at).month() == 10);
            }
            if let Some(name) = name(&recorded.event) {
                *self.what.entry(name).or_default() += 1;
            }
        }
        self.count("reworked tickets", ticket.rework_count > 0);
        let late = ticket.deadlines.iter().any(|d| d.kind == DeadlineKind::Close && d.overdue);
        self.count("tickets late in the end", late);
    }

    fn count(&mut self, name: &'static str, happened: bool) {
        *self.what.entry(name).or_default() += u64::from(happened);
    }

    pub fn first_rate(&self) -> f64 {
        self.solved_at_first as f64 / self.reached as f64 * 100.0
    }

    pub fn satisfaction(&self) -> f64 {
        self.satisfied as f64 / self.rated as f64 * 100.0
    }
}

fn name(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::PlaceFilled { .. } => "filled in",
        Event::LeftWaiting => "left waiting",
        Event::HandBackAsked { .. } => "hand-back asked",
        Event::HandBackRuled { approved: true, .. } => "hand-back approved",
        Event::HandBackRuled { .. } => "hand-back refused",
        Event::ExtensionAsked { .. } => "extension asked",
        Event::ExtensionRuled { approved: true, .. } => "extension granted",
        Event::Supervised { .. } => "supervised",
        Event::Grasped { .. } => "grasped",
        Event::Reviewed { passed: false, .. } => "sent back",
        Event::FollowedUp { follow_up, .. } if !follow_up.reached => "unreached attempt",
        Event::EarlyWarning { kind: DeadlineKind::Close } => "early warning: close",
        Event::EarlyWarning { kind: DeadlineKind::Contact } => "early warning: contact",
        Event::EarlyWarning { kind: DeadlineKind::Grasp } => "early warning: grasp",
        Event::Overdue { kind: DeadlineKind::Close } => "overdue: close",
        Event::Overdue { kind: DeadlineKind::Contact } => "overdue: contact",
        Event::Overdue { kind: DeadlineKind::Grasp } => "overdue: grasp",
        Event::ClosedOut { how: ClosedBy::Unreachable, .. } => "closed: unreachable",
        Event::ClosedOut { how: ClosedBy::Explained, .. } => "closed: explained",
        Event::ClosedOut { how: ClosedBy::Solved, .. } => "closed: solved",
        Event::PostNotified { .. } => "post notified",
        _ => return None,
    })
}
