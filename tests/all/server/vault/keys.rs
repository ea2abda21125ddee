//! Keys: made once for the service alone, the same for every server, exchanged beside a running
//! one; without them nothing is served.

use super::super::databases::{Raw, TestDatabase, on_both};
use super::super::harness::{KEY_FILE, TestServer, config};
use super::super::process::{Said, chuishao};
use super::super::story::{CALLER_PHONE, dispatched, road_in_anqiu};
use super::{AUDITOR, called_by, caller_of, get, look, post, record};
use chuishao_server::server::{Config, StartError, start};
use chuishao_server::store::Kind;
use chuishao_server::vault::keys::KeysError;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

on_both!(
    a_key_file_is_made_once_for_the_service_alone,
    other_keys_open_nothing_and_nothing_is_served,
    keys_are_exchanged_beside_a_running_server,
    a_row_that_was_exchanged_does_not_open,
    a_generated_year_is_sealed
);

const NEW_KEY: &str = "2025-06 a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0fedcba9876543210\n";
const CLOCK: &str = "2024-06-25T09:10";

fn key_file(server: &TestServer) -> PathBuf {
    server.folder().join(KEY_FILE)
}

async fn a_key_file_is_made_once_for_the_service_alone(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let made = fs::read_to_string(key_file(&server)).expect("it is there");
    assert_eq!(fs::metadata(key_file(&server)).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(server.folder()).expect("a folder").flatten().filter(is_key_file).count(), 1);
    server.register(&road_in_anqiu()).await;
    let server = server.restart(CLOCK).await;
    assert_eq!(fs::read_to_string(key_file(&server)).expect("it is there"), made);
    server.finish().await;
}

fn is_key_file(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with("vault")
}

async fn other_keys_open_nothing_and_nothing_is_served(on: Kind) {
    let mut server = TestServer::start(on, &[], CLOCK).await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    let reference = caller_of(&server, &id).await;
    server.stop().await;
    let own = fs::read_to_string(key_file(&server)).expect("a key file");
    let id_of_own = own.lines().last().and_then(|line| line.split(' ').next()).expect("an id").to_owned();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let named = elsewhere.path().join("other.keys");
    let begin = |vault_keys: Option<PathBuf>| {
        let config = config(elsewhere.path(), &server.database().address, CLOCK);
        start(Config { vault_keys, ..config })
    };
    let mut faults = vec![begin(None).await.err().expect("there is no key file")];
    assert!(!elsewhere.path().join(KEY_FILE).exists(), "no new one is made over a vault in use");
    for text in [NEW_KEY.to_owned(), format!("{id_of_own}{}", &NEW_KEY[7..]), "keys".to_owned()] {
        fs::write(&named, text).expect("written");
        faults.push(begin(Some(named.clone())).await.err().expect("these are other keys"));
    }
    faults.push(begin(Some(elsewhere.path().join("none"))).await.err().expect("there is no file"));
    let kinds = faults.iter().map(|fault| match fault {
        StartError::Keys(KeysError::Missing(_)) => "missing",
        StartError::Keys(KeysError::Lacks { .. }) => "lacks",
        StartError::Keys(KeysError::Another { .. }) => "another",
        StartError::Keys(KeysError::Content { .. }) => "content",
        StartError::Keys(KeysError::File { .. }) => "file",
        other => panic!("{other}"),
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["missing", "lacks", "another", "content", "file"]);
    for fault in &faults {
        assert!(!fault.to_string().contains("a1b2c3"), "no key is repeated: {fault}");
    }
    // What was refused left nothing behind: the right file is as good as before.
    server.resume(CLOCK).await;
    assert_eq!(get(&server, AUDITOR, &format!("/v1/callers/{reference}")).await.status, 200);
    server.finish().await;
}

async fn reseal(server: &TestServer) -> Said {
    let folder = server.folder().to_string_lossy().into_owned();
    chuishao(&["vault", "reseal", "--data", &folder, "--database", &server.database().url]).await
}

async fn keys_are_exchanged_beside_a_running_server(on: Kind) {
    const BEFORE: i64 = 230;
    let server = TestServer::start(on, &[], CLOCK).await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    for _ in 1..BEFORE {
        server.register(&called_by("郭玉珍", "13900005678")).await;
    }
    let old = fs::read_to_string(key_file(&server)).expect("a key file");
    fs::write(key_file(&server), format!("{old}{NEW_KEY}")).expect("written");
    // The server reads the changed file by itself; the old rows are still found.
    let first = server.register(&called_by("郭玉珍", "13900005678")).await;
    assert_eq!(first.earlier_tickets, Some(100), "one hundred is as far as is counted");
    let under = async |condition: &str| {
        let asked = format!("select count(*) from caller_sealed where {condition}");
        Raw::open(server.database()).await.number(&asked).await
    };
    assert_eq!(under("key_id = '2025-06'").await, 1);

    let (said, ()) = tokio::join!(reseal(&server), async {
        for _ in 0..20 {
            server.register(&called_by("周桂兰", "13900001111")).await;
        }
    });
    assert!(said.success && said.text.contains(&format!("重新加密 {BEFORE} 条")), "{said:?}");
    assert_eq!(under("key_id <> '2025-06'").await, 0);
    let again = reseal(&server).await;
    assert!(again.success && again.text.contains("重新加密 0 条"), "{again:?}");

    let reference = caller_of(&server, &id).await;
    let lines = record(&server, &reference).await;
    assert_eq!((lines.len(), lines[1].what.as_str()), (2, "更换密钥为 2025-06"));
    // The old key may go now.
    fs::write(key_file(&server), NEW_KEY).expect("written");
    let look = look(&id, "contact-caller", &["phone"]);
    let path = format!("/v1/callers/{reference}/unmask");
    let shown: Value = post(&server, "unit-clerk:370784-ZJ", &path, &look).await.read();
    assert_eq!(shown["phone"], CALLER_PHONE);
    assert_eq!(server.register(&road_in_anqiu()).await.earlier_tickets, Some(1), "found under the new key");
    let server = server.restart(CLOCK).await;
    server.finish().await;
}

/// Two rows change places: neither opens, no look is written down, and rotation names both and
/// does the others. Put back, it goes on.
async fn a_row_that_was_exchanged_does_not_open(on: Kind) {
    let server = TestServer::start(on, &[], CLOCK).await;
    let mut references = Vec::new();
    let mut ids = Vec::new();
    for (name, phone) in [("周桂兰", "13900001234"), ("郭玉珍", "13900005678"), ("赵明", "13900001111")] {
        ids.push(dispatched(&server, &called_by(name, phone), "370784-ZJ").await);
        references.push(caller_of(&server, ids.last().expect("one")).await);
    }
    let mut raw = Raw::open(server.database()).await;
    raw.execute("create table spare as select reference, envelope from caller_sealed").await;
    let [one, other, _] = &references[..] else { panic!("three: {references:?}") };
    for (row, of) in [(one, other), (other, one)] {
        let from = format!("(select envelope from spare where spare.reference = '{of}')");
        let exchange = format!("update caller_sealed set envelope = {from} where reference = '{row}'");
        assert_eq!(raw.execute(&exchange).await, 1);
    }
    let look = look(&ids[0], "contact-caller", &["phone"]);
    let path = format!("/v1/callers/{}/unmask", references[0]);
    let refused = post(&server, "unit-clerk:370784-ZJ", &path, &look).await;
    assert_eq!(refused.refusal(), (500, "vault-unavailable".into()));
    assert_eq!(record(&server, &references[0]).await.len(), 1);

    let old = fs::read_to_string(key_file(&server)).expect("a key file");
    fs::write(key_file(&server), format!("{old}{NEW_KEY}")).expect("written");
    let said = reseal(&server).await;
    assert!(!said.success && said.text.contains("重新加密 1 条"), "{said:?}");
    assert!(said.text.contains(&format!("未处理：{}", references[0])), "{said:?}");
    assert!(said.text.contains("还有 2 条记录使用旧密钥"), "{said:?}");
    for row in [one, other] {
        let from = format!("(select envelope from spare where spare.reference = '{row}')");
        let back = format!("update caller_sealed set envelope = {from} where reference = '{row}'");
        assert_eq!(raw.execute(&back).await, 1);
    }
    raw.execute("drop table spare").await;
    let said = reseal(&server).await;
    assert!(said.success && said.text.contains("重新加密 2 条"), "{said:?}");
    assert_eq!(post(&server, "unit-clerk:370784-ZJ", &path, &look).await.status, 200);
    server.finish().await;
}

async fn a_generated_year_is_sealed(on: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(on, folder.path()).await;
    let data = folder.path().to_string_lossy().into_owned();
    let said = chuishao(&["generate", "--tickets", "120", "--data", &data, "--database", &database.url]).await;
    assert!(said.success, "{said:?}");
    let mut raw = Raw::open(&database).await;
    for table in ["caller_sealed", "caller_record"] {
        assert_eq!(raw.number(&format!("select count(*) from {table}")).await, 120);
    }
    let reference = raw.texts("select reference from caller_sealed order by reference limit 1").await.remove(0);
    drop(raw);
    let server = TestServer::on_database(database, folder.path(), "2025-01-02T09:00").await;
    let masked: Value = get(&server, AUDITOR, &format!("/v1/callers/{reference}")).await.read();
    assert!(masked["phone"].as_str().expect("a number").contains("****"), "{masked}");
    assert_eq!(record(&server, &reference).await.len(), 1);
    server.finish().await;
}
