//! The counties' own rules of the articles (各具特色的经验做法) end to end: each switched on where it acts,
//! over HTTP, on both databases, from the call to what comes of it.

mod answer_ladder;
mod decision_table;
mod heating;
mod ledgers;
mod legal;
mod quality_gate;
mod street_ranking;
mod tasks;
mod together;
mod utilities;

use super::components::{plugin, rule};
use super::harness::TestServer;
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::value::Value as Setting;
use chuishao_tests::Rule;
use serde_json::{Value, json};

/// A rule switched on somewhere, with settings.
fn on(name: &str, territory: &str, settings: &[(&str, Value)]) -> Rule {
    let mut entry = rule(&plugin(name), territory);
    for (name, value) in settings {
        let value: Setting = serde_json::from_value(value.clone()).expect("a setting");
        entry.settings.insert((*name).to_owned(), value);
    }
    entry
}

/// A matter with the place and the words that count.
fn matter(kind: &str, category: &str, title: &str, place: Value) -> Value {
    json!({
        "caller": { "name": super::story::CALLER_NAME, "phone": super::story::CALLER_PHONE },
        "matter_kind": kind, "category": category, "title": title, "body": "请尽快处理。", "place": place,
    })
}

async fn accepted(server: &TestServer, matter: &Value) -> TicketId {
    let id = server.register(matter).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    id
}

async fn dispatched(server: &TestServer, matter: &Value, unit: &str) -> TicketId {
    let id = accepted(server, matter).await;
    server.act(&id, DISPATCHER, dispatch(unit)).await;
    id
}

/// The lines of a territory's ledgers, the newest first.
async fn ledger(server: &TestServer, territory: &str) -> Vec<Value> {
    let page: Value = server.read(&format!("/v1/ledgers?territory={territory}")).await;
    page["lines"].as_array().expect("a list").clone()
}
