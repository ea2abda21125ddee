//! A private PostgreSQL for the tests: started on a free port in a folder of its own, never as
//! root, and gone with the tests, also when they are interrupted or killed: a watchman holds
//! the other end of a pipe, and clears up when it closes.

use chuishao_server::store::address::DatabaseAddress;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::env;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

const USER: &str = "chuishao";
/// What the machine keeps in memory, and how much of it must be free for the tests' databases, in MiB:
/// some ten are there at a time, of ten MiB each, with their log.
const MEMORY: &str = "/dev/shm";
const ENOUGH_MEMORY: u64 = 2048;
/// With what an address must escape.
const PASSWORD: &str = "p@ss/word";
const PASSWORD_IN_ADDRESS: &str = "p%40ss%2Fword";

/// Where it listens: below the ports that the system gives to whoever asks for any, who could else have
/// this one while PostgreSQL is down.
const PORTS: Range<u16> = 20_000..32_768;

/// Another port when somebody has this one.
const MOST_STARTS: u32 = 5;

/// Waits for the end of the tests, deaf to what interrupts them, then clears up.
const WATCH: &str = r#"trap "" INT TERM HUP QUIT
cat > /dev/null
"$0" -D "$1/data" -m immediate stop > /dev/null 2>&1
rm -rf "$1""#;

/// A running PostgreSQL.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    /// Whether a power cut would be survived: what crash tests are about, and what others
    /// need not pay for.
    durable: bool,
    watchman: (Child, Option<ChildStdin>),
    made: AtomicU64,
}

/// The one that all tests share, each with a database of its own.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(false))
}

impl Cluster {
    /// Makes and starts one.
    pub fn start(durable: bool) -> Self {
        let programs = programs();
        let place = if durable { env::temp_dir() } else { place() };
        let folder = tempfile::Builder::new().prefix("chuishao-pg-").tempdir_in(place).expect("a folder").keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
        fs::write(folder.join("password"), PASSWORD).expect("it is written");
        if let Some((user, group)) = another_user() {
            for path in [&folder.join("password"), &folder] {
                chown(path, Some(user), Some(group)).expect("root may");
            }
        }
        let mut watchman = as_user(Path::new("sh"), &folder)
            .arg("-c")
            .arg(WATCH)
            .arg(programs.join("pg_ctl"))
            .arg(&folder)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("a shell");
        let end = watchman.stdin.take();
        let watchman = (watchman, end);
        let mut cluster = Self { folder, programs, port: 0, durable, watchman, made: AtomicU64::new(0) };
        let password = cluster.folder.join("password");
        let pwfile = format!("--pwfile={}", password.display());
        let args = ["--no-sync", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "-U", USER, "-D"];
        let data = cluster.folder.join("data");
        succeed(as_user(&cluster.programs.join("initdb"), &cluster.folder).args(args).arg(data).arg(pwfile));
        cluster.begin();
        cluster
    }

    /// Starts on a free port, which it keeps over every crash.
    fn begin(&mut self) {
        for start in 1.. {
            let chance = RandomState::new().hash_one(start);
            self.port = PORTS.start + u16::try_from(chance % PORTS.len() as u64).expect("one of them");
            if self.try_begin() {
                return;
            }
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(start < MOST_STARTS, "PostgreSQL does not start: {log}");
        }
    }

    fn try_begin(&self) -> bool {
        let (sync, log) = if self.durable { ("on", "1GB") } else { ("off", "256MB") };
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
             -c fsync={sync} -c full_page_writes={sync} -c shared_buffers=64MB -c max_wal_size={log}",
            self.port
        );
        self.pg_ctl(&["-w", "-l", "log", "-o", &options, "start"])
    }

    fn pg_ctl(&self, args: &[&str]) -> bool {
        let mut command = as_user(&self.programs.join("pg_ctl"), &self.folder);
        let data = self.folder.join("data");
        let status = command.arg("-D").arg(data).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    /// Stops it at once, as a power cut would, and starts it again.
    pub fn crash(&mut self) {
        assert!(self.pg_ctl(&["-m", "immediate", "stop"]), "it runs");
        assert!(self.try_begin(), "it recovers");
    }

    /// The address of a database.
    pub fn address(&self, database: &str) -> DatabaseAddress {
        let port = self.port;
        let address = format!("postgres://{USER}:{PASSWORD_IN_ADDRESS}@127.0.0.1:{port}/{database}");
        address.parse().expect("an address")
    }

    /// The same as text, for a command line.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD_IN_ADDRESS}@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database for one test.
    pub async fn new_database(&self) -> String {
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::SeqCst));
        // From the empty template, which nobody is ever connected to.
        self.command(&format!("create database {name} template template0")).await;
        name
    }

    /// Takes it away again, whoever is still connected.
    pub async fn drop_database(&self, name: &str) {
        self.command(&format!("drop database {name} with (force)")).await;
    }

    async fn command(&self, sql: &str) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("it listens");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("it says goodbye");
    }
}

/// Where databases are made that need not last: in memory, where there is enough. On a disk the system
/// looks for a place for each of a new database's hundreds of files among those of the last one, which were
/// just deleted: a fifth of the tests' time.
fn place() -> PathBuf {
    let told = Command::new("df").args(["-Pm", MEMORY]).output().ok();
    let told = told.and_then(|told| String::from_utf8(told.stdout).ok()).unwrap_or_default();
    let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    if free.is_some_and(|free| free >= ENOUGH_MEMORY) { MEMORY.into() } else { env::temp_dir() }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let (watchman, end) = &mut self.watchman;
        drop(end.take());
        let _ = watchman.wait();
    }
}

/// Where PostgreSQL's programs are: Debian keeps them off the path.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<u32> = versions.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable();
    let debian = versions.iter().rev().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&path).chain(debian);
    folders
        .find(|folder| folder.join("initdb").is_file())
        .expect("PostgreSQL's programs are not on this machine; on Debian: apt install postgresql")
}

/// PostgreSQL refuses to run as root: then it runs as somebody without rights.
pub fn another_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("a machine has users");
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(str::parse);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    };
    Some(of("postgres").or_else(|| of("nobody")).expect("a user without rights"))
}

fn as_user(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    if let Some((user, group)) = another_user() {
        command.uid(user).gid(group);
    }
    command
}

fn succeed(command: &mut Command) {
    let output = command.output().expect("it can be started");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// When the tests end, however they end, nothing of it is left.
#[test]
fn the_watchman_clears_up_when_nobody_holds_the_pipe() {
    let mut cluster = Cluster::start(false);
    let (folder, port) = (cluster.folder.clone(), cluster.port);
    assert!(folder.join("data/postmaster.pid").is_file());
    // What the system does when a process ends or is killed.
    drop(cluster.watchman.1.take());
    cluster.watchman.0.wait().expect("it ends");
    assert!(!folder.exists(), "the folder is gone");
    assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port is free");
}
