//! What people, the clock and rules may want of a topic (命令).

use crate::calendar::TimeSpan;
use crate::ids::{TicketId, UnitId};
use crate::told::Day;
use crate::topic::case::{Draft, Mode};
use crate::topic::rung::Rung;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A measure as a meeting words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureDraft {
    /// 责任单位
    pub unit: UnitId,
    /// 措施内容
    pub what: String,
    /// 完成期限
    #[schemars(with = "Day")]
    pub due_on: Date,
}

/// What is wanted.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TopicCommand {
    /// 提出议题
    Propose(Draft),
    /// 关联工单
    RelateTickets {
        /// How many it concerns in all.
        count: u64,
        /// Some of them.
        tickets: BTreeSet<TicketId>,
    },
    /// 增加涉及单位
    NameUnits {
        /// Which.
        units: BTreeSet<UnitId>,
    },
    /// 提出书面意见
    WriteOpinion {
        /// 意见
        words: String,
    },
    /// 列入议程; on the agenda already: another day.
    PutOnAgenda {
        /// 会议日期
        #[schemars(with = "Day")]
        on: Date,
    },
    /// 不予采纳
    Decline {
        /// Why.
        reason: String,
    },
    /// 记录研究情况
    RecordDiscussion {
        /// 参会单位
        attended: BTreeSet<UnitId>,
        /// 研究情况
        words: String,
    },
    /// 议定
    Decide {
        /// 议定事项
        words: String,
        /// 措施
        measures: Vec<MeasureDraft>,
        /// 季节模式
        #[serde(default)]
        modes: Vec<Mode>,
    },
    /// 报告措施完成
    ReportMeasure {
        /// Its number.
        number: u16,
        /// 完成情况
        result: String,
    },
    /// 退回措施
    SendBackMeasure {
        /// Its number.
        number: u16,
        /// What is missing.
        missing: String,
        /// 新的完成期限
        #[schemars(with = "Day")]
        due_on: Date,
    },
    /// 提交上一级研究
    Escalate {
        /// Where to.
        to: Rung,
        /// Why.
        reason: String,
    },
    /// 办结
    Close {
        /// 办结情况
        outcome: String,
    },
    /// 联合督办
    OrderSupervision {
        /// 市直单位
        units: BTreeSet<UnitId>,
        /// 督办要求
        words: String,
        /// 报告期限
        #[schemars(with = "Day")]
        due_on: Date,
    },
    /// 报告督办情况
    ReportSupervision {
        /// The summons' number.
        number: u16,
        /// 报告
        report: String,
    },
    /// 吹哨
    Whistle {
        /// 单位
        units: BTreeSet<UnitId>,
        /// 事由
        words: String,
        /// 报到时限
        #[serde(default = "check_in_within")]
        within: TimeSpan,
    },
    /// 报到
    CheckIn {
        /// The summons' number.
        number: u16,
    },
    /// The clock looks at the topic.
    #[serde(skip)]
    Tick,
}

/// 报到 within 1 working day when the whistle does not say (an assumption: as signing for a
/// ticket).
pub const CHECK_IN_WITHIN: TimeSpan = TimeSpan::WorkingDays(1);

fn check_in_within() -> TimeSpan {
    CHECK_IN_WITHIN
}

/// The kind of a command, as the list of transitions names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the command of the same name")]
pub enum CommandKind {
    Propose,
    RelateTickets,
    NameUnits,
    WriteOpinion,
    PutOnAgenda,
    Decline,
    RecordDiscussion,
    Decide,
    ReportMeasure,
    SendBackMeasure,
    Escalate,
    Close,
    OrderSupervision,
    ReportSupervision,
    Whistle,
    CheckIn,
    Tick,
}

impl CommandKind {
    /// All.
    pub const ALL: [Self; 17] = [
        Self::Propose,
        Self::RelateTickets,
        Self::NameUnits,
        Self::WriteOpinion,
        Self::PutOnAgenda,
        Self::Decline,
        Self::RecordDiscussion,
        Self::Decide,
        Self::ReportMeasure,
        Self::SendBackMeasure,
        Self::Escalate,
        Self::Close,
        Self::OrderSupervision,
        Self::ReportSupervision,
        Self::Whistle,
        Self::CheckIn,
        Self::Tick,
    ];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Propose => "提出议题",
            Self::RelateTickets => "关联工单",
            Self::NameUnits => "增加涉及单位",
            Self::WriteOpinion => "提出书面意见",
            Self::PutOnAgenda => "列入议程",
            Self::Decline => "不予采纳",
            Self::RecordDiscussion => "记录研究情况",
            Self::Decide => "议定",
            Self::ReportMeasure => "报告措施完成",
            Self::SendBackMeasure => "退回措施",
            Self::Escalate => "提交上一级研究",
            Self::Close => "办结",
            Self::OrderSupervision => "联合督办",
            Self::ReportSupervision => "报告督办情况",
            Self::Whistle => "吹哨",
            Self::CheckIn => "报到",
            Self::Tick => "时钟检查",
        }
    }
}

impl TopicCommand {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Propose(_) => CommandKind::Propose,
            Self::RelateTickets { .. } => CommandKind::RelateTickets,
            Self::NameUnits { .. } => CommandKind::NameUnits,
            Self::WriteOpinion { .. } => CommandKind::WriteOpinion,
            Self::PutOnAgenda { .. } => CommandKind::PutOnAgenda,
            Self::Decline { .. } => CommandKind::Decline,
            Self::RecordDiscussion { .. } => CommandKind::RecordDiscussion,
            Self::Decide { .. } => CommandKind::Decide,
            Self::ReportMeasure { .. } => CommandKind::ReportMeasure,
            Self::SendBackMeasure { .. } => CommandKind::SendBackMeasure,
            Self::Escalate { .. } => CommandKind::Escalate,
            Self::Close { .. } => CommandKind::Close,
            Self::OrderSupervision { .. } => CommandKind::OrderSupervision,
            Self::ReportSupervision { .. } => CommandKind::ReportSupervision,
            Self::Whistle { .. } => CommandKind::Whistle,
            Self::CheckIn { .. } => CommandKind::CheckIn,
            Self::Tick => CommandKind::Tick,
        }
    }
}
