//! The guards of this server (守护): what each plugin costs and changes, counted as it happens.
//! What goes over its limits is stopped alone: the breaker before the change that would be too
//! many is written, the quarantine after the call that failed once too often. The counts are this
//! server's own and begin anew when it starts; what they lead to is written in the registry, for
//! every server.

use super::rollouts::{RolloutSubmission, submit};
use crate::desk::{Desk, DeskError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::rollout::event::{FailedCall, MOST_LISTED, Wanted};
use chuishao_domain::plugin::rollout::limits::{COSTLY_FUEL, COSTLY_MICROS, Limits, SHARE_FROM};
use chuishao_domain::plugin::rollout::{Halt, RolloutId};
use chuishao_domain::rule::record::{Answer, CallFailure, DecisionRecord, Verdict};
use chuishao_sandbox::limits::FUEL_PER_CALL;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

// The domain says what is costly and the sandbox what a call may use: half of it, as long as both say so.
const _: () = assert!(COSTLY_FUEL * 2 == FUEL_PER_CALL);

/// Calls without a failure after which a trial is over.
const GOOD_CALLS: u32 = 20;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// A revision since it was last resumed.
type Which = (RolloutId, u32, u32);

/// The counts of all plugins.
#[derive(Default)]
pub struct Guard(Mutex<BTreeMap<Which, Counts>>);

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
struct Counts {
    asked: Window,
    changed: Window,
    lately: VecDeque<Wanted>,
    failures: u32,
    in_vain: u32,
    failed: VecDeque<FailedCall>,
    good: u32,
    minute_began: Option<Timestamp>,
    calls: u64,
    fuel: u64,
    micros: u64,
    costly: u64,
}

impl Guard {
    /// What each revision of a rollout costs and changes.
    pub fn health(&self, id: &RolloutId, now: Timestamp) -> Vec<Health> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hour_ago = now.saturating_sub(HOUR).unwrap_or(Timestamp::MIN);
        let own = counts.iter_mut().filter(|((of, ..), _)| of == id);
        own.map(|((_, revision, _), counts)| {
            counts.asked.forget_before(hour_ago);
            counts.changed.forget_before(hour_ago);
            Health {
                revision: *revision,
                asked: counts.asked.len(),
                changed: counts.changed.len(),
                calls: counts.calls,
                fuel: counts.fuel,
                micros: counts.micros,
                costly: counts.costly,
                failures: counts.failures,
                in_vain: counts.in_vain,
                failed: counts.failed.iter().cloned().collect(),
            }
        })
        .collect()
    }
}

fn which(decision: &DecisionRecord) -> (RolloutId, u32) {
    let placement = &decision.edition.placement;
    let id = RolloutId { territory: placement.territory.clone(), plugin: decision.edition.rule.clone() };
    (id, placement.revision)
}

/// The kinds of effects that came to something, and the first reason.
fn change(decision: &DecisionRecord) -> Option<(String, String)> {
    let Answer::Proposals(proposals) = &decision.call.answer else { return None };
    let came = |verdict: &Verdict| matches!(verdict, Verdict::Accepted { events } if !events.is_empty());
    let accepted: Vec<_> =
        proposals.iter().filter(|(_, verdict)| came(verdict)).map(|(proposal, _)| proposal).collect();
    let kinds: BTreeSet<&str> = accepted.iter().map(|proposal| proposal.effect.kind().term()).collect();
    let reason = accepted.first()?.reason.clone();
    Some((kinds.into_iter().collect::<Vec<_>>().join("、"), reason))
}

fn wanted(ticket: &TicketId, (effects, reason): (String, String), happened: bool) -> Wanted {
    Wanted { ticket: ticket.clone(), effects, reason, happened }
}

impl Counts {
    /// Why one more changed ticket would be too many, if it would.
    fn too_many(&mut self, ticket: &TicketId, limits: &Limits, now: Timestamp) -> Option<String> {
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

    /// Counts one call; why the plugin goes into quarantine, if it does.
    fn count(&mut self, ticket: &TicketId, decision: &DecisionRecord, limits: &Limits) -> Option<String> {
        let call = &decision.call;
        if self.minute_began.is_none_or(|began| call.at.duration_since(began) >= MINUTE) {
            self.minute_began = Some(call.at);
            (self.calls, self.fuel, self.micros, self.costly) = (0, 0, 0, 0);
        }
        self.calls += 1;
        self.fuel += call.fuel;
        self.micros += call.micros;
        self.costly += u64::from(call.fuel >= COSTLY_FUEL || call.micros >= COSTLY_MICROS);
        self.asked.push(call.at, ticket);
        if let Some(change) = change(decision) {
            self.changed.push(call.at, ticket);
            self.lately.push_back(wanted(ticket, change, true));
            self.lately.drain(..self.lately.len().saturating_sub(MOST_LISTED));
        }
        match &call.answer {
            // Not the plugin's doing.
            Answer::Failed(CallFailure::Host { .. } | CallFailure::LoopGuard { .. }) => {}
            Answer::Failed(failure) => {
                self.failures += 1;
                self.good = 0;
                let (ticket, failure) = (ticket.clone(), failure.chinese());
                self.failed.push_back(FailedCall { ticket, event_sequence: call.event_sequence, failure, at: call.at });
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

/// What the guards have to say.
struct Said {
    id: RolloutId,
    command: RolloutCommand,
}

impl Guard {
    fn counts<R>(&self, work: impl FnOnce(&mut BTreeMap<Which, Counts>) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what was just walked would change too many tickets: looked at before it is written.
    fn breaker(&self, desk: &Desk, ticket: &TicketId, decisions: &[DecisionRecord]) -> Option<Said> {
        let live = desk.registry.live();
        let now = desk.clock.now();
        self.counts(|all| {
            for decision in decisions {
                let Some(change) = change(decision) else { continue };
                let (id, revision) = which(decision);
                let Some(rollout) = live.rollouts.get(&id) else { continue };
                let counts = all.entry((id.clone(), revision, rollout.resumes)).or_default();
                if let Some(cause) = counts.too_many(ticket, &rollout.limits, now) {
                    let mut list: Vec<Wanted> = counts.lately.iter().cloned().collect();
                    list.push(wanted(ticket, change, false));
                    return Some(Said { id, command: RolloutCommand::Trip { revision, cause, wanted: list } });
                }
            }
            None
        })
    }

    /// Counts what was written.
    fn observe(&self, desk: &Desk, ticket: &TicketId, decisions: &[DecisionRecord]) -> Vec<Said> {
        let live = desk.registry.live();
        self.counts(|all| {
            let mut said = Vec::new();
            for decision in decisions {
                let (id, revision) = which(decision);
                let Some(rollout) = live.rollouts.get(&id) else { continue };
                let Some(found) = rollout.revision(revision) else { continue };
                let counts = all.entry((id.clone(), revision, rollout.resumes)).or_default();
                let mut cause = counts.count(ticket, decision, &rollout.limits);
                if found.on_probation.is_some() {
                    // One failure is enough to go back.
                    if cause.is_none() && counts.failures > 0 {
                        cause = counts.failed.back().map(|last| format!("试运行失败：{}", last.failure));
                    }
                    if cause.is_none() && counts.good >= GOOD_CALLS {
                        said.push(Said { id: id.clone(), command: RolloutCommand::Release { revision } });
                    }
                }
                if let Some(cause) = cause {
                    let failed = counts.failed.drain(..).collect();
                    *counts = Counts::default();
                    said.push(Said { id, command: RolloutCommand::Quarantine { revision, cause, failed } });
                }
            }
            said
        })
    }
}

async fn carry_out(desk: &Desk, said: Said) -> Result<(), DeskError> {
    let Said { id, command } = said;
    let submission = RolloutSubmission { id, expected_version: None, command, by: Officer::Host, key: None };
    submit(desk, &submission).await.map(drop)
}

/// Before a command's consequences are written: whether they may be. When a breaker opens, the
/// command is walked again without the plugin.
///
/// # Errors
/// The breaker could not be written.
pub async fn admits(desk: &Desk, ticket: &TicketId, decisions: &[DecisionRecord]) -> Result<bool, DeskError> {
    if decisions.is_empty() {
        return Ok(true);
    }
    match desk.registry.guard.breaker(desk, ticket, decisions) {
        None => Ok(true),
        Some(said) => {
            tracing::error!(rollout = %said.id, "a breaker opens");
            carry_out(desk, said).await?;
            Ok(false)
        }
    }
}

/// After a command was written: counts what its rules cost, and puts into quarantine what cost too
/// much. That is not the ticket's affair: where it cannot be written, it is said and tried again at
/// the next call.
pub async fn written(desk: &Desk, ticket: &TicketId, decisions: &[DecisionRecord]) {
    if decisions.is_empty() {
        return;
    }
    for said in desk.registry.guard.observe(desk, ticket, decisions) {
        let (id, what) = (said.id.clone(), said.command.term());
        match carry_out(desk, said).await {
            Ok(()) => tracing::error!(rollout = %id, what, "a plugin was stopped or let out by its guard"),
            Err(error) => tracing::error!(rollout = %id, what, error = %error, "a guard could not be heard"),
        }
    }
}

/// Lets those try again whose time in quarantine is over.
pub async fn look(desk: &Desk) {
    let (live, now) = (desk.registry.live(), desk.clock.now());
    for rollout in live.rollouts.values().filter(|rollout| rollout.is_in_use()) {
        for revision in &rollout.revisions {
            let Some(Halt::Quarantine { retry_at, .. }) = revision.halt else { continue };
            if retry_at <= now {
                let command = RolloutCommand::TryAgain { revision: revision.number };
                if let Err(error) = carry_out(desk, Said { id: rollout.id.clone(), command }).await {
                    tracing::warn!(rollout = %rollout.id, error = %error, "a quarantine could not end");
                }
            }
        }
    }
}
