//! Digests (摘要): by what content is named, so that a decision can say which edition it was made
//! from, and two installations can tell whether theirs agree.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 in hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of a value's JSON. Equal data gives an equal digest: maps are ordered and there
/// are no floats.
///
/// # Panics
/// Never for the domain's own data: their keys are texts or numbers.
#[expect(clippy::expect_used, reason = "records of texts, numbers and dates always become JSON")]
pub(crate) fn of(value: &impl Serialize) -> String {
    digest(&serde_json::to_vec(value).expect("records are JSON"))
}
