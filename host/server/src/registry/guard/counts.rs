//! What a guard counts of one revision (计数): failures and refusals in a row, the minute's calls and
//! cost, and the hour's tickets. A review counts as a call, and as no ticket.

use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::event::{CallAbout, FailedCall, MOST_LISTED, Wanted};
use chuishao_domain::plugin::rollout::limits::{COSTLY_FUEL, COSTLY_MICROS, Limits, SHARE_FROM};
use chuishao_domain::rule::record::{Answer, CallFailure, CallRecord, DecisionRecord, Verdict};
use chuishao_domain::rule::review::ReviewRecord;
use chuishao_sandbox::limits::FUEL_PER_CALL;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, VecDeque};

// The domain says what is costly and the sandbox what a call may use: half of it, as long as both say so.
const _: () = assert!(COSTLY_FUEL * 2 == FUEL_PER_CALL);

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// What one revision costs and changes, as this server counted since it started (健康).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Health {
    /// Which revision.
    pub revision: u32,
    /// Tickets that it was asked about within the hour.
    pub asked: u32,
    /// Tickets that it changed within the hour.
    pub changed: u32,
    /// Calls, fuel and microseconds in the minute of its last call.
    pub calls: u64,
    /// Fuel in that minute.
    pub fuel: u64,
    /// Microseconds in that minute.
    pub micros: u64,
    /// Calls in that minute that cost much.
    pub costly: u64,
    /// Failures in a row.
    pub failures: u32,
    /// Answers in a row of which everything was refused.
    pub in_vain: u32,
    /// The calls that failed last.
    pub failed: Vec<FailedCall>,
}

/// A thing that happened to a ticket within the last hour.
#[derive(Default)]
struct Window {
    order: VecDeque<(Timestamp, TicketId)>,
    tickets: HashMap<TicketId, u32>,
}

impl Window {
    fn push(&mut self, at: Timestamp, ticket: &TicketId) {
        self.order.push_back((at, ticket.clone()));
        *self.tickets.entry(ticket.clone()).or_default() += 1;
    }

    fn forget_before(&mut self, moment: Timestamp) {
        while self.order.front().is_some_and(|(at, _)| *at <= moment) {
            let Some((_, ticket)) = self.order.pop_front() else { break };
            if let Some(count) = self.tickets.get_mut(&ticket) {
                *count -= 1;
                if *count == 0 {
                    self.tickets.remove(&ticket);
                }
            }
        }
    }

    fn holds(&self, ticket: &TicketId) -> bool {
        self.tickets.contains_key(ticket)
    }

    fn len(&self) -> u32 {
        u32::try_from(self.tickets.len()).unwrap_or(u32::MAX)
    }
}

/// The counts of one revision.
#[derive(Default)]
pub(super) struct Counts {
    asked: Window,
    changed: Window,
    pub(super) lately: VecDeque<Wanted>,
    pub(super) failures: u32,
    in_vain: u32,
    pub(super) failed: VecDeque<FailedCall>,
    pub(super) good: u32,
    minute_began: Option<Timestamp>,
    calls: u64,
    fuel: u64,
    micros: u64,
    costly: u64,
}

/// The kinds of effects that came to something, and the first reason.
pub(super) fn change(decision: &DecisionRecord) -> Option<(String, String)> {
    let Answer::Proposals(proposals) = &decision.call.answer else { return None };
    let came = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { events } if !events.is_empty());
    let accepted: Vec<_> =
        proposals.iter().filter(|(_, verdict)| came(verdict)).map(|(proposal, _)| proposal).collect();
    let kinds: BTreeSet<&str> = accepted.iter().map(|proposal| proposal.effect.kind().term()).collect();
    let reason = accepted.first()?.reason.clone();
    Some((kinds.into_iter().collect::<Vec<_>>().join("、"), reason))
}

pub(super) fn wanted(ticket: &TicketId, (effects, reason): (String, String), happened: bool) -> Wanted {
    Wanted { ticket: ticket.clone(), effects, reason, happened }
}

/// What a call came to and cost.
struct Spent<'a> {
    answer: &'a Answer,
    fuel: u64,
    micros: u64,
    at: Timestamp,
}

impl Counts {
    /// What these come to now.
    pub(super) fn health(&mut self, revision: u32, now: Timestamp) -> Health {
        let hour_ago = now.saturating_sub(HOUR).unwrap_or(Timestamp::MIN);
        self.asked.forget_before(hour_ago);
        self.changed.forget_before(hour_ago);
        Health {
            revision,
            asked: self.asked.len(),
            changed: self.changed.len(),
            calls: self.calls,
            fuel: self.fuel,
            micros: self.micros,
            costly: self.costly,
            failures: self.failures,
            in_vain: self.in_vain,
            failed: self.failed.iter().cloned().collect(),
        }
    }

    /// Why one more changed ticket would be too many, if it would.
    pub(super) fn too_many(&mut self, ticket: &TicketId, limits: &Limits, now: Timestamp) -> Option<String> {
        let hour_ago = now.saturating_sub(HOUR).unwrap_or(Timestamp::MIN);
        self.changed.forget_before(hour_ago);
        self.asked.forget_before(hour_ago);
        if self.changed.holds(ticket) {
            return None;
        }
        let changed = self.changed.len() + 1;
        if changed > limits.changed_per_hour {
            return Some(format!("一小时内将改动第 {changed} 件工单，上限 {} 件", limits.changed_per_hour));
        }
        let asked = self.asked.len() + u32::from(!self.asked.holds(ticket));
        let permille = u64::from(changed) * 1000 / u64::from(asked.max(1));
        (asked >= SHARE_FROM && permille > u64::from(limits.changed_permille)).then(|| {
            let most = limits.changed_permille;
            format!("一小时内询问 {asked} 件工单，将改动 {changed} 件，占千分之 {permille}，上限千分之 {most}")
        })
    }

    /// Counts one call about a ticket; why the plugin goes into quarantine, if it does.
    pub(super) fn count_decision(
        &mut self,
        ticket: &TicketId,
        decision: &DecisionRecord,
        limits: &Limits,
    ) -> Option<String> {
        let CallRecord { event_sequence, ref answer, fuel, micros, at, .. } = decision.call;
        self.asked.push(at, ticket);
        if let Some(change) = change(decision) {
            self.changed.push(at, ticket);
            self.lately.push_back(wanted(ticket, change, true));
            self.lately.drain(..self.lately.len().saturating_sub(MOST_LISTED));
        }
        let about = || CallAbout::Event { ticket: ticket.clone(), event_sequence };
        self.count(&Spent { answer, fuel, micros, at }, about, limits)
    }

    /// The same for a review: it is about no ticket and changes none, and fails and costs as any call.
    pub(super) fn count_review(&mut self, review: &ReviewRecord, limits: &Limits) -> Option<String> {
        let ReviewRecord { ref id, ref answer, fuel, micros, at, .. } = *review;
        let about = || CallAbout::Review { review: id.clone() };
        self.count(&Spent { answer, fuel, micros, at }, about, limits)
    }

    fn count(&mut self, call: &Spent<'_>, about: impl FnOnce() -> CallAbout, limits: &Limits) -> Option<String> {
        if self.minute_began.is_none_or(|began| call.at.duration_since(began) >= MINUTE) {
            self.minute_began = Some(call.at);
            (self.calls, self.fuel, self.micros, self.costly) = (0, 0, 0, 0);
        }
        self.calls += 1;
        self.fuel += call.fuel;
        self.micros += call.micros;
        self.costly += u64::from(call.fuel >= COSTLY_FUEL || call.micros >= COSTLY_MICROS);
        match call.answer {
            // Not the plugin's doing.
            Answer::Failed(CallFailure::Host { .. } | CallFailure::LoopGuard { .. }) => {}
            Answer::Failed(failure) => {
                self.failures += 1;
                self.good = 0;
                self.failed.push_back(FailedCall { about: about(), failure: failure.chinese(), at: call.at });
                self.failed.drain(..self.failed.len().saturating_sub(MOST_LISTED));
            }
            Answer::Proposals(judged) => {
                let refused = |verdict: &Verdict| matches!(verdict, Verdict::Refused(_));
                match judged.iter().all(|(_, verdict)| refused(verdict)) {
                    _ if judged.is_empty() => {}
                    true => self.in_vain += 1,
                    false => self.in_vain = 0,
                }
                self.failures = 0;
                self.good = self.good.saturating_add(1);
            }
        }
        if self.failures >= limits.failures_in_a_row {
            let last = self.failed.back().map(|failed| failed.failure.clone()).unwrap_or_default();
            return Some(format!("连续失败 {} 次，最后一次：{last}", self.failures));
        }
        if self.in_vain >= limits.refused_in_a_row {
            return Some(format!("连续 {} 次所提全部被拒", self.in_vain));
        }
        let (millions, millis) = (self.fuel / 1_000_000, self.micros / 1000);
        let over = [
            (self.calls, limits.calls_per_minute, "一分钟内被询问", "次"),
            (millions, limits.fuel_per_minute, "一分钟内用去算力", "百万"),
            (millis, limits.millis_per_minute, "一分钟内用时", "毫秒"),
            (self.costly, limits.costly_calls_per_minute, "一分钟内高耗调用", "次"),
        ];
        let over = over.into_iter().find(|(used, most, ..)| *used > u64::from(*most));
        over.map(|(used, most, what, unit)| format!("{what} {used} {unit}，上限 {most} {unit}"))
    }
}
