//! How long a caller is kept (保存期限): no longer than needed (个人信息保护法 art. 19).

use super::record::{CallerRecord, HoldKind};
use crate::calendar::{civil, moment};
use crate::ids::{TicketId, UnitId};
use crate::ticket::{Ticket, TicketState, Urgency};
use jiff::{Timestamp, ToSpan};

/// Years that a caller is kept after the last of his tickets was closed out. An assumption: so
/// long somebody may sue over how his matter was handled (民法典 art. 188: three years), and
/// then must be known. No norm of the hotline says a figure.
pub const KEEP_YEARS_AFTER_CLOSING: i32 = 3;

/// When a record can be over at the earliest, if a ticket is open now.
#[must_use]
pub fn earliest_end(now: Timestamp) -> Timestamp {
    moment(civil(now).saturating_add(KEEP_YEARS_AFTER_CLOSING.years())).unwrap_or(Timestamp::MAX)
}

/// What the vault has to know of a ticket of this caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// 工单编号
    pub ticket: TicketId,
    /// 是否紧急
    pub urgent: bool,
    /// 是否保密
    pub confidential: bool,
    /// 承办单位
    pub units: Vec<UnitId>,
    /// 办结时刻; absent while it is open.
    pub closed_at: Option<Timestamp>,
}

impl Standing {
    /// Of a ticket.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        // A ticket without a last call to date it by counts as closed out when it was received.
        let closed =
            (ticket.state == TicketState::ClosedOut).then(|| ticket.closed_at().unwrap_or(ticket.intake.received_at));
        Self {
            ticket: ticket.id.clone(),
            urgent: ticket.urgency > Urgency::Ordinary,
            confidential: ticket.intake.confidential,
            units: ticket.assignments.iter().map(|assignment| assignment.handling_unit.clone()).collect(),
            closed_at: closed,
        }
    }
}

/// Whether and how long a record is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retention {
    /// It is gone already.
    Erased,
    /// A ticket is open.
    WhileOpen(TicketId),
    /// An appeal, a lawsuit or the like is under way.
    WhileHeld(HoldKind),
    /// Until this moment, and then no longer.
    Until(Timestamp),
}

impl Retention {
    /// Of a record with *all* tickets of its caller.
    #[must_use]
    pub fn of(record: &CallerRecord, tickets: &[Standing]) -> Self {
        if record.erased_at.is_some() {
            return Self::Erased;
        }
        if let Some(open) = tickets.iter().find(|ticket| ticket.closed_at.is_none()) {
            return Self::WhileOpen(open.ticket.clone());
        }
        if let Some(hold) = record.holds.first() {
            return Self::WhileHeld(hold.kind);
        }
        // Without a ticket (the call broke off) it counts from the storing.
        let last = tickets.iter().filter_map(|ticket| ticket.closed_at).max().unwrap_or(record.stored_at);
        Self::Until(earliest_end(last))
    }

    /// When the clock has to look at the record again: never after it is over, and seldom
    /// before. `None` when only a person can bring that moment nearer.
    #[must_use]
    pub fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Erased | Self::WhileHeld(_) => None,
            Self::WhileOpen(_) => Some(earliest_end(now)),
            Self::Until(end) => Some(*end),
        }
    }

    /// Whether the record is due for erasure.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        matches!(self, Self::Until(end) if *end <= now)
    }
}
