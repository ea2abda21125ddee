//! Done once (幂等): whatever is done under an `Idempotency-Key` is done once and answered as
//! often as it is asked for; and what another was quicker with is computed again, from what is
//! there then. Every desk goes through here.

use crate::desk::DeskError;
use crate::store::tickets::{CommitError, KeptAnswer};
use crate::store::{Store, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How often a command is computed again because another was quicker. A ticket has a handful
/// of hands on it; who loses eight times should hear of it.
const MOST_ATTEMPTS: u32 = 8;

/// A request with the key under which its answer is kept.
#[derive(Clone, Debug)]
pub struct Key {
    /// The `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of the request.
    pub digest: String,
}

/// A receipt as it is kept under the key of its request, if that has one.
///
/// # Errors
/// It cannot be written down, which is a fault of this program.
pub fn kept(key: Option<&Key>, receipt: &impl Serialize) -> Result<Option<KeptAnswer>, StoreError> {
    let Some(Key { key, digest }) = key else { return Ok(None) };
    Ok(Some(KeptAnswer { key: key.clone(), digest: digest.clone(), answer: serde_json::to_string(receipt)? }))
}

/// What was answered under a key before; nothing when the key is new.
///
/// # Errors
/// The key was used for another request, or the database failed.
pub async fn answered<R: DeserializeOwned>(store: &Store, key: Option<&Key>) -> Result<Option<R>, DeskError> {
    let Some(key) = key else { return Ok(None) };
    match store.kept_answer(&key.key).await? {
        Some(kept) if kept.digest != key.digest => Err(DeskError::KeyOfAnother),
        Some(kept) => Ok(Some(serde_json::from_str(&kept.answer).map_err(StoreError::from)?)),
        None => Ok(None),
    }
}

/// Does what an attempt does, once. An attempt says nothing when another was quicker, and
/// keeps its receipt under the key in the transaction that does the rest.
///
/// # Errors
/// Those of the attempt; others were quicker every time; the key was used for another request.
pub async fn once<R, E, F>(store: &Store, key: Option<&Key>, mut attempt: impl FnMut() -> F) -> Result<R, E>
where
    R: DeserializeOwned,
    E: From<DeskError>,
    F: Future<Output = Result<Option<R>, E>>,
{
    for _ in 0..MOST_ATTEMPTS {
        match attempt().await {
            Ok(Some(receipt)) => return Ok(receipt),
            // Somebody was quicker, perhaps this very request before: look, and try again.
            Ok(None) => {}
            // Almost every key is new, so it is asked for only now: what was done once is
            // answered as it was then, not refused because it is done.
            Err(error) => return answered(store, key).await?.ok_or(error),
        }
        if let Some(receipt) = answered(store, key).await? {
            return Ok(receipt);
        }
    }
    Err(DeskError::Contended.into())
}

/// Whether a commit was written: it was not where another was quicker, or this very request
/// before, and then an attempt says nothing.
///
/// # Errors
/// The database failed.
pub fn written(committed: Result<(), CommitError>) -> Result<bool, StoreError> {
    match committed {
        Ok(()) => Ok(true),
        Err(CommitError::VersionMoved | CommitError::KeyUsed) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
    }
}
