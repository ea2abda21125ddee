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

/// Who did something, as it is kept (留痕). Posts and numbers, never names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "kebab-case")]
pub enum By {
    /// 话务员
    CallTaker {
        /// 工号
        number: String,
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
