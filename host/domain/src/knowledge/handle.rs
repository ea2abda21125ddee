//! The one door into an entry: a command of an actor becomes events, or a refusal in words.

use super::command::{Command, Kind};
use super::content::Content;
use super::entry::{Answer, Entry};
use super::event::Event;
use super::transition::{Post, transition};
use crate::World;
use crate::actor::Actor;
use crate::calendar::civil;
use crate::catalogue::Level;
use crate::ids::{KnowledgeId, TerritoryId, UnitId};
use crate::plain::{MOST_WORDS_CHARS, must_fit, must_say};
use crate::refusal::{GuardRail, Refusal};
use jiff::{Timestamp, ToSpan, civil::Date};

/// After so many months the owner says again whether an answer holds (an assumption: most
/// policies change with the year; article row 52 asks for 「实时更新完善」).
pub const REVIEW_AFTER_MONTHS: i32 = 12;

/// Turns a command into events, or refuses it in words. `entry` is absent for
/// [`Command::Draft`] alone. Nothing is changed here: [`super::apply`] does that.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    world: &World,
    entry: Option<&Entry>,
    command: &Command,
    actor: &Actor,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    match (entry, command) {
        (None, Command::Draft { id, owner, content }) => {
            must_be_entitled(command.kind(), actor, owner)?;
            draft(world, id, owner, content, actor)
        }
        (None, _) => Err(absent()),
        (Some(_), Command::Draft { .. }) => Err(exists()),
        (Some(entry), command) => {
            must_be_entitled(command.kind(), actor, &entry.owner)?;
            must_fit_state(command.kind(), entry)?;
            on_entry(world, entry, command, civil(now).date())
        }
    }
}

fn on_entry(world: &World, entry: &Entry, command: &Command, today: Date) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        Command::Edit { content } => {
            content.must_be_writable(world)?;
            Event::Edited { content: content.as_ref().clone() }
        }
        Command::Revise { content } => {
            content.must_be_writable(world)?;
            Event::RevisionBegun { content: content.as_ref().clone() }
        }
        Command::Submit => {
            must_be_ready(world, entry, today)?;
            Event::Submitted
        }
        Command::Return { opinion } => Event::Returned { opinion: said(opinion, "退回意见")? },
        Command::Approve { opinion } => {
            must_be_ready(world, entry, today)?;
            must_fit(opinion, MOST_WORDS_CHARS, "审核意见")?;
            Event::Approved { opinion: opinion.clone() }
        }
        Command::Publish => {
            must_be_ready(world, entry, today)?;
            let revision = entry.answer.as_ref().map_or(0, |answer| answer.revision).saturating_add(1);
            Event::Published { revision, review_due: next_review(today) }
        }
        Command::Discard { reason } => Event::Discarded { reason: said(reason, "弃用原因")? },
        Command::Withdraw { reason } => Event::Withdrawn { reason: said(reason, "下架原因")? },
        Command::Confirm => Event::Confirmed { review_due: next_review(today) },
        Command::Tick => return Ok(tick(entry, today)),
        Command::Draft { .. } => return Err(exists()),
    };
    Ok(vec![event])
}

/// A new entry. A rule writes for its own territory only (guard rail G3), and what it writes
/// is redacted once more (G4): it may have taken it from tickets.
fn draft(
    world: &World,
    id: &KnowledgeId,
    owner: &UnitId,
    content: &Content,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    if !id.is_well_formed() {
        return Err(Refusal::new("knowledge-id", "条目编号格式不正确", "the entry's id is malformed"));
    }
    let is_department = world.catalogue.unit(owner).is_some_and(|unit| unit.level == Level::City);
    if !is_department {
        return Err(Refusal::new(
            "owner-not-department",
            "责任部门须为市级行业主管部门，请从单位目录中选择",
            "the owner must be a city department",
        ));
    }
    content.must_be_writable(world)?;
    let content = match actor {
        Actor::Rule(rule) => {
            // No territory means the whole city, which is the city's own rules' to write for.
            let city = TerritoryId::from(TerritoryId::CITY);
            let whole_city = content.territories.is_empty().then_some(&city);
            if !content.territories.iter().chain(whole_city).all(|territory| rule.covers(territory)) {
                return Err(Refusal::rail(
                    GuardRail::G3,
                    "other-territory",
                    "规则只能为本区县起草知识，请在适用区域中只填本区县",
                    "a rule drafts for its own territory only",
                ));
            }
            content.redacted()
        }
        Actor::Known(_) => content.clone(),
    };
    Ok(vec![Event::Drafted { owner: owner.clone(), content }])
}

/// Says that there is no such entry.
#[must_use]
pub fn absent() -> Refusal {
    Refusal::new("no-knowledge", "知识条目不存在，请核对编号", "there is no such entry")
}

fn exists() -> Refusal {
    Refusal::new("knowledge-exists", "知识条目已存在，请修改或修订", "the entry exists already")
}

fn must_be_entitled(kind: Kind, actor: &Actor, owner: &UnitId) -> Result<(), Refusal> {
    let row = transition(kind);
    if Post::of(actor, owner).is_some_and(|post| row.posts.contains(&post)) {
        return Ok(());
    }
    let posts: Vec<&str> = row.posts.iter().map(|post| post.term()).collect();
    Err(Refusal::new(
        "not-entitled",
        format!("该岗位无权「{}」知识条目，须由{}办理", kind.term(), posts.join("或")),
        format!("{kind:?} is for {:?}", row.posts),
    ))
}

fn must_fit_state(kind: Kind, entry: &Entry) -> Result<(), Refusal> {
    let row = transition(kind);
    if !row.standings.contains(&entry.standing) {
        return Err(wrong_state(entry.standing.term(), row.standings.iter().map(|standing| standing.term())));
    }
    if !row.stages.contains(&entry.stage()) {
        return Err(wrong_state(entry.stage().term(), row.stages.iter().map(|stage| stage.term())));
    }
    Ok(())
}

fn wrong_state(is: &str, wanted: impl Iterator<Item = &'static str>) -> Refusal {
    let wanted: Vec<&str> = wanted.collect();
    Refusal::new(
        "wrong-state",
        format!("知识条目处于「{is}」，须在「{}」时办理", wanted.join("、")),
        "the entry is in another state",
    )
}

/// Days pass between submitting, approving and publishing; each looks again.
fn must_be_ready(world: &World, entry: &Entry, today: Date) -> Result<(), Refusal> {
    entry.draft.as_ref().map_or(Ok(()), |draft| draft.content.must_be_complete(world, &entry.owner, today))
}

fn said(words: &str, what: &str) -> Result<String, Refusal> {
    must_say(words, what)?;
    Ok(words.to_owned())
}

fn next_review(today: Date) -> Date {
    today.saturating_add(REVIEW_AFTER_MONTHS.months())
}

/// What the clock says of an entry: its time ran out, or its review is due. Both are said once.
fn tick(entry: &Entry, today: Date) -> Vec<Event> {
    if entry.wakes_on().is_none_or(|day| today < day) {
        return Vec::new();
    }
    let over = |answer: &Answer| answer.content.valid_until.filter(|until| *until < today);
    match entry.answer.as_ref().and_then(over) {
        Some(valid_until) => vec![Event::Expired { valid_until }],
        None => vec![Event::ReviewFellDue],
    }
}
