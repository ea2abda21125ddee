//! The breaker's hour is the city's: it outlives a restart, and several servers count it together;
//! it begins anew where a person resumes, and nowhere else.

use super::guards::{limits, registered, rollout, switched_on, tags};
use super::{KUIWEN, ROLLOUT, tagging, watch};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::{Answer, TestServer, eventually};
use chuishao_domain::ids::TicketId;
use chuishao_server::registry::guard;
use chuishao_server::store::Kind;
use chuishao_tests::city_key;
use serde_json::{Value, json};

on_both!(
    a_server_that_was_restarted_stops_it_at_the_same_ticket,
    what_is_older_than_the_hour_or_the_resume_is_not_taken_up_again,
    a_quarantine_does_not_forget_the_hour
);

/// A server with a rule that changes every ticket, and so many of them in an hour.
async fn changing(on: Kind, per_hour: u32) -> TestServer {
    let server = TestServer::start(on, &[], "2024-11-06T09:00").await;
    server.key(&city_key(), "WF").await;
    switched_on(&server, &tagging(&watch("1.0.0"), "一版")).await;
    limits(&server, json!({ "changed_per_hour": per_hour })).await;
    server
}

async fn changed(server: &TestServer, tickets: &[TicketId]) -> Vec<bool> {
    let mut changed = Vec::new();
    for ticket in tickets {
        changed.push(tags(server, ticket).await == json!(["street-watch/一版"]));
    }
    changed
}

/// How many tickets it was asked about and changed, as this server knows it.
async fn hour(server: &TestServer) -> (u64, u64) {
    let path = format!("/v1/rollouts/{ROLLOUT}/health");
    let health: Vec<Value> = Answer::to(server.get(&path).header("chuishao-actor", KUIWEN)).await.read();
    let sum = |of: &str| health.iter().map(|one| one[of].as_u64().expect("a number")).sum();
    (sum("asked"), sum("changed"))
}

/// The list of a breaker that is open: each ticket, and whether it was changed.
async fn wanted(server: &TestServer) -> Vec<(Value, Value)> {
    let halt = rollout(server).await["revisions"][0]["halt"].clone();
    assert_eq!(halt["halt"], "breaker", "{halt}");
    let list = halt["wanted"].as_array().expect("a list");
    list.iter().map(|one| (one["ticket"].clone(), one["happened"].clone())).collect()
}

/// Such a list of four tickets, of which the last was not changed any more.
fn list(tickets: &[TicketId]) -> Vec<(Value, Value)> {
    tickets.iter().zip([true, true, true, false]).map(|(ticket, happened)| (json!(ticket), json!(happened))).collect()
}

/// A server looks at what the others decided; a second look finds nothing that counts again.
async fn look(server: &TestServer) {
    for _ in 0..2 {
        while guard::follow(server.desk()).await.expect("the database answers") {}
    }
}

async fn resume(server: &TestServer) {
    server.done(ROLLOUT, KUIWEN, json!({ "command": "resume", "reason": "确系集中来电" })).await;
}

async fn a_server_that_was_restarted_stops_it_at_the_same_ticket(on: Kind) {
    for restarted in [false, true] {
        let mut server = changing(on, 3).await;
        let mut tickets = vec![registered(&server).await, registered(&server).await];
        if restarted {
            server = server.restart("2024-11-06T09:20").await;
        } else {
            server.move_clock("2024-11-06T09:20").await;
        }
        assert_eq!(hour(&server).await, (2, 2), "restarted: {restarted}");
        tickets.extend([registered(&server).await, registered(&server).await]);
        assert_eq!(changed(&server, &tickets).await, [true, true, true, false], "restarted: {restarted}");
        assert_eq!(server.state(ROLLOUT).await, "已熔断");
        assert_eq!(wanted(&server).await, list(&tickets), "with what it changed before");
        server.finish().await;
    }
}

async fn what_is_older_than_the_hour_or_the_resume_is_not_taken_up_again(on: Kind) {
    let server = changing(on, 2).await;
    registered(&server).await;
    server.move_clock("2024-11-06T09:30").await;
    registered(&server).await;
    // The first one was changed an hour ago.
    let server = server.restart("2024-11-06T10:00").await;
    assert_eq!(hour(&server).await, (1, 1));
    let tickets = [registered(&server).await, registered(&server).await];
    assert_eq!(changed(&server, &tickets).await, [true, false]);
    server.move_clock("2024-11-06T10:05").await;
    resume(&server).await;
    let server = server.restart("2024-11-06T10:10").await;
    assert_eq!(hour(&server).await, (0, 0), "a person has looked at it");
    let tickets = [registered(&server).await, registered(&server).await, registered(&server).await];
    assert_eq!(changed(&server, &tickets).await, [true, true, false]);
    server.finish().await;
}

/// It protects the tickets, whatever else a plugin was stopped for in between.
async fn a_quarantine_does_not_forget_the_hour(on: Kind) {
    let server = changing(on, 3).await;
    limits(&server, json!({ "changed_per_hour": 3, "calls_per_minute": 2 })).await;
    let mut tickets = vec![registered(&server).await, registered(&server).await, registered(&server).await];
    assert_eq!(server.state(ROLLOUT).await, "隔离中", "three calls in a minute");
    server.move_clock("2024-11-06T09:11").await;
    eventually("it is tried again", async || server.state(ROLLOUT).await == "启用").await;
    tickets.push(registered(&server).await);
    assert_eq!(changed(&server, &tickets).await, [true, true, true, false]);
    assert_eq!(server.state(ROLLOUT).await, "已熔断");
    server.finish().await;
}

async fn beside(server: &TestServer, clock: &str) -> TestServer {
    TestServer::on_database(server.database().shared(), server.folder(), clock).await
}

/// What is changed on several servers in turn comes to the limit of one.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_stop_it_at_the_limit_of_the_city() {
    let first = changing(Kind::Postgres, 3).await;
    let mut tickets = vec![registered(&first).await];
    let second = beside(&first, "2024-11-06T09:00").await;
    assert_eq!(hour(&second).await, (1, 1), "it starts with what the other one decided");
    for server in [&second, &first, &second, &first] {
        tickets.push(registered(server).await);
        look(&first).await;
        look(&second).await;
    }
    assert_eq!(changed(&first, &tickets).await, [true, true, true, false, false]);
    for server in [&first, &second] {
        assert_eq!(server.state(ROLLOUT).await, "已熔断");
        assert_eq!(hour(server).await, (3, 3), "each counts once, whoever decided");
    }
    // All of one moment: by their numbers, of which each server has a block.
    let mut listed = tickets[..3].to_vec();
    listed.sort();
    listed.push(tickets[3].clone());
    assert_eq!(wanted(&first).await, list(&listed), "what both changed, and what one of them wanted");
    assert_eq!(first.why(tickets[4].as_str(), ROLLOUT).await, [("登记".to_owned(), "breaker".to_owned())]);
    second.finish().await;
    first.finish().await;
}

/// After an import more waits for a number than one look gives: what another server decided is behind it.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_behind_an_import_catches_up_at_once() {
    let first = changing(Kind::Postgres, 3).await;
    registered(&first).await;
    let second = beside(&first, "2024-11-06T09:00").await;
    let imported = "insert into change (kind, subject, version, at) \
                    select 'knowledge', 'imported', n, 0 from generate_series(1, 1200) as n";
    assert_eq!(Raw::open(first.database()).await.execute(imported).await, 1200);
    registered(&first).await;
    guard::catch_up(second.desk()).await.expect("the database answers");
    assert_eq!(hour(&second).await, (2, 2));
    second.finish().await;
    first.finish().await;
}

/// The person resumes on one server; the other forgets what was before as well, and counts what was
/// done after it, though it may not have seen that yet.
#[tokio::test(flavor = "multi_thread")]
async fn both_begin_anew_when_a_person_resumes() {
    let first = changing(Kind::Postgres, 2).await;
    let second = beside(&first, "2024-11-06T09:00").await;
    let before = [registered(&first).await, registered(&second).await];
    look(&first).await;
    look(&second).await;
    let stopped = registered(&first).await;
    assert_eq!(changed(&first, &before).await, [true, true]);
    assert_eq!(changed(&first, &[stopped]).await, [false]);
    for moment in ["2024-11-06T09:05", "2024-11-06T09:10"] {
        tokio::join!(first.move_clock(moment), second.move_clock(moment));
        if moment == "2024-11-06T09:05" {
            resume(&second).await;
        }
    }
    let mut tickets = Vec::new();
    for server in [&second, &first, &second] {
        tickets.push(registered(server).await);
        look(&first).await;
        look(&second).await;
    }
    assert_eq!(changed(&first, &tickets).await, [true, true, false]);
    for server in [&first, &second] {
        assert_eq!(server.state(ROLLOUT).await, "已熔断");
        assert_eq!(hour(server).await, (2, 2), "of what was before the resume nothing is left");
    }
    second.finish().await;
    first.finish().await;
}
