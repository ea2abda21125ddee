//! Documents for other authorities against receivers that take, refuse, redirect and are gone:
//! each change arrives once per number, in order, signed, without a word of the caller's; what
//! one receiver does not take troubles no ticket and no other receiver.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, eventually, nobody_listens};
use super::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, accept, dispatched, handled, matter};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chuishao_domain::ids::TicketId;
use chuishao_domain::outward::signature::{Secret, SignedHeaders, sign};
use chuishao_server::store::Kind;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

mod configured;
mod faults;
mod receiver;
mod verifiers;

on_both!(
    the_platform_hears_of_each_change_in_order_and_signed,
    what_is_refused_dies_alone_and_is_sent_again_by_a_person,
    a_receiver_that_is_gone_delays_nobody_and_catches_up,
    a_redirect_is_not_followed,
    what_was_referred_goes_in_one_batch_a_day,
    the_public_view_names_nobody_and_takes_nothing
);

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OFFICE: &str = "hotline-office:0002";
const DAY: &str = "2024-11-06T09:00";

#[derive(Clone, Debug)]
struct Delivery {
    id: String,
    body: Value,
}

/// What a receiver does with the documents of one ticket.
#[derive(Clone, Debug, Default)]
struct Manner {
    refuses: Option<String>,
    redirects_to: Option<String>,
}

/// A receiver on a port of its own, which checks every signature.
#[derive(Clone)]
struct Receiver {
    url: String,
    manner: Arc<Mutex<Manner>>,
    taken: Arc<Mutex<Vec<Delivery>>>,
}

impl Receiver {
    async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.expect("a port")).await
    }

    async fn on(listener: TcpListener) -> Self {
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Self { url, manner: Arc::default(), taken: Arc::default() };
        let router = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    fn taken(&self) -> Vec<Delivery> {
        self.taken.lock().expect("not poisoned").clone()
    }

    async fn has(&self, count: usize) {
        eventually("the documents arrive", async || self.taken().len() >= count).await;
    }

    fn behaves(&self, manner: Manner) {
        *self.manner.lock().expect("not poisoned") = manner;
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let sent_at =
        jiff::Timestamp::from_second(header("webhook-timestamp").parse().expect("seconds")).expect("a moment");
    let SignedHeaders(wanted) =
        sign(&[Secret::parse(SECRET).expect("a secret")], &header("webhook-id"), sent_at, &body);
    for (name, value) in wanted {
        assert_eq!(header(name), value, "it is signed");
    }
    for planted in [CALLER_NAME, CALLER_PHONE, "来电反映的问题", "胜利新村", "请尽快处理"] {
        assert!(!body.contains(planted), "{planted} stands in {body}");
    }
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["id"], header("webhook-id"));
    let manner = receiver.manner.lock().expect("not poisoned").clone();
    if let Some(elsewhere) = manner.redirects_to {
        return (StatusCode::TEMPORARY_REDIRECT, [("location", elsewhere)]).into_response();
    }
    if manner.refuses.is_some_and(|subject| body["subject"] == subject.as_str()) {
        return (StatusCode::UNPROCESSABLE_ENTITY, "事项代码不在目录中").into_response();
    }
    receiver.taken.lock().expect("not poisoned").push(Delivery { id: header("webhook-id"), body });
    StatusCode::NO_CONTENT.into_response()
}

/// A server that sends the enforcement feed to these.
async fn sending_to(on: Kind, receivers: &[(&str, &str, &str)]) -> TestServer {
    let mut server = TestServer::start(on, &[], DAY).await;
    server.stop().await;
    std::fs::write(server.folder().join("secret"), SECRET).expect("written");
    let entry = |(id, stream, url): &(&str, &str, &str)| {
        format!("[[receiver]]\nid = \"{id}\"\nstream = \"{stream}\"\nurl = \"{url}\"\nsecret_files = [\"secret\"]\n")
    };
    let file: String = receivers.iter().map(entry).collect();
    std::fs::write(server.folder().join("receivers.toml"), file).expect("written");
    server.resume(DAY).await;
    server
}

/// A neighbour's noise: one of the enforcement items.
fn enforced() -> Value {
    matter("complaint", "030101", "370705", "胜利新村")
}

/// As if the pause between two attempts had passed.
async fn hasten(server: &TestServer) {
    Raw::open(server.database()).await.execute("update receiver set next_attempt_at = 0").await;
}

async fn standing(server: &TestServer, id: &str) -> Value {
    let all: Vec<Value> = server.read("/v1/receivers").await;
    all.into_iter().find(|receiver| receiver["id"] == id).unwrap_or_default()
}

async fn the_platform_hears_of_each_change_in_order_and_signed(on: Kind) {
    let platform = Receiver::start().await;
    let server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    dispatched(&server, &matter("complaint", "0101", "370705", "胜利新村"), "370705-ZJ").await;
    let id = dispatched(&server, &enforced(), "370705-GA").await;
    handled(&server, &id, "370705-GA", true).await;
    let closed = async || platform.taken().last().is_some_and(|last| last.body["data"]["state"] == "closed-out");
    eventually("the last change arrives", closed).await;

    let pulled: Value = server.read("/v1/outward/enforcement").await;
    let pulled = pulled["events"].as_array().expect("documents").clone();
    let numbers: Vec<i64> = pulled.iter().map(|one| one["sequence"].as_i64().expect("a number")).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "without a gap");
    let taken = platform.taken();
    let bodies: Vec<&Value> = taken.iter().map(|delivery| &delivery.body).collect();
    assert_eq!(bodies, pulled.iter().map(|one| &one["event"]).collect::<Vec<_>>(), "pulled is what was pushed");
    assert!(bodies.iter().all(|body| body["subject"] == id.as_str()), "other matters are not told");
    let states: Vec<&str> = bodies.iter().filter_map(|body| body["data"]["state"].as_str()).collect();
    let in_order = ["registered", "accepted", "handling", "in-review", "awaiting-follow-up", "closed-out"];
    assert_eq!(states, in_order, "each change once, and no step that changes nothing for the platform");
    let schema = Answer::to(server.get(bodies[0]["dataschema"].as_str().expect("a schema"))).await;
    assert_eq!((schema.status, schema.content_type.as_str()), (200, "application/schema+json"));

    let noted = async || standing(&server, "platform").await["delivered_through"] == numbers.len();
    eventually("it is noted", noted).await;
    // As if the server had been killed between the delivery and the note of it.
    let mut raw = Raw::open(server.database()).await;
    raw.execute("update receiver set delivered_through = delivered_through - 1").await;
    platform.has(taken.len() + 1).await;
    let again = platform.taken();
    assert_eq!(again[taken.len()].id, again[taken.len() - 1].id, "twice under one id, never lost");

    // Reclassified, it is taken back.
    let other = server.register(&enforced()).await.ticket;
    server.act(&other, CALL_TAKER, json!({ "command": "reclassify", "category": "0101" })).await;
    platform.has(taken.len() + 3).await;
    let last = platform.taken().pop().expect("a document").body;
    assert_eq!((&last["subject"], &last["data"]), (&other.as_str().into(), &json!({ "reason": "reclassified" })));
    server.finish().await;
}

async fn what_is_refused_dies_alone_and_is_sent_again_by_a_person(on: Kind) {
    let platform = Receiver::start().await;
    let server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    let refused = server.register(&enforced()).await.ticket;
    platform.has(1).await;
    platform.behaves(Manner { refuses: Some(refused.to_string()), ..Manner::default() });
    server.act(&refused, CALL_TAKER, accept()).await;
    // Of one moment and numbered together, a ticket's second change would come behind another's first.
    let refuses = async || standing(&server, "platform").await["attempts"].as_i64() >= Some(1);
    eventually("it has a number, and is refused", refuses).await;
    let next = server.register(&enforced()).await.ticket;
    for attempt in 1..=5 {
        let tried = async || {
            let standing = standing(&server, "platform").await;
            standing["attempts"] == attempt || standing["delivered_through"].as_i64() >= Some(2)
        };
        eventually("it is tried", tried).await;
        hasten(&server).await;
    }
    platform.has(2).await;
    assert_eq!(platform.taken()[1].body["subject"], next.as_str(), "the next one is not held up for ever");
    let dead: Vec<Value> = server.read("/v1/dead-letters").await;
    let [letter] = &dead[..] else { panic!("one dead letter: {dead:?}") };
    assert_eq!((&letter["receiver"], &letter["attempts"]), (&"platform".into(), &5.into()));
    assert!(letter["problem"].as_str().is_some_and(|why| why.contains("422") && why.contains("目录")), "{letter}");

    let path = format!("/v1/dead-letters/platform/{}/commands", letter["sequence"]);
    let settle = |actor: &str, command: Value| server.post(&path).header("chuishao-actor", actor).json(&command);
    let again = json!({ "command": "send-again", "reason": "平台已补录事项代码" });
    assert_eq!(Answer::to(settle(DISPATCHER, again.clone())).await.refusal(), (403, "not-entitled".into()));
    let without = json!({ "command": "drop", "reason": " " });
    assert_eq!(Answer::to(settle(OFFICE, without)).await.refusal().0, 400);
    platform.behaves(Manner::default());
    assert_eq!(Answer::to(settle(OFFICE, again.clone())).await.status, 200);
    platform.has(3).await;
    assert_eq!(platform.taken()[2].body, letter["event"], "the very document");
    let sent = async || !server.read::<Vec<Value>>("/v1/dead-letters?state=sent").await.is_empty();
    eventually("it is noted", sent).await;
    assert_eq!(Answer::to(settle(OFFICE, again)).await.refusal().0, 404, "decided once");
    server.finish().await;
}

async fn a_receiver_that_is_gone_delays_nobody_and_catches_up(on: Kind) {
    let (gone, address) = nobody_listens();
    let well = Receiver::start().await;
    let receivers =
        [("gone", "enforcement", format!("http://{address}/hook")), ("well", "enforcement", well.url.clone())];
    let receivers = receivers.each_ref().map(|(id, stream, url)| (*id, *stream, url.as_str()));
    let server = sending_to(on, &receivers).await;
    let ids: Vec<TicketId> = {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(dispatched(&server, &enforced(), "370705-GA").await);
        }
        ids
    };
    well.has(9).await;
    let failed = async || standing(&server, "gone").await["attempts"].as_i64() >= Some(1);
    eventually("it was tried", failed).await;
    assert_eq!(standing(&server, "gone").await["delivered_through"], 0);
    assert_eq!(server.read::<Vec<Value>>("/v1/dead-letters").await, [Value::Null; 0], "who is unwell loses nothing");

    let back = Receiver::on(gone.listen(1024).expect("the port is ours")).await;
    hasten(&server).await;
    back.has(9).await;
    let subjects = |receiver: &Receiver| -> Vec<String> {
        receiver.taken().iter().map(|one| one.body["subject"].as_str().expect("a ticket").to_owned()).collect()
    };
    assert_eq!(subjects(&back), subjects(&well), "all of it, in the same order");
    assert!(ids.iter().all(|id| subjects(&back).contains(&id.to_string())));
    server.finish().await;
}

async fn a_redirect_is_not_followed(on: Kind) {
    let (platform, elsewhere) = (Receiver::start().await, Receiver::start().await);
    platform.behaves(Manner { redirects_to: Some(elsewhere.url.clone()), ..Manner::default() });
    let server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    server.register(&enforced()).await;
    let said = async || standing(&server, "platform").await["problem"].as_str().is_some_and(|why| why.contains("307"));
    eventually("it is said", said).await;
    assert!(elsewhere.taken().is_empty(), "nothing goes where nobody configured it to go");
    server.finish().await;
}

async fn what_was_referred_goes_in_one_batch_a_day(on: Kind) {
    let office = Receiver::start().await;
    let server = sending_to(on, &[("petitions-office", "XF", &office.url)]).await;
    let mut referred = Vec::new();
    for _ in 0..2 {
        let id = server.register(&matter("complaint", "0601", "370705", "胜利新村")).await.ticket;
        server.act(&id, CALL_TAKER, accept()).await;
        let refer = json!({ "command": "refer", "receiver": "petitions", "words": "已进入信访渠道" });
        server.act(&id, DISPATCHER, refer).await;
        referred.push(id.to_string());
    }
    let page: Value = server.read("/v1/outward/referral-XF").await;
    assert_eq!(page["events"], json!([]), "the day is not over");
    server.move_clock("2024-11-07T00:10").await;
    office.has(1).await;
    let batch = &office.taken()[0].body;
    let matters = batch["data"]["matters"].as_array().expect("matters");
    assert_eq!(matters.iter().map(|one| &one["ticket"]).collect::<Vec<_>>(), referred.iter().collect::<Vec<_>>());
    assert_eq!(batch["id"], "referral-XF-1");

    let mut server = server;
    server.stop().await;
    server.resume("2024-11-08T00:10").await;
    let done = async || standing(&server, "petitions-office").await["delivered_through"] == 1;
    eventually("it is there", done).await;
    let page: Value = server.read("/v1/outward/referral-XF").await;
    assert_eq!(page["events"].as_array().map(Vec::len), Some(1), "a day without referrals makes no batch");
    server.finish().await;
}

async fn the_public_view_names_nobody_and_takes_nothing(on: Kind) {
    let server = TestServer::start(on, &[], DAY).await;
    let id = dispatched(&server, &enforced(), "370705-GA").await;
    let mut secret = enforced();
    secret["confidential"] = true.into();
    let hidden = server.register(&secret).await.ticket;
    server.move_clock("2024-11-06T10:00").await;

    let answer = Answer::to(server.get("/open311/v2/requests.json")).await;
    let requests: Vec<Value> = answer.read();
    assert_eq!(requests.iter().map(|one| &one["service_request_id"]).collect::<Vec<_>>(), [id.as_str()]);
    for planted in [CALLER_NAME, CALLER_PHONE, "来电反映的问题", "胜利新村"] {
        assert!(!answer.text.contains(planted), "{planted} stands in {}", answer.text);
    }
    assert_eq!(requests[0]["status"], "open");
    assert_eq!(requests[0]["updated_datetime"], "2024-11-06T09:00:00+08:00");
    for (filter, found) in [
        ("status=open&service_code=030101&jurisdiction_id=370705", 1),
        ("service_code=030102", 0),
        ("status=closed", 0),
        ("jurisdiction_id=370784", 0),
        ("end_date=2024-11-05T00:00:00%2B08:00", 0),
        ("page=2", 0),
    ] {
        let found_there: Vec<Value> = server.read(&format!("/open311/v2/requests.json?{filter}")).await;
        assert_eq!(found_there.len(), found, "{filter}");
    }
    let one: Vec<Value> = server.read(&format!("/open311/v2/requests/{id}.json")).await;
    assert_eq!(one, requests);
    let absent = Answer::to(server.get(&format!("/open311/v2/requests/{hidden}.json"))).await;
    assert_eq!((absent.status, absent.read::<Value>()[0]["code"].clone()), (404, 404.into()), "as if there were none");
    let wrong = Answer::to(server.get("/open311/v2/requests.json?start_date=yesterday")).await;
    assert!(wrong.status == 400 && wrong.read::<Value>()[0]["description"].is_string());
    let services: Vec<Value> = server.read("/open311/v2/services.json").await;
    assert!(services.iter().any(|service| service["service_code"] == "030101"));
    assert_eq!(Answer::to(server.post("/open311/v2/requests.json")).await.status, 405);
    server.finish().await;
}
