//! What many tickets add up to (计数): the parts and wholes of every indicator. Counts of two
//! territories added are the counts of both, so a city's figure is never a mean of means.

use super::first_response::FirstResponses;
use super::growth::Growth;
use super::outcome::{Exclusion, TicketOutcome};
use super::period::Period;
use super::rate::{Rate, Tally};
use super::subject::Subject;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// The parts and wholes of every indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Counts {
    /// 登记、回访、解决、满意. Received tickets are all, the excluded too: they were load.
    pub tally: Tally,
    /// 剔除, by reason: in no other count than `received`.
    pub excluded: BTreeMap<Exclusion, u64>,
    /// 办结而未接通回访: in no denominator, and not hidden.
    pub unreached: u64,
    /// 按时办结, of those whose time is up or that are done.
    pub closed_in_time: Rate,
    /// 及时签收
    pub taken_up_in_time: Rate,
    /// 时限内联系来电人
    pub contacted_in_time: Rate,
    /// 退单, of those dispatched.
    pub handed_back: Rate,
    /// 延期, of those dispatched.
    pub extended: Rate,
    /// 重复诉求, of those received.
    pub repeated: Rate,
    /// 市直部门及时签收抄送
    pub copies_signed_in_time: Rate,
    /// 市直部门按时出具书面意见
    pub opinions_in_time: Rate,
    /// 督促、指导、监督 on overdue tickets, and how many those are.
    pub supervised: Rate,
    /// 首次响应
    pub first_responses: FirstResponses,
    /// 知识库提报采纳, of those submitted. No ticket tells it.
    pub knowledge_accepted: Rate,
    /// 同类诉求, all kinds together, each beside its own base. No single ticket tells it.
    pub like_matters: Growth,
}

impl Counts {
    /// What the tickets of a subject in a period add up to, as seen from a moment.
    #[must_use]
    pub fn over<'a>(
        outcomes: impl IntoIterator<Item = &'a TicketOutcome>,
        subject: &Subject,
        period: Period,
        as_of: Timestamp,
    ) -> Self {
        let mut counts = Self::default();
        let of_subject = outcomes.into_iter().filter(|ticket| ticket.concerns(subject));
        of_subject.filter(|ticket| period.contains(ticket.received_at)).for_each(|ticket| counts.count(ticket, as_of));
        counts
    }

    /// Counts one ticket, as seen from a moment.
    pub fn count(&mut self, ticket: &TicketOutcome, as_of: Timestamp) {
        if let Some(reason) = ticket.exclusion {
            self.tally.received += 1;
            *self.excluded.entry(reason).or_default() += 1;
            return;
        }
        self.tally += ticket.tally();
        self.unreached += u64::from(ticket.first_solved.is_none() && ticket.closed_at.is_some());
        self.repeated.count(ticket.repeated);
        self.count_promises(ticket, as_of);
        if ticket.dispatched_at.is_some() {
            self.handed_back.count(ticket.hand_backs > 0);
            self.extended.count(ticket.extensions > 0);
            let response = ticket.contact.done_at.filter(|at| *at <= as_of);
            self.first_responses.count(response.map(|at| at.duration_since(ticket.received_at).as_secs()));
        }
    }

    fn count_promises(&mut self, ticket: &TicketOutcome, as_of: Timestamp) {
        for (promise, rate) in [
            (ticket.close, &mut self.closed_in_time),
            (ticket.take_up, &mut self.taken_up_in_time),
            (ticket.contact, &mut self.contacted_in_time),
            (ticket.copy_signed, &mut self.copies_signed_in_time),
            (ticket.opinion, &mut self.opinions_in_time),
        ] {
            if let Some(kept) = promise.kept(as_of) {
                rate.count(kept);
            }
        }
        // Only on overdue tickets: words about those that went well supervise nothing.
        if ticket.close.kept(as_of) == Some(false) {
            self.supervised += Rate { part: u64::from(ticket.supervisions), whole: 1 };
        }
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        self.tally += other.tally;
        for (reason, count) in &other.excluded {
            *self.excluded.entry(*reason).or_default() += count;
        }
        self.unreached += other.unreached;
        self.closed_in_time += other.closed_in_time;
        self.taken_up_in_time += other.taken_up_in_time;
        self.contacted_in_time += other.contacted_in_time;
        self.handed_back += other.handed_back;
        self.extended += other.extended;
        self.repeated += other.repeated;
        self.copies_signed_in_time += other.copies_signed_in_time;
        self.opinions_in_time += other.opinions_in_time;
        self.supervised += other.supervised;
        self.first_responses += &other.first_responses;
        self.knowledge_accepted += other.knowledge_accepted;
        self.like_matters += other.like_matters;
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{at, road_repaired};
    use super::*;

    fn one(change: impl FnOnce(&mut TicketOutcome)) -> Counts {
        let mut ticket = road_repaired();
        change(&mut ticket);
        let mut counts = Counts::default();
        counts.count(&ticket, at("2024-07-31T00:00"));
        counts
    }

    #[test]
    fn a_good_ticket_counts_everywhere() {
        let counts = one(|_| ());
        let all = Tally { received: 1, followed_up: 1, solved_at_first: 1, solved: 1, rated: 1, satisfied: 1 };
        assert_eq!(counts.tally, all);
        let whole = Rate { part: 1, whole: 1 };
        assert_eq!([counts.closed_in_time, counts.taken_up_in_time, counts.copies_signed_in_time], [whole; 3]);
        assert_eq!(counts.opinions_in_time, Rate::default(), "none was asked for");
        assert_eq!(counts.supervised, Rate::default(), "it was not overdue");
        assert_eq!(counts.first_responses.median_minutes(), Some(85));
    }

    #[test]
    fn an_excluded_ticket_was_load_and_nothing_else() {
        let counts = one(|ticket| ticket.exclusion = Some(Exclusion::BeyondDuty));
        let mut expected = Counts::default();
        expected.tally.received = 1;
        expected.excluded.insert(Exclusion::BeyondDuty, 1);
        assert_eq!(counts, expected);
    }

    #[test]
    fn who_was_not_reached_is_counted_beside() {
        let counts = one(|ticket| (ticket.first_solved, ticket.solved, ticket.satisfied) = (None, None, None));
        assert_eq!((counts.tally.followed_up, counts.tally.rated, counts.unreached), (0, 0, 1));
    }

    #[test]
    fn solved_after_rework_is_not_solved_at_first() {
        let counts = one(|ticket| (ticket.first_solved, ticket.reworks) = (Some(false), 1));
        assert_eq!((counts.tally.solved_at_first, counts.tally.solved), (0, 1));
        // Solved at the first call, and handled again because the caller was dissatisfied.
        assert_eq!(one(|ticket| ticket.reworks = 1).tally.solved_at_first, 0);
    }

    #[test]
    fn an_open_late_ticket_counts_against() {
        let counts = one(|ticket| (ticket.close.done_at, ticket.supervisions) = (None, 3));
        assert_eq!(counts.closed_in_time, Rate { part: 0, whole: 1 });
        assert_eq!(counts.supervised, Rate { part: 3, whole: 1 });
    }

    #[test]
    fn a_subject_and_a_period_have_their_own_tickets() {
        let tickets = [road_repaired(), TicketOutcome { territory: "370705".into(), ..road_repaired() }];
        let as_of = at("2024-07-31T00:00");
        let received = |subject: Subject, period: &str| {
            Counts::over(&tickets, &subject, period.parse().expect("a period"), as_of).tally.received
        };
        assert_eq!(received(Subject::Territory("370784".into()), "2024-06"), 1);
        assert_eq!(received(Subject::Territory("370784".into()), "2024-07"), 0);
        assert_eq!(received(Subject::Department("WF-ZJ".into()), "2024-06"), 2);
    }
}
