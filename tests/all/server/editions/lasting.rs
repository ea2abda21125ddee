//! What was imported lasts: every server on the database takes it up, a killed one goes on where
//! it was, and a database that does not read is said.

use super::catalogue::without_a_street;
use super::{COMPUTED, NOTICE_2027, OFFICE, close, import_notice, recomputed};
use crate::server::components::compiler;
use crate::server::databases::{Raw, TestDatabase, on_both};
use crate::server::harness::{Answer, TestServer, at, client, config, eventually};
use crate::server::process::{ServerProcess, chuishao, serve_command};
use crate::server::story::{CALL_TAKER, DISPATCHER, accept, dispatch, dispatched, road_in_anqiu};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::event::Event;
use chuishao_domain::ids::TicketId;
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_server::clock::Clock;
use chuishao_server::desk::{Desk, Receipt, Submission};
use chuishao_server::import::{Draft, Importer, prepare};
use chuishao_server::reference::{Known, Reference};
use chuishao_server::registry::Registry;
use chuishao_server::server::start;
use chuishao_server::store::tickets::CommitError;
use chuishao_server::store::{Kind, Store};
use chuishao_server::vault::keys::Keys;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

on_both!(
    a_server_killed_in_the_middle_goes_on,
    a_database_that_does_not_read_is_not_served,
    who_has_not_looked_for_long_looks_first,
    a_notice_can_be_typed_once_more
);

/// Both take it up, and the tickets of both are computed once.
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_postgresql_both_take_it_up() {
    let clock = "2026-12-30T09:00";
    let first = TestServer::start(Kind::Postgres, &[], clock).await;
    let second = TestServer::on_database(first.database().shared(), first.folder(), clock).await;
    let mut ids = Vec::new();
    for server in [&first, &second] {
        for _ in 0..3 {
            ids.push(dispatched(server, &road_in_anqiu(), "370784-ZJ").await);
        }
    }
    import_notice(&first, NOTICE_2027).await;
    let version =
        async |server: &TestServer| server.read::<Value>("/v1/calendar/notices").await["calendar_version"].clone();
    let wanted = version(&first).await;
    eventually("the other one has it", async || version(&second).await == wanted).await;
    let id = dispatched(&second, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(close(&second, &id).await["calendar_version"], wanted);
    assert_eq!(close(&second, &id).await["due"]["at"], json!(at("2027-01-07T17:30")));
    recomputed(&second).await;
    for id in &ids {
        first.timeline(id).await.line(COMPUTED);
        assert_eq!(close(&first, id).await["due"]["at"], json!(at("2027-01-07T17:30")));
    }
    second.finish().await;
    first.finish().await;
}

/// Far longer than a server takes to take up what was imported.
const PATIENCE: Duration = Duration::from_secs(60);

const TICKETS: usize = 260;
const HANDS: usize = 13;

/// A dispatched ticket at a server of its own process.
async fn dispatched_at(base: &str) -> TicketId {
    let client = client();
    let post = |path: &str, actor: &str, body: &Value| {
        client.post(format!("{base}{path}")).header("chuishao-actor", actor).json(body)
    };
    let answer = Answer::to(post("/v1/tickets", CALL_TAKER, &road_in_anqiu())).await;
    let id = answer.read::<Receipt>().ticket;
    for (actor, body) in [(CALL_TAKER, accept()), (DISPATCHER, dispatch("370784-ZJ"))] {
        let answer = Answer::to(post(&format!("/v1/tickets/{id}/commands"), actor, &body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    id
}

fn serve(folder: &Path, database: &TestDatabase) -> ServerProcess {
    let mut command = serve_command(folder, &database.url);
    ServerProcess::run(command.args(["--movable-clock", "2026-12-30T09:00"]), folder)
}

async fn a_server_killed_in_the_middle_goes_on(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let mut server = serve(folder.path(), &database);
    let mut hands = tokio::task::JoinSet::new();
    for _ in 0..HANDS {
        let base = server.base.clone();
        hands.spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..TICKETS / HANDS {
                ids.push(dispatched_at(&base).await);
            }
            ids
        });
    }
    let ids: Vec<TicketId> = hands.join_all().await.into_iter().flatten().collect();
    let mut raw = Raw::open(&database).await;
    // The calendar that it started with is visited, too; that one may be done by now or not.
    let before = raw.number("select coalesce(max(began_at), 0) from recomputation").await;
    let file = folder.path().join("2027.csv");
    std::fs::write(&file, NOTICE_2027).expect("written");
    let path = file.to_string_lossy().into_owned();
    let url = database.url.clone();
    let import =
        tokio::spawn(async move { chuishao(&["calendar", "import", &path, "--yes", "--database", &url]).await });
    // The server may be at it before the command has ended.
    let waiting = "select count(*) from ticket where awaits_calendar";
    let begins = async { while raw.number(waiting).await >= TICKETS as i64 {} };
    tokio::time::timeout(PATIENCE, begins).await.expect("the server begins");
    server.kill();
    let said = import.await.expect("it ends");
    assert!(said.success, "{said:?}");
    let left = raw.number(waiting).await;
    assert!((1..TICKETS as i64).contains(&left), "it was killed in the middle: {left} wait");
    let mut server = serve(folder.path(), &database);
    let done = format!("select count(*) from recomputation where done_at is not null and began_at > {before}");
    while raw.number(&done).await == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.kill();
    drop(raw);

    let store = Store::open(&database.address).await.expect("nobody holds it");
    assert_eq!(store.verify(|_| ()).await.expect("it can be read").faults, []);
    for id in &ids {
        let history = store.history(id).await.expect("it can be read");
        let computed = history.iter().filter(|one| matches!(one.event, Event::DeadlineComputed { .. }));
        assert_eq!(computed.count(), 1, "{id} is computed once");
        assert!(!store.ticket(id).await.expect("it can be read").expect("it is there").awaits_calendar());
    }
    store.close().await;
    database.remove().await;
}

/// Tries to start a server until it says why it does not.
async fn does_not_start(folder: &Path, database: &TestDatabase, why: &str) {
    eventually(why, async || match start(config(folder, &database.address, "2026-12-30T09:00")).await {
        Ok(_) => panic!("it serves"),
        // The last connection's task may let go of the file a moment later.
        Err(error) => error.to_string().contains(why),
    })
    .await;
}

/// Spoilt one by one, said, and mended again.
async fn a_database_that_does_not_read_is_not_served(on: Kind) {
    let mut server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    import_notice(&server, NOTICE_2027).await;
    let tables = json!({ "streets.csv": without_a_street() });
    let edition = json!({ "from": "2027-01-01", "document": "潍政办字〔2026〕3号", "tables": tables });
    let import = server.post("/v1/catalogue/editions").header("chuishao-actor", OFFICE).json(&edition);
    assert_eq!(Answer::to(import).await.status, 201);
    server.stop().await;
    let (folder, database) = (server.folder().to_owned(), server.database().shared());
    for (table, column, good, bad, why) in [
        ("notice", "text", "2027-02-08", "2027-02-10", "第 1 号放假通知（示例〔2026〕8号）不能识别"),
        (
            "catalogue_edition",
            "tables",
            "东关街道",
            "东门街道",
            "第 1 号职责清单（潍政办字〔2026〕3号，2027-01-01 起）不能识别",
        ),
        ("catalogue_edition", "effective_from", "2027-01-01", "2020-01-01", "2020-01-01 起）不能识别"),
    ] {
        let change = |from, to| format!("update {table} set {column} = replace({column}, '{from}', '{to}')");
        assert_eq!(Raw::open(&database).await.execute(&change(good, bad)).await, 1);
        does_not_start(&folder, &database, why).await;
        let said = chuishao(&["verify", "--database", &database.url]).await;
        assert!(!said.success && said.text.contains(why), "{said:?}");
        assert_eq!(Raw::open(&database).await.execute(&change(bad, good)).await, 1);
    }
    server.resume("2026-12-30T09:00").await;
    server.finish().await;
}

/// A desk whose server was frozen: nothing looked for new imports beside it.
async fn who_has_not_looked_for_long_looks_first(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let store = Store::open(&database.address).await.expect("it opens");
    let known = Known::read(&store).await.expect("what ships with the program");
    let engine = Engine::new(Budget::default()).expect("it starts");
    let code = CompiledCode::open(&folder.path().join("compiled"), compiler()).expect("a folder");
    let registry = Arc::new(Registry::new(engine, code));
    registry.take_up(&store, &known.editions.newest().catalogue).await.expect("it reads");
    let clock = Arc::new(Clock::movable(at("2026-12-30T09:00")));
    let keys = Keys::open(&store, None, folder.path()).await.expect("a key file");
    let desk = Desk::new(store, Reference::new(known), registry, clock, keys);

    let beside = Store::open_beside(&database.address).await.expect("it opens");
    let known = Known::read(&beside).await.expect("it reads");
    let importer = Importer { by: "王芳".into(), now: at("2026-12-30T09:00") };
    let prepared = prepare(&known, &Draft::Notice { text: NOTICE_2027.into() }, &importer).expect("a good notice");
    beside.add_import(&prepared.row, None).await.expect("it is written");
    assert!(matches!(beside.add_import(&prepared.row, None).await, Err(CommitError::VersionMoved)), "once");
    beside.close().await;

    assert_eq!(desk.world().calendar.notice(2027), None);
    tokio::time::sleep(Duration::from_millis(3100)).await;
    let intake = serde_json::from_value(json!({
        "caller": "", "caller_kind": "citizen", "channel": "phone", "matter_kind": "help", "category": "0201",
        "title": "路面破损", "body": "请维修", "confidential": false, "received_at": "2026-12-30T09:00:00+08:00",
        "place": { "territory": "370784", "estate": "汶水小区" },
    }));
    let caller = serde_json::from_value(road_in_anqiu()["caller"].clone()).expect("a caller");
    let by = By::CallTaker { number: "0231".into() };
    let id =
        desk.register(intake.expect("an intake"), caller, by.clone(), None, None).await.expect("registered").ticket;
    let accept = Submission {
        ticket: Some(id.clone()),
        expected_version: None,
        command: Command::Accept { unanswered: None },
        by,
        caller: None,
        key: None,
        line: None,
    };
    desk.submit(accept).await.expect("accepted");
    assert!(!desk.store.ticket(&id).await.expect("it reads").expect("it is there").awaits_calendar());
    desk.store.close().await;
    database.remove().await;
}

/// The notice is typed with a slip that gives a day too much, imported, and typed once more.
async fn a_notice_can_be_typed_once_more(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let slip = NOTICE_2027.replace("2027-02-08,off,春节\n", "2027-01-04,off,元旦\n");
    import_notice(&server, &slip).await;
    recomputed(&server).await;
    assert_eq!(close(&server, &id).await["due"]["at"], json!(at("2027-01-08T17:30")), "as the slip says");
    let receipt = import_notice(&server, NOTICE_2027).await;
    assert_eq!(receipt.number, 2);
    assert!(receipt.changes.contains(&"2027-01-04 由放假改为上班".to_owned()), "{:?}", receipt.changes);
    recomputed(&server).await;
    assert_eq!(close(&server, &id).await["due"]["at"], json!(at("2027-01-07T17:30")));
    assert_eq!(server.timeline(&id).await.lines(COMPUTED).len(), 2, "each on the timeline");
    assert_eq!(Raw::open(server.database()).await.number("select count(*) from notice").await, 2, "none is deleted");
    server.finish().await;
}
