//! The audit log (审计日志): searched by the auditor, changed by nobody, and whether it is whole.

use super::part;
use crate::console::ROOT;
use crate::console::fault::Fault;
use crate::console::form::{Field, Filled, Group, Takes, draw};
use crate::console::inside::with_query;
use crate::console::layout::show;
use crate::console::parts::{Tone, at, badge, heading, next_page, nothing, recorded, written};
use crate::console::visitor::{Chrome, Visitor};
use axum::extract::Query;
use axum::response::Response;
use chuishao_domain::account::audit::{Deed, Entry};
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    deed: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    check: bool,
}

#[derive(Deserialize)]
struct AuditPage {
    lines: Vec<Line>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct Line {
    number: u64,
    entry: Entry,
    term: String,
    digest: String,
}

#[derive(Deserialize)]
struct Check {
    lines: u64,
    whole: bool,
    faults: Vec<String>,
}

fn fields(chrome: &Chrome) -> Vec<Field> {
    let deeds = crate::console::form::keyed(chrome.language, &Deed::ALL, Deed::term);
    vec![
        Field::new("who", chrome.t("登录名", "Account"), Takes::Line).optional(),
        Field::new("deed", chrome.t("事件", "What"), Takes::One(Group::plain(deeds))).optional(),
        Field::new("from", chrome.t("起", "From"), Takes::Day).optional(),
        Field::new("until", chrome.t("止", "Until"), Takes::Day).optional(),
    ]
}

/// A day of this city as a moment.
fn moment_of(day: &str) -> String {
    if day.is_empty() { String::new() } else { format!("{day}T00:00:00+08:00") }
}

pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("审计日志", "Audit log");
    let (from, until) = (moment_of(&asked.from), moment_of(&asked.until));
    let pairs = [
        ("who", asked.who.as_str()),
        ("deed", &asked.deed),
        ("from", &from),
        ("until", &until),
        ("after", &asked.after),
    ];
    let log: AuditPage = visitor.get(&with_query("/v1/audit", &pairs)).await?;
    let check: Option<Check> = if asked.check { Some(visitor.get("/v1/audit/check").await?) } else { None };
    let own = [("who", asked.who.as_str()), ("deed", &asked.deed), ("from", &asked.from), ("until", &asked.until)];
    let filled = Filled(own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
    let next = log.next.map(|next| next.to_string());
    let body = html! {
        (heading(title, &html! { a.button.plain href={ (ROOT) "/audit?check=true" } { (visitor.t("核对是否完整", "Check that it is whole")) } }))
        @if let Some(check) = &check { (checked(chrome, check)) }
        form.filters method="get" action={ (ROOT) "/audit" } {
            @for field in fields(chrome) { (draw(visitor.language, &field, &filled, "")) }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
        @if log.lines.is_empty() { (nothing(visitor.t("没有记录。", "No lines."))) }
        @else { section.part { (table(chrome, &log.lines)) } }
        (next_page(chrome, "/audit", &own, next.as_deref()))
    };
    Ok(show(&visitor, title, &body))
}

fn checked(chrome: &Chrome, check: &Check) -> Markup {
    html! {
        @if check.whole { div.note.good role="status" { (chrome.t("完整：", "Whole: ")) (check.lines) " " (chrome.t("条，逐条相连，没有改动。", "lines, each linked to the one before.")) } }
        @else { div.note.bad role="alert" { (chrome.t("不完整：", "Not whole:")) ul { @for fault in &check.faults { li { (written(fault)) } } } } }
    }
}

fn table(chrome: &Chrome, lines: &[Line]) -> Markup {
    let label = chrome.t("审计日志", "Audit log");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table {
                thead { tr {
                    th.num scope="col" { (chrome.t("序号", "No.")) }
                    th scope="col" { (chrome.t("时刻", "When")) }
                    th scope="col" { (chrome.t("谁", "Who")) }
                    th scope="col" { (chrome.t("事件", "What")) }
                    th scope="col" { (chrome.t("对象", "Object")) }
                    th scope="col" { (chrome.t("来自", "From")) }
                    th scope="col" { (chrome.t("链值", "Chain")) }
                } }
                tbody {
                    @for line in lines {
                        tr {
                            td.num { (line.number) }
                            td { (at(line.entry.at)) }
                            td { (line.entry.who) div.quiet { (line.entry.post) } }
                            td { (badge(if line.entry.deed == Deed::Refused || line.entry.deed == Deed::SignInFailed { Tone::Bad } else { Tone::Plain }, &chrome.term(&line.term, &crate::console::language::key_of(&line.entry.deed)))) div.quiet { (recorded(&line.entry.words)) } }
                            td { code { (line.entry.object) } }
                            td { (line.entry.from) }
                            td { code { (line.digest.chars().take(10).collect::<String>()) } }
                        }
                    }
                }
            }
        }
    }
}

/// The newest lines on the first page.
pub async fn home_part(visitor: &Visitor) -> Result<Markup, Fault> {
    let log: AuditPage = visitor.get("/v1/audit?limit=8").await?;
    Ok(part(
        visitor.t("最近的记录", "The newest lines"),
        log.lines.len(),
        "/audit",
        visitor.t("查阅全部", "Search all"),
        &table(&visitor.chrome, &log.lines),
    ))
}
