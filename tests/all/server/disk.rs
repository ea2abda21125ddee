//! A disk that is full, or that may not be written: said in words, nothing half-written, and
//! the server goes on when there is room again.

use super::components::binary;
use super::databases::{Raw, TestDatabase};
use super::harness::Answer;
use super::postgres::another_user;
use super::process::{ServerProcess, chuishao, serve_command};
use super::story::{CALL_TAKER, accept, road_in_anqiu};
use chuishao_domain::ids::TicketId;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Kind;
use reqwest::RequestBuilder;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// How large a file may grow, in pieces of 512 bytes: room for the schema and some dozen tickets.
const MOST_BLOCKS: &str = "4096";

/// A request that must not wait for room: the kernel refuses instead of killing.
const FULL: &str = r#"trap "" XFSZ; ulimit -S -f "$0"; exec "$@""#;

/// `chuishao serve` on a disk that will be full.
fn limited(folder: &Path, url: &str) -> Command {
    let serve = serve_command(folder, url);
    let mut command = Command::new("sh");
    command.arg("-c").arg(FULL).arg(MOST_BLOCKS).arg(serve.get_program()).args(serve.get_args());
    let log = fs::File::options().append(true).open(folder.join("server.log")).expect("a log");
    command.env("RUST_LOG", "off").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    command
}

fn under(number: u32, request: RequestBuilder) -> RequestBuilder {
    request.header("idempotency-key", format!("call-{number}"))
}

/// Registers until the disk is full; what was answered, and the number of the call that was not.
async fn fill(server: &ServerProcess) -> (Vec<TicketId>, u32) {
    let mut answered = Vec::new();
    for number in 0..1000 {
        let answer = Answer::to(under(number, server.registration(&road_in_anqiu()))).await;
        if answer.status != 201 {
            assert_eq!(answer.refusal(), (503, "store-unavailable".into()));
            return (answered, number);
        }
        answered.push(answer.read::<Receipt>().ticket);
    }
    panic!("the disk is never full");
}

/// Accepts until not even that fits, which is less than a registration; the ticket that was refused.
async fn fill_up(server: &ServerProcess, tickets: &[TicketId]) -> TicketId {
    for ticket in tickets {
        let answer = Answer::to(server.command(ticket, CALL_TAKER, &accept())).await;
        if answer.status != 200 {
            assert_eq!(answer.refusal(), (503, "store-unavailable".into()));
            return ticket.clone();
        }
    }
    panic!("the disk has room for every command");
}

async fn listed(server: &ServerProcess) -> usize {
    let page: Value = Answer::to(server.get("/v1/tickets?limit=200")).await.read();
    page["tickets"].as_array().expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(Kind::Sqlite, folder.path()).await;
    let mut server = ServerProcess::run(&mut limited(folder.path(), &database.url), folder.path());
    let (answered, refused) = fill(&server).await;
    let last = &fill_up(&server, &answered).await;

    // It stays refused, and reading goes on.
    for _ in 0..3 {
        let again = Answer::to(under(refused, server.registration(&road_in_anqiu()))).await;
        assert_eq!(again.refusal(), (503, "store-unavailable".into()));
        let command = Answer::to(server.command(last, CALL_TAKER, &accept())).await;
        assert_eq!(command.refusal().0, 503);
        let shown = Answer::to(server.get(&format!("/v1/tickets/{last}"))).await;
        assert_eq!((shown.status, shown.read::<Value>()["version"].as_u64()), (200, Some(1)));
    }
    assert_eq!(listed(&server).await, answered.len(), "nothing half-written");

    let room = Command::new("prlimit").args(["--pid", &server.id(), "--fsize=unlimited"]).status();
    assert!(room.expect("it can be started").success());
    let done = Answer::to(under(refused, server.registration(&road_in_anqiu()))).await;
    let receipt: Receipt = done.read();
    assert!(done.status == 201 && !answered.contains(&receipt.ticket), "{done:?}");
    let again = Answer::to(under(refused, server.registration(&road_in_anqiu()))).await;
    assert_eq!(again.read::<Receipt>(), receipt);
    assert_eq!(Answer::to(server.command(last, CALL_TAKER, &accept())).await.status, 200);
    assert_eq!(listed(&server).await, answered.len() + 1);

    server.kill();
    let said = chuishao(&["verify", "--database", &database.url]).await;
    assert!(said.success && said.text.contains(&format!("核对 {} 件工单", answered.len() + 1)), "{said:?}");
    assert_eq!(Raw::open(&database).await.texts("pragma integrity_check").await, ["ok"]);
}

/// As somebody who may not write what he finds, also where the tests are root.
fn start_without_rights(folder: &Path, url: &str) -> String {
    let mut command = Command::new(binary());
    command.args(["serve", "--trust-posts", "--listen", "127.0.0.1:0", "--database", url]).arg("--data").arg(folder);
    if let Some((user, group)) = another_user() {
        command.uid(user).gid(group);
    }
    let output = command.env("RUST_LOG", "off").stdin(Stdio::null()).output().expect("it can be started");
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_not_be_written_is_said_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = TestDatabase::new(Kind::Sqlite, folder.path()).await;
    ServerProcess::start(folder.path(), &database.url).kill();
    let file = folder.path().join("chuishao.db");
    for entry in fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path()) {
        if let Some((user, group)) = another_user() {
            chown(&entry, Some(user), Some(group)).expect("root may");
        }
    }
    if let Some((user, group)) = another_user() {
        chown(folder.path(), Some(user), Some(group)).expect("root may");
    }
    let before = fs::read(&file).expect("it is there");

    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("it is ours");
    let said = start_without_rights(folder.path(), &database.url);
    assert!(said.contains("chuishao.db") && said.contains("不可用，请检查目录和权限"), "{said}");
    assert_eq!(fs::read(&file).expect("it is there"), before);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    fs::remove_file(folder.path().join("chuishao.lock")).expect("it is there");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).expect("it is ours");
    let said = start_without_rights(folder.path(), &database.url);
    assert!(said.contains("chuishao.lock") && said.contains("不可用，请检查目录和权限"), "{said}");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("it is ours");
}
