//! A category is renamed by a new edition of the catalogue: from its day on an entry is found by the
//! new name and no longer by the old one, and what counts the words goes with it.

use super::super::databases::{Raw, on_both};
use super::super::harness::{Answer, TestServer, eventually};
use super::{DAY, OWNER, act, found, heating, published, with};
use chuishao_domain::catalogue::{TableName, Tables};
use chuishao_server::store::Kind;
use serde_json::json;

on_both!(an_entry_is_found_by_todays_names_of_its_categories);

const OLD: &str = "计费方式";
const NEW: &str = "取费规则";

async fn an_entry_is_found_by_todays_names_of_its_categories(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let id = published(&server, &heating()).await;
    let other = published(&server, &with(&json!({ "question": "停暖怎么办理", "categories": ["0103"] }))).await;
    let categories = Tables::shipped().text(TableName::Categories).replace(OLD, NEW);
    let edition =
        json!({ "from": "2024-11-07", "document": "示例〔2024〕9号", "tables": { "categories.csv": categories } });
    let import = server.post("/v1/catalogue/editions").header("chuishao-actor", "hotline-office:0002");
    let imported = Answer::to(import.json(&edition)).await;
    assert_eq!(imported.status, 201, "{imported:?}");
    assert_eq!(found(&server, OLD, "WF").await, [id.as_str()], "until its day");
    assert!(found(&server, NEW, "WF").await.is_empty(), "until its day");

    server.move_clock("2024-11-07T00:00").await;
    eventually("it is found by the new name", async || found(&server, NEW, "WF").await == [id.as_str()]).await;
    assert!(found(&server, OLD, "WF").await.is_empty());
    // What is taken out of the index is what stands in it: no word is counted any more.
    for id in [&id, &other] {
        act(&server, id, OWNER, json!({ "command": "withdraw", "reason": "价格调整" })).await;
    }
    let counted = "select count(*) from knowledge_token where entries <> 0";
    assert_eq!(Raw::open(server.database()).await.number(counted).await, 0);
    server.finish().await;
}
