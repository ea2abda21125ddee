//! Floor 1: runs guests. Knows the domain and the interface; no SQL, no HTTP.
//!
//! In reading order:
//! - [`limits`]: every limit of a call, with its reason;
//! - [`engine`]: the one engine, its ticker, and a store with all limits set;
//! - [`package`]: reads a component before it is compiled, and refuses in words; `versions`: for
//!   which version of the interface it is;
//! - [`apart`]: compiles a component in a child process under limits;
//! - [`compiled`]: compiled code that this installation wrote, kept between starts;
//! - [`guest`]: one loaded rule; a fresh instance for every call;
//! - [`mod@double_run`]: the same input gives the same answer, tried before a rule is switched on;
//! - [`interface`]: the versions of the interface that are served, from one list; [`v1_0`], [`v2_0`],
//!   [`v2_1`]: bindings of each, and its conversion to the domain, of which `v2` has what 2.x share;
//! - [`rulebook`]: the rules that are switched on, in their fixed order;
//! - [`replay`]: a decision run again, and held against its record;
//! - [`review`]: one periodic review;
//! - [`traces`]: which plugin was asked, for whoever follows a call;
//! - [`mod@walk`]: a command and all that follows from it, computed before anything is written.

pub mod apart;
pub mod compiled;
pub mod double_run;
pub mod engine;
pub mod guest;
pub mod interface;
pub mod limits;
pub mod package;
pub mod replay;
pub mod review;
pub mod rulebook;
pub mod traces;
pub mod v1_0;
mod v2;
pub mod v2_0;
pub mod v2_1;
mod versions;
pub mod walk;
