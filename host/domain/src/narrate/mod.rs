//! The timeline in words (时间线): what happened, in plain Chinese and in plain English, for the people who read
//! it. No caller stands here. What people and rules wrote and what the catalogue names is no more Chinese than
//! the sentence around it, and in an English one it is told apart ([`crate::sentence`]).

use crate::World;
use crate::actor::By;
use crate::calendar::civil;
use crate::deadline::Due;
use crate::english;
use crate::ids::UnitId;
use crate::rule::ledger::LedgerItem;
use crate::rule::review::ReviewEvent;
use crate::rule::value::Value;
use crate::sentence::{Sentence, Text, data, first_term, term};
use crate::ticket::FollowUp;
use jiff::Timestamp;

mod event;
mod oversight;
mod proposed;
mod responsibility;
mod rule;
mod seen;
mod side;

pub use event::event;
pub use proposed::{effect as proposed, field_required};
pub use seen::{figure, seen};

/// A moment as people write it: `2024-06-25 09:30`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    civil(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// When something is due, in words.
pub(crate) fn due(due: Due) -> Sentence {
    match due {
        Due::At(at) => Sentence::new(moment(at), moment(at)),
        Due::AwaitingCalendar(year) => Sentence::new(
            format!("待定（缺 {year} 年放假安排，录入后自动计算）"),
            format!("not known yet (computed as soon as the holiday notice of {year} is there)"),
        ),
    }
}

/// When something is due that a rule was told of, which is not told which year's notice is missing.
fn due_in_words(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "期限待定".into(), |at| format!("{} 前", moment(at)))
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "是" } else { "否" }
}

/// Who did it.
#[must_use]
pub fn actor(by: &By, world: &World) -> Sentence {
    let post = by.post();
    let named =
        |words: &str| Sentence::new(format!("{} {words}", post.term()), english!("{} {}", first_term(&post), words));
    match by {
        By::CallTaker { number }
        | By::EnterpriseSeat { number }
        | By::LegalSeat { number }
        | By::Dispatcher { number }
        | By::Reviewer { number }
        | By::KnowledgeReviewer { number }
        | By::FollowUpStaff { number }
        | By::HotlineOffice { number }
        | By::LiabilityPanel { number }
        | By::CityLeader { number } => named(number),
        By::CompanySeat { unit } => {
            let name = world.catalogue.unit_name(unit);
            Sentence::new(format!("{} {name}", post.term()), english!("{} {}", first_term(&post), data(name)))
        }
        By::UnitClerk { unit } | By::DepartmentSupervisor { unit } => Sentence::data(world.catalogue.unit_name(unit)),
        By::Clock => Sentence::new(post.term(), "System clock"),
        By::Rule { title, version, .. } => rule_named(title, version),
    }
}

/// A rule by its name and version.
#[must_use]
pub fn rule_named(title: &str, version: &semver::Version) -> Sentence {
    Sentence::new(format!("规则「{title}」{version}"), english!("Rule \"{}\" {}", data(title), version))
}

/// Units by their names.
pub(crate) fn units<'a>(all: impl IntoIterator<Item = &'a UnitId>, world: &World) -> Sentence {
    let names: Vec<&str> = all.into_iter().map(|unit| world.catalogue.unit_name(unit)).collect();
    Sentence::new(names.join("、"), Text::joined(names.into_iter().map(data), ", "))
}

fn outcome(approved: bool, what: &str, opinion: &str) -> String {
    format!("{}{what}：{opinion}", if approved { "同意" } else { "不同意" })
}

/// What came of a periodic review, as one sentence.
#[must_use]
pub fn review_event(event: &ReviewEvent, world: &World) -> Sentence {
    match event {
        ReviewEvent::SectionWritten { heading, .. } => {
            Sentence::new(format!("写入报告：{heading}"), english!("Wrote into the report: {}", data(heading)))
        }
        ReviewEvent::LedgerEntered(item) => entered(item, world),
        ReviewEvent::LedgerNoted(note) => rule::noted(note),
        ReviewEvent::ScoredLocally { handling_unit, item, hundredths } => {
            rule::scored(world.catalogue.unit_name(handling_unit), item, *hundredths)
        }
        ReviewEvent::Nominated { forum, title, category, place, count, .. } => {
            let category = world.catalogue.category_name(category);
            Sentence::new(
                format!("提名{}议题：{title}（{place}{category}，{count} 件）", forum.term()),
                english!(
                    "Nominated for {}: {} ({}, {} tickets)",
                    term(forum),
                    data(title),
                    data(&format!("{place}{category}")),
                    count
                ),
            )
        }
        ReviewEvent::Notified { to_unit, text } => notified(world.catalogue.unit_name(to_unit), text),
    }
}

/// 通知, of a ticket or of a review.
fn notified(unit: &str, text: &str) -> Sentence {
    Sentence::new(format!("通知 {unit}：{text}"), english!("Notified {}: {}", data(unit), data(text)))
}

/// 记入台账, on a ticket or in a review.
fn entered(item: &LedgerItem, world: &World) -> Sentence {
    let LedgerItem { ledger, title, handling_unit, basis } = item;
    let unit = handling_unit.as_ref().map(|unit| world.catalogue.unit_name(unit));
    let whose = unit.map(|unit| Sentence::new(format!("，责任单位 {unit}"), english!("; responsible: {}", data(unit))));
    let whose = whose.unwrap_or_default();
    let basis = if basis.is_empty() {
        Sentence::default()
    } else {
        Sentence::new(format!("（依据：{basis}）"), english!(" (basis: {})", data(basis)))
    };
    Sentence::new(
        format!("记入台账「{ledger}」：{title}{}{}", whose.chinese, basis.chinese),
        english!("Entered into the ledger \"{}\": {}{}{}", data(ledger), data(title), whose.english, basis.english),
    )
}

fn followed_up(follow_up: &FollowUp, opinion: &str) -> Sentence {
    let outcome = match (follow_up.reached, follow_up.solved, follow_up.satisfied) {
        (false, ..) => Sentence::new("未接通", "not reached"),
        (true, solved, satisfied) => {
            let (solved, is_solved) =
                if solved == Some(true) { ("已解决", "solved") } else { ("未解决", "not solved") };
            let (satisfied, is_satisfied) = match satisfied {
                Some(true) => ("满意", "satisfied"),
                Some(false) => ("不满意", "not satisfied"),
                None => ("未评价", "no opinion"),
            };
            Sentence::new(format!("{solved}，{satisfied}"), format!("{is_solved}, {is_satisfied}"))
        }
    };
    let opinion = if opinion.is_empty() {
        Sentence::default()
    } else {
        Sentence::new(format!("（{opinion}）"), english!(" ({})", data(opinion)))
    };
    let attempt = follow_up.attempt;
    Sentence::new(
        format!("第 {attempt} 次回访：{}{}", outcome.chinese, opinion.chinese),
        english!("Follow-up call {}: {}{}", attempt, outcome.english, opinion.english),
    )
}

/// A part of the place, which people fill in: 街道, 小区, 楼栋.
fn place_label(name: &str) -> (&'static str, &'static str) {
    match name {
        "place.street" => ("街道", "street"),
        "place.estate" => ("小区", "estate"),
        _ => ("楼栋", "building"),
    }
}

/// A value of a setting or of an extra field.
#[must_use]
pub fn show(value: &Value) -> Sentence {
    match value {
        Value::Flag(flag) => Sentence::new(yes(*flag), if *flag { "yes" } else { "no" }),
        Value::Integer(number) => Sentence::new(number.to_string(), number.to_string()),
        Value::Text(text) => Sentence::data(text),
        Value::Texts(texts) => Sentence::new(texts.join("、"), Text::joined(texts.iter().map(|text| data(text)), ", ")),
        Value::Table(table) => {
            let lines = table.iter().map(|(key, value)| format!("{key}：{value}")).collect::<Vec<_>>().join("；");
            let in_english = table.iter().map(|(key, value)| english!("{}: {}", data(key), data(value)));
            Sentence::new(lines, Text::joined(in_english, "; "))
        }
        Value::Withheld => Sentence::new("（已填写）", "(filled in)"),
    }
}
