//! The hour of a revision (一小时): which tickets it was asked about and which it changed, whichever
//! server of the city asked. A decision stands here once, however often it is told of: by the server
//! that made it, as it happens, and by the records, from which all others learn of it.

use crate::store::lately::Decided;
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::event::{MOST_LISTED, Wanted};
use chuishao_domain::plugin::rollout::limits::{Limits, SHARE_FROM};
use chuishao_domain::rule::record::{Answer, CallRecord, Verdict};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// When the hour began that ends now: what happened at that moment is outside.
pub(super) fn hour_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(HOUR).unwrap_or(Timestamp::MIN)
}

/// Which decision: a revision is asked about an event of a ticket once.
type Place = (Timestamp, TicketId, u64);

/// What happened to tickets, the oldest first.
#[derive(Default)]
struct Window<T> {
    happened: BTreeMap<Place, T>,
    tickets: HashMap<TicketId, u32>,
}

impl<T> Window<T> {
    fn add(&mut self, place: Place, what: T) {
        let ticket = place.1.clone();
        if self.happened.insert(place, what).is_none() {
            *self.tickets.entry(ticket).or_default() += 1;
        }
    }

    fn forget_until(&mut self, moment: Timestamp) {
        while let Some(first) = self.happened.first_entry()
            && first.key().0 <= moment
        {
            let ((_, ticket, _), _) = first.remove_entry();
            if let Some(count) = self.tickets.get_mut(&ticket) {
                *count -= 1;
                if *count == 0 {
                    self.tickets.remove(&ticket);
                }
            }
        }
    }

    fn has(&self, ticket: &TicketId) -> bool {
        self.tickets.contains_key(ticket)
    }

    fn len(&self) -> u32 {
        u32::try_from(self.tickets.len()).unwrap_or(u32::MAX)
    }
}

/// What came of a call, for people: the kinds of effects, and the first reason.
#[derive(Default)]
pub(super) struct Change {
    effects: String,
    reason: String,
}

impl Change {
    /// Of the effects that came to something; nothing when none did.
    pub(super) fn of(call: &CallRecord) -> Option<Self> {
        let Answer::Proposals(proposals) = &call.answer else { return None };
        let came = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { events } if !events.is_empty());
        let accepted: Vec<_> =
            proposals.iter().filter(|(_, verdict)| came(verdict)).map(|(proposal, _)| proposal).collect();
        let kinds: BTreeSet<&str> = accepted.iter().map(|proposal| proposal.effect.kind().term()).collect();
        let reason = accepted.first()?.reason.clone();
        Some(Self { effects: kinds.into_iter().collect::<Vec<_>>().join("、"), reason })
    }

    fn wanted(&self, ticket: &TicketId, happened: bool) -> Wanted {
        let (effects, reason) = (self.effects.clone(), self.reason.clone());
        Wanted { ticket: ticket.clone(), effects, reason, happened }
    }
}

/// The hour of one revision.
#[derive(Default)]
pub(super) struct Hour {
    asked: Window<()>,
    changed: Window<Change>,
}

impl Hour {
    /// A call about a ticket, which may be known already.
    pub(super) fn add(&mut self, ticket: &TicketId, call: &CallRecord) {
        let place = (call.at, ticket.clone(), call.event_sequence);
        if let Some(change) = Change::of(call) {
            self.changed.add(place.clone(), change);
        }
        self.asked.add(place, ());
    }

    /// Whether a decision of the records is known.
    pub(super) fn has(&self, decided: &Decided) -> bool {
        self.asked.happened.contains_key(&(decided.at, decided.ticket.clone(), decided.event_sequence))
    }

    pub(super) fn forget_until(&mut self, moment: Timestamp) {
        self.asked.forget_until(moment);
        self.changed.forget_until(moment);
    }

    /// Tickets that it was asked about.
    pub(super) fn asked(&self) -> u32 {
        self.asked.len()
    }

    /// Tickets that it changed.
    pub(super) fn changed(&self) -> u32 {
        self.changed.len()
    }

    /// Why one more changed ticket would be too many, if it would.
    pub(super) fn too_many(&mut self, ticket: &TicketId, limits: &Limits, now: Timestamp) -> Option<String> {
        self.forget_until(hour_before(now));
        if self.changed.has(ticket) {
            return None;
        }
        let changed = self.changed.len() + 1;
        if changed > limits.changed_per_hour {
            return Some(format!("一小时内将改动第 {changed} 件工单，上限 {} 件", limits.changed_per_hour));
        }
        let asked = self.asked.len() + u32::from(!self.asked.has(ticket));
        let permille = u64::from(changed) * 1000 / u64::from(asked.max(1));
        (asked >= SHARE_FROM && permille > u64::from(limits.changed_permille)).then(|| {
            let most = limits.changed_permille;
            format!("一小时内询问 {asked} 件工单，将改动 {changed} 件，占千分之 {permille}，上限千分之 {most}")
        })
    }

    /// What it changed last, and what it wants now.
    pub(super) fn wanted(&self, ticket: &TicketId, now: &Change) -> Vec<Wanted> {
        let lately = self.changed.happened.iter().rev().take(MOST_LISTED);
        let mut list: Vec<Wanted> = lately.map(|((_, ticket, _), change)| change.wanted(ticket, true)).collect();
        list.reverse();
        list.push(now.wanted(ticket, false));
        list
    }
}
