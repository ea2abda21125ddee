//! A private OCI registry for the tests: Debian's `docker-registry` (CNCF distribution), on a free
//! port, with its content in a folder of its own, and gone with the tests also when they are
//! killed: a watchman holds the other end of a pipe.

use super::token_service::{ISSUER, SERVICE};
use crate::certificate::Certificate;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

/// The account of a registry that wants one, and its line in Apache's format (bcrypt).
pub(super) const USER: &str = "kuiwen";
pub(super) const PASSWORD: &str = "invented-word";
const HTPASSWD: &str = "kuiwen:$2b$05$abcdefghijklmnopqrstuuErwKLQM1dmDeP/39Uu/QKkulGyzYyce\n";

/// How long it may take to listen; another port when somebody was quicker.
const PATIENCE: Duration = Duration::from_secs(30);
const MOST_STARTS: u32 = 5;

/// Ends the registry when the tests end, however they end.
const WATCH: &str = r#"trap "" INT TERM HUP QUIT
"$0" serve "$1" > /dev/null 2> "$2" < /dev/null &
cat > /dev/null
kill $!
wait"#;

pub(super) struct DockerRegistry {
    /// Host and port.
    pub(super) address: String,
    watchman: (Child, Option<ChildStdin>),
    _folder: tempfile::TempDir,
}

impl DockerRegistry {
    /// One that everybody may use.
    pub(super) fn open() -> Self {
        Self::start(None, "")
    }

    /// One that wants [`USER`] and [`PASSWORD`].
    pub(super) fn with_account() -> Self {
        Self::start(None, "auth: {htpasswd: {realm: weifang, path: FOLDER/htpasswd}}")
    }

    /// One that speaks HTTPS, and that everybody may use.
    pub(super) fn with_tls(certificate: &Certificate) -> Self {
        Self::start(Some(certificate), "")
    }

    /// One that speaks HTTPS and takes what a token service gives, signed with the same certificate.
    pub(super) fn with_tokens(certificate: &Certificate, realm: &str) -> Self {
        let auth = format!(
            "auth: {{token: {{realm: \"{realm}\", service: {SERVICE}, issuer: {ISSUER}, rootcertbundle: \"{}\"}}}}",
            certificate.text()
        );
        Self::start(Some(certificate), &auth)
    }

    fn start(certificate: Option<&Certificate>, auth: &str) -> Self {
        let program = program();
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("it is written");
        for start in 1.. {
            let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
            let (watchman, log) = begin(&program, folder.path(), &configuration(&free.to_string(), certificate, auth));
            let mut registry =
                Self { address: free.to_string(), watchman, _folder: tempfile::tempdir().expect("a folder") };
            if registry.listens(&log) {
                registry._folder = folder;
                return registry;
            }
            assert!(
                start < MOST_STARTS,
                "the registry does not start: {}",
                fs::read_to_string(log).unwrap_or_default()
            );
        }
        unreachable!("it starts, or the test has failed")
    }

    fn listens(&self, log: &Path) -> bool {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if TcpStream::connect(&self.address).is_ok() {
                return true;
            }
            if fs::read_to_string(log).is_ok_and(|log| log.contains("address already in use")) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

fn configuration(address: &str, certificate: Option<&Certificate>, auth: &str) -> String {
    let tls = certificate.map_or(String::new(), |of| {
        format!(", tls: {{certificate: \"{}\", key: \"{}\"}}", of.text(), of.key().display())
    });
    format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: FOLDER/content}}}}\n\
         http: {{addr: \"{address}\"{tls}}}\n{auth}\n"
    )
}

fn begin(program: &Path, folder: &Path, text: &str) -> ((Child, Option<ChildStdin>), PathBuf) {
    let (config, log) = (folder.join("config.yml"), folder.join("log"));
    fs::write(&config, text.replace("FOLDER", &folder.to_string_lossy())).expect("it is written");
    let mut watchman = Command::new("sh");
    watchman.arg("-c").arg(WATCH).arg(program).arg(&config).arg(&log).stdin(Stdio::piped());
    let mut watchman = watchman.spawn().expect("a shell");
    let end = watchman.stdin.take();
    ((watchman, end), log)
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        let (watchman, end) = &mut self.watchman;
        drop(end.take());
        let _ = watchman.wait();
    }
}

fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("docker-registry")).find(|path| path.is_file());
    found.expect("docker-registry is not on this machine; on Debian: apt install docker-registry")
}
