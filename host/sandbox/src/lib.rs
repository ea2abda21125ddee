//! Floor 1: runs guests. Knows the domain and the interface; no SQL, no HTTP.
//!
//! In reading order:
//! - [`limits`]: every limit of a call, with its reason;
//! - [`engine`]: the one engine, its ticker, and a store with all limits set;
//! - [`package`]: reads a component before it is compiled, and refuses in words; `versions`: for
//!   which version of the interface it is;
//! - [`compiled`]: compiled code that this installation wrote, kept between starts;
//! - [`guest`]: one loaded rule; a fresh instance for every call;
//! - [`interface`]: the versions of the interface that are served, from one list; [`v1_0`], [`v2_0`]:
//!   bindings of each, and its conversion to the domain;
//! - [`rulebook`]: the rules that are switched on, in their fixed order;
//! - [`review`]: one periodic review;
//! - [`mod@walk`]: a command and all that follows from it, computed before anything is written.

pub mod compiled;
pub mod engine;
pub mod guest;
pub mod interface;
pub mod limits;
pub mod package;
pub mod review;
pub mod rulebook;
pub mod v1_0;
pub mod v2_0;
mod versions;
pub mod walk;
