//! The knowledge base over HTTP.

use super::problem::Problem;
use super::request::{Address, Asked, Commanded, ROWS, after, asked, at_version};
use crate::desk::Desk;
use crate::knowledge;
use crate::store::knowledge::find::MOST_FOUND;
use crate::store::knowledge::lists::List;
use crate::store::lists::Cursor;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chuishao_domain::ids::{CategoryCode, KnowledgeId, TerritoryId, UnitId};
use chuishao_domain::knowledge::content::Content;
use chuishao_domain::knowledge::entry::{Entry, Stage, Standing};
use chuishao_domain::knowledge::find::while_calling;
use chuishao_domain::search::query::{Hold, Query as Words};
use serde::Deserialize;
use std::sync::Arc;

/// Entries of a search that says no number.
const FOUND: u32 = 20;
/// Entries that are offered while a call is taken: they are read at a glance.
const SUGGESTED: u32 = 5;

/// What a department sends to draft an entry.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// 责任部门
    owner: UnitId,
    /// What it says so far.
    content: Content,
}

/// `POST /v1/knowledge`
pub async fn draft(State(desk): State<Arc<Desk>>, wanted: Commanded) -> Result<Response, Problem> {
    let NewEntry { owner, content } = wanted.body.parse()?;
    let command = knowledge::draft(&desk, owner, content).await?;
    wanted.make::<Entry>(&desk, "knowledge", command).await
}

/// `POST /v1/knowledge/{id}/commands`
pub async fn command(
    State(desk): State<Arc<Desk>>,
    Address(id): Address<KnowledgeId>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let command = wanted.body.parse()?;
    wanted.change::<Entry>(&desk, id, command).await
}

async fn load(desk: &Desk, id: &KnowledgeId) -> Result<Entry, Problem> {
    desk.store.knowledge(id).await?.ok_or_else(|| Problem::not_found("没有这条知识", "no such entry"))
}

/// `GET /v1/knowledge/{id}`
pub async fn show(State(desk): State<Arc<Desk>>, Address(id): Address<KnowledgeId>) -> Result<Response, Problem> {
    let entry = load(&desk, &id).await?;
    Ok(at_version(entry.version, entry))
}

/// `GET /v1/knowledge/{id}/timeline`
pub async fn timeline(State(desk): State<Arc<Desk>>, Address(id): Address<KnowledgeId>) -> Result<Response, Problem> {
    load(&desk, &id).await?;
    let history = desk.store.knowledge_history(&id).await?;
    Ok(Json(knowledge::timeline(&history, &desk.world())).into_response())
}

/// What is looked for, or which list and which page of it.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookUp {
    q: Option<String>,
    territory: Option<TerritoryId>,
    stage: Option<Stage>,
    standing: Option<Standing>,
    owner: Option<UnitId>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /v1/knowledge`
pub async fn look_up(State(desk): State<Arc<Desk>>, query: Asked<LookUp>) -> Result<Response, Problem> {
    let parameters = "查询参数有 q、territory（检索），stage、standing、owner、after（列表）和 limit，\
                      其中 stage、standing 为状态名，limit 为数字";
    match asked(query, parameters)? {
        LookUp { q: Some(q), territory, stage: None, standing: None, owner: None, after: None, limit } => {
            search(&desk, &q, territory, limit.unwrap_or(FOUND)).await
        }
        LookUp { q: None, territory: None, stage, standing, owner, after: from, limit } => {
            let list = match (stage, standing, owner) {
                (Some(stage), None, None) => List::Stage(stage),
                (None, Some(standing), None) => List::Standing(standing),
                (None, None, Some(owner)) if desk.world().catalogue.unit(&owner).is_some() => List::OwnedBy(owner),
                (None, None, Some(_)) => {
                    return Err(Problem::bad_request("owner 不在单位目录中，请从目录中选择", "no such unit"));
                }
                _ => return Err(one_way()),
            };
            let from = after(from.as_deref(), Cursor::parse)?;
            let page = desk.store.knowledge_page(&list, from.as_ref(), limit.unwrap_or(ROWS)).await?;
            Ok(Json(page).into_response())
        }
        _ => Err(one_way()),
    }
}

fn one_way() -> Problem {
    Problem::bad_request(
        "请以 q 检索（可加 territory），或以 stage、standing、owner 之一列出，不能合用",
        "search by q, or list by one of stage, standing and owner",
    )
}

async fn search(desk: &Desk, q: &str, territory: Option<TerritoryId>, limit: u32) -> Result<Response, Problem> {
    let territory = known(desk, territory)?;
    let words = Words::of(q).ok_or_else(|| {
        Problem::bad_request("没有可以检索的字词，请输入要查找的内容，例如「供热费」", "nothing to look for")
    })?;
    let entries = knowledge::find(desk, &words, None, &territory, limit.clamp(1, MOST_FOUND)).await?;
    Ok(Json(serde_json::json!({ "entries": entries })).into_response())
}

/// The territory of a matter; without one, what holds in the whole city.
fn known(desk: &Desk, territory: Option<TerritoryId>) -> Result<TerritoryId, Problem> {
    let territory = territory.unwrap_or_else(|| TerritoryId::from(TerritoryId::CITY));
    match desk.world().catalogue.territory(&territory) {
        Some(_) => Ok(territory),
        None => Err(Problem::bad_request(
            "territory 须为区县或开发区代码，例如 370705；全市适用的填 WF 或不填",
            "no such territory",
        )),
    }
}

/// What is known of a matter while its call is taken.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    #[serde(default)]
    title: String,
    category: Option<CategoryCode>,
    #[serde(default)]
    body: String,
    territory: Option<TerritoryId>,
}

/// `GET /v1/knowledge/suggestions`: nothing yet is no error; the next word may tell more.
pub async fn suggestions(State(desk): State<Arc<Desk>>, query: Asked<Call>) -> Result<Response, Problem> {
    let call = asked(query, "查询参数有 title、category、body、territory")?;
    let territory = known(&desk, call.territory)?;
    let unknown = |code: &CategoryCode| desk.world().catalogue.category(code).is_none();
    if call.category.as_ref().is_some_and(unknown) {
        return Err(Problem::bad_request("category 不在分类目录中，请从目录中选择", "no such category"));
    }
    let entries = match while_calling(&desk.world(), &call.title, call.category.as_ref(), &call.body) {
        Some(words) => knowledge::find(&desk, &words, Some(Hold::Any), &territory, SUGGESTED).await?,
        None => Vec::new(),
    };
    Ok(Json(serde_json::json!({ "entries": entries })).into_response())
}
