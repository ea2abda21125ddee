//! What callers say: a body is put together from who calls, where it is, since when, what it
//! is, what was tried and what is wanted; the words of each category stand in a table.

mod buildings;
mod environment;
mod failures;
mod heating;
mod home;
mod market;
mod noise;
mod phrases;
mod safety;
mod services;
mod street_life;
#[cfg(test)]
mod tests;
mod traffic;
mod work;

use super::people::Person;
use super::places::Spot;
use super::slots::{Slots, fill, one_of, say};
use crate::dice::Dice;
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::ticket::MatterKind;

/// What a call is about, as the call taker writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// 诉求类型.
    pub kind: MatterKind,
    /// 标题.
    pub title: String,
    /// 诉求内容.
    pub body: String,
}

/// The words of a second-level category.
pub(super) struct Group {
    /// Its code.
    code: &'static str,
    /// Which kinds of matter it has, how often.
    kinds: &'static [(MatterKind, u8)],
    place: Place,
    when: When,
    /// Whom callers asked before.
    asked: &'static [&'static str],
    /// Words that fit each of its leaves.
    words: Words,
    leaves: &'static [Leaf],
}

/// The words of a third-level category.
struct Leaf {
    code: &'static str,
    /// The last part of its name.
    topic: &'static str,
    /// What is the matter.
    says: &'static [&'static str],
    /// Words that fit this leaf alone, or some of its neighbours as well.
    words: Words,
}

/// What is said around a matter, by callers and by units.
struct Words {
    /// What makes it worse.
    details: &'static [&'static str],
    /// What callers want.
    wants: &'static [&'static str],
    /// What those who inquire ask.
    questions: &'static [&'static str],
    /// What the unit did when it is solved.
    done: &'static [&'static str],
    /// Why it cannot be had.
    explained: &'static [&'static str],
    /// Why it takes longer.
    slow: &'static [&'static str],
}

impl Words {
    /// None.
    const NONE: Self = Self { details: &[], wants: &[], questions: &[], done: &[], explained: &[], slow: &[] };
}

/// Where it is, and how that is said.
#[derive(Clone, Copy)]
enum Place {
    /// In the caller's building.
    Home,
    /// In the estate.
    Estate,
    /// By the estate.
    Near,
    /// It has no place: the caller says where home is.
    Live,
    /// In a shop.
    Shop,
    /// At work.
    Work,
}

/// Since when.
#[derive(Clone, Copy)]
enum When {
    /// For a while.
    Lasting,
    /// It happened once.
    Once,
    /// Just now.
    Sudden,
}

static TABLES: [&[Group]; 12] = [
    &heating::GROUPS,
    &home::GROUPS,
    &buildings::GROUPS,
    &noise::GROUPS,
    &street_life::GROUPS,
    &failures::GROUPS,
    &work::GROUPS,
    &market::GROUPS,
    &traffic::GROUPS,
    &services::GROUPS,
    &environment::GROUPS,
    &safety::GROUPS,
];

/// How often a body has the caller's own telephone number in it: redaction has work.
const PHONE_SHARE: f64 = 0.025;
/// Shorter bodies say what was tried as well.
const FEWEST_CHARS: usize = 46;
/// Longer bodies leave out what may be left out.
const ENOUGH_CHARS: usize = 96;

/// What this person says about this category at this place.
#[must_use]
pub fn matter(category: &CategoryCode, spot: &Spot, person: &Person, dice: &mut Dice) -> Matter {
    let (group, leaf) = words_of(category, dice);
    let kind = dice.weighted(group.kinds, |(_, weight)| f64::from(*weight)).0;
    let slots = Slots { spot: Some(spot), topic: leaf.topic, asked: one_of(group.asked, dice) };
    let mut title = String::with_capacity(96);
    say(&mut title, phrases::titles(kind), slots, dice);
    let mut call = Call { group, leaf, person, slots, body: String::with_capacity(480), dice };
    match kind {
        MatterKind::Inquiry => call.inquiry(),
        MatterKind::Suggestion => call.suggestion(),
        MatterKind::Praise => call.praise(),
        MatterKind::Complaint | MatterKind::Help | MatterKind::Report => call.problem(kind),
    }
    call.telephone();
    let body = call.body;
    Matter { kind, title, body }
}

/// What the unit did, when it is solved.
pub(super) fn done(category: &CategoryCode, dice: &mut Dice) -> &'static str {
    said_by_unit(category, |words| words.done, dice)
}

/// Why it cannot be had.
pub(super) fn explained(category: &CategoryCode, dice: &mut Dice) -> &'static str {
    said_by_unit(category, |words| words.explained, dice)
}

/// Why it takes longer.
pub(super) fn slow(category: &CategoryCode, dice: &mut Dice) -> &'static str {
    said_by_unit(category, |words| words.slow, dice)
}

fn said_by_unit(category: &CategoryCode, of: Of, dice: &mut Dice) -> &'static str {
    let (group, leaf) = words_of(category, dice);
    either(of(&group.words), of(&leaf.words), dice)
}

/// One list of a category's words.
type Of = fn(&Words) -> &'static [&'static str];

/// The words of the category: of a group's code, those of one of its leaves; of an unknown
/// one, general words.
fn words_of(category: &CategoryCode, dice: &mut Dice) -> (&'static Group, &'static Leaf) {
    let code = category.as_str();
    let of = code.get(..4).unwrap_or_default();
    let group = TABLES.into_iter().flatten().find(|group| group.code == of).unwrap_or(&phrases::GENERAL);
    let leaf = group.leaves.iter().find(|leaf| leaf.code == code);
    (group, leaf.unwrap_or_else(|| dice.pick(group.leaves)))
}

/// A phrase of one list or the other, each as likely.
fn either(some: &[&'static str], others: &[&'static str], dice: &mut Dice) -> &'static str {
    let at = usize::try_from(dice.below((some.len() + others.len()) as u64)).unwrap_or(0);
    some.iter().chain(others).nth(at).copied().unwrap_or_default()
}

/// One call, while its body is written.
struct Call<'a> {
    group: &'static Group,
    leaf: &'static Leaf,
    person: &'a Person,
    slots: Slots<'a>,
    body: String,
    dice: &'a mut Dice,
}

impl Call<'_> {
    fn say(&mut self, phrases: &[&str]) {
        say(&mut self.body, phrases, self.slots, self.dice);
    }

    /// A phrase of the category's own.
    fn own(&mut self, of: Of) {
        let phrase = either(of(&self.group.words), of(&self.leaf.words), self.dice);
        fill(&mut self.body, phrase, self.slots, self.dice);
    }

    fn chars(&self) -> usize {
        self.body.chars().count()
    }

    fn problem(&mut self, kind: MatterKind) {
        self.say(phrases::openings(kind, self.person.enterprise));
        self.what(true);
        let short = self.chars() < FEWEST_CHARS - 10;
        if short || (self.chars() < ENOUGH_CHARS && self.dice.chance(0.6)) {
            self.say(phrases::tried(self.group.when));
        }
        let sudden = matches!(self.group.when, When::Sudden);
        if !sudden && self.chars() < ENOUGH_CHARS && self.dice.chance(0.18) {
            self.say(&phrases::ASIDES);
        }
        if self.dice.chance(0.8) {
            self.own(|words| words.wants);
            self.say(phrases::want_ends(self.group.when));
        } else {
            self.say(phrases::wants(kind));
        }
    }

    /// Where, since when, what, and what makes it worse.
    fn what(&mut self, with_time: bool) {
        let place = phrases::places(self.group.place, self.person.enterprise);
        let times = phrases::times(self.group.when);
        let time_first = matches!(self.group.place, Place::Shop | Place::Work);
        if with_time && time_first {
            self.say(times);
        }
        self.say(place);
        if with_time && !time_first {
            self.say(times);
        }
        self.say(self.leaf.says);
        self.body.push('，');
        self.own(|words| words.details);
        self.body.push('。');
    }

    fn inquiry(&mut self) {
        self.say(&phrases::INQUIRY_OPENINGS);
        self.say(phrases::places(Place::Live, self.person.enterprise));
        self.say(&phrases::INQUIRY_TOPICS);
        self.own(|words| words.questions);
        self.body.push('？');
        if self.chars() < FEWEST_CHARS || self.dice.chance(0.5) {
            self.say(&phrases::INQUIRY_TRIED);
        }
        self.say(&phrases::INQUIRY_WANTS);
    }

    fn suggestion(&mut self) {
        self.say(&phrases::SUGGESTION_OPENINGS);
        self.what(true);
        self.say(&phrases::SUGGESTIONS);
    }

    fn praise(&mut self) {
        self.say(&phrases::PRAISE_OPENINGS);
        self.what(false);
        self.say(&phrases::PRAISED);
        self.say(&phrases::THANKS);
    }

    fn telephone(&mut self) {
        if !self.dice.chance(PHONE_SHARE) {
            return;
        }
        let phone = &self.person.phone;
        let parts = (phone.get(..3), phone.get(3..7), phone.get(7..));
        match (self.dice.below(3), parts) {
            (0, (Some(a), Some(b), Some(c))) => self.body.push_str(&format!("可拨打{a} {b} {c}联系来电人。")),
            (1, _) => self.body.push_str(&format!("来电人留下电话{phone}。")),
            _ => self.body.push_str(&format!("联系电话{phone}。")),
        }
    }
}
