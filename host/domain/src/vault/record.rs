//! A caller record (来电人记录) as the fold of its events. What it says of the caller is not
//! here: the envelope and the look-up hashes are the store's row beside it.

use super::keys::KeyId;
use super::unmask::{Field, Purpose};
use crate::ids::{CallerRef, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a record is kept beyond its time (保留事由).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldKind {
    /// 考核申诉
    Appeal,
    /// 行政复议
    Reconsideration,
    /// 诉讼
    Litigation,
    /// 信访
    Petition,
}

impl HoldKind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Appeal => "考核申诉",
            Self::Reconsideration => "行政复议",
            Self::Litigation => "诉讼",
            Self::Petition => "信访",
        }
    }
}

/// A reason to keep a record (保留).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Hold {
    /// Its number on this record, from 1.
    pub number: u16,
    /// 事由
    pub kind: HoldKind,
    /// 案号 or words.
    pub words: String,
}

/// Why a record was erased (删除依据).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// 保存期限届满
    TimeOver,
    /// 本人请求删除
    SubjectAsked,
}

impl Ground {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::TimeOver => "保存期限届满",
            Self::SubjectAsked => "本人请求删除",
        }
    }
}

/// What happened to a record. Nothing of the caller stands here: events are kept, and erasure
/// leaves nothing to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// 存入
    Stored {
        /// 密钥编号
        key: KeyId,
    },
    /// 更换密钥
    Resealed {
        /// 密钥编号
        key: KeyId,
    },
    /// 更正, 个人信息保护法 art. 46: the row beside this record was sealed again with what is
    /// right.
    Corrected {
        /// What was wrong.
        fields: BTreeSet<Field>,
        /// 密钥编号
        key: KeyId,
        /// In which words.
        words: String,
    },
    /// 查看明文: the audit record.
    Unmasked {
        /// For which ticket.
        ticket: TicketId,
        /// For what.
        purpose: Purpose,
        /// What was shown.
        fields: BTreeSet<Field>,
        /// In which words.
        words: String,
    },
    /// 保留
    HoldPlaced {
        /// Why.
        hold: Hold,
    },
    /// 解除保留
    HoldLifted {
        /// Which.
        number: u16,
        /// In which words.
        words: String,
    },
    /// 删除: from here on the row beside this record is gone.
    Erased {
        /// Why.
        ground: Ground,
    },
}

/// An event with its place in the record's history.
pub type Recorded = crate::recorded::Recorded<Event>;

/// What is known of a record without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallerRecord {
    /// 来电人代号
    pub reference: CallerRef,
    /// How many events made it.
    pub version: u64,
    /// 存入时刻
    #[schemars(with = "String")]
    pub stored_at: Timestamp,
    /// 密钥编号
    pub key: KeyId,
    /// 保留, those that stand.
    pub holds: Vec<Hold>,
    /// How many holds there ever were: numbers are not used twice.
    pub holds_placed: u16,
    /// 删除时刻
    #[schemars(with = "Option<String>")]
    pub erased_at: Option<Timestamp>,
}

impl CallerRecord {
    /// Makes the record from its whole history. `None` when the history does not begin with
    /// the storing.
    #[must_use]
    pub fn fold(reference: &CallerRef, history: &[Recorded]) -> Option<Self> {
        let (first, rest) = history.split_first()?;
        let Event::Stored { key } = &first.event else { return None };
        let mut record = Self {
            reference: reference.clone(),
            version: 1,
            stored_at: first.at,
            key: key.clone(),
            holds: Vec::new(),
            holds_placed: 0,
            erased_at: None,
        };
        for recorded in rest {
            record.apply(recorded);
        }
        Some(record)
    }

    /// Applies one event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.version += 1;
        match &recorded.event {
            // The first of a history; the looks at a record do not change it.
            Event::Stored { .. } | Event::Unmasked { .. } => {}
            Event::Resealed { key } | Event::Corrected { key, .. } => self.key = key.clone(),
            Event::HoldPlaced { hold } => {
                self.holds_placed = hold.number;
                self.holds.push(hold.clone());
            }
            Event::HoldLifted { number, .. } => self.holds.retain(|hold| hold.number != *number),
            Event::Erased { .. } => self.erased_at = Some(recorded.at),
        }
    }
}
