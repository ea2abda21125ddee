//! Idempotency: a request that is sent again under its key is done once, and gets the same
//! receipt.

use super::databases::on_both;
use super::harness::{Answer, TestServer};
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, noise, road_in_anqiu};
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use reqwest::RequestBuilder;
use std::sync::Arc;
use tokio::task::JoinSet;

on_both!(
    a_repeated_registration_makes_one_ticket,
    a_repeated_command_is_done_once,
    a_key_belongs_to_one_request,
    sixteen_at_once_under_one_key_make_one_ticket,
    a_refused_command_may_come_again_under_its_key,
    a_key_has_a_length
);

async fn under(key: &str, request: RequestBuilder) -> Answer {
    Answer::to(request.header("idempotency-key", key)).await
}

async fn tickets(server: &TestServer) -> usize {
    server.tickets("/v1/tickets").await.len()
}

async fn a_repeated_registration_makes_one_ticket(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let first = under("call-1", server.registration(&road_in_anqiu())).await;
    let again = under("call-1", server.registration(&road_in_anqiu())).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.read::<Receipt>(), again.read::<Receipt>());
    assert_eq!(tickets(&server).await, 1);

    let other = under("call-2", server.registration(&road_in_anqiu())).await;
    assert_ne!(other.read::<Receipt>().ticket, first.read::<Receipt>().ticket);
    assert_eq!(tickets(&server).await, 2);
    server.finish().await;
}

/// The receipt is the first one's, also when the ticket has gone on since, and after a restart.
async fn a_repeated_command_is_done_once(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let first: Receipt = under("accept-1", server.command(&id, CALL_TAKER, &accept())).await.read();
    server.act(&id, DISPATCHER, dispatch("370784-ZJ")).await;
    let timeline = server.timeline(&id).await;
    for _ in 0..2 {
        let again = under("accept-1", server.command(&id, CALL_TAKER, &accept())).await;
        assert_eq!(again.read::<Receipt>(), first);
        assert_eq!(server.timeline(&id).await, timeline);
        server = server.restart("2024-06-25T09:20").await;
    }
    server.finish().await;
}

async fn a_key_belongs_to_one_request(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let other = server.register(&road_in_anqiu()).await.ticket;
    under("key-1", server.command(&id, CALL_TAKER, &accept())).await.read::<Receipt>();
    for (what, request) in [
        ("another command", server.command(&id, DISPATCHER, &dispatch("370784-ZJ"))),
        ("another actor", server.command(&id, "call-taker:0999", &accept())),
        ("another ticket", server.command(&other, CALL_TAKER, &accept())),
        ("a registration", server.registration(&noise("370705", "胜利新村"))),
    ] {
        assert_eq!(under("key-1", request).await.refusal(), (422, "key-of-another".into()), "{what}");
    }
    assert_eq!(server.ticket(&other).await["version"], 1);
    assert_eq!(tickets(&server).await, 2);
    server.finish().await;
}

async fn sixteen_at_once_under_one_key_make_one_ticket(on: Kind) {
    let server = Arc::new(TestServer::start(on, &[], "2024-06-25T09:10").await);
    let mut calls = JoinSet::new();
    for _ in 0..16 {
        let server = server.clone();
        calls.spawn(async move { under("call-1", server.registration(&road_in_anqiu())).await.read::<Receipt>() });
    }
    let receipts = calls.join_all().await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!(tickets(&server).await, 1);
    Arc::into_inner(server).expect("every call is done").finish().await;
}

/// A refusal is no answer that is kept: what was in the way may be gone.
async fn a_refused_command_may_come_again_under_its_key(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let early = under("dispatch-1", server.command(&id, DISPATCHER, &dispatch("370784-ZJ"))).await;
    assert_eq!(early.refusal(), (422, "wrong-state".into()));
    server.act(&id, CALL_TAKER, accept()).await;
    let again = under("dispatch-1", server.command(&id, DISPATCHER, &dispatch("370784-ZJ"))).await;
    assert_eq!(again.read::<Receipt>().state, "办理中");
    server.finish().await;
}

async fn a_key_has_a_length(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for key in ["", &"k".repeat(129)] {
        let answer = under(key, server.registration(&road_in_anqiu())).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()));
    }
    let answer = under(&"k".repeat(128), server.registration(&road_in_anqiu())).await;
    assert_eq!(answer.status, 201);
    server.finish().await;
}
