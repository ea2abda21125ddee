//! The ticket (工单) and what belongs to it. It is changed by [`crate::apply`] alone, from
//! events alone.

use crate::calendar::TimeSpan;
use crate::deadline::{Deadline, DeadlineKind, Due};
use crate::duty::Duty;
use crate::evaluation::milestones::Milestones;
use crate::grounds::{AnswerBasis, DeclineGround};
use crate::ids::{TerritoryId, TicketId, UnitId};
use crate::oversight::Oversight;
use crate::responsibility::Responsibility;
use crate::rule::effect::{FeedField, Forum, Post, TaskKind};
use crate::rule::ledger::LedgerNote;
use crate::rule::state::{Opinion, RuleState, Suggestions, Timer};
use crate::rule::value::ValueKind;
use crate::side::{Closure, Side};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

mod intake;

pub use intake::{CallerKind, Channel, Intake, MatterKind, Place};

/// 紧急程度. It only ever rises (guard rail G9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// 一般
    Ordinary,
    /// 紧急
    Urgent,
    /// 特急
    Critical,
}

impl Urgency {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Ordinary => "一般",
            Self::Urgent => "紧急",
            Self::Critical => "特急",
        }
    }
}

/// 工单状态.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TicketState {
    /// 待受理
    Registered,
    /// 待派遣
    Accepted,
    /// 办理中
    Handling,
    /// 待审核
    InReview,
    /// 待回访
    AwaitingFollowUp,
    /// 已办结
    ClosedOut,
}

impl TicketState {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Registered => "待受理",
            Self::Accepted => "待派遣",
            Self::Handling => "办理中",
            Self::InReview => "待审核",
            Self::AwaitingFollowUp => "待回访",
            Self::ClosedOut => "已办结",
        }
    }
}

/// One unit's part of the work (承办).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assignment {
    /// 承办单位.
    pub handling_unit: UnitId,
    /// 主办 (true) or 协办.
    pub lead: bool,
    /// 是否签收.
    pub taken_up: bool,
    /// 是否反馈.
    pub reported_back: bool,
    /// 派单时刻: the 2 working days to hand back are counted from here.
    #[schemars(with = "String")]
    pub dispatched_at: Timestamp,
}

/// A unit that reads along (抄送).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CopyTo {
    /// 读者单位.
    pub reader: UnitId,
    /// Made with the dispatch by the core; immutable (guard rail G2).
    pub statutory: bool,
}

/// One follow-up call (回访).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FollowUp {
    /// 第几次, from 1.
    pub attempt: u16,
    /// 回访时刻.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 是否接通.
    pub reached: bool,
    /// 是否解决.
    pub solved: Option<bool>,
    /// 是否满意.
    pub satisfied: Option<bool>,
}

impl FollowUp {
    /// Reached, and either unsolved or dissatisfied: what leads to another handling.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.reached && (self.solved == Some(false) || self.satisfied == Some(false))
    }
}

/// A task that a rule opened (任务).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Task {
    /// Its number on this ticket, from 1.
    pub number: u16,
    /// 种类.
    pub kind: TaskKind,
    /// 责任岗位.
    pub post: Post,
    /// 责任单位: the lead unit when the task was opened, or the county's office.
    pub handling_unit: UnitId,
    /// 名称.
    pub title: String,
    /// 开立时刻: the limit is counted from here.
    #[schemars(with = "String")]
    pub opened_at: Timestamp,
    /// 期限.
    pub within: TimeSpan,
    /// When it is due.
    pub due: Due,
    /// 提出的规则.
    pub rule: String,
    /// 是否完成.
    pub done: bool,
    /// 是否超期.
    pub overdue: bool,
    /// 任务记录: what has to be filled in to finish it.
    pub record: Vec<RequiredField>,
}

/// A field that must be filled in (必填项): before the ticket is accepted, or to finish a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RequiredField {
    /// `place.estate`, or an extra field's name.
    pub name: String,
    /// The namespace of an extra field; empty for the core's own fields.
    pub namespace: String,
    /// The label shown to the call taker.
    pub label: String,
    /// What kind of value an extra field takes; the core's own take text.
    pub kind: Option<ValueKind>,
    /// 个人信息: neither rules nor the timeline show what is filled in.
    pub personal: bool,
}

/// A request that waits for a person (待审定).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Pending {
    /// 退单.
    HandBack,
    /// 延期, by so many working days.
    Extension {
        /// 1 to 10.
        working_days: u16,
    },
    /// 不予受理.
    Decline {
        /// From the closed list.
        ground: DeclineGround,
    },
}

/// The deadlines of a ticket, at most one of a kind.
pub type Deadlines = Vec<Deadline>;

/// 工单.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ticket {
    /// 编号.
    pub id: TicketId,
    /// How many events made it; a change is written only against the version it was
    /// computed from.
    pub version: u64,
    /// 状态.
    pub state: TicketState,
    /// 登记内容.
    pub intake: Intake,
    /// 紧急程度.
    pub urgency: Urgency,
    /// Whether it was said that nobody has accepted it.
    pub left_waiting: bool,
    /// 必填项.
    pub required_fields: Vec<RequiredField>,
    /// 建议.
    pub suggestions: Suggestions,
    /// 标签, with their namespace.
    pub tags: BTreeSet<String>,
    /// 承办.
    pub assignments: Vec<Assignment>,
    /// 抄送.
    pub copies: Vec<CopyTo>,
    /// 时限.
    pub deadlines: Deadlines,
    /// 待审定.
    pub pending: Option<Pending>,
    /// 是否延期过: once only.
    pub extended: bool,
    /// 退单、责任认定.
    pub responsibility: Responsibility,
    /// 督导、督办、吹哨.
    pub oversight: Oversight,
    /// 应办事项 that are still open.
    pub duties: Vec<Duty>,
    /// 旁路状态, if a side way holds it.
    pub side: Option<Side>,
    /// 并入本单的重复件.
    pub merged: Vec<TicketId>,
    /// 三方连线: the units that were called in since it last came to dispatch.
    pub three_way_calls: BTreeSet<UnitId>,
    /// 直办依据, if it was answered without a unit in this round.
    pub answered_directly: Option<AnswerBasis>,
    /// 结束.
    pub closure: Option<Closure>,
    /// 要求的证据.
    pub evidence_asked: Vec<String>,
    /// Whether a rule already sent a report back in this round of handling: once a round.
    pub sent_back_by_rule: bool,
    /// 回访.
    pub follow_ups: Vec<FollowUp>,
    /// 重办次数.
    pub rework_count: u16,
    /// 任务.
    pub tasks: Vec<Task>,
    /// 定时器.
    pub timers: Vec<Timer>,
    /// What each rule keeps here, by its namespace.
    pub rules: BTreeMap<String, RuleState>,
    /// 台账: namespace/ledger and title.
    pub ledger_entries: Vec<(String, String)>,
    /// 台账批注: documents that are linked to these entries, and what is settled.
    pub ledger_notes: Vec<LedgerNote>,
    /// 提名.
    pub nominations: Vec<(Forum, String)>,
    /// 规则意见.
    pub opinions: Vec<Opinion>,
    /// 推送略去.
    pub omitted_from_feed: BTreeSet<FeedField>,
    /// 办理节点, for the figures of the city and for the scores.
    pub milestones: Milestones,
}

impl Ticket {
    /// The lead unit (主办单位).
    #[must_use]
    pub fn lead_unit(&self) -> Option<&UnitId> {
        self.assignments.iter().find(|a| a.lead).map(|a| &a.handling_unit)
    }

    /// The territory it belongs to.
    #[must_use]
    pub fn territory(&self) -> &TerritoryId {
        &self.intake.place.territory
    }

    /// The deadline of a kind.
    #[must_use]
    pub fn deadline(&self, kind: DeadlineKind) -> Option<&Deadline> {
        self.deadlines.iter().find(|d| d.kind == kind)
    }

    /// The required fields that are still empty.
    pub fn missing_fields(&self) -> impl Iterator<Item = &RequiredField> {
        self.required_fields.iter().filter(|field| !self.is_filled(field))
    }

    fn is_filled(&self, field: &RequiredField) -> bool {
        let place = &self.intake.place;
        match field.name.as_str() {
            "place.street" => !place.street.is_empty(),
            "place.estate" => !place.estate.is_empty(),
            "place.building" => !place.building.is_empty(),
            name => self.rules.get(&field.namespace).is_some_and(|rule| rule.fields.contains_key(name)),
        }
    }
}
