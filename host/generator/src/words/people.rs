//! Invented callers: each has a number and is always the same.

use super::slots::one_of;
use crate::dice::Dice;

/// Who calls: a person, or somebody who calls for an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// 姓名; of an enterprise its contact's.
    pub name: String,
    /// 电话, eleven digits.
    pub phone: String,
    /// Whether an enterprise calls.
    pub enterprise: bool,
}

/// Sets the persons' chance apart from the tickets', which have the same numbers.
const PERSONS: u64 = 0x7065_7273_6f6e_7300;
/// Share of enterprises (an assumption).
const ENTERPRISES: f64 = 0.12;

/// Common surnames of the region, the frequent ones more than once.
const SURNAMES: [&str; 64] = [
    "王", "王", "王", "王", "李", "李", "李", "张", "张", "张", "刘", "刘", "刘", "孙", "孙", "陈", "杨", "赵", "赵",
    "马", "徐", "徐", "郭", "高", "于", "韩", "朱", "宋", "董", "吴", "周", "胡", "林", "郑", "冯", "曹", "魏", "田",
    "袁", "潘", "姜", "丁", "崔", "谭", "夏", "付", "邱", "苏", "唐", "许", "侯", "孟", "秦", "史", "尹", "薛", "段",
    "贾", "郝", "范", "牟", "臧", "欧阳", "栾",
];
/// Where a given name has one character, or ends.
const LAST: [&str; 48] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞", "平",
    "刚", "华", "玲", "辉", "鹏", "英", "梅", "云", "宁", "波", "斌", "燕", "萍", "红", "兰", "凯", "琳", "龙", "峰",
    "晨", "雪", "莹", "慧", "亮", "欣", "浩", "岩", "青", "民",
];
/// Where a given name of two characters begins.
const FIRST: [&str; 40] = [
    "建", "志", "晓", "文", "海", "玉", "秀", "国", "春", "永", "桂", "淑", "振", "立", "新", "金", "光", "学", "家",
    "庆", "宝", "世", "俊", "子", "雨", "佳", "宇", "思", "梓", "传", "明", "德", "凤", "爱", "树", "洪", "兆", "瑞",
    "延", "维",
];
/// Beginnings that were not given to subscribers when this was written: nobody is rung up by
/// mistake.
const PREFIXES: [&str; 7] = ["154", "160", "161", "163", "164", "168", "169"];
/// Numbers below one beginning.
const LINES: u64 = 100_000_000;
/// Has no divisor in common with [`LINES`] and [`PREFIXES`]: different persons have different
/// telephones.
const STRIDE: u64 = 387_420_489;

/// The person with this number: the same under the same seed. Persons whose numbers lie less
/// than 700 million apart have different telephones.
#[must_use]
pub fn person(seed: u64, number: u64) -> Person {
    let mut dice = Dice::new(seed ^ PERSONS, number);
    let mut name = String::with_capacity(12);
    name.push_str(one_of(&SURNAMES, &mut dice));
    if dice.chance(0.72) {
        name.push_str(one_of(&FIRST, &mut dice));
    }
    name.push_str(one_of(&LAST, &mut dice));
    let enterprise = dice.chance(ENTERPRISES);
    Person { name, phone: phone(seed, number), enterprise }
}

fn phone(seed: u64, number: u64) -> String {
    let all = LINES * PREFIXES.len() as u64;
    let line = (number % all * STRIDE % all + seed % all) % all;
    let prefix = usize::try_from(line / LINES).unwrap_or(0);
    format!("{}{:08}", PREFIXES[prefix], line % LINES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_person_is_always_the_same() {
        assert_eq!(person(7, 42), person(7, 42));
        assert_ne!(person(7, 42), person(8, 42));
        assert_ne!(person(7, 42).phone, person(7, 43).phone);
    }

    #[test]
    fn telephones_differ_and_have_their_form() {
        let persons: Vec<Person> = (0..20_000).map(|number| person(1, number)).collect();
        let phones: BTreeSet<&str> = persons.iter().map(|person| person.phone.as_str()).collect();
        assert_eq!(phones.len(), persons.len());
        for person in &persons {
            assert!(person.phone.len() == 11 && person.phone.starts_with('1'), "{}", person.phone);
            assert!(person.phone.bytes().all(|byte| byte.is_ascii_digit()), "{}", person.phone);
            assert!((2..=4).contains(&person.name.chars().count()), "{}", person.name);
        }
        let enterprises = persons.iter().filter(|person| person.enterprise).count();
        assert!((2_200..2_600).contains(&enterprises), "{enterprises}");
    }
}
