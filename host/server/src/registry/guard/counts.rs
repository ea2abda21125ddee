//! What a guard counts of one revision (计数): the city's hour, and of this server alone failures and
//! refusals in a row and the minute's calls and cost. A review counts as a call, and as no ticket.

use super::hour::{Hour, hour_before};
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::Rollout;
use chuishao_domain::plugin::rollout::event::{CallAbout, FailedCall, MOST_LISTED};
use chuishao_domain::plugin::rollout::limits::{COSTLY_FUEL, COSTLY_MICROS, Limits};
use chuishao_domain::rule::record::{Answer, CallFailure, CallRecord, DecisionRecord, Verdict};
use chuishao_domain::rule::review::ReviewRecord;
use chuishao_sandbox::limits::FUEL_PER_CALL;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

// The domain says what is costly and the sandbox what a call may use: half of it, as long as both say so.
const _: () = assert!(COSTLY_FUEL * 2 == FUEL_PER_CALL);

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// What one revision changes, on all servers together, and what it costs, as this server counted since
/// it started (健康).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Health {
    /// Which revision.
    pub revision: u32,
    /// Tickets that it was asked about within the hour, on whichever server.
    pub asked: u32,
    /// Tickets that it changed within the hour, on whichever server.
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

/// The counts of one revision.
#[derive(Default)]
pub(super) struct Counts {
    /// How often its rollout had been resumed when these began.
    resumes: u32,
    /// The city's.
    pub(super) hour: Hour,
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

/// What a call came to and cost.
struct Spent<'a> {
    answer: &'a Answer,
    fuel: u64,
    micros: u64,
    at: Timestamp,
}

impl Counts {
    /// Begins anew when a person has resumed the rollout since. Of the hour what was decided after it
    /// stays: another server may have been quicker to act by it than this one to see it.
    pub(super) fn since_resumed(&mut self, rollout: &Rollout) {
        // Whoever began his walk before it still has the rollout as it was.
        if self.resumes < rollout.resumes {
            self.begin_anew();
            self.resumes = rollout.resumes;
            if let Some(at) = rollout.resumed_at {
                self.hour.forget_until(at);
            }
        }
    }

    /// Begins anew with all but the hour, which is the city's.
    pub(super) fn begin_anew(&mut self) {
        let (resumes, hour) = (self.resumes, std::mem::take(&mut self.hour));
        *self = Self { resumes, hour, ..Self::default() };
    }

    /// What these come to now.
    pub(super) fn health(&mut self, revision: u32, now: Timestamp) -> Health {
        self.hour.forget_until(hour_before(now));
        Health {
            revision,
            asked: self.hour.asked(),
            changed: self.hour.changed(),
            calls: self.calls,
            fuel: self.fuel,
            micros: self.micros,
            costly: self.costly,
            failures: self.failures,
            in_vain: self.in_vain,
            failed: self.failed.iter().cloned().collect(),
        }
    }

    /// Counts one call about a ticket; why the plugin goes into quarantine, if it does.
    pub(super) fn count_decision(
        &mut self,
        ticket: &TicketId,
        decision: &DecisionRecord,
        limits: &Limits,
    ) -> Option<String> {
        let CallRecord { event_sequence, ref answer, fuel, micros, at, .. } = decision.call;
        self.hour.add(ticket, &decision.call);
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
                self.failed.push_back(FailedCall { about: about(), failure: failure.words().chinese, at: call.at });
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
