//! What can be done with a ticket now (可办事项): the domain's own list of transitions says which
//! commands a post has where the ticket stands, and the domain itself is asked about each whether its
//! time has come; a form is made for each of these.

use super::deed_forms::forms;
use crate::console::deeds::Deed;
use crate::console::form::{Field, command, sample};
use crate::console::visitor::Chrome;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::civil;
use chuishao_domain::command::Command;
use chuishao_domain::handle::handle;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::transitions::TRANSITIONS;

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

/// All that this post could do where the ticket stands.
pub fn deeds(chrome: &Chrome, ticket: &Ticket) -> Vec<Deed> {
    let Some(by) = chrome.by() else { return vec![] };
    let (post, status) = (by.post(), ticket.status());
    let rows = TRANSITIONS.iter().filter(|row| row.who.contains(&post) && row.from.contains(&status));
    let mut deeds = Vec::new();
    for row in rows {
        for (which, fields) in forms(chrome, ticket, row.command, &by) {
            let refused = not_now(chrome, ticket, row.command, &fields, &by);
            deeds.push(Deed {
                key: Deed::key(row.command, &which),
                command: row.command,
                title: chrome.term(row.term, row.command),
                hint: chrome.t(row.guard.0, row.guard.1).to_owned(),
                fields,
                refused,
                is_grave: matches!(row.command, "pass-on-emergency" | "ask-decline"),
            });
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
    let body = command(name, fields, &sample(fields, civil(chrome.now).date()));
    let command: Command = serde_json::from_value(body).ok()?;
    let judged = handle(&chrome.world, Some(ticket), &command, &Actor::Known(by.clone()), chrome.now);
    judged.err().filter(|refusal| NOT_NOW.contains(&refusal.code.as_ref()))
}
