//! What can be done to a rollout (操作).

use super::canary::Canary;
use super::event::{FailedCall, Wanted};
use super::leaving::Leaving;
use super::limits::Limits;
use super::revision::Effective;
use crate::rule::settings::Settings;
use serde::{Deserialize, Serialize};

/// A revision as it is handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The package, by its digest: it was taken in before.
    pub package: String,
    /// What is set; what is not takes its default.
    #[serde(default)]
    pub settings: Settings,
    /// The days on which it is to be in force.
    #[serde(default)]
    pub effective: Effective,
    /// 事由, for the people who decide: 1 to 500 characters.
    pub note: String,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "command", deny_unknown_fields)]
pub enum RolloutCommand {
    /// 提交: by the territory.
    Submit(Submission),
    /// 撤回: by the territory, while nobody has decided.
    Withdraw {
        /// Which.
        revision: u32,
    },
    /// 批准: by the city, and by another person than who submitted.
    Approve {
        /// Which.
        revision: u32,
        /// 意见
        #[serde(default)]
        opinion: String,
    },
    /// 不批准
    Refuse {
        /// Which.
        revision: u32,
        /// 理由
        reason: String,
    },
    /// 影子运行
    Shadow {
        /// Which.
        revision: u32,
    },
    /// 灰度
    Canary {
        /// Which.
        revision: u32,
        /// On which tickets.
        on: Canary,
    },
    /// 启用
    SwitchOn {
        /// Which.
        revision: u32,
    },
    /// 放弃候选: the shadow or the canary ends; what is on stays.
    DropCandidate {
        /// 理由
        reason: String,
    },
    /// 回退: what was on before is on again, in one step.
    RollBack {
        /// 理由
        reason: String,
    },
    /// 关闭: everything of it, at once, by either side.
    SwitchOff {
        /// 理由
        reason: String,
    },
    /// 恢复: after a switch-off, a quarantine or the breaker.
    Resume {
        /// 理由
        reason: String,
    },
    /// 排序: by the city.
    SetOrder {
        /// Smaller first, -1,000 to 1,000.
        priority: i32,
    },
    /// 限额: by the city.
    SetLimits(Limits),
    /// 移除: only what is off; what becomes of what it left on tickets is chosen.
    Remove {
        /// 理由
        reason: String,
        /// What becomes of its tasks, timers and fields.
        leaving: Leaving,
    },
    /// 隔离: by the host.
    Quarantine {
        /// Which revision.
        revision: u32,
        /// Why, in words.
        cause: String,
        /// The last calls that failed.
        failed: Vec<FailedCall>,
    },
    /// 熔断: by the host.
    Trip {
        /// Which revision.
        revision: u32,
        /// Why, in words.
        cause: String,
        /// What it changed and wanted to change last.
        wanted: Vec<Wanted>,
    },
    /// 试运行: by the host, when the time of a quarantine is over.
    TryAgain {
        /// Which revision.
        revision: u32,
    },
    /// 解除隔离: by the host, after a trial without a failure.
    Release {
        /// Which revision.
        revision: u32,
    },
}

impl RolloutCommand {
    /// The Chinese term.
    #[must_use]
    pub fn term(&self) -> &'static str {
        match self {
            Self::Submit(_) => "提交",
            Self::Withdraw { .. } => "撤回",
            Self::Approve { .. } => "批准",
            Self::Refuse { .. } => "不批准",
            Self::Shadow { .. } => "影子运行",
            Self::Canary { .. } => "灰度",
            Self::SwitchOn { .. } => "启用",
            Self::DropCandidate { .. } => "放弃候选",
            Self::RollBack { .. } => "回退",
            Self::SwitchOff { .. } => "关闭",
            Self::Resume { .. } => "恢复",
            Self::SetOrder { .. } => "排序",
            Self::SetLimits(_) => "设定限额",
            Self::Remove { .. } => "移除",
            Self::Quarantine { .. } => "隔离",
            Self::Trip { .. } => "熔断",
            Self::TryAgain { .. } => "试运行",
            Self::Release { .. } => "解除隔离",
        }
    }

    /// The revision that it names.
    #[must_use]
    pub fn revision(&self) -> Option<u32> {
        match self {
            Self::Withdraw { revision }
            | Self::Approve { revision, .. }
            | Self::Refuse { revision, .. }
            | Self::Shadow { revision }
            | Self::Canary { revision, .. }
            | Self::SwitchOn { revision }
            | Self::Quarantine { revision, .. }
            | Self::Trip { revision, .. }
            | Self::TryAgain { revision }
            | Self::Release { revision } => Some(*revision),
            _ => None,
        }
    }

    /// The reason that it gives, where it must give one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Refuse { reason, .. }
            | Self::DropCandidate { reason }
            | Self::RollBack { reason }
            | Self::SwitchOff { reason }
            | Self::Resume { reason }
            | Self::Remove { reason, .. } => Some(reason),
            Self::Submit(submission) => Some(&submission.note),
            _ => None,
        }
    }
}
