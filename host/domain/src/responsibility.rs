//! Responsibility (责任主体认定, article rows 54–57): hand-backs that pile up become a liability
//! case; a panel names the unit, and if that unit still refuses a city leader's signature
//! does. Nothing stays without an owner.

use crate::grounds::{HandBackGround, PanelSeat};
use crate::ids::UnitId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 退回 this often and whose duty it is goes to the panel (an assumption: the articles say
/// 职责争议事项 without a number).
pub const HAND_BACKS_BEFORE_LIABILITY_CASE: usize = 2;

/// One hand-back (退单).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandBack {
    /// Who.
    pub unit: UnitId,
    /// From the list.
    pub ground: HandBackGround,
    /// When it was asked.
    #[schemars(with = "String")]
    pub asked_at: Timestamp,
    /// What the reviewer ruled; absent while it waits.
    pub approved: Option<bool>,
}

/// 责任认定: one ticket has one at most, because its decision cannot be handed back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LiabilityCase {
    /// 开立时刻.
    #[schemars(with = "String")]
    pub opened_at: Timestamp,
    /// 认定的承办单位; absent while the case is open.
    pub named_unit: Option<UnitId>,
    /// 认定后仍不办理: when it was reported to the city leader.
    #[schemars(with = "Option<String>")]
    pub refused_at: Option<Timestamp>,
    /// 领导签批确定的承办单位: final.
    pub signed_unit: Option<UnitId>,
}

impl LiabilityCase {
    /// Whether nobody is named yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.named_unit.is_none()
    }
}

/// What belongs to the question whose duty it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Responsibility {
    /// 退单, in order.
    pub hand_backs: Vec<HandBack>,
    /// 责任认定.
    pub case: Option<LiabilityCase>,
}

impl Responsibility {
    /// How many hand-backs were ruled on.
    #[must_use]
    pub fn hand_back_count(&self) -> u16 {
        let ruled = self.hand_backs.iter().filter(|hand_back| hand_back.approved.is_some()).count();
        u16::try_from(ruled).unwrap_or(u16::MAX)
    }
}

/// What happened to the question whose duty it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum ResponsibilityEvent {
    /// 提请责任认定: nobody leads until the panel decides
    LiabilityCaseOpened {
        /// How many hand-backs there were.
        hand_back_count: u16,
    },
    /// 认定: cannot be handed back (guard rail G7)
    LiabilityDecided {
        /// 责任单位
        unit: UnitId,
        /// Who sat.
        panel: Vec<PanelSeat>,
        /// The panel's words.
        opinion: String,
    },
    /// 认定后仍不办理，提报市级领导
    LiabilityRefused {
        /// Who refuses.
        unit: UnitId,
        /// How it refused.
        words: String,
    },
    /// 市级领导签批: final (guard rail G7)
    LeaderSigned {
        /// 责任单位
        unit: UnitId,
        /// 批示
        words: String,
    },
}
