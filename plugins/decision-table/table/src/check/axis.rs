//! Axes (维度): the values of one condition, cut into the parts that the rows of a table tell
//! apart. A part has one value that stands for it: a test holds for all of the part or for none.

use super::cube::{Parts, has, parts};
use crate::cell::{Day, Given, Test, days_of_month};
use crate::words::{Condition, Kind};

/// A part of an axis: its value that stands for all, and how it is told.
#[derive(Clone, Debug)]
struct Part {
    given: Given,
    words: String,
}

/// Stretches that are told one by one.
const MOST_STRETCHES: usize = 5;

/// One condition of a table, cut into parts.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Which.
    pub condition: Condition,
    parts: Vec<Part>,
    /// Whether the last part is everything that no row names.
    has_others: bool,
    /// Whether the parts are stretches that follow each other.
    in_order: bool,
}

impl Axis {
    /// Cuts a condition by the tests of all rows. `categories` are the codes there are; none when
    /// they are not known.
    pub fn new(condition: Condition, tests: &[&Test], categories: &[String]) -> Self {
        let (parts, has_others) = match condition.kind() {
            Kind::OneOf(words) => (words.iter().map(|word| text(word)).collect(), false),
            Kind::Names => names(tests),
            Kind::Codes => codes(tests, categories),
            Kind::Number(least, most) => (numbers(tests, least, most), false),
            Kind::Days => (days(tests), false),
        };
        let in_order = matches!(condition.kind(), Kind::Number(..) | Kind::Days);
        Self { condition, parts, has_others, in_order }
    }

    /// The parts for which a test holds; all of them without one.
    pub fn cut(&self, test: Option<&Test>) -> Parts {
        parts(self.parts.len(), |part| test.is_none_or(|test| test.holds(&self.parts[part].given)))
    }

    /// A set of parts in words; nothing when it is all of them.
    pub fn words(&self, set: &[u64]) -> Option<String> {
        let inside: Vec<usize> = (0..self.parts.len()).filter(|part| has(set, *part)).collect();
        if inside.len() == self.parts.len() {
            return None;
        }
        let heading = self.condition.heading();
        let told = |of: &[usize]| of.iter().map(|part| self.parts[*part].words.as_str()).collect::<Vec<_>>().join("、");
        if self.has_others && inside.last().is_some_and(|last| last + 1 == self.parts.len()) {
            let outside: Vec<usize> = (0..self.parts.len()).filter(|part| !inside.contains(part)).collect();
            return Some(format!("{heading}不是{}", told(&outside)));
        }
        if !self.in_order {
            return Some(format!("{heading}是{}", told(&inside)));
        }
        Some(format!("{heading}为{}", self.stretches(&inside).join("、")))
    }

    /// Neighbouring parts told as one.
    fn stretches(&self, inside: &[usize]) -> Vec<String> {
        let mut told: Vec<(usize, usize)> = Vec::new();
        for part in inside {
            match told.last_mut() {
                Some((_, last)) if *last + 1 == *part => *last = *part,
                _ => told.push((*part, *part)),
            }
        }
        let start = |part: usize| self.parts[part].words.split('至').next().unwrap_or_default();
        let end = |part: usize| self.parts[part].words.rsplit('至').next().unwrap_or_default();
        let one = |(first, last): &(usize, usize)| match (start(*first), end(*last)) {
            (from, to) if from == to => from.to_owned(),
            (from, to) => format!("{from}至{to}"),
        };
        let more = told.len().saturating_sub(MOST_STRETCHES);
        let mut words: Vec<String> = told.iter().take(MOST_STRETCHES).map(one).collect();
        if more > 0 {
            words.push(format!("等 {} 段", told.len()));
        }
        words
    }
}

fn text(word: &str) -> Part {
    Part { given: Given::Text(word.to_owned()), words: word.to_owned() }
}

fn named(tests: &[&Test]) -> Vec<String> {
    let words = tests.iter().flat_map(|test| match test {
        Test::OneOf(words) | Test::Begins(words) => words.clone(),
        _ => Vec::new(),
    });
    let mut named: Vec<String> = words.collect();
    named.sort();
    named.dedup();
    named
}

fn names(tests: &[&Test]) -> (Vec<Part>, bool) {
    let mut parts: Vec<Part> = named(tests).iter().map(|name| text(name)).collect();
    // A ticket that does not say which is one of the others.
    parts.push(Part { given: Given::Text(String::new()), words: "其他".to_owned() });
    (parts, true)
}

/// A code that a row names stands for what begins with it and with no longer code that is named.
fn codes(tests: &[&Test], categories: &[String]) -> (Vec<Part>, bool) {
    let named = named(tests);
    if categories.is_empty() {
        let mut parts: Vec<Part> = named.iter().map(|code| text(code)).collect();
        parts.push(Part { given: Given::Text(String::new()), words: "其他".to_owned() });
        return (parts, true);
    }
    let nearest = |code: &String| named.iter().filter(|one| code.starts_with(one.as_str())).max_by_key(|one| one.len());
    let of = |name: Option<&String>| categories.iter().find(|code| nearest(code) == name).cloned();
    let part = |(code, words): (String, String)| Part { given: Given::Text(code), words };
    let mut parts: Vec<Part> = named.iter().filter_map(|name| Some(part((of(Some(name))?, name.clone())))).collect();
    let others = of(None);
    let has_others = others.is_some();
    parts.extend(others.map(|code| part((code, "其他".to_owned()))));
    (parts, has_others)
}

fn numbers(tests: &[&Test], least: i64, most: i64) -> Vec<Part> {
    let mut starts = vec![least];
    for test in tests {
        match test {
            Test::Within(from, to) => starts.extend([*from, *to + 1]),
            // Each number is a part of its own.
            Test::Every(..) => starts.extend(least..=most),
            _ => {}
        }
    }
    starts.retain(|start| *start <= most);
    let stretch = |from: i64, to: i64| Part {
        given: Given::Number(from),
        words: if from == to { from.to_string() } else { format!("{from}至{to}") },
    };
    stretches(starts, most, |number| number - 1, stretch)
}

/// Cuts at every start; `before` gives the value before one.
fn stretches<T: Ord + Copy>(mut starts: Vec<T>, last: T, before: fn(T) -> T, part: impl Fn(T, T) -> Part) -> Vec<Part> {
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|start| before(*start)).chain([last]);
    starts.iter().zip(ends).map(|(from, to)| part(*from, to)).collect()
}

const FIRST_DAY: Day = (1, 1, 1);
const LAST_DAY: Day = (9999, 12, 31);
/// Days of every year are told apart in a leap year.
const ANY_YEAR: u16 = 2024;

fn day_after((year, month, day): Day) -> Day {
    match (month, day) {
        (12, 31) => (year + 1, 1, 1),
        _ if day >= days_of_month(year, month) => (year, month + 1, 1),
        _ => (year, month, day + 1),
    }
}

fn day_before((year, month, day): Day) -> Day {
    match (month, day) {
        (1, 1) => (year - 1, 12, 31),
        (_, 1) => (year, month - 1, days_of_month(year, month - 1)),
        _ => (year, month, day - 1),
    }
}

fn days(tests: &[&Test]) -> Vec<Part> {
    let yearly = tests.iter().any(|test| matches!(test, Test::Yearly(..)));
    let (first, last) = if yearly { ((ANY_YEAR, 1, 1), (ANY_YEAR, 12, 31)) } else { (FIRST_DAY, LAST_DAY) };
    let mut starts = vec![first];
    for test in tests {
        match test {
            Test::Yearly(from, to) => {
                let in_year = |day: &(u8, u8)| (ANY_YEAR, day.0, day.1);
                starts.extend([in_year(from), day_after(in_year(to))]);
            }
            Test::Between(from, to) => starts.extend([*from, day_after(*to)]),
            _ => {}
        }
    }
    starts.retain(|start| *start <= last);
    let told = move |(year, month, day): Day| match yearly {
        true => format!("{month:02}-{day:02}"),
        false if (year, month, day) == FIRST_DAY => "最早".to_owned(),
        false if (year, month, day) == LAST_DAY => "以后".to_owned(),
        false => format!("{year:04}-{month:02}-{day:02}"),
    };
    let part = |from: Day, to: Day| Part {
        given: Given::Day(from),
        words: if from == to { told(from) } else { format!("{}至{}", told(from), told(to)) },
    };
    stretches(starts, last, day_before, part)
}
