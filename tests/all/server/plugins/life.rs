//! The whole life of one plugin through the API: submitted, refused, submitted again, approved,
//! tried in the shadow and as a canary, on, mended without asking, widened with asking, rolled
//! back, switched off by either side, removed.

use super::{KUIWEN, ROLLOUT, kuiwen_key, tagging, watch};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer};
use crate::server::story::noise;
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_APPROVER, CITY_OPS, city_key};
use serde_json::{Value, json};

on_both!(
    a_plugin_lives_from_submission_to_removal,
    a_request_that_is_repeated_is_answered_as_it_was,
    days_in_force_are_kept_and_next_winter_is_tried_in_june
);

async fn tags(server: &TestServer, id: &TicketId) -> Vec<String> {
    let tags = server.ticket(id).await["tags"].clone();
    serde_json::from_value(tags).expect("tags")
}

/// What a call at this moment is tagged with.
async fn tagged(server: &TestServer) -> Vec<String> {
    let id = server.register(&noise("370705", "胜利新村")).await.ticket;
    tags(server, &id).await
}

fn only(tag: &str) -> Vec<String> {
    vec![format!("street-watch/{tag}")]
}

async fn a_plugin_lives_from_submission_to_removal(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    assert_eq!(server.key(&city_key(), "WF").await.status, 200);
    assert_eq!(server.key(&kuiwen_key(), "370705").await.status, 200);

    // The county hands in and submits; the request says in words what it asks for.
    let first = tagging(&watch("1.0.0"), "一版");
    let package = server.hand_in(&kuiwen_key(), &first, "370705").await;
    assert_eq!(package.status, 201, "{package:?}");
    let package: Value = package.read();
    assert_eq!((&package["plugin"], &package["signer"]), (&json!("street-watch"), &json!("kuiwen-2024")));
    assert!(package["asks"].to_string().contains("加标签"), "{package}");
    let submit = json!({ "command": "submit", "package": package["digest"], "note": "街面巡查专项" });
    server.done(ROLLOUT, KUIWEN, submit.clone()).await;
    let early = server.rollout(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": 1 })).await;
    assert_eq!(early.refusal(), (422, "not-approved".into()));
    let own = server.rollout(ROLLOUT, KUIWEN, json!({ "command": "approve", "revision": 1 })).await;
    assert_eq!(own.refusal(), (403, "not-entitled".into()), "the county has one key, not both");
    let refuse = json!({ "command": "refuse", "revision": 1, "reason": "请写明巡查范围" });
    server.done(ROLLOUT, CITY_OPS, refuse).await;
    server.done(ROLLOUT, KUIWEN, submit).await;
    let himself = server.rollout(ROLLOUT, "city-ops:0012", json!({ "command": "approve", "revision": 2 })).await;
    assert_eq!(himself.refusal(), (422, "two-keys".into()), "the same person in the city's post");
    server.done(ROLLOUT, CITY_APPROVER, json!({ "command": "approve", "revision": 2 })).await;
    assert_eq!(tagged(&server).await, [""; 0], "approved is not on");

    // The shadow changes nothing; the canary acts on its street; on is for all.
    server.done(ROLLOUT, KUIWEN, json!({ "command": "shadow", "revision": 2 })).await;
    assert_eq!((server.state(ROLLOUT).await.as_str(), tagged(&server).await), ("影子运行", vec![]));
    let canary = json!({ "command": "canary", "revision": 2, "on": { "streets": ["大虞街道"] } });
    server.done(ROLLOUT, KUIWEN, canary).await;
    assert_eq!(tagged(&server).await, [""; 0], "another street");
    let mut there = noise("370705", "胜利新村");
    there["place"]["street"] = "大虞街道".into();
    let id = server.register(&there).await.ticket;
    assert_eq!(tags(&server, &id).await, only("一版"));
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": 2 })).await;
    assert_eq!(tagged(&server).await, only("一版"));

    // A mend within what was agreed to needs no second look; a wider one does.
    let mended = server.submitted_under(&kuiwen_key(), ROLLOUT, &tagging(&watch("1.0.1"), "二版"), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": mended })).await;
    assert_eq!(tagged(&server).await, only("二版"));
    let mut wider = watch("1.1.0");
    wider.reads.insert(serde_json::from_value(json!("body")).expect("a field"));
    let wider = server.submitted_under(&kuiwen_key(), ROLLOUT, &tagging(&wider, "三版"), json!({})).await;
    let unasked = server.rollout(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": wider })).await;
    assert_eq!(unasked.refusal(), (422, "not-approved".into()));
    server.done(ROLLOUT, CITY_OPS, json!({ "command": "approve", "revision": wider })).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": wider })).await;
    assert_eq!(tagged(&server).await, only("三版"));

    // Back in one step.
    server.done(ROLLOUT, KUIWEN, json!({ "command": "roll-back", "reason": "三版误标" })).await;
    assert_eq!(tagged(&server).await, only("二版"));

    // Either side switches off at once; what the city switched off the county does not resume.
    server.done(ROLLOUT, CITY_OPS, json!({ "command": "switch-off", "reason": "核查" })).await;
    assert_eq!(tagged(&server).await, [""; 0]);
    let resume = json!({ "command": "resume", "reason": "已核查" });
    let county = server.rollout(ROLLOUT, KUIWEN, resume.clone()).await;
    assert_eq!(county.refusal(), (422, "city-switched-off".into()));
    server.done(ROLLOUT, CITY_OPS, resume.clone()).await;
    assert_eq!(tagged(&server).await, only("二版"));
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "专项结束" })).await;
    assert_eq!(tagged(&server).await, [""; 0]);

    // It outlives a restart, off as it was, and leaves for good.
    let server = server.restart("2024-11-06T10:00").await;
    assert_eq!((server.state(ROLLOUT).await.as_str(), tagged(&server).await), ("已关闭", vec![]));
    server.done(ROLLOUT, KUIWEN, resume).await;
    assert_eq!(tagged(&server).await, only("二版"));
    let leaving = json!({ "keep_tasks": true, "keep_required_fields": false });
    let remove = json!({ "command": "remove", "reason": "专项结束", "leaving": leaving });
    let running = server.rollout(ROLLOUT, KUIWEN, remove.clone()).await;
    assert_eq!(running.refusal(), (422, "still-in-use".into()));
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "专项结束" })).await;
    server.done(ROLLOUT, KUIWEN, remove).await;
    assert_eq!((server.state(ROLLOUT).await.as_str(), tagged(&server).await), ("已移除", vec![]));

    let timeline = Answer::to(server.get(&format!("/v1/rollouts/{ROLLOUT}/timeline")).header("chuishao-actor", KUIWEN));
    let timeline: Vec<Value> = timeline.await.read();
    walk_is_told(&timeline);
    let told = |words: &str| timeline.iter().any(|line| line["what"].as_str().is_some_and(|what| what.contains(words)));
    for words in [
        "请市平台审批",
        "理由：请写明巡查范围",
        "开始影子运行",
        "大虞街道",
        "免批",
        "读取：诉求内容",
        "回退到第 3 版次",
        "移除插件",
    ] {
        assert!(told(words), "{words}: {timeline:#?}");
    }
    server.finish().await;
}

/// The walk in the docs is this one, with what a server really answered; made anew with
/// `CHUISHAO_BLESS=1`.
fn walk_is_told(timeline: &[Value]) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../host/domain/docs/rollout.md");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (head, rest) = text.split_once("```text\n").expect("a walk in the docs");
    let (kept, tail) = rest.split_once("```").expect("its end");
    let line = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        format!("{}  {}　{}\n", text("at"), text("who"), text("what"))
    };
    let walk: String = timeline.iter().map(line).collect();
    if std::env::var_os("CHUISHAO_BLESS").is_some() {
        std::fs::write(path, format!("{head}```text\n{walk}```{tail}")).expect("written");
        return;
    }
    assert_eq!(kept, walk, "the walk in the docs is not what happens; run the test with CHUISHAO_BLESS=1");
}

async fn a_request_that_is_repeated_is_answered_as_it_was(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    let revision = server.approved(ROLLOUT, &tagging(&watch("1.0.0"), "一版"), json!({})).await;
    let switch_on = || {
        server
            .post(&format!("/v1/rollouts/{ROLLOUT}/commands"))
            .header("chuishao-actor", KUIWEN)
            .header("idempotency-key", "switch-1")
            .json(&json!({ "command": "switch-on", "revision": revision }))
    };
    let first = Answer::to(switch_on()).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "核查" })).await;
    let again = Answer::to(switch_on()).await;
    assert_eq!((first.status, &first.text), (200, &again.text), "it is not switched on a second time");
    assert_eq!(server.state(ROLLOUT).await, "已关闭");
    let stale = server.post(&format!("/v1/rollouts/{ROLLOUT}/commands")).header("chuishao-actor", KUIWEN);
    let stale = stale.header("if-match", "\"1\"").json(&json!({ "command": "resume", "reason": "好了" }));
    assert_eq!(Answer::to(stale).await.refusal(), (412, "another-version".into()));
    server.finish().await;
}

/// A revision for next winter is on in June, and says nothing before its day and after it.
async fn days_in_force_are_kept_and_next_winter_is_tried_in_june(on: Kind) {
    let server = TestServer::start(on, &[], "2025-06-10T09:00").await;
    server.key(&city_key(), "WF").await;
    let package = server.hand_in(&city_key(), &tagging(&watch("1.0.0"), "冬季"), "370705").await.read::<Value>();
    let effective = json!({ "from": "2025-11-15", "until": "2026-03-15" });
    let submit = json!({ "command": "submit", "package": package["digest"], "effective": effective, "note": "供热季" });
    server.done(ROLLOUT, KUIWEN, submit).await;
    server.done(ROLLOUT, CITY_APPROVER, json!({ "command": "approve", "revision": 1 })).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": 1 })).await;
    let june = server.register(&noise("370705", "胜利新村")).await.ticket;
    assert_eq!(tags(&server, &june).await, [""; 0]);
    assert_eq!(server.why(june.as_str(), ROLLOUT).await, [("登记".to_owned(), "not-in-force".to_owned())]);
    let server = server.restart("2025-11-15T00:00").await;
    assert_eq!(tagged(&server).await, only("冬季"));
    let server = server.restart("2026-03-16T00:00").await;
    assert_eq!(tagged(&server).await, [""; 0]);
    server.finish().await;
}
