//! What a revision asks for, when it acts and who submitted it (申请的权限、有效期、提交人), in the page's
//! language: the domain's own Chinese sentences, or its keys in English words.

use crate::console::language::{Language, in_words, key_of};
use crate::console::layout::role_words;
use crate::console::parts::{Tone, badge, facts, territory_name, written};
use crate::console::visitor::Chrome;
use chuishao_domain::account::role::Role;
use chuishao_domain::plugin::request::lines;
use chuishao_domain::plugin::rollout::actor::Officer;
use chuishao_domain::plugin::rollout::revision::{Effective, Revision, Standing};
use chuishao_domain::rule::manifest::{FactQuery, Manifest};
use maud::{Markup, html};

/// The days on which a revision acts.
pub fn in_force(chrome: &Chrome, effective: &Effective) -> String {
    match (chrome.language, effective.from, effective.until) {
        (Language::Chinese, ..) => effective.words(),
        (Language::English, None, None) => "Always".to_owned(),
        (Language::English, Some(from), None) => format!("from {from}"),
        (Language::English, None, Some(until)) => format!("until {until}"),
        (Language::English, Some(from), Some(until)) => format!("{from} to {until}"),
    }
}

/// Who submitted it.
pub fn officer(chrome: &Chrome, officer: &Officer) -> Markup {
    let role = |role: Role| role_words(chrome.language, role);
    match (chrome.language, officer) {
        (Language::Chinese, officer) => html! { (officer.words(&chrome.world.catalogue)) },
        (Language::English, Officer::County { territory, number }) => {
            html! { (role(Role::CountyOps)) " " (number) " " (written(territory_name(chrome, territory))) }
        }
        (Language::English, Officer::City { number }) => html! { (role(Role::CityOps)) " " (number) },
        (Language::English, Officer::Host) => html! { "The host, by itself" },
    }
}

/// What a manifest asks for, line by line.
pub fn asked(chrome: &Chrome, manifest: &Manifest) -> Markup {
    let asked: Vec<(String, Markup)> = match chrome.language {
        Language::Chinese => lines(manifest).into_iter().map(|line| (line.about, written(&line.asked))).collect(),
        Language::English => in_english(manifest),
    };
    let asked: Vec<(&str, Markup)> = asked.iter().map(|(about, asked)| (about.as_str(), asked.clone())).collect();
    facts(&asked)
}

/// What a revision asks for, and whether some of it is new.
pub fn permissions(chrome: &Chrome, revision: &Revision) -> Markup {
    html! {
        section.card {
            h2 { (chrome.t("申请的权限", "What it asks for")) }
            @if !revision.asks.is_empty() && revision.standing == Standing::Submitted { p { (badge(Tone::Warn, chrome.t("其中有新的申请", "some of it is new"))) } }
            (asked(chrome, &revision.package.manifest))
        }
    }
}

fn in_english(manifest: &Manifest) -> Vec<(String, Markup)> {
    let line = |about: &str, words: String| (about.to_owned(), html! { (words) });
    let mut lines = vec![
        line("About", matters(manifest)),
        line("Listens to", joined(manifest.listens.iter().map(|kind| kind.as_str()))),
        line("May ask for", joined(manifest.effects.iter().map(|kind| kind.as_str()))),
        line("Reads", joined(manifest.reads.iter().map(|field| field.as_str()))),
    ];
    lines.extend(manifest.facts.iter().map(|fact| line("Figure", figure(fact))));
    lines.extend(manifest.modes.iter().map(|mode| ("Mode".to_owned(), written(mode))));
    lines.extend(manifest.review_reads.iter().map(|part| line("Reads in reviews", in_words(part.as_str()))));
    lines.extend(manifest.fields.values().map(|field| {
        let personal = if field.personal { " (personal: a rule knows only whether it is filled in)" } else { "" };
        let words = html! { (written(&field.title)) ", " (in_words(&key_of(&field.kind))) (personal) };
        ("Extra field".to_owned(), words)
    }));
    lines
}

fn joined<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    let joined = keys.map(in_words).collect::<Vec<_>>().join(", ");
    if joined.is_empty() { "Nothing".to_owned() } else { joined }
}

fn matters(manifest: &Manifest) -> String {
    let scope = &manifest.scope;
    let mut parts = Vec::new();
    if !scope.categories.is_empty() {
        let codes: Vec<&str> = scope.categories.iter().map(String::as_str).collect();
        parts.push(format!("categories {}", codes.join(", ")));
    }
    if let Some(setting) = &scope.categories_setting {
        parts.push(format!("the categories of the setting {setting}"));
    }
    if !scope.matter_kinds.is_empty() {
        let kinds: Vec<String> = scope.matter_kinds.iter().map(key_of).collect();
        parts.push(format!("kinds {}", joined(kinds.iter().map(String::as_str))));
    }
    if parts.is_empty() { "All matters".to_owned() } else { parts.join("; ") }
}

/// How many there were within so many days.
fn figure(fact: &FactQuery) -> String {
    let same = joined(fact.same.iter().map(key_of).collect::<Vec<_>>().iter().map(String::as_str));
    let kind = fact.matter_kind.map_or_else(|| "all kinds".to_owned(), |kind| in_words(&key_of(&kind)));
    format!("Tickets within {} days with the same: {same}; {kind}; counted up to {}", fact.days, fact.at_most)
}
