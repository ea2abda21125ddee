//! How long a caller is kept: what is over is erased by the clock, once; what is held is not;
//! and the record says what became of it.

use super::super::databases::{Raw, on_both};
use super::super::harness::{TestServer, eventually};
use super::super::story::{CALLER_PHONE, dispatched, handled, road_in_anqiu};
use super::{AUDITOR, caller_of, get, look, post, record};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use chuishao_server::vault::clockwork;
use serde_json::{Value, json};

on_both!(what_is_over_is_erased_once, what_is_held_stays, who_asks_is_erased_when_nothing_is_open);

async fn closed_out(server: &TestServer) -> (TicketId, String) {
    let id = dispatched(server, &road_in_anqiu(), "370784-ZJ").await;
    handled(server, &id, "370784-ZJ", true).await;
    let reference = caller_of(server, &id).await;
    (id, reference)
}

async fn rows(server: &TestServer, reference: &str) -> i64 {
    let asked = format!("select count(*) from caller_sealed where reference = '{reference}'");
    Raw::open(server.database()).await.number(&asked).await
}

/// The clock of the server that plays it, which another test's question must not outrun.
async fn look_now(server: &TestServer) {
    clockwork::look(server.desk(), server.desk().clock.now()).await.expect("the database answers");
}

async fn what_is_over_is_erased_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let (id, reference) = closed_out(&server).await;
    let open = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let open = caller_of(&server, &open).await;
    server.move_clock("2027-06-25T09:09").await;
    look_now(&server).await;
    assert_eq!(rows(&server, &reference).await, 1, "not before its time");
    server.move_clock("2027-06-25T09:10").await;
    eventually("it is erased", async || rows(&server, &reference).await == 0).await;
    assert_eq!(rows(&server, &open).await, 1, "a ticket is open");

    let lines = record(&server, &reference).await;
    assert_eq!(lines.last().expect("a line").what, "删除来电人信息：保存期限届满");
    assert_eq!(lines.len(), 2);
    let path = format!("/v1/callers/{reference}");
    let refused = post(&server, AUDITOR, &format!("{path}/unmask"), &look(&id, "lawful-demand", &["phone"])).await;
    assert_eq!(refused.refusal(), (422, "caller-erased".into()));
    assert_eq!(get(&server, AUDITOR, &path).await.refusal(), (422, "caller-erased".into()));
    look_now(&server).await;
    let server = server.restart("2027-06-26T09:10").await;
    look_now(&server).await;
    assert_eq!(record(&server, &reference).await.len(), 2, "a second run changes nothing");
    server.finish().await;
}

async fn what_is_held_stays(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let (id, reference) = closed_out(&server).await;
    let commands = format!("/v1/callers/{reference}/commands");
    let hold = json!({ "command": "place-hold", "kind": "litigation", "words": "（2024）鲁0784行初1号" });
    let refused = post(&server, "call-taker:0231", &commands, &hold).await;
    assert_eq!(refused.refusal(), (403, "not-entitled".into()));
    assert_eq!(post(&server, AUDITOR, &commands, &hold).await.status, 200);
    server.move_clock("2030-01-04T09:00").await;
    look_now(&server).await;
    let unmask = format!("/v1/callers/{reference}/unmask");
    let shown: Value = post(&server, AUDITOR, &unmask, &look(&id, "lawful-demand", &["phone"])).await.read();
    assert_eq!(shown["phone"], CALLER_PHONE);
    let erase = post(&server, AUDITOR, &commands, &json!({ "command": "erase" })).await;
    assert_eq!(erase.refusal(), (422, "caller-kept".into()));

    let lift = json!({ "command": "lift-hold", "number": 1, "words": "判决已生效" });
    assert_eq!(post(&server, AUDITOR, &commands, &lift).await.status, 200);
    eventually("it is erased", async || rows(&server, &reference).await == 0).await;
    server.finish().await;
}

async fn who_asks_is_erased_when_nothing_is_open(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let reference = caller_of(&server, &id).await;
    let commands = format!("/v1/callers/{reference}/commands");
    let erase = json!({ "command": "erase" });
    assert_eq!(post(&server, AUDITOR, &commands, &erase).await.refusal(), (422, "caller-kept".into()));
    handled(&server, &id, "370784-ZJ", true).await;
    let request = || server.post(&commands).header("chuishao-actor", AUDITOR).header("idempotency-key", "erase-1");
    for _ in 0..2 {
        let answer = super::super::harness::Answer::to(request().json(&erase)).await;
        assert_eq!((answer.status, answer.read::<Value>()["version"].clone()), (200, json!(2)), "once under its key");
    }
    assert_eq!(rows(&server, &reference).await, 0);
    assert_eq!(record(&server, &reference).await[1].what, "删除来电人信息：本人请求删除");
    assert_eq!(server.register(&road_in_anqiu()).await.earlier_tickets, Some(0), "nothing finds him any more");
    server.finish().await;
}
