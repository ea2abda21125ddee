//! The knowledge entry (知识条目). It is changed by [`super::apply`] alone.

use super::content::Content;
use crate::ids::{KnowledgeId, TerritoryId, UnitId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Where the draft stands (工作稿状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 无工作稿
    None,
    /// 草稿
    Draft,
    /// 待审核
    Submitted,
    /// 已退回
    Returned,
    /// 待发布
    Approved,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::None, Self::Draft, Self::Submitted, Self::Returned, Self::Approved];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::None => "无工作稿",
            Self::Draft => "草稿",
            Self::Submitted => "待审核",
            Self::Returned => "已退回",
            Self::Approved => "待发布",
        }
    }
}

/// Where the answer stands: what call takers see (发布状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// 未发布: never published.
    Unpublished,
    /// 已发布
    Published,
    /// 已下架: taken out by a person.
    Withdrawn,
    /// 已失效: its time ran out.
    Expired,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Unpublished, Self::Published, Self::Withdrawn, Self::Expired];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Unpublished => "未发布",
            Self::Published => "已发布",
            Self::Withdrawn => "已下架",
            Self::Expired => "已失效",
        }
    }
}

/// What is worked on (工作稿).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Draft {
    /// Where it stands; never [`Stage::None`].
    pub stage: Stage,
    /// The text.
    pub content: Content,
    /// 规则: the local rule that wrote it, until a person does.
    pub by_rule: Option<String>,
    /// 审核意见: the reviewer's last words.
    pub opinion: String,
}

/// What was published (发布版).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Answer {
    /// The text.
    pub content: Content,
    /// 版次, from 1.
    pub revision: u16,
    /// 发布时刻
    #[schemars(with = "String")]
    pub published_at: Timestamp,
    /// 复核期限: the owner says again by then whether it still holds.
    #[schemars(with = "String")]
    pub review_due: Date,
    /// Whether it was said that the review is due.
    pub review_called: bool,
}

/// One entry (知识条目).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Entry {
    /// 条目编号
    pub id: KnowledgeId,
    /// How many events made it.
    pub version: u64,
    /// 责任部门: the city department that answers for what it says.
    pub owner: UnitId,
    /// What call takers see, or saw last.
    pub answer: Option<Answer>,
    /// Where that stands.
    pub standing: Standing,
    /// What is worked on.
    pub draft: Option<Draft>,
}

impl Entry {
    /// Where the draft stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.draft.as_ref().map_or(Stage::None, |draft| draft.stage)
    }

    /// What a call taker may read out on this day, for a matter in this territory.
    #[must_use]
    pub fn in_force(&self, on: Date, territory: &TerritoryId) -> Option<&Answer> {
        let answer = self.answer.as_ref().filter(|_| self.standing == Standing::Published)?;
        (answer.content.is_valid_on(on) && answer.content.holds_in(territory)).then_some(answer)
    }

    /// The day on which the clock has to look at this entry: the first day on which it is no
    /// longer valid, or its review is due.
    #[must_use]
    pub fn wakes_on(&self) -> Option<Date> {
        let answer = self.answer.as_ref().filter(|_| self.standing == Standing::Published)?;
        let expires = answer.content.valid_until.and_then(|last| last.tomorrow().ok());
        let review = (!answer.review_called).then_some(answer.review_due);
        expires.into_iter().chain(review).min()
    }
}
