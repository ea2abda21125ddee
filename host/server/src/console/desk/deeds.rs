//! What can be done with a ticket now (可办事项): the domain's own list of transitions says which
//! commands a post has where the ticket stands, and the domain itself is asked about each whether its
//! time has come; a form is made for each of these.

use super::deed_forms::forms;
use crate::console::form::{Field, Filled, Form, Group, Takes, command};
use crate::console::visitor::Chrome;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::handle::handle;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::transitions::TRANSITIONS;
use maud::{Markup, html};

/// Refusals that say "not now" or "not this post's", whatever the form would say.
const NOT_NOW: [&str; 26] = [
    "already-escalated",
    "already-pending",
    "already-taken-up",
    "extended-once",
    "extension-late",
    "extension-urgent",
    "hand-back-late",
    "joint-open",
    "lead-in-force",
    "no-copy",
    "no-decision",
    "no-joint",
    "no-order",
    "no-task",
    "not-assigned",
    "not-entitled",
    "not-escalated",
    "not-expert",
    "not-heating",
    "not-lead",
    "not-referred",
    "not-summoned",
    "nothing-pending",
    "order-open",
    "out-of-hours",
    "wrong-state",
];

/// What moves a ticket on stands before what stops it, delays it or goes beside it.
const FORWARD: [&str; 15] = [
    "take-up",
    "take-up-copy",
    "rule-hand-back",
    "rule-extension",
    "rule-decline",
    "decide-liability",
    "sign-responsibility",
    "fill-in",
    "accept",
    "dispatch",
    "finish-task",
    "report-back",
    "review",
    "follow-up",
    "answer-supervision",
];

/// One thing that could be done.
pub struct Deed {
    /// As its address names it: the command, and which of several.
    pub key: String,
    pub command: &'static str,
    pub title: String,
    /// What else must hold, in words.
    guard: (&'static str, &'static str),
    pub fields: Vec<Field>,
    /// Why not now.
    pub refused: Option<Refusal>,
}

/// All that this post could do where the ticket stands.
pub fn deeds(chrome: &Chrome, ticket: &Ticket) -> Vec<Deed> {
    let Some(by) = chrome.by() else { return vec![] };
    let (post, status) = (by.post(), ticket.status());
    let rows = TRANSITIONS.iter().filter(|row| row.who.contains(&post) && row.from.contains(&status));
    let mut deeds = Vec::new();
    for row in rows {
        for (which, fields) in forms(chrome, ticket, row.command, &by) {
            let key = if which.is_empty() { row.command.to_owned() } else { format!("{}-{which}", row.command) };
            let title = chrome.term(row.term, row.command);
            let refused = not_now(chrome, ticket, row.command, &fields, &by);
            deeds.push(Deed { key, command: row.command, title, guard: row.guard, fields, refused });
        }
    }
    let place = |deed: &Deed| FORWARD.iter().position(|command| *command == deed.command).unwrap_or(FORWARD.len());
    deeds.sort_by_key(|deed| (deed.refused.is_some(), place(deed)));
    deeds
}

/// What the domain says of the command as its form begins. What a person has yet to choose or write is
/// no reason against it.
fn not_now(chrome: &Chrome, ticket: &Ticket, name: &str, fields: &[Field], by: &By) -> Option<Refusal> {
    // The main ticket is looked up when the form is sent.
    if name == "merge" {
        return None;
    }
    let body = command(name, fields, &sample(fields));
    let command: Command = serde_json::from_value(body).ok()?;
    let judged = handle(&chrome.world, Some(ticket), &command, &Actor::Known(by.clone()), chrome.now);
    judged.err().filter(|refusal| NOT_NOW.contains(&refusal.code.as_ref()))
}

/// A form as somebody might fill it in.
fn sample(fields: &[Field]) -> Filled {
    let value = |field: &Field| {
        let first = |groups: &[Group]| groups.iter().flat_map(|group| &group.choices).next().map(|one| one.0.clone());
        match &field.takes {
            _ if !field.value.is_empty() => field.value.clone(),
            Takes::One(groups) => first(groups).unwrap_or_default(),
            Takes::Some(choices) => choices.first().map(|one| one.0.clone()).unwrap_or_default(),
            Takes::Number(least, _) => least.to_string(),
            Takes::YesNo | Takes::Tick => "true".to_owned(),
            Takes::Day => "2024-01-01".to_owned(),
            _ => "已办".to_owned(),
        }
    };
    let wanted = fields.iter().filter(|field| field.required || !field.value.is_empty());
    Filled(wanted.map(|field| (field.name.clone(), value(field))).collect())
}

/// The deeds of a page: the first that can be done is open, what cannot be done says why.
pub fn drawn(chrome: &Chrome, ticket: &Ticket, deeds: &[Deed], filled: &Filled, tried: &str) -> Markup {
    let now: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_none()).collect();
    let later: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_some()).collect();
    let open = if tried.is_empty() { now.first().map_or("", |deed| deed.key.as_str()) } else { tried };
    html! {
        section.card.no-print {
            h2 { (chrome.t("现在可以办理", "What can be done now")) }
            @if now.is_empty() { p.quiet { (chrome.t("当前岗位现在没有要办的。", "Nothing for this post now.")) } }
            @for deed in &now { (one(chrome, ticket, deed, filled, open)) }
            @if !later.is_empty() {
                details.deed {
                    summary { (chrome.t("现在不能办的，以及为什么", "What cannot be done now, and why")) }
                    ul.inside {
                        @for deed in &later {
                            @if let Some(refusal) = &deed.refused {
                                li { strong { (deed.title) } " " span.quiet { (chrome.t(&refusal.chinese, &refusal.english)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn one(chrome: &Chrome, ticket: &Ticket, deed: &Deed, filled: &Filled, open: &str) -> Markup {
    let nothing = Filled::default();
    let is_tried = deed.key == open;
    html! {
        details.deed open[is_tried] name="deed" {
            summary { (deed.title) }
            div.inside {
                span.hint { (chrome.t(deed.guard.0, deed.guard.1)) }
                (Form {
                    action: format!("/tickets/{}/commands/{}", ticket.id, deed.key),
                    fields: &deed.fields,
                    button: &deed.title,
                    version: ticket.version.to_string(),
                    is_grave: matches!(deed.command, "pass-on-emergency" | "ask-decline"),
                    prefix: &format!("{}-", deed.key),
                }.draw(chrome.language, if is_tried { filled } else { &nothing }))
            }
        }
    }
}
