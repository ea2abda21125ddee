//! Nothing of a caller stands in clear anywhere: not in a table or file of the database, not in a
//! log line, not in an answer but that of a look.

use super::super::components::{components, rule};
use super::super::databases::{Raw, TestDatabase, on_both};
use super::super::harness::{Answer, TestServer, client};
use super::super::process::{ServerProcess, serve_command};
use super::super::story::{
    CALL_TAKER, CALLER_NAME, CALLER_PHONE, DISPATCHER, FOLLOW_UP, accept, cold_room, dispatch, handled, heating_fields,
};
use super::{AUDITOR, caller_of, look, post};
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use serde_json::json;
use std::path::Path;

on_both!(who_called_stands_nowhere_in_clear, no_line_of_the_log_tells_who_called);

/// Who looks after what goes out.
const OFFICE: &str = "hotline-office:0002";

/// What the caller was corrected to.
const NEW_NAME: &str = "郭玉珍";
const NEW_PHONE: &str = "13900005678";

fn has(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Everything that the database keeps, as bytes: SQLite's files, or each row of each table.
async fn dump(database: &TestDatabase, folder: &Path) -> Vec<u8> {
    let mut dump = Vec::new();
    if let DatabaseAddress::Sqlite(_) = database.address {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with("chuishao.db") {
                dump.extend(std::fs::read(entry.path()).expect("a file"));
            }
        }
        return dump;
    }
    let mut raw = Raw::open(database).await;
    let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
    for table in raw.texts(tables).await {
        for row in raw.texts(&format!("select t::text from \"{table}\" t")).await {
            dump.extend(row.into_bytes());
            dump.push(b'\n');
        }
    }
    dump
}

/// As bytes that PostgreSQL writes out, too.
fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

async fn must_not_keep(server: &TestServer, spaced: &str) {
    let dump = dump(server.database(), server.folder()).await;
    for kept in ["虞河花园", "家中暖气不热", "370705-CG"] {
        assert!(has(&dump, kept.as_bytes()), "the search finds what stands there: {kept}");
    }
    for secret in [CALLER_NAME, CALLER_PHONE, spaced, NEW_NAME, NEW_PHONE, "桂兰"] {
        assert!(!has(&dump, secret.as_bytes()), "{secret} stands in the database");
        assert!(!has(&dump, hexadecimal(secret).as_bytes()), "{secret} stands in the database as bytes");
    }
}

async fn who_called_stands_nowhere_in_clear(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().heating, "WF")], "2024-11-06T09:00").await;
    let mut matter = cold_room();
    matter["title"] = format!("{CALLER_NAME}家中暖气不热").into();
    let request = server.registration(&matter).header("idempotency-key", "call-1");
    let id = Answer::to(request).await.read::<Receipt>().ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "户号-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    server.act(&id, DISPATCHER, dispatch("370705-CG")).await;
    assert!(!server.decisions(&id).await.is_empty(), "a rule was asked");
    let written = |name: &str, phone: &str| json!({ "command": "record-contact", "words": format!("已致电{name} {phone}，明日上门") });
    let spaced = format!("{} {} {}", &CALLER_PHONE[..3], &CALLER_PHONE[3..7], &CALLER_PHONE[7..]);
    server.act(&id, "unit-clerk:370705-CG", written(CALLER_NAME, &spaced)).await;
    let reference = caller_of(&server, &id).await;
    let correction = json!({ "name": NEW_NAME, "phone": NEW_PHONE, "words": format!("应为{NEW_PHONE}，记错") });
    let path = format!("/v1/callers/{reference}");
    let request = server.post(&format!("{path}/correction")).header("chuishao-actor", CALL_TAKER);
    let corrected = Answer::to(request.header("idempotency-key", "correction-1").json(&correction)).await;
    assert_eq!(corrected.status, 200, "{corrected:?}");
    let looked = post(&server, FOLLOW_UP, &format!("{path}/unmask"), &look(&id, "follow-up-call", &["name"])).await;
    assert!(looked.text.contains(NEW_NAME), "in this one answer it stands: {looked:?}");
    server.act(&id, "unit-clerk:370705-CG", written(NEW_NAME, NEW_PHONE)).await;
    assert!(server.timeline(&id).await.shows("已致电＊＊＊ ＊＊＊ ＊＊＊＊ ＊＊＊＊，明日上门"));
    handled(&server, &id, "370705-CG", true).await;
    for (who, path) in [
        (AUDITOR, format!("/v1/tickets/{id}")),
        (AUDITOR, format!("/v1/tickets/{id}/timeline")),
        (AUDITOR, format!("/v1/tickets/{id}/decisions")),
        (AUDITOR, format!("{path}/record")),
        (AUDITOR, path.clone()),
        (AUDITOR, "/v1/tickets".into()),
        (OFFICE, "/v1/outbox".into()),
    ] {
        let told = super::get(&server, who, &path).await;
        assert_eq!(told.status, 200, "{path}: {told:?}");
        for secret in [CALLER_NAME, CALLER_PHONE, NEW_NAME, NEW_PHONE] {
            assert!(!told.text.contains(secret), "{path}: {}", told.text);
        }
    }
    must_not_keep(&server, &spaced).await;
    server.finish().await;
}

/// The loudest log of the real binary, over what is done, refused and looked at.
async fn no_line_of_the_log_tells_who_called(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut database = TestDatabase::new(on, folder.path()).await;
    let mut command = serve_command(folder.path(), &database.url);
    let process = ServerProcess::run(command.env("RUST_LOG", "trace"), folder.path());
    chuishao_tests::install(&client(), &process.base, &rule(&components().heating, "WF")).await;
    let send = async |actor: &str, path: &str, body: serde_json::Value| {
        let request = client().post(format!("{}{path}", process.base)).header("chuishao-actor", actor);
        Answer::to(request.json(&body)).await
    };
    let receipt: Receipt = send(CALL_TAKER, "/v1/tickets", cold_room()).await.read();
    let id: TicketId = receipt.ticket;
    let unmask = format!("/v1/callers/C-{id}/unmask");
    let shown = send(AUDITOR, &unmask, look(&id, "subject-access", &["name", "phone"])).await;
    assert!(shown.text.contains(CALLER_PHONE), "{shown:?}");
    let mut wrong = cold_room();
    wrong["place"]["territory"] = CALLER_PHONE.into();
    assert!(send(CALL_TAKER, "/v1/tickets", wrong).await.status >= 400);
    let malformed = json!({ "caller": { "name": CALLER_NAME, "phone": CALLER_PHONE }, "title": CALLER_NAME });
    assert_eq!(send(CALL_TAKER, "/v1/tickets", malformed).await.refusal(), (400, "bad-body".into()));
    drop(process);
    let log = std::fs::read(folder.path().join("server.log")).expect("a log");
    assert!(has(&log, b"/v1/callers/{reference}/unmask"), "the log tells of requests");
    for secret in [CALLER_NAME, CALLER_PHONE] {
        assert!(!has(&log, secret.as_bytes()), "{secret} stands in the log");
    }
    database.remove().await;
}
