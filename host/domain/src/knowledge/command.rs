//! What people, the clock and rules may want of an entry (命令).

use super::content::Content;
use crate::ids::{KnowledgeId, UnitId};
use serde::{Deserialize, Serialize};

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// 起草: a new entry. The id is the desk's.
    Draft {
        /// The new entry's id.
        id: KnowledgeId,
        /// 责任部门
        owner: UnitId,
        /// What it says so far.
        content: Box<Content>,
    },
    /// 修改 the draft.
    Edit {
        /// What it says now.
        content: Box<Content>,
    },
    /// 提报
    Submit,
    /// 退回
    Return {
        /// What is wrong.
        opinion: String,
    },
    /// 审核通过
    Approve {
        /// In which words.
        #[serde(default)]
        opinion: String,
    },
    /// 发布
    Publish,
    /// 修订: begin the next revision of what was published.
    Revise {
        /// What it is to say.
        content: Box<Content>,
    },
    /// 弃用 the draft; what is published stays.
    Discard {
        /// Why.
        reason: String,
    },
    /// 下架
    Withdraw {
        /// Why.
        reason: String,
    },
    /// 复核: the owner says that what is published still holds.
    Confirm,
    /// The clock looks at the entry.
    #[serde(skip)]
    Tick,
}

impl Command {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Draft { .. } => Kind::Draft,
            Self::Edit { .. } => Kind::Edit,
            Self::Submit => Kind::Submit,
            Self::Return { .. } => Kind::Return,
            Self::Approve { .. } => Kind::Approve,
            Self::Publish => Kind::Publish,
            Self::Revise { .. } => Kind::Revise,
            Self::Discard { .. } => Kind::Discard,
            Self::Withdraw { .. } => Kind::Withdraw,
            Self::Confirm => Kind::Confirm,
            Self::Tick => Kind::Tick,
        }
    }
}

/// A command without what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is explained at its command")]
pub enum Kind {
    Draft,
    Edit,
    Submit,
    Return,
    Approve,
    Publish,
    Revise,
    Discard,
    Withdraw,
    Confirm,
    Tick,
}

impl Kind {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Draft => "起草",
            Self::Edit => "修改",
            Self::Submit => "提报",
            Self::Return => "退回",
            Self::Approve => "审核通过",
            Self::Publish => "发布",
            Self::Revise => "修订",
            Self::Discard => "弃用",
            Self::Withdraw => "下架",
            Self::Confirm => "复核",
            Self::Tick => "到期检查",
        }
    }
}
