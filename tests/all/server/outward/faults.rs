//! Receivers at their worst: they hang, fail, close early and answer without end; servers are
//! killed while a document is out, and two of them share the receivers.

use super::receiver::{Manner, Receiver, entry, write_receivers};
use super::{OFFICE, enforced, hasten, sending_to, standing};
use crate::server::databases::{Raw, TestDatabase, on_both};
use crate::server::harness::{Answer, KEY_FILE, client, eventually};
use crate::server::process::{ServerProcess, serve_command};
use crate::server::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, accept, dispatch, dispatched};
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::Ordering;

on_both!(
    whoever_is_unwell_troubles_nobody_and_gets_everything_later,
    a_server_killed_while_a_document_is_out_sends_it_again,
    a_wrong_address_costs_no_document,
    a_decision_on_a_dead_letter_is_repeated_under_its_key,
);

/// The ids of a page of the feed, in order.
fn ids(page: &Value) -> Vec<String> {
    let ids = page["events"].as_array().expect("documents").iter().map(|one| one["event"]["id"].as_str());
    ids.map(|id| id.expect("an id").to_owned()).collect()
}

/// Each fails in its own way over the first document while the well one gets all nine; then all
/// behave, and get all nine in the same order.
async fn whoever_is_unwell_troubles_nobody_and_gets_everything_later(on: Kind) {
    let well = Receiver::start(Manner::Takes).await;
    let mut unwell = Vec::new();
    for (id, manner) in [
        ("hangs", Manner::Hangs),
        ("fails", Manner::Says(500)),
        ("closes", Manner::Closes),
        ("runs-on", Manner::RunsOn),
    ] {
        unwell.push((id, Receiver::start(manner).await));
    }
    let mut entries: Vec<_> = unwell.iter().map(|(id, receiver)| (*id, "enforcement", receiver.url.as_str())).collect();
    entries.push(("well", "enforcement", &well.url));
    let server = sending_to(on, &entries).await;
    for _ in 0..3 {
        dispatched(&server, &enforced(), "370705-GA").await;
    }
    well.has(9).await;
    let all = ids(&server.read("/v1/outward/enforcement").await);
    assert_eq!((well.taken(), all.len()), (all.clone(), 9));
    for (id, receiver) in &unwell {
        receiver.is_asked().await;
        assert_eq!(receiver.asked_for(), all[..1], "{id}: the second does not overtake the first");
        assert!(receiver.taken().is_empty(), "{id}");
        assert_eq!(standing(&server, id).await["delivered_through"], 0, "{id}");
    }
    assert!(unwell[0].1.under_way.load(Ordering::SeqCst) > 0, "it hangs on the first to this moment");
    let noted = async || standing(&server, "runs-on").await["attempts"].as_i64() >= Some(1);
    eventually("the failure is noted", noted).await;
    let problem = standing(&server, "runs-on").await["problem"].as_str().expect("a reason").to_owned();
    assert!(problem.contains("500") && problem.len() < 300, "an answer is not read to its end: {problem}");
    assert_eq!(server.read::<Vec<Value>>("/v1/dead-letters").await, [Value::Null; 0]);

    for (id, receiver) in &unwell {
        receiver.behaves(Manner::Takes);
        let whole = async || {
            hasten(&server).await;
            standing(&server, id).await["delivered_through"] == 9
        };
        eventually("it catches up", whole).await;
        assert_eq!(receiver.asked_for(), all, "{id}: in order, each under its own id");
        for seen in receiver.seen() {
            assert!(!seen.body.contains(CALLER_NAME) && !seen.body.contains(CALLER_PHONE), "{}", seen.body);
        }
    }
    server.finish().await;
}

/// A process that sends to a receiver.
fn process(folder: &Path, database: &TestDatabase, receiver: &Receiver) -> ServerProcess {
    write_receivers(folder, &entry("platform", &receiver.url, ""));
    let receivers = folder.join("receivers.toml");
    ServerProcess::run(serve_command(folder, &database.url).arg("--receivers").arg(receivers), folder)
}

/// Registered, accepted and dispatched: three documents.
async fn three_changes(server: &ServerProcess) -> TicketId {
    let post = |path: &str, actor: &str, body: &Value| {
        client().post(format!("{}{path}", server.base)).header("chuishao-actor", actor).json(body)
    };
    let receipt: Receipt = Answer::to(post("/v1/tickets", CALL_TAKER, &enforced())).await.read();
    let path = format!("/v1/tickets/{}/commands", receipt.ticket);
    for (actor, command) in [(CALL_TAKER, accept()), (DISPATCHER, dispatch("370705-GA"))] {
        assert_eq!(Answer::to(post(&path, actor, &command)).await.status, 200);
    }
    receipt.ticket
}

/// As if the turns of a server that was killed had run out.
async fn turns_run_out(database: &TestDatabase) {
    Raw::open(database).await.execute("delete from lease").await;
}

/// The receiver has the whole document and the server is killed before it hears so.
async fn a_server_killed_while_a_document_is_out_sends_it_again(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let platform = Receiver::start(Manner::Hangs).await;
    let mut server = process(folder.path(), &database, &platform);
    three_changes(&server).await;
    platform.is_asked().await;
    server.kill();
    let before = platform.seen();
    assert_eq!((platform.asked_for().len(), platform.taken().len()), (1, 0));

    turns_run_out(&database).await;
    platform.behaves(Manner::Takes);
    let mut server = process(folder.path(), &database, &platform);
    eventually("everything is there", async || platform.asked_for().len() >= 3).await;
    let page = Answer::to(server.get("/v1/outward/enforcement")).await.read();
    assert_eq!(platform.asked_for(), ids(&page), "in order, and none is lost");
    let after = platform.seen();
    assert_eq!(
        (&after[before.len()].id, &after[before.len()].body),
        (&before[0].id, &before[0].body),
        "the same document under the same id"
    );
    let noted = async || {
        let through = "select delivered_through from receiver where id = 'platform'";
        Raw::open(&database).await.number(through).await == 3
    };
    eventually("it is noted", noted).await;
    server.kill();
    database.remove().await;
}

/// Both have the same receivers; one of them sends, and when it dies the other.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_never_send_the_same_at_once() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let mut database = TestDatabase::new(Kind::Postgres, folders[0].path()).await;
    let platform = Receiver::start(Manner::Takes).await;
    let first = process(folders[0].path(), &database, &platform);
    std::fs::copy(folders[0].path().join(KEY_FILE), folders[1].path().join(KEY_FILE)).expect("one vault, one key file");
    let mut servers = [first, process(folders[1].path(), &database, &platform)];
    for number in 0..6 {
        three_changes(&servers[number % 2]).await;
    }
    platform.has(18).await;
    let mut taken = platform.taken();
    taken.sort();
    taken.dedup();
    assert_eq!((taken.len(), platform.seen().len()), (18, 18), "each once");
    assert_eq!(platform.most_at_once.load(Ordering::SeqCst), 1);

    servers[0].kill();
    turns_run_out(&database).await;
    let id = three_changes(&servers[1]).await;
    let told = |of: &Receiver| of.taken().iter().filter(|one| one.starts_with(id.as_str())).count();
    eventually("the other one sends", async || told(&platform) == 3).await;
    servers[1].kill();
    database.remove().await;
}

/// A page that is not there, a secret that is not right, a redirect: the address is at fault and
/// no document, however often it is tried.
async fn a_wrong_address_costs_no_document(on: Kind) {
    let platform = Receiver::start(Manner::Says(404)).await;
    let server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    dispatched(&server, &enforced(), "370705-GA").await;
    for status in [404, 401, 403, 410, 302, 307, 429, 503] {
        platform.behaves(Manner::Says(status));
        let before = platform.seen().len();
        let tried = async || {
            hasten(&server).await;
            platform.seen().len() > before
        };
        eventually("it is tried", tried).await;
    }
    assert_eq!(platform.asked_for().len(), 1, "it is still the first");
    assert_eq!(server.read::<Vec<Value>>("/v1/dead-letters").await, [Value::Null; 0]);
    platform.behaves(Manner::Takes);
    let caught_up = async || {
        hasten(&server).await;
        platform.taken().len() >= 3
    };
    eventually("it catches up", caught_up).await;
    server.finish().await;
}

async fn a_decision_on_a_dead_letter_is_repeated_under_its_key(on: Kind) {
    let platform = Receiver::start(Manner::Says(422)).await;
    let server = sending_to(on, &[("platform", "enforcement", &platform.url)]).await;
    server.register(&enforced()).await;
    let dies = async || {
        hasten(&server).await;
        server.read::<Vec<Value>>("/v1/dead-letters").await.len() == 1
    };
    eventually("it is refused to the end", dies).await;
    assert_eq!(platform.seen().len(), 5);
    let settle = |key: &str, command: &str| {
        let request = server.post("/v1/dead-letters/platform/1/commands").header("chuishao-actor", OFFICE);
        let body = json!({ "command": command, "reason": "平台已补录事项代码" });
        Answer::to(request.header("idempotency-key", key).json(&body))
    };
    let again = settle("k-1", "send-again").await;
    assert_eq!(again.status, 200, "{again:?}");
    eventually("it is refused once more", async || platform.seen().len() == 6 && dies().await).await;
    // The answer got lost, and the request comes again: it is not sent a second time for that.
    assert_eq!(settle("k-1", "send-again").await.text, again.text);
    assert_eq!(settle("k-1", "drop").await.refusal(), (422, "key-of-another".into()));
    assert_eq!(server.read::<Vec<Value>>("/v1/dead-letters?state=again").await, [Value::Null; 0]);
    assert_eq!(settle("k-2", "drop").await.status, 200);
    let dropped: Vec<Value> = server.read("/v1/dead-letters?state=dropped").await;
    assert_eq!((&dropped[0]["settled_by"], &dropped[0]["attempts"]), (&"0002".into(), &6.into()));
    assert_eq!(settle("k-3", "drop").await.refusal().0, 404);
    assert_eq!(platform.seen().len(), 6);
    server.finish().await;
}
