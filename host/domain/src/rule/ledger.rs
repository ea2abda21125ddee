//! Ledgers (台账) of local rules (article rows 43, 44): lists that a county keeps of what has to
//! be seen to. A rule writes into them, from a ticket or from a review; nobody takes out.

use crate::ids::{TerritoryId, UnitId};
use jiff::Timestamp;
use jiff::civil::Date;
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

/// What is noted of an entry after it was made (台账批注).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// 挂接文件: what it is held to.
    Document,
    /// 销号: it is seen to. It stays in the ledger.
    Settled,
}

/// A note on an entry. An entry is known by its ledger and its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LedgerNote {
    /// The rule's namespace and the ledger's name.
    pub ledger: String,
    /// 事项
    pub title: String,
    /// Which.
    pub kind: NoteKind,
    /// The document, or why it is settled.
    pub text: String,
}

/// An entry that is not settled (未销号条目), as its rule is told of it in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct OpenEntry {
    pub ledger: String,
    pub title: String,
    #[schemars(with = "String")]
    pub entered_on: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling_unit: Option<UnitId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
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
    /// 挂接的文件
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// 销号; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// 销号 of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Settled {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 销号说明
    pub words: String,
}
