//! Local reviews (本地研判): what local rules made of their territory's figures, every morning and month.

use super::filters;
use crate::console::fault::Fault;
use crate::console::form::{Field, Filled, Group, Takes};
use crate::console::inside::with_query;
use crate::console::layout::show;
use crate::console::parts::{heading, next_page, nothing, sentence, written};
use crate::console::visitor::{Chrome, Visitor};
use axum::extract::Query;
use axum::response::Response;
use chuishao_domain::account::role::Role;
use chuishao_domain::rule::review::ReviewKind;
use chuishao_domain::sentence::Text;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    territory: String,
    #[serde(default)]
    after: String,
}

#[derive(Deserialize)]
struct Page {
    reviews: Vec<Review>,
    next: Option<String>,
}

/// A review as a person reads it.
#[derive(Deserialize)]
pub struct Review {
    title: String,
    kind: String,
    period: String,
    held_at: String,
    happened: Vec<Happened>,
    sections: Vec<Section>,
    refused: Vec<String>,
    failure: Option<String>,
    english: InEnglish,
}

#[derive(Deserialize)]
struct InEnglish {
    refused: Vec<String>,
    failure: Option<Text>,
}

#[derive(Deserialize)]
struct Happened {
    what: String,
    english: Text,
    reason: String,
}

#[derive(Deserialize)]
struct Section {
    heading: String,
    paragraphs: Vec<String>,
}

impl Review {
    /// Its card, with what else there is to say of it.
    pub fn draw(&self, chrome: &Chrome, more: &Markup) -> Markup {
        // The API names its kind by the Chinese term.
        let kind = ReviewKind::ALL.iter().map(|kind| kind.event_kind()).find(|kind| kind.term() == self.kind);
        let kind = kind.map_or_else(|| self.kind.clone(), |kind| chrome.term(kind.term(), kind.as_str()));
        let period = self.period.replacen('至', chrome.t("至", "to"), 1);
        html! {
            section.card {
                h2 { (written(&self.title)) " " span.count { (kind) " · " (period) } }
                p.quiet { (self.held_at) }
                @if let (Some(failure), Some(english)) = (&self.failure, &self.english.failure) { p.rail { (sentence(chrome.language, failure, english)) } }
                @for section in &self.sections { h3 { (written(&section.heading)) } @for paragraph in &section.paragraphs { p lang="zh-CN" { (paragraph) } } }
                @for one in &self.happened { p { (sentence(chrome.language, &one.what, &one.english)) br; span.quiet { (chrome.t("理由：", "Because: ")) (written(&one.reason)) } } }
                @for (refused, english) in self.refused.iter().zip(&self.english.refused) { p.rail { (chrome.t(refused, english)) } }
                (more)
            }
        }
    }
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let title = visitor.t("本地研判", "Local reviews");
    let catalogue = &visitor.world.catalogue;
    let acting = visitor.acting.as_ref();
    let own =
        acting.filter(|acting| acting.post.role == Role::UnitClerk).and_then(|acting| acting.post.territory(catalogue));
    let all = catalogue.territories().filter(|one| own.as_ref().is_none_or(|own| *own == one.id));
    let all: Vec<(String, String)> = all.map(|one| (one.id.to_string(), one.name.clone())).collect();
    let first = all.first().map(|one| one.0.clone()).unwrap_or_default();
    let territory = if asked.territory.is_empty() { first } else { asked.territory };
    let page: Page =
        visitor.get(&with_query("/v1/reviews", &[("territory", &territory), ("after", &asked.after)])).await?;
    let fields = [Field::new("territory", visitor.t("区县", "Territory"), Takes::One(Group::plain(all)))];
    let filled = Filled(vec![("territory".into(), territory.clone())]);
    let body = html! {
        (heading(title, &html! {}))
        (filters(visitor.language, "/reviews", &fields, &filled, visitor.t("查看", "Show")))
        @if page.reviews.is_empty() { (nothing(visitor.t("还没有研判。", "No reviews yet."))) }
        @for review in &page.reviews { (review.draw(&visitor.chrome, &html! {})) }
        (next_page(&visitor.chrome, "/reviews", &[("territory", &territory)], page.next.as_deref()))
    };
    Ok(show(&visitor, title, &body))
}
