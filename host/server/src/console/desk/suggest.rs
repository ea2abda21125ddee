//! What helps while a call is taken (接听建议): likely categories, tickets that may be the same matter,
//! answers of the knowledge base, and what local rules would ask for.

use crate::console::ROOT;
use crate::console::form::Filled;
use crate::console::inside::with_query;
use crate::console::language::key_of;
use crate::console::parts::{Tone, at, badge, sentence, written};
use crate::console::visitor::{Chrome, Visitor};
use chuishao_domain::account::action::Action;
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::sentence::Text;
use chuishao_domain::status::Status;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What is asked with: the matter's first words tell what it is about.
const MOST_BODY_CHARS: usize = 600;

/// Categories that are offered.
const MOST_CATEGORIES: usize = 5;

#[derive(Deserialize)]
struct Asks {
    asks: Vec<Asking>,
}

#[derive(Deserialize)]
struct Asking {
    title: String,
    version: String,
    what: String,
    english: Text,
    reason: String,
    category: Option<CategoryCode>,
    refused: Option<Refusal>,
}

#[derive(Deserialize)]
struct Alikes {
    suggestions: Vec<Alike>,
}

#[derive(Deserialize)]
struct Alike {
    ticket: String,
    title: String,
    received_at: Timestamp,
    state: String,
    explanation: String,
    english: String,
}

#[derive(Deserialize)]
struct Entries {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    owner_name: String,
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    question: String,
    answer: String,
}

/// Before anything was typed.
pub fn nothing_yet(chrome: &Chrome) -> Markup {
    html! {
        section {
            h2 { (chrome.t("接听建议", "Suggestions")) }
            p.quiet {
                (chrome.t("边填边出现：可能的分类、可能重复的工单、知识库口径、本地规则会要求什么。", "They appear as you type: likely categories, possible duplicates, answers of the knowledge base, what local rules would ask for."))
            }
        }
    }
}

/// All that can be said so far.
pub async fn drawn(visitor: &Visitor, filled: &Filled) -> Markup {
    let title = filled.one("title").trim();
    let body: String = filled.one("body").trim().chars().take(MOST_BODY_CHARS).collect();
    let (category, territory) = (filled.one("category"), filled.one("place.territory"));
    if title.is_empty() && body.is_empty() && category.is_empty() {
        return nothing_yet(&visitor.chrome);
    }
    let mut place: Vec<(&str, &str)> = ["street", "estate", "building"]
        .into_iter()
        .map(|name| (name, filled.one(&format!("place.{name}")).trim()))
        .collect();
    place.extend([("category", category), ("territory", territory), ("title", title), ("body", &body)]);
    let is_placed = !category.is_empty() && !territory.is_empty();
    let asks = if is_placed && !title.is_empty() && !body.is_empty() && visitor.may(Action::RegisterTickets) {
        let mut pairs = place.clone();
        pairs.extend([("matter_kind", filled.one("matter_kind")), ("caller_kind", filled.one("caller_kind"))]);
        let confidential = if filled.one("confidential") == "true" { "true" } else { "" };
        pairs.push(("confidential", confidential));
        visitor
            .try_get::<Asks>(&with_query("/v1/tickets/advice", &pairs))
            .await
            .map(|found| found.asks)
            .unwrap_or_default()
    } else {
        vec![]
    };
    let alikes = if is_placed && visitor.may(Action::SeekDuplicates) {
        let found = visitor.try_get::<Alikes>(&with_query("/v1/tickets/duplicates", &place)).await;
        found.map(|found| found.suggestions).unwrap_or_default()
    } else {
        vec![]
    };
    let pairs = [("title", title), ("category", category), ("body", body.as_str()), ("territory", territory)];
    let entries = if visitor.may(Action::ReadKnowledge) {
        let found = visitor.try_get::<Entries>(&with_query("/v1/knowledge/suggestions", &pairs)).await;
        found.map(|found| found.entries).unwrap_or_default()
    } else {
        vec![]
    };
    let chrome = &*visitor.chrome;
    let likely = categories(chrome, &format!("{title} {body}"), &asks, category);
    html! {
        (category_part(chrome, &likely))
        (alike_part(chrome, &alikes, is_placed))
        (entry_part(chrome, &entries))
        (asking_part(chrome, &asks, is_placed))
    }
}

/// What rules suggest first, then categories whose names share most with what was written.
fn categories(chrome: &Chrome, text: &str, asks: &[Asking], chosen: &str) -> Vec<(CategoryCode, String)> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        chars.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let said = pairs(text);
    let mut scored: Vec<(usize, CategoryCode, String)> = chrome
        .world
        .catalogue
        .categories()
        .map(|category| {
            (pairs(&category.name).intersection(&said).count(), category.code.clone(), category.name.clone())
        })
        .filter(|(score, code, _)| *score > 0 && code.as_str() != chosen)
        .collect();
    scored.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    let asked = asks.iter().filter(|ask| ask.refused.is_none()).filter_map(|ask| ask.category.clone());
    let asked = asked.filter(|code| code.as_str() != chosen);
    let mut likely: Vec<(CategoryCode, String)> =
        asked.map(|code| (code.clone(), chrome.world.catalogue.category_name(&code).to_owned())).collect();
    for (_, code, name) in scored {
        if likely.len() < MOST_CATEGORIES && likely.iter().all(|(other, _)| *other != code) {
            likely.push((code, name));
        }
    }
    likely
}

fn category_part(chrome: &Chrome, likely: &[(CategoryCode, String)]) -> Markup {
    html! {
        @if !likely.is_empty() {
            section {
                h2 { (chrome.t("可能的分类", "Likely categories")) }
                div.chips {
                    @for (code, name) in likely {
                        button type="button" data-field="category" data-value=(code) lang="zh-CN" { (name) }
                    }
                }
            }
        }
    }
}

fn alike_part(chrome: &Chrome, alikes: &[Alike], is_placed: bool) -> Markup {
    html! {
        section {
            h2 { (chrome.t("可能重复的工单", "Possible duplicates")) }
            @if !is_placed { p.quiet { (chrome.t("选好分类和区县后查找。", "Choose category and territory first.")) } }
            @else if alikes.is_empty() { p.quiet { (chrome.t("没有找到。", "None found.")) } }
            @else {
                ul {
                    @for alike in alikes {
                        li {
                            a href={ (ROOT) "/tickets/" (alike.ticket) } { (written(&alike.title)) }
                            div.quiet { (at(alike.received_at)) " · " (state(chrome, &alike.state)) " · " (chrome.t(&alike.explanation, &alike.english)) }
                        }
                    }
                }
            }
        }
    }
}

/// Where a ticket stands; the suggestion names it by its Chinese term.
fn state(chrome: &Chrome, term: &str) -> String {
    let status = Status::ALL.iter().find(|status| status.term() == term);
    status.map_or_else(|| term.to_owned(), |status| chrome.term(term, &key_of(status)))
}

fn entry_part(chrome: &Chrome, entries: &[Entry]) -> Markup {
    html! {
        @if !entries.is_empty() {
            section {
                h2 { (chrome.t("知识库口径", "Knowledge base")) }
                ul {
                    @for entry in entries {
                        li {
                            a href={ (ROOT) "/knowledge/" (entry.id) } { (written(&entry.content.question)) }
                            div { (written(&entry.content.answer.chars().take(160).collect::<String>())) }
                            div.quiet { (written(&entry.owner_name)) }
                        }
                    }
                }
            }
        }
    }
}

fn asking_part(chrome: &Chrome, asks: &[Asking], is_placed: bool) -> Markup {
    html! {
        section {
            h2 { (chrome.t("本地规则会要求", "Local rules would ask for")) }
            @if !is_placed { p.quiet { (chrome.t("填好标题、内容、分类和区县后询问。", "Fill in title, text, category and territory first.")) } }
            @else if asks.is_empty() { p.quiet { (chrome.t("没有要求。", "Nothing.")) } }
            @else {
                // One reason often stands for several things.
                @for same in asks.chunk_by(|one, other| (&one.title, &one.reason) == (&other.title, &other.reason)) {
                    @if let Some(first) = same.first() {
                        ul {
                            @for ask in same {
                                li {
                                    (sentence(chrome.language, &ask.what, &ask.english))
                                    @if let Some(refused) = &ask.refused {
                                        " " (badge(Tone::Bad, chrome.t("不会采纳", "would be refused")))
                                        div.rail { (chrome.t(&refused.to_string(), &refused.english)) }
                                    }
                                }
                            }
                        }
                        p.quiet { (chrome.t("规则", "Rule")) " " (written(&first.title)) " " (first.version) (chrome.t("：", ": ")) (written(&first.reason)) }
                    }
                }
            }
        }
    }
}
