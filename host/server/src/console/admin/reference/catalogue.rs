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

fn search(visitor: &Visitor, path: &str, q: &str) -> Markup {
    html! {
        form.filters role="search" method="get" action={ (ROOT) (path) } {
            div.field { label for="q" { (visitor.t("名称或编号", "Name or id")) } input #q type="search" name="q" value=(q); }
            button type="submit" { (visitor.t("查找", "Search")) }
        }
    }
}

pub async fn units(visitor: Visitor, Query(Wanted { q }): Query<Wanted>) -> Result<Response, Fault> {
    let chrome = &*visitor.chrome;
    let title = visitor.t("单位", "Units");
    let editions = editions::card(&visitor).await?;
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
    let editions = editions::card(&visitor).await?;
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
