//! A revision (版次): a package, its settings, and the days on which it is in force.

use super::Halt;
use super::actor::Officer;
use crate::calendar::civil;
use crate::plugin::request::Line;
use crate::rule::manifest::Manifest;
use crate::rule::settings::Settings;
use crate::sentence::Sentence;
use crate::told::Day;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A package that was taken in: what of it a rollout needs to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PackageInfo {
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// What it declares.
    pub manifest: Arc<Manifest>,
    /// The key that vouched for it.
    pub signer: String,
}

/// The days on which a revision is in force (生效期), both included, in the city's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// 起; absent: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub from: Option<Date>,
    /// 止; absent: until somebody says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Day>")]
    pub until: Option<Date>,
}

impl Effective {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn covers(&self, at: Timestamp) -> bool {
        if self.from.is_none() && self.until.is_none() {
            return true;
        }
        let day = civil(at).date();
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Sentence {
        match (self.from, self.until) {
            (None, None) => Sentence::new("长期", "always"),
            (Some(from), None) => Sentence::new(format!("{from} 起"), format!("from {from}")),
            (None, Some(until)) => Sentence::new(format!("至 {until}"), format!("until {until}")),
            (Some(from), Some(until)) => Sentence::new(format!("{from} 至 {until}"), format!("{from} to {until}")),
        }
    }
}

/// What the city said to a revision (审批).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "standing")]
pub enum Standing {
    /// 待审批
    Submitted,
    /// 已批准
    Approved {
        /// Who.
        by: Officer,
        /// 意见
        opinion: String,
        /// When.
        #[schemars(with = "String")]
        at: Timestamp,
    },
    /// 免批: an earlier approval covers it, because it asks for nothing that was not agreed to.
    Covered {
        /// The revision that was approved.
        by_revision: u32,
    },
    /// 未批准
    Refused {
        /// Who.
        by: Officer,
        /// 理由
        reason: String,
    },
    /// 已撤回
    Withdrawn,
}

impl Standing {
    /// Whether it may run.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        matches!(self, Self::Approved { .. } | Self::Covered { .. })
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(&self) -> &'static str {
        match self {
            Self::Submitted => "待审批",
            Self::Approved { .. } => "已批准",
            Self::Covered { .. } => "免批（原批准有效）",
            Self::Refused { .. } => "未批准",
            Self::Withdrawn => "已撤回",
        }
    }
}

/// What is proved and switched on as one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Revision {
    /// 1, 2, 3 …
    pub number: u32,
    /// The package.
    pub package: PackageInfo,
    /// The settings, complete.
    pub settings: Settings,
    /// The days on which it is in force.
    pub effective: Effective,
    /// Who submitted it.
    pub submitted_by: Officer,
    /// 事由
    pub note: String,
    /// What of it was not agreed to before; all that it asks for, when nothing was.
    pub asks: Vec<Line>,
    /// What the city said.
    pub standing: Standing,
    /// Why it does not run although it is switched on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub halt: Option<Halt>,
    /// 试运行: it was in quarantine, and a failure puts it back; and how often it was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_probation: Option<u32>,
}
