//! The walk of one command on a rollout (发布受理): loaded at its version, decided by the domain,
//! proved to load where it would run, written at once, and taken up by this server before it
//! answers; the others see it within a second, and commit nothing by the old rules in between.

use super::load::voucher;
use super::{Live, Registry, meets, name_taken};
use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::store::StoreError;
use crate::store::registry::RegistryChange;
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::apply::apply;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::rollout::conflict::{Conflict, Party, conflicts};
use chuishao_domain::plugin::rollout::event::{RolloutEvent, RolloutRecorded};
use chuishao_domain::plugin::rollout::handle::handle;
use chuishao_domain::plugin::rollout::narrate;
use chuishao_domain::plugin::rollout::revision::{PackageInfo, Revision};
use chuishao_domain::plugin::rollout::{Rollout, RolloutId};
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::record::{Placement, Stage};
use chuishao_sandbox::rulebook::Activation;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is done to a rollout, by whom.
#[derive(Clone)]
pub struct RolloutSubmission {
    /// Which.
    pub id: RolloutId,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: RolloutCommand,
    /// Who.
    pub by: Officer,
    /// The key, if the request carried one.
    pub key: Option<Key>,
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RolloutReceipt {
    /// `370705/kuiwen-onsite-mediation`
    pub rollout: String,
    /// The version that it made.
    pub version: u64,
    /// 状态
    pub state: String,
    /// The revision that was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// What happened, in words.
    pub happened: Vec<String>,
    /// What the plugin meets, or would meet.
    pub conflicts: Vec<Conflict>,
}

/// Carries out a command.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(desk: &Desk, submission: &RolloutSubmission) -> Result<RolloutReceipt, DeskError> {
    let receipt = once(&desk.store, submission.key.as_ref(), || attempt(desk, submission)).await?;
    desk.registry.take_up(&desk.store, &desk.world().catalogue).await?;
    Ok(receipt)
}

/// One try; nothing when another command was quicker.
async fn attempt(desk: &Desk, submission: &RolloutSubmission) -> Result<Option<RolloutReceipt>, DeskError> {
    let RolloutSubmission { id, command, by, .. } = submission;
    let (now, world) = (desk.clock.now(), desk.world());
    let stored = desk.store.rollout(id).await?;
    if let (Some(wanted), Some(rollout)) = (submission.expected_version, &stored)
        && wanted != rollout.version
    {
        return Err(DeskError::AnotherVersion { now: rollout.version });
    }
    let computed_from = stored.as_ref().map_or(0, |rollout| rollout.version);
    let rollout = match (stored, command) {
        (Some(rollout), _) => rollout,
        (None, RolloutCommand::Submit(_)) => Rollout::new(id.clone()),
        (None, _) => return Err(no_rollout().into()),
    };
    if world.catalogue.territory(&id.territory).is_none() {
        let chinese = format!("没有 {} 这个区县；请填写区县或开发区代码，全市插件填 WF", id.territory);
        return Err(Refusal::new("no-territory", chinese, "there is no such territory").into());
    }
    let package = package(desk, &rollout, command, &world.catalogue).await?;
    let events = handle(&rollout, command, by, package.as_ref(), now)?;
    let mut after = rollout;
    let mut recorded = Vec::with_capacity(events.len());
    let mut happened = Vec::with_capacity(events.len());
    for (event, sequence) in events.into_iter().zip(computed_from + 1..) {
        let one = RolloutRecorded { sequence, at: now, by: by.clone(), event };
        apply(&mut after, &one);
        happened.push(narrate::event(&one.event, &after).chinese);
        recorded.push(one);
    }
    must_load(desk, &after, command, &world.catalogue).await?;
    let revision = recorded.iter().find_map(|one| match &one.event {
        RolloutEvent::Submitted { revision } => Some(revision.number),
        _ => None,
    });
    let receipt = RolloutReceipt {
        rollout: id.to_string(),
        version: after.version,
        state: after.term().to_owned(),
        revision,
        happened,
        conflicts: foreseen(&desk.registry, &after),
    };
    if recorded.is_empty() {
        return Ok(Some(receipt));
    }
    let change = RegistryChange::Rollout { events: &recorded, rollout: &after, computed_from };
    let answer = kept(submission.key.as_ref(), &receipt)?;
    if !written(desk.store.change_registry(&change, answer.as_ref(), now).await)? {
        return Ok(None);
    }
    tracing::info!(rollout = %id, happened = ?receipt.happened, "the registry changed");
    Ok(Some(receipt))
}

fn no_rollout() -> Refusal {
    Refusal::new("no-rollout", "没有提交过这个插件，请核对区县和名称", "there is no such rollout")
}

/// The package that a submission names, if somebody vouches for it in the rollout's territory.
async fn package(
    desk: &Desk,
    rollout: &Rollout,
    command: &RolloutCommand,
    catalogue: &Catalogue,
) -> Result<Option<PackageInfo>, DeskError> {
    let RolloutCommand::Submit(submitted) = command else { return Ok(None) };
    let Some(record) = desk.store.package(&submitted.package).await? else { return Ok(None) };
    let (Some(bytes), signatures) =
        (desk.store.component(&record.digest).await?, desk.store.signatures(&record.digest).await?)
    else {
        return Ok(None);
    };
    let keys = desk.registry.known_keys(&desk.store).await?;
    let signer = voucher(&bytes, &signatures, &keys, &rollout.id.territory, catalogue)?;
    Ok(Some(PackageInfo { digest: record.digest, manifest: record.manifest, signer }))
}

/// What a command makes run must load, here and now: a bad one never takes the place of a good one.
async fn must_load(
    desk: &Desk,
    after: &Rollout,
    command: &RolloutCommand,
    catalogue: &Catalogue,
) -> Result<(), DeskError> {
    let runs = matches!(
        command,
        RolloutCommand::Shadow { .. }
            | RolloutCommand::Canary { .. }
            | RolloutCommand::SwitchOn { .. }
            | RolloutCommand::RollBack { .. }
            | RolloutCommand::Resume { .. }
            | RolloutCommand::TryAgain { .. }
    );
    if !runs {
        return Ok(());
    }
    let live = desk.registry.live();
    let mut others = live.rollouts.values().filter(|other| other.id != after.id && other.is_in_use());
    if after.is_in_use()
        && let Some(other) = others.find(|other| meets(&other.id, &after.id))
    {
        return Err(name_taken(&other.id).into());
    }
    let keys = desk.registry.known_keys(&desk.store).await?;
    for lane in after.lanes() {
        let checked = desk.registry.checked(&desk.store, &after.id.territory, lane.revision, &keys, catalogue).await?;
        if let Err(problems) = checked
            && let Some(first) = problems.into_iter().next()
        {
            return Err(first.into());
        }
    }
    Ok(())
}

/// The revision that is talked about: the one being tried, the one that is on, or the newest.
fn spoken_of(rollout: &Rollout) -> Option<&Revision> {
    let tried = rollout.candidate.as_ref().and_then(|tried| rollout.revision(tried.revision));
    tried.or_else(|| rollout.revisions.last())
}

/// What a plugin meets, or would meet if its newest revision were on.
#[must_use]
pub fn foreseen(registry: &Registry, rollout: &Rollout) -> Vec<Conflict> {
    let Some(own) = spoken_of(rollout) else { return Vec::new() };
    let live = registry.live();
    let scope = own.package.manifest.scope.resolve(&own.settings);
    let others: Vec<Party<'_>> = live
        .rulebook
        .activations()
        .iter()
        .map(|other| Party {
            id: &other.rollout,
            priority: other.priority,
            manifest: &other.actor.manifest,
            scope: &other.scope,
        })
        .collect();
    let own = Party { id: &rollout.id, priority: rollout.priority, manifest: &own.package.manifest, scope: &scope };
    conflicts(own, &others)
}

/// A revision as it would act, and what acts now: for trying it on what has been.
///
/// # Errors
/// There is none, it may not be loaded, or the database failed.
pub async fn candidate(desk: &Desk, id: &RolloutId, number: u32) -> Result<(Activation, Arc<Live>), DeskError> {
    let (rollout, world) = (load(desk, id).await?, desk.world());
    let revision = rollout.revision(number).ok_or_else(|| {
        Refusal::new("no-revision", format!("没有第 {number} 版次，请核对"), "there is no such revision")
    })?;
    let keys = desk.registry.known_keys(&desk.store).await?;
    let checked = desk.registry.checked(&desk.store, &id.territory, revision, &keys, &world.catalogue).await?;
    let first = |problems: Vec<Refusal>| {
        let unknown = || Refusal::new("package-missing", "插件包不能加载", "the package does not load");
        DeskError::from(problems.into_iter().next().unwrap_or_else(unknown))
    };
    let guest = checked.map_err(first)?;
    let placement = Placement {
        territory: id.territory.clone(),
        revision: number,
        stage: Stage::Shadow,
        signer: revision.package.signer.clone(),
    };
    let made = Activation::new(guest, placement, rollout.priority, &revision.settings);
    let made = made.map_err(|problems| first(problems.into_iter().map(super::load::refusal).collect()))?;
    Ok((made, desk.registry.live()))
}

/// Loads a rollout, which must be there.
///
/// # Errors
/// There is none, or the database failed.
pub async fn load(desk: &Desk, id: &RolloutId) -> Result<Rollout, DeskError> {
    desk.store.rollout(id).await?.ok_or_else(|| no_rollout().into())
}

/// Its history, in order.
///
/// # Errors
/// The database failed.
pub async fn history(desk: &Desk, id: &RolloutId) -> Result<Vec<RolloutRecorded>, StoreError> {
    desk.store.rollout_history(id).await
}
