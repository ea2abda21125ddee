//! Editions of the catalogue (职责清单各版): which is in force by whose paper, and a new one from its tables, which
//! are handed out to begin from.

use super::{Receipt, changes};
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Takes, draw, fresh_key};
use crate::console::inside::part;
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, badge, facts, heading, written};
use crate::console::stamp::stamp;
use crate::console::upload::{File, uploaded};
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::{Multipart, Path};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use chuishao_domain::account::action::Action;
use chuishao_domain::catalogue::{SHIPPED, TableName};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Before the name of a table in the form that takes it.
const TABLE: &str = "table.";

#[derive(Deserialize)]
struct Editions {
    editions: Vec<Edition>,
}

#[derive(Deserialize)]
struct Edition {
    effective_from: Date,
    document: String,
    in_force: bool,
    imported_by: Option<String>,
}

/// Who decided an edition: a paper, which is called as it is called.
fn paper(chrome: &Chrome, document: &str) -> Markup {
    if document == SHIPPED {
        html! { (chrome.t(SHIPPED, "Shipped with the program")) }
    } else {
        written(document)
    }
}

/// By which paper the catalogue is as it is. Reading it is what these pages need a right for.
pub async fn card(visitor: &Visitor) -> Result<Markup, Fault> {
    let Editions { editions } = visitor.get("/v1/catalogue/editions").await?;
    Ok(html! {
        section.card {
            h2 { (visitor.t("职责清单各版", "Editions of the catalogue")) }
            @for edition in &editions {
                p {
                    (edition.effective_from) " " (paper(&visitor.chrome, &edition.document)) " "
                    @if edition.in_force { (badge(Tone::Good, visitor.t("现行", "in force"))) }
                    @if let Some(by) = &edition.imported_by { " " span.quiet { (written(by)) } }
                }
            }
            @if visitor.may(Action::ImportReference) {
                p { a href={ (ROOT) "/catalogue" } { (visitor.t("导入新版，先看差异再确认", "Import a new edition: what changes is shown first")) } }
            }
        }
    })
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    drawn(&visitor, &Filled::default(), &html! {}).await
}

fn fields(chrome: &Chrome) -> [Field; 2] {
    let hint = chrome.t("例如 潍政办字〔2026〕3号", "The paper's number");
    [
        Field::new("from", chrome.t("生效日期", "In force from"), Takes::Day),
        Field { most_chars: 60, ..Field::new("document", chrome.t("依据文件", "By which paper"), Takes::Line) }
            .hint(hint),
    ]
}

async fn drawn(visitor: &Visitor, filled: &Filled, told: &Markup) -> Result<Response, Fault> {
    let title = visitor.t("职责清单", "Catalogue");
    let editions = card(visitor).await?;
    let body = html! {
        (heading(title, &html! {}))
        (told)
        div.columns {
            div { @if visitor.may(Action::ImportReference) { (choose(&visitor.chrome, filled)) } }
            aside { (editions) (tables(&visitor.chrome)) }
        }
    };
    Ok(show(visitor, title, &body))
}

/// The tables of the newest edition, to begin from.
fn tables(chrome: &Chrome) -> Markup {
    let file = |table: &TableName| html! { a href={ (ROOT) "/catalogue/tables/" (table.file_name()) } download { (table.file_name()) } };
    // As its file is called: `enforcement-items.csv`.
    let named = |table: &TableName| chrome.term(table.term(), table.file_name().trim_end_matches(".csv"));
    let lines: Vec<(String, Markup)> = TableName::ALL.iter().map(|table| (named(table), file(table))).collect();
    let lines: Vec<(&str, Markup)> = lines.iter().map(|(name, file)| (name.as_str(), file.clone())).collect();
    html! {
        section.card {
            h2 { (chrome.t("下载最新一版的表", "The newest tables")) }
            p.quiet { (chrome.t("改好后原名上传。", "Change one, and upload it under its name.")) }
            (facts(&lines))
        }
    }
}

/// A table as the API hands it out.
pub async fn table(visitor: Visitor, Path(name): Path<String>) -> Result<Response, Fault> {
    let reply = visitor.raw(Method::GET, &format!("/v1/catalogue/tables/{}", part(&name)), &[], "").await;
    let reply = reply.map_err(|problem| visitor.fault(problem))?;
    Ok((reply.status, reply.headers, reply.body).into_response())
}

fn choose(chrome: &Chrome, filled: &Filled) -> Markup {
    let fields = fields(chrome);
    html! {
        section.card {
            h2 { (chrome.t("导入新版", "Import an edition")) }
            form.fields method="post" action={ (ROOT) "/catalogue/look" } enctype="multipart/form-data" {
                (stamp(chrome, &fields))
                @for field in &fields { (draw(chrome.language, field, filled, "")) }
                div.field {
                    label for="files" { (chrome.t("有变化的表", "The tables that change")) }
                    span.hint #files-hint { (chrome.t("可选多个 CSV 文件；每张表整张替换，没有选的表不变", "Several CSV files; each takes the place of a whole table, the others stay")) }
                    input #files name="files" type="file" accept=".csv,text/csv" multiple required aria-describedby="files-hint";
                }
                p.actions { button type="submit" { (chrome.t("先看差异", "See what changes")) } }
            }
        }
    }
}

/// An edition as the API takes it.
fn edition(filled: &Filled, tables: &BTreeMap<String, String>) -> Value {
    json!({ "from": filled.one("from"), "document": filled.one("document").trim(), "tables": tables })
}

/// What an edition would change; the form below takes exactly what was looked at.
pub async fn look(visitor: Visitor, form: Multipart) -> Result<Response, Fault> {
    let form = uploaded(form).await.map_err(|_| visitor.fault(Problem::bad_form()))?;
    let filled = form.filled;
    let texts = form.files.into_iter().map(|file| (file.name.clone(), File::text(file)));
    let read_all: Option<BTreeMap<String, String>> = texts.map(|(name, text)| Some((name, text?))).collect();
    let Some(tables) = read_all else { return refused(&visitor, &filled, &Problem::not_utf8()).await };
    let reply = visitor.send("/v1/catalogue/editions?dry-run=true", &Sent::post(edition(&filled, &tables), "")).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => drawn(&visitor, &filled, &confirm(&visitor.chrome, &filled, &tables, &receipt)).await,
        Err(problem) => refused(&visitor, &filled, &problem).await,
    }
}

fn confirm(chrome: &Chrome, filled: &Filled, tables: &BTreeMap<String, String>, receipt: &Receipt) -> Markup {
    let table =
        |(name, text): (&String, &String)| Field::new(&format!("{TABLE}{name}"), name, Takes::Words).value(text);
    let named = fields(chrome).map(|field| Field { value: filled.one(&field.name).to_owned(), ..field });
    let looked_at = named.into_iter().chain(tables.iter().map(table)).map(Field::hidden);
    let looked_at: Vec<Field> = looked_at.collect();
    html! {
        section.card {
            h2 { (chrome.t("先看差异", "What changes")) }
            (changes(chrome, receipt))
            form.fields method="post" action={ (ROOT) "/catalogue" } enctype="multipart/form-data" {
                (stamp(chrome, &looked_at))
                input type="hidden" name="key" value=(fresh_key());
                @for field in &looked_at { (draw(chrome.language, field, filled, "")) }
                p.actions { button type="submit" { (chrome.t("确认导入", "Import it")) } }
            }
        }
    }
}

pub async fn import(visitor: Visitor, form: Multipart) -> Result<Response, Fault> {
    let filled = uploaded(form).await.map_err(|_| visitor.fault(Problem::bad_form()))?.filled;
    let table =
        |(name, text): &(String, String)| Some((name.strip_prefix(TABLE)?.to_owned(), text.replace("\r\n", "\n")));
    let tables: BTreeMap<String, String> = filled.0.iter().filter_map(table).collect();
    let reply = visitor.send("/v1/catalogue/editions", &Sent::post(edition(&filled, &tables), filled.one("key"))).await;
    match reply {
        Ok(_) => Ok(done("/catalogue", visitor.t("已导入，到生效日期启用", "Imported; in force from its day"))),
        Err(problem) => refused(&visitor, &filled, &problem).await,
    }
}

async fn refused(visitor: &Visitor, filled: &Filled, problem: &Problem) -> Result<Response, Fault> {
    let mut answer = drawn(visitor, filled, &problem.note(visitor.language)).await?;
    *answer.status_mut() = problem.status;
    Ok(answer)
}
