//! What belongs to a rule on one ticket: its timers, fields and memory.

use super::value::Value;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A timer that a rule set (定时器).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Whose it is.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// When it fires.
    pub fires_at: Timestamp,
}

/// What a rule keeps on this ticket, and how much of its allowance is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleState {
    /// 备忘.
    pub memory: String,
    /// 扩展字段 of its namespace.
    pub fields: BTreeMap<String, Value>,
    /// Those that were personal when they were filled in; a later version of the rule that
    /// calls them otherwise does not learn them.
    pub personal_fields: BTreeSet<String>,
    /// How many of its effects were accepted on this ticket.
    pub accepted_effects: u32,
}
