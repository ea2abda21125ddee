//! The working-day calendar (工作日历): the holiday notices in force, and a new year's notice from its file.

use super::{Receipt, changes};
use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Field, Filled, Takes, draw, fresh_key};
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, at, badge, heading, nothing, written};
use crate::console::stamp::stamp;
use crate::console::upload::{File, uploaded};
use crate::console::visitor::{Chrome, Visitor, read};
use axum::extract::{Form as Posted, Multipart};
use axum::http::{HeaderName, Method, header};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
struct Notices {
    notices: Vec<Notice>,
    recomputed: bool,
}

#[derive(Deserialize)]
struct Notice {
    year: i16,
    document: String,
    published_on: Date,
    working_days: u16,
    in_force: bool,
    imported_at: Option<Timestamp>,
    imported_by: Option<String>,
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    drawn(&visitor, "", &html! {}).await
}

async fn drawn(visitor: &Visitor, text: &str, told: &Markup) -> Result<Response, Fault> {
    let title = visitor.t("工作日历", "Calendar");
    let found: Notices = visitor.get("/v1/calendar/notices").await?;
    let body = html! {
        (heading(title, &html! {}))
        (told)
        @if !found.recomputed && found.notices.iter().any(|one| one.imported_at.is_some()) { div.note.warn { (visitor.t("正在按新日历重新计算时限。", "Deadlines are being computed again.")) } }
        div.columns {
            section.part {
                @if found.notices.is_empty() { (nothing(visitor.t("没有放假通知。", "No notices."))) }
                table {
                    thead { tr { th scope="col" { (visitor.t("年份", "Year")) } th scope="col" { (visitor.t("文件", "Document")) } th.num scope="col" { (visitor.t("工作日", "Working days")) } th scope="col" { (visitor.t("导入", "Imported")) } } }
                    tbody { @for one in found.notices.iter().rev() { (row(&visitor.chrome, one)) } }
                }
            }
            aside { @if visitor.may(Action::ImportReference) { (choose(&visitor.chrome, text)) } }
        }
    };
    Ok(show(visitor, title, &body))
}

fn row(chrome: &Chrome, one: &Notice) -> Markup {
    html! {
        tr {
            td { strong { (one.year) } " " @if !one.in_force { (badge(Tone::Plain, chrome.t("已更正", "corrected"))) } }
            td { (written(&one.document)) div.quiet { (one.published_on) } }
            td.num { (one.working_days) }
            td { @match (&one.imported_at, &one.imported_by) { (Some(when), Some(by)) => { (at(*when)) div.quiet { (written(by)) } }, _ => { span.quiet { (chrome.t("随程序", "with the program")) } } } }
        }
    }
}

/// The text of a notice's file.
fn text_field(label: &str, text: &str) -> Field {
    Field::new("text", label, Takes::Words).value(text)
}

/// A file, or its text where it is to be mended.
fn choose(chrome: &Chrome, text: &str) -> Markup {
    let field = text_field(chrome.t("或粘贴 CSV 原文", "Or the file's text"), text);
    html! {
        section.card {
            h2 { (chrome.t("导入放假通知", "Import a notice")) }
            form.fields method="post" action={ (ROOT) "/calendar/look" } enctype="multipart/form-data" {
                (stamp(chrome, std::slice::from_ref(&field)))
                div.field {
                    label for="file" { (chrome.t("CSV 文件", "CSV file")) }
                    span.hint #file-hint { (chrome.t("表头 year、document、published_on、working_days，其后逐日 date,kind,holiday", "Head lines year, document, published_on, working_days, then date,kind,holiday day by day")) }
                    input #file name="file" type="file" accept=".csv,text/csv" aria-describedby="file-hint";
                }
                div.field { label for="text" { (field.label) } textarea #text name="text" rows="6" spellcheck="false" { (text) } }
                p.actions { button type="submit" { (chrome.t("先看差异", "See what changes")) } }
            }
        }
    }
}

async fn send(visitor: &Visitor, is_dry: bool, key: &str, bytes: Vec<u8>) -> Result<Receipt, Problem> {
    let mut extra = vec![(header::CONTENT_TYPE, "text/csv".to_owned())];
    if !is_dry && !key.is_empty() {
        extra.push((HeaderName::from_static("idempotency-key"), key.to_owned()));
    }
    let path = if is_dry { "/v1/calendar/notices?dry-run=true" } else { "/v1/calendar/notices" };
    visitor.raw(Method::POST, path, &extra, bytes).await.and_then(|reply| read(&reply))
}

/// What a notice would change; the form below takes exactly what was looked at.
pub async fn look(visitor: Visitor, form: Multipart) -> Result<Response, Fault> {
    let form = uploaded(form).await.map_err(|_| visitor.fault(Problem::bad_form()))?;
    let typed = form.filled.one("text").replace("\r\n", "\n");
    let file = form.files.into_iter().next();
    let bytes = file.as_ref().map_or_else(|| typed.clone().into_bytes(), |file| file.bytes.clone());
    let text = file.map_or(Some(typed), File::text);
    match send(&visitor, true, "", text.clone().map_or(bytes, String::into_bytes)).await {
        Ok(receipt) => {
            let text = text.unwrap_or_default();
            let field = text_field(visitor.t("CSV 原文", "The file's text"), &text).hidden();
            let told = html! {
                section.card {
                    h2 { (visitor.t("先看差异", "What changes")) }
                    (changes(&visitor.chrome, &receipt))
                    form.fields method="post" action={ (ROOT) "/calendar" } {
                        (stamp(&visitor.chrome, std::slice::from_ref(&field)))
                        input type="hidden" name="key" value=(fresh_key());
                        (draw(visitor.language, &field, &Filled::default(), ""))
                        p.actions { button type="submit" { (visitor.t("确认导入", "Import it")) } }
                    }
                }
            };
            drawn(&visitor, &text, &told).await
        }
        Err(problem) => refused(&visitor, &text.unwrap_or_default(), &problem).await,
    }
}

pub async fn import(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let text = filled.one("text").replace("\r\n", "\n");
    match send(&visitor, false, filled.one("key"), text.clone().into_bytes()).await {
        Ok(_) => Ok(done("/calendar", visitor.t("已导入，时限随即重新计算", "Imported; deadlines are computed again"))),
        Err(problem) => refused(&visitor, &text, &problem).await,
    }
}

async fn refused(visitor: &Visitor, text: &str, problem: &Problem) -> Result<Response, Fault> {
    let mut answer = drawn(visitor, text, &problem.note(visitor.language)).await?;
    *answer.status_mut() = problem.status;
    Ok(answer)
}
