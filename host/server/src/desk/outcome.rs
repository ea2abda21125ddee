//! What a command came to (回执), or why it did not happen.

use crate::store::StoreError;
use crate::vault::VaultError;
use chuishao_domain::ids::TicketId;
use chuishao_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Receipt {
    /// 工单编号
    pub ticket: TicketId,
    /// The version that it made.
    pub version: u64,
    /// 状态
    pub state: String,
    /// What happened, in words.
    pub happened: Vec<String>,
    /// 必填项 that are still empty.
    pub missing_fields: Vec<String>,
    /// 建议坐席
    pub suggested_seat: Option<String>,
    /// 此号码此前的工单件数, for a ticket that was just registered: a number, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_tickets: Option<u64>,
}

/// Why a command did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The rules of the core say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ticket or topic is not at the version that the caller expects.
    #[error("内容已是第 {now} 版，请重新读取后再操作 (it is at another version)")]
    AnotherVersion {
        /// What it is at.
        now: u64,
    },
    /// Others were quicker, every time.
    #[error("正被频繁操作，请稍后重试 (too many others act on it)")]
    Contended,
    /// The key was used for another request.
    #[error("同一个 Idempotency-Key 已用于另一个请求，请换一个新的 (the key was used for another request)")]
    KeyOfAnother,
    /// The caller cannot be sealed or opened; nothing was written.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The walk itself broke off.
    #[error("内部错误 (the walk broke off)")]
    Broken(String),
}

impl From<tokio::task::JoinError> for DeskError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Broken(error.to_string())
    }
}
