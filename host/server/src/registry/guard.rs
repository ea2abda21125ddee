//! The guards (守护): what each plugin costs and changes, counted as it happens. What goes over its
//! limits is stopped alone: the breaker before the change that would be too many is written, the
//! quarantine after the call that failed once too often. A candidate in the shadow is not guarded, nor
//! what a canary holds of a review: nothing comes of either.
//!
//! The breaker's hour is the city's: it protects tickets, which all servers change together. So each
//! server counts what the others decided as well, and what was decided before it started, from the
//! records ([`follow()`]). Budgets of a minute and failures in a row are this server's own and begin anew
//! with it: a budget protects this machine's processors, which no other server's calls wear out, and
//! calls that several servers make at once are in no row. What any of it leads to is written in the
//! registry, for every server.
//!
//! - this file: who is stopped, and when; `hour`, `counts`: what is counted; `follow`: from the records.

mod counts;
mod follow;
mod hour;

pub use counts::Health;
pub use follow::{catch_up, follow, recall};

use super::Live;
use super::rollouts::{RolloutSubmission, submit};
use crate::desk::{Desk, DeskError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::rollout::limits::Limits;
use chuishao_domain::plugin::rollout::{Halt, RolloutId};
use chuishao_domain::rule::record::{DecisionRecord, Edition};
use chuishao_domain::rule::review::ReviewRecord;
use counts::Counts;
use hour::Change;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Calls without a failure after which a trial is over.
const GOOD_CALLS: u32 = 20;

/// A revision of a rollout.
type Which = (RolloutId, u32);

/// The counts of all plugins.
#[derive(Default)]
pub struct Guard {
    counts: Mutex<BTreeMap<Which, Counts>>,
    /// Up to which change the decisions of the records are counted; one looks at a time.
    through: tokio::sync::Mutex<Option<u64>>,
}

impl Guard {
    /// What each revision of a rollout costs and changes.
    #[must_use]
    pub fn health(&self, live: &Live, id: &RolloutId, now: Timestamp) -> Vec<Health> {
        let rollout = live.rollouts.get(id);
        let health = |((_, revision), counts): (&Which, &mut Counts)| {
            if let Some(rollout) = rollout {
                counts.since_resumed(rollout);
            }
            counts.health(*revision, now)
        };
        self.counts(|all| all.iter_mut().filter(|((of, _), _)| of == id).map(health).collect())
    }
}

fn which(edition: &Edition) -> Which {
    let placement = &edition.placement;
    let id = RolloutId { territory: placement.territory.clone(), plugin: edition.rule.clone() };
    (id, placement.revision)
}

/// What the guards have to say.
struct Said {
    id: RolloutId,
    command: RolloutCommand,
}

impl Guard {
    fn counts<R>(&self, work: impl FnOnce(&mut BTreeMap<Which, Counts>) -> R) -> R {
        work(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether what was just walked would change too many tickets: looked at before it is written.
    fn breaker(&self, desk: &Desk, ticket: &TicketId, decisions: &[DecisionRecord]) -> Option<Said> {
        let live = desk.registry.live();
        let now = desk.clock.now();
        self.counts(|all| {
            for decision in decisions {
                let Some(change) = Change::of(&decision.call) else { continue };
                let (id, revision) = which(&decision.edition);
                let Some(rollout) = live.rollouts.get(&id) else { continue };
                let counts = all.entry((id.clone(), revision)).or_default();
                counts.since_resumed(rollout);
                if let Some(cause) = counts.hour.too_many(ticket, &rollout.limits, now) {
                    let wanted = counts.hour.wanted(ticket, &change);
                    return Some(Said { id, command: RolloutCommand::Trip { revision, cause, wanted } });
                }
            }
            None
        })
    }

    /// Counts one call of an edition; what the guards say to it.
    fn observe(
        &self,
        desk: &Desk,
        edition: &Edition,
        count: impl FnOnce(&mut Counts, &Limits) -> Option<String>,
    ) -> Vec<Said> {
        let live = desk.registry.live();
        let (id, revision) = which(edition);
        let Some(rollout) = live.rollouts.get(&id) else { return Vec::new() };
        let Some(found) = rollout.revision(revision) else { return Vec::new() };
        self.counts(|all| {
            let mut said = Vec::new();
            let counts = all.entry((id.clone(), revision)).or_default();
            counts.since_resumed(rollout);
            let mut cause = count(counts, &rollout.limits);
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
                counts.begin_anew();
                said.push(Said { id, command: RolloutCommand::Quarantine { revision, cause, failed } });
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
    let guard = &desk.registry.guard;
    let mut said = Vec::new();
    for decision in decisions {
        let count = |counts: &mut Counts, limits: &Limits| counts.count_decision(ticket, decision, limits);
        said.extend(guard.observe(desk, &decision.edition, count));
    }
    hear(desk, said).await;
}

/// The same after a review was written.
pub async fn reviewed(desk: &Desk, review: &ReviewRecord) {
    let count = |counts: &mut Counts, limits: &Limits| counts.count_review(review, limits);
    let said = desk.registry.guard.observe(desk, &review.edition, count);
    hear(desk, said).await;
}

async fn hear(desk: &Desk, said: Vec<Said>) {
    for said in said {
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
