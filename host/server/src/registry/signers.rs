//! Keys that packages are signed with (签名密钥), registered and revoked. A revoked key vouches for
//! nothing any more: what it signed stops at once, on every server.

use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::store::registry::RegistryChange;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::signature::SignerKey;
use chuishao_domain::plugin::signer::{SignerCommand, SignerRecorded, apply, handle};
use chuishao_domain::refusal::Refusal;

/// Carries out a command on a key.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(
    desk: &Desk,
    id: &str,
    command: &SignerCommand,
    by: &Officer,
    key: Option<&Key>,
) -> Result<SignerKey, DeskError> {
    let after = once(&desk.store, key, || attempt(desk, id, command, by, key)).await?;
    desk.registry.take_up(&desk.store, &desk.world().catalogue).await?;
    Ok(after)
}

async fn attempt(
    desk: &Desk,
    id: &str,
    command: &SignerCommand,
    by: &Officer,
    key: Option<&Key>,
) -> Result<Option<SignerKey>, DeskError> {
    let history = desk.store.signer_history(id).await?;
    let known = history.iter().fold(None, apply);
    let event = handle(known.as_ref(), command, by, &desk.world().catalogue)?;
    let now = desk.clock.now();
    let recorded = SignerRecorded { sequence: history.len() as u64 + 1, at: now, by: by.clone(), event };
    let Some(after) = apply(known, &recorded) else {
        return Err(Refusal::new("key-unknown", "没有登记过这个密钥", "the key is not registered").into());
    };
    let change = RegistryChange::Signer { recorded: &recorded, key: &after };
    let committed = desk.store.change_registry(&change, kept(key, &after)?.as_ref(), now).await;
    Ok(written(committed)?.then_some(after))
}
