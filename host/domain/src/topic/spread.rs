//! How the tickets of a group are spread over the city on a day (分布): from the counts of places to
//! what [`super::hot`] looks at.

use crate::ids::TerritoryId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many tickets of a group came from one place on a day (计数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceCount {
    /// 属地
    pub territory: TerritoryId,
    /// 街道; empty when it is not known.
    pub street: String,
    /// 小区; empty when it is not known.
    pub estate: String,
    /// 件数
    pub count: u64,
}

/// The place from which most tickets of a group came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Busiest {
    /// 属地
    pub territory: TerritoryId,
    /// 街道或小区
    pub place: String,
    /// 件数
    pub count: u64,
}

/// How the tickets of a group are spread over the city on a day (分布), in short: what makes a
/// topic hot is seen from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Spread {
    /// 件数
    pub count: u64,
    /// 涉及属地
    pub territories: BTreeSet<TerritoryId>,
    /// 涉及街道数
    pub streets: u64,
    /// The busiest place; none when no ticket names one.
    pub busiest: Option<Busiest>,
}

impl Spread {
    /// Of the places that the tickets of a group came from.
    #[must_use]
    pub fn of<'a>(places: impl IntoIterator<Item = &'a PlaceCount>) -> Self {
        let (mut spread, mut streets) = (Self::default(), BTreeSet::new());
        let mut counted: BTreeMap<(&TerritoryId, &str), u64> = BTreeMap::new();
        for one in places.into_iter().filter(|one| one.count > 0) {
            spread.count = spread.count.saturating_add(one.count);
            spread.territories.insert(one.territory.clone());
            if !one.street.is_empty() {
                streets.insert((&one.territory, &one.street));
            }
            // The estate is the narrower place; a street stands for what names no estate.
            let place = if one.estate.is_empty() { &one.street } else { &one.estate };
            if !place.is_empty() {
                let sum = counted.entry((&one.territory, place)).or_default();
                *sum = sum.saturating_add(one.count);
            }
        }
        spread.streets = streets.len() as u64;
        // Of equal places the first by territory and name, so that the same figures say the same.
        let busiest = counted.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        spread.busiest = busiest.map(|((territory, place), count)| Busiest {
            territory: territory.clone(),
            place: place.to_owned(),
            count,
        });
        spread
    }
}
