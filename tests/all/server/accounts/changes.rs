//! What changes, as it changes: each is told what the table lets him read, a stream goes on where it
//! ended, and whose post is withdrawn hears no more.

use super::super::components::{components, rule};
use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, client};
use super::super::story::{DISPATCHER, accept, dispatched, noise, road_in_anqiu};
use super::{CLOCK, by_console, machine, named};
use chuishao_domain::account::handle::Command;
use chuishao_domain::account::post::Post;
use chuishao_server::store::Kind;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    each_is_told_what_he_may_read,
    a_stream_goes_on_where_it_ended,
    who_may_not_any_more_hears_no_more,
    every_kind_of_thing_is_told_of,
);

/// Far longer than a change takes to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough that what comes would have come.
const A_WHILE: Duration = Duration::from_millis(1500);

/// One event.
#[derive(Debug, PartialEq)]
struct Told {
    id: Option<u64>,
    event: String,
    data: Value,
}

impl Told {
    fn of(block: &str) -> Self {
        let field = |name: &str| {
            let lines = block.lines().filter_map(|line| line.split_once(':'));
            lines.filter(|(of, _)| *of == name).map(|(_, value)| value.trim_start()).next_back()
        };
        let data = field("data").map_or(Value::Null, |data| serde_json::from_str(data).expect("JSON"));
        let id = field("id").map(|id| id.parse().expect("a number"));
        Self { id, event: field("event").unwrap_or_default().to_owned(), data }
    }

    fn subject(&self) -> &str {
        self.data["subject"].as_str().unwrap_or_default()
    }
}

/// A listener.
struct Stream {
    answer: Response,
    rest: String,
}

impl Stream {
    /// Listens; it does when this returns.
    async fn open(request: RequestBuilder) -> (Self, u64) {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{answer:?}");
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let mut stream = Self { answer, rest: String::new() };
        let first = stream.next(PATIENCE).await.expect("a beginning");
        (stream, first.id.expect("a number"))
    }

    /// The next event within a time; nothing when none comes, or it ends.
    async fn next(&mut self, within: Duration) -> Option<Told> {
        let next = async {
            loop {
                if let Some((block, rest)) = self.rest.split_once("\n\n") {
                    let told = Told::of(block);
                    self.rest = rest.to_owned();
                    return Some(told);
                }
                let chunk = self.answer.chunk().await.ok()??;
                self.rest.push_str(std::str::from_utf8(&chunk).expect("text"));
            }
        };
        tokio::time::timeout(within, next).await.ok().flatten()
    }

    /// All that comes in a while.
    async fn all(&mut self) -> Vec<Told> {
        let mut all = Vec::new();
        while let Some(told) = self.next(A_WHILE).await {
            all.push(told);
        }
        all
    }
}

fn listen(server: &TestServer, actor: &str) -> RequestBuilder {
    server.get("/v1/changes").header("chuishao-actor", actor)
}

async fn each_is_told_what_he_may_read(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let listen = async |actor: &str| {
        Stream::open(client().get(server.url("/v1/changes")).header("chuishao-actor", actor)).await.0
    };
    let mut office = listen("hotline-office:0002").await;
    let mut anqiu = listen("unit-clerk:370784-ZJ").await;
    let mut kuiwen = listen("unit-clerk:370705-GA").await;
    let mut county = listen("county-ops:370705:0012").await;
    let road = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let loud = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let told = office.all().await;
    assert!(told.iter().all(|told| told.event == "change" && told.data["kind"] == "ticket"), "{told:?}");
    let steps: Vec<(&str, u64)> =
        told.iter().map(|told| (told.subject(), told.data["version"].as_u64().expect("a version"))).collect();
    let last = |id: &str| steps.iter().rfind(|(subject, _)| *subject == id).map(|(_, version)| *version);
    assert_eq!(steps.len(), 6, "registered, accepted, dispatched, twice: {steps:?}");
    assert_eq!(last(road.as_str()), server.ticket(&road).await["version"].as_u64());
    let numbers: Vec<u64> = told.iter().filter_map(|told| told.id).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<u64>>());
    // Nothing of what stands on a ticket is said.
    let fields: Vec<&String> = told[0].data.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["at", "kind", "subject", "version"]);
    let subjects = async |stream: &mut Stream| {
        let mut of: Vec<String> = stream.all().await.iter().map(|told| told.subject().to_owned()).collect();
        of.dedup();
        of
    };
    assert!(subjects(&mut anqiu).await.iter().all(|of| of == road.as_str()));
    assert!(subjects(&mut kuiwen).await.iter().all(|of| of == loud.as_str()));
    assert_eq!(subjects(&mut county).await, [] as [String; 0], "who works on plugins sees no ticket");
    for actor in ["monitor:m1", "system-admin:0001", "receiver:platform"] {
        let answer = Answer::to(client().get(server.url("/v1/changes")).header("chuishao-actor", actor)).await;
        assert_eq!(answer.refusal(), (403, "not-entitled".into()), "{actor}");
    }
    drop((office, anqiu, kuiwen, county));
    server.finish().await;
}

async fn a_stream_goes_on_where_it_ended(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let (mut stream, begin) = Stream::open(listen(&server, DISPATCHER)).await;
    let road = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let first = stream.next(PATIENCE).await.expect("the registration");
    assert_eq!((first.id, first.subject()), (Some(begin + 1), road.as_str()));
    drop(stream);
    // Away.
    let loud = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let again = listen(&server, DISPATCHER).header("last-event-id", (begin + 1).to_string());
    let (mut stream, at) = Stream::open(again).await;
    assert_eq!(at, begin + 1);
    let told = stream.all().await;
    assert_eq!(told.iter().filter_map(|told| told.id).collect::<Vec<_>>(), (begin + 2..=begin + 6).collect::<Vec<_>>());
    assert_eq!(told.iter().filter(|told| told.subject() == loud.as_str()).count(), 3);
    drop(stream);
    // What is not known any more, or never was, begins anew and says so.
    for unknown in ["4000", "9223372036854775807"] {
        let (mut stream, _) = Stream::open(listen(&server, DISPATCHER).header("last-event-id", unknown)).await;
        let told = stream.next(PATIENCE).await.expect("a new beginning");
        assert_eq!((told.id, told.event.as_str(), told.data), (Some(begin + 6), "reset", json!({})));
    }
    server.desk().store.forget_changes(jiff::Timestamp::MAX).await.expect("the database answers");
    let (mut stream, _) = Stream::open(listen(&server, DISPATCHER).header("last-event-id", "1")).await;
    assert_eq!(stream.next(PATIENCE).await.map(|told| told.event), Some("reset".to_owned()), "it was forgotten");
    drop(stream);
    let (mut stream, _) =
        Stream::open(listen(&server, DISPATCHER).header("last-event-id", (begin + 6).to_string())).await;
    server.register(&road_in_anqiu()).await;
    assert_eq!(stream.next(PATIENCE).await.and_then(|told| told.id), Some(begin + 7), "nothing was missed");
    drop(stream);
    for malformed in ["", "-1", "x", "99999999999999999999"] {
        let answer = Answer::to(listen(&server, DISPATCHER).header("last-event-id", malformed)).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{malformed}");
    }
    server.finish().await;
}

async fn who_may_not_any_more_hears_no_more(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let hand = machine(&server, "hand", &["call-taker"]).await;
    let office = machine(&server, "office", &["hotline-office"]).await;
    let register = async || {
        let request = client().post(server.url("/v1/tickets")).bearer_auth(&hand.word).json(&road_in_anqiu());
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.read::<Value>()["ticket"].as_str().expect("an id").to_owned();
        let path = format!("/v1/tickets/{id}/commands");
        let accepted = client().post(server.url(&path)).bearer_auth(&hand.word).json(&accept());
        assert_eq!(Answer::to(accepted).await.status, 200);
    };
    let (mut stream, _) = Stream::open(client().get(server.url("/v1/changes")).bearer_auth(&office.word)).await;
    register().await;
    assert_eq!(stream.all().await.len(), 2);
    let withdraw = Command::Withdraw { post: Post::parse("hotline-office").expect("a post") };
    let done = by_console(&server, async |keeper| keeper.command(&named("office"), &withdraw, None).await).await;
    assert!(done.is_ok());
    register().await;
    assert_eq!(stream.next(PATIENCE).await, None, "it ends and says nothing");
    drop(stream);
    server.finish().await;
}

async fn every_kind_of_thing_is_told_of(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().overreach, "370703")], CLOCK).await;
    let post = async |path: &str, actor: &str, body: Value| {
        let answer = Answer::to(server.post(path).header("chuishao-actor", actor).json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    };
    let content = json!({
        "question": "居民供热费怎么收", "answer": "按房屋建筑面积计收。", "keywords": ["暖气费"],
        "categories": ["0101"], "bases": [{ "title": "潍坊市供热条例", "article": "第三十一条" }],
    });
    let entry = json!({ "owner": "WF-CG", "content": content });
    post("/v1/knowledge", "department-supervisor:WF-CG", entry).await;
    let campaign = json!({ "title": "集中投诉事项十大领域百日攻坚行动", "starts_on": "2024-09-01" });
    post("/v1/campaigns", "hotline-office:0002", campaign).await;
    let topic = json!({
        "title": "虞河花园冬季供热不热", "rung": "daily-discussion", "origin": "suggested",
        "subject": { "category": "0104", "territory": "370705", "place": "虞河花园" },
        "units": ["370705-CG"], "ticket_count": 12, "reasons": ["三日内同一小区诉求 12 件"],
    });
    post("/v1/topics", "hotline-office:0002", topic).await;
    let kinds = async |actor: &str| {
        let (mut stream, _) = Stream::open(listen(&server, actor).header("last-event-id", "0")).await;
        let told = stream.all().await;
        let mut kinds: Vec<String> =
            told.iter().map(|told| told.data["kind"].as_str().expect("a kind").to_owned()).collect();
        // The clock stands still here: of one moment there is no first.
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds("hotline-office:0002").await, ["campaign", "knowledge", "topic"]);
    assert_eq!(kinds("unit-clerk:370705-CG").await, ["campaign", "knowledge", "topic"], "it concerns this unit");
    assert_eq!(kinds("unit-clerk:370705-GA").await, ["campaign", "knowledge"]);
    assert_eq!(kinds("city-ops:0003").await, ["rollout"]);
    assert_eq!(kinds("county-ops:370703:0012").await, ["rollout"]);
    assert_eq!(kinds("county-ops:370705:0012").await, [] as [String; 0]);
    server.finish().await;
}
