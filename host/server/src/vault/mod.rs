//! The vault (来电人保险库), the process's half: who called is sealed before anything else
//! happens to a call, and opened for one purpose at a time. The rules are the domain's
//! ([`chuishao_domain::vault`]), the rows are the store's.
//!
//! - [`keys`]: the key file, which lies outside the database;
//! - [`acts`]: commands on a record: look, correct, hold, erase;
//! - [`words`]: what people write about a ticket, without its caller;
//! - [`clockwork`]: what falls due; [`reseal`]: rotation; [`mod@check`]: whether it is whole.

pub mod acts;
pub mod check;
pub mod clockwork;
pub mod keys;
pub mod reseal;
pub mod words;

use crate::store::callers::{NewCaller, Sealed};
use chuishao_domain::actor::By;
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::Caller;
use chuishao_domain::vault::envelope::{EnvelopeError, NONCE_BYTES, Nonce};
use chuishao_domain::vault::keys::KeyRing;
use chuishao_domain::vault::record::{Event, Recorded};
use chuishao_domain::vault::retention::earliest_end;
use jiff::Timestamp;

/// Why a caller cannot be sealed or opened. Nothing of him stands here.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The machine gives no chance.
    #[error("系统不能提供随机数，无法加密来电人信息，请联系系统管理员 (no random numbers)")]
    NoChance(#[from] getrandom::Error),
}

/// Seals a caller under the current key, with a nonce of the machine's chance.
///
/// # Errors
/// See [`VaultError`].
pub fn seal(ring: &KeyRing, reference: &CallerRef, caller: &Caller) -> Result<Sealed, VaultError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce)?;
    let envelope = ring.seal(reference, caller, Nonce(nonce))?;
    Ok(Sealed { reference: reference.clone(), envelope, phone: ring.look_ups(caller).phone })
}

/// Who called about a new ticket, on his way into the vault.
///
/// # Errors
/// See [`VaultError`].
pub fn new_caller(
    ring: &KeyRing,
    ticket: &TicketId,
    reference: &CallerRef,
    caller: &Caller,
    by: By,
    now: Timestamp,
) -> Result<NewCaller, VaultError> {
    let sealed = seal(ring, reference, caller)?;
    let event = Event::Stored { key: sealed.envelope.key().clone() };
    let stored = Recorded { sequence: 1, at: now, by, event };
    Ok(NewCaller { sealed, ticket: ticket.clone(), stored, look_at: earliest_end(now) })
}
