//! One ticket (逐件试算): its history is folded up to each moment that can lead to the rule, and that
//! moment is walked again twice.

use super::reach::Reach;
use super::trial::Trial;
use crate::reference::Known;
use crate::store::StoreError;
use crate::store::figures_then::FiguresThen;
use crate::store::histories::History;
use chuishao_domain::actor::By;
use chuishao_domain::apply::{apply, begin};
use chuishao_domain::calendar::civil;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::TicketId;
use chuishao_domain::impact::examples::Place;
use chuishao_domain::impact::heard::{Done, Heard, done_by_rules};
use chuishao_domain::impact::sums::{CellOf, Moment, Sums, TicketFound};
use chuishao_domain::narrate;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::view::event_kind;
use chuishao_domain::sentence::{Sentence, Text, first_term};
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Opened, Walk};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::sync::Arc;

/// What every ticket is looked at with.
pub struct Looking {
    /// What is tried.
    pub trial: Trial,
    /// What it can touch.
    pub reach: Reach,
    /// Calendar and catalogue, as they are known today.
    pub known: Arc<Known>,
    /// Figures as they were.
    pub figures: FiguresThen,
    /// How much later than it was the rules are told that it is.
    pub shift: SignedDuration,
    /// The candidate is what is on: one walk serves for both.
    pub changes_nothing: bool,
}

impl Looking {
    /// Looks at some tickets.
    #[must_use]
    pub fn at(&self, histories: &[History]) -> Sums {
        let mut sums = Sums::default();
        for history in histories {
            // One that cannot be read stops nobody; `verify` names it.
            if self.at_one(history, &mut sums).is_err() {
                sums.tickets += 1;
                sums.unreadable += 1;
            }
        }
        sums
    }

    fn at_one(&self, history: &History, sums: &mut Sums) -> Result<(), StoreError> {
        let events = history.up_to_last(|kind| self.reach.is_wanted(kind))?;
        let events = if self.shift.is_zero() { events } else { shifted(&events, self.shift)? };
        let (mut found, mut cell) = (TicketFound::default(), None);
        let mut ticket: Option<Ticket> = None;
        for command in commands(&events) {
            let own = command.iter().take_while(|recorded| !is_by_rule(recorded)).count();
            let (own, of_rules) = command.split_at(own);
            let opened = own.iter().any(|recorded| self.reach.is_wanted(kind_of(recorded)));
            let opened = if opened { Opened::again(&history.ticket, ticket.as_ref(), own) } else { None };
            let leads = |opened: &Opened| own.iter().any(|said| self.reach.may_lead(&said.event, opened.ticket()));
            if let Some(opened) = opened.filter(leads) {
                let of_moment = self.walk_again(opened, own, of_rules, sums);
                if of_moment != TicketFound::default() && cell.is_none() {
                    cell = ticket.as_ref().or(begun(&history.ticket, own).as_ref()).map(|ticket| self.cell(ticket));
                }
                found.add(of_moment);
            }
            for recorded in command {
                match &mut ticket {
                    Some(ticket) => apply(ticket, recorded),
                    None => ticket = begun(&history.ticket, std::slice::from_ref(recorded)),
                }
            }
        }
        sums.count_ticket(found, cell);
        Ok(())
    }

    /// Walks one command again, with both sets of rules.
    fn walk_again(&self, opened: Opened, own: &[Recorded], of_rules: &[Recorded], sums: &mut Sums) -> TicketFound {
        let Some(first) = own.first() else { return TicketFound::default() };
        let world = self.known.world_at(first.at);
        let id = opened.ticket().id.clone();
        let walked = |rulebook: &Rulebook, opened: Opened| {
            let walked = Walk { world: &world, rulebook, now: first.at }.run(opened, &self.figures);
            (walked.decisions.len(), Heard::of(&self.trial.rule, &walked.events, &walked.decisions))
        };
        let before = (!self.changes_nothing).then(|| walked(&self.trial.now, opened.clone()));
        let (calls, candidate) = walked(&self.trial.candidate, opened);
        let (calls_now, now) = before.unwrap_or_else(|| (0, candidate.clone()));
        sums.calls += (calls + calls_now) as u64;
        let happened = done_by_rules(of_rules);
        let did_something = happened.iter().any(|done| done.rule == self.trial.rule);
        if !now.was_asked() && !candidate.was_asked() && !did_something {
            // Others were asked, and it makes no difference to them.
            return TicketFound::default();
        }
        let (event, tell) = (|| in_words(own), |done: &Done| narrate::event(&done.event, &world));
        sums.count(&Moment {
            rule: &self.trial.rule,
            place: Place { ticket: &id, sequence: first.sequence, at: self.really(first.at) },
            // What happened, happened at another moment than the rules are told.
            happened: self.shift.is_zero().then_some(&happened[..]),
            now: &now,
            candidate: &candidate,
            event: &event,
            tell: &tell,
        })
    }

    /// When it really was.
    fn really(&self, told: Timestamp) -> Timestamp {
        told.saturating_sub(self.shift).unwrap_or(told)
    }

    /// Where a ticket is counted: by the month in which it was really received.
    fn cell(&self, ticket: &Ticket) -> CellOf {
        CellOf {
            territory: ticket.territory().clone(),
            group: ticket.intake.category.group().to_owned(),
            month: civil(self.really(ticket.intake.received_at)).strftime("%Y-%m").to_string(),
        }
    }
}

/// The ticket as its registration made it.
fn begun(id: &TicketId, events: &[Recorded]) -> Option<Ticket> {
    match &events.first()?.event {
        Event::Registered { intake, urgency } => Some(begin(id, intake, *urgency)),
        _ => None,
    }
}

fn is_by_rule(recorded: &Recorded) -> bool {
    matches!(recorded.by, By::Rule { .. })
}

fn kind_of(recorded: &Recorded) -> &'static str {
    event_kind(&recorded.event).map_or("", EventKind::as_str)
}

/// What happened before rules were asked, as far as rules can listen to it. What people wrote stands on
/// the ticket, for those who may read it there.
fn in_words(own: &[Recorded]) -> Sentence {
    let kinds: Vec<EventKind> = own.iter().filter_map(|recorded| event_kind(&recorded.event)).collect();
    let terms: Vec<&str> = kinds.iter().map(|kind| kind.term()).collect();
    Sentence::new(terms.join("、"), Text::joined(kinds.iter().map(first_term), ", "))
}

/// The commands that a history was made by: events of one moment, said by one actor, what the clock
/// had to say before and what rules made of it included. A command ends where rules have spoken.
pub(super) fn commands(events: &[Recorded]) -> impl Iterator<Item = &[Recorded]> {
    events.chunk_by(|one, next| {
        let goes_on = match (&one.by, &next.by) {
            (_, By::Rule { .. }) | (By::Clock, _) => true,
            (By::Rule { .. }, _) => false,
            (one, next) => one == next,
        };
        one.at == next.at && goes_on
    })
}

/// A history at another time: every moment in it is later by as much.
fn shifted(events: &[Recorded], by: SignedDuration) -> Result<Vec<Recorded>, StoreError> {
    let mut value = serde_json::to_value(events)?;
    shift(&mut value, by);
    Ok(serde_json::from_value(value)?)
}

fn shift(value: &mut Value, by: SignedDuration) {
    match value {
        // Nothing that is shorter than a day and an hour is a moment.
        Value::String(text) if text.len() >= 20 && text.as_bytes()[4] == b'-' => {
            if let Ok(at) = text.parse::<Timestamp>() {
                *text = at.saturating_add(by).unwrap_or(at).to_string();
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| shift(one, by)),
        Value::Object(all) => all.values_mut().for_each(|one| shift(one, by)),
        _ => {}
    }
}
