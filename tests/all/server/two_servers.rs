//! Two servers on one PostgreSQL, as a city runs them: the version of each ticket decides, no
//! number and no deadline comes twice, and when one of them freezes the other goes on.

use super::databases::{Raw, TestDatabase};
use super::harness::{Answer, KEY_FILE, TestServer, eventually};
use super::process::{ServerProcess, chuishao, serve_command};
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, dispatched, road_in_anqiu, supervise};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use chuishao_server::timeline::LineKind;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const DEPARTMENT: &str = "department-supervisor:WF-ZJ";

/// Two servers, each with a folder of its own; the first one has the database to take away.
async fn two_servers(clock: &str) -> [TestServer; 2] {
    let first = TestServer::start(Kind::Postgres, &[], clock).await;
    let second = TestServer::on_database(first.database().shared(), first.folder(), clock).await;
    [first, second]
}

async fn finish([first, second]: [TestServer; 2]) {
    second.finish().await;
    first.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_taken_on_both_and_no_number_comes_twice() {
    const TAKERS: usize = 30;
    const CALLS: usize = 5;
    let servers = Arc::new(two_servers("2024-06-25T09:10").await);
    let mut calls = JoinSet::new();
    for taker in 0..TAKERS {
        let servers = servers.clone();
        calls.spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..CALLS {
                ids.push(servers[taker % 2].register(&road_in_anqiu()).await.ticket);
            }
            ids
        });
    }
    let ids: BTreeSet<TicketId> = calls.join_all().await.into_iter().flatten().collect();
    assert_eq!(ids.len(), TAKERS * CALLS);
    let lists = [servers[0].tickets("/v1/tickets?limit=200").await, servers[1].tickets("/v1/tickets?limit=200").await];
    assert_eq!(lists[0].len(), TAKERS * CALLS);
    assert_eq!(lists[0], lists[1], "both read the same");
    finish(Arc::into_inner(servers).expect("every call is done")).await;
}

/// Who is told that too many act on the ticket tries again, as the message says.
async fn supervised(server: &TestServer, id: &TicketId, words: &str) -> u64 {
    loop {
        let answer = Answer::to(server.command(id, DEPARTMENT, &supervise("370784-ZJ", words))).await;
        if answer.status == 200 {
            return answer.read::<Receipt>().version;
        }
        assert_eq!(answer.refusal(), (409, "contended".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_through_both_on_one_ticket_lose_nothing() {
    const HANDS: usize = 24;
    let servers = Arc::new(two_servers("2024-06-25T09:10").await);
    let id = dispatched(&servers[0], &road_in_anqiu(), "370784-ZJ").await;
    let before = servers[1].timeline(&id).await.0.len();
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let (servers, id) = (servers.clone(), id.clone());
        hands.spawn(async move { supervised(&servers[hand % 2], &id, &format!("第 {hand} 号意见")).await });
    }
    let versions: BTreeSet<u64> = hands.join_all().await.into_iter().collect();
    assert_eq!(versions.len(), HANDS, "each made a version of its own");
    let timeline = servers[0].timeline(&id).await;
    assert_eq!(timeline.0.len(), before + HANDS);
    for hand in 0..HANDS {
        assert_eq!(timeline.line(&format!("第 {hand} 号意见")).kind, LineKind::Event);
    }
    assert_eq!(servers[1].timeline(&id).await, timeline);
    finish(Arc::into_inner(servers).expect("every hand is done")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_sent_to_both_at_once_makes_one_ticket() {
    const KEYS: usize = 8;
    let servers = two_servers("2024-06-25T09:10").await;
    for number in 0..KEYS {
        let key = format!("call-{number}");
        let call = |server: &TestServer| server.registration(&road_in_anqiu()).header("idempotency-key", &key);
        let (one, other) = tokio::join!(Answer::to(call(&servers[0])), Answer::to(call(&servers[1])));
        assert_eq!((one.status, other.status), (201, 201), "{one:?} {other:?}");
        assert_eq!(one.read::<Receipt>(), other.read::<Receipt>());
    }
    assert_eq!(servers[0].tickets("/v1/tickets").await.len(), KEYS);
    finish(servers).await;
}

/// Both clocks are moved over the same moments at once, which the servers themselves leave to
/// one of them.
#[tokio::test(flavor = "multi_thread")]
async fn each_deadline_comes_once_whoever_plays_the_clock() {
    let servers = two_servers("2024-06-25T09:10").await;
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(dispatched(&servers[number % 2], &road_in_anqiu(), "370784-ZJ").await);
    }
    for moment in ["2024-06-26T09:00", "2024-06-27T09:00", "2024-07-05T09:00"] {
        tokio::join!(servers[0].move_clock(moment), servers[1].move_clock(moment));
    }
    for id in &ids {
        let timeline = servers[0].timeline(id).await;
        for line in ["预警：「联系来电人」", "超期：「联系来电人」", "预警：「办结」", "超期：「办结」"]
        {
            timeline.line(line);
        }
    }
    finish(servers).await;
}

/// The turn of a server that stops is taken over: the clock goes on without it.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_goes_on_when_a_server_stops() {
    let [mut first, second] = two_servers("2024-06-25T09:10").await;
    let ticks = async |of: &TestServer, turn: &str| -> i64 {
        Raw::open(of.database()).await.number(&format!("select count(*) from lease where name = '{turn}'")).await
    };
    eventually("one has the turn", async || ticks(&first, "clock").await == 1).await;
    let id = dispatched(&second, &road_in_anqiu(), "370784-ZJ").await;
    first.stop().await;
    let second = second.restart("2024-06-26T09:00").await;
    eventually("the other one ticks", async || second.timeline(&id).await.shows("预警：「联系来电人」")).await;
    first.resume("2024-06-26T09:00").await;
    assert_eq!(first.timeline(&id).await.lines("预警：「联系来电人」").len(), 1);
    finish([first, second]).await;
}

/// A receiver that says under which keys it was sent messages; with an answer or without one.
#[derive(Clone, Default)]
struct Receiver {
    keys: Arc<Mutex<Vec<String>>>,
    silent: bool,
}

impl Receiver {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let router = Router::new().route("/", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    fn keys(&self) -> BTreeSet<String> {
        self.keys.lock().expect("not poisoned").iter().cloned().collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap) {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    receiver.keys.lock().expect("not poisoned").push(key);
    if receiver.silent {
        std::future::pending::<()>().await;
    }
}

fn start(folder: &std::path::Path, database: &TestDatabase, deliver_to: &str) -> ServerProcess {
    ServerProcess::run(serve_command(folder, &database.url).args(["--deliver-to", deliver_to]), folder)
}

/// Repeats a request under its key until it is done; the database may be away for a while.
async fn until_done(request: impl Fn() -> reqwest::RequestBuilder) -> Receipt {
    loop {
        let answer = Answer::to(request()).await;
        if answer.status < 300 {
            return answer.read();
        }
        let (status, code) = answer.refusal();
        assert!(status == 503 || code == "contended", "{answer:?}");
    }
}

const DESKS: usize = 6;

/// How long who asked the frozen server waits: far longer than the other one needs for all that it
/// does meanwhile.
const FROZEN_AT_MOST: Duration = Duration::from_secs(300);

/// The key of a command that is known by its words.
fn key(words: &str) -> String {
    chuishao_domain::digest::digest(words.as_bytes())
}

/// Supervises one ticket after the other until the server does not answer any more; the words
/// that were answered, and the answer to the last ones, which comes when it comes.
async fn load(
    server: Arc<ServerProcess>,
    id: TicketId,
    desk: usize,
    answered: Arc<AtomicU64>,
    frozen: Arc<AtomicU64>,
) -> Vec<(String, Option<Receipt>)> {
    let mut done = Vec::new();
    for number in 0.. {
        let words = format!("第 {desk} 席第 {number} 条");
        let request = server.command(&id, DEPARTMENT, &supervise("370784-ZJ", &words));
        let request = request.header("idempotency-key", key(&words)).timeout(FROZEN_AT_MOST);
        let answer = Answer::to(request).await;
        let receipt = (answer.status == 200).then(|| answer.read::<Receipt>());
        if receipt.is_none() {
            let (status, code) = answer.refusal();
            assert!(status == 503 || code == "contended", "{answer:?}");
        }
        done.push((words, receipt));
        answered.fetch_add(1, Ordering::SeqCst);
        if frozen.load(Ordering::SeqCst) > 0 {
            break;
        }
    }
    done
}

/// A machine that stands still for a while holds locks, leases and answers. The other server
/// takes its calls, acts on its tickets and sends its messages; when it wakes up, what it still
/// says is right, and nothing is done twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_freezes_holds_up_nobody() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let mut database = TestDatabase::new(Kind::Postgres, folders[0].path()).await;
    let (silent, open) = (Receiver { silent: true, ..Receiver::default() }, Receiver::default());
    let freezing = Arc::new(start(folders[0].path(), &database, &silent.start().await));
    let mut ids = Vec::new();
    for _ in 0..DESKS {
        let registered: Receipt = Answer::to(freezing.registration(&road_in_anqiu())).await.read();
        let id = registered.ticket;
        for (actor, command) in [(CALL_TAKER, accept()), (DISPATCHER, dispatch("370784-ZJ"))] {
            assert_eq!(Answer::to(freezing.command(&id, actor, &command)).await.status, 200);
        }
        ids.push(id);
    }
    eventually("it holds leases", async || !silent.keys().is_empty()).await;
    let (answered, frozen) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut desks = JoinSet::new();
    for (desk, id) in ids.iter().cloned().enumerate() {
        desks.spawn(load(freezing.clone(), id, desk, answered.clone(), frozen.clone()));
    }
    eventually("it is at work", async || answered.load(Ordering::SeqCst) > 30).await;
    freezing.signal("STOP");
    frozen.store(1, Ordering::SeqCst);

    std::fs::copy(folders[0].path().join(KEY_FILE), folders[1].path().join(KEY_FILE)).expect("one vault, one key file");
    let mut other = start(folders[1].path(), &database, &open.start().await);
    assert_eq!(Answer::to(other.registration(&road_in_anqiu())).await.status, 201, "calls are taken");
    for (desk, id) in ids.iter().enumerate() {
        let words = format!("第 {desk} 席改由另一台办理");
        let command = supervise("370784-ZJ", &words);
        until_done(|| other.command(id, DEPARTMENT, &command).header("idempotency-key", key(&words))).await;
    }
    // Half a minute later the leases have run out, as far as the other one can tell.
    let mut raw = Raw::open(&database).await;
    raw.execute("update outbox set leased_until = 1, next_attempt_at = 0 where delivered_at is null").await;
    let waiting = "select count(*) from outbox where delivered_at is null";
    let mut count = Raw::open(&database).await;
    while count.number(waiting).await > 0 {
        tokio::task::yield_now().await;
    }
    let messages: BTreeSet<String> = raw.texts("select id from outbox").await.into_iter().collect();
    assert_eq!(open.keys(), messages, "each message was sent by the other one");

    freezing.signal("CONT");
    let mut said = Vec::new();
    for (desk, done) in desks.join_all().await.into_iter().enumerate() {
        for (words, receipt) in done {
            let late = receipt.is_none();
            said.push((words, receipt));
            assert!(!late || said.len() > desk, "only what was under way may be refused");
        }
    }
    // What was refused is sent again, and what was answered is answered alike.
    for (words, receipt) in &said {
        let desk: usize =
            words.trim_start_matches("第 ").split(' ').next().and_then(|n| n.parse().ok()).expect("a desk");
        let command = supervise("370784-ZJ", words);
        let again =
            until_done(|| other.command(&ids[desk], DEPARTMENT, &command).header("idempotency-key", key(words))).await;
        assert!(receipt.as_ref().is_none_or(|receipt| *receipt == again), "{words}");
    }
    let supervised = raw.number("select count(*) from event where document like '%第 %席%'").await;
    assert_eq!(supervised, (said.len() + DESKS) as i64, "each is there once");
    let mut freezing = Arc::into_inner(freezing).expect("every desk is done");
    assert_eq!(Answer::to(freezing.registration(&road_in_anqiu())).await.status, 201, "it goes on");
    freezing.kill();
    other.kill();
    let verified = chuishao(&["verify", "--database", &database.url]).await;
    assert!(verified.success, "{verified:?}");
    database.remove().await;
}
