//! What a rule nominates on a ticket becomes a candidate once: also when the server stopped
//! after the ticket was written, and when two servers work it off at the same moment.

use super::components::{compiler, install_at_desk, rule};
use super::databases::{Raw, TestDatabase, on_both};
use super::harness::{TestServer, at, eventually};
use super::story::matter;
use crate::hostile::guest::{constant_rule, manifest, proposal};
use chuishao_domain::actor::By;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::ticket::Intake;
use chuishao_domain::vault::Caller;
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_server::clock::Clock;
use chuishao_server::desk::Desk;
use chuishao_server::housekeeping::clean;
use chuishao_server::nominations::work_off;
use chuishao_server::reference::{Known, Reference};
use chuishao_server::registry::Registry;
use chuishao_server::store::{Kind, Store};
use chuishao_server::vault::keys::Keys;
use chuishao_tests::Rule;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

on_both!(
    a_nomination_becomes_a_candidate_and_the_next_ticket_joins_it,
    a_nomination_outlives_the_server_that_wrote_it,
    two_servers_make_one_candidate_of_it,
    a_nomination_that_the_core_refuses_is_settled_with_the_reason,
    settled_nominations_go_after_half_a_year
);

/// A rule of a territory that nominates every matter as it is registered.
fn nominating(folder: &Path, territory: &str) -> Rule {
    let nominate = json!({ "nominate": { "forum": "monthly-discussion", "title": "老旧供热管网改造" } });
    let bytes = constant_rule(&manifest("nominator", &[EventKind::Registered]), &[proposal(nominate)]);
    let file = folder.join("nominator.wasm");
    std::fs::write(&file, bytes).expect("written");
    rule(&file, territory)
}

/// A desk without a clock: the server that was stopped before it came to anything else.
async fn desk_without_clock(folder: &Path, database: &TestDatabase) -> Desk {
    let store = Store::open(&database.address).await.expect("it opens");
    let engine = Engine::new(Budget::default()).expect("it starts");
    let code = CompiledCode::open(&folder.join("compiled"), compiler()).expect("a folder");
    let known = Known::read(&store).await.expect("what ships with the program");
    let registry = Arc::new(Registry::new(engine, code));
    registry.take_up(&store, &known.editions.newest().catalogue).await.expect("it reads");
    let keys = Keys::open(&store, None, folder).await.expect("a key file");
    let clock = Arc::new(Clock::movable(at("2024-11-06T09:00")));
    let desk = Desk::new(store, Reference::new(known), registry, clock, keys);
    install_at_desk(&desk, &nominating(folder, "370705")).await;
    desk
}

fn cold_room() -> Value {
    matter("help", "010401", "370705", "虞河花园")
}

async fn register_at(desk: &Desk) {
    let intake: Intake = serde_json::from_value(json!({
        "caller": "", "caller_kind": "citizen", "channel": "phone", "matter_kind": "help", "category": "010401",
        "title": "家中不热", "body": "室温十四度", "confidential": false, "received_at": "2024-11-06T09:00:00+08:00",
        "place": { "territory": "370705", "estate": "虞河花园" },
    }))
    .expect("an intake");
    let caller: Caller = serde_json::from_value(cold_room()["caller"].clone()).expect("a caller");
    let by = By::CallTaker { number: "0231".into() };
    desk.register(intake, caller, by, None, None).await.expect("it is registered");
}

async fn topics(server: &TestServer) -> Vec<Value> {
    let page: Value = server.read("/v1/topics").await;
    page["topics"].as_array().expect("a list").clone()
}

async fn number_of(server: &TestServer, condition: &str) -> i64 {
    let asked = format!("select count(*) from nomination where {condition}");
    Raw::open(server.database()).await.number(&asked).await
}

async fn a_nomination_becomes_a_candidate_and_the_next_ticket_joins_it(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[nominating(folder.path(), "370705")], "2024-11-06T09:00").await;
    let first = server.register(&cold_room()).await.ticket;
    eventually("it is nominated", async || topics(&server).await.len() == 1).await;
    let topic = topics(&server).await.remove(0);
    assert_eq!(topic["rung"], "monthly-discussion");
    assert_eq!(topic["state"], "candidate");
    assert_eq!(topic["title"], "老旧供热管网改造");
    assert_eq!(topic["subject"], json!({ "category": "0104", "territory": "370705", "place": "" }));
    assert_eq!(topic["tickets"], json!([first]));
    let second = server.register(&cold_room()).await.ticket;
    eventually("it is related", async || topics(&server).await[0]["ticket_count"] == 2).await;
    assert_eq!(topics(&server).await[0]["tickets"], json!([first, second]));
    let lines: Value = server.read(&format!("/v1/topics/{}/timeline", topic["id"].as_str().expect("an id"))).await;
    assert_eq!(lines[0]["why"], "小区连续三日报修，请优先处理", "the rule's reason");
    // Elsewhere the rule does not act.
    server.register(&matter("help", "010401", "370784", "汶水小区")).await;
    eventually("all are settled", async || number_of(&server, "settled_at is null").await == 0).await;
    assert_eq!(number_of(&server, "topic_id <> ''").await, 2);
    server.finish().await;
}

async fn a_nomination_outlives_the_server_that_wrote_it(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(on, folder.path()).await;
    let desk = desk_without_clock(folder.path(), &database).await;
    register_at(&desk).await;
    desk.store.close().await;
    drop(desk);

    let server = TestServer::on_database(database, folder.path(), "2024-11-06T09:05").await;
    eventually("it is nominated", async || topics(&server).await.len() == 1).await;
    let server = server.restart("2024-11-06T09:10").await;
    work_off(server.desk()).await.expect("the database answers");
    let after = topics(&server).await;
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!((&after[0]["version"], &after[0]["ticket_count"]), (&json!(1), &json!(1)), "once only");
    assert_eq!(number_of(&server, "settled_at is not null").await, 1);
    server.finish().await;
}

/// Both have read the nomination as waiting before either has written.
async fn two_servers_make_one_candidate_of_it(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(on, folder.path()).await;
    let desk = desk_without_clock(folder.path(), &database).await;
    for _ in 0..4 {
        register_at(&desk).await;
    }
    let all = tokio::join!(work_off(&desk), work_off(&desk), work_off(&desk), work_off(&desk));
    for one in [all.0, all.1, all.2, all.3] {
        one.expect("the database answers");
    }
    // What one lost to another too often waits for the next look.
    work_off(&desk).await.expect("the database answers");
    desk.store.close().await;
    drop(desk);
    let server = TestServer::on_database(database, folder.path(), "2024-11-06T09:05").await;
    let after = topics(&server).await;
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!((&after[0]["version"], &after[0]["ticket_count"]), (&json!(4), &json!(4)), "each once");
    assert_eq!(after[0]["tickets"].as_array().map(Vec::len), Some(4));
    assert_eq!(number_of(&server, "topic_id <> ''").await, 4);
    server.finish().await;
}

/// What cannot become a topic does not wait for ever: here the rule's words were spoilt in the
/// database.
async fn a_nomination_that_the_core_refuses_is_settled_with_the_reason(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(on, folder.path()).await;
    let desk = desk_without_clock(folder.path(), &database).await;
    register_at(&desk).await;
    let spoil = "update event set document = replace(document, '老旧供热管网改造', ' ')";
    assert!(Raw::open(&database).await.execute(spoil).await > 0);
    work_off(&desk).await.expect("the database answers");
    assert_eq!(
        Raw::open(&database).await.texts("select refusal from nomination where settled_at is not null").await,
        ["words-missing"]
    );
    desk.store.close().await;
    drop(desk);
    let server = TestServer::on_database(database, folder.path(), "2024-11-06T09:05").await;
    assert_eq!(topics(&server).await, Vec::<Value>::new());
    server.finish_spoilt().await;
}

async fn settled_nominations_go_after_half_a_year(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(on, &[nominating(folder.path(), "370705")], "2024-11-06T09:00").await;
    let old = server.register(&cold_room()).await.ticket;
    server.register(&cold_room()).await;
    eventually("both are settled", async || number_of(&server, "topic_id <> ''").await == 2).await;
    for (days, left) in [(179, 2), (2, 1)] {
        let earlier = format!("settled_at = settled_at - {}", days * 24 * 3_600_000_i64);
        let age = format!("update nomination set {earlier} where ticket_id = '{old}'");
        assert_eq!(Raw::open(server.database()).await.execute(&age).await, 1);
        clean(server.desk(), None).await.expect("it is cleaned");
        assert_eq!(number_of(&server, "settled_at is not null").await, left);
    }
    work_off(server.desk()).await.expect("the database answers");
    assert_eq!(topics(&server).await[0]["ticket_count"], 2, "the topic keeps it");
    server.finish().await;
}
