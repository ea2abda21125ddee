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
use std::collections::BTreeSet;
use std::time::Duration;

on_both!(
    each_is_told_what_he_may_read,
    a_stream_goes_on_where_it_ended,
    who_may_not_any_more_hears_no_more,
    every_kind_of_thing_is_told_of,
);

/// Far longer than a change takes to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough that what comes though it must not would as a rule have come.
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
        let first = tokio::time::timeout(PATIENCE, stream.block()).await.expect("in time").expect("a beginning");
        (stream, first.id.expect("a number"))
    }

    /// What is said next; nothing when the stream ends.
    async fn block(&mut self) -> Option<Told> {
        loop {
            if let Some((block, rest)) = self.rest.split_once("\n\n") {
                let told = Told::of(block);
                self.rest = rest.to_owned();
                return Some(told);
            }
            let chunk = self.answer.chunk().await.ok()??;
            self.rest.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// The next event, leaving out marks, which come when nothing happens; nothing when the stream ends.
    async fn event(&mut self) -> Option<Told> {
        loop {
            let told = self.block().await?;
            if !told.event.is_empty() {
                return Some(told);
            }
        }
    }

    /// The same, which must come, or the stream end, before patience does.
    async fn next(&mut self) -> Option<Told> {
        tokio::time::timeout(PATIENCE, self.event()).await.expect("it says something or ends")
    }

    /// So many events, which must come.
    async fn some(&mut self, count: usize) -> Vec<Told> {
        let mut some = Vec::new();
        while some.len() < count {
            some.push(self.next().await.expect("it goes on"));
        }
        some
    }

    /// All that comes in a while: nothing, as a rule.
    async fn more(&mut self) -> Vec<Told> {
        let mut more = Vec::new();
        while let Ok(Some(told)) = tokio::time::timeout(A_WHILE, self.event()).await {
            more.push(told);
        }
        more
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
    // Registered, accepted, dispatched, twice.
    let told = office.some(6).await;
    assert_eq!(office.more().await, []);
    assert!(told.iter().all(|told| told.event == "change" && told.data["kind"] == "ticket"), "{told:?}");
    let steps: Vec<(&str, u64)> =
        told.iter().map(|told| (told.subject(), told.data["version"].as_u64().expect("a version"))).collect();
    let last = |id: &str| steps.iter().rfind(|(subject, _)| *subject == id).map(|(_, version)| *version);
    assert_eq!(last(road.as_str()), server.ticket(&road).await["version"].as_u64());
    let numbers: Vec<u64> = told.iter().filter_map(|told| told.id).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<u64>>());
    // Nothing of what stands on a ticket is said.
    let fields: Vec<&String> = told[0].data.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["at", "kind", "subject", "version"]);
    // A unit is told from when the ticket is its own, at the latest of the dispatch.
    for (stream, own) in [(&mut anqiu, &road), (&mut kuiwen, &loud)] {
        let told = stream.next().await.expect("it goes on");
        assert!(
            told.subject() == own.as_str() && stream.more().await.iter().all(|told| told.subject() == own.as_str())
        );
    }
    assert_eq!(county.more().await, [], "who works on plugins sees no ticket");
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
    let first = stream.next().await.expect("the registration");
    assert_eq!((first.id, first.subject()), (Some(begin + 1), road.as_str()));
    drop(stream);
    // Away.
    let loud = dispatched(&server, &noise("370705", "东方花园"), "370705-GA").await;
    let again = listen(&server, DISPATCHER).header("last-event-id", (begin + 1).to_string());
    let (mut stream, at) = Stream::open(again).await;
    assert_eq!(at, begin + 1);
    let told = stream.some(5).await;
    assert_eq!(stream.more().await, []);
    assert_eq!(told.iter().filter_map(|told| told.id).collect::<Vec<_>>(), (begin + 2..=begin + 6).collect::<Vec<_>>());
    assert_eq!(told.iter().filter(|told| told.subject() == loud.as_str()).count(), 3);
    drop(stream);
    // What is not known any more, or never was, begins anew and says so.
    for unknown in ["4000", "9223372036854775807"] {
        let (mut stream, _) = Stream::open(listen(&server, DISPATCHER).header("last-event-id", unknown)).await;
        let told = stream.next().await.expect("a new beginning");
        assert_eq!((told.id, told.event.as_str(), told.data), (Some(begin + 6), "reset", json!({})));
    }
    server.desk().store.forget_changes(jiff::Timestamp::MAX).await.expect("the database answers");
    let (mut stream, _) = Stream::open(listen(&server, DISPATCHER).header("last-event-id", "1")).await;
    assert_eq!(stream.next().await.map(|told| told.event), Some("reset".to_owned()), "it was forgotten");
    drop(stream);
    let (mut stream, _) =
        Stream::open(listen(&server, DISPATCHER).header("last-event-id", (begin + 6).to_string())).await;
    server.register(&road_in_anqiu()).await;
    assert_eq!(stream.next().await.and_then(|told| told.id), Some(begin + 7), "nothing was missed");
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
    stream.some(2).await;
    assert_eq!(stream.more().await, []);
    let withdraw = Command::Withdraw { post: Post::parse("hotline-office").expect("a post") };
    let done = by_console(&server, async |keeper| keeper.command(&named("office"), &withdraw, None).await).await;
    assert!(done.is_ok());
    register().await;
    assert_eq!(stream.next().await, None, "it ends and says nothing");
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
    let tells = async |actor: &str, wanted: &[&str]| {
        let (mut stream, _) = Stream::open(listen(&server, actor).header("last-event-id", "0")).await;
        // The clock stands still here: of one moment there is no first.
        let mut kinds = BTreeSet::new();
        let kind = |told: Told| told.data["kind"].as_str().expect("a kind").to_owned();
        while kinds.len() < wanted.len() {
            kinds.insert(kind(stream.next().await.expect("it goes on")));
        }
        kinds.extend(stream.more().await.into_iter().map(kind));
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), wanted, "{actor}");
    };
    tells("hotline-office:0002", &["campaign", "knowledge", "topic"]).await;
    // It concerns this unit.
    tells("unit-clerk:370705-CG", &["campaign", "knowledge", "topic"]).await;
    tells("unit-clerk:370705-GA", &["campaign", "knowledge"]).await;
    tells("city-ops:0003", &["rollout"]).await;
    tells("county-ops:370703:0012", &["rollout"]).await;
    tells("county-ops:370705:0012", &[]).await;
    server.finish().await;
}
