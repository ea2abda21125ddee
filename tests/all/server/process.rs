//! The real binary as a process of its own, which can be killed.

use super::components::binary;
use super::harness::client;
use super::story::CALL_TAKER;
use chuishao_domain::ids::TicketId;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Said {
    pub success: bool,
    /// Everything that it printed.
    pub text: String,
}

/// Runs the binary to its end, beside whatever the test does.
pub async fn chuishao(args: &[&str]) -> Said {
    let mut command = Command::new(binary());
    command.args(args).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends");
    let output = output.expect("it can be started");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    Said { success: output.status.success(), text }
}

/// A running `chuishao serve`.
pub struct ServerProcess {
    /// Where it listens, `http://127.0.0.1:…`.
    pub base: String,
    child: Child,
    client: Client,
}

/// `chuishao serve` on a database; its log goes into the folder.
pub fn serve_command(folder: &Path, database: &str) -> Command {
    let log = File::options().create(true).append(true).open(folder.join("server.log")).expect("a log");
    let mut command = Command::new(binary());
    command
        .arg("serve")
        .args(["--listen", "127.0.0.1:0"])
        .arg("--data")
        .arg(folder)
        .args(["--database", database])
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log);
    command
}

impl ServerProcess {
    /// Starts a server and waits until it says where it listens.
    pub fn start(folder: &Path, database: &str) -> Self {
        Self::run(&mut serve_command(folder, database), folder)
    }

    /// The same for a changed [`serve_command`].
    pub fn run(command: &mut Command, folder: &Path) -> Self {
        Self::run_with_accounts(command.arg("--trust-posts"), folder)
    }

    /// The same where one has to sign in.
    pub fn run_with_accounts(command: &mut Command, folder: &Path) -> Self {
        let mut child = command.spawn().expect("it can be started");
        let mut base = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut base).expect("text");
        let server = Self { base: base.trim().to_owned(), child, client: client() };
        let log = || std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
        assert!(server.base.starts_with("http://127.0.0.1:"), "it does not serve: {}", log());
        server
    }

    /// Its number, for the system's own tools.
    pub fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Sends it a signal by name, `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.id()]).status().expect("it can be started");
        assert!(status.success(), "kill -{name}");
    }

    /// A `GET` of the hotline's office, which sees all.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.base)).header("chuishao-actor", "hotline-office:0002")
    }

    /// The request of a call taker who registers a matter.
    pub fn registration(&self, matter: &Value) -> RequestBuilder {
        self.client.post(format!("{}/v1/tickets", self.base)).header("chuishao-actor", CALL_TAKER).json(matter)
    }

    /// The request of a command.
    pub fn command(&self, id: &TicketId, actor: &str, command: &Value) -> RequestBuilder {
        let url = format!("{}/v1/tickets/{id}/commands", self.base);
        self.client.post(url).header("chuishao-actor", actor).json(command)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
