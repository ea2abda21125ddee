//! What can be done with something now (可办事项), drawn the same for a ticket, a topic, a campaign and an
//! entry of the knowledge base: the first that can be done is open, what cannot be done says why.

use super::fault::Problem;
use super::form::{Field, Filled, Form};
use super::inside::Reply;
use super::labels::typed;
use super::language::language_of;
use super::shape;
use super::visitor::{Chrome, Sent, Visitor, read};
use axum::http::Method;
use chuishao_domain::refusal::Refusal;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

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

/// The field that says which of several things a deed is about.
const NUMBER: &str = "number";

impl Deed {
    /// The key of a command, and which of several it is.
    pub fn key(command: &str, which: &str) -> String {
        if which.is_empty() { command.to_owned() } else { format!("{command}-{which}") }
    }

    /// As a title says it: what is done, and to which of several.
    pub fn title(words: &str, which: &str) -> String {
        if which.is_empty() { words.to_owned() } else { format!("{words} {which}") }
    }

    /// Whether a form is about the same as the deed that its address names.
    pub fn is_meant_by(&self, filled: &Filled) -> bool {
        let same = |field: &Field| {
            let said = filled.one(&field.name);
            said.is_empty() || said == field.value
        };
        self.fields.iter().filter(|field| field.is_hidden).all(same)
    }
}

/// The command that a key names, and which of several it is about.
fn command_in(key: &str) -> (&str, &str) {
    match key.rsplit_once('-') {
        Some((command, which)) if !which.is_empty() && which.bytes().all(|byte| byte.is_ascii_digit()) => {
            (command, which)
        }
        _ => (key, ""),
    }
}

/// What the API answers to a deed: what happened, in one line or several.
#[derive(Deserialize)]
struct Receipt {
    happened: Happened,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Happened {
    One(String),
    Each(Vec<String>),
}

/// What was done, and what came of it.
fn told(chrome: &Chrome, title: &str, receipt: &Receipt) -> String {
    let first = match &receipt.happened {
        Happened::One(what) => Some(what),
        Happened::Each(all) => all.first(),
    };
    let what = first.map(|first| format!("。{first}")).unwrap_or_default();
    format!("{}{title}{}", chrome.t("已办理：", "Done: "), chrome.t(&what, ""))
}

/// Carries out one of the deeds that a page offers, as its form was sent; `body` makes the command of the
/// fields. What is told of it, or why not: then the page is drawn again with what was typed.
pub async fn carry_out(
    visitor: &Visitor,
    address: &str,
    deeds: Vec<Deed>,
    (key, filled): (&str, &Filled),
    body: impl Fn(&str, &[Field]) -> Value,
) -> Result<String, Problem> {
    let offered = deeds.into_iter().find(|deed| deed.key == key);
    let Some(deed) = offered.filter(|deed| deed.is_meant_by(filled)) else {
        let before = answered_before(visitor, address, (key, filled), &body).await;
        let before = before.and_then(|reply| read::<Receipt>(&reply).ok());
        let words = visitor.t("此前已经办好", "it was done before");
        // It was done meanwhile, or this page never offered it: the page says where things stand.
        return before.map(|receipt| told(visitor, words, &receipt)).ok_or_else(Problem::done_meanwhile);
    };
    let (key, version) = (filled.one("key"), filled.one("version"));
    let sent = Sent { method: Method::POST, body: body(deed.command, &deed.fields), key, version };
    let reply = visitor.send(&format!("{address}/commands"), &sent).await?;
    Ok(told(visitor, &deed.title, &read(&reply)?))
}

/// What the API answers to a form whose deed is gone: the receipt of before, where the form was taken and its
/// answer was lost. At another version nothing else is done.
pub async fn answered_before(
    visitor: &Visitor,
    address: &str,
    (key, filled): (&str, &Filled),
    body: impl FnOnce(&str, &[Field]) -> Value,
) -> Option<Reply> {
    let fields = shape::asked_for(filled)?;
    let ((command, which), said) = (command_in(key), filled.one(NUMBER));
    let is_whole = !filled.one("key").is_empty() && !filled.one("version").is_empty();
    if !is_whole || (!which.is_empty() && !said.is_empty() && which != said) {
        return None;
    }
    let (key, version) = (filled.one("key"), filled.one("version"));
    let sent = Sent { method: Method::POST, body: body(command, &fields), key, version };
    visitor.send(&format!("{address}/commands"), &sent).await.ok()
}

/// What the deeds of a page are about: where it stands below the console, at which version.
pub struct Place {
    pub address: String,
    pub version: u64,
}

/// The deeds of a page; `tried` is the one that was sent and not done, with what was typed.
pub fn drawn(chrome: &Chrome, place: &Place, deeds: &[Deed], filled: &Filled, tried: &str) -> Markup {
    let now: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_none()).collect();
    let later: Vec<&Deed> = deeds.iter().filter(|deed| deed.refused.is_some()).collect();
    let is_there = now.iter().any(|deed| deed.key == tried && deed.is_meant_by(filled));
    let first = now.first().map_or("", |deed| deed.key.as_str());
    let (tried, is_gone) = if is_there { (tried, false) } else { ("", !tried.is_empty()) };
    let open = if is_there { tried } else { first };
    html! {
        @if is_gone { (left_over(chrome, filled)) }
        @if !deeds.is_empty() {
            section.card.no-print {
                h2 { (chrome.t("现在可以办理", "What can be done now")) }
                @if now.is_empty() { p.quiet { (chrome.t("当前岗位现在没有要办的。", "Nothing for this post now.")) } }
                @for deed in &now { (one(chrome, place, deed, filled, (tried, open))) }
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
}

/// What was typed for a deed that is gone, to be read and taken up again; no other deed's form takes it.
pub fn left_over(chrome: &Chrome, filled: &Filled) -> Markup {
    html! {
        section.card.no-print {
            h2 { (chrome.t("刚才填写的内容", "What you typed")) }
            p.quiet { (chrome.t("没有写入；需要时可以从这里复制。", "It was not written; copy it from here.")) }
            (typed(&chrome.world.catalogue, filled))
        }
    }
}

/// `tried` has what was typed; `open` stands open.
fn one(chrome: &Chrome, place: &Place, deed: &Deed, filled: &Filled, (tried, open): (&str, &str)) -> Markup {
    let nothing = Filled::default();
    let prefix = format!("{}-", deed.key);
    let form = Form {
        action: format!("{}/commands/{}", place.address, deed.key),
        fields: &deed.fields,
        button: &deed.title,
        version: place.version.to_string(),
        is_grave: deed.is_grave,
        prefix: &prefix,
    };
    html! {
        details.deed open[deed.key == open] name="deed" {
            summary { (deed.title) }
            div.inside {
                @if !deed.hint.is_empty() { span.hint lang=[language_of(&deed.hint)] { (deed.hint) } }
                (form.draw_with(chrome, if deed.key == tried { filled } else { &nothing }, &shape::carried(&deed.fields)))
            }
        }
    }
}
