//! Floor 0: the nouns and rules of a 12345 hotline. Pure: no I/O, no clock, no randomness;
//! what it depends on is kept short by a test.
//!
//! In reading order:
//! - [`ticket`], [`event`]: what there is, and what can happen to it; [`derived`]: what follows
//!   from it;
//! - [`actor`], [`command`]: who acts, and what people, the clock and rules may want;
//! - [`handle`]: the one door: command → events, or a refusal in words;
//! - [`apply`]: events → ticket; a ticket is the fold of its events;
//! - [`calendar`], [`deadline`]: working days and what was promised;
//! - [`rule`]: local rules as the domain sees them; [`redact`]: what they never see;
//! - [`catalogue`], [`ids`]: reference data and names;
//! - [`evaluation`]: what became of many tickets;
//! - [`knowledge`], [`search`]: what call takers answer from, and how it is found;
//! - [`duplicates`]: tickets that may be one matter;
//! - [`vault`]: who called, and who may see it;
//! - [`message`]: what goes out to people because of an event;
//! - [`narrate`], [`refusal`], [`plain`]: what people read.

pub mod actor;
pub mod apply;
pub mod calendar;
pub mod catalogue;
pub mod command;
pub mod deadline;
pub mod derived;
pub mod duplicates;
pub mod evaluation;
pub mod event;
pub mod handle;
pub mod ids;
pub mod knowledge;
pub mod message;
pub mod narrate;
pub mod plain;
pub mod redact;
pub mod refusal;
pub mod rule;
pub mod search;
pub mod ticket;
pub mod vault;

/// What the rules of the core are computed from besides the ticket: reference data and the
/// calendar. Read-only; made once.
#[derive(Debug)]
pub struct World {
    /// Territories, units, categories, seats.
    pub catalogue: catalogue::Catalogue,
    /// Working days.
    pub calendar: calendar::Calendar,
}

impl World {
    /// The city as it is shipped with this version.
    #[must_use]
    pub fn weifang() -> Self {
        Self { catalogue: catalogue::Catalogue::weifang(), calendar: calendar::Calendar::shipped() }
    }
}
