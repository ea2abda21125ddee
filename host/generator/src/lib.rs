//! An invented year.
pub mod dice;
