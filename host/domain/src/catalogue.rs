//! Reference data (职责清单): territories, units, categories and seats of Weifang. Statutory
//! data comes from here and never from a plugin (guard rail G17).
//!
//! Divisions are the public ones; which department answers for which category is an
//! assumption kept as data. The seats' companies are invented.

use crate::ids::{CategoryCode, SeatId, TerritoryId, UnitId};
use serde::Serialize;
use std::collections::BTreeMap;

/// A county, a development zone, or the city.
#[derive(Clone, Debug, Serialize)]
pub struct Territory {
    /// Its id.
    pub id: TerritoryId,
    /// 名称.
    pub name: String,
}

/// How high a unit stands (层级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 市级
    City,
    /// 县级
    County,
    /// 街镇
    Street,
}

/// A unit that can handle tickets or read copies (单位).
#[derive(Clone, Debug, Serialize)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// 名称.
    pub name: String,
    /// The territory it belongs to; the city for city departments.
    pub territory: TerritoryId,
    /// How high it stands.
    pub level: Level,
}

/// A category of matters (诉求分类).
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    /// Its code.
    pub code: CategoryCode,
    /// 全称.
    pub name: String,
    /// The city department that answers for it: 管行业就要管投诉, so every category has one
    /// (article row 14).
    pub department: UnitId,
    /// 水电气暖突发故障等亟需解决的事项 (article row 51).
    pub urgent: bool,
    /// Whether a street may handle it; functional departments' matters may not be pushed
    /// down (guard rail G8, 国办函〔2025〕66号).
    pub street_may_handle: bool,
}

/// A seat in the hotline centre (坐席).
#[derive(Clone, Debug, Serialize)]
pub struct Seat {
    /// Its id.
    pub id: SeatId,
    /// 名称.
    pub name: String,
    /// 专席组: general, enterprise, legal, heating.
    pub group: String,
}

/// All reference data.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    territories: BTreeMap<TerritoryId, Territory>,
    units: BTreeMap<UnitId, Unit>,
    categories: BTreeMap<CategoryCode, Category>,
    seats: BTreeMap<SeatId, Seat>,
}

impl Catalogue {
    /// The catalogue of Weifang that is shipped with this version.
    #[must_use]
    pub fn weifang() -> Self {
        let mut catalogue = Self::default();
        for [id, name, ..] in rows::<4>(include_str!("../data/divisions.csv")) {
            let territory = Territory { id: id.into(), name: name.into() };
            catalogue.territories.insert(territory.id.clone(), territory);
        }
        catalogue.add_bureaus();
        for [territory, number, name] in rows::<3>(include_str!("../data/streets.csv")) {
            catalogue.add_unit(&format!("{territory}-S{number}"), name.into(), territory, Level::Street);
        }
        for [code, name, sector, urgent, street] in rows::<5>(include_str!("../data/categories.csv")) {
            let category = Category {
                code: code.into(),
                name: name.into(),
                department: UnitId(format!("WF-{sector}")),
                urgent: urgent == "yes",
                street_may_handle: street == "yes",
            };
            catalogue.categories.insert(category.code.clone(), category);
        }
        for [id, name, group] in rows::<3>(include_str!("../data/seats.csv")) {
            let seat = Seat { id: id.into(), name: name.into(), group: group.into() };
            catalogue.seats.insert(seat.id.clone(), seat);
        }
        catalogue
    }

    /// Each sector has a city department and a bureau in every territory; each territory has
    /// its government.
    fn add_bureaus(&mut self) {
        let territories: Vec<Territory> = self.territories.values().cloned().collect();
        for territory in &territories {
            let id = territory.id.as_str();
            let level = if territory.id.is_city() { Level::City } else { Level::County };
            for [sector, department, bureau] in rows::<3>(include_str!("../data/sectors.csv")) {
                let name = match level {
                    Level::City => department.to_owned(),
                    _ => format!("{}{bureau}", territory.name),
                };
                self.add_unit(&format!("{id}-{sector}"), name, id, level);
            }
            let government = match level {
                Level::City => "市政府办公室".to_owned(),
                _ => format!("{}政府办公室", territory.name),
            };
            self.add_unit(&format!("{id}-ZF"), government, id, level);
        }
    }

    fn add_unit(&mut self, id: &str, name: String, territory: &str, level: Level) {
        let unit = Unit { id: id.into(), name, territory: territory.into(), level };
        self.units.insert(unit.id.clone(), unit);
    }

    /// The territory, if it exists.
    #[must_use]
    pub fn territory(&self, id: &TerritoryId) -> Option<&Territory> {
        self.territories.get(id)
    }

    /// The unit, if it exists.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(id)
    }

    /// The category, if it exists.
    #[must_use]
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories.get(code)
    }

    /// The seat, if it exists.
    #[must_use]
    pub fn seat(&self, id: &SeatId) -> Option<&Seat> {
        self.seats.get(id)
    }

    /// All territories, by id.
    pub fn territories(&self) -> impl Iterator<Item = &Territory> {
        self.territories.values()
    }

    /// All units, by id.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// All categories, by code.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    /// The unit's name, or its id when nobody knows it.
    #[must_use]
    pub fn unit_name<'a>(&'a self, id: &'a UnitId) -> &'a str {
        self.units.get(id).map_or(id.as_str(), |unit| &unit.name)
    }

    /// The seat's name, or its id when nobody knows it.
    #[must_use]
    pub fn seat_name<'a>(&'a self, id: &'a SeatId) -> &'a str {
        self.seats.get(id).map_or(id.as_str(), |seat| &seat.name)
    }

    /// The category's full name, or its code when nobody knows it.
    #[must_use]
    pub fn category_name<'a>(&'a self, code: &'a CategoryCode) -> &'a str {
        self.categories.get(code).map_or(code.as_str(), |category| &category.name)
    }
}

/// The cells of a table that is compiled in; the header is skipped, a row of another width
/// is no row.
pub(crate) fn rows<const N: usize>(csv: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    csv.lines().skip(1).filter_map(|line| line.split(',').collect::<Vec<_>>().try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_city_department() {
        let catalogue = Catalogue::weifang();
        assert_eq!(catalogue.categories().count(), 193);
        for category in catalogue.categories() {
            let department = catalogue.unit(&category.department).expect("it exists");
            assert_eq!(department.level, Level::City, "{}", category.name);
        }
    }

    /// A leaf refines its parent; who answers for it and how is the parent's.
    #[test]
    fn a_leaf_is_as_its_parent() {
        let catalogue = Catalogue::weifang();
        let mut leaves = BTreeMap::<&str, usize>::new();
        for category in catalogue.categories() {
            let code = category.code.as_str();
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()) && [4, 6].contains(&code.len()), "{code}");
            if code.len() == 4 {
                leaves.entry(code).or_default();
                continue;
            }
            let parent = catalogue.category(&code[..4].into()).expect("it exists");
            assert!(category.name.starts_with(&format!("{}/", parent.name)), "{}", category.name);
            assert_eq!(
                (&category.department, category.urgent, category.street_may_handle),
                (&parent.department, parent.urgent, parent.street_may_handle),
                "{}",
                category.name
            );
            *leaves.entry(&code[..4]).or_default() += 1;
        }
        assert_eq!((leaves.len(), leaves.values().sum::<usize>()), (46, 147));
        for (code, count) in leaves {
            assert!((3..=6).contains(&count), "{code} has {count} leaves");
        }
    }

    /// 突发故障 alone is urgent.
    #[test]
    fn sudden_failures_alone_are_urgent() {
        for category in Catalogue::weifang().categories() {
            assert_eq!(category.urgent, category.name.starts_with("突发故障/"), "{}", category.name);
        }
    }

    #[test]
    fn every_territory_has_streets_numbered_from_one() {
        let catalogue = Catalogue::weifang();
        for territory in catalogue.territories().filter(|territory| !territory.id.is_city()) {
            let of = |unit: &&Unit| unit.territory == territory.id && unit.level == Level::Street;
            let ids: Vec<&str> = catalogue.units().filter(of).map(|unit| unit.id.as_str()).collect();
            assert!(!ids.is_empty(), "{}", territory.name);
            for (at, id) in ids.iter().enumerate() {
                assert_eq!(*id, format!("{}-S{:02}", territory.id, at + 1));
            }
        }
    }

    #[test]
    fn no_row_of_a_table_is_skipped() {
        let catalogue = Catalogue::weifang();
        assert_eq!(catalogue.territories().count(), 18);
        let streets = include_str!("../data/streets.csv").lines().count() - 1;
        assert_eq!(streets, 128);
        assert_eq!(catalogue.units().count(), 18 * 11 + streets);
        assert_eq!(catalogue.seats.len(), 6);
        let street = catalogue.unit(&"370705-S02".into()).expect("it exists");
        assert_eq!((street.name.as_str(), street.level), ("大虞街道", Level::Street));
        assert_eq!(catalogue.unit_name(&"370784-ZJ".into()), "安丘市住建局");
    }
}
