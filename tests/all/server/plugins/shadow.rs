//! The shadow tells the truth: the whole chain is run with the candidate in its place and compared
//! with what was done, and nothing of it reaches a ticket.

use super::{KUIWEN, ROLLOUT, tagging, watch};
use crate::hostile::guest::{constant_rule, manifest, proposal};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::process::chuishao;
use crate::server::story::{CALL_TAKER, accept, noise};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_server::housekeeping::clean;
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_OPS, city_key};
use serde_json::{Value, json};

on_both!(
    a_candidate_is_compared_with_what_acts_and_with_what_people_did,
    a_candidate_changes_what_others_are_asked_about,
    a_candidate_that_fails_is_counted,
    what_was_altered_of_a_comparison_is_found,
    what_was_compared_goes_after_a_year_and_a_month
);

async fn shadow(server: &TestServer, revision: u32) -> Value {
    let path = format!("/v1/rollouts/{ROLLOUT}/shadow?revision={revision}");
    Answer::to(server.get(&path).header("chuishao-actor", KUIWEN)).await.read()
}

async fn compared(server: &TestServer, revision: u32, count: u64) -> Value {
    eventually("all is compared", async || shadow(server, revision).await["count"]["compared"] == count).await;
    shadow(server, revision).await
}

async fn a_candidate_is_compared_with_what_acts_and_with_what_people_did(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let first = server.approved(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": first })).await;
    let both = [proposal(json!({ "add-tag": "一版" })), proposal(json!({ "raise-urgency": "urgent" }))];
    let second = server.submitted(ROLLOUT, &constant_rule(&watch("1.0.1"), &both), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": second })).await;

    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(server.register(&noise("370705", "胜利新村")).await.ticket);
    }
    // Another county's matter is not its business; other events it does not hear of.
    server.register(&noise("370702", "胜利新村")).await;
    server.act(&tickets[0], CALL_TAKER, accept()).await;
    let found = compared(&server, second, 3).await;
    assert_eq!(found["count"], json!({ "compared": 3, "differs": 3, "failed": 0 }), "{found}");
    assert_eq!(found["missed_here"], 0);
    let difference = &found["differences"][0];
    assert_eq!(difference["ticket"], json!(tickets[0]));
    assert_eq!(difference["compared"]["difference"]["only_now"], json!([]));
    let would = &difference["compared"]["difference"]["only_candidate"];
    assert_eq!(would[0]["effect"], json!({ "raise-urgency": "urgent" }));
    assert_eq!(would[0]["reason"], "小区连续三日报修，请优先处理", "why, in the rule's words");
    assert_eq!(difference["hindsight"], json!(["后来紧急程度没有提高"]));
    for ticket in &tickets {
        assert_eq!(server.ticket(ticket).await["urgency"], "ordinary", "nothing reaches a ticket");
        let decisions = server.decisions(ticket).await;
        assert!(decisions.iter().all(|decision| decision.edition.placement.revision == first), "{decisions:?}");
    }
    server.finish().await;
}

/// Who listens to the urgency is led astray or not by what the candidate would do.
async fn a_candidate_changes_what_others_are_asked_about(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let mut follower = manifest("urgent-follower", &[EventKind::UrgencyRaised]);
    follower.version = "1.0.0".parse().expect("a version");
    let follower = server.approved("WF/urgent-follower", &tagging(&follower, "跟进"), json!({})).await;
    server.done("WF/urgent-follower", CITY_OPS, json!({ "command": "switch-on", "revision": follower })).await;
    let raise = constant_rule(&watch("1.0.0"), &[proposal(json!({ "raise-urgency": "urgent" }))]);
    let revision = server.approved(ROLLOUT, &raise, json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    server.register(&noise("370705", "胜利新村")).await;
    let found = compared(&server, revision, 1).await;
    let would =
        found["differences"][0]["compared"]["difference"]["only_candidate"].as_array().cloned().unwrap_or_default();
    let rules: Vec<&str> = would.iter().filter_map(|deed| deed["rule"].as_str()).collect();
    assert_eq!(rules, ["street-watch", "urgent-follower"], "{found}");
    server.finish().await;
}

async fn a_candidate_that_fails_is_counted(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let trapping = crate::hostile::guest::looping_rule(&watch("1.0.0"));
    let revision = server.approved(ROLLOUT, &trapping, json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    let ticket = server.register(&noise("370705", "胜利新村")).await.ticket;
    let found = compared(&server, revision, 1).await;
    assert_eq!(found["count"], json!({ "compared": 1, "differs": 0, "failed": 1 }));
    assert_eq!(server.why(ticket.as_str(), ROLLOUT).await, [("登记".to_owned(), "shadow-only".to_owned())]);
    assert_eq!(server.decisions(&ticket).await, []);
    server.finish().await;
}

async fn what_was_altered_of_a_comparison_is_found(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let revision = server.approved(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    let mut tickets = Vec::new();
    for _ in 0..4 {
        tickets.push(server.register(&noise("370705", "胜利新村")).await.ticket);
    }
    compared(&server, revision, 4).await;
    let verify = async || chuishao(&["verify", "--database", &server.database().url]).await;
    let healthy = verify().await;
    assert!(healthy.success && healthy.text.contains("全部一致"), "{healthy:?}");
    let mut raw = Raw::open(server.database()).await;
    for (ticket, change) in tickets.iter().zip(["differs = false", "failed = true", "document = '{'"]) {
        assert_eq!(raw.execute(&format!("update shadow set {change} where ticket_id = '{ticket}'")).await, 1);
    }
    let said = verify().await;
    assert!(!said.success && said.text.contains("共有 3 处不一致"), "{said:?}");
    for (number, ticket) in tickets.iter().enumerate() {
        let named = said.text.contains(&format!("不一致：影子对照 {ROLLOUT} 第 {revision} 版 {ticket} "));
        assert_eq!(named, number < 3, "{said:?}");
    }
    server.finish_spoilt().await;
}

async fn what_was_compared_goes_after_a_year_and_a_month(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let revision = server.approved(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": revision })).await;
    let old = server.register(&noise("370705", "胜利新村")).await.ticket;
    server.register(&noise("370705", "胜利新村")).await;
    compared(&server, revision, 2).await;
    for (days, left) in [(394, 2), (2, 1)] {
        let age = format!("update shadow set at = at - {} where ticket_id = '{old}'", days * 24 * 3_600_000_i64);
        assert_eq!(Raw::open(server.database()).await.execute(&age).await, 1);
        clean(server.desk(), None).await.expect("it is cleaned");
        assert_eq!(shadow(&server, revision).await["count"]["compared"], left);
    }
    server.finish().await;
}
