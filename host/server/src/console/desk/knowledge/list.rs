//! The knowledge base as lists (知识库): found by words, what is published, and the queues of what is
//! written, waits for approval or was taken out.

use super::deeds::waits;
use super::draft::owner;
use super::entry::standing;
use crate::console::ROOT;
use crate::console::fault::Fault;
use crate::console::inside::with_query;
use crate::console::layout::show;
use crate::console::parts::{heading, next_page, nothing, tabs, unit, written};
use crate::console::visitor::{Chrome, Visitor};
use axum::extract::Query;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::knowledge::content::Content;
use chuishao_domain::knowledge::entry::Entry;
use maud::{Markup, html};
use serde::Deserialize;

/// Characters of an answer that a list shows.
const SHORT: usize = 140;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    list: String,
    #[serde(default)]
    after: String,
}

#[derive(Deserialize)]
struct Found {
    id: String,
    owner_name: String,
    content: Content,
}

#[derive(Deserialize)]
struct FoundList {
    entries: Vec<Found>,
}

#[derive(Deserialize)]
struct Listed {
    entries: Vec<Entry>,
    next: Option<String>,
}

/// A list: as its address names it, its name, and how the API is asked.
struct List {
    key: &'static str,
    words: (&'static str, &'static str),
    asks: (&'static str, String),
}

/// The lists of whoever is looking; a department's own come second.
fn lists(chrome: &Chrome) -> Vec<List> {
    let list = |key, words, name, value: &str| List { key, words, asks: (name, value.to_owned()) };
    let mut lists = vec![list("published", ("已发布", "Published"), "standing", "published")];
    if let Some(owner) = owner(chrome) {
        lists.push(list("own", ("本部门的", "Our own"), "owner", owner.as_str()));
    }
    lists.extend([
        list("submitted", ("待审核", "Submitted"), "stage", "submitted"),
        list("approved", ("待发布", "Approved"), "stage", "approved"),
        list("returned", ("已退回", "Returned"), "stage", "returned"),
        list("draft", ("草稿", "Drafts"), "stage", "draft"),
        list("withdrawn", ("已下架", "Withdrawn"), "standing", "withdrawn"),
        list("expired", ("已失效", "Expired"), "standing", "expired"),
    ]);
    lists
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("知识库", "Knowledge");
    let lists = lists(chrome);
    let chosen = lists.iter().find(|list| list.key == asked.list).or(lists.first());
    let list = match chosen.filter(|_| asked.q.is_empty()) {
        Some(list) => listed(&visitor, list, &asked.after).await?,
        None => found(&visitor, &asked.q).await?,
    };
    let here = |list: &List| asked.q.is_empty() && chosen.is_some_and(|chosen| chosen.key == list.key);
    let address = |list: &List| with_query(&format!("{ROOT}/knowledge"), &[("list", list.key)]);
    let lines: Vec<(String, String, bool)> = lists
        .iter()
        .map(|list| (address(list), visitor.t(list.words.0, list.words.1).to_owned(), here(list)))
        .collect();
    let body = html! {
        (heading(title, &html! {
            @if owner(chrome).is_some() { a.button href={ (ROOT) "/knowledge/new" } { (visitor.t("起草", "Draft an entry")) } }
        }))
        form.filters role="search" method="get" action={ (ROOT) "/knowledge" } {
            div.field { label for="q" { (visitor.t("查找口径", "Search")) } input #q type="search" name="q" value=(asked.q) placeholder=(visitor.t("例如 供热费怎么交", "Chinese words")); }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
        (tabs(title, &lines))
        (list)
    };
    Ok(show(&visitor, title, &body))
}

async fn found(visitor: &Visitor, q: &str) -> Result<Markup, Fault> {
    let found: FoundList = visitor.get(&with_query("/v1/knowledge", &[("q", q)])).await?;
    Ok(html! {
        @if found.entries.is_empty() { (nothing(visitor.t("没有找到，请换个说法。", "Nothing found; try other words."))) }
        @for entry in &found.entries { (line(&entry.id, &entry.content, &html! { (written(&entry.owner_name)) })) }
    })
}

async fn asked_for(visitor: &Visitor, list: &List, after: &str) -> Result<Listed, Fault> {
    let (name, value) = &list.asks;
    visitor.get(&with_query("/v1/knowledge", &[(name, value), ("after", after)])).await
}

async fn listed(visitor: &Visitor, list: &List, after: &str) -> Result<Markup, Fault> {
    let chrome = &*visitor.chrome;
    let Listed { entries, next } = asked_for(visitor, list, after).await?;
    Ok(html! {
        @if entries.is_empty() { (nothing(visitor.t("没有条目。", "No entries."))) }
        @for entry in &entries { (entry_line(chrome, entry)) }
        (next_page(chrome, "/knowledge", &[("list", list.key)], next.as_deref()))
    })
}

/// What is worked on, and otherwise what is published.
fn entry_line(chrome: &Chrome, entry: &Entry) -> Markup {
    let draft = entry.draft.as_ref().map(|draft| &draft.content);
    let content = draft.or(entry.answer.as_ref().map(|answer| &answer.content));
    html! {
        @if let Some(content) = content {
            (line(entry.id.as_str(), content, &html! { (unit(chrome, &entry.owner)) " " (standing(chrome, entry)) }))
        }
    }
}

fn line(id: &str, content: &Content, quiet: &Markup) -> Markup {
    let short: String = content.answer.chars().take(SHORT).collect();
    html! {
        section.card {
            h3 { a href={ (ROOT) "/knowledge/" (id) } { (written(&content.question)) } }
            p { (written(&short)) @if content.answer.chars().count() > SHORT { "…" } }
            p.quiet { span.number { (id) } " · " (quiet) }
        }
    }
}

/// The entries that wait for this post, for the first page.
pub async fn home_part(visitor: &Visitor) -> Result<Option<Markup>, Fault> {
    let chrome = &*visitor.chrome;
    if !chrome.may(Action::WriteKnowledge) {
        return Ok(None);
    }
    let own = owner(chrome).is_some();
    // Units of a county write nothing.
    if !own && chrome.acting.as_ref().is_some_and(|acting| acting.post.unit().is_some()) {
        return Ok(None);
    }
    let is_asked = |list: &&List| if own { list.key == "own" } else { matches!(list.key, "submitted" | "approved") };
    let mut waiting: Vec<Entry> = Vec::new();
    for list in lists(chrome).iter().filter(is_asked) {
        waiting.extend(asked_for(visitor, list, "").await?.entries.into_iter().filter(|entry| waits(chrome, entry)));
    }
    Ok((!waiting.is_empty()).then(|| {
        html! {
            section.part {
                h2 { (visitor.t("等候办理的知识条目", "Entries that wait")) " " span.count { (waiting.len()) } }
                @for entry in &waiting { (entry_line(chrome, entry)) }
                p { a href={ (ROOT) "/knowledge" } { (visitor.t("查看全部", "See all")) } }
            }
        }
    }))
}
