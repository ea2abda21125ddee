//! The integration tests: one binary, which starts the real thing.

mod certificate;
mod cli;
mod codes;
mod hostile;
mod interface;
mod server;
mod tidy;
