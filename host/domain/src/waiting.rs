//! What an open ticket waits for (等待环节), and since when: where it stands decides it, and when it
//! came there.

use crate::evaluation::ageing::WaitsFor;
use crate::status::Status;
use crate::ticket::Ticket;
use jiff::Timestamp;

impl Ticket {
    /// What it waits for while it is open. Nothing when another ticket or another authority
    /// has it: a merged ticket waits with its main ticket, a referred one outside of the line.
    #[must_use]
    pub fn waits_for(&self) -> Option<WaitsFor> {
        Some(match self.status() {
            _ if self.closed_at().is_some() => return None,
            Status::Merged | Status::Referred => return None,
            _ if self.pending.is_some() => WaitsFor::Ruling,
            Status::Registered => WaitsFor::Acceptance,
            Status::Accepted => WaitsFor::Dispatch,
            Status::LiabilityCase => WaitsFor::Liability,
            Status::Handling => match self.assignments.iter().find(|part| part.lead) {
                Some(part) if part.taken_up => WaitsFor::Handling,
                _ => WaitsFor::TakeUp,
            },
            Status::InReview => WaitsFor::Review,
            Status::AwaitingFollowUp => WaitsFor::FollowUp,
            Status::ClosedOut | Status::Declined | Status::PassedOn | Status::Archived => return None,
        })
    }

    /// Since when it waits for that.
    #[must_use]
    pub fn waits_since(&self) -> Timestamp {
        let asked_at = self.milestones.ruling_asked_at.filter(|_| self.pending.is_some());
        asked_at.unwrap_or(self.milestones.here_since)
    }
}
