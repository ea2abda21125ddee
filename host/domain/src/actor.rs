//! Who acts (操作人): people by their posts, the clock, and local rules with their rights.

use crate::ids::UnitId;
use crate::rule::RuleActor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who wants something (操作人).
#[derive(Clone, Debug)]
pub enum Actor {
    /// A person with a post, or the clock.
    Known(By),
    /// A local rule, with its rights.
    Rule(Arc<RuleActor>),
}

impl Actor {
    /// The post.
    #[must_use]
    pub fn post(&self) -> PostKind {
        match self {
            Self::Known(by) => by.post(),
            Self::Rule(_) => PostKind::Rule,
        }
    }
}

/// Who did something, as it is kept (留痕). Posts and numbers, never names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "actor", rename_all = "kebab-case")]
pub enum By {
    /// 话务员
    CallTaker {
        /// 工号
        number: String,
    },
    /// 企业服务专线: takes enterprises' calls as a call taker does (article row 17)
    EnterpriseSeat {
        /// 工号
        number: String,
    },
    /// 法律专席: a resident lawyer (article row 48)
    LegalSeat {
        /// 工号
        number: String,
    },
    /// 供热企业坐席: a company's own seat in the centre (article row 26)
    CompanySeat {
        /// 企业
        unit: UnitId,
    },
    /// 派单员
    Dispatcher {
        /// 工号
        number: String,
    },
    /// 承办单位
    UnitClerk {
        /// 单位
        unit: UnitId,
    },
    /// 市级行业主管部门
    DepartmentSupervisor {
        /// 单位
        unit: UnitId,
    },
    /// 审核员
    Reviewer {
        /// 工号
        number: String,
    },
    /// 知识库审核员
    KnowledgeReviewer {
        /// 工号
        number: String,
    },
    /// 回访员
    FollowUpStaff {
        /// 工号
        number: String,
    },
    /// 热线工作机构: orders supervision, blows the whistle
    HotlineOffice {
        /// 工号
        number: String,
    },
    /// 责任认定小组
    LiabilityPanel {
        /// 工号 of who writes its decision down
        number: String,
    },
    /// 市级领导, by the post's number
    CityLeader {
        /// 工号
        number: String,
    },
    /// 系统时钟
    Clock,
    /// 本地规则
    Rule {
        /// Its name, which is its namespace.
        rule: String,
        /// 中文名
        title: String,
        /// Its version.
        version: semver::Version,
        /// Why, in the rule's words.
        reason: String,
    },
}

/// A post without its holder (岗位), as the list of transitions names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained by `term`")]
pub enum PostKind {
    CallTaker,
    EnterpriseSeat,
    LegalSeat,
    CompanySeat,
    Dispatcher,
    UnitClerk,
    DepartmentSupervisor,
    Reviewer,
    KnowledgeReviewer,
    FollowUpStaff,
    HotlineOffice,
    LiabilityPanel,
    CityLeader,
    Clock,
    Rule,
}

impl PostKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::CallTaker => "话务员",
            Self::EnterpriseSeat => "企业服务专线",
            Self::LegalSeat => "法律专席",
            Self::CompanySeat => "供热企业坐席",
            Self::Dispatcher => "派单员",
            Self::UnitClerk => "承办单位",
            Self::DepartmentSupervisor => "市级行业主管部门",
            Self::Reviewer => "审核员",
            Self::KnowledgeReviewer => "知识库审核员",
            Self::FollowUpStaff => "回访员",
            Self::HotlineOffice => "热线工作机构",
            Self::LiabilityPanel => "责任认定小组",
            Self::CityLeader => "市级领导",
            Self::Clock => "系统时钟",
            Self::Rule => "本地规则",
        }
    }
}

impl By {
    /// The post.
    #[must_use]
    pub fn post(&self) -> PostKind {
        match self {
            Self::CallTaker { .. } => PostKind::CallTaker,
            Self::EnterpriseSeat { .. } => PostKind::EnterpriseSeat,
            Self::LegalSeat { .. } => PostKind::LegalSeat,
            Self::CompanySeat { .. } => PostKind::CompanySeat,
            Self::Dispatcher { .. } => PostKind::Dispatcher,
            Self::UnitClerk { .. } => PostKind::UnitClerk,
            Self::DepartmentSupervisor { .. } => PostKind::DepartmentSupervisor,
            Self::Reviewer { .. } => PostKind::Reviewer,
            Self::KnowledgeReviewer { .. } => PostKind::KnowledgeReviewer,
            Self::FollowUpStaff { .. } => PostKind::FollowUpStaff,
            Self::HotlineOffice { .. } => PostKind::HotlineOffice,
            Self::LiabilityPanel { .. } => PostKind::LiabilityPanel,
            Self::CityLeader { .. } => PostKind::CityLeader,
            Self::Clock => PostKind::Clock,
            Self::Rule { .. } => PostKind::Rule,
        }
    }
}
