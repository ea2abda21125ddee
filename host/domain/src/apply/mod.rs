//! A ticket is the fold of its events. Applying reads the event alone: no calendar, no
//! catalogue, no clock, so that the same events give the same ticket for ever.

use crate::actor::By;
use crate::deadline::{Deadline, DeadlineKind, Due};
use crate::duty::{Duty, DutyKind};
use crate::evaluation::milestones::Milestones;
use crate::event::{Event, Recorded};
use crate::ids::{TicketId, UnitId};
use crate::oversight::Oversight;
use crate::responsibility::{HandBack, Responsibility};
use crate::rule::remark::RemarkEvent;
use crate::rule::state::{RuleState, Suggested, Suggestions};
use crate::side::Closure;
use crate::ticket::{Assignment, CopyTo, Intake, Pending, Ticket, TicketState, Urgency};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

mod oversight;
mod responsibility;
mod rule_work;
mod side;

/// Makes the ticket from its whole history. `None` when the history does not begin with the
/// registration.
#[must_use]
pub fn fold(id: &TicketId, history: &[Recorded]) -> Option<Ticket> {
    let (first, rest) = history.split_first()?;
    let Event::Registered { intake, urgency } = &first.event else { return None };
    let mut ticket = begin(id, intake, *urgency);
    for recorded in rest {
        apply(&mut ticket, recorded);
    }
    Some(ticket)
}

/// The ticket as its registration makes it.
#[must_use]
pub fn begin(id: &TicketId, intake: &Intake, urgency: Urgency) -> Ticket {
    Ticket {
        id: id.clone(),
        version: 1,
        state: TicketState::Registered,
        intake: intake.clone(),
        urgency,
        left_waiting: false,
        required_fields: Vec::new(),
        suggestions: Suggestions::default(),
        tags: BTreeSet::new(),
        assignments: Vec::new(),
        copies: Vec::new(),
        deadlines: Vec::new(),
        pending: None,
        extended: false,
        responsibility: Responsibility::default(),
        oversight: Oversight::default(),
        duties: Vec::new(),
        side: None,
        merged: Vec::new(),
        three_way_calls: BTreeSet::new(),
        answered_directly: None,
        closure: None,
        evidence_asked: Vec::new(),
        sent_back_by_rule: false,
        follow_ups: Vec::new(),
        rework_count: 0,
        tasks: Vec::new(),
        timers: Vec::new(),
        rules: BTreeMap::new(),
        ledger_entries: Vec::new(),
        ledger_notes: Vec::new(),
        opinions: Vec::new(),
        omitted_from_feed: BTreeSet::new(),
        nominations: Vec::new(),
        milestones: Milestones::new(intake.received_at),
    }
}

/// Applies one event.
pub fn apply(ticket: &mut Ticket, recorded: &Recorded) {
    let before = ticket.status();
    apply_event(ticket, recorded);
    let moved = ticket.status() != before;
    ticket.milestones.apply(recorded, moved);
}

fn apply_event(ticket: &mut Ticket, recorded: &Recorded) {
    ticket.version += 1;
    if let By::Rule { rule, .. } = &recorded.by {
        rule_state(ticket, rule).accepted_effects += 1;
        let suggested = match &recorded.event {
            Event::CategorySuggested { .. } => Some(Suggested::Category),
            Event::SeatSuggested { .. } => Some(Suggested::Seat),
            Event::UnitSuggested { lead: true, .. } => Some(Suggested::LeadUnit),
            Event::Remark(RemarkEvent::ReferralSuggested { .. }) => Some(Suggested::Referral),
            _ => None,
        };
        if let Some(suggested) = suggested {
            ticket.suggestions.by.insert(suggested, rule.clone());
        }
    }
    match &recorded.event {
        // A second registration cannot come out of `handle`; it changes nothing.
        Event::Registered { .. } | Event::LeftUnanswered { .. } => {}
        Event::FieldRequired { .. }
        | Event::PlaceFilled { .. }
        | Event::FieldFilled { .. }
        | Event::Accepted
        | Event::Reclassified { .. }
        | Event::UrgencyRaised { .. }
        | Event::CategorySuggested { .. }
        | Event::SeatSuggested { .. }
        | Event::UnitSuggested { .. } => apply_intake(ticket, &recorded.event),
        Event::DeadlineSet { deadline }
        | Event::DeadlineTightened { deadline }
        | Event::DeadlineComputed { deadline } => set_deadline(ticket, deadline),
        Event::DeadlineMet { kind, .. } => on_deadline(ticket, *kind, |deadline| deadline.met = true),
        Event::LeftWaiting => ticket.left_waiting = true,
        Event::EarlyWarning { kind } => on_deadline(ticket, *kind, |deadline| deadline.warned = true),
        Event::Overdue { kind } => on_deadline(ticket, *kind, |deadline| deadline.overdue = true),
        Event::Tagged { .. }
        | Event::CopyAdded { .. }
        | Event::TaskOpened { .. }
        | Event::TaskDone { .. }
        | Event::TaskDueComputed { .. }
        | Event::TaskOverdue { .. }
        | Event::LedgerEntered(_)
        | Event::Nominated { .. }
        | Event::TimerSet { .. }
        | Event::TimerCancelled { .. }
        | Event::TimerFired { .. }
        | Event::RuleLeft { .. }
        | Event::Remembered { .. } => rule_work::apply(ticket, &recorded.event),
        Event::Remark(event) => rule_work::remark(ticket, event, &recorded.by),
        Event::Side(event) => side::apply(ticket, event, recorded),
        Event::Responsibility(event) => responsibility::apply(ticket, event, recorded),
        Event::Oversight(event) => oversight::apply(ticket, event, recorded),
        _ => apply_handling(ticket, recorded),
    }
}

fn apply_intake(ticket: &mut Ticket, event: &Event) {
    match event {
        Event::FieldRequired { field } if !ticket.required_fields.contains(field) => {
            ticket.required_fields.push(field.clone());
        }
        Event::PlaceFilled { name, text } => {
            let place = &mut ticket.intake.place;
            match name.as_str() {
                "place.street" => place.street.clone_from(text),
                "place.estate" => place.estate.clone_from(text),
                _ => place.building.clone_from(text),
            }
        }
        Event::FieldFilled { namespace, name, value, personal, .. } => {
            rule_state(ticket, namespace).fill(name, value, *personal);
        }
        Event::Accepted => ticket.state = TicketState::Accepted,
        Event::Reclassified { category } => ticket.intake.category = category.clone(),
        Event::UrgencyRaised { urgency } => ticket.urgency = *urgency,
        Event::CategorySuggested { category } => ticket.suggestions.category = Some(category.clone()),
        Event::SeatSuggested { seat } => ticket.suggestions.seat = Some(seat.clone()),
        Event::UnitSuggested { handling_unit, lead: true } => {
            ticket.suggestions.lead_unit = Some(handling_unit.clone());
        }
        Event::UnitSuggested { handling_unit, lead: false } => {
            let assisting = &mut ticket.suggestions.assisting_units;
            if !assisting.contains(handling_unit) {
                assisting.push(handling_unit.clone());
            }
        }
        _ => {}
    }
}

fn apply_handling(ticket: &mut Ticket, recorded: &Recorded) {
    match &recorded.event {
        Event::Dispatched { .. } => dispatch(ticket, recorded),
        Event::TakenUp { handling_unit } => {
            end_duty(ticket, DutyKind::TakeUp, handling_unit);
            for part in ticket.assignments.iter_mut().filter(|a| a.handling_unit == *handling_unit) {
                part.taken_up = true;
            }
        }
        Event::HandBackAsked { handling_unit, ground, .. } => {
            ticket.pending = Some(Pending::HandBack);
            ticket.responsibility.hand_backs.push(HandBack {
                unit: handling_unit.clone(),
                ground: *ground,
                asked_at: recorded.at,
                approved: None,
            });
        }
        Event::HandBackRuled { approved, .. } => {
            ticket.pending = None;
            if let Some(last) = ticket.responsibility.hand_backs.last_mut() {
                last.approved = Some(*approved);
            }
            if *approved {
                unassign(ticket);
            }
        }
        Event::Supervised { department, .. } => {
            oversight::on_copy(ticket, department, |supervision| supervision.count_action());
        }
        Event::ExtensionAsked { working_days, .. } => {
            ticket.pending = Some(Pending::Extension { working_days: *working_days });
        }
        Event::ExtensionRuled { approved, .. } => {
            ticket.pending = None;
            ticket.extended |= *approved;
        }
        _ => apply_outcome(ticket, recorded),
    }
}

/// From the report to the end, or back.
fn apply_outcome(ticket: &mut Ticket, recorded: &Recorded) {
    match &recorded.event {
        Event::ReportedBack { handling_unit, .. } => {
            ticket.state = TicketState::InReview;
            for part in ticket.assignments.iter_mut().filter(|a| a.handling_unit == *handling_unit) {
                part.reported_back = true;
            }
        }
        Event::Reviewed { follow_up_by: Some(due), .. } => side::await_follow_up(ticket, recorded, *due),
        Event::Reviewed { .. } => back_to_handling(ticket),
        Event::SentBack { .. } => {
            back_to_handling(ticket);
            ticket.sent_back_by_rule = true;
        }
        Event::EvidenceAsked { what } => ticket.evidence_asked.push(what.clone()),
        Event::FollowedUp { follow_up, .. } => ticket.follow_ups.push(follow_up.clone()),
        Event::Reopened { rework_count } => {
            back_to_handling(ticket);
            ticket.duties.retain(|duty| duty.kind != DutyKind::FollowUp);
            ticket.rework_count = *rework_count;
            ticket.sent_back_by_rule = false;
        }
        Event::ClosedOut { .. } => {
            close(ticket, recorded.at);
            on_deadline(ticket, DeadlineKind::Close, |deadline| deadline.met = !deadline.overdue);
        }
        _ => {}
    }
}

/// The units, their time to sign in, and every copy: one event, one fact.
fn dispatch(ticket: &mut Ticket, recorded: &Recorded) {
    let Event::Dispatched { lead_unit, assisting_units, copy_to, levels_above, take_up_by, take_up_copy_by } =
        &recorded.event
    else {
        return;
    };
    unassign(ticket);
    ticket.state = TicketState::Handling;
    ticket.pending = None;
    ticket.sent_back_by_rule = false;
    for (unit, lead) in std::iter::once((lead_unit, true)).chain(assisting_units.iter().map(|unit| (unit, false))) {
        ticket.assignments.push(Assignment {
            handling_unit: unit.clone(),
            lead,
            taken_up: false,
            reported_back: false,
            dispatched_at: recorded.at,
        });
        begin_duty(ticket, DutyKind::TakeUp, unit, recorded.at, *take_up_by);
    }
    add_statutory_copy(ticket, copy_to);
    if oversight::begin_supervision(ticket, copy_to, recorded) {
        begin_duty(ticket, DutyKind::TakeUpCopy, copy_to, recorded.at, *take_up_copy_by);
    }
    for level in levels_above {
        if !ticket.copies.iter().any(|copy| copy.reader == *level) {
            ticket.copies.push(CopyTo { reader: level.clone(), statutory: false });
        }
    }
}

fn rule_state<'a>(ticket: &'a mut Ticket, rule: &str) -> &'a mut RuleState {
    ticket.rules.entry(rule.to_owned()).or_default()
}

fn set_deadline(ticket: &mut Ticket, deadline: &Deadline) {
    ticket.deadlines.retain(|old| old.kind != deadline.kind);
    ticket.deadlines.push(deadline.clone());
}

fn on_deadline(ticket: &mut Ticket, kind: DeadlineKind, change: impl Fn(&mut Deadline)) {
    ticket.deadlines.iter_mut().filter(|deadline| deadline.kind == kind).for_each(change);
}

/// The copy of an earlier dispatch stays (guard rail G2); a county's additional copy to the
/// same reader becomes the statutory one.
fn add_statutory_copy(ticket: &mut Ticket, reader: &UnitId) {
    match ticket.copies.iter_mut().find(|copy| copy.reader == *reader) {
        Some(copy) => copy.statutory = true,
        None => ticket.copies.push(CopyTo { reader: reader.clone(), statutory: true }),
    }
}

/// The end: nothing is asked for or owed any more.
fn close(ticket: &mut Ticket, at: Timestamp) {
    ticket.state = TicketState::ClosedOut;
    ticket.pending = None;
    ticket.timers.clear();
    ticket.duties.clear();
    ticket.closure = Some(Closure::new(at));
}

/// Nobody leads: back to dispatch, or to the panel.
fn unassign(ticket: &mut Ticket) {
    ticket.state = TicketState::Accepted;
    ticket.assignments.clear();
    ticket.three_way_calls.clear();
    ticket.duties.retain(|duty| duty.kind != DutyKind::TakeUp);
}

fn begin_duty(ticket: &mut Ticket, kind: DutyKind, unit: &UnitId, at: Timestamp, due: Due) {
    end_duty(ticket, kind, unit);
    ticket.duties.push(Duty::new(kind, unit, at, due));
}

fn end_duty(ticket: &mut Ticket, kind: DutyKind, unit: &UnitId) {
    ticket.duties.retain(|duty| duty.kind != kind || duty.unit != *unit);
}

/// What was answered without a unit, or by another authority, goes to dispatch instead.
fn back_to_handling(ticket: &mut Ticket) {
    ticket.answered_directly = None;
    if ticket.assignments.is_empty() {
        unassign(ticket);
        return;
    }
    ticket.state = TicketState::Handling;
    for part in &mut ticket.assignments {
        part.reported_back = false;
    }
}
