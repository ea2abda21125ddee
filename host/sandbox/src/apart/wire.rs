//! What goes through the pipes between a server and its compiling child. To the child: a key for
//! this one call, the child's limits, and the component. Back: one byte for what it is, the
//! authentication code, and the code or the words. Both ends are one program, so there are no
//! versions; that they really are one shows in the code of authentication, which covers the
//! engine's configuration.

use super::CompileLimits;
use crate::engine::{Engine, code_digest};
use crate::limits::MOST_COMPONENT_BYTES;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::{self, Read};

const KEY_BYTES: usize = 32;
const MAC_BYTES: usize = 32;
const HEADER_BYTES: usize = KEY_BYTES + 3 * 8;

const CODE: u8 = 1;
const REFUSED: u8 = 2;

/// Longest refusal of the engine, in bytes: its first reasons.
const MOST_REFUSAL_BYTES: usize = 2048;

/// One call of one child.
pub(super) struct Call {
    key: [u8; KEY_BYTES],
    pub(super) memory_bytes: u64,
    pub(super) processor_seconds: u64,
}

/// What a child may answer.
pub(super) enum Answer {
    /// The code.
    Code(Vec<u8>),
    /// Why there is none.
    Refused(String),
}

/// How long an answer with so much code is.
pub(super) fn most_answer_bytes(code_bytes: usize) -> usize {
    1 + MAC_BYTES + code_bytes.max(MOST_REFUSAL_BYTES)
}

impl Call {
    /// A call with a fresh key.
    pub(super) fn new(limits: CompileLimits) -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
        let processor_seconds = limits.processor_time.as_secs().max(1);
        Ok(Self { key, memory_bytes: limits.memory_bytes, processor_seconds })
    }

    /// What is sent to the child.
    pub(super) fn request(&self, component: &[u8]) -> Vec<u8> {
        let mut request = self.key.to_vec();
        for number in [self.memory_bytes, self.processor_seconds, component.len() as u64] {
            request.extend(number.to_le_bytes());
        }
        request.extend_from_slice(component);
        request
    }

    /// Reads what comes before the component, and how long that is.
    pub(super) fn receive(from: &mut impl Read) -> io::Result<(Self, usize)> {
        let mut header = [0; HEADER_BYTES];
        from.read_exact(&mut header)?;
        let (key, numbers) = header.split_at(KEY_BYTES);
        let mut numbers = numbers.chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap_or_default()));
        let mut next = || numbers.next().unwrap_or_default();
        let key = key.try_into().unwrap_or_default();
        let call = Self { key, memory_bytes: next(), processor_seconds: next() };
        let length = usize::try_from(next()).ok().filter(|length| *length <= MOST_COMPONENT_BYTES);
        Ok((call, length.ok_or_else(|| io::Error::other("no such component"))?))
    }

    /// What the child sends back.
    pub(super) fn answer(&self, engine: &wasmtime::Engine, component: &[u8], answer: &Answer) -> Vec<u8> {
        let (kind, payload) = match answer {
            Answer::Code(code) => (CODE, code.as_slice()),
            Answer::Refused(words) => (REFUSED, &words.as_bytes()[..words.floor_char_boundary(MOST_REFUSAL_BYTES)]),
        };
        let mac = self.mac(&code_digest(engine), component, kind, payload).finalize().into_bytes();
        [&[kind], mac.as_slice(), payload].concat()
    }

    /// An answer to this call, for this engine and component; `None` for anything else.
    pub(super) fn authenticated(&self, engine: &Engine, component: &[u8], answer: &[u8]) -> Option<Answer> {
        let (kind, rest) = answer.split_first()?;
        let (mac, payload) = rest.split_at_checked(MAC_BYTES)?;
        self.mac(&code_digest(engine.inner()), component, *kind, payload).verify_slice(mac).ok()?;
        match *kind {
            CODE => Some(Answer::Code(payload.to_vec())),
            REFUSED => Some(Answer::Refused(String::from_utf8_lossy(payload).into_owned())),
            _ => None,
        }
    }

    fn mac(&self, engine: &str, component: &[u8], kind: u8, payload: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length");
        for part in [engine.as_bytes(), component, &[kind], payload] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }
}
