//! What rules add to a ticket without touching how it is handled (附注): opinions for whoever decides
//! next, a referral that they suggest, what a task has to record, notes in their ledgers, and what
//! the enforcement feed may do without. Their events stand here.

use super::effect::{FeedField, OpinionStage};
use super::ledger::LedgerNote;
use super::value::Value;
use crate::grounds::Receiver;
use crate::ticket::RequiredField;
use serde::{Deserialize, Serialize};

/// A field as it was filled in when a task was finished (任务记录项).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RecordedField {
    /// Whose field.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its label, in Chinese.
    pub label: String,
    /// What was filled in.
    pub value: Value,
    /// 个人信息: neither rules nor the timeline show it.
    pub personal: bool,
}

/// What a rule added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum RemarkEvent {
    /// 要求任务记录
    RecordRequired {
        /// The task's number.
        number: u16,
        /// What has to be filled in to finish it.
        fields: Vec<RequiredField>,
    },
    /// 挂接文件、销号
    LedgerNoted(LedgerNote),
    /// 附意见
    OpinionAttached {
        /// 环节
        stage: OpinionStage,
        /// 意见
        words: String,
    },
    /// 建议转介
    ReferralSuggested {
        /// To whom.
        receiver: Receiver,
    },
    /// 推送略去
    OmittedFromFeed {
        /// What.
        field: FeedField,
    },
}
