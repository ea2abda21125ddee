//! Sight (可见范围): what each post sees of a ticket, no more than its work needs (个人信息保护法
//! art. 6 and art. 51; article rows 26 and 48). This is the one place that says so; who
//! may read tickets at all stands in [`permission`](crate::account::permission). Which posts
//! need what is an assumption; the norms ask that it be little.
//!
//! Who called is not here at all: a ticket carries a reference into the [`vault`](crate::vault).

use crate::actor::By;
use crate::handle::is_heating;
use crate::ids::UnitId;
use crate::redact::redact;
use crate::rule::value::Value;
use crate::ticket::{CallerKind, Ticket};

/// How much of one ticket a post sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// 热线人员: all of it.
    Whole,
    /// 承办单位: what it needs to handle the matter and to reach the household.
    Concerned,
    /// 督导、认定、签批: the matter and its handling, without personal fields.
    Overseer,
    /// 法律专席: the matter in redacted words, without personal fields.
    Lawyer,
    /// 供热企业坐席: the matter in redacted words, with the household's account.
    Company,
}

/// How much of a ticket a post sees; `None` when it is not its ticket.
#[must_use]
pub fn of(by: &By, ticket: &Ticket) -> Option<Sight> {
    let ended = ticket.status().is_ended();
    // An expert answers while the caller is on the line; what a caller wants kept secret is not
    // put through to somebody from outside.
    let on_the_line = !ended && !ticket.intake.confidential;
    match by {
        By::CallTaker { .. }
        | By::Dispatcher { .. }
        | By::Reviewer { .. }
        | By::FollowUpStaff { .. }
        | By::HotlineOffice { .. }
        | By::Clock => Some(Sight::Whole),
        By::EnterpriseSeat { .. } => (ticket.intake.caller_kind == CallerKind::Enterprise).then_some(Sight::Whole),
        By::UnitClerk { unit } => concerns(unit, ticket).then_some(Sight::Concerned),
        By::DepartmentSupervisor { unit } => concerns(unit, ticket).then_some(Sight::Overseer),
        By::LiabilityPanel { .. } | By::CityLeader { .. } => Some(Sight::Overseer),
        By::LegalSeat { .. } => on_the_line.then_some(Sight::Lawyer),
        By::CompanySeat { .. } => (on_the_line && is_heating(&ticket.intake.category)).then_some(Sight::Company),
        By::KnowledgeReviewer { .. } | By::Rule { .. } => None,
    }
}

/// Whether a unit handles it, reads along, or has something to do about it now. What was handed
/// back is no more its matter.
fn concerns(unit: &UnitId, ticket: &Ticket) -> bool {
    ticket.assignments.iter().any(|assignment| assignment.handling_unit == *unit)
        || ticket.copies.iter().any(|copy| copy.reader == *unit)
        || ticket.duties.iter().any(|duty| duty.unit == *unit)
        || ticket.tasks.iter().any(|task| task.handling_unit == *unit)
        || ticket.oversight.supervises_jointly(unit)
}

/// A ticket as a post may see it; `None` when it is not its ticket.
#[must_use]
pub fn cut(by: &By, ticket: Ticket) -> Option<Ticket> {
    let sight = of(by, &ticket)?;
    Some(sight.cut(ticket))
}

impl Sight {
    /// Whether it has the history (时间线). An expert on the line needs what is now.
    #[must_use]
    pub fn has_history(self) -> bool {
        !matches!(self, Self::Lawyer | Self::Company)
    }

    /// Whether it has the decision records (决定记录), which are for those who answer for rules.
    #[must_use]
    pub fn has_decisions(self) -> bool {
        self == Self::Whole
    }

    /// Whether it has the caller masked (脱敏信息): 周**, 138****0001. Who called about a
    /// confidential matter is the hotline's own to know.
    #[must_use]
    pub fn has_mask(self, ticket: &Ticket) -> bool {
        match self {
            Self::Whole | Self::Lawyer => true,
            Self::Concerned => !ticket.intake.confidential,
            Self::Overseer | Self::Company => false,
        }
    }

    /// Free text of a ticket as it may be seen.
    #[must_use]
    pub fn words(self, ticket: &Ticket, text: &str) -> String {
        if self.is_redacted(ticket) { redact(text) } else { text.to_owned() }
    }

    fn is_redacted(self, ticket: &Ticket) -> bool {
        match self {
            Self::Whole => false,
            Self::Concerned | Self::Overseer => ticket.intake.confidential,
            Self::Lawyer | Self::Company => true,
        }
    }

    fn has_personal_fields(self, ticket: &Ticket) -> bool {
        match self {
            Self::Whole | Self::Company => true,
            Self::Concerned => !ticket.intake.confidential,
            Self::Overseer | Self::Lawyer => false,
        }
    }

    fn cut(self, mut ticket: Ticket) -> Ticket {
        if self == Self::Whole {
            return ticket;
        }
        ticket.intake.title = self.words(&ticket, &ticket.intake.title);
        ticket.intake.body = self.words(&ticket, &ticket.intake.body);
        let personal = self.has_personal_fields(&ticket);
        for state in ticket.rules.values_mut() {
            // A rule's notes are the rule's own.
            state.memory.clear();
            for name in state.personal_fields.iter().filter(|_| !personal) {
                if let Some(value) = state.fields.get_mut(name) {
                    *value = Value::Withheld;
                }
            }
        }
        if !self.has_history() {
            without_handling(&mut ticket);
        }
        ticket
    }
}

/// How the hotline and the units deal with it is no matter of an expert's.
fn without_handling(ticket: &mut Ticket) {
    ticket.suggestions = Default::default();
    ticket.oversight = Default::default();
    ticket.responsibility = Default::default();
    ticket.tags.clear();
    ticket.copies.clear();
    ticket.duties.clear();
    ticket.tasks.clear();
    ticket.timers.clear();
    ticket.merged.clear();
    ticket.follow_ups.clear();
    ticket.evidence_asked.clear();
    ticket.ledger_entries.clear();
    ticket.ledger_notes.clear();
    ticket.nominations.clear();
    ticket.opinions.clear();
    ticket.omitted_from_feed.clear();
}
