//! Slots in a phrase: `{e}` the estate, `{b}` the building, `{s}` the street, `{T}` the topic,
//! `{u}` whom the caller asked, `{c}` an example company, `{n}` 2 to 9, `{o}` 10 to 60, `{t}` a cold
//! room's temperature, `{h}` an hour of the evening, `{y}` yuan, `{w}` ten thousands of yuan.

use super::places::Spot;
use crate::dice::Dice;
use std::fmt::Write;

/// What the slots of a text are filled with.
#[derive(Clone, Copy)]
pub(super) struct Slots<'a> {
    /// Where it is; unknown in what the handling unit writes.
    pub(super) spot: Option<&'a Spot>,
    /// What it is about.
    pub(super) topic: &'a str,
    /// Whom the caller asked already.
    pub(super) asked: &'a str,
}

impl Slots<'_> {
    /// For words that know no place.
    pub(super) const NONE: Self = Slots { spot: None, topic: "该", asked: "承办单位" };
}

/// Companies that are clearly examples.
const COMPANIES: [&str; 6] = [
    "青檐商贸（示例企业）",
    "麦囤超市（示例企业）",
    "棠梨生活馆（示例企业）",
    "石碾餐饮（示例企业）",
    "鹭洲家居（示例企业）",
    "苇湖装饰（示例企业）",
];

/// Appends a phrase, its slots filled in.
pub(super) fn fill(text: &mut String, phrase: &str, slots: Slots<'_>, dice: &mut Dice) {
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((slot, after)) = after.split_once('}') else { return };
        one_slot(text, slot, slots, dice);
        rest = after;
    }
    text.push_str(rest);
}

/// One of several phrases, its slots filled in.
pub(super) fn say(text: &mut String, phrases: &[&str], slots: Slots<'_>, dice: &mut Dice) {
    fill(text, one_of(phrases, dice), slots, dice);
}

/// One of several phrases as it stands.
pub(super) fn one_of<'a>(phrases: &[&'a str], dice: &mut Dice) -> &'a str {
    let phrase: &&str = dice.pick(phrases);
    phrase
}

/// Phrases one after the other, one of each list.
pub(super) fn composed(lists: &[&[&str]], dice: &mut Dice) -> String {
    let mut text = String::with_capacity(256);
    for phrases in lists {
        say(&mut text, phrases, Slots::NONE, dice);
    }
    text
}

fn one_slot(text: &mut String, slot: &str, slots: Slots<'_>, dice: &mut Dice) {
    let spot = |of: fn(&Spot) -> &String| slots.spot.map_or("该处", |spot| of(spot).as_str());
    match slot {
        "e" => text.push_str(spot(|spot| &spot.estate)),
        "b" => text.push_str(spot(|spot| &spot.building)),
        "s" => text.push_str(spot(|spot| &spot.street)),
        "T" => text.push_str(slots.topic),
        "u" => text.push_str(slots.asked),
        "c" => text.push_str(one_of(&COMPANIES, dice)),
        "n" => number(text, 2 + dice.below(8)),
        "o" => number(text, (1 + dice.below(6)) * 10),
        "t" => {
            number(text, 11 + dice.below(6));
            if dice.chance(0.3) {
                text.push_str(".5");
            }
        }
        "h" => number(text, 20 + dice.below(4)),
        "y" => number(text, 60 + dice.below(494) * 10),
        "w" => number(text, 1 + dice.below(28)),
        _ => {}
    }
}

fn number(text: &mut String, number: u64) {
    // Writing to a text cannot fail.
    let _ = write!(text, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled() {
        let spot = Spot { street: "东关街道".into(), estate: "棠梨花园".into(), building: "7号楼".into() };
        let slots = Slots { spot: Some(&spot), topic: "停暖退费", asked: "物业" };
        let mut text = String::new();
        fill(&mut text, "{s}{e}{b}：{T}，问过{u}，{x}完", slots, &mut Dice::new(1, 1));
        assert_eq!(text, "东关街道棠梨花园7号楼：停暖退费，问过物业，完");
    }
}
