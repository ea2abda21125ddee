//! Random words that open something (密钥串): 32 bytes of the system's randomness, kept as their
//! digest alone. A digest of so much chance needs no salt, and looking it up by an index tells
//! nothing by its time: who does not have the word cannot aim at its digest.

use chuishao_domain::digest::{digest, hex};
use std::fmt;
use zeroize::Zeroize;

/// A password or a random word. Shown nowhere by accident, and gone from memory when it is dropped.
pub struct Secret(String);

impl Secret {
    /// Holds a word.
    #[must_use]
    pub fn new(word: String) -> Self {
        Self(word)
    }

    /// The word itself, for whoever has to have it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// By which it is kept.
    #[must_use]
    pub fn digest(&self) -> String {
        digest(self.0.as_bytes())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "password" })
    }
}

/// Bytes of the system's randomness.
///
/// # Panics
/// When the system has none to give, and then nothing secret can be made at all.
#[expect(clippy::expect_used, reason = "without randomness nothing secret can be made")]
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives randomness");
    bytes
}

/// A word for a cookie.
pub(super) fn cookie_word() -> Secret {
    Secret(hex(&random::<32>()))
}

/// A token: its first letters tell people and scanners of repositories what it is.
pub(super) fn token_word() -> Secret {
    Secret(format!("chuishao_{}", hex(&random::<32>())))
}

/// What a token is named by.
pub(super) fn token_id() -> String {
    hex(&random::<4>())
}

/// Letters and digits that nobody takes for one another.
const CLEAR: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password to begin with, which is told by mouth or on paper: 20 letters, 100 bits.
pub(super) fn first_password() -> Secret {
    let letters: Vec<char> = random::<20>().iter().map(|byte| char::from(CLEAR[usize::from(byte % 32)])).collect();
    Secret(letters.chunks(5).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}
