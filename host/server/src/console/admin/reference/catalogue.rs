//! What the catalogue holds (职责清单): units and categories in force.

use super::editions;
use crate::console::ROOT;
use crate::console::fault::Fault;
use crate::console::layout::show;
use crate::console::parts::{Tone, badge, heading, territory_name, unit, written};
use crate::console::visitor::Visitor;
use axum::extract::Query;
use axum::response::Response;
use chuishao_domain::catalogue::Level;
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    q: String,
}

/// What is in force in a table under these headings, with the search before it and the editions beside it.
async fn listed(
    visitor: &Visitor,
    (title, path, q): (&str, &str, &str),
    headings: [&str; 4],
    rows: &Markup,
) -> Result<Response, Fault> {
    let editions = editions::card(visitor).await?;
    let body = html! {
        (heading(title, &html! {}))
        form.filters role="search" method="get" action={ (ROOT) (path) } {
            div.field { label for="q" { (visitor.t("名称或编号", "Name or id")) } input #q type="search" name="q" value=(q); }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
        div.columns {
            section.part {
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                        tbody { (rows) }
                    }
                }
            }
            aside { (editions) }
        }
    };
    Ok(show(visitor, title, &body))
}

pub async fn units(visitor: Visitor, Query(Wanted { q }): Query<Wanted>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
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
    let rows = html! {
        @for one in found {
            tr {
                td { code { (one.id) } } td { (written(&one.name)) } td { (written(territory_name(chrome, &one.territory))) }
                td { (level(one.level)) }
            }
        }
    };
    let headings = [("编号", "Id"), ("名称", "Name"), ("属地", "Territory"), ("层级", "Level")];
    let headings = headings.map(|(chinese, english)| visitor.t(chinese, english));
    listed(&visitor, (visitor.t("单位", "Units"), "/units", &q), headings, &rows).await
}

pub async fn categories(visitor: Visitor, Query(Wanted { q }): Query<Wanted>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let found = chrome
        .world
        .catalogue
        .categories()
        .filter(|one| q.is_empty() || one.name.contains(&q) || one.code.as_str().starts_with(&q));
    let rows = html! {
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
    };
    let headings = [("代码", "Code"), ("名称", "Name"), ("市级主管部门", "City department"), ("性质", "Kind")];
    let headings = headings.map(|(chinese, english)| visitor.t(chinese, english));
    listed(&visitor, (visitor.t("诉求分类", "Categories"), "/categories", &q), headings, &rows).await
}
