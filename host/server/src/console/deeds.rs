//! What can be done with something now (可办事项), drawn the same for a ticket, a topic, a campaign and an
//! entry of the knowledge base: the first that can be done is open, what cannot be done says why.

use super::form::{Field, Filled, Form};
use super::language::language_of;
use super::visitor::Chrome;
use chuishao_domain::refusal::Refusal;
use maud::{Markup, html};

/// One thing that could be done.
pub struct Deed {
    /// As its address names it: the command, and which of several.
    pub key: String,
    pub command: &'static str,
    pub title: String,
    /// What else must hold, in words.
    pub hint: String,
    pub fields: Vec<Field>,
    /// Why not now.
    pub refused: Option<Refusal>,
    /// Whether it cannot be taken back.
    pub is_grave: bool,
}

impl Deed {
    /// The key of a command, and which of several it is.
    pub fn key(command: &str, which: &str) -> String {
        if which.is_empty() { command.to_owned() } else { format!("{command}-{which}") }
    }

    /// As a title says it: what is done, and to which of several.
    pub fn title(words: &str, which: &str) -> String {
        if which.is_empty() { words.to_owned() } else { format!("{words} {which}") }
    }
}

/// What the deeds of a page are about: where it stands below the console, at which version.
pub struct Place {
    pub address: String,
    pub version: u64,
}

/// The deeds of a page; `tried` is the one that was sent and refused, with what was typed.
pub fn drawn(chrome: &Chrome, place: &Place, deeds: &[Deed], filled: &Filled, tried: &str) -> Markup {
    let now: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_none()).collect();
    let later: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_some()).collect();
    let open = if tried.is_empty() { now.first().map_or("", |deed| deed.key.as_str()) } else { tried };
    html! {
        section.card.no-print {
            h2 { (chrome.t("现在可以办理", "What can be done now")) }
            @if now.is_empty() { p.quiet { (chrome.t("当前岗位现在没有要办的。", "Nothing for this post now.")) } }
            @for deed in &now { (one(chrome, place, deed, filled, open)) }
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

fn one(chrome: &Chrome, place: &Place, deed: &Deed, filled: &Filled, open: &str) -> Markup {
    let nothing = Filled::default();
    let is_tried = deed.key == open;
    html! {
        details.deed open[is_tried] name="deed" {
            summary { (deed.title) }
            div.inside {
                @if !deed.hint.is_empty() { span.hint lang=[language_of(&deed.hint)] { (deed.hint) } }
                (Form {
                    action: format!("{}/commands/{}", place.address, deed.key),
                    fields: &deed.fields,
                    button: &deed.title,
                    version: place.version.to_string(),
                    is_grave: deed.is_grave,
                    prefix: &format!("{}-", deed.key),
                }.draw(chrome, if is_tried { filled } else { &nothing }))
            }
        }
    }
}
