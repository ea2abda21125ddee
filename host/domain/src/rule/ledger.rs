//! Ledgers (台账) of local rules (article rows 43, 44): lists that a county keeps of what has to
//! be seen to. A rule writes into them, from a ticket or from a review; nobody takes out.

use crate::ids::{TerritoryId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands in a line (台账条目).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LedgerItem {
    /// The rule's namespace and the ledger's name: `gaoxin-ledger/督查台账`.
    pub ledger: String,
    /// 事项
    pub title: String,
    /// 责任单位
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling_unit: Option<UnitId>,
    /// 依据; empty when none was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
}

/// A line of a ledger, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LedgerLine {
    /// 工单编号 or 研判编号.
    pub source: String,
    /// The event's place there.
    pub sequence: u64,
    /// 区县
    pub territory: TerritoryId,
    /// When it was entered.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub item: LedgerItem,
}
