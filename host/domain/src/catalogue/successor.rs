//! What stands in the place of what was retired (去向): an abolished unit's work goes on
//! somewhere, a category was merged into another. An edition may say so, and whoever still
//! names the old one is told the new one.

use super::records::{Category, Territory, Unit};
use super::{Catalogue, TableName};
use crate::ids::{CategoryCode, TerritoryId, UnitId};
use crate::refusal::Refusal;
use crate::table::Cell;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Successors of successors that are followed: one a year is more than any unit has seen, and
/// a circle ends.
const MOST_STEPS: usize = 16;

/// The table, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Successors {
    territories: BTreeMap<TerritoryId, TerritoryId>,
    units: BTreeMap<UnitId, UnitId>,
    categories: BTreeMap<CategoryCode, CategoryCode>,
}

#[derive(Clone, Copy)]
enum Kind {
    Territory,
    Unit,
    Category,
}

impl Successors {
    pub(super) const COLUMNS: [&str; 3] = ["kind", "code", "successor"];

    pub(super) fn read(rows: &[[Cell; 3]]) -> Result<Self, Refusal> {
        let kinds = [("territory", Kind::Territory), ("unit", Kind::Unit), ("category", Kind::Category)];
        let mut read = Self::default();
        for [kind, code, successor] in rows {
            let (from, to) = (code.id()?, successor.id()?);
            if from == to {
                return Err(successor.wrong("不能是自己，请填写接替它的代码", "nothing succeeds itself"));
            }
            match kind.one_of(&kinds)? {
                Kind::Territory => super::tables::insert(&mut read.territories, from.into(), to.into(), code)?,
                Kind::Unit => super::tables::insert(&mut read.units, from.into(), to.into(), code)?,
                Kind::Category => super::tables::insert(&mut read.categories, from.into(), to.into(), code)?,
            }
        }
        Ok(read)
    }
}

/// A record that can be retired.
trait Standing<K> {
    const KIND: &'static str;
    fn name(&self) -> &str;
    fn retired_on(&self) -> Option<Date>;
    fn successor(&self) -> Option<&K>;
    fn succeeded_by(&mut self, successor: K);
}

macro_rules! standing {
    ($($record:ty, $id:ty, $kind:literal;)*) => {
        $(impl Standing<$id> for $record {
            const KIND: &'static str = $kind;
            fn name(&self) -> &str {
                &self.name
            }
            fn retired_on(&self) -> Option<Date> {
                self.retired_on
            }
            fn successor(&self) -> Option<&$id> {
                self.successor.as_ref()
            }
            fn succeeded_by(&mut self, successor: $id) {
                self.successor = Some(successor);
            }
        })*
    };
}

standing! {
    Territory, TerritoryId, "区县";
    Unit, UnitId, "单位";
    Category, CategoryCode, "分类";
}

impl Catalogue {
    /// Puts the typed successors into what is retired; says what does not fit.
    pub(super) fn name_successors(&mut self) -> Vec<Refusal> {
        let Successors { territories, units, categories } = self.successors.clone();
        let mut faults = name(&mut self.territories, territories);
        faults.extend(name(&mut self.units, units));
        faults.extend(name(&mut self.categories, categories));
        faults
    }

    /// The unit that does the work of this one now: itself while it is in force.
    #[must_use]
    pub fn unit_now<'a>(&'a self, id: &'a UnitId) -> &'a UnitId {
        now(&self.units, id).map_or(id, |(id, _)| id)
    }

    /// Units that are retired: whose tickets have to go to another.
    pub fn retired_units(&self) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(|unit| unit.retired_on.is_some())
    }

    /// Refuses a retired territory, and says which stands in its place.
    ///
    /// # Errors
    /// `retired-territory`.
    pub fn must_be_territory_in_force(&self, territory: &Territory) -> Result<(), Refusal> {
        in_force(&self.territories, &territory.id, territory, "retired-territory")
    }

    /// Refuses a retired unit, and says which stands in its place.
    ///
    /// # Errors
    /// `retired-unit`.
    pub fn must_be_unit_in_force(&self, unit: &Unit) -> Result<(), Refusal> {
        in_force(&self.units, &unit.id, unit, "retired-unit")
    }

    /// Refuses a retired category, and says which stands in its place.
    ///
    /// # Errors
    /// `retired-category`.
    pub fn must_be_category_in_force(&self, category: &Category) -> Result<(), Refusal> {
        in_force(&self.categories, &category.code, category, "retired-category")
    }
}

fn name<K: Ord + Display, R: Standing<K>>(records: &mut BTreeMap<K, R>, typed: BTreeMap<K, K>) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (from, to) in typed {
        let table = TableName::Successors.term();
        let mut fault = |chinese: String| {
            let english = format!("{from} has no such successor");
            faults.push(Refusal::new("edition-successor", chinese, english));
        };
        if !records.contains_key(&to) {
            fault(format!("{table}中 {from} 的去向 {to} 不在目录中，请改正 successor"));
            continue;
        }
        match records.get_mut(&from) {
            Some(record) if record.retired_on().is_some() => record.succeeded_by(to),
            Some(_) => fault(format!("{table}中的{} {from} 仍在用，请从表中删去，或从目录中撤销它", R::KIND)),
            None => fault(format!("{table}中的{} {from} 从未有过，请改正 code", R::KIND)),
        }
    }
    faults
}

/// What stands in the place of a record: itself while it is in force.
fn now<'a, K: Ord, R: Standing<K>>(records: &'a BTreeMap<K, R>, id: &K) -> Option<(&'a K, &'a R)> {
    let mut at = records.get_key_value(id)?;
    for _ in 0..MOST_STEPS {
        if at.1.retired_on().is_none() {
            return Some(at);
        }
        at = records.get_key_value(at.1.successor()?)?;
    }
    None
}

fn in_force<K: Ord + Display, R: Standing<K>>(
    records: &BTreeMap<K, R>,
    id: &K,
    record: &R,
    code: &'static str,
) -> Result<(), Refusal> {
    let Some(since) = record.retired_on() else { return Ok(()) };
    let advice = match now(records, id) {
        Some((id, successor)) => format!("请改用 {id}「{}」", successor.name()),
        None => "请从现行目录中另选".to_owned(),
    };
    let chinese = format!("{} {id}「{}」已自 {since} 起撤销，{advice}", R::KIND, record.name());
    Err(Refusal::new(code, chinese, format!("{id} is retired since {since}")))
}

#[cfg(test)]
mod tests {
    use crate::catalogue::{Editions, TableName, Tables};
    use crate::ids::UnitId;
    use crate::refusal::Refusal;
    use jiff::civil::date;

    /// 大虞街道 goes, and perhaps says where to.
    fn without_a_street(successors: &str) -> Tables {
        let tables = Tables::shipped();
        let streets = tables.text(TableName::Streets).replace("370705,02,大虞街道\n", "");
        let successors = format!("kind,code,successor\n{successors}");
        tables.replaced(TableName::Streets, streets).replaced(TableName::Successors, successors)
    }

    fn codes(faults: &[Refusal]) -> Vec<&str> {
        faults.iter().map(|fault| fault.code.as_ref()).collect()
    }

    #[test]
    fn who_names_a_retired_unit_is_told_its_successor() {
        let shipped = Editions::shipped();
        let gone = UnitId::from("370705-S02");
        for (successors, advice) in [("unit,370705-S02,370705-S01\n", "请改用 370705-S01"), ("", "请从现行目录中另选")]
        {
            let editions = shipped.with(date(2027, 1, 1), "示例", without_a_street(successors)).expect("it is newer");
            let catalogue = &editions.newest().catalogue;
            let unit = catalogue.unit(&gone).expect("still known");
            let refused = catalogue.must_be_unit_in_force(unit).expect_err("refused");
            assert_eq!(refused.code, "retired-unit");
            assert!(refused.chinese.contains("「大虞街道」已自 2027-01-01 起撤销"), "{}", refused.chinese);
            assert!(refused.chinese.contains(advice), "{}", refused.chinese);
            assert_eq!(catalogue.retired_units().count(), 1);
            let standing = catalogue.unit(&"370705-S01".into()).expect("in force");
            assert_eq!(catalogue.must_be_unit_in_force(standing), Ok(()));
        }
    }

    /// The successor's successor stands in its place, and a circle stands for nothing.
    #[test]
    fn successors_are_followed() {
        let two = without_a_street("unit,370705-S02,370705-S01\n");
        let shipped = Editions::shipped();
        let second = shipped.with(date(2027, 1, 1), "示例", two.clone()).expect("newer");
        let streets = two.text(TableName::Streets);
        let line = streets.lines().find(|line| line.starts_with("370705,01,")).expect("the first street");
        let streets = streets.replace(&format!("{line}\n"), "");
        for (last, now) in [("370705-S03", "370705-S03"), ("370705-S02", "370705-S02")] {
            let rows = format!("kind,code,successor\nunit,370705-S02,370705-S01\nunit,370705-S01,{last}\n");
            let tables = two.clone().replaced(TableName::Streets, streets.clone());
            let third = second.with(date(2028, 1, 1), "示例", tables.replaced(TableName::Successors, rows));
            let third = third.expect("newer");
            assert_eq!(third.newest().catalogue.unit_now(&"370705-S02".into()).as_str(), now);
        }
    }

    #[test]
    fn a_successor_that_does_not_fit_is_said() {
        let shipped = Editions::shipped();
        for (row, says) in [
            ("unit,370705-S02,370705-S99", "370705-S99 不在目录中"),
            ("unit,370705-S01,370705-S03", "仍在用"),
            ("unit,370705-S98,370705-S03", "从未有过"),
        ] {
            let faults = shipped.with(date(2027, 1, 1), "示例", without_a_street(row)).expect_err(row);
            assert_eq!(codes(&faults), ["edition-successor"], "{row}");
            assert!(faults[0].chinese.contains(says), "{}", faults[0].chinese);
        }
        let itself = without_a_street("unit,370705-S02,370705-S02");
        let faults = shipped.with(date(2027, 1, 1), "示例", itself).expect_err("refused");
        assert!(faults[0].chinese.contains("去向表 第 2 行 successor 栏"), "{}", faults[0].chinese);
    }
}
