//! What happened to a ticket (事件). Events are facts: past tense, append-only (guard rail
//! G10), and all that [`crate::apply`] needs stands in them. Those off the plain way stand
//! with what they are about: [`crate::side`], [`crate::responsibility`], [`crate::oversight`], [`crate::rule::remark`];
//! written down they all look alike.

use crate::deadline::{Deadline, DeadlineKind, Due};
use crate::grounds::HandBackGround;
use crate::ids::{CategoryCode, SeatId, UnitId};
use crate::oversight::{OversightEvent, SupervisionKind};
use crate::responsibility::ResponsibilityEvent;
use crate::rule::effect::{Forum, Post};
use crate::rule::ledger::LedgerItem;
use crate::rule::remark::{RecordedField, RemarkEvent};
use crate::rule::state::Timer;
use crate::rule::value::Value;
use crate::side::SideEvent;
use crate::ticket::{CopyTo, FollowUp, Intake, RequiredField, Task, Urgency};
use serde::{Deserialize, Serialize};

/// Why a ticket was closed out (办结方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// The caller said it is solved.
    Solved,
    /// The caller could not be reached in three attempts (an assumption).
    Unreachable,
    /// 解释办结: what the caller wants cannot be had; it was explained, whatever the caller thinks.
    Explained,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// 登记
    Registered {
        /// What was written down.
        intake: Intake,
        /// The category's own urgency.
        urgency: Urgency,
    },
    /// 要求填写
    FieldRequired {
        /// Which.
        field: RequiredField,
    },
    /// 填写地点
    PlaceFilled {
        /// `place.street`, `place.estate` or `place.building`.
        name: String,
        /// What was said.
        text: String,
    },
    /// 填写扩展字段
    FieldFilled {
        /// Whose field.
        namespace: String,
        /// Its name.
        name: String,
        /// Its label, in Chinese.
        label: String,
        /// What was said.
        value: Value,
        /// 个人信息: the timeline says only that it is filled in.
        personal: bool,
    },
    /// 受理
    Accepted,
    /// 未能问清: why required fields stay empty, by the call taker.
    LeftUnanswered {
        /// Why.
        reason: String,
    },
    /// 时限设定
    DeadlineSet {
        /// The deadline.
        deadline: Deadline,
    },
    /// 时限提前
    DeadlineTightened {
        /// The deadline as it now stands.
        deadline: Deadline,
    },
    /// 时限确定: the calendar that it waited for was loaded.
    DeadlineComputed {
        /// The deadline as it now stands.
        deadline: Deadline,
    },
    /// 时限达成
    DeadlineMet {
        /// Which.
        kind: DeadlineKind,
        /// Whether it had passed already.
        late: bool,
    },
    /// 改派分类, by a person
    Reclassified {
        /// The new category.
        category: CategoryCode,
    },
    /// 派单. The copy of dual-track handling (双向联办) stands in the same event, so that
    /// there is no dispatch without it (article row 1).
    Dispatched {
        /// 主办单位
        lead_unit: UnitId,
        /// 协办单位
        assisting_units: Vec<UnitId>,
        /// 市级行业主管部门: reads along, urges, guides and oversees.
        copy_to: UnitId,
        /// 一键直达: the levels above the lead unit, which are passed over and read along
        /// (article row 29).
        levels_above: Vec<UnitId>,
        /// When the units have to sign in.
        take_up_by: Due,
        /// When the city department has to sign its copy.
        take_up_copy_by: Due,
    },
    /// 签收
    TakenUp {
        /// Who.
        handling_unit: UnitId,
    },
    /// 申请退回
    HandBackAsked {
        /// Who.
        handling_unit: UnitId,
        /// From the list.
        ground: HandBackGround,
        /// Why.
        reason: String,
    },
    /// 退回审定
    HandBackRuled {
        /// Whether it goes back to dispatch.
        approved: bool,
        /// The reviewer's words.
        opinion: String,
    },
    /// 申请延期
    ExtensionAsked {
        /// Who.
        handling_unit: UnitId,
        /// 1 to 10.
        working_days: u16,
        /// Why.
        reason: String,
    },
    /// 延期审定
    ExtensionRuled {
        /// Whether it is granted.
        approved: bool,
        /// How many were asked for.
        working_days: u16,
        /// The person's words.
        opinion: String,
    },
    /// 督促、指导、监督
    Supervised {
        /// Which of the three.
        kind: SupervisionKind,
        /// Who.
        department: UnitId,
        /// Whom.
        target: UnitId,
        /// In which words.
        words: String,
    },
    /// 掌握情况
    Grasped {
        /// What was found.
        words: String,
    },
    /// 联系来电人
    CallerContacted {
        /// What was said, without names.
        words: String,
    },
    /// 反馈办理结果
    ReportedBack {
        /// Who.
        handling_unit: UnitId,
        /// 是否联系来电人
        contacted: bool,
        /// 是否解决
        solved: bool,
        /// 办理情况
        result: String,
        /// 附件数
        evidence_count: u16,
    },
    /// 审核
    Reviewed {
        /// Whether it goes on to the follow-up.
        passed: bool,
        /// The reviewer's words.
        opinion: String,
        /// When the follow-up is due, if it goes on.
        follow_up_by: Option<Due>,
    },
    /// 回访
    FollowedUp {
        /// Its outcome.
        follow_up: FollowUp,
        /// The caller's words, as far as they are kept.
        opinion: String,
    },
    /// 重办
    Reopened {
        /// 第几次重办
        rework_count: u16,
    },
    /// 办结
    ClosedOut {
        /// How.
        how: ClosedBy,
        /// 解释: what the caller was told; empty unless it was closed with an explanation.
        explanation: String,
    },
    /// 登记后久未受理: the call dropped, or somebody forgot.
    LeftWaiting,
    /// 预警
    EarlyWarning {
        /// Of which deadline.
        kind: DeadlineKind,
    },
    /// 超期
    Overdue {
        /// Which deadline.
        kind: DeadlineKind,
    },
    /// 定时到
    TimerFired {
        /// Whose timer.
        rule: String,
        /// Its name.
        name: String,
    },
    /// 任务期限确定: the calendar that it waited for was loaded.
    TaskDueComputed {
        /// Its number.
        number: u16,
        /// When it is due.
        due: Due,
    },
    /// 任务超期
    TaskOverdue {
        /// Its number.
        number: u16,
    },
    /// 任务完成
    TaskDone {
        /// Its number.
        number: u16,
        /// The result.
        result: String,
        /// 任务记录, as it was asked for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        record: Vec<RecordedField>,
    },
    /// 紧急程度提高
    UrgencyRaised {
        /// To what.
        urgency: Urgency,
    },
    /// 建议分类
    CategorySuggested {
        /// Which.
        category: CategoryCode,
    },
    /// 建议坐席
    SeatSuggested {
        /// Which.
        seat: SeatId,
    },
    /// 建议承办单位
    UnitSuggested {
        /// Which.
        handling_unit: UnitId,
        /// 主办 or 协办.
        lead: bool,
    },
    /// 加标签
    Tagged {
        /// With its namespace.
        tag: String,
    },
    /// 增加抄送
    CopyAdded {
        /// The copy.
        copy: CopyTo,
    },
    /// 要求举证
    EvidenceAsked {
        /// What is wanted.
        what: String,
    },
    /// 退回补充 by a rule
    SentBack {
        /// What is missing.
        missing: String,
    },
    /// 开立任务
    TaskOpened {
        /// The task.
        task: Task,
    },
    /// 记入台账
    LedgerEntered(LedgerItem),
    /// 提名议题
    Nominated {
        /// Where to.
        forum: Forum,
        /// 议题
        title: String,
    },
    /// 通知
    Notified {
        /// Whom.
        to_unit: UnitId,
        /// The words.
        text: String,
    },
    /// 通知岗位 by the core, when a matter becomes critical or a rework fails
    PostNotified {
        /// Which post of the lead unit.
        post: Post,
        /// The words.
        text: String,
    },
    /// 设定时器
    TimerSet {
        /// The timer.
        timer: Timer,
    },
    /// 取消定时器
    TimerCancelled {
        /// Whose.
        rule: String,
        /// Its name.
        name: String,
    },
    /// 规则移除善后
    RuleLeft {
        /// Which.
        rule: String,
        /// 定时 that end, by name.
        timers: Vec<String>,
        /// 任务 that end, by number.
        tasks: Vec<u16>,
        /// 必填项 that are asked for no more, by name.
        fields: Vec<String>,
    },
    /// 备忘
    Remembered {
        /// Whose.
        rule: String,
        /// What.
        memory: String,
    },
    /// 本地评分
    ScoredLocally {
        /// Whose figure.
        rule: String,
        /// 被评单位
        handling_unit: UnitId,
        /// 评分项
        item: String,
        /// Hundredths of a point.
        hundredths: i32,
    },
    /// 规则附注
    #[serde(untagged)]
    Remark(RemarkEvent),
    /// 旁路
    #[serde(untagged)]
    Side(SideEvent),
    /// 责任认定
    #[serde(untagged)]
    Responsibility(ResponsibilityEvent),
    /// 督导督办
    #[serde(untagged)]
    Oversight(OversightEvent),
}

/// An event with its place in the ticket's history.
pub type Recorded = crate::recorded::Recorded<Event>;
