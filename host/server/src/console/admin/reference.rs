//! The catalogue and the calendar (职责清单、工作日历): what is in force, by whose paper; and a new year's
//! holiday notice.

use crate::console::ROOT;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Filled, fresh_key};
use crate::console::layout::{done, show};
use crate::console::parts::{Tone, at, badge, heading, nothing, territory_name, unit, written};
use crate::console::visitor::{Visitor, read};
use axum::extract::{Form as Posted, Query};
use axum::http::{HeaderName, Method, header};
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::catalogue::Level;
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
}

fn search(visitor: &Visitor, path: &str, q: &str) -> Markup {
    html! {
        form.filters role="search" method="get" action={ (ROOT) (path) } {
            div.field { label for="q" { (visitor.t("名称或编号", "Name or id")) } input #q type="search" name="q" value=(q); }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
    }
}

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

/// By which paper the catalogue is as it is. Reading it is what this page needs a right for.
async fn editions(visitor: &Visitor) -> Result<Markup, Fault> {
    let Editions { editions } = visitor.get("/v1/catalogue/editions").await?;
    Ok(html! {
        section.card {
            h2 { (visitor.t("职责清单各版", "Editions of the catalogue")) }
            @for edition in &editions {
                p {
                    (edition.effective_from) " " (written(&edition.document)) " "
                    @if edition.in_force { (badge(Tone::Good, visitor.t("现行", "in force"))) }
                    @if let Some(by) = &edition.imported_by { " " span.quiet { (written(by)) } }
                }
            }
            p.quiet { (visitor.t("新版用 chuishao catalogue import 导入，先看差异再确认。", "A new edition comes with chuishao catalogue import.")) }
        }
    })
}

pub async fn units(visitor: Visitor, Query(Wanted { q }): Query<Wanted>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("单位", "Units");
    let editions = editions(&visitor).await?;
    let found = chrome
        .world
        .catalogue
        .units()
        .filter(|one| q.is_empty() || one.name.contains(&q) || one.id.as_str().contains(&q.to_uppercase()));
    let level = |level: Level| match level {
        Level::City => visitor.t("市直", "City"),
        Level::County => visitor.t("县级", "County"),
        Level::Street => visitor.t("街镇", "Street"),
    };
    let body = html! {
        (heading(title, &html! {}))
        (search(&visitor, "/units", &q))
        div.columns {
            section.part {
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { th scope="col" { (visitor.t("编号", "Id")) } th scope="col" { (visitor.t("名称", "Name")) } th scope="col" { (visitor.t("属地", "Territory")) } th scope="col" { (visitor.t("层级", "Level")) } } }
                        tbody { @for one in found { tr { td { code { (one.id) } } td { (written(&one.name)) } td { (written(territory_name(chrome, &one.territory))) } td { (level(one.level)) } } } }
                    }
                }
            }
            aside { (editions) }
        }
    };
    Ok(show(&visitor, title, &body))
}

pub async fn categories(visitor: Visitor, Query(Wanted { q }): Query<Wanted>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("诉求分类", "Categories");
    let editions = editions(&visitor).await?;
    let found = chrome
        .world
        .catalogue
        .categories()
        .filter(|one| q.is_empty() || one.name.contains(&q) || one.code.as_str().starts_with(&q));
    let body = html! {
        (heading(title, &html! {}))
        (search(&visitor, "/categories", &q))
        div.columns {
            section.part {
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { th scope="col" { (visitor.t("代码", "Code")) } th scope="col" { (visitor.t("名称", "Name")) } th scope="col" { (visitor.t("市级主管部门", "City department")) } th scope="col" { (visitor.t("性质", "Kind")) } } }
                        tbody {
                            @for one in found {
                                tr {
                                    td { code { (one.code) } } td { (written(&one.name)) } td { (unit(chrome, &one.department)) }
                                    td {
                                        @if one.urgent { (badge(Tone::Bad, visitor.t("紧急", "Urgent"))) " " }
                                        @if one.street_may_handle { (badge(Tone::Plain, visitor.t("街镇可办", "Street may handle"))) " " }
                                        @if one.enforcement { (badge(Tone::Plain, visitor.t("行政执法", "Enforcement"))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            aside { (editions) }
        }
    };
    Ok(show(&visitor, title, &body))
}

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

#[derive(Deserialize)]
struct Receipt {
    changes: Vec<String>,
}

pub async fn calendar(visitor: Visitor) -> Result<Response, Fault> {
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
                    tbody {
                        @for one in found.notices.iter().rev() {
                            tr {
                                td { strong { (one.year) } " " @if !one.in_force { (badge(Tone::Plain, visitor.t("已更正", "corrected"))) } }
                                td { (written(&one.document)) div.quiet { (one.published_on) } }
                                td.num { (one.working_days) }
                                td { @match (&one.imported_at, &one.imported_by) { (Some(when), Some(by)) => { (at(*when)) div.quiet { (written(by)) } }, _ => { span.quiet { (visitor.t("随程序", "with the program")) } } } }
                            }
                        }
                    }
                }
            }
            aside {
                @if visitor.may(Action::ImportReference) {
                    section.card {
                        h2 { (visitor.t("导入放假通知", "Import a notice")) }
                        form.fields method="post" action={ (ROOT) "/calendar" } {
                            input type="hidden" name="key" value=(fresh_key());
                            div.field { label for="text" { (visitor.t("CSV 原文", "The CSV file's text")) } textarea #text name="text" rows="8" required spellcheck="false" { (text) } }
                            p.actions {
                                button.plain type="submit" name="dry" value="true" { (visitor.t("先看差异", "See what changes")) }
                                button type="submit" { (visitor.t("导入", "Import")) }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(show(visitor, title, &body))
}

pub async fn import(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let filled = Filled(pairs);
    let (text, dry) = (filled.one("text"), filled.one("dry") == "true");
    let mut extra = vec![(header::CONTENT_TYPE, "text/csv".to_owned())];
    if !dry {
        extra.push((HeaderName::from_static("idempotency-key"), filled.one("key").to_owned()));
    }
    let path = if dry { "/v1/calendar/notices?dry-run=true" } else { "/v1/calendar/notices" };
    let reply = visitor.raw(Method::POST, path, &extra, text.to_owned()).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) if dry => {
            let told = html! { div.note.good { (visitor.t("会改变：", "It would change:")) ul { @for change in &receipt.changes { li { (written(change)) } } } } };
            drawn(&visitor, text, &told).await
        }
        Ok(_) => Ok(done("/calendar", visitor.t("已导入，时限随即重新计算", "Imported; deadlines are computed again"))),
        Err(problem) => refused(&visitor, text, &problem).await,
    }
}

async fn refused(visitor: &Visitor, text: &str, problem: &Problem) -> Result<Response, Fault> {
    let mut answer = drawn(visitor, text, &problem.note(visitor.language)).await?;
    *answer.status_mut() = problem.status;
    Ok(answer)
}
