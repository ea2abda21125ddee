//! Following the records (续计): the hour of a revision as all servers of the city make it. What was
//! decided before this server started and what others decide is read beside the calls, so that no
//! call waits for it: another server's change counts here within two seconds, and until then each
//! server admits what the limit has room for as far as it knows. What this server decided it knows
//! already: where no other one decides, no record is read.

use super::hour::hour_before;
use super::{Guard, which};
use crate::desk::Desk;
use crate::registry::Live;
use crate::store::StoreError;
use crate::store::changes::NUMBERED_AT_A_TIME;
use crate::store::lately::{Decided, Stretch};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::DecisionRecord;
use jiff::Timestamp;

/// Changes that one look goes over: many times what a large city writes between two looks, and with
/// the decisions on their tickets a few megabytes.
const AT_A_TIME: u64 = NUMBERED_AT_A_TIME;

/// Counts the hour that stands in the records: before a server answers.
///
/// # Errors
/// The database failed.
pub async fn recall(desk: &Desk) -> Result<(), StoreError> {
    // A server that was killed may have left changes that nobody has numbered.
    while desk.store.number_changes().await? > 0 {}
    catch_up(desk).await
}

/// Looks until it has caught up: after an import there is more than one look goes over.
///
/// # Errors
/// As for [`follow()`].
pub async fn catch_up(desk: &Desk) -> Result<(), StoreError> {
    while follow(desk).await? {}
    Ok(())
}

/// Counts what was decided since the last look. Says whether more is there than one look goes over.
///
/// # Errors
/// The database failed; what was counted stays, and the next look goes on from there.
pub async fn follow(desk: &Desk) -> Result<bool, StoreError> {
    let (store, guard, since) = (&desk.store, &desk.registry.guard, hour_before(desk.clock.now()));
    let mut through = guard.through.lock().await;
    // So that a look sees what was committed before it, whoever numbers otherwise.
    let numbered = store.number_changes().await?;
    let latest = store.latest_change().await?;
    // None that there is: the first look; or the database was restored, and its numbers with it.
    let known = (*through).filter(|through| *through <= latest).unwrap_or_default();
    let after = match latest - known {
        0..=AT_A_TIME => known,
        // What is older than an hour is passed over.
        _ => store.change_before(since).await?.max(known),
    };
    let stretch = Stretch { after, through: latest.min(after + AT_A_TIME) };
    if stretch.through > stretch.after {
        let decided = store.decided(stretch, since).await?;
        if decided.iter().any(|one| guard.is_news(one)) {
            let decisions = store.decided_in_full(stretch, since).await?;
            let live = desk.registry.live();
            for (ticket, decision) in &decisions {
                guard.learn(&live, ticket, decision);
            }
        }
    }
    *through = Some(stretch.through);
    guard.forget_until(since);
    // As many as are numbered at a time: some are left, perhaps.
    Ok(stretch.through < latest || numbered >= AT_A_TIME)
}

impl Guard {
    fn is_news(&self, decided: &Decided) -> bool {
        self.counts(|all| !all.iter().any(|((id, _), counts)| id.plugin == decided.rule && counts.hour.has(decided)))
    }

    /// Counts a decision for the hour, unless it is known or a person has resumed the rollout since.
    fn learn(&self, live: &Live, ticket: &TicketId, decision: &DecisionRecord) {
        let (id, revision) = which(&decision.edition);
        let rollout = live.rollouts.get(&id);
        let resumed_at = rollout.and_then(|rollout| rollout.resumed_at);
        if resumed_at.is_some_and(|resumed_at| decision.call.at <= resumed_at) {
            return;
        }
        self.counts(|all| {
            let counts = all.entry((id, revision)).or_default();
            if let Some(rollout) = rollout {
                counts.since_resumed(rollout);
            }
            counts.hour.add(ticket, &decision.call);
        });
    }

    /// What is older than an hour goes, of plugins that nobody asks any more too.
    fn forget_until(&self, moment: Timestamp) {
        self.counts(|all| all.values_mut().for_each(|counts| counts.hour.forget_until(moment)));
    }
}
