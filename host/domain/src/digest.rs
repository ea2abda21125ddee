//! Digests (摘要) of reference data: a decision names the version of the calendar and of the
//! catalogue that it was made from, and two installations can tell whether theirs agree.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of a value's JSON, in hexadecimal. Equal data gives an equal digest: maps are
/// ordered and there are no floats.
///
/// # Panics
/// Never for the domain's own data: their keys are texts or numbers.
#[expect(clippy::expect_used, reason = "records of texts, numbers and dates always become JSON")]
pub(crate) fn of(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("reference data is JSON");
    Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect()
}
