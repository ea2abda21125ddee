//! Reference data (职责清单): territories, units, categories, seats of Weifang, and whom the
//! hotline works with outside. Statutory data comes from here and never from a plugin (guard
//! rail G17).
//!
//! A catalogue is a value read from tables: those shipped with this version, or those that
//! somebody imports as a new edition with a date ([`Editions`]). Divisions are the public
//! ones; which department answers for which category is an assumption kept as data. The
//! seats' companies, the enforcement items and most merged lines are invented, and say so.
//!
//! - `records`, `linkage`: what a catalogue holds;
//! - `tables`, `check`: how it is read, and what must hold between its records;
//! - `change`: what another catalogue changes, in words;
//! - `edition`: which catalogue is in force when; `successor`: what stands in the place of what
//!   was retired.

mod change;
mod check;
mod edition;
mod linkage;
mod records;
mod successor;
mod tables;

pub use change::{CatalogueChange, Change};
pub use edition::{Edition, Editions, SHIPPED};
pub use linkage::{EnforcementItem, Knowledge, LegalBasis, QuickResponsePartner, ReferralReceiver, SourceLine};
pub use records::{Category, Level, Seat, Territory, Unit};
pub use tables::{TableName, Tables};

use crate::digest;
use crate::ids::{CategoryCode, SeatId, TerritoryId, UnitId};
use crate::refusal::Refusal;
use serde::Serialize;
use std::collections::BTreeMap;
use successor::Successors;

/// All reference data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Catalogue {
    territories: BTreeMap<TerritoryId, Territory>,
    units: BTreeMap<UnitId, Unit>,
    categories: BTreeMap<CategoryCode, Category>,
    seats: BTreeMap<SeatId, Seat>,
    enforcement_items: BTreeMap<String, EnforcementItem>,
    source_lines: BTreeMap<String, SourceLine>,
    quick_response: BTreeMap<UnitId, QuickResponsePartner>,
    referral_receivers: BTreeMap<String, ReferralReceiver>,
    legal_bases: BTreeMap<String, LegalBasis>,
    /// As they were typed; an edition puts them into what it retires.
    #[serde(skip)]
    successors: Successors,
}

impl Catalogue {
    /// The catalogue of Weifang that is shipped with this version.
    ///
    /// # Panics
    /// Never: a test reads the tables.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the tables are compiled in and read by a test")]
    pub fn weifang() -> Self {
        Self::parse(&Tables::shipped()).expect("the shipped tables are well formed")
    }

    /// Reads and checks a catalogue.
    ///
    /// # Errors
    /// A line that cannot be read; otherwise all that does not fit together.
    pub fn parse(tables: &Tables) -> Result<Self, Vec<Refusal>> {
        let catalogue = tables::read(tables).map_err(|one| vec![one])?;
        let faults = catalogue.faults();
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    /// The version: SHA-256 of all records, whatever the order of the tables' lines.
    #[must_use]
    pub fn digest(&self) -> String {
        digest::of(self)
    }

    /// The territory, if it exists or did.
    #[must_use]
    pub fn territory(&self, id: &TerritoryId) -> Option<&Territory> {
        self.territories.get(id)
    }

    /// The unit, if it exists or did.
    #[must_use]
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(id)
    }

    /// The street of a territory with this name, if it exists or did.
    #[must_use]
    pub fn street(&self, territory: &TerritoryId, name: &str) -> Option<&Unit> {
        let from = UnitId(format!("{territory}-S"));
        let units = self.units.range(from..).map(|(_, unit)| unit).take_while(|unit| unit.territory == *territory);
        units.filter(|unit| unit.level == Level::Street).find(|unit| unit.name == name)
    }

    /// The category, if it exists or did: old tickets keep theirs.
    #[must_use]
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories.get(code)
    }

    /// The seat, if it exists.
    #[must_use]
    pub fn seat(&self, id: &SeatId) -> Option<&Seat> {
        self.seats.get(id)
    }

    /// All territories in force, by id.
    pub fn territories(&self) -> impl Iterator<Item = &Territory> {
        self.territories.values().filter(|territory| territory.retired_on.is_none())
    }

    /// All units in force, by id.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(|unit| unit.retired_on.is_none())
    }

    /// All categories in force, by code: those that a new ticket may have.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values().filter(|category| category.retired_on.is_none())
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
        let streets = include_str!("../../data/streets.csv").lines().count() - 1;
        assert_eq!(streets, 128);
        assert_eq!(catalogue.units().count(), 18 * 11 + streets);
        assert_eq!(catalogue.seats.len(), 6);
        let street = catalogue.unit(&"370705-S02".into()).expect("it exists");
        assert_eq!((street.name.as_str(), street.level), ("大虞街道", Level::Street));
        assert_eq!(catalogue.street(&"370705".into(), "大虞街道").map(|unit| unit.id.as_str()), Some("370705-S02"));
        assert_eq!(catalogue.street(&"370784".into(), "大虞街道"), None);
        assert_eq!(catalogue.unit_name(&"370784-ZJ".into()), "安丘市住建局");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (name, from, to, code, says) in [
            (
                TableName::Categories,
                "0101,供暖/供热计费方式,CG,no",
                "0101,供暖/供热计费方式,CG,maybe",
                "table-cell",
                "第 2 行 urgent 栏",
            ),
            (TableName::Categories, "010102,", "010101,", "table-cell", "重复"),
            (TableName::Categories, "010102,", "01-02,", "table-cell", "四位或六位"),
            (TableName::Streets, "370705,02,", "370799,02,", "table-cell", "先补区划表"),
            (TableName::Streets, "370705,02,", "370705,2,", "table-cell", "两位数字"),
            (TableName::Streets, "territory,number,name", "territory,name,number", "table-head", "街镇表"),
            (TableName::Streets, "370705,02,", "370705,+2,", "table-cell", "两位数字"),
            (TableName::Sectors, "GD,市供电公司", "ZF,市供电公司", "table-cell", "重复"),
            (TableName::EnforcementItems, "ZF002,", "ZF001,", "table-cell", "重复"),
            (TableName::LegalBases, ",partly-read,", ",read,", "table-cell", "status 栏"),
        ] {
            assert_eq!(fault(name, from, to, says), [code], "{to}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_said() {
        for (name, from, to, code, says) in [
            (TableName::Sectors, "GD,市供电公司,供电公司\n", "", "catalogue-department", "WF-GD"),
            (TableName::Categories, "0101,供暖/供热计费方式,CG,no,no,no\n", "", "catalogue-parent", "0101"),
            (
                TableName::Categories,
                "010101,供暖/供热计费方式/面积计费争议,CG",
                "010101,供暖/供热计费方式/面积计费争议,ZJ",
                "catalogue-leaf",
                "上级",
            ),
            (TableName::Streets, "WF-BS,01,保税区\n", "", "catalogue-streets", "综合保税区"),
            (
                TableName::EnforcementItems,
                "ZF001,物业服务收费不公示的查处,ZJ",
                "ZF001,物业服务收费不公示的查处,ZZ",
                "catalogue-enforcement-department",
                "ZF001",
            ),
            (TableName::EnforcementItems, ",020201,", ",010101,", "catalogue-enforcement-category", "010101"),
            (
                TableName::Categories,
                "070502,交通秩序和设施/公共交通/站点线路,JT,no,no,no",
                "070502,交通秩序和设施/公共交通/站点线路,JT,no,no,yes",
                "catalogue-enforcement-missing",
                "站点线路",
            ),
            (TableName::QuickResponse, "CG,0401;0404", "CG,0401;0101", "catalogue-quick-response", "0101"),
            (TableName::ReferralReceivers, "XF,petitions,", "XF,court,", "catalogue-receiver", "信访"),
            (TableName::ReferralReceivers, "办公室,yes,", "办公室,no,", "catalogue-receiver-consent", "仲裁"),
        ] {
            assert!(fault(name, from, to, says).contains(&code.to_owned()), "{to}");
        }
        let none = Tables::shipped().replaced(TableName::QuickResponse, "sector,categories,does\nYJ,0401,值守\n");
        let faults = Catalogue::parse(&none).map(drop).expect_err("refused");
        let missing = faults.iter().filter(|fault| fault.code == "catalogue-quick-response-missing").count();
        assert_eq!(missing, 12, "0402, 0403 and 0404 with three leaves each");
    }

    /// The codes of what is wrong after one change to a shipped table; one says this.
    fn fault(name: TableName, from: &str, to: &str, says: &str) -> Vec<String> {
        let shipped = Tables::shipped();
        assert!(shipped.text(name).contains(from), "{from}");
        let text = shipped.text(name).replacen(from, to, 1);
        let faults = Catalogue::parse(&shipped.replaced(name, text)).map(drop).expect_err(to);
        assert!(faults.iter().any(|fault| fault.chinese.contains(says)), "{to}: {faults:?}");
        faults.into_iter().map(|fault| fault.code.into_owned()).collect()
    }

    #[test]
    fn the_digest_is_of_the_records() {
        let shipped = Tables::shipped();
        let text = shipped.text(TableName::Seats);
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let turned = Catalogue::parse(&shipped.clone().replaced(TableName::Seats, lines.join("\n"))).expect("it reads");
        assert_eq!(turned.digest(), Catalogue::weifang().digest());
        let renamed = shipped.clone().replaced(TableName::Seats, text.replace("法律专席", "公共法律专席"));
        assert_ne!(Catalogue::parse(&renamed).expect("it reads").digest(), Catalogue::weifang().digest());
    }
}
