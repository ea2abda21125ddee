//! A topic as it stands (议题): the fold of its events, and what follows from it.

use crate::calendar::{CLOSE_OF_WORK, civil, moment};
use crate::ids::{CategoryCode, TerritoryId, TicketId, TopicId, UnitId};
use crate::topic::actor::Convener;
use crate::topic::rung::Rung;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a topic stands (状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TopicState {
    /// 候选: proposed to its rung.
    Candidate,
    /// 已列入议程
    OnAgenda,
    /// 已研究
    Discussed,
    /// 已议定: measures run.
    Decided,
    /// 待验收: every measure is reported done.
    MeasuresDone,
    /// 已办结
    Closed,
    /// 未采纳
    Declined,
}

impl TopicState {
    /// All.
    pub const ALL: [Self; 7] = [
        Self::Candidate,
        Self::OnAgenda,
        Self::Discussed,
        Self::Decided,
        Self::MeasuresDone,
        Self::Closed,
        Self::Declined,
    ];

    /// The states in which something can still happen.
    pub const OPEN: [Self; 5] = [Self::Candidate, Self::OnAgenda, Self::Discussed, Self::Decided, Self::MeasuresDone];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Candidate => "候选",
            Self::OnAgenda => "已列入议程",
            Self::Discussed => "已研究",
            Self::Decided => "已议定",
            Self::MeasuresDone => "待验收",
            Self::Closed => "已办结",
            Self::Declined => "未采纳",
        }
    }

    /// Whether nothing can happen any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Declined)
    }
}

/// Where a topic came from (来源).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// 热点: the daily figures (article row 6).
    HotTopic,
    /// 月度高频清单 (article row 9).
    HighFrequency,
    /// 年度高频难点共性问题清单 (article row 10).
    YearlyList {
        /// Of which year.
        year: i16,
    },
    /// 本地规则提名 (an effect that the ticket has accepted).
    Nomination,
    /// 定期研判提名: a local rule, from its territory's figures.
    Review,
    /// 单位提出
    Suggested,
}

impl Origin {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::HotTopic => "热点问题",
            Self::HighFrequency => "月度高频清单",
            Self::YearlyList { .. } => "年度高频难点共性问题清单",
            Self::Nomination => "本地规则提名",
            Self::Review => "定期研判提名",
            Self::Suggested => "单位提出",
        }
    }
}

/// What a topic is about (议题内容). Topics with an equal subject are one topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// 诉求分类, usually a group.
    pub category: CategoryCode,
    /// 属地; the city when it concerns more than one.
    pub territory: TerritoryId,
    /// 街道或小区; empty when it concerns more than one.
    #[serde(default)]
    pub place: String,
}

/// A topic as it is proposed (议题建议).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// 题目
    pub title: String,
    /// 内容
    pub subject: Subject,
    /// 提交层级
    pub rung: Rung,
    /// 来源
    pub origin: Origin,
    /// 涉及单位, beside the department that answers for the category.
    #[serde(default)]
    pub units: BTreeSet<UnitId>,
    /// 涉及工单数
    pub ticket_count: u64,
    /// 工单样本
    #[serde(default)]
    pub tickets: BTreeSet<TicketId>,
    /// 理由, in words and figures.
    pub reasons: Vec<String>,
}

/// A written opinion of a city department (书面意见).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Opinion {
    /// 市级行业主管部门
    pub department: UnitId,
    /// 意见
    pub words: String,
}

/// One meeting (会议).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Meeting {
    /// 层级
    pub rung: Rung,
    /// 日期
    #[schemars(with = "String")]
    pub on: Date,
    /// 召集单位
    pub convener: Convener,
    /// 参会单位; empty until it was held.
    pub attended: BTreeSet<UnitId>,
}

/// One decided measure (措施).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Measure {
    /// Its number in the topic, from 1.
    pub number: u16,
    /// 责任单位
    pub unit: UnitId,
    /// 措施内容
    pub what: String,
    /// 完成期限: till the end of that day's work.
    #[schemars(with = "String")]
    pub due_on: Date,
    /// 完成情况, once it is reported.
    pub result: Option<String>,
    /// 逾期: it was not reported in time.
    pub overdue: bool,
}

/// A working mode that a meeting switches on for a season (季节模式), as 供热模式 (article
/// row 24). From the first day to the last, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mode {
    /// 名称
    pub name: String,
    /// 起
    #[schemars(with = "String")]
    pub from: Date,
    /// 止
    #[schemars(with = "String")]
    pub to: Date,
}

/// What units are called to (召集事项).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SummonsKind {
    /// 联合督办: several city units, each reports (article row 59).
    JointSupervision,
    /// 吹哨报到: each checks in (article row 34).
    Whistle,
}

impl SummonsKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::JointSupervision => "联合督办",
            Self::Whistle => "吹哨报到",
        }
    }
}

/// One unit's part in a summons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Part {
    /// 单位
    pub unit: UnitId,
    /// When it answered: reported (报告), or checked in (报到).
    #[schemars(with = "Option<String>")]
    pub answered_at: Option<Timestamp>,
    /// 迟到、逾期: it answered after the due time.
    pub late: bool,
}

/// Units that are called to a topic, each of which has to answer (召集).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Summons {
    /// Its number in the topic, from 1.
    pub number: u16,
    /// 种类
    pub kind: SummonsKind,
    /// 事由
    pub words: String,
    /// 期限
    #[schemars(with = "String")]
    pub due_at: Timestamp,
    /// 被召集单位
    pub parts: Vec<Part>,
    /// Whether the clock said who was missing at the due time.
    pub lapsed: bool,
}

impl Summons {
    /// Who has not answered (未报到、未报告).
    pub fn missing(&self) -> impl Iterator<Item = &UnitId> {
        self.parts.iter().filter(|part| part.answered_at.is_none()).map(|part| &part.unit)
    }

    /// Who answered too late.
    pub fn late(&self) -> impl Iterator<Item = &UnitId> {
        self.parts.iter().filter(|part| part.late).map(|part| &part.unit)
    }
}

/// A topic (议题).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Topic {
    /// 议题编号
    pub id: TopicId,
    /// How many events made it.
    pub version: u64,
    /// 状态
    pub state: TopicState,
    /// 层级
    pub rung: Rung,
    /// 题目
    pub title: String,
    /// 内容
    pub subject: Subject,
    /// 来源
    pub origin: Origin,
    /// 涉及单位
    pub units: BTreeSet<UnitId>,
    /// 涉及工单数
    pub ticket_count: u64,
    /// 工单样本
    pub tickets: BTreeSet<TicketId>,
    /// 书面意见
    pub opinions: Vec<Opinion>,
    /// 会议
    pub meetings: Vec<Meeting>,
    /// 措施
    pub measures: Vec<Measure>,
    /// 季节模式
    pub modes: Vec<Mode>,
    /// 联合督办、吹哨报到
    pub summonses: Vec<Summons>,
}

impl Topic {
    /// The measure of that number.
    #[must_use]
    pub fn measure(&self, number: u16) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.number == number)
    }

    /// The summons of that number.
    #[must_use]
    pub fn summons(&self, number: u16) -> Option<&Summons> {
        self.summonses.iter().find(|summons| summons.number == number)
    }

    /// Measures that are not reported done.
    pub fn open_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(|measure| measure.result.is_none())
    }

    /// Whether a decision of this topic switches a mode on for that day. What a meeting decided
    /// holds after the topic is closed.
    #[must_use]
    pub fn mode_on(&self, name: &str, day: Date) -> bool {
        self.modes.iter().any(|mode| mode.name == name && (mode.from..=mode.to).contains(&day))
    }

    /// When the clock has to look at this topic next; derived, so that it cannot be lost.
    #[must_use]
    pub fn wakes_at(&self) -> Option<Timestamp> {
        let measures = self.open_measures().filter(|measure| !measure.overdue).map(|measure| end_of(measure.due_on));
        let waiting = |summons: &&Summons| !summons.lapsed && summons.missing().next().is_some();
        let summonses = self.summonses.iter().filter(waiting).map(|summons| summons.due_at);
        measures.chain(summonses).min().filter(|_| !self.state.is_final())
    }
}

/// When a day's work ends.
#[must_use]
pub fn end_of(day: Date) -> Timestamp {
    moment(day.to_datetime(CLOSE_OF_WORK)).unwrap_or(Timestamp::MAX)
}

/// The day of a moment, in China.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    civil(at).date()
}
