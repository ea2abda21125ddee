//! Invented estates and villages: the subdistricts and towns are the real ones, the estates'
//! names are put together from parts, the same on every machine.

use crate::dice::Dice;
use chuishao_domain::World;
use chuishao_domain::catalogue::{Level, Unit};
use chuishao_domain::ids::TerritoryId;

/// Where a matter is, as the caller says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// 街道、镇.
    pub street: String,
    /// 小区、村.
    pub estate: String,
    /// 楼栋; in a village the row.
    pub building: String,
}

const ESTATE_HEADS: [&str; 60] = [
    "鸢飞", "棠梨", "槐影", "苇湖", "青檐", "砚池", "麦秋", "鹭洲", "云栖", "听潮", "竹隐", "桐荫", "荷风", "柳浪",
    "菊圃", "梅坞", "松涛", "杏林", "桃溪", "榆钱", "石榴", "海棠", "芙蓉", "丁香", "紫藤", "银杏", "白桦", "金桂",
    "玉兰", "茉莉", "朝晖", "晚晴", "新雨", "初雪", "明月", "星河", "东篱", "南塘", "西园", "北苑", "清泉", "碧波",
    "长虹", "彩云", "和畅", "安澜", "康宁", "宜民", "乐耕", "祥泰", "福临", "瑞景", "锦绣", "翰墨", "书香", "纸鸢",
    "木版", "泥哨", "剪花", "风筝",
];
const ESTATE_TAILS: [&str; 22] = [
    "花园", "小区", "家园", "苑", "新村", "佳苑", "雅居", "华庭", "名城", "公馆", "里", "园", "府", "城", "新居",
    "嘉园", "水岸", "东区", "西区", "一期", "二期", "社区",
];
const VILLAGE_HEADS: [&str; 17] =
    ["前", "后", "东", "西", "南", "北", "上", "下", "大", "小", "新", "老", "中", "里", "外", "高", "远"];
const VILLAGE_CORES: [&str; 40] = [
    "稻场", "石碾", "槐底", "泉沟", "柳埠", "麦囤", "苇甸", "枣行", "栗园", "梨峪", "瓦屋", "砖井", "桥头", "河湾",
    "岭头", "洼子", "台子", "坡子", "滩头", "渡口", "窑上", "磨坊", "油坊", "染坊", "车店", "茶棚", "桃行", "杏峪",
    "葛沟", "蒲泊", "鹅庄", "雁滩", "鱼台", "牛栏", "马旺", "灰埠", "沙埠", "青埠", "黄埠", "草泊",
];

/// So many numbers from 0 on have an estate each in this territory; those beyond begin again,
/// street by street.
#[must_use]
pub fn spots(world: &World, territory: &TerritoryId) -> u64 {
    let streets = streets(world, territory);
    streets.iter().map(|street| Estates::of(street).all()).min().unwrap_or(1) * streets.len().max(1) as u64
}

/// The place with this number in a territory. The number says the street and the estate: the
/// same number gives the same estate. `dice` says the building.
#[must_use]
pub fn spot(world: &World, territory: &TerritoryId, number: u64, dice: &mut Dice) -> Spot {
    let streets = streets(world, territory);
    let count = streets.len().max(1) as u64;
    let Some(street) = usize::try_from(number % count).ok().and_then(|at| streets.get(at)) else {
        let street = world.catalogue.territory(territory).map_or_else(String::new, |known| known.name.clone());
        return Spot { street, estate: "城区".into(), building: String::new() };
    };
    let estates = Estates::of(street);
    let (estate, village) = estates.name(number / count % estates.all());
    let building = match village {
        true => format!("{}排", 1 + dice.below(18)),
        false => format!("{}号楼", 1 + dice.below(estates.buildings)),
    };
    Spot { street: street.name.clone(), estate, building }
}

fn streets<'a>(world: &'a World, territory: &TerritoryId) -> Vec<&'a Unit> {
    world.catalogue.units().filter(|unit| unit.level == Level::Street && unit.territory == *territory).collect()
}

/// What a subdistrict or town has: subdistricts estates alone, towns some estates and many
/// villages.
struct Estates {
    mark: u64,
    estates: u64,
    villages: u64,
    buildings: u64,
}

impl Estates {
    fn of(street: &Unit) -> Self {
        let mark = fnv(street.id.as_str());
        let (estates, villages) = match street.name.ends_with('镇') {
            true => (4 + mark % 4, 36 + mark % 19),
            false => (20 + mark % 11, 0),
        };
        Self { mark, estates, villages, buildings: 12 + mark % 15 }
    }

    fn all(&self) -> u64 {
        self.estates + self.villages
    }

    /// The name at this position, and whether it is a village's.
    fn name(&self, position: u64) -> (String, bool) {
        // The strides have no divisor in common with the tables: no name comes twice.
        match position.checked_sub(self.estates) {
            None => (joined(&ESTATE_HEADS, &ESTATE_TAILS, self.mark.wrapping_add(position * 427), ""), false),
            Some(position) => {
                (joined(&VILLAGE_CORES, &VILLAGE_HEADS, self.mark.wrapping_add(position * 127), "村"), true)
            }
        }
    }
}

/// A head and a tail of two tables; a village's particle stands before its core.
fn joined(cores: &[&str], others: &[&str], number: u64, village: &str) -> String {
    let number = usize::try_from(number % (cores.len() * others.len()) as u64).unwrap_or(0);
    let (core, other) = (cores[number % cores.len()], others[number / cores.len()]);
    if village.is_empty() { format!("{core}{other}") } else { format!("{other}{core}{village}") }
}

/// A number of a text, the same on every machine (FNV-1a).
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_number_has_one_estate() {
        let world = World::weifang();
        let territory = TerritoryId::from("370705");
        let one = spot(&world, &territory, 11, &mut Dice::new(1, 1));
        let two = spot(&world, &territory, 11, &mut Dice::new(2, 2));
        assert_eq!((&one.street, &one.estate), (&two.street, &two.estate));
        let again = spot(&world, &territory, 11, &mut Dice::new(1, 1));
        assert_eq!(one, again);
        // On every machine, in every version: a year that was made once can be made again.
        let first = spot(&world, &territory, 0, &mut Dice::new(1, 1));
        assert_eq!((first.street.as_str(), first.estate.as_str()), ("东关街道", "槐影华庭"));
    }

    #[test]
    fn no_two_estates_of_a_street_are_alike() {
        let world = World::weifang();
        for territory in world.catalogue.territories().filter(|territory| !territory.id.is_city()) {
            let streets = streets(&world, &territory.id);
            assert!(!streets.is_empty(), "{}", territory.name);
            for street in streets {
                let estates = Estates::of(street);
                let names: BTreeSet<String> = (0..estates.all()).map(|at| estates.name(at).0).collect();
                assert_eq!(names.len() as u64, estates.all(), "{}", street.name);
                assert!(estates.all() >= 20, "{}", street.name);
            }
            let all = spots(&world, &territory.id);
            let dice = &mut Dice::new(1, 1);
            let found: BTreeSet<_> = (0..all).map(|number| spot(&world, &territory.id, number, dice)).collect();
            let places: BTreeSet<_> = found.iter().map(|spot| (&spot.street, &spot.estate)).collect();
            assert_eq!(places.len() as u64, all, "{}", territory.name);
        }
    }
}
