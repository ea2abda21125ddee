//! Refusals (未予执行): why a command did not happen, in words that say what to do instead.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The guard rails (护栏): rules of the core that nobody gets round. Numbers are those of
/// the project's guard-rail table in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "each is explained by `text`")]
pub enum GuardRail {
    G1,
    G2,
    G3,
    G4,
    G5,
    G7,
    G8,
    G9,
    G10,
    G13,
    G14,
    G18,
}

impl GuardRail {
    /// What the rail says.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::G1 => "时限只能提前，延期只能由人批准",
            Self::G2 => "市级行业主管部门的抄送不可变更",
            Self::G3 => "规则只能涉及本区县的工单和单位",
            Self::G4 => "来电人身份不进入规则",
            Self::G5 => "规则不能办结、不能认定已解决、不能改动回访",
            Self::G7 => "责任认定和领导签批不可推翻",
            Self::G8 => "职能部门事项不得派给街镇",
            Self::G9 => "紧急程度只升不降",
            Self::G10 => "时间线只增不改",
            Self::G13 => "循环与数量保护",
            Self::G14 => "冲突按固定次序处理",
            Self::G18 => "区县规则不得改动市级评分",
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::G1 => "a deadline only becomes earlier; extensions are a person's decision",
            Self::G2 => "the city department's copy cannot be removed",
            Self::G3 => "a rule reaches its own territory only",
            Self::G4 => "identity never enters a rule",
            Self::G5 => "a rule cannot close, mark solved, or touch a follow-up",
            Self::G7 => "what a liability panel decided or a city leader signed stands",
            Self::G8 => "a department's matter is not pushed down to a street",
            Self::G9 => "urgency only rises",
            Self::G10 => "the timeline is append-only",
            Self::G13 => "bounded depth and counts",
            Self::G14 => "conflicts are settled in a fixed order",
            Self::G18 => "a county's rule cannot touch a city score",
        }
    }
}

/// Why a command did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: Cow<'static, str>,
    /// The guard rail that holds, if it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rail: Option<GuardRail>,
    /// What is wrong and what to do, in Chinese.
    pub chinese: String,
    /// The same in English.
    pub english: String,
}

impl Refusal {
    /// A refusal by the state of things.
    #[must_use]
    pub fn new(code: &'static str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { code: code.into(), rail: None, chinese: chinese.into(), english: english.into() }
    }

    /// A refusal by a guard rail.
    #[must_use]
    pub fn rail(rail: GuardRail, code: &'static str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self { rail: Some(rail), ..Self::new(code, chinese, english) }
    }
}

impl Refusal {
    /// In English, as [`Display`](fmt::Display) is Chinese.
    #[must_use]
    pub fn in_english(&self) -> String {
        match self.rail {
            Some(rail) => format!("{} (guard rail {rail:?}: {})", self.english, rail.english()),
            None => self.english.clone(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rail {
            Some(rail) => write!(f, "{}（护栏 {rail:?}：{}）", self.chinese, rail.text()),
            None => f.write_str(&self.chinese),
        }
    }
}

impl std::error::Error for Refusal {}
