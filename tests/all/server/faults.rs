//! Faults of the machine and of its keepers: two servers on one folder, code that was
//! changed, an address for all the world, a restart.

use super::components::{binary, components, rule};
use super::databases::on_both;
use super::harness::{TestServer, config};
use super::process::{ServerProcess, serve_command};
use super::story::{CALL_TAKER, DISPATCHER, accept, cold_room, dispatched, heating_fields, road_in_anqiu};
use chuishao_server::server::{Config, StartError, start};
use chuishao_server::store::Kind;
use chuishao_server::store::StoreError;
use chuishao_server::store::address::DatabaseAddress;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

on_both!(a_killed_server_leaves_its_database_free, a_restart_keeps_everything);

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_folder_is_refused() {
    let server = TestServer::start(Kind::Sqlite, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let second = start(config(server.folder(), &server.database().address, "2024-06-25T09:10")).await;
    assert!(matches!(second, Err(StartError::Store(StoreError::InUse(_)))));

    // The same from another process, in words; but looking is free.
    let url = &server.database().url;
    let second = serve_command(server.folder(), url).output().expect("it runs");
    assert!(!second.status.success() && second.stdout.is_empty(), "{second:?}");
    let log = fs::read_to_string(server.folder().join("server.log")).expect("a log");
    assert!(log.contains("正被另一个 chuishao 进程使用"), "{log}");
    let verify = Command::new(binary()).args(["verify", "--database", url]).output().expect("it runs");
    let said = String::from_utf8_lossy(&verify.stdout).into_owned();
    assert!(verify.status.success() && said.contains("核对 1 件工单"), "{said}");

    assert_eq!(server.ticket(&id).await["state"], "handling", "the first goes on");
    server.finish().await;
}

/// A database is free again when its server was killed: the system lets go of the lock.
async fn a_killed_server_leaves_its_database_free(on: Kind) {
    let mut server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.stop().await;
    for _ in 0..2 {
        ServerProcess::start(server.folder(), &server.database().url).kill();
    }
    server.resume("2024-06-25T09:20").await;
    assert_eq!(server.ticket(&id).await["state"], "handling");
    server.finish().await;
}

/// There are no accounts: whoever reaches the port is believed.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_all_the_world_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.7:0"] {
        let config = Config {
            listen: address.parse().expect("an address"),
            ..config(folder.path(), &DatabaseAddress::in_folder(folder.path()), "2024-06-25T09:10")
        };
        assert!(matches!(start(config).await, Err(StartError::TrustsBeyondLoopback(_))), "{address}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing was touched");
}

async fn a_restart_keeps_everything(on: Kind) {
    let rules = [rule(&components().heating, "WF"), rule(&components().mediation, "370705")];
    let server = TestServer::start(on, &rules, "2024-11-06T09:00").await;
    let cold = server.register(&cold_room()).await.ticket;
    server.act(&cold, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&cold, CALL_TAKER, accept()).await;
    let road = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let all = async |server: &TestServer| -> Vec<Value> {
        let mut all: Vec<Value> = vec![server.read("/v1/tickets").await, server.read("/v1/outbox").await];
        for id in [&cold, &road] {
            for path in ["", "/timeline", "/decisions"] {
                all.push(server.read(&format!("/v1/tickets/{id}{path}")).await);
            }
        }
        all
    };
    let before = all(&server).await;
    let server = server.restart("2024-11-06T09:05").await;
    assert_eq!(all(&server).await, before);
    let unit = json!({ "command": "dispatch", "lead_unit": "370705-CG" });
    server.act(&cold, DISPATCHER, unit).await;
    let next = server.register(&road_in_anqiu()).await.ticket;
    assert!(next > road, "numbers go on");
    server.finish().await;
}

/// The files of compiled code, by name.
fn code_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("compiled")).expect("a folder").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|of| of == "code")).collect();
    files.sort();
    files
}

/// Both rules are on and answer.
async fn rules_work(server: &TestServer) {
    let rules: Vec<Value> = server.read("/v1/rules").await;
    assert!(rules.iter().all(|rule| rule["problems"] == json!([])), "{rules:?}");
    let id = server.register(&cold_room()).await;
    assert_eq!(id.missing_fields.len(), 4, "the heating rule answers");
    let noise = dispatched(server, &super::story::noise("370705", "胜利新村"), "370705-GA").await;
    assert_eq!(
        server.decisions(&noise).await.len(),
        1,
        "the mediation rule is asked, the heating rule hears of no noise"
    );
}

/// Loading compiled code is running it: what this installation did not write is made again.
#[tokio::test(flavor = "multi_thread")]
async fn changed_code_is_thrown_away_and_made_again() {
    let rules = [rule(&components().heating, "WF"), rule(&components().mediation, "370705")];
    let mut server = TestServer::start(Kind::Sqlite, &rules, "2024-11-06T09:00").await;
    rules_work(&server).await;
    let key_file = server.folder().join("compiled/installation.key");
    let key = fs::read(&key_file).expect("a key");
    let files = code_files(server.folder());
    let [one, other] = &files[..] else { panic!("a file for each rule: {files:?}") };
    let (whole, foreign) = (fs::read(one).expect("code"), fs::read(other).expect("code"));
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;

    for (what, bytes) in [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("cut within its authentication code", whole[..16].to_vec()),
        ("empty", Vec::new()),
        ("one bit changed", flipped),
        ("exchanged for another rule's", foreign),
    ] {
        server.stop().await;
        fs::write(one, &bytes).expect("written");
        server.resume("2024-11-06T09:00").await;
        rules_work(&server).await;
        let again = fs::read(one).expect("code");
        assert!(again != bytes && again.len() > 32, "{what}: it was made again");
        assert_eq!(fs::read(&key_file).expect("a key"), key, "{what}: the key is kept");
    }
    server.finish().await;
}

/// Without its key, an installation trusts nothing that it finds.
#[tokio::test(flavor = "multi_thread")]
async fn code_under_a_lost_key_is_made_again() {
    let rules = [rule(&components().heating, "WF"), rule(&components().mediation, "370705")];
    let mut server = TestServer::start(Kind::Sqlite, &rules, "2024-11-06T09:00").await;
    let key_file = server.folder().join("compiled/installation.key");
    let key = fs::read(&key_file).expect("a key");
    let codes = |folder: &Path| code_files(folder).iter().map(|file| fs::read(file).expect("code")).collect::<Vec<_>>();
    let before = codes(server.folder());
    server.stop().await;
    fs::write(&key_file, &key[..16]).expect("written");
    server.resume("2024-11-06T09:00").await;
    rules_work(&server).await;
    let new_key = fs::read(&key_file).expect("a key");
    assert!(new_key.len() == key.len() && new_key != key);
    let after = codes(server.folder());
    assert!(before.iter().zip(&after).all(|(before, after)| before[..32] != after[..32]), "under the new key");
    server.finish().await;
}
