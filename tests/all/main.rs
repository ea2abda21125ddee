//! The integration tests: one binary, which starts the real thing.

mod hostile;
