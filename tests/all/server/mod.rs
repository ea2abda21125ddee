//! The server over HTTP: the real thing on a port of this machine, with the real rules.

mod archive;
mod backups;
mod clock;
pub(crate) mod components;
mod crash;
mod databases;
mod desk;
mod duplicates;
mod faults;
mod harness;
mod keys;
mod knowledge;
mod nominations;
mod outbox;
mod postgres;
mod privacy;
mod process;
mod refusals;
mod replay;
mod rules;
mod schema;
mod side_ways;
mod store;
mod story;
mod topics;
mod vault;
mod verify;
