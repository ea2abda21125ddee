//! The outbox against receivers that take, fail and hang: each message arrives under one key,
//! none carries the caller, and no command waits for a receiver.

use super::databases::on_both;
use super::harness::{Answer, TestServer, eventually, nobody_listens};
use super::story::{
    CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, accept, burst_main, dispatch, dispatched, handled,
    road_in_anqiu, supervise,
};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use chuishao_server::store::Kind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;

on_both!(
    units_and_readers_are_told,
    no_message_carries_the_caller,
    what_failed_comes_again_under_the_same_key,
    messages_wait_for_a_receiver_over_a_restart,
    a_receiver_that_hangs_delays_nobody,
    a_stop_waits_for_no_receiver,
    a_receiver_that_is_gone_delays_nobody
);

/// How a receiver behaves.
#[derive(Clone)]
enum Manner {
    /// Takes everything.
    Takes,
    /// Says 500 to what it sees for the first time.
    FailsFirst,
    /// Answers nothing until it is released.
    Hangs(watch::Receiver<bool>),
}

#[derive(Clone, Debug)]
struct Delivery {
    key: String,
    message: Value,
}

/// A receiver on a port of its own.
#[derive(Clone)]
struct Receiver {
    url: String,
    manner: Manner,
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    answered: Arc<AtomicUsize>,
}

impl Receiver {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/messages", listener.local_addr().expect("an address"));
        let receiver = Self { url, manner, deliveries: Arc::default(), answered: Arc::default() };
        let router = Router::new().route("/messages", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.lock().expect("not poisoned").clone()
    }

    fn messages(&self, topic: &str) -> Vec<(String, String)> {
        let text = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let of_topic = self.deliveries().into_iter().filter(|delivery| delivery.message["topic"] == topic);
        of_topic.map(|delivery| (text(&delivery.message, "to_unit"), text(&delivery.message, "text"))).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, Json(message): Json<Value>) -> StatusCode {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    let first = {
        let mut deliveries = receiver.deliveries.lock().expect("not poisoned");
        let first = deliveries.iter().all(|delivery| delivery.key != key);
        deliveries.push(Delivery { key, message });
        first
    };
    let status = match &receiver.manner {
        Manner::FailsFirst if first => StatusCode::INTERNAL_SERVER_ERROR,
        Manner::Hangs(released) => {
            let _ = released.clone().wait_for(|released| *released).await;
            StatusCode::OK
        }
        _ => StatusCode::OK,
    };
    receiver.answered.fetch_add(1, Ordering::SeqCst);
    status
}

/// Waits until so many messages were delivered and none waits.
async fn all_delivered(server: &TestServer, count: i64) {
    let expected = json!({ "waiting": 0, "delivered": count });
    eventually("every message is delivered", async || server.read::<Value>("/v1/outbox").await == expected).await;
}

async fn units_and_readers_are_told(on: Kind) {
    let receiver = Receiver::start(Manner::Takes).await;
    let server = TestServer::delivering_to(on, receiver.url.clone(), "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    let both = json!({ "command": "dispatch", "lead_unit": "370784-ZJ", "assisting_units": ["370784-CG"] });
    server.act(&id, DISPATCHER, both).await;
    server.act(&id, "department-supervisor:WF-ZJ", supervise("370784-ZJ", "请当日核实情况")).await;
    all_delivered(&server, 5).await;

    let to = |unit: &str, text: String| (unit.to_owned(), text);
    let mut dispatched = receiver.messages("dispatched");
    dispatched.sort();
    assert_eq!(dispatched, [to("370784-CG", format!("协办工单 {id}")), to("370784-ZJ", format!("主办工单 {id}"))]);
    let mut copied = receiver.messages("copied");
    copied.sort();
    let above = to("370784-ZF", format!("一键直达工单 {id}，请知悉"));
    assert_eq!(copied, [above, to("WF-ZJ", format!("抄送工单 {id}，请督促、指导、监督"))]);
    assert_eq!(receiver.messages("supervised"), [to("370784-ZJ", "督促：请当日核实情况".into())]);
    for delivery in receiver.deliveries() {
        assert_eq!(delivery.message["id"], delivery.key, "the key is the message's own id");
        assert_eq!(delivery.message["ticket"], id.as_str());
    }
    server.finish().await;
}

/// Whatever was said on the telephone: messages name the ticket, not the caller.
async fn no_message_carries_the_caller(on: Kind) {
    let receiver = Receiver::start(Manner::Takes).await;
    let server = TestServer::delivering_to(on, receiver.url.clone(), "2025-07-18T23:40").await;
    let mut matter = burst_main();
    matter["title"] = format!("{CALLER_NAME}反映水管爆裂").into();
    let id = dispatched(&server, &matter, "370702-SL").await;
    server.move_clock("2025-07-22T09:00").await;
    for solved in [false, false, false, true] {
        handled(&server, &id, "370702-SL", solved).await;
    }
    // Dispatched and copied, to the level above too; grasping and closing warned of and, to
    // the department too, overdue and red; both did not sign; supervised for the red card and
    // for the third rework; the leader is told.
    all_delivered(&server, 16).await;
    assert_eq!(receiver.messages("warning").len(), 10);
    assert_eq!(receiver.messages("ordered").len(), 2);
    assert_eq!(receiver.messages("notice").len(), 1);
    for delivery in receiver.deliveries() {
        let text = delivery.message.to_string();
        assert!(!text.contains(CALLER_NAME) && !text.contains(CALLER_PHONE), "{text}");
    }
    server.finish().await;
}

async fn what_failed_comes_again_under_the_same_key(on: Kind) {
    let receiver = Receiver::start(Manner::FailsFirst).await;
    let server = TestServer::delivering_to(on, receiver.url.clone(), "2024-06-25T09:10").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    all_delivered(&server, 3).await;
    let deliveries = receiver.deliveries();
    let keys: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.key.as_str()).collect();
    assert_eq!((deliveries.len(), keys.len()), (6, 3), "each twice, under its own key: {deliveries:?}");
    for key in keys {
        let twice: Vec<&Value> = deliveries.iter().filter(|d| d.key == key).map(|d| &d.message).collect();
        assert_eq!(twice[0], twice[1], "the same message");
    }
    server.finish().await;
}

async fn messages_wait_for_a_receiver_over_a_restart(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(server.read::<Value>("/v1/outbox").await, json!({ "waiting": 3, "delivered": 0 }));
    let receiver = Receiver::start(Manner::Takes).await;
    let server = server.restart_delivering_to(receiver.url.clone(), "2024-06-25T09:20").await;
    all_delivered(&server, 3).await;
    assert_eq!(receiver.deliveries().len(), 3);
    server.finish().await;
}

/// The commands are answered while the receiver still holds the first message.
async fn a_receiver_that_hangs_delays_nobody(on: Kind) {
    let (release, released) = watch::channel(false);
    let receiver = Receiver::start(Manner::Hangs(released)).await;
    let server = TestServer::delivering_to(on, receiver.url.clone(), "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    eventually("the first message is sent", async || !receiver.deliveries().is_empty()).await;
    handled(&server, &id, "370784-ZJ", true).await;
    let other = Answer::to(server.registration(&road_in_anqiu())).await;
    assert_eq!(other.status, 201);
    let other = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(server.ticket(&other).await["state"], "handling");
    assert_eq!(receiver.answered.load(Ordering::SeqCst), 0, "nothing was answered yet");

    release.send(true).expect("it still waits");
    all_delivered(&server, 6).await;
    server.finish().await;
}

/// A server that is told to stop breaks deliveries off; their rows are sent after the next start.
async fn a_stop_waits_for_no_receiver(on: Kind) {
    let (_never, released) = watch::channel(false);
    let receiver = Receiver::start(Manner::Hangs(released)).await;
    let server = TestServer::delivering_to(on, receiver.url.clone(), "2024-06-25T09:10").await;
    dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    eventually("the first message is sent", async || !receiver.deliveries().is_empty()).await;
    server.finish().await;
    assert!(receiver.deliveries().len() <= 3, "nothing was sent twice");
}

/// Nobody listens at that address.
async fn a_receiver_that_is_gone_delays_nobody(on: Kind) {
    let (_held, gone) = nobody_listens();
    let server = TestServer::delivering_to(on, format!("http://{gone}/"), "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch("370784-ZJ")).await;
    handled(&server, &id, "370784-ZJ", true).await;
    assert_eq!(server.read::<Value>("/v1/outbox").await["waiting"], 3);
    server.finish().await;
}
