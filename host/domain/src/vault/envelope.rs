//! Encryption at rest (加密保存): XChaCha20-Poly1305 by a key of the ring.
//!
//! The associated data binds an envelope to its caller's reference: a row that is exchanged
//! with another row does not open. What is sealed is filled up to steps of
//! [`PADDED_TO_BYTES`], so that its length does not tell a name of two characters from one of
//! four. Nonces are chance and come from outside: this floor has none.

use super::caller::Caller;
use super::keys::{KeyId, KeyRing, MOST_ID_BYTES};
use crate::ids::CallerRef;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of a nonce. So many that chance alone keeps two from being the same, on any number of
/// servers.
pub const NONCE_BYTES: usize = 24;
/// What is sealed has a length of so many bytes, or twice as many, and so on.
pub const PADDED_TO_BYTES: usize = 128;
/// Longest name and number together, in bytes: a company's full name and two numbers. Text in
/// JSON takes at most six times its bytes, so the buffer is large enough and never moves.
pub const MOST_CALLER_BYTES: usize = 512;
/// The form of the bytes: 1 is XChaCha20-Poly1305. Another algorithm gets another number.
const FORM: u8 = 1;
/// What is authenticated in front of key id and reference: no other use of the key is taken for
/// this one.
const PURPOSE: &[u8] = b"chuishao caller 1\0";

/// Chance for one sealing, used once.
pub struct Nonce(pub [u8; NONCE_BYTES]);

/// Why something is not sealed or not opened. Nothing of the caller stands here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Too long to be a name and a number.
    #[error("姓名和电话共 {bytes} 字节，最多 {MOST_CALLER_BYTES} 字节，请核对 (name and number are too long)")]
    TooLong {
        /// As it came.
        bytes: usize,
    },
    /// The ring has no such key.
    #[error("密钥文件中没有密钥 {0}，请补回该密钥 (the key file lacks key {0}: put it back)")]
    UnknownKey(KeyId),
    /// Changed, exchanged with another row, or sealed by another key of this id.
    #[error(
        "来电人记录不能解开：记录被改动、与其他记录互换，或密钥不符，请从备份核对 (the record does not open: changed, exchanged, or another key)"
    )]
    NotAuthentic,
    /// Not the bytes of an envelope.
    #[error("来电人记录不是有效的密封格式，请从备份核对 (these are not the bytes of an envelope)")]
    Malformed,
}

/// A sealed caller.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    key: KeyId,
    nonce: [u8; NONCE_BYTES],
    sealed: Vec<u8>,
}

impl Envelope {
    /// The key that opens it: a column of the store, so that rotation finds what is left.
    #[must_use]
    pub fn key(&self) -> &KeyId {
        &self.key
    }

    /// As it is stored: form, length of the key's id, id, nonce, sealed text.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let id = self.key.as_str().as_bytes();
        // An id has at most 32 bytes: `KeyId::new` holds it to that.
        let long = u8::try_from(id.len()).unwrap_or(u8::MAX);
        [&[FORM, long][..], id, &self.nonce, &self.sealed].concat()
    }

    /// Reads what [`Envelope::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`EnvelopeError::Malformed`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        Self::read(bytes).ok_or(EnvelopeError::Malformed)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let [FORM, long, rest @ ..] = bytes else { return None };
        let long = usize::from(*long);
        let (id, rest) = (long <= MOST_ID_BYTES).then(|| rest.split_at_checked(long))??;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let key = KeyId::new(std::str::from_utf8(id).ok()?)?;
        Some(Self { key, nonce: *nonce, sealed: sealed.to_vec() })
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({}, {} bytes)", self.key, self.sealed.len())
    }
}

impl KeyRing {
    /// Seals a caller under the current key.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLong`].
    pub fn seal(&self, reference: &CallerRef, caller: &Caller, nonce: Nonce) -> Result<Envelope, EnvelopeError> {
        let bytes = caller.name.len() + caller.phone.len();
        let too_long = || EnvelopeError::TooLong { bytes };
        if bytes > MOST_CALLER_BYTES {
            return Err(too_long());
        }
        let mut clear = Zeroizing::new(Vec::with_capacity(6 * MOST_CALLER_BYTES + PADDED_TO_BYTES));
        serde_json::to_writer(&mut *clear, caller).map_err(|_| too_long())?;
        // Spaces after a JSON text are no part of it.
        let padded = clear.len().next_multiple_of(PADDED_TO_BYTES);
        clear.resize(padded, b' ');
        let key = &self.current;
        let bound = bound(&key.id, reference);
        let sealed = XChaCha20Poly1305::new((&key.seal).into())
            .encrypt(&XNonce::from(nonce.0), Payload { msg: &clear, aad: &bound })
            .map_err(|_| too_long())?;
        Ok(Envelope { key: key.id.clone(), nonce: nonce.0, sealed })
    }

    /// Opens an envelope of this caller.
    ///
    /// # Errors
    /// [`EnvelopeError`] when the key is not in the ring, or the envelope is not this caller's.
    pub fn open(&self, reference: &CallerRef, envelope: &Envelope) -> Result<Caller, EnvelopeError> {
        let key = self.key(&envelope.key).ok_or_else(|| EnvelopeError::UnknownKey(envelope.key.clone()))?;
        let bound = bound(&key.id, reference);
        let clear = XChaCha20Poly1305::new((&key.seal).into())
            .decrypt(&XNonce::from(envelope.nonce), Payload { msg: &envelope.sealed, aad: &bound })
            .map(Zeroizing::new)
            .map_err(|_| EnvelopeError::NotAuthentic)?;
        serde_json::from_slice(&clear).map_err(|_| EnvelopeError::Malformed)
    }
}

/// What the envelope is bound to. A key's id has no zero byte, so the two cannot run together.
fn bound(key: &KeyId, reference: &CallerRef) -> Vec<u8> {
    [PURPOSE, key.as_str().as_bytes(), b"\0", reference.as_str().as_bytes()].concat()
}
