//! Who acts on a rollout (操作人): county and city, each with its own key to the door, and the
//! host itself, which may only stop.

use crate::catalogue::Catalogue;
use crate::english;
use crate::ids::TerritoryId;
use crate::sentence::{Sentence, data};
use serde::{Deserialize, Serialize};

/// Who did something, by number and never by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "actor", rename_all = "kebab-case")]
pub enum Officer {
    /// 区县信息技术人员
    County {
        /// Whose.
        territory: TerritoryId,
        /// 工号
        number: String,
    },
    /// 市热线平台运维
    City {
        /// 工号
        number: String,
    },
    /// 主机: its guards, which need no person to stop a plugin.
    Host,
}

impl Officer {
    /// Whether it may speak for a territory: its own people, or the city for the whole of it.
    #[must_use]
    pub fn speaks_for(&self, territory: &TerritoryId) -> bool {
        match self {
            Self::County { territory: own, .. } => own == territory,
            Self::City { .. } => territory.is_city(),
            Self::Host => false,
        }
    }

    /// Whether both are one person, whichever post each acts in: by the number, of which there is one
    /// account (`number-taken`).
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.number().is_some_and(|own| other.number().is_some_and(|other| own.eq_ignore_ascii_case(other)))
    }

    /// 工号; the host has none.
    fn number(&self) -> Option<&str> {
        match self {
            Self::County { number, .. } | Self::City { number } => Some(number),
            Self::Host => None,
        }
    }

    /// Whether it is one of the city's.
    #[must_use]
    pub fn is_city(&self) -> bool {
        matches!(self, Self::City { .. })
    }

    /// In words.
    #[must_use]
    pub fn words(&self, catalogue: &Catalogue) -> Sentence {
        match self {
            Self::County { territory, number } => {
                let name = catalogue.territory(territory).map_or(territory.as_str(), |known| &known.name);
                Sentence::new(format!("{name}信息技术人员 {number}"), english!("County ops {} {}", number, data(name)))
            }
            Self::City { number } => Sentence::new(format!("市平台运维 {number}"), format!("City ops {number}")),
            Self::Host => Sentence::new("主机（自动）", "The host, by itself"),
        }
    }
}
