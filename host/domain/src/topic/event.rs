//! What happened to a topic (事件): facts, past tense, append-only; all that
//! [`crate::topic::apply`] needs stands in them.

use crate::ids::{TicketId, UnitId};
use crate::topic::actor::{Convener, TopicBy};
use crate::topic::case::{Draft, Measure, Mode, Summons};
use crate::topic::rung::Rung;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum TopicEvent {
    /// 提出议题
    Proposed {
        /// As proposed, with the responsible department among its units.
        draft: Draft,
    },
    /// 关联工单
    TicketsRelated {
        /// How many it concerns in all.
        count: u64,
        /// Those that are new to the sample.
        tickets: BTreeSet<TicketId>,
    },
    /// 增加涉及单位
    UnitsNamed {
        /// Those that are new.
        units: BTreeSet<UnitId>,
    },
    /// 提出书面意见
    OpinionWritten {
        /// 市级行业主管部门
        department: UnitId,
        /// 意见
        words: String,
    },
    /// 列入议程
    PutOnAgenda {
        /// 层级
        rung: Rung,
        /// 会议日期
        #[schemars(with = "String")]
        on: Date,
        /// 召集单位
        convener: Convener,
    },
    /// 不予采纳
    Declined {
        /// Why.
        reason: String,
    },
    /// 研究
    Discussed {
        /// 参会单位
        attended: BTreeSet<UnitId>,
        /// 研究情况
        words: String,
    },
    /// 议定
    Decided {
        /// 议定事项
        words: String,
        /// 措施
        measures: Vec<Measure>,
        /// 季节模式
        modes: Vec<Mode>,
    },
    /// 报告措施完成
    MeasureReported {
        /// Its number.
        number: u16,
        /// 完成情况
        result: String,
        /// Whether it was due before.
        late: bool,
    },
    /// 退回措施
    MeasureSentBack {
        /// Its number.
        number: u16,
        /// What is missing.
        missing: String,
        /// 新的完成期限
        #[schemars(with = "String")]
        due_on: Date,
    },
    /// 措施逾期
    MeasureOverdue {
        /// Its number.
        number: u16,
    },
    /// 提交上一级研究
    Escalated {
        /// Where to.
        to: Rung,
        /// Why.
        reason: String,
    },
    /// 办结
    Closed {
        /// 办结情况
        outcome: String,
    },
    /// 联合督办、吹哨
    Summoned {
        /// The summons.
        summons: Summons,
    },
    /// 报告督办情况
    SupervisionReported {
        /// The summons' number.
        number: u16,
        /// Who.
        unit: UnitId,
        /// 报告
        report: String,
        /// Whether it was due before.
        late: bool,
    },
    /// 报到
    CheckedIn {
        /// The summons' number.
        number: u16,
        /// Who.
        unit: UnitId,
        /// 迟到
        late: bool,
    },
    /// 召集到期: who had not answered by then.
    SummonsLapsed {
        /// The summons' number.
        number: u16,
        /// 未报到、未报告单位
        missing: Vec<UnitId>,
    },
}

impl TopicEvent {
    /// The rung that the topic came to by this.
    #[must_use]
    pub fn rung_reached(&self) -> Option<Rung> {
        match self {
            Self::Proposed { draft } => Some(draft.rung),
            Self::Escalated { to, .. } => Some(*to),
            _ => None,
        }
    }
}

/// An event with its place in the topic's history.
pub type TopicRecorded = crate::recorded::Recorded<TopicEvent, TopicBy>;
