//! What can be done with an entry now (可办事项): the domain's own list says which commands a post has
//! where the entry stands, and the domain itself is asked whether each is ready.

use super::content;
use crate::console::deeds::Deed;
use crate::console::form::{Field, Takes, command, sample};
use crate::console::visitor::Chrome;
use chuishao_domain::account::action::Action;
use chuishao_domain::actor::Actor;
use chuishao_domain::calendar::civil;
use chuishao_domain::knowledge::command::{Command, Kind};
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::knowledge::handle;
use chuishao_domain::knowledge::transition::{Post, TRANSITIONS};
use chuishao_domain::refusal::Refusal;

/// Refusals that say "not now", whatever the form would say.
const NOT_NOW: [&str; 2] = ["knowledge-incomplete", "validity-over"];

/// What moves an entry on stands before what stops it.
const FORWARD: [Kind; 4] = [Kind::Publish, Kind::Approve, Kind::Submit, Kind::Confirm];

/// A command as the API names it.
fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Draft => "draft",
        Kind::Edit => "edit",
        Kind::Submit => "submit",
        Kind::Return => "return",
        Kind::Approve => "approve",
        Kind::Publish => "publish",
        Kind::Revise => "revise",
        Kind::Discard => "discard",
        Kind::Withdraw => "withdraw",
        Kind::Confirm => "confirm",
        Kind::Tick => "tick",
    }
}

/// All that this post could do where the entry stands.
pub fn deeds(chrome: &Chrome, entry: &Entry) -> Vec<Deed> {
    let actor = chrome.by().filter(|_| chrome.may(Action::WriteKnowledge)).map(Actor::Known);
    let Some((actor, post)) = actor.and_then(|actor| Post::of(&actor, &entry.owner).map(|post| (actor, post))) else {
        return vec![];
    };
    let fits = |kind: Kind| kind != Kind::Draft && kind != Kind::Tick;
    let mut rows: Vec<_> = TRANSITIONS
        .iter()
        .filter(|row| fits(row.kind) && row.posts.contains(&post))
        .filter(|row| row.stages.contains(&entry.stage()) && row.standings.contains(&entry.standing))
        .collect();
    rows.sort_by_key(|row| FORWARD.iter().position(|kind| *kind == row.kind).unwrap_or(FORWARD.len()));
    let deed = |kind: Kind| {
        let (command, fields) = (key(kind), fields(chrome, entry, kind));
        Deed {
            key: command.to_owned(),
            command,
            title: chrome.term(kind.term(), command),
            hint: hint(chrome, kind).to_owned(),
            refused: not_now(chrome, entry, command, &fields, &actor),
            fields,
            is_grave: matches!(kind, Kind::Withdraw | Kind::Discard),
        }
    };
    rows.into_iter().map(|row| deed(row.kind)).collect()
}

/// Whether the entry waits for this post: to be handed in, judged, published, or looked at again.
pub fn waits(chrome: &Chrome, entry: &Entry) -> bool {
    let is_called = entry.answer.as_ref().is_some_and(|answer| answer.review_called);
    deeds(chrome, entry).iter().any(|deed| match deed.command {
        "submit" | "approve" | "publish" => true,
        "confirm" => is_called,
        _ => false,
    })
}

fn hint(chrome: &Chrome, kind: Kind) -> &'static str {
    match kind {
        Kind::Revise => chrome.t("修订期间，已发布的口径照常使用", "What is published holds meanwhile"),
        Kind::Discard => chrome.t("只弃用工作稿，已发布的口径不变", "The draft alone; what is published stays"),
        Kind::Confirm => chrome.t("责任部门确认口径仍然有效", "The owner says that it still holds"),
        _ => "",
    }
}

fn fields(chrome: &Chrome, entry: &Entry, kind: Kind) -> Vec<Field> {
    let words = |name: &str, chinese: &str, english: &str| Field::new(name, chrome.t(chinese, english), Takes::Words);
    match kind {
        Kind::Edit => content::fields(chrome, &entry.owner, entry.draft.as_ref().map(|draft| &draft.content)),
        Kind::Revise => content::fields(chrome, &entry.owner, entry.answer.as_ref().map(|answer| &answer.content)),
        Kind::Return => vec![words("opinion", "退回意见", "What is wrong")],
        Kind::Approve => vec![words("opinion", "审核意见", "Opinion").optional()],
        Kind::Discard => vec![words("reason", "弃用原因", "Reason")],
        Kind::Withdraw => vec![words("reason", "下架原因", "Reason")],
        Kind::Draft | Kind::Submit | Kind::Publish | Kind::Confirm | Kind::Tick => vec![],
    }
}

/// What the domain says of the command as its form begins.
fn not_now(chrome: &Chrome, entry: &Entry, name: &str, fields: &[Field], actor: &Actor) -> Option<Refusal> {
    let body = command(name, fields, &sample(fields, civil(chrome.now).date()));
    let command: Command = serde_json::from_value(body).ok()?;
    let judged = handle(&chrome.world, Some(entry), &command, actor, chrome.now);
    judged.err().filter(|refusal| NOT_NOW.contains(&refusal.code.as_ref()))
}
