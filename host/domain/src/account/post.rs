//! Posts (岗位): a role where it is held, `unit-clerk:370705-GA`; and who acts in one, by number and
//! never by name, `call-taker:0231`, `county-ops:370705:0012`.

use super::role::{PlaceKind, Role};
use crate::actor::By;
use crate::catalogue::Catalogue;
use crate::ids::{TerritoryId, UnitId};
use crate::language::in_words;
use crate::plugin::rollout::actor::Officer;
use crate::topic::actor::{Office, TopicBy};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest number, unit or receiver, in bytes.
const MOST_ID_BYTES: usize = 32;

/// A role, and the unit, territory or receiver where it is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(into = "String", try_from = "String")]
pub struct Post {
    /// 角色
    pub role: Role,
    /// Where, for a role that is held somewhere.
    pub place: Option<String>,
}

/// A number, unit or receiver as addresses and headers may carry it.
#[must_use]
pub fn is_well_formed(id: &str) -> bool {
    !id.is_empty() && id.len() <= MOST_ID_BYTES && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl Post {
    /// A post that is held nowhere in particular.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self { role, place: None }
    }

    /// A post that is held somewhere.
    #[must_use]
    pub fn at(role: Role, place: &str) -> Self {
        Self { role, place: Some(place.to_owned()) }
    }

    /// Reads `reviewer` or `unit-clerk:370705-GA`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, place) = match text.split_once(':') {
            Some((key, place)) => (key, Some(place).filter(|place| is_well_formed(place))?),
            None => (text, ""),
        };
        let role = Role::parse(key)?;
        match role.place() {
            PlaceKind::City => place.is_empty().then_some(Self::of(role)),
            _ => (!place.is_empty()).then(|| Self::at(role, place)),
        }
    }

    /// The unit where it is held.
    #[must_use]
    pub fn unit(&self) -> Option<UnitId> {
        (self.role.place() == PlaceKind::Unit).then(|| self.place.as_deref().unwrap_or_default().into())
    }

    /// The territory where it is held: its own, or its unit's; the city's departments have the city.
    #[must_use]
    pub fn territory(&self, catalogue: &Catalogue) -> Option<TerritoryId> {
        match self.role.place() {
            PlaceKind::Territory => self.place.as_deref().map(TerritoryId::from),
            PlaceKind::Unit => self.unit().and_then(|unit| Some(catalogue.unit(&unit)?.territory.clone())),
            PlaceKind::City | PlaceKind::Receiver => None,
        }
    }

    /// In words: 承办单位（奎文区公安分局）.
    #[must_use]
    pub fn words(&self, catalogue: &Catalogue) -> String {
        let term = self.role.term();
        let Some(place) = &self.place else { return term.to_owned() };
        let name = match self.role.place() {
            PlaceKind::Territory => catalogue.territory(&place.as_str().into()).map_or(place.as_str(), |one| &one.name),
            PlaceKind::Unit => {
                self.unit().and_then(|unit| catalogue.unit(&unit)).map_or(place.as_str(), |unit| unit.name.as_str())
            }
            PlaceKind::City | PlaceKind::Receiver => place.as_str(),
        };
        format!("{term}（{name}）")
    }

    /// In English, where its place is called by its id: `Unit clerk 370705-GA`.
    #[must_use]
    pub fn english(&self) -> String {
        let role = in_words(self.role.key());
        match &self.place {
            Some(place) => format!("{role} {place}"),
            None => role,
        }
    }
}

impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{}:{place}", self.role.key()),
            None => f.write_str(self.role.key()),
        }
    }
}

impl From<Post> for String {
    fn from(post: Post) -> Self {
        post.to_string()
    }
}

impl TryFrom<String> for Post {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a post is a role, and where it is held: reviewer, unit-clerk:370705-GA")
    }
}

/// Who acts (操作人): somebody of this number, in this post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// 岗位
    pub post: Post,
    /// 工号. Empty where the post is its unit's or its receiver's own.
    pub number: String,
}

impl Acting {
    /// Reads `call-taker:0231`, `unit-clerk:370784-ZJ`, `county-ops:370705:0012`, `receiver:ID`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (key, rest) = text.split_once(':')?;
        let role = Role::parse(key)?;
        let (post, number) = match role.place() {
            PlaceKind::City => (Post::of(role), Some(rest).filter(|number| is_well_formed(number))?),
            PlaceKind::Territory => {
                let (territory, number) = rest.split_once(':')?;
                (Post::parse(&format!("{key}:{territory}"))?, Some(number).filter(|number| is_well_formed(number))?)
            }
            PlaceKind::Unit | PlaceKind::Receiver => (Post::parse(text)?, ""),
        };
        Some(Self { post, number: number.to_owned() })
    }

    /// As tickets know it, if it is a post that works on them.
    #[must_use]
    pub fn by(&self) -> Option<By> {
        let number = self.number.clone();
        Some(match self.post.role {
            Role::CallTaker => By::CallTaker { number },
            Role::EnterpriseSeat => By::EnterpriseSeat { number },
            Role::LegalSeat => By::LegalSeat { number },
            Role::CompanySeat => By::CompanySeat { unit: self.post.unit()? },
            Role::Dispatcher => By::Dispatcher { number },
            Role::UnitClerk => By::UnitClerk { unit: self.post.unit()? },
            Role::DepartmentSupervisor => By::DepartmentSupervisor { unit: self.post.unit()? },
            Role::Reviewer => By::Reviewer { number },
            Role::KnowledgeReviewer => By::KnowledgeReviewer { number },
            Role::FollowUpStaff => By::FollowUpStaff { number },
            Role::HotlineOffice => By::HotlineOffice { number },
            Role::LiabilityPanel => By::LiabilityPanel { number },
            Role::CityLeader => By::CityLeader { number },
            Role::GovernmentOffice
            | Role::CountyOps
            | Role::CityOps
            | Role::Receiver
            | Role::Monitor
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => return None,
        })
    }

    /// As topics know it.
    #[must_use]
    pub fn topic_by(&self) -> Option<TopicBy> {
        let number = self.number.clone();
        Some(match self.post.role {
            Role::HotlineOffice => TopicBy::Office(Office::HotlineOffice { number }),
            Role::GovernmentOffice => TopicBy::Office(Office::GovernmentOffice { number }),
            _ => TopicBy::Known(self.by()?),
        })
    }

    /// As the life of plugins knows it.
    #[must_use]
    pub fn officer(&self) -> Option<Officer> {
        let number = self.number.clone();
        match self.post.role {
            Role::CountyOps => {
                Some(Officer::County { territory: self.post.place.as_deref().unwrap_or_default().into(), number })
            }
            Role::CityOps => Some(Officer::City { number }),
            _ => None,
        }
    }
}

impl fmt::Display for Acting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.number.is_empty() { write!(f, "{}", self.post) } else { write!(f, "{}:{}", self.post, self.number) }
    }
}
