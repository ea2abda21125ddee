//! Finding a repeat caller (重复来电识别) without opening anybody's record: each record keeps a
//! keyed hash of the number and of the name.
//!
//! The hash is HMAC-SHA-256 under a key outside the database. Without a key a hash would hide
//! nothing: there are so few telephone numbers that all of them are tried in an hour.

use super::caller::Caller;
use super::keys::{Key, KeyId, KeyRing, code};
use super::name;
use super::phone::Phone;
use hmac::Mac;
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a hash.
const HASH_BYTES: usize = 32;

/// A keyed hash with the key that made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookUpHash {
    key: KeyId,
    hash: [u8; HASH_BYTES],
}

impl LookUpHash {
    /// The key that made it.
    #[must_use]
    pub fn key(&self) -> &KeyId {
        &self.key
    }
}

/// As a column holds it: the key's id, a colon, 64 hexadecimal digits.
impl fmt::Display for LookUpHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.key)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a record is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUps {
    /// Of the number; absent when what was written is no number.
    pub phone: Option<LookUpHash>,
    /// Of the name; absent when none was given.
    pub name: Option<LookUpHash>,
}

impl KeyRing {
    /// What a new record is found by, under the current key.
    #[must_use]
    pub fn look_ups(&self, caller: &Caller) -> LookUps {
        LookUps {
            phone: caller.number().map(|number| of_phone(&self.current, &number)),
            name: of_name(&self.current, &caller.name),
        }
    }

    /// What to look for when somebody calls from this number: its hash under every key, the
    /// current one first, since older records may not be sealed again yet.
    #[must_use]
    pub fn hashes_of(&self, number: &Phone) -> Vec<LookUpHash> {
        self.keys().map(|key| of_phone(key, number)).collect()
    }

    /// What shows that two rings have the same key under the same id, and tells nothing of the
    /// key: each server compares its own with what the database was first used with.
    #[must_use]
    pub fn proofs(&self) -> Vec<LookUpHash> {
        self.keys().map(|key| hash(key, b"proof\0", "")).collect()
    }

    /// Whether a record is of this name: so a caller who asks after his ticket is checked
    /// without his record being opened.
    #[must_use]
    pub fn is_name(&self, kept: &LookUpHash, name: &str) -> bool {
        self.key(&kept.key).and_then(|key| of_name(key, name)).is_some_and(|hash| hash == *kept)
    }
}

fn of_phone(key: &Key, number: &Phone) -> LookUpHash {
    hash(key, b"phone\0", &number.canonical())
}

/// A name of one character is a surname at most, and finds half a county.
fn of_name(key: &Key, text: &str) -> Option<LookUpHash> {
    let normal = Zeroizing::new(name::normal(text));
    (normal.chars().count() >= 2).then(|| hash(key, b"name\0", &normal))
}

fn hash(key: &Key, kind: &[u8], text: &str) -> LookUpHash {
    let mut code = code(&key.look_up);
    code.update(kind);
    code.update(text.as_bytes());
    LookUpHash { key: key.id.clone(), hash: code.finalize().into_bytes().into() }
}
