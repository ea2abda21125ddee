//! A new entry (起草): written by the department that answers for the matter; the domain is asked who
//! that is.

use super::content;
use crate::console::fault::{Fault, Problem};
use crate::console::form::{Filled, body};
use crate::console::fresh::Fresh;
use crate::console::layout::done;
use crate::console::parts::unit;
use crate::console::visitor::{Chrome, Sent, Visitor, read};
use axum::extract::Form as Posted;
use axum::response::Response;
use chuishao_domain::account::action::Action;
use chuishao_domain::actor::Actor;
use chuishao_domain::ids::{KnowledgeId, UnitId};
use chuishao_domain::knowledge::command::Command;
use chuishao_domain::knowledge::content::Content;
use chuishao_domain::knowledge::handle;
use maud::html;
use serde::Deserialize;
use serde_json::json;

/// The department in whose name this post may draft, if there is one.
pub fn owner(chrome: &Chrome) -> Option<UnitId> {
    let owner = chrome.acting.as_ref()?.post.unit()?;
    let actor = Actor::Known(chrome.by().filter(|_| chrome.may(Action::WriteKnowledge))?);
    let content = Content {
        question: "问题".to_owned(),
        answer: String::new(),
        keywords: vec![],
        categories: vec![],
        territories: vec![],
        bases: vec![],
        valid_from: None,
        valid_until: None,
    };
    let command = Command::Draft { id: KnowledgeId::new(1), owner: owner.clone(), content: Box::new(content) };
    handle(&chrome.world, None, &command, &actor, chrome.now).is_ok().then_some(owner)
}

pub async fn page(visitor: Visitor) -> Result<Response, Fault> {
    let owner = owner(&visitor.chrome).ok_or_else(|| visitor.fault(Problem::not_this_post()))?;
    Ok(drawn(&visitor, &owner, &Filled::default(), None))
}

fn drawn(visitor: &Visitor, owner: &UnitId, filled: &Filled, problem: Option<&Problem>) -> Response {
    let chrome = &*visitor.chrome;
    Fresh {
        title: visitor.t("起草知识条目", "Draft an entry"),
        lead: html! { p.quiet { (visitor.t("责任部门", "Owner")) " " (unit(chrome, owner)) } },
        action: "/knowledge/new",
        fields: &content::fields(chrome, owner, None),
        button: visitor.t("存为草稿", "Keep as a draft"),
    }
    .shown(visitor, filled, problem)
}

#[derive(Deserialize)]
struct Receipt {
    entry: String,
}

pub async fn draft(visitor: Visitor, Posted(pairs): Posted<Vec<(String, String)>>) -> Result<Response, Fault> {
    let mut filled = Filled(pairs);
    let owner = owner(&visitor.chrome).ok_or_else(|| visitor.fault(Problem::not_this_post()))?;
    if filled.wants_rows() {
        return Ok(drawn(&visitor, &owner, &filled, None));
    }
    let mut sent = body(&content::fields(&visitor.chrome, &owner, None), &filled);
    sent.insert("owner".to_owned(), json!(owner));
    let reply = visitor.send("/v1/knowledge", &Sent::post(sent.into(), filled.one("key"))).await;
    match reply.and_then(|reply| read::<Receipt>(&reply)) {
        Ok(receipt) => {
            let told =
                visitor.t("已起草；提报之后由知识库审核员审核", "Drafted; once submitted, the reviewer judges it");
            Ok(done(&format!("/knowledge/{}", receipt.entry), told))
        }
        Err(problem) => Ok(drawn(&visitor, &owner, &filled, Some(&problem))),
    }
}
