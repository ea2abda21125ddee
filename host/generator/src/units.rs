//! Who handles what: the unit that a dispatcher sends a ticket to.

use crate::dice::Dice;
use crate::habits::{ASSISTED, ASSISTED_TWICE, CITY_HANDLES, STREET_HANDLES};
use chuishao_domain::World;
use chuishao_domain::catalogue::{Category, Level};
use chuishao_domain::ids::{TerritoryId, UnitId};

/// Sectors of a territory that can take over what another unit handed back, or help; the
/// government's own office first.
const HELPERS: [&str; 6] = ["ZF", "ZJ", "CG", "GA", "SC", "YJ"];

/// 主办单位: the territory's bureau of the category's sector; where the matter allows it, the
/// street; now and then the city department itself.
pub fn lead(world: &World, category: &Category, territory: &TerritoryId, street: &str, dice: &mut Dice) -> UnitId {
    let (city, pushed_down) = (dice.chance(CITY_HANDLES), dice.chance(STREET_HANDLES));
    if city {
        return category.department.clone();
    }
    if pushed_down && category.street_may_handle {
        let of_street = |unit: &&chuishao_domain::catalogue::Unit| {
            unit.level == Level::Street && unit.territory == *territory && unit.name == street
        };
        if let Some(unit) = world.catalogue.units().find(of_street) {
            return unit.id.clone();
        }
    }
    let sector = category.department.as_str().rsplit('-').next().unwrap_or("ZF");
    of_territory(world, territory, sector).unwrap_or_else(|| category.department.clone())
}

/// Another unit than the one that handed the matter back.
pub fn other(world: &World, category: &Category, territory: &TerritoryId, not: &UnitId, dice: &mut Dice) -> UnitId {
    let first = usize::try_from(dice.below(HELPERS.len() as u64)).unwrap_or(0);
    let helpers = HELPERS.iter().cycle().skip(first).take(HELPERS.len());
    let mut units = helpers.filter_map(|sector| of_territory(world, territory, sector)).filter(|unit| unit != not);
    units.next().unwrap_or_else(|| category.department.clone())
}

/// 协办单位, mostly none.
pub fn assisting(world: &World, territory: &TerritoryId, lead: &UnitId, dice: &mut Dice) -> Vec<UnitId> {
    let wanted = match dice.share() {
        chance if chance < ASSISTED_TWICE => 2,
        chance if chance < ASSISTED => 1,
        _ => return Vec::new(),
    };
    let first = usize::try_from(dice.below(HELPERS.len() as u64)).unwrap_or(0);
    let helpers = HELPERS.iter().cycle().skip(first).take(HELPERS.len());
    let units = helpers.filter_map(|sector| of_territory(world, territory, sector));
    units.filter(|unit| unit != lead).take(wanted).collect()
}

fn of_territory(world: &World, territory: &TerritoryId, sector: &str) -> Option<UnitId> {
    let id = UnitId(format!("{territory}-{sector}"));
    world.catalogue.unit(&id).map(|unit| unit.id.clone())
}
