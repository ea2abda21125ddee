//! Whether what a sheet names is there (核对): categories, streets and units of the catalogue.

use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::ids::{TerritoryId, UnitId};
use chuishao_table::cell::Test;
use chuishao_table::fault::{Fault, did_you_mean};
use chuishao_table::row::Row;
use chuishao_table::words::Condition;

/// Everything that is named and not there.
pub fn check(rows: &[Row], catalogue: &Catalogue, territory: Option<&TerritoryId>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for row in rows {
        for (condition, test) in &row.tests {
            let said = match (condition, test) {
                (Condition::Category, Test::Begins(codes)) => categories(codes, catalogue),
                (Condition::Street, Test::OneOf(names)) => streets(names, catalogue, territory),
                _ => Vec::new(),
            };
            faults.extend(said.into_iter().map(|words| Fault::new(row.number, condition.heading(), words)));
        }
        for (column, unit) in row.measures.iter().filter_map(chuishao_table::measure::Measure::unit) {
            faults.extend(unit_fault(unit, catalogue, territory).map(|words| Fault::new(row.number, column, words)));
        }
    }
    faults
}

fn categories(codes: &[String], catalogue: &Catalogue) -> Vec<String> {
    let missing = |code: &&String| !catalogue.categories().any(|known| known.code.0.starts_with(code.as_str()));
    let said = |code: &String| {
        let known = catalogue.categories().map(|known| known.code.0.as_str()).filter(|known| known.len() == code.len());
        format!("职责清单里没有分类 {code}{}", did_you_mean(code, known))
    };
    codes.iter().filter(missing).map(said).collect()
}

fn streets(names: &[String], catalogue: &Catalogue, territory: Option<&TerritoryId>) -> Vec<String> {
    let Some(territory) = territory.filter(|territory| !territory.is_city()) else { return Vec::new() };
    let missing = names.iter().filter(|name| catalogue.street(territory, name).is_none());
    let said = |name: &String| {
        let known = catalogue.units().filter(|unit| unit.territory == *territory).map(|unit| unit.name.as_str());
        format!("本区县没有街道或乡镇「{name}」{}", did_you_mean(name, known))
    };
    missing.map(said).collect()
}

fn unit_fault(id: &str, catalogue: &Catalogue, territory: Option<&TerritoryId>) -> Option<String> {
    let Some(unit) = catalogue.unit(&UnitId::from(id)) else {
        let near = catalogue.units().filter(|unit| territory.is_none_or(|territory| unit.territory == *territory));
        return Some(format!("职责清单里没有单位 {id}{}", did_you_mean(id, near.map(|unit| unit.id.0.as_str()))));
    };
    let foreign = territory.is_some_and(|territory| !territory.is_city() && unit.territory != *territory);
    foreign.then(|| format!("{id} {} 不是本区县的单位，核心会拒绝（护栏 G3）", unit.name))
}
