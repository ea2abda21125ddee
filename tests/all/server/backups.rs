//! Backup and restore with the real binary: beside a server that takes calls, into nothing but
//! an empty database, whole or not at all.

use super::components::binary;
use super::databases::{Raw, TestDatabase, on_both};
use super::harness::{KEY_FILE, TestServer, eventually};
use super::process::{Said, chuishao};
use super::story::{dispatched, road_in_anqiu};
use chuishao_domain::account::audit::{Deed, Entry};
use chuishao_domain::ids::{TicketId, TopicId};
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::audit::AuditQuery;
use chuishao_server::store::{Kind, Store};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

on_both!(
    a_backup_beside_a_busy_server_is_whole,
    a_restored_database_gives_no_number_twice,
    a_backup_is_for_the_service_alone_and_overwrites_nothing,
    a_backup_and_a_restore_stand_in_the_audit_log,
    nothing_is_restored_over_data,
    what_is_no_whole_backup_leaves_nothing_behind,
    a_password_is_never_printed
);

/// A folder with the file of a backup, and an empty database to restore it into.
struct Vault {
    folder: TempDir,
    file: PathBuf,
    target: TestDatabase,
}

impl Vault {
    async fn new(on: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("restored");
        let (file, target) = (folder.path().join("tickets.backup"), TestDatabase::new(on, &below).await);
        Self { folder, file, target }
    }

    async fn back_up(&self, database: &TestDatabase) -> Said {
        work("backup", &database.url, &self.file).await
    }

    async fn restore(&self) -> Said {
        work("restore", &self.target.url, &self.file).await
    }
}

/// Carries a command out and looks at what every one must keep: the password stays unsaid.
async fn work(command: &str, url: &str, file: &Path) -> Said {
    without_password(chuishao(&[command, "--database", url, &file.to_string_lossy()]).await)
}

fn without_password(said: Said) -> Said {
    for secret in ["p@ss", "p%40ss", "ss/word", "ss%2Fword"] {
        assert!(!said.text.contains(secret), "{said:?}");
    }
    said
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// Calls that come in until they are told to stop; every number that was given.
async fn take_calls(server: Arc<TestServer>, over: Arc<AtomicBool>, answered: Arc<Mutex<Vec<TicketId>>>) {
    while !over.load(Ordering::SeqCst) {
        let id = server.register(&road_in_anqiu()).await.ticket;
        answered.lock().expect("not poisoned").push(id);
    }
}

async fn a_backup_beside_a_busy_server_is_whole(on: Kind) {
    let server = Arc::new(TestServer::start(on, &[], "2024-06-25T09:10").await);
    let dispatched = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(vec![dispatched.clone()])));
    let calls = tokio::spawn(take_calls(server.clone(), over.clone(), answered.clone()));
    let count = || answered.lock().expect("not poisoned").len();
    eventually("calls are taken", async || count() > 5).await;

    let mut vault = Vault::new(on).await;
    let before = answered.lock().expect("not poisoned").clone();
    let said = vault.back_up(server.database()).await;
    assert!(said.success && said.text.contains("已备份"), "{said:?}");
    let at_end = count();
    eventually("calls go on", async || count() > at_end).await;
    over.store(true, Ordering::SeqCst);
    calls.await.expect("every call was answered");

    let said = vault.restore().await;
    assert!(said.success && said.text.contains("全部一致"), "{said:?}");
    let store = Store::open_to_read(&vault.target.address).await.expect("it is whole");
    for id in &before {
        assert!(store.ticket(id).await.expect("it can be read").is_some(), "{id} was answered before the backup");
    }
    assert!(store.ticket_count().await.expect("it can be read") <= at_end as u64 + 1, "nothing from later");
    let live = &server.desk().store;
    let history = live.history(&dispatched).await.expect("it can be read");
    assert_eq!(store.history(&dispatched).await.expect("it can be read"), history);
    store.close().await;
    vault.target.remove().await;
    Arc::into_inner(server).expect("every call is done").finish().await;
}

/// The number that the next topic of a day gets.
async fn next_topic(server: &TestServer, day: &str) -> TopicId {
    server.desk().store.next_topic_id(day.parse().expect("a day")).await.expect("the database answers")
}

/// Calls taken after the backup were given numbers that the restored database does not know;
/// on the backup's own day, and on the days after it.
async fn a_restored_database_gives_no_number_twice(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let (mut given, mut topics) = (BTreeSet::new(), BTreeSet::new());
    let vault = Vault::new(on).await;
    // More than one block of numbers, before and after.
    for call in 0..70 {
        given.insert(server.register(&road_in_anqiu()).await.ticket);
        topics.insert(next_topic(&server, "2024-06-25").await);
        if call == 3 {
            assert!(vault.back_up(server.database()).await.success);
        }
    }
    for day in ["2024-06-26T09:00", "2024-06-27T09:00"] {
        server.move_clock(day).await;
        given.insert(server.register(&road_in_anqiu()).await.ticket);
        topics.insert(next_topic(&server, &day[..10]).await);
    }
    assert_eq!(topics.len(), 72);
    // No backup holds the keys of the vault: they are kept apart.
    fs::copy(server.folder().join(KEY_FILE), vault.folder.path().join(KEY_FILE)).expect("copied");
    server.finish().await;

    assert!(vault.restore().await.success);
    let Vault { folder, target, .. } = vault;
    let server = TestServer::on_database(target, folder.path(), "2024-06-25T09:10").await;
    let known = server.tickets("/v1/tickets").await.len();
    assert_eq!(known, 4);
    for day in ["2024-06-25T10:00", "2024-06-26T09:00", "2024-06-27T09:00", "2024-06-28T09:00"] {
        server.move_clock(day).await;
        for _ in 0..2 {
            let id = server.register(&road_in_anqiu()).await.ticket;
            assert!(id.is_well_formed() && given.insert(id.clone()), "{id} names another family's ticket");
            let id = next_topic(&server, &day[..10]).await;
            assert!(topics.insert(id.clone()), "{id} names another topic");
        }
    }
    assert_eq!(server.tickets("/v1/tickets").await.len(), known + 8);
    server.finish().await;
    drop(folder);
}

async fn a_backup_is_for_the_service_alone_and_overwrites_nothing(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    server.register(&road_in_anqiu()).await;
    let mut vault = Vault::new(on).await;
    assert!(vault.back_up(server.database()).await.success);
    assert_eq!(mode(&vault.file), 0o600);
    assert_eq!(files(vault.folder.path()), ["tickets.backup"], "nothing beside it");

    let first = fs::read(&vault.file).expect("it is there");
    server.register(&road_in_anqiu()).await;
    let again = vault.back_up(server.database()).await;
    assert!(!again.success && again.text.contains("不覆盖"), "{again:?}");
    assert_eq!(fs::read(&vault.file).expect("it is there"), first);

    vault.target.remove().await;
    server.finish().await;
}

/// Lines of the audit log of one kind, the newest first.
async fn logged(store: &Store, deed: Deed) -> Vec<Entry> {
    let query = AuditQuery { deed: Some(deed), limit: 10, ..AuditQuery::default() };
    let lines = store.audit_page(&query).await.expect("the database answers");
    lines.into_iter().map(|line| line.entry).collect()
}

/// All data leave with a backup, and what is restored lacks what came after it: both are written down.
async fn a_backup_and_a_restore_stand_in_the_audit_log(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    server.register(&road_in_anqiu()).await;
    let mut vault = Vault::new(on).await;
    let place = vault.file.to_string_lossy().into_owned();
    assert!(vault.back_up(server.database()).await.success);
    let bytes = fs::metadata(&vault.file).expect("it is there").len();
    // Nothing is overwritten, and no line says that it was.
    assert!(!vault.back_up(server.database()).await.success);
    let lines = logged(&server.desk().store, Deed::Export).await;
    let words: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
    assert_eq!(words, [format!("备份全部数据到 {place}，{bytes} 字节"), format!("开始备份全部数据到 {place}")]);
    assert!(lines.iter().all(|line| line.object == "chuishao backup" && line.who.starts_with("console:")), "{lines:?}");

    let said = vault.restore().await;
    assert!(said.success && said.text.contains("全部一致"), "the log goes on from the backup: {said:?}");
    let store = Store::open_to_read(&vault.target.address).await.expect("it is whole");
    let lines = logged(&store, Deed::Restore).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].words.contains(&format!("{place} 恢复全部数据，{bytes} 字节")), "{lines:?}");
    assert!(lines[0].object == "chuishao restore" && lines[0].who.starts_with("console:"), "{lines:?}");
    assert_eq!(logged(&store, Deed::Export).await.len(), 1, "the backup has the line of its own beginning");
    store.close().await;
    vault.target.remove().await;
    server.finish().await;
}

/// Whatever became of the backup's own rights on its way, the vault inside is nobody else's,
/// and the service may write it.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_file_is_for_the_service_alone() {
    let server = TestServer::start(Kind::Sqlite, &[], "2024-06-25T09:10").await;
    server.register(&road_in_anqiu()).await;
    let vault = Vault::new(Kind::Sqlite).await;
    assert!(vault.back_up(server.database()).await.success);
    for rights in [0o600, 0o644, 0o400] {
        fs::set_permissions(&vault.file, fs::Permissions::from_mode(rights)).expect("it is ours");
        let said = vault.restore().await;
        assert!(said.success, "{said:?}");
        let folder = vault.folder.path().join("restored");
        assert_eq!(mode(&folder), 0o700);
        for name in files(&folder).into_iter().filter(|name| name.contains(".db")) {
            assert_eq!(mode(&folder.join(&name)), 0o600, "{name} after a backup of {rights:o}");
        }
        fs::remove_dir_all(folder).expect("it is ours");
    }
    server.finish().await;
}

async fn nothing_is_restored_over_data(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let early = server.register(&road_in_anqiu()).await.ticket;
    let mut vault = Vault::new(on).await;
    assert!(vault.back_up(server.database()).await.success);
    let late = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let before = (server.ticket(&late).await, server.timeline(&late).await);

    let said = work("restore", &server.database().url, &vault.file).await;
    assert!(!said.success && said.text.contains("已有数据"), "{said:?}");
    assert_eq!((server.ticket(&late).await, server.timeline(&late).await), before);
    let next = server.register(&road_in_anqiu()).await.ticket;
    assert!(next > late && late > early && next.day_and_number().expect("a number").1 < 1000, "no number is left out");
    vault.target.remove().await;
    server.finish().await;
}

/// The names of the files in a folder, which may be missing.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Whether the database is as empty as it was made.
async fn is_untouched(database: &TestDatabase) -> bool {
    match &database.address {
        DatabaseAddress::Sqlite(path) => files(path.parent().expect("a folder")).is_empty(),
        DatabaseAddress::Postgres(_) => {
            let tables = "select count(*) from information_schema.tables where table_schema = 'public'";
            Raw::open(database).await.number(tables).await == 0
        }
    }
}

async fn what_is_no_whole_backup_leaves_nothing_behind(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    for _ in 0..20 {
        dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    }
    let mut vault = Vault::new(on).await;
    assert!(vault.back_up(server.database()).await.success);
    let whole = fs::read(&vault.file).expect("it is there");
    for (what, bytes) in [
        ("garbage", b"WF20240625000001-0 ".repeat(2000)),
        ("empty", Vec::new()),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("cut by a page", whole[..whole.len() - 4096].to_vec()),
    ] {
        fs::write(&vault.file, bytes).expect("it is written");
        let said = vault.restore().await;
        assert!(!said.success && !said.text.contains("已恢复"), "{what}: {said:?}");
        assert!(is_untouched(&vault.target).await, "{what}: {said:?}");
    }
    fs::remove_file(&vault.file).expect("it is there");
    let said = vault.restore().await;
    assert!(!said.success && said.text.contains("tickets.backup"), "{said:?}");
    assert!(is_untouched(&vault.target).await, "{said:?}");

    fs::write(&vault.file, whole).expect("it is written");
    let said = vault.restore().await;
    assert!(said.success && said.text.contains("核对 20 件工单"), "a failure stands in nobody's way: {said:?}");
    if let DatabaseAddress::Sqlite(path) = &vault.target.address {
        let names = files(path.parent().expect("a folder"));
        assert!(names.iter().all(|name| !name.contains("partial")), "{names:?}");
    }
    vault.target.remove().await;
    server.finish().await;
}

/// Also not by the programs of PostgreSQL, and not when the database is away.
async fn a_password_is_never_printed(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut vault = Vault::new(on).await;
    let nowhere = match on {
        Kind::Sqlite => format!("sqlite:{}", vault.folder.path().join("missing/chuishao.db").display()),
        Kind::Postgres => "postgres://chuishao:p%40ss%2Fword@127.0.0.1:1/hotline".into(),
    };
    for command in ["backup", "verify", "size"] {
        let said = if command == "backup" {
            work(command, &nowhere, &vault.file).await
        } else {
            without_password(chuishao(&[command, "--database", &nowhere]).await)
        };
        assert!(!said.success && said.text.contains("数据库"), "{said:?}");
    }
    assert!(work("backup", &server.database().url, &vault.file).await.success);
    let missing = work("restore", &nowhere, Path::new("no/such/file")).await;
    assert!(!missing.success, "{missing:?}");
    assert!(vault.restore().await.success);
    vault.target.remove().await;
    server.finish().await;
}

/// An address with a slip of the finger has a password all the same, whoever gives it.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_a_malformed_address_is_never_printed() {
    for port in ["12x", "123456"] {
        let url = format!("postgres://chuishao:p%40ss%2Fword@127.0.0.1:{port}/hotline");
        let said = work("backup", &url, Path::new("no/such/file")).await;
        assert!(!said.success && said.text.contains("PostgreSQL 地址格式不对"), "{said:?}");
        let mut command = Command::new(binary());
        let output = command.arg("verify").env("CHUISHAO_DATABASE", &url).output().expect("it can be started");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        let said = without_password(Said { success: output.status.success(), text });
        assert!(!said.success && said.text.contains("PostgreSQL 地址格式不对"), "{said:?}");
    }
}

/// A file of SQLite's that is somebody else's is not taken for a backup.
#[tokio::test(flavor = "multi_thread")]
async fn another_programs_database_is_no_backup() {
    let vault = Vault::new(Kind::Sqlite).await;
    let foreign = TestDatabase::new(Kind::Sqlite, vault.folder.path()).await;
    drop(fs::File::create(vault.folder.path().join("chuishao.db")).expect("a file"));
    Raw::open(&foreign).await.execute("create table notes (text text)").await;
    fs::rename(vault.folder.path().join("chuishao.db"), &vault.file).expect("a file");
    let said = vault.restore().await;
    assert!(!said.success && said.text.contains("备份文件不是完整的 chuishao 数据库"), "{said:?}");
    assert!(is_untouched(&vault.target).await);
}
