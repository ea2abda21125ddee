//! What happened to a rollout (事件). Append-only.

use super::actor::Officer;
use super::canary::Canary;
use super::leaving::Leaving;
use super::limits::Limits;
use super::revision::Revision;
use crate::ids::TicketId;
use crate::rule::review::ReviewId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a plugin was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum CallAbout {
    /// An event of a ticket.
    Event {
        /// 工单编号
        ticket: TicketId,
        /// Its place there.
        event_sequence: u64,
    },
    /// A periodic review.
    Review {
        /// 研判编号
        review: ReviewId,
    },
}

impl fmt::Display for CallAbout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event { ticket, .. } => ticket.fmt(f),
            Self::Review { review } => review.fmt(f),
        }
    }
}

/// A call that failed: its whole input stands in its decision record, or in the review's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FailedCall {
    /// What it was asked about.
    #[serde(flatten)]
    pub about: CallAbout,
    /// How it failed, in words.
    pub failure: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// What a plugin wanted on a ticket when the breaker opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Wanted {
    /// 工单编号
    pub ticket: TicketId,
    /// The kinds of effects, in words.
    pub effects: String,
    /// The reason of the first, in the plugin's words.
    pub reason: String,
    /// Whether it happened; the last ones did not.
    pub happened: bool,
}

/// Most failed calls and wanted changes that an event carries: what a person reads.
pub const MOST_LISTED: usize = 20;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum RolloutEvent {
    /// 提交
    Submitted {
        /// The revision as it stands, with what the city has to decide.
        revision: Box<Revision>,
    },
    /// 撤回
    Withdrawn {
        /// Which.
        revision: u32,
    },
    /// 批准
    Approved {
        /// Which.
        revision: u32,
        /// 意见
        opinion: String,
    },
    /// 不批准
    Refused {
        /// Which.
        revision: u32,
        /// 理由
        reason: String,
    },
    /// 影子运行
    Shadowed {
        /// Which.
        revision: u32,
    },
    /// 灰度
    Canaried {
        /// Which.
        revision: u32,
        /// On which tickets.
        on: Canary,
    },
    /// 启用
    SwitchedOn {
        /// Which.
        revision: u32,
    },
    /// 放弃候选
    CandidateDropped {
        /// Which.
        revision: u32,
        /// 理由
        reason: String,
    },
    /// 回退
    RolledBack {
        /// From which.
        from: u32,
        /// To which; absent: to nothing.
        to: Option<u32>,
        /// 理由
        reason: String,
    },
    /// 关闭
    SwitchedOff {
        /// 理由
        reason: String,
    },
    /// 恢复
    Resumed {
        /// 理由
        reason: String,
    },
    /// 排序
    Ordered {
        /// Smaller first.
        priority: i32,
    },
    /// 设定限额
    Limited {
        /// From now on.
        limits: Limits,
    },
    /// 移除
    Removed {
        /// 理由
        reason: String,
        /// What becomes of what it left.
        leaving: Leaving,
    },
    /// 隔离
    Quarantined {
        /// Which.
        revision: u32,
        /// Why, in words.
        cause: String,
        /// The last calls that failed.
        failed: Vec<FailedCall>,
        /// When it is tried again by itself.
        #[schemars(with = "String")]
        retry_at: Timestamp,
        /// How often it has been here without a good trial in between.
        times: u32,
    },
    /// 熔断
    Tripped {
        /// Which.
        revision: u32,
        /// Why, in words.
        cause: String,
        /// What it changed and wanted to change last.
        wanted: Vec<Wanted>,
    },
    /// 试运行
    TriedAgain {
        /// Which.
        revision: u32,
    },
    /// 解除隔离
    Released {
        /// Which.
        revision: u32,
    },
}

/// An event with who and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RolloutRecorded {
    /// Its place, from 1.
    pub sequence: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who.
    pub by: Officer,
    /// What.
    pub event: RolloutEvent,
}
