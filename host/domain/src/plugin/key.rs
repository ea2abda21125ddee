//! Keys that packages are signed with (签名密钥), as files and lines that a person can carry.

use super::signature::Signature;
use crate::refusal::Refusal;
use crate::rule::manifest::is_name;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use serde::{Deserialize, Serialize};
use sm2::dsa::signature::Verifier;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Said before the package, so that no signature made for something else fits one.
const PREFIX: &[u8] = b"chuishao package 1\n";

/// The signer's identity that goes into an SM2 signature, where none was agreed on (GM/T 0009).
const SM2_IDENTITY: &str = "1234567812345678";

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// Ed25519, strict: no small-order keys, no second form of a signature.
    Ed25519,
    /// 国密 SM2 与 SM3
    Sm2,
}

impl Algorithm {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Sm2 => "sm2",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Ed25519, Self::Sm2].into_iter().find(|algorithm| algorithm.key() == text)
    }
}

/// A key that signs. It is shown nowhere, and does not stay behind in memory.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SecretKey {
    #[zeroize(skip)]
    algorithm: Algorithm,
    #[zeroize(skip)]
    id: String,
    bytes: [u8; 32],
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({} …)", self.id)
    }
}

fn key_malformed() -> Refusal {
    Refusal::new(
        "key-malformed",
        "密钥写法有误：须为 chuishao plugin key 生成的一行文本",
        "not a key as `chuishao plugin key` writes it",
    )
}

/// The three words of a key's line, after what it is.
fn key_line<'a>(text: &'a str, what: &str) -> Result<(Algorithm, &'a str, Vec<u8>), Refusal> {
    let mut words = text.split_whitespace();
    let read = (words.next(), words.next(), words.next(), words.next(), words.next());
    let (Some(form), Some(algorithm), Some(id), Some(bytes), None) = read else { return Err(key_malformed()) };
    let algorithm = Algorithm::read(algorithm).filter(|_| form == what && is_name(id)).ok_or_else(key_malformed)?;
    Ok((algorithm, id, STANDARD.decode(bytes).map_err(|_| key_malformed())?))
}

impl SecretKey {
    /// Makes a key out of 32 random bytes. `None` when an algorithm cannot use them, which is less
    /// likely than a bit flipping: draw again.
    #[must_use]
    pub fn new(algorithm: Algorithm, id: &str, random: [u8; 32]) -> Option<Self> {
        let key = Self { algorithm, id: id.to_owned(), bytes: random };
        (is_name(id) && key.public().is_some()).then_some(key)
    }

    /// Reads a key's file: `chuishao-secret ed25519 kuiwen-2024 …`.
    ///
    /// # Errors
    /// `key-malformed`; what was read is not repeated.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (algorithm, id, mut bytes) = key_line(text, "chuishao-secret")?;
        let key = bytes.as_slice().try_into().ok().and_then(|random| Self::new(algorithm, id, random));
        bytes.zeroize();
        key.ok_or_else(key_malformed)
    }

    /// The line to keep secret.
    #[must_use]
    pub fn to_line(&self) -> zeroize::Zeroizing<String> {
        let bytes = zeroize::Zeroizing::new(STANDARD.encode(self.bytes));
        zeroize::Zeroizing::new(format!("chuishao-secret {} {} {}", self.algorithm.key(), self.id, *bytes))
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn public(&self) -> Option<PublicKey> {
        let bytes = match self.algorithm {
            Algorithm::Ed25519 => {
                ed25519_dalek::SigningKey::from_bytes(&self.bytes).verifying_key().to_bytes().to_vec()
            }
            Algorithm::Sm2 => self.sm2()?.verifying_key().to_sec1_bytes().to_vec(),
        };
        PublicKey::new(self.algorithm, &self.id, bytes)
    }

    fn sm2(&self) -> Option<sm2::dsa::SigningKey> {
        sm2::dsa::SigningKey::from_slice(SM2_IDENTITY, &self.bytes).ok()
    }

    /// Signs a package. The same package and key always give the same signature.
    #[must_use]
    pub fn sign(&self, package: &[u8]) -> Option<Signature> {
        let message = [PREFIX, package].concat();
        let bytes = match self.algorithm {
            Algorithm::Ed25519 => ed25519_dalek::SigningKey::from_bytes(&self.bytes).sign(&message).to_bytes().to_vec(),
            Algorithm::Sm2 => sm2::dsa::signature::Signer::try_sign(&self.sm2()?, &message).ok()?.to_bytes().to_vec(),
        };
        Some(Signature { algorithm: self.algorithm, key: self.id.clone(), bytes })
    }
}

/// A key that checks. It is kept as its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    /// How it signs.
    pub algorithm: Algorithm,
    /// Its name, the same for ever.
    pub id: String,
    bytes: Vec<u8>,
}

impl PublicKey {
    fn new(algorithm: Algorithm, id: &str, bytes: Vec<u8>) -> Option<Self> {
        let key = Self { algorithm, id: id.to_owned(), bytes };
        let usable = match algorithm {
            Algorithm::Ed25519 => key.ed25519().is_some_and(|key| !key.is_weak()),
            Algorithm::Sm2 => key.sm2().is_some(),
        };
        usable.then_some(key)
    }

    /// Reads a key's line: `chuishao-public ed25519 kuiwen-2024 …`.
    ///
    /// # Errors
    /// `key-malformed`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (algorithm, id, bytes) = key_line(text, "chuishao-public")?;
        Self::new(algorithm, id, bytes).ok_or_else(key_malformed)
    }

    fn ed25519(&self) -> Option<ed25519_dalek::VerifyingKey> {
        ed25519_dalek::VerifyingKey::from_bytes(self.bytes.as_slice().try_into().ok()?).ok()
    }

    fn sm2(&self) -> Option<sm2::dsa::VerifyingKey> {
        sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_IDENTITY, &self.bytes).ok()
    }

    /// Whether this key made this signature over exactly these bytes.
    #[must_use]
    pub fn made(&self, signature: &Signature, package: &[u8]) -> bool {
        if (signature.algorithm, &signature.key) != (self.algorithm, &self.id) {
            return false;
        }
        let message = [PREFIX, package].concat();
        match self.algorithm {
            Algorithm::Ed25519 => self
                .ed25519()
                .zip(ed25519_dalek::Signature::from_slice(&signature.bytes).ok())
                .is_some_and(|(key, signature)| key.verify_strict(&message, &signature).is_ok()),
            Algorithm::Sm2 => self
                .sm2()
                .zip(sm2::dsa::Signature::from_slice(&signature.bytes).ok())
                .is_some_and(|(key, signature)| key.verify(&message, &signature).is_ok()),
        }
    }
}

impl TryFrom<String> for PublicKey {
    type Error = Refusal;

    fn try_from(line: String) -> Result<Self, Refusal> {
        Self::parse(&line)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chuishao-public {} {} {}", self.algorithm.key(), self.id, STANDARD.encode(&self.bytes))
    }
}
