//! What happened to an entry (事件): past tense, append-only, and all that
//! [`super::apply`] needs stands in them.

use super::content::Content;
use crate::ids::UnitId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// 起草
    Drafted {
        /// 责任部门
        owner: UnitId,
        /// What it says so far.
        content: Content,
    },
    /// 修改
    Edited {
        /// What it says now.
        content: Content,
    },
    /// 提报
    Submitted,
    /// 退回
    Returned {
        /// What is wrong.
        opinion: String,
    },
    /// 审核通过
    Approved {
        /// In which words.
        opinion: String,
    },
    /// 发布
    Published {
        /// 版次
        revision: u16,
        /// 复核期限
        #[schemars(with = "String")]
        review_due: Date,
    },
    /// 修订
    RevisionBegun {
        /// What it is to say.
        content: Content,
    },
    /// 弃用
    Discarded {
        /// Why.
        reason: String,
    },
    /// 下架
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// 复核
    Confirmed {
        /// The next review.
        #[schemars(with = "String")]
        review_due: Date,
    },
    /// 失效
    Expired {
        /// The last day on which it held.
        #[schemars(with = "String")]
        valid_until: Date,
    },
    /// 复核到期
    ReviewFellDue,
}

/// An event with its place in the entry's history.
pub type Recorded = crate::recorded::Recorded<Event>;
