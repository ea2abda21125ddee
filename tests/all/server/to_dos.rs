//! To-dos over HTTP: what waits for whom appears with what makes it wait, goes with what is
//! done, and comes in pages. That the rows equal what follows from each ticket is checked at the
//! end of every test of the server.

use super::databases::on_both;
use super::harness::{Answer, TestServer};
use super::story::{REVIEWER, dispatched, handled, noise};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(what_waits_for_somebody_is_on_the_list_until_it_is_done, a_long_list_comes_in_pages_without_a_gap);

const OFFICE: &str = "hotline-office:0002";

/// Ticket and kind, in the order of the list.
async fn waiting(server: &TestServer, whose: &str) -> Vec<(String, String)> {
    let page: Value = server.read(&format!("/v1/to-dos?{whose}")).await;
    let list = page["to_dos"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    list.map(|one| (text(&one["ticket"]["id"]), text(&one["kind"]))).collect()
}

async fn kinds(server: &TestServer, whose: &str) -> Vec<String> {
    waiting(server, whose).await.into_iter().map(|(_, kind)| kind).collect()
}

async fn what_waits_for_somebody_is_on_the_list_until_it_is_done(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let id = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let police = "unit-clerk:370705-GA";
    assert_eq!(waiting(&server, "unit=370705-GA").await, [(id.to_string(), "take-up".to_owned())]);
    assert_eq!(kinds(&server, "unit=WF-GA").await, ["take-up-copy"]);
    server.act(&id, police, json!({ "command": "take-up" })).await;
    server.act(&id, "department-supervisor:WF-GA", json!({ "command": "take-up-copy" })).await;
    assert_eq!(kinds(&server, "unit=370705-GA").await, [] as [&str; 0]);
    assert_eq!(kinds(&server, "unit=WF-GA").await, [] as [&str; 0]);

    let extension = json!({ "command": "ask-extension", "working_days": 5, "reason": "须待夜间检测" });
    server.act(&id, police, extension).await;
    assert_eq!(kinds(&server, "post=reviewer").await, ["rule-extension"]);
    let ruling = json!({ "command": "rule-extension", "approved": true, "opinion": "情况属实" });
    server.act(&id, REVIEWER, ruling).await;
    assert_eq!(kinds(&server, "post=reviewer").await, [] as [&str; 0]);

    let whistle = json!({ "command": "blow-whistle", "units": ["370705-CG", "370705-ZJ"], "words": "到现场会商" });
    server.act(&id, OFFICE, whistle).await;
    let order = json!({ "command": "order-supervision", "words": "两日内回复" });
    server.act(&id, OFFICE, order).await;
    assert_eq!(kinds(&server, "unit=370705-CG").await, ["check-in"]);
    assert_eq!(kinds(&server, "unit=370705-GA").await, ["answer-order"]);
    assert_eq!(kinds(&server, "unit=370705-GA&kind=take-up").await, [] as [&str; 0]);
    let here = json!({ "command": "check-in", "number": 1, "words": "已到场" });
    server.act(&id, "unit-clerk:370705-CG", here).await;
    assert_eq!(kinds(&server, "unit=370705-CG").await, [] as [&str; 0]);
    assert_eq!(kinds(&server, "unit=370705-ZJ").await, ["check-in"], "who did not come still has to");

    handled(&server, &id, "370705-GA", true).await;
    assert_eq!(kinds(&server, "unit=370705-GA").await, ["answer-order"], "closed out, and the order still stands");
    server.act(&id, police, json!({ "command": "answer-supervision", "number": 1, "words": "已办结" })).await;
    assert_eq!(kinds(&server, "unit=370705-GA").await, [] as [&str; 0]);
    let refused = Answer::to(server.get("/v1/to-dos?unit=WF-GA&post=reviewer")).await.refusal();
    assert_eq!(refused.0, 400, "{refused:?}");
    server.finish().await;
}

async fn a_long_list_comes_in_pages_without_a_gap(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    let mut tickets = Vec::new();
    for _ in 0..7 {
        tickets.push(dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await.to_string());
    }
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page: Value = server.read(&format!("/v1/to-dos?unit=370705-GA&limit=3{after}")).await;
        let list = page["to_dos"].as_array().expect("a list").iter();
        found.extend(list.map(|one| one["ticket"]["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(found, tickets, "the same due time: in the order of their numbers");
    server.finish().await;
}
