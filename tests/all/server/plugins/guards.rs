//! The guards stop one plugin alone, with the reason and the list, and let it out again; the
//! neighbour and the tickets notice nothing.

use super::{KUIWEN, ROLLOUT, tagging, watch};
use crate::hostile::guest::{Core, constant_rule, looping_rule, manifest, proposal};
use crate::server::databases::on_both;
use crate::server::harness::{Answer, TestServer, eventually};
use crate::server::story::noise;
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::limits::COSTLY_FUEL;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::Answer as Answered;
use chuishao_server::store::Kind;
use chuishao_tests::{CITY_OPS, city_key};
use serde_json::{Value, json};

on_both!(
    who_fails_again_and_again_goes_into_quarantine_alone,
    who_is_mended_is_let_out_by_a_trial,
    who_would_change_too_many_is_stopped_before_it_does,
    who_costs_too_much_in_a_minute_goes_into_quarantine,
    who_burns_nearly_all_it_may_each_time_goes_into_quarantine,
    who_asks_only_for_what_is_refused_goes_into_quarantine,
    a_canary_in_quarantine_gives_its_tickets_back
);

pub(super) async fn registered(server: &TestServer) -> TicketId {
    server.register(&noise("370705", "胜利新村")).await.ticket
}

pub(super) async fn tags(server: &TestServer, id: &TicketId) -> Value {
    server.ticket(id).await["tags"].clone()
}

pub(super) async fn rollout(server: &TestServer) -> Value {
    let shown = Answer::to(server.get(&format!("/v1/rollouts/{ROLLOUT}")).header("chuishao-actor", KUIWEN)).await;
    shown.read::<Value>()["rollout"].clone()
}

pub(super) async fn switched_on(server: &TestServer, component: &[u8]) -> u32 {
    let revision = server.approved(ROLLOUT, component, json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": revision })).await;
    revision
}

async fn neighbour(server: &TestServer) {
    let mut good = manifest("neighbour", &[EventKind::Registered]);
    good.version = "1.0.0".parse().expect("a version");
    let revision = server.approved("WF/neighbour", &tagging(&good, "邻居"), json!({})).await;
    server.done("WF/neighbour", CITY_OPS, json!({ "command": "switch-on", "revision": revision })).await;
}

pub(super) async fn limits(server: &TestServer, limits: Value) {
    let mut command = limits;
    command["command"] = "set-limits".into();
    server.done(ROLLOUT, CITY_OPS, command).await;
}

async fn who_fails_again_and_again_goes_into_quarantine_alone(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    neighbour(&server).await;
    switched_on(&server, &looping_rule(&watch("1.0.0"))).await;
    let mut tickets = Vec::new();
    for _ in 0..7 {
        tickets.push(registered(&server).await);
    }
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    let mut asked = 0;
    for ticket in &tickets {
        assert_eq!(tags(&server, ticket).await, json!(["neighbour/邻居"]), "every ticket is handled");
        let decisions = server.decisions(ticket).await;
        asked += decisions.iter().filter(|decision| decision.edition.rule == "street-watch").count();
    }
    assert_eq!(asked, 5, "five failures in a row, and no sixth call");
    let halt = rollout(&server).await["revisions"][0]["halt"].clone();
    assert_eq!(halt["halt"], "quarantine");
    assert_eq!(halt["failed"].as_array().map(Vec::len), Some(5), "with the calls that failed: {halt}");
    assert_eq!(halt["failed"][4]["ticket"], json!(tickets[4]));
    assert_eq!(server.why(tickets[6].as_str(), ROLLOUT).await, [("登记".to_owned(), "quarantine".to_owned())]);
    assert_eq!(server.why(tickets[0].as_str(), ROLLOUT).await, [("登记".to_owned(), "failed".to_owned())]);
    // It is there after a restart too; a person lets it out, and it begins anew.
    let server = server.restart("2024-11-06T09:01").await;
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    server.done(ROLLOUT, KUIWEN, json!({ "command": "resume", "reason": "已核查" })).await;
    let ticket = registered(&server).await;
    assert_eq!(server.why(ticket.as_str(), ROLLOUT).await, [("登记".to_owned(), "failed".to_owned())]);
    server.finish().await;
}

/// After its time the host tries by itself: one failure puts it back for twice as long; twenty good
/// calls let it out. What fails here is the rule; what mends it is that nothing is asked of it that
/// it cannot do.
async fn who_is_mended_is_let_out_by_a_trial(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    switched_on(&server, &looping_rule(&watch("1.0.0"))).await;
    for _ in 0..5 {
        registered(&server).await;
    }
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    server.move_clock("2024-11-06T09:10").await;
    eventually("it is tried again", async || server.state(ROLLOUT).await == "启用").await;
    registered(&server).await;
    let halt = rollout(&server).await["revisions"][0]["halt"].clone();
    assert_eq!((&halt["halt"], &halt["times"]), (&json!("quarantine"), &json!(2)), "one failure is enough: {halt}");
    server.move_clock("2024-11-06T09:29").await;
    assert_eq!(server.state(ROLLOUT).await, "隔离中", "twice as long");
    server.move_clock("2024-11-06T09:31").await;
    eventually("it is tried again", async || server.state(ROLLOUT).await == "启用").await;
    // A good version goes on trial as it stands when its minute was too dear.
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-off", "reason": "换版" })).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "resume", "reason": "换版" })).await;
    let mended = server.submitted(ROLLOUT, &tagging(&watch("1.0.1"), "好版"), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "switch-on", "revision": mended })).await;
    limits(&server, json!({ "calls_per_minute": 3 })).await;
    for _ in 0..4 {
        registered(&server).await;
    }
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    limits(&server, json!({})).await;
    server.move_clock("2024-11-06T09:45").await;
    eventually("it is tried again", async || server.state(ROLLOUT).await == "启用").await;
    for _ in 0..20 {
        registered(&server).await;
    }
    let found = rollout(&server).await["revisions"][1].clone();
    assert_eq!((&found["halt"], &found["on_probation"]), (&Value::Null, &Value::Null), "it is let out: {found}");
    server.finish().await;
}

async fn who_would_change_too_many_is_stopped_before_it_does(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    neighbour(&server).await;
    switched_on(&server, &tagging(&watch("1.0.0"), "一版")).await;
    limits(&server, json!({ "changed_per_hour": 3 })).await;
    let mut tickets = Vec::new();
    for _ in 0..5 {
        tickets.push(registered(&server).await);
    }
    let mut changed = 0;
    for ticket in &tickets {
        let tags = tags(&server, ticket).await.to_string();
        assert!(tags.contains("neighbour"), "the neighbour acts: {tags}");
        changed += usize::from(tags.contains("street-watch"));
    }
    assert_eq!(changed, 3, "not one more");
    assert_eq!(server.state(ROLLOUT).await, "已熔断");
    let halt = rollout(&server).await["revisions"][0]["halt"].clone();
    let wanted = halt["wanted"].as_array().cloned().unwrap_or_default();
    assert_eq!(wanted.len(), 4, "what it changed, and what it wanted: {halt}");
    assert_eq!((&wanted[3]["ticket"], &wanted[3]["happened"]), (&json!(tickets[3]), &json!(false)));
    assert_eq!(server.why(tickets[4].as_str(), ROLLOUT).await, [("登记".to_owned(), "breaker".to_owned())]);
    server.move_clock("2024-11-06T23:00").await;
    assert_eq!(server.state(ROLLOUT).await, "已熔断", "it waits for a person");
    server.done(ROLLOUT, KUIWEN, json!({ "command": "resume", "reason": "确系集中来电" })).await;
    let after = registered(&server).await;
    assert!(tags(&server, &after).await.to_string().contains("street-watch"));
    server.finish().await;
}

async fn who_costs_too_much_in_a_minute_goes_into_quarantine(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    switched_on(&server, &looping_rule(&watch("1.0.0"))).await;
    // Each call burns 20 million.
    limits(&server, json!({ "fuel_per_minute": 30 })).await;
    registered(&server).await;
    assert_eq!(server.state(ROLLOUT).await, "启用");
    registered(&server).await;
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    let cause = rollout(&server).await["revisions"][0]["halt"]["cause"].clone();
    assert_eq!(cause, "一分钟内用去算力 40 百万，上限 30 百万");
    server.finish().await;
}

async fn who_burns_nearly_all_it_may_each_time_goes_into_quarantine(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    // Some eighteen million, and an answer: no call fails.
    let spin = "(local $left i64) (local.set $left (i64.const 2600000))
        (loop $again (br_if $again (i64.ne (i64.const 0)
            (local.tee $left (i64.sub (local.get $left) (i64.const 1))))))";
    switched_on(&server, &Core::silent().after(spin).rule(&watch("1.0.0"))).await;
    limits(&server, json!({ "costly_calls_per_minute": 3 })).await;
    for _ in 0..3 {
        registered(&server).await;
    }
    assert_eq!(server.state(ROLLOUT).await, "启用");
    let ticket = registered(&server).await;
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    let cause = rollout(&server).await["revisions"][0]["halt"]["cause"].clone();
    assert_eq!(cause, "一分钟内高耗调用 4 次，上限 3 次");
    let decisions = server.decisions(&ticket).await;
    assert!(
        matches!(decisions[0].call.answer, Answered::Proposals(_)),
        "it was served: {:?}",
        decisions[0].call.answer
    );
    assert!(decisions[0].call.fuel >= COSTLY_FUEL, "{}", decisions[0].call.fuel);
    server.finish().await;
}

async fn who_asks_only_for_what_is_refused_goes_into_quarantine(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    // A unit of another county (guard rail G3).
    let foreign = proposal(json!({ "add-copy": "370784-ZJ" }));
    switched_on(&server, &constant_rule(&watch("1.0.0"), &[foreign.clone(), foreign])).await;
    limits(&server, json!({ "refused_in_a_row": 3 })).await;
    for _ in 0..2 {
        registered(&server).await;
    }
    assert_eq!(server.state(ROLLOUT).await, "启用");
    registered(&server).await;
    assert_eq!(server.state(ROLLOUT).await, "隔离中");
    let cause = rollout(&server).await["revisions"][0]["halt"]["cause"].clone();
    assert_eq!(cause, "连续 3 次所提全部被拒");
    server.finish().await;
}

async fn a_canary_in_quarantine_gives_its_tickets_back(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    switched_on(&server, &tagging(&watch("1.0.0"), "一版")).await;
    let bad = server.submitted(ROLLOUT, &looping_rule(&watch("1.0.1")), json!({})).await;
    server.done(ROLLOUT, KUIWEN, json!({ "command": "canary", "revision": bad, "on": { "share": 999 } })).await;
    for _ in 0..5 {
        registered(&server).await;
    }
    let ticket = registered(&server).await;
    assert_eq!(tags(&server, &ticket).await, json!(["street-watch/一版"]), "what is on takes them");
    assert_eq!(server.state(ROLLOUT).await, "灰度中");
    let halted = rollout(&server).await["revisions"][1]["halt"]["halt"].clone();
    assert_eq!(halted, "quarantine", "the candidate alone");
    server.done(ROLLOUT, KUIWEN, json!({ "command": "roll-back", "reason": "灰度失败" })).await;
    assert_eq!(server.state(ROLLOUT).await, "启用");
    server.finish().await;
}
