//! Folding a rollout from its events.

use super::event::{RolloutEvent, RolloutRecorded};
use super::revision::{Revision, Standing};
use super::{Candidate, Halt, Rollout, RolloutId, Trial};

/// What all these events make.
#[must_use]
pub fn fold(id: &RolloutId, events: &[RolloutRecorded]) -> Rollout {
    let mut rollout = Rollout::new(id.clone());
    for event in events {
        apply(&mut rollout, event);
    }
    rollout
}

/// Applies one event.
pub fn apply(rollout: &mut Rollout, recorded: &RolloutRecorded) {
    rollout.version = recorded.sequence;
    match &recorded.event {
        RolloutEvent::Submitted { revision } => rollout.revisions.push((**revision).clone()),
        RolloutEvent::Withdrawn { revision } => set(rollout, *revision, |found| found.standing = Standing::Withdrawn),
        RolloutEvent::Approved { revision, opinion } => set(rollout, *revision, |found| {
            let (by, opinion, at) = (recorded.by.clone(), opinion.clone(), recorded.at);
            found.standing = Standing::Approved { by, opinion, at };
        }),
        RolloutEvent::Refused { revision, reason } => set(rollout, *revision, |found| {
            found.standing = Standing::Refused { by: recorded.by.clone(), reason: reason.clone() };
        }),
        RolloutEvent::Shadowed { revision } => {
            rollout.candidate = Some(Candidate { revision: *revision, stage: Trial::Shadow });
        }
        RolloutEvent::Canaried { revision, on } => {
            rollout.candidate = Some(Candidate { revision: *revision, stage: Trial::Canary(on.clone()) });
        }
        RolloutEvent::SwitchedOn { revision } => {
            if rollout.on != Some(*revision) {
                rollout.before = rollout.on;
            }
            rollout.on = Some(*revision);
            rollout.candidate = rollout.candidate.take().filter(|tried| tried.revision != *revision);
        }
        RolloutEvent::CandidateDropped { .. } => rollout.candidate = None,
        RolloutEvent::RolledBack { to, .. } => {
            rollout.on = *to;
            rollout.before = None;
        }
        RolloutEvent::SwitchedOff { .. } => rollout.off = Some(recorded.by.clone()),
        RolloutEvent::Resumed { .. } => {
            rollout.off = None;
            rollout.resumes += 1;
            rollout.resumed_at = Some(recorded.at);
            for revision in &mut rollout.revisions {
                revision.halt = None;
                revision.on_probation = None;
            }
        }
        RolloutEvent::Ordered { priority } => rollout.priority = *priority,
        RolloutEvent::Limited { limits } => rollout.limits = *limits,
        RolloutEvent::Removed { leaving, .. } => {
            rollout.removed = Some(*leaving);
            rollout.on = None;
            rollout.before = None;
            rollout.candidate = None;
        }
        RolloutEvent::Quarantined { revision, cause, failed, retry_at, times } => set(rollout, *revision, |found| {
            let (cause, failed) = (cause.clone(), failed.clone());
            let (since, retry_at, times) = (recorded.at, *retry_at, *times);
            found.halt = Some(Halt::Quarantine { since, cause, failed, retry_at, times });
            found.on_probation = None;
        }),
        RolloutEvent::Tripped { revision, cause, wanted } => set(rollout, *revision, |found| {
            found.halt = Some(Halt::Breaker { since: recorded.at, cause: cause.clone(), wanted: wanted.clone() });
        }),
        RolloutEvent::TriedAgain { revision } => set(rollout, *revision, |found| {
            let times = match found.halt {
                Some(Halt::Quarantine { times, .. }) => times,
                _ => 1,
            };
            found.halt = None;
            found.on_probation = Some(times);
        }),
        RolloutEvent::Released { revision } => set(rollout, *revision, |found| found.on_probation = None),
    }
}

fn set(rollout: &mut Rollout, number: u32, change: impl FnOnce(&mut Revision)) {
    if let Some(found) = rollout.revisions.iter_mut().find(|revision| revision.number == number) {
        change(found);
    }
}
