//! What an impact report is asked for. Its digest names the run: whoever asks the same goes on
//! where it stopped.

use crate::digest;
use crate::ids::TerritoryId;
use crate::rule::record::Edition;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One rule of a set of rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleAsked {
    /// Its name.
    pub name: String,
    /// 中文名
    pub title: String,
    /// Its version.
    pub version: String,
    /// 版次: code, settings and engine, as SHA-256 in hex.
    pub edition: String,
    /// Where it acts.
    pub territory: TerritoryId,
    /// Its place in the order.
    pub priority: i32,
}

impl RuleAsked {
    /// An edition that acts somewhere.
    #[must_use]
    pub fn new(edition: &Edition, territory: &TerritoryId, priority: i32) -> Self {
        Self {
            name: edition.rule.clone(),
            title: edition.title.clone(),
            version: edition.version.to_string(),
            edition: edition.digest.clone(),
            territory: territory.clone(),
            priority,
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Asked {
    /// The rule that is tried, by its name.
    pub rule: String,
    /// The rules that are on, in their order.
    pub now: Vec<RuleAsked>,
    /// The same with the candidate in its place.
    pub candidate: Vec<RuleAsked>,
    /// Tickets that were received from this day on (Beijing time).
    #[schemars(with = "String")]
    pub from: Date,
    /// Up to this day, which is not part of it.
    #[schemars(with = "String")]
    pub until: Date,
    /// Tickets of one territory only; absent for all where the rule acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryId>,
    /// 假设日: the first day of the period is told to the rules as this day, and all others with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub as_if: Option<Date>,
}

impl Asked {
    /// The digest of all of it.
    #[must_use]
    pub fn id(&self) -> String {
        digest::of(self)
    }

    /// The candidate, as it would be switched on.
    #[must_use]
    pub fn candidate(&self) -> Option<&RuleAsked> {
        self.candidate.iter().find(|rule| rule.name == self.rule)
    }

    /// The versions of the rule that are on.
    pub fn versions_now(&self) -> impl Iterator<Item = &RuleAsked> {
        self.now.iter().filter(|rule| rule.name == self.rule)
    }

    /// Whether the candidate is just what is on, where it is on.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        self.now == self.candidate
    }
}
