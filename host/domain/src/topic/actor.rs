//! Who acts on a topic (操作人): the two offices that convene, and the actors that tickets
//! know as well.

use crate::actor::By;
use crate::ids::UnitId;
use serde::{Deserialize, Serialize};

/// An office that convenes (召集单位).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Convener {
    /// 市12345热线受理中心
    HotlineOffice,
    /// 市政府办公室
    GovernmentOffice,
}

impl Convener {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::HotlineOffice => "市12345热线受理中心",
            Self::GovernmentOffice => "市政府办公室",
        }
    }
}

/// A person of a convening office, by number and never by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "actor", rename_all = "kebab-case")]
pub enum Office {
    /// 市12345热线受理中心
    HotlineOffice {
        /// 工号
        number: String,
    },
    /// 市政府办公室
    GovernmentOffice {
        /// 工号
        number: String,
    },
}

/// Who did something to a topic, as it is kept (留痕).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum TopicBy {
    /// One of the convening offices.
    Office(Office),
    /// Departments, units, the clock and local rules, as on tickets.
    Known(By),
}

impl TopicBy {
    /// The office, if it is one.
    #[must_use]
    pub fn convener(&self) -> Option<Convener> {
        match self {
            Self::Office(Office::HotlineOffice { .. }) => Some(Convener::HotlineOffice),
            Self::Office(Office::GovernmentOffice { .. }) => Some(Convener::GovernmentOffice),
            Self::Known(_) => None,
        }
    }

    /// The unit that a clerk or a department's supervisor speaks for.
    #[must_use]
    pub fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::Known(By::UnitClerk { unit } | By::DepartmentSupervisor { unit }) => Some(unit),
            _ => None,
        }
    }

    /// The city department that a supervisor speaks for.
    #[must_use]
    pub fn department(&self) -> Option<&UnitId> {
        match self {
            Self::Known(By::DepartmentSupervisor { unit }) => Some(unit),
            _ => None,
        }
    }

    /// Whether it is the clock.
    #[must_use]
    pub fn is_clock(&self) -> bool {
        matches!(self, Self::Known(By::Clock))
    }

    /// Whether it is a local rule.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        matches!(self, Self::Known(By::Rule { .. }))
    }
}
