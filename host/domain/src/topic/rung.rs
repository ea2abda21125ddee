//! The ladder of deliberation (议事层级): where a topic is discussed, and who convenes.

use crate::rule::effect::Forum;
use crate::topic::actor::Convener;
use serde::{Deserialize, Serialize};

/// One rung of the ladder, lowest first. A topic only climbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// 每日一议: hot topics, large in volume and wide in reach (article row 6).
    DailyDiscussion,
    /// 专题研究: hard problems, by departments of the city and the counties (article row 7).
    SpecialStudy,
    /// 每月一议: what cannot be solved soon and needs several units (article row 8).
    MonthlyDiscussion,
    /// 市政府常务会议: some of the yearly list (article row 10).
    ExecutiveMeeting,
    /// 热线工作领导小组: weighty matters of the whole city (article row 38).
    LeadingGroup,
}

impl Rung {
    /// All, lowest first.
    pub const ALL: [Self; 5] = [
        Self::DailyDiscussion,
        Self::SpecialStudy,
        Self::MonthlyDiscussion,
        Self::ExecutiveMeeting,
        Self::LeadingGroup,
    ];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::DailyDiscussion => "每日一议",
            Self::SpecialStudy => "专题研究",
            Self::MonthlyDiscussion => "每月一议",
            Self::ExecutiveMeeting => "市政府常务会议",
            Self::LeadingGroup => "热线工作领导小组",
        }
    }

    /// Who convenes (召集单位). For 每月一议 the articles say it (row 8). That the hotline centre
    /// convenes the two rungs below, since their sentence has it as its subject, and the
    /// government office prepares the two above, are assumptions.
    #[must_use]
    pub fn convener(self) -> Convener {
        match self {
            Self::DailyDiscussion | Self::SpecialStudy => Convener::HotlineOffice,
            Self::MonthlyDiscussion | Self::ExecutiveMeeting | Self::LeadingGroup => Convener::GovernmentOffice,
        }
    }
}

impl From<Forum> for Rung {
    fn from(forum: Forum) -> Self {
        match forum {
            Forum::DailyDiscussion => Self::DailyDiscussion,
            Forum::MonthlyDiscussion => Self::MonthlyDiscussion,
        }
    }
}
