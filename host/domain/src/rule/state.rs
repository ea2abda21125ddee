//! What rules leave on a ticket: timers, fields, memory, suggestions.

use super::effect::OpinionStage;
use super::value::Value;
use crate::grounds::Receiver;
use crate::ids::{CategoryCode, SeatId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A timer that a rule set (定时器).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Timer {
    /// Whose it is.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// When it fires.
    #[schemars(with = "String")]
    pub fires_at: Timestamp,
}

/// What a rule keeps on this ticket, and how much of its allowance is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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

impl RuleState {
    /// Fills in a field of its namespace.
    pub fn fill(&mut self, name: &str, value: &Value, personal: bool) {
        self.fields.insert(name.to_owned(), value.clone());
        if personal {
            self.personal_fields.insert(name.to_owned());
        }
    }
}

/// What one rule is heard on (guard rail G14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Suggested {
    /// 分类
    Category,
    /// 坐席
    Seat,
    /// 主办单位
    LeadUnit,
    /// 转介
    Referral,
}

/// What a rule says to whoever decides next (附意见).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "RuleOpinion")]
pub struct Opinion {
    /// Whose.
    pub rule: String,
    /// For whom.
    pub stage: OpinionStage,
    /// 意见
    pub words: String,
}

/// What rules suggested and people have yet to decide (建议).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Suggestions {
    /// 建议分类, the first that was accepted.
    pub category: Option<CategoryCode>,
    /// 建议坐席.
    pub seat: Option<SeatId>,
    /// Which rule each of the three comes from: it may change its own mind.
    pub by: BTreeMap<Suggested, String>,
    /// 建议主办单位.
    pub lead_unit: Option<UnitId>,
    /// 建议协办单位.
    pub assisting_units: Vec<UnitId>,
    /// 建议转介.
    pub referral: Option<Receiver>,
}
