//! An event with its place in a history (记录). Every history is written down alike: of
//! tickets, topics, campaigns, entries of the knowledge base and caller records.

use crate::actor::By;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened, when, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Recorded<Event, Who = By> {
    /// Its number in the history, from 1.
    pub sequence: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who.
    pub by: Who,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}
