//! Accounts at work (账号): who is asking, how one signs in, and how accounts are kept.
//!
//! - `rates`: how often one asks; `secrets`: random words, and how they are kept; `passwords`: hashing, and not too much of it;
//! - [`access`]: who asks, by cookie, by token, or believed; [`sign_in`]: how a session begins and
//!   ends, and how a password is changed;
//! - [`single_sign_on`]: the same by the city's own [`provider`], with an `attempt` that a browser began;
//! - [`keep`]: making, stopping, granting; tokens.
//!
//! Every way in or out writes a line of the audit log in the same transaction.

pub mod access;
mod attempt;
pub mod keep;
mod passwords;
pub mod provider;
mod rates;
mod secrets;
pub mod sign_in;
pub mod single_sign_on;

pub use attempt::Attempt;
pub use passwords::{Crowded, Passwords};
pub use rates::Buckets;
pub use secrets::Secret;

use crate::desk::Desk;
use chuishao_domain::account::audit::{Deed, Entry};

/// From where something is asked, for the audit log: the other side's address.
#[derive(Clone, Debug)]
pub struct From(pub String);

/// A line of the audit log that nobody's post matters to.
pub(crate) fn entry(desk: &Desk, who: &str, deed: Deed, (object, words): (&str, &str), from: &From) -> Entry {
    Entry {
        at: desk.clock.now(),
        who: who.to_owned(),
        post: String::new(),
        deed,
        object: object.to_owned(),
        from: from.0.clone(),
        words: words.to_owned(),
    }
}
