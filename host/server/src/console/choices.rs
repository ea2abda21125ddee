//! What forms let one choose from (选项): categories, territories and units of the catalogue in force.

use super::form::Group;
use super::visitor::Chrome;
use chuishao_domain::catalogue::{Level, Unit};
use chuishao_domain::ids::{TerritoryId, UnitId};

/// Categories under their first name, as a person looks for them.
pub fn categories(chrome: &Chrome) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for category in chrome.world.catalogue.categories() {
        let (heading, rest) = category.name.split_once('/').unwrap_or((&category.name, &category.name));
        let choice = (category.code.to_string(), format!("{rest}（{}）", category.code));
        match groups.iter_mut().find(|group| group.heading == heading) {
            Some(group) => group.choices.push(choice),
            None => groups.push(Group { heading: heading.to_owned(), choices: vec![choice] }),
        }
    }
    groups
}

/// Territories of matters: the counties and zones.
pub fn territories(chrome: &Chrome) -> Vec<(String, String)> {
    let counties = chrome.world.catalogue.territories().filter(|territory| !territory.id.is_city());
    counties.map(|territory| (territory.id.to_string(), territory.name.clone())).collect()
}

/// The city, which is everywhere, before the territories.
pub fn territories_and_city(chrome: &Chrome) -> Vec<(String, String)> {
    let city = chrome.world.catalogue.territories().filter(|territory| territory.id.is_city());
    let city = city.map(|territory| (territory.id.to_string(), territory.name.clone()));
    city.chain(territories(chrome)).collect()
}

/// Units by their ids, with their names.
pub fn named<'a>(chrome: &Chrome, ids: impl IntoIterator<Item = &'a UnitId>) -> Vec<(String, String)> {
    ids.into_iter().map(|id| (id.to_string(), chrome.world.catalogue.unit_name(id).to_owned())).collect()
}

/// Departments of the city.
pub fn departments(chrome: &Chrome) -> Vec<(String, String)> {
    of(chrome, |unit| unit.level == Level::City)
}

/// Whom a matter of this territory may concern: departments of the city, those of the territory and its
/// streets; of a matter of the whole city those of every territory.
pub fn concerned(chrome: &Chrome, territory: &TerritoryId) -> Vec<(String, String)> {
    let near = |unit: &Unit| unit.territory == *territory;
    let mut all = departments(chrome);
    all.extend(of(chrome, |unit| unit.level == Level::County && (territory.is_city() || near(unit))));
    all.extend(of(chrome, |unit| unit.level == Level::Street && near(unit)));
    all
}

fn of(chrome: &Chrome, is_wanted: impl Fn(&Unit) -> bool) -> Vec<(String, String)> {
    let units = chrome.world.catalogue.units().filter(|unit| is_wanted(unit));
    units.map(|unit| (unit.id.to_string(), unit.name.clone())).collect()
}
