//! What pages are made of (部件): badges, moments and deadlines in words, lists with their next page.

use super::ROOT;
use super::inside::with_query;
use super::language::{Language, key_of, language_of};
use super::visitor::Chrome;
use crate::timeline::{InEnglish, Line};
use chuishao_domain::ids::{CategoryCode, TerritoryId, UnitId};
use chuishao_domain::narrate::{self, moment};
use chuishao_domain::rule::effect::Effect;
use chuishao_domain::sentence::{Part, Sentence, Text};
use chuishao_domain::status::Status;
use chuishao_domain::ticket::{Ticket, Urgency};
use jiff::Timestamp;
use maud::{Markup, html};

/// How a badge looks; its words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warn,
    Bad,
    Busy,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "badge",
            Self::Good => "badge good",
            Self::Warn => "badge warn",
            Self::Bad => "badge bad",
            Self::Busy => "badge busy",
        }
    }
}

/// A short state.
pub fn badge(tone: Tone, words: &str) -> Markup {
    html! { span class=(tone.class()) lang=[language_of(words)] { (words) } }
}

/// Text as somebody or something in the city wrote it, which is Chinese whatever the page is.
pub fn written(words: &str) -> Markup {
    html! { span lang="zh-CN" { (words) } }
}

/// A sentence that was recorded in words, which are Chinese whatever the page is.
pub fn recorded(words: &str) -> Markup {
    html! { span.recorded lang="zh-CN" { (words) } }
}

/// A text whose parts are told apart: what is Chinese in it is marked.
pub fn text(text: &Text) -> Markup {
    html! {
        @for part in text.parts() {
            @match part { Part::Own(own) => (own), Part::Data { data } => span lang=[language_of(data)] { (data) } }
        }
    }
}

/// A sentence of the system's own in the page's language.
pub fn sentence(language: Language, chinese: &str, english: &Text) -> Markup {
    match language {
        Language::Chinese => html! { (chinese) },
        Language::English => text(english),
    }
}

/// The same where both are at hand.
pub fn said(chrome: &Chrome, words: &Sentence) -> Markup {
    sentence(chrome.language, &words.chinese, &words.english)
}

/// What a rule asked for.
pub fn proposed(chrome: &Chrome, effect: &Effect) -> Markup {
    said(chrome, &narrate::proposed(effect, &chrome.world))
}

/// A line of a history: what happened, by whom, and why, when a rule did it.
pub fn told(chrome: &Chrome, (who, what): (&str, &str), english: &InEnglish, why: Option<&str>) -> Markup {
    html! {
        div.what {
            div { (sentence(chrome.language, what, &english.what)) }
            div.by { (sentence(chrome.language, who, &english.who)) }
            @if let Some(why) = why { div.by { (chrome.t("理由：", "Because: ")) (written(why)) } }
        }
    }
}

/// A history, the oldest first.
pub fn timeline(chrome: &Chrome, lines: &[Line]) -> Markup {
    html! {
        ol.timeline {
            @for line in lines {
                li { div.when { (at(line.at)) } (told(chrome, (&line.who, &line.what), &line.english, line.why.as_deref())) }
            }
        }
    }
}

/// A moment to be read by people and machines.
pub fn at(when: Timestamp) -> Markup {
    html! { time datetime=(when) { (moment(when)) } }
}

/// A length of time in its two largest units.
pub fn length(language: Language, seconds: i64) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let (days, hours, left) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (language, days, hours) {
        (Language::Chinese, 0, 0) => format!("{left} 分钟"),
        (Language::Chinese, 0, _) => format!("{hours} 小时 {left} 分"),
        (Language::Chinese, ..) => format!("{days} 天 {hours} 小时"),
        (Language::English, 0, 0) => format!("{left} min"),
        (Language::English, 0, _) => format!("{hours} h {left} min"),
        (Language::English, ..) => format!("{days} d {hours} h"),
    }
}

/// When something is due, in colour and in words.
pub fn due(chrome: &Chrome, due_at: Option<Timestamp>, warned: bool) -> Markup {
    let Some(due_at) = due_at else {
        return badge(Tone::Warn, chrome.t("期限待定：缺放假安排", "Not known: no holiday notice"));
    };
    let left = due_at.duration_since(chrome.now).as_secs();
    let far = length(chrome.language, left);
    let (tone, words) = match left {
        ..0 => (Tone::Bad, format!("{} {far}", chrome.t("已超期", "Overdue"))),
        _ if warned || left < 4 * 3600 => (Tone::Warn, format!("{} {far}", chrome.t("即将到期，剩", "Due soon, in"))),
        _ => (Tone::Plain, format!("{} {far}", chrome.t("剩", "In"))),
    };
    html! { span.due { (badge(tone, &words)) " " span.quiet { (at(due_at)) } } }
}

/// When a ticket is due next.
pub fn ticket_due(chrome: &Chrome, ticket: &Ticket) -> Markup {
    if ticket.status().is_ended() {
        return html! { span.quiet { "—" } };
    }
    due(chrome, ticket.due_at(), ticket.deadlines.iter().any(|deadline| deadline.warned && !deadline.met))
}

/// Where a ticket stands.
pub fn status(chrome: &Chrome, status: Status) -> Markup {
    let tone = match status {
        Status::Registered | Status::Accepted | Status::InReview | Status::AwaitingFollowUp => Tone::Busy,
        Status::LiabilityCase | Status::Declined => Tone::Warn,
        Status::ClosedOut | Status::Archived => Tone::Good,
        Status::Merged | Status::Referred | Status::Handling | Status::PassedOn => Tone::Plain,
    };
    badge(tone, &chrome.term(status.term(), &key_of(&status)))
}

/// How urgent a ticket is, where it is more than usual.
pub fn urgency(chrome: &Chrome, urgency: Urgency) -> Markup {
    match urgency {
        Urgency::Ordinary => html! {},
        Urgency::Urgent | Urgency::Critical => badge(Tone::Bad, &chrome.term(urgency.term(), &key_of(&urgency))),
    }
}

/// A unit's name.
pub fn unit(chrome: &Chrome, id: &UnitId) -> Markup {
    written(chrome.world.catalogue.unit_name(id))
}

/// A category's name.
pub fn category(chrome: &Chrome, code: &CategoryCode) -> Markup {
    written(chrome.world.catalogue.category_name(code))
}

/// A territory's name.
pub fn territory_name<'a>(chrome: &'a Chrome, id: &'a TerritoryId) -> &'a str {
    chrome.world.catalogue.territory(id).map_or(id.as_str(), |territory| &territory.name)
}

/// A table of tickets.
pub fn tickets<'a>(chrome: &Chrome, caption: &str, rows: impl IntoIterator<Item = Row<'a>>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.list data-rows {
                caption.out-of-sight { (caption) }
                thead {
                    tr {
                        th scope="col" { (chrome.t("工单", "Ticket")) }
                        th scope="col" { (chrome.t("属地和分类", "Place and category")) }
                        th scope="col" { (chrome.t("状态", "State")) }
                        th scope="col" { (chrome.t("主办单位", "Lead unit")) }
                        th scope="col" { (chrome.t("时限", "Due")) }
                    }
                }
                tbody { @for row in rows { (ticket_row(chrome, &row)) } }
            }
        }
    }
}

/// What is to be done about a ticket, and by when.
pub type ToDo = (String, Option<Timestamp>);

/// A ticket, and what is to be done about it where that is known.
pub struct Row<'a> {
    pub ticket: &'a Ticket,
    pub to_do: Option<ToDo>,
}

impl<'a> From<&'a Ticket> for Row<'a> {
    fn from(ticket: &'a Ticket) -> Self {
        Self { ticket, to_do: None }
    }
}

fn ticket_row(chrome: &Chrome, row: &Row<'_>) -> Markup {
    let ticket = row.ticket;
    html! {
        tr {
            td.main-cell {
                a href={ (ROOT) "/tickets/" (ticket.id) } { (written(&ticket.intake.title)) }
                " " (urgency(chrome, ticket.urgency))
                @if ticket.intake.confidential { " " (badge(Tone::Warn, chrome.t("保密", "Confidential"))) }
                div.quiet.number { (ticket.id) }
            }
            td { (written(&place_words(chrome, ticket))) div.quiet { (category(chrome, &ticket.intake.category)) } }
            td {
                (status(chrome, ticket.status()))
                @if let Some((what, _)) = &row.to_do { div.to-do { (what) } }
            }
            td { @match ticket.lead_unit() { Some(id) => (unit(chrome, id)), None => { span.quiet { "—" } } } }
            td {
                @match &row.to_do {
                    Some((_, due_at)) => (due(chrome, *due_at, false)),
                    None => (ticket_due(chrome, ticket)),
                }
            }
        }
    }
}

/// Where a matter is: territory, street, estate, building.
pub fn place_words(chrome: &Chrome, ticket: &Ticket) -> String {
    let place = &ticket.intake.place;
    let parts = [territory_name(chrome, &place.territory), &place.street, &place.estate, &place.building];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Where the list goes on.
pub fn next_page(chrome: &Chrome, path: &str, pairs: &[(&str, &str)], next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next {
            @let pairs: Vec<(&str, &str)> = pairs.iter().copied().chain([("after", next)]).collect();
            p.pager { a.button.plain rel="next" href=(with_query(&format!("{ROOT}{path}"), &pairs)) { (chrome.t("下一页", "Next page")) } }
        }
    }
}

/// The same for a list that shares its page with another: what it goes on behind has a name of its own.
pub fn next_page_as(chrome: &Chrome, name: &str, path: &str, next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next {
            p.pager { a.button.plain rel="next" href=(with_query(&format!("{ROOT}{path}"), &[(name, next)])) { (chrome.t("更早的", "Earlier ones")) } }
        }
    }
}

/// That there is nothing, and what that means.
pub fn nothing(words: &str) -> Markup {
    html! { p.nothing { (words) } }
}

/// A name and its value, line by line.
pub fn facts(lines: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (name, value) in lines { div { dt lang=[language_of(name)] { (name) } dd { (value) } } } } }
}

/// The heading of a page with what can be done there.
pub fn heading(title: &str, actions: &Markup) -> Markup {
    html! { div.heading { h1 lang=[language_of(title)] { (title) } div.actions { (actions) } } }
}

/// Tabs as links.
pub fn tabs(label: &str, lines: &[(String, String, bool)]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for (address, words, here) in lines { a href=(address) aria-current=[here.then_some("page")] { (words) } }
        }
    }
}
