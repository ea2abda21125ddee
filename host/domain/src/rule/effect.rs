//! Effects (效果): what a rule may ask for. An effect is a command of the actor "rule";
//! whether it happens is decided in [`crate::handle`], under the guard rails.

use super::kinds::EffectKind;
use super::value::Value;
use crate::calendar::TimeSpan;
use crate::deadline::DeadlineKind;
use crate::grounds::Receiver;
use crate::ids::{CategoryCode, SeatId, UnitId};
use crate::ticket::Urgency;
use serde::{Deserialize, Serialize};

/// 任务种类.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// 现场调处 (article row 41)
    OnSiteMediation,
    /// 整治任务 (article row 43)
    Rectification,
    /// 普查 (article row 22)
    Survey,
}

impl TaskKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::OnSiteMediation => "现场调处",
            Self::Rectification => "整治任务",
            Self::Survey => "普查",
        }
    }
}

/// 岗位: a post, never a person's name (article row 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// 一把手
    PrincipalLeader,
    /// 分管领导
    LeaderInCharge,
    /// 区县热线机构
    CountyHotlineOffice,
}

impl Post {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::PrincipalLeader => "主要负责人（一把手）",
            Self::LeaderInCharge => "分管领导",
            Self::CountyHotlineOffice => "区县热线机构",
        }
    }
}

/// 议题去向.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Forum {
    /// 每日一议 (article row 6)
    DailyDiscussion,
    /// 每月一议 (article row 8)
    MonthlyDiscussion,
}

impl Forum {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::DailyDiscussion => "每日一议",
            Self::MonthlyDiscussion => "每月一议",
        }
    }
}

/// 意见环节: who decides next, for whom an opinion is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OpinionStage {
    /// 受理, while the call may still be going on
    Intake,
    /// 派单
    Dispatch,
    /// 退回审定
    HandBack,
    /// 责任认定
    Liability,
    /// 审核
    Review,
}

impl OpinionStage {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Intake => "受理",
            Self::Dispatch => "派单",
            Self::HandBack => "退回审定",
            Self::Liability => "责任认定",
            Self::Review => "审核",
        }
    }
}

/// 推送可选项: what the enforcement feed may do without (article row 45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FeedField {
    /// 街镇
    Street,
    /// 首次回访是否解决
    FirstSolved,
    /// 最近一次回访是否解决
    Solved,
    /// 最近一次回访是否满意
    Satisfied,
}

impl FeedField {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Street => "街镇",
            Self::FirstSolved => "首次回访是否解决",
            Self::Solved => "最近一次回访是否解决",
            Self::Satisfied => "最近一次回访是否满意",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// 要求填写: `place.street`, `place.estate`, `place.building` or a declared extra field.
    RequireField(String),
    /// 建议分类
    SuggestCategory(CategoryCode),
    /// 建议坐席
    SuggestSeat(SeatId),
    /// 加标签
    AddTag(String),
    /// 提高紧急程度
    RaiseUrgency(Urgency),
    /// 提前时限
    TightenDeadline {
        /// Which.
        kind: DeadlineKind,
        /// Counted from the deadline's own base.
        within: TimeSpan,
    },
    /// 增加抄送
    AddCopy(UnitId),
    /// 建议承办单位
    SuggestUnit {
        /// Which.
        handling_unit: UnitId,
        /// 主办 or 协办.
        lead: bool,
    },
    /// 要求举证
    AskEvidence(String),
    /// 退回补充
    SendBack(String),
    /// 开立任务
    OpenTask {
        /// 种类
        kind: TaskKind,
        /// 责任岗位
        post: Post,
        /// 期限
        within: TimeSpan,
        /// 名称
        title: String,
    },
    /// 记入台账
    EnterLedger {
        /// 台账
        ledger: String,
        /// 事项
        title: String,
        /// 责任单位
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handling_unit: Option<UnitId>,
        /// 依据; empty when none is given.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        basis: String,
    },
    /// 提名议题 about matters like a ticket
    Nominate {
        /// 去向
        forum: Forum,
        /// 议题
        title: String,
    },
    /// 提名议题 about the matters that a review counted
    NominateMatters {
        /// 去向
        forum: Forum,
        /// 议题
        title: String,
        /// 分类 of a tally.
        category: CategoryCode,
        /// 街道或小区 of a tally; empty for the whole territory.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        place: String,
    },
    /// 通知
    Notify {
        /// 单位
        to_unit: UnitId,
        /// 内容
        text: String,
    },
    /// 设定时器
    SetTimer {
        /// 名称
        name: String,
        /// 多久之后
        after: TimeSpan,
    },
    /// 取消定时器
    CancelTimer(String),
    /// 写扩展字段
    SetField {
        /// 名称
        name: String,
        /// 值
        value: Value,
    },
    /// 备忘
    Remember(String),
    /// 本地评分
    ScoreLocally {
        /// 被评单位
        handling_unit: UnitId,
        /// 评分项
        item: String,
        /// 百分之一分
        hundredths: i32,
    },
    /// 写入报告 of a review
    WriteSection {
        /// 标题
        heading: String,
        /// 正文; lines are paragraphs.
        text: String,
    },
    /// 附意见
    AttachOpinion {
        /// 环节
        stage: OpinionStage,
        /// 意见
        text: String,
    },
    /// 建议转介
    SuggestReferral(Receiver),
    /// 要求任务记录
    RequireRecord {
        /// Of the rule's own open task of this kind.
        kind: TaskKind,
        /// 扩展字段, by name.
        fields: Vec<String>,
    },
    /// 推送略去
    OmitFromFeed(FeedField),
    /// 挂接文件
    LinkDocument {
        /// 台账
        ledger: String,
        /// 事项, as it was entered.
        title: String,
        /// 文件名和文号
        document: String,
    },
    /// 销号
    SettleEntry {
        /// 台账
        ledger: String,
        /// 事项, as it was entered.
        title: String,
        /// 销号说明
        text: String,
    },
}

impl Effect {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> EffectKind {
        match self {
            Self::RequireField(_) => EffectKind::RequireField,
            Self::SuggestCategory(_) => EffectKind::SuggestCategory,
            Self::SuggestSeat(_) => EffectKind::SuggestSeat,
            Self::AddTag(_) => EffectKind::AddTag,
            Self::RaiseUrgency(_) => EffectKind::RaiseUrgency,
            Self::TightenDeadline { .. } => EffectKind::TightenDeadline,
            Self::AddCopy(_) => EffectKind::AddCopy,
            Self::SuggestUnit { .. } => EffectKind::SuggestUnit,
            Self::AskEvidence(_) => EffectKind::AskEvidence,
            Self::SendBack(_) => EffectKind::SendBack,
            Self::OpenTask { .. } => EffectKind::OpenTask,
            Self::EnterLedger { .. } => EffectKind::EnterLedger,
            Self::Nominate { .. } | Self::NominateMatters { .. } => EffectKind::Nominate,
            Self::Notify { .. } => EffectKind::Notify,
            Self::SetTimer { .. } => EffectKind::SetTimer,
            Self::CancelTimer(_) => EffectKind::CancelTimer,
            Self::SetField { .. } => EffectKind::SetField,
            Self::Remember(_) => EffectKind::Remember,
            Self::ScoreLocally { .. } => EffectKind::ScoreLocally,
            Self::WriteSection { .. } => EffectKind::WriteSection,
            Self::AttachOpinion { .. } => EffectKind::AttachOpinion,
            Self::SuggestReferral(_) => EffectKind::SuggestReferral,
            Self::RequireRecord { .. } => EffectKind::RequireRecord,
            Self::OmitFromFeed(_) => EffectKind::OmitFromFeed,
            Self::LinkDocument { .. } => EffectKind::LinkDocument,
            Self::SettleEntry { .. } => EffectKind::SettleEntry,
        }
    }
}

/// An effect with its reason (提议).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Proposal {
    /// What.
    pub effect: Effect,
    /// Why, in plain Chinese, shown to people.
    pub reason: String,
}
