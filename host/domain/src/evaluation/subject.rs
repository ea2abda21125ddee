//! Who is judged (考核对象): 县市区、市属开发区和市直部门、单位 (article row 12).

use crate::ids::{TerritoryId, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A territory or a city department.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "subject", content = "id", rename_all = "kebab-case")]
pub enum Subject {
    /// 属地
    Territory(TerritoryId),
    /// 市级行业主管部门
    Department(UnitId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Territory(id) => f.pad(id.as_str()),
            Self::Department(id) => f.pad(id.as_str()),
        }
    }
}

/// What kind of subject it is: each has weights of its own, and only its own kind for peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// 县市
    County,
    /// 区
    District,
    /// 市属开发区
    Zone,
    /// 市直部门、单位
    Department,
}

impl SubjectKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::County, Self::District, Self::Zone, Self::Department];

    /// The word in data files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::District => "district",
            Self::Zone => "zone",
            Self::Department => "department",
        }
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::County => "县市",
            Self::District => "区",
            Self::Zone => "市属开发区",
            Self::Department => "市直部门、单位",
        }
    }

    /// The kind of a subject. Nothing for the city itself, which nobody here judges, and for
    /// a territory that is not in the list of divisions.
    #[must_use]
    pub fn of(subject: &Subject) -> Option<Self> {
        let Subject::Territory(id) = subject else { return Some(Self::Department) };
        let rows = include_str!("../../data/divisions.csv").lines().skip(1);
        let kind = rows.map(|row| row.split(',')).find_map(|mut cells| {
            let found = cells.next() == Some(id.as_str());
            found.then(|| cells.nth(1)).flatten()
        })?;
        match kind {
            "county" | "county-level city" => Some(Self::County),
            "district" => Some(Self::District),
            "development zone" => Some(Self::Zone),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use std::collections::BTreeMap;

    /// 4 districts, 8 counties and county-level cities, 5 zones; the city is no subject.
    #[test]
    fn every_territory_has_its_kind() {
        let mut found: BTreeMap<SubjectKind, usize> = BTreeMap::new();
        for territory in Catalogue::weifang().territories() {
            let kind = SubjectKind::of(&Subject::Territory(territory.id.clone()));
            assert_eq!(kind.is_none(), territory.id.is_city(), "{}", territory.name);
            *found.entry(kind.unwrap_or(SubjectKind::Department)).or_default() += 1;
        }
        let expected = [
            (SubjectKind::County, 8),
            (SubjectKind::District, 4),
            (SubjectKind::Zone, 5),
            (SubjectKind::Department, 1),
        ];
        assert_eq!(found, expected.into());
        assert_eq!(SubjectKind::of(&Subject::Territory("nowhere".into())), None);
    }
}
