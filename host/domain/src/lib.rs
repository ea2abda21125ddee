//! Floor 0: the nouns and rules of a 12345 hotline. Pure: no I/O, no clock, no randomness;
//! what it depends on is kept short by a test.
//!
//! In reading order:
//! - [`ticket`], [`event`]: what there is, and what can happen to it; [`recorded`]: how that is
//!   written down; [`derived`], [`waiting`]: what follows from it;
//! - [`side`], [`responsibility`], [`oversight`], [`duty`]: what there is off the plain way,
//!   with its events; [`to_do`]: what of it waits for whom; [`grounds`]: the closed lists that people choose from;
//! - [`status`], [`transitions`]: where a ticket can stand, and the one list of who may move
//!   it from where;
//! - [`actor`], [`command`]: who acts, and what people, the clock and rules may want;
//! - [`handle`]: the one door: command → events, or a refusal in words;
//! - [`apply`]: events → ticket; a ticket is the fold of its events;
//! - [`calendar`], [`deadline`], [`recompute`]: working days, what was promised, and what a new
//!   calendar makes of it;
//! - [`rule`]: local rules as the domain sees them; [`redact`]: what they never see;
//! - [`plugin`]: packages of rules in the hands of central ops; [`impact`]: what one would change;
//! - [`catalogue`], [`ids`]: reference data in editions, and names; [`digest`]: what content is
//!   named by;
//! - [`evaluation`]: what became of many tickets, and how it is scored;
//! - [`topic`]: what is discussed because many tickets say it: 每日一议 to 领导小组, and campaigns;
//! - [`knowledge`], [`search`]: what call takers answer from, and how it is found;
//! - [`duplicates`]: tickets that may be one matter;
//! - [`account`]: who may do what, in one table; what a password must be; the audit log;
//! - [`vault`]: who called, and who may see it; [`sight`]: what each post sees of a ticket;
//! - [`message`]: what goes out to people because of an event; [`outward`]: the documents that
//!   leave the hotline;
//! - [`narrate`], [`refusal`], [`plain`]: what people read; [`language`], [`sentence`]: in Chinese or English;
//!   [`told`]: what integrators are told.

pub mod account;
pub mod actor;
pub mod apply;
pub mod calendar;
pub mod catalogue;
pub mod command;
pub mod deadline;
pub mod derived;
pub mod digest;
pub mod duplicates;
pub mod duty;
pub mod evaluation;
pub mod event;
pub mod grounds;
pub mod handle;
pub mod ids;
pub mod impact;
pub mod knowledge;
pub mod language;
pub mod message;
pub mod narrate;
pub mod outward;
pub mod oversight;
pub mod plain;
pub mod plugin;
pub mod recompute;
pub mod recorded;
pub mod redact;
pub mod refusal;
pub mod responsibility;
pub mod rule;
pub mod search;
pub mod sentence;
pub mod side;
pub mod sight;
pub mod status;
mod table;
pub mod ticket;
pub mod to_do;
pub mod told;
pub mod topic;
pub mod transitions;
pub mod vault;
pub mod waiting;

/// What the rules of the core are computed from besides the ticket: reference data and the
/// calendar. Read-only; made for each edition of it.
#[derive(Debug)]
pub struct World {
    /// Territories, units, categories, seats, and whom the hotline works with.
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

    /// The city on a day, with what was imported: the edition in force, and every notice.
    #[must_use]
    pub fn on(day: jiff::civil::Date, editions: &catalogue::Editions, calendar: &calendar::Calendar) -> Self {
        Self { catalogue: catalogue::Catalogue::clone(&editions.on(day).catalogue), calendar: calendar.clone() }
    }
}
