//! What people, the clock and rules may want of a ticket (命令), and who they are.

use crate::grounds::{AnswerBasis, DeclineGround, EmergencyLine, HandBackGround, PanelSeat, Receiver};
use crate::ids::{CategoryCode, TicketId, UnitId};
use crate::oversight::SupervisionKind;
use crate::plugin::rollout::leaving::Leaving;
use crate::rule::effect::Proposal;
use crate::rule::value::Value;
use crate::side::MainTicket;
use crate::ticket::Intake;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is wanted.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// 登记. Made by the desk, which gives the id and has put the caller into the vault.
    #[serde(skip)]
    Register {
        /// The new ticket's id.
        id: TicketId,
        /// What was written down.
        intake: Box<Intake>,
    },
    /// 补充填写 while the call goes on.
    FillIn {
        /// `street`, `estate`, `building`.
        #[serde(default)]
        place: BTreeMap<String, String>,
        /// Extra fields by rule and name.
        #[serde(default)]
        fields: BTreeMap<String, BTreeMap<String, Value>>,
    },
    /// 受理
    Accept {
        /// Why required fields stay empty, when the caller does not know or the call dropped.
        #[serde(default)]
        unanswered: Option<String>,
    },
    /// 改派分类
    Reclassify {
        /// The right category.
        category: CategoryCode,
    },
    /// 派单
    Dispatch {
        /// 主办单位
        lead_unit: UnitId,
        /// 协办单位
        #[serde(default)]
        assisting_units: Vec<UnitId>,
    },
    /// 签收
    TakeUp,
    /// 申请退回
    AskHandBack {
        /// From the list.
        ground: HandBackGround,
        /// Why it is not this unit's duty.
        reason: String,
    },
    /// 退回审定
    RuleHandBack {
        /// Back to dispatch, or stay.
        approved: bool,
        /// In which words.
        opinion: String,
    },
    /// 申请延期
    AskExtension {
        /// 1 to 10.
        working_days: u16,
        /// Why.
        reason: String,
    },
    /// 延期审定
    RuleExtension {
        /// Granted or not.
        approved: bool,
        /// In which words.
        opinion: String,
    },
    /// 督促、指导、监督
    Supervise {
        /// Which of the three.
        kind: SupervisionKind,
        /// Whom.
        target: UnitId,
        /// In which words.
        words: String,
    },
    /// 掌握情况
    RecordGrasp {
        /// What was found.
        words: String,
    },
    /// 联系来电人
    RecordContact {
        /// What was said, without names.
        words: String,
    },
    /// 反馈办理结果
    ReportBack {
        /// 是否联系来电人
        contacted: bool,
        /// 是否解决
        solved: bool,
        /// 办理情况
        result: String,
        /// 附件数
        #[serde(default)]
        evidence_count: u16,
    },
    /// 审核
    Review {
        /// Whether it goes on to the follow-up.
        passed: bool,
        /// In which words.
        #[serde(default)]
        opinion: String,
    },
    /// 回访
    FollowUp {
        /// 是否接通
        reached: bool,
        /// 是否解决
        #[serde(default)]
        solved: Option<bool>,
        /// 是否满意
        #[serde(default)]
        satisfied: Option<bool>,
        /// The caller's words, as far as they are kept.
        #[serde(default)]
        opinion: String,
        /// 解释办结: closes a matter that stays unsolved or unsatisfactory, saying what the
        /// caller was told; without it such a matter is handled again.
        #[serde(default)]
        explained: Option<String>,
    },
    /// 任务完成
    FinishTask {
        /// Its number.
        number: u16,
        /// The result.
        result: String,
        /// 任务记录: what the task asks for, by name.
        #[serde(default)]
        record: BTreeMap<String, Value>,
    },
    /// 申请不予受理: a reviewer decides
    AskDecline {
        /// From the closed list.
        ground: DeclineGround,
        /// Why.
        reason: String,
    },
    /// 不予受理审定
    RuleDecline {
        /// Declined, or to be accepted.
        approved: bool,
        /// In which words.
        opinion: String,
    },
    /// 转紧急热线, at once
    PassOnEmergency {
        /// 110, 119, 120 or 122.
        line: EmergencyLine,
        /// What was said.
        words: String,
    },
    /// 三方连线
    ThreeWayCall {
        /// Whom the seat calls in.
        partner_unit: UnitId,
        /// What was said, without names.
        words: String,
    },
    /// 直办
    AnswerDirectly {
        /// What the answer rests on.
        basis: AnswerBasis,
        /// The answer.
        answer: String,
    },
    /// 转介
    Refer {
        /// To whom.
        receiver: Receiver,
        /// 来电人是否同意; asked for arbitration and mediation.
        #[serde(default)]
        consent: Option<bool>,
        /// What the receiver is told.
        words: String,
    },
    /// 登记转介结果
    RecordReferralResult {
        /// As the receiver gave it.
        result: String,
    },
    /// 并单. Made by the desk, which looked the main ticket up.
    #[serde(skip)]
    Merge {
        /// The main ticket as it is now.
        main: Box<MainTicket>,
        /// Why they are the same matter.
        reason: String,
    },
    /// 并入, on the main ticket; follows from [`Command::Merge`].
    #[serde(skip)]
    Absorb {
        /// The duplicate.
        ticket: TicketId,
    },
    /// The main ticket is at its end; follows on each merged ticket.
    #[serde(skip)]
    AnswerMerged {
        /// The main ticket.
        main: TicketId,
    },
    /// 责任认定
    DecideLiability {
        /// 责任单位
        lead_unit: UnitId,
        /// 协办单位
        #[serde(default)]
        assisting_units: Vec<UnitId>,
        /// Who sat.
        panel: Vec<PanelSeat>,
        /// In which words.
        opinion: String,
    },
    /// 提报市级领导: the unit that was named still refuses
    EscalateRefusal {
        /// How it refused.
        words: String,
    },
    /// 领导签批
    SignResponsibility {
        /// 责任单位
        lead_unit: UnitId,
        /// 批示
        words: String,
    },
    /// 签收抄送
    TakeUpCopy,
    /// 书面意见
    GiveOpinion {
        /// The opinion.
        words: String,
    },
    /// 督办
    OrderSupervision {
        /// In which words.
        words: String,
    },
    /// 督办回复
    AnswerSupervision {
        /// Its number.
        number: u16,
        /// In which words.
        words: String,
    },
    /// 催办: the caller called again
    Remind {
        /// What the caller said.
        words: String,
    },
    /// 联合督办
    OpenJointSupervision {
        /// 督办单位
        units: Vec<UnitId>,
        /// Why.
        words: String,
    },
    /// 结束联合督办
    EndJointSupervision {
        /// What came of it.
        result: String,
    },
    /// 吹哨
    BlowWhistle {
        /// 应报到部门
        units: Vec<UnitId>,
        /// What for.
        words: String,
    },
    /// 报到
    CheckIn {
        /// Which whistle.
        number: u16,
        /// What the department brings.
        words: String,
    },
    /// 考核申诉提出或了结; follows from an appeal.
    #[serde(skip)]
    MarkAppeal {
        /// Whether one is open.
        open: bool,
    },
    /// The clock looks at the ticket.
    #[serde(skip)]
    Tick,
    /// 规则移除善后; follows from the removal of a plugin.
    #[serde(skip)]
    LeaveRule {
        /// Which.
        rule: String,
        /// What becomes of its tasks and fields.
        leaving: Leaving,
    },
    /// A rule asks for an effect.
    #[serde(skip)]
    Propose(Box<Proposal>),
}

impl Command {
    /// Its name, for messages and logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Register { .. } => "register",
            Self::FillIn { .. } => "fill-in",
            Self::Accept { .. } => "accept",
            Self::Reclassify { .. } => "reclassify",
            Self::Dispatch { .. } => "dispatch",
            Self::TakeUp => "take-up",
            Self::AskHandBack { .. } => "ask-hand-back",
            Self::RuleHandBack { .. } => "rule-hand-back",
            Self::AskExtension { .. } => "ask-extension",
            Self::RuleExtension { .. } => "rule-extension",
            Self::Supervise { .. } => "supervise",
            Self::RecordGrasp { .. } => "record-grasp",
            Self::RecordContact { .. } => "record-contact",
            Self::ReportBack { .. } => "report-back",
            Self::Review { .. } => "review",
            Self::FollowUp { .. } => "follow-up",
            Self::FinishTask { .. } => "finish-task",
            Self::AskDecline { .. } => "ask-decline",
            Self::RuleDecline { .. } => "rule-decline",
            Self::PassOnEmergency { .. } => "pass-on-emergency",
            Self::ThreeWayCall { .. } => "three-way-call",
            Self::AnswerDirectly { .. } => "answer-directly",
            Self::Refer { .. } => "refer",
            Self::RecordReferralResult { .. } => "record-referral-result",
            Self::Merge { .. } => "merge",
            Self::Absorb { .. } => "absorb",
            Self::AnswerMerged { .. } => "answer-merged",
            Self::DecideLiability { .. } => "decide-liability",
            Self::EscalateRefusal { .. } => "escalate-refusal",
            Self::SignResponsibility { .. } => "sign-responsibility",
            Self::TakeUpCopy => "take-up-copy",
            Self::GiveOpinion { .. } => "give-opinion",
            Self::OrderSupervision { .. } => "order-supervision",
            Self::AnswerSupervision { .. } => "answer-supervision",
            Self::Remind { .. } => "remind",
            Self::OpenJointSupervision { .. } => "open-joint-supervision",
            Self::EndJointSupervision { .. } => "end-joint-supervision",
            Self::BlowWhistle { .. } => "blow-whistle",
            Self::CheckIn { .. } => "check-in",
            Self::MarkAppeal { .. } => "mark-appeal",
            Self::Tick => "tick",
            Self::LeaveRule { .. } => "leave-rule",
            Self::Propose(_) => "propose",
        }
    }
}
