//! Full-text search (全文检索) for Chinese, without a dictionary and the same on both
//! databases: the domain cuts text into tokens, the databases only index and rank them.
//!
//! [`normal`] makes spellings alike, [`tokens`] cuts, [`query`] turns what somebody types
//! into an expression that SQLite's FTS5 and PostgreSQL's `tsquery` understand, and that
//! nobody can break out of. FTS5 takes the indexed text with its own `unicode61`, which leaves
//! our tokens whole; PostgreSQL takes both sides by a cast, so that no parser and no locale comes
//! between.
//!
//! Han text is cut into overlapping pairs of characters (二元切分): 供热费 gives 供热, 热费. That
//! finds every word of two characters or more, new words and names of estates included, where a
//! dictionary would have to know them first.
//!
//! The index is complete: no stop words are left out of it. What says nothing (请问, 怎么, the
//! 的 between two words) is left out of the *question* instead, in [`query`]; so the list can
//! change without an index to rebuild.

pub mod normal;
pub mod query;
pub mod tokens;
