//! Rotation (更换密钥): every row that is sealed under an older key is opened and sealed again
//! under the current one, in small pieces beside a running server. Broken off, it goes on where
//! rows of older keys are left.

use super::keys::{Keys, KeysError};
use crate::store::callers::{CallerChange, Found, RowChange};
use crate::store::tickets::CommitError;
use crate::store::{Store, StoreError};
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::ids::CallerRef;
use chuishao_domain::vault::handle::{Command, handle};
use chuishao_domain::vault::keys::KeyRing;
use chuishao_domain::vault::record::{CallerRecord, Recorded};
use jiff::Timestamp;

/// Rows of one transaction: the server beside writes between two of them.
const AT_A_TIME: u32 = 200;

/// Passes over what is left: what somebody changed in the same moment is seen in the next.
const MOST_PASSES: u32 = 3;

/// What it came to.
#[derive(Debug, Default)]
pub struct Resealed {
    /// Sealed again.
    pub done: u64,
    /// Records that could not be, each with the reason.
    pub failed: Vec<(CallerRef, String)>,
    /// Rows that are still under older keys.
    pub left: u64,
}

/// Seals everything again under the current key.
///
/// # Errors
/// The keys cannot be used, or the database failed; what was done stays done.
pub async fn reseal(store: &Store, keys: &Keys, mut told: impl FnMut(u64)) -> Result<Resealed, KeysError> {
    let ring = keys.ring().await;
    let current = ring.current().as_str();
    let older: Vec<String> = store.known_keys().await?.into_iter().filter(|id| id != current).collect();
    let mut resealed = Resealed::default();
    for _ in 0..MOST_PASSES {
        resealed.failed.clear();
        for key in &older {
            pass(store, &ring, key, &mut resealed, &mut told).await?;
        }
        resealed.left = 0;
        for key in &older {
            resealed.left += store.count_under(key).await?;
        }
        if resealed.left == resealed.failed.len() as u64 {
            break;
        }
    }
    Ok(resealed)
}

/// How many rows are to be sealed again.
///
/// # Errors
/// The database failed.
pub async fn to_do(store: &Store, keys: &Keys) -> Result<u64, StoreError> {
    let ring = keys.ring().await;
    let mut rows = 0;
    for key in store.known_keys().await?.iter().filter(|id| *id != ring.current().as_str()) {
        rows += store.count_under(key).await?;
    }
    Ok(rows)
}

async fn pass(
    store: &Store,
    ring: &KeyRing,
    key: &str,
    resealed: &mut Resealed,
    told: &mut impl FnMut(u64),
) -> Result<(), StoreError> {
    let mut after = CallerRef(String::new());
    loop {
        let found = store.callers_under(key, &after, AT_A_TIME).await?;
        let Some(last) = found.last() else { return Ok(()) };
        after = last.reference.clone();
        let mut changes = Vec::with_capacity(found.len());
        for found in found {
            match change(ring, &found) {
                Ok(change) => changes.push(change),
                Err(why) => resealed.failed.push((found.reference, why)),
            }
        }
        let done = store.change_callers(&changes, None).await.map_err(|error| match error {
            CommitError::Store(error) => error,
            // Both are for changes with an answer to keep.
            CommitError::VersionMoved | CommitError::KeyUsed => StoreError::Closed,
        })?;
        resealed.done += done.len() as u64;
        told(resealed.done);
    }
}

fn change(ring: &KeyRing, found: &Found) -> Result<CallerChange, String> {
    let Found { reference, envelope, history } = found;
    let record = CallerRecord::fold(reference, history).ok_or("记录的历史不完整 (the history is not whole)")?;
    let caller = ring.open(reference, envelope).map_err(|error| error.to_string())?;
    let sealed = super::seal(ring, reference, &caller).map_err(|error| error.to_string())?;
    let (command, now) = (Command::Reseal { key: ring.current().clone() }, Timestamp::now());
    let event = handle(&record, &[], &command, &Actor::Known(By::Clock), now).map_err(|refusal| refusal.to_string())?;
    let recorded =
        Recorded { sequence: record.version + 1, at: crate::clock::to_millisecond(now), by: By::Clock, event };
    Ok(CallerChange { reference: reference.clone(), recorded, row: RowChange::Sealed(sealed) })
}
