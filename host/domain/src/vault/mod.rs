//! The vault (来电人保险库): who called, and who may see it. The pure half; the store keeps the
//! rows.
//!
//! - [`caller`], [`phone`], [`name`]: who called, in one spelling, and masked for display;
//! - [`keys`]: the keys, which lie outside the database, and their rotation;
//! - [`envelope`]: encryption at rest; [`look_up`]: finding a repeat caller without reading
//!   anybody's number;
//! - [`record`]: the life of a caller record as events: stored, corrected, unmasked, held, erased;
//!   [`handle`](mod@handle) judges, [`unmask`] and [`retention`] know the rules,
//!   [`narrate`] says them to the auditor.
//!
//! No event of the vault carries anything of the caller, sealed or not: events are kept, and
//! erasure must leave nothing to be kept. The sealed record and the look-up hashes are a row of
//! their own, which the store deletes in the transaction that writes [`record::Event::Erased`].
//! Copies in backups go with the backups' own end.
//!
//! Legal basis: 个人信息保护法 arts. 19 (no longer than needed), 45 (access), 46 (correction),
//! 47 (erasure), 51 (encryption, rights by post), 54 (audit); 潍坊市12345政务服务便民热线条例 art. 7
//! (confidentiality).

pub mod caller;
pub mod envelope;
pub mod handle;
pub mod keys;
pub mod look_up;
pub mod name;
pub mod narrate;
pub mod phone;
pub mod record;
pub mod retention;
pub mod unmask;

pub use caller::Caller;
pub use handle::handle;
