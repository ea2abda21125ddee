//! Digests (摘要): by what content is named, so that a decision can say which edition it was made
//! from, and two installations can tell whether theirs agree.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 in hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
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

/// SHA-256 over lines that come one after another. No part has a line break but the last, so
/// that two different lists of parts are never the same text.
#[derive(Clone, Default)]
pub(crate) struct Lines(Sha256);

impl Lines {
    /// Begins with what the lines are for, so that no digest made for something else fits.
    pub(crate) fn of(what: &str) -> Self {
        let mut lines = Self::default();
        lines.add(what);
        lines
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str) {
        self.0.update(line.as_bytes());
        self.0.update(b"\n");
    }

    /// In hex.
    pub(crate) fn digest(self) -> String {
        hex(&self.0.finalize())
    }
}

/// Bytes in hex, lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    bytes.iter().flat_map(digits).collect()
}
