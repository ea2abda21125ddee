//! Digests (摘要): by what content is named.

use sha2::{Digest, Sha256};

/// SHA-256 in hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
