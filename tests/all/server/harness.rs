//! A server for one test: in this process, on a folder and a port of its own, with a clock
//! that the test moves, spoken to over HTTP alone.

mod timeline;

use super::accounts::single_sign_on::settings;
use super::components::binary;
use super::databases::TestDatabase;
use super::story::{CALL_TAKER, CALLER_NAME, CALLER_PHONE, SYSTEM_ADMIN};
use chuishao_domain::account::rate::{Rate, Rates};
use chuishao_domain::calendar::moment;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_server::accounts::access::Access;
use chuishao_server::clock::Clock;
use chuishao_server::desk::{Desk, Receipt};
use chuishao_server::http;
use chuishao_server::server::{Config, Running, start};
use chuishao_server::store::Kind;
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::vault::check::check;
use chuishao_tests::{Rule, install};
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::thread::panicking;
use std::time::{Duration, Instant};
use tempfile::TempDir;
pub use timeline::Timeline;
use tokio::net::TcpSocket;

/// Any free port of this machine.
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The vault's key file in a data folder.
pub const KEY_FILE: &str = "vault.keys";

/// How long something may take that is waited for: far more than it ever takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until it is so.
pub async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An address where nobody listens and nobody else can begin to, as long as the socket is held.
pub fn nobody_listens() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(ANY_PORT).expect("a port");
    let address = socket.local_addr().expect("an address");
    (socket, address)
}

/// A client that goes straight to the server, whatever the machine's proxy is.
pub fn client() -> Client {
    http::client().timeout(PATIENCE).build().expect("a client")
}

/// The same for what is read by a post that sees all of it, unless a request names another.
fn reader() -> Client {
    let headers = [("chuishao-actor", "hotline-office:0002")];
    let headers = headers.map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
    http::client().timeout(PATIENCE).default_headers(headers.into_iter().collect()).build().expect("a client")
}

/// The moment of a civil time, `2024-06-25T09:10`.
pub fn at(civil: &str) -> jiff::Timestamp {
    moment(civil.parse().expect("a civil time")).expect("in range")
}

/// As often as a test likes.
const AMPLE: Rates = {
    const RATE: Rate = Rate { per_second: 100_000, at_once: 100_000 };
    Rates { person: RATE, machine: RATE, stranger: RATE }
};

/// What a server on a folder and a database is started with.
pub fn config(folder: &Path, database: &DatabaseAddress, clock: &str) -> Config {
    Config {
        listen: ANY_PORT,
        access: Access::TrustPosts,
        behind_gateway: false,
        provider: None,
        rates: AMPLE,
        data: folder.to_owned(),
        program: binary().to_owned(),
        database: database.clone(),
        vault_keys: None,
        clock: Clock::movable(at(clock)),
        deliver_to: None,
        deliver_secrets: [folder.join("deliver.secret")].into_iter().filter(|file| file.is_file()).collect(),
        receivers: Some(folder.join("receivers.toml")).filter(|file| file.is_file()),
        archive_after_days: None,
    }
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub etag: Option<String>,
    pub text: String,
}

impl Answer {
    /// Sends a request and reads the whole answer.
    pub async fn to(request: RequestBuilder) -> Self {
        let answer = request.send().await.expect("an answer");
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (content_type, etag) = (header("content-type").unwrap_or_default(), header("etag"));
        Self { status: answer.status().as_u16(), content_type, etag, text: answer.text().await.expect("text") }
    }

    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a refusal, after checking what must be true of every refusal.
    pub fn refusal(&self) -> (u16, String) {
        assert_eq!(self.content_type, "application/problem+json", "{self:?}");
        let problem: Value = self.read();
        let code = problem["code"].as_str().expect("a code").to_owned();
        assert_eq!(problem["type"], format!("urn:chuishao:problem:{code}"));
        assert_eq!(problem["status"], self.status);
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.chars().any(|c| ('一'..='龥').contains(&c)), "for people to read: {detail}");
        assert!(!self.text.contains(CALLER_NAME) && !self.text.contains(CALLER_PHONE), "{}", self.text);
        (self.status, code)
    }
}

/// A running server with its folder. A test ends it by [`TestServer::finish`].
pub struct TestServer {
    folder: TempDir,
    database: TestDatabase,
    deliver_to: Option<String>,
    access: Access,
    /// The address of a provider of sign-ins, and the claim.
    provider: Option<(String, &'static str)>,
    running: Option<Running>,
    client: Client,
    reader: Client,
}

impl TestServer {
    /// Starts a server with these rules; the clock stands at a civil time.
    pub async fn start(on: Kind, rules: &[Rule], clock: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Self::in_folder(on, folder, None, clock).await;
        for rule in rules {
            install(&server.client, &server.url(""), rule).await;
        }
        server
    }

    /// Starts a server without rules that delivers its messages.
    pub async fn delivering_to(on: Kind, url: String, clock: &str) -> Self {
        Self::in_folder(on, tempfile::tempdir().expect("a folder"), Some(url), clock).await
    }

    /// Starts a server without rules where one has to sign in.
    pub async fn with_accounts(on: Kind, clock: &str) -> Self {
        Self::with_provider(on, None, clock).await
    }

    /// The same where one may also sign in by a provider, of which the claim says who it is.
    pub async fn with_provider(on: Kind, provider: Option<(String, &'static str)>, clock: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = TestDatabase::new(on, folder.path()).await;
        let mut server = Self::of(folder, database, None);
        (server.access, server.provider) = (Access::Accounts, provider);
        server.resume(clock).await;
        server
    }

    /// From the next start on one has to sign in.
    pub fn believe_nobody(&mut self) {
        self.access = Access::Accounts;
    }

    fn of(folder: TempDir, database: TestDatabase, deliver_to: Option<String>) -> Self {
        let access = Access::TrustPosts;
        let (client, reader) = (client(), reader());
        Self { folder, database, deliver_to, access, provider: None, running: None, client, reader }
    }

    async fn in_folder(on: Kind, folder: TempDir, deliver_to: Option<String>, clock: &str) -> Self {
        let database = TestDatabase::new(on, folder.path()).await;
        let mut server = Self::of(folder, database, deliver_to);
        server.resume(clock).await;
        server
    }

    /// Starts a server without rules on a database that is there already, whose vault is opened
    /// by the key file of another folder.
    pub async fn on_database(database: TestDatabase, keys: &Path, clock: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::copy(keys.join(KEY_FILE), folder.path().join(KEY_FILE)).expect("a key file");
        let mut server = Self::of(folder, database, None);
        server.resume(clock).await;
        server
    }

    /// Stops the server and starts it again on the same folder, with the same rules.
    pub async fn restart(mut self, clock: &str) -> Self {
        self.stop().await;
        self.resume(clock).await;
        self
    }

    /// The same with a receiver for its messages.
    pub async fn restart_delivering_to(mut self, url: String, clock: &str) -> Self {
        self.stop().await;
        self.deliver_to = Some(url);
        self.resume(clock).await;
        self
    }

    /// Stops the server; the folder stays, and [`TestServer::resume`] goes on with it.
    pub async fn stop(&mut self) {
        self.verify().await;
        self.stop_spoilt().await;
    }

    async fn end(&mut self) {
        self.running.take().expect("it runs").stop().await;
    }

    /// Starts a stopped server again.
    pub async fn resume(&mut self, clock: &str) {
        let config = Config {
            deliver_to: self.deliver_to.clone(),
            access: self.access,
            provider: self.provider.as_ref().map(settings),
            ..config(self.folder.path(), &self.database.address, clock)
        };
        self.running = Some(start(config).await.unwrap_or_else(|error| panic!("{error}")));
    }

    /// Ends a test: every ticket equals the fold of its events, and the server stops.
    pub async fn finish(mut self) {
        self.verify().await;
        self.end().await;
        self.database.remove().await;
    }

    /// Ends a test that has spoilt its database.
    pub async fn finish_spoilt(mut self) {
        self.end().await;
        self.database.remove().await;
    }

    /// The database.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The desk, for what no request does.
    pub fn desk(&self) -> &Desk {
        &self.running().desk
    }

    async fn verify(&self) {
        let verified = self.running().desk.store.verify(|_| ()).await.expect("the database answers");
        assert_eq!(verified.faults, [], "a ticket is not the fold of its events");
        let registry = self.running().desk.store.verify_registry().await.expect("the database answers");
        assert_eq!(registry, [] as [String; 0], "the registry is not the fold of its events");
        let desk = &self.running().desk;
        let vault = check(&desk.store, Some(desk.keys.ring().await)).await.expect("the database answers");
        assert_eq!(vault.faults, [], "a caller's record is not whole");
        let topics = self.running().desk.store.verify_topics().await.expect("the database answers");
        assert_eq!(topics, [], "a topic is not the fold of its events");
        let entries = self.running().desk.store.verify_knowledge().await.expect("the database answers");
        assert_eq!(entries, [], "an entry is not the fold of its events");
        let pairs = self.running().desk.store.verify_scores().await.expect("the database answers");
        assert_eq!(pairs, [] as [String; 0], "a score lacks its other side");
        let reviews = self.running().desk.store.verify_reviews().await.expect("the database answers");
        assert_eq!(reviews, [] as [String; 0], "a review is not what its record says");
        let shadows = self.running().desk.store.verify_shadows().await.expect("the database answers");
        assert_eq!(shadows, [] as [String; 0], "a comparison is not what its record says");
        let sheets = self.running().desk.store.verify_publications(&self.running().desk.rule_sets).await;
        assert_eq!(sheets.expect("the database answers"), [] as [String; 0], "a sheet comes out otherwise");
        let (_, audit) = self.running().desk.store.verify_audit().await.expect("the database answers");
        assert_eq!(audit, [], "the audit log is not whole");
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs")
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An address of this server.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running().address)
    }

    /// A `GET` of the hotline's office or of whom the request names, to be sent by
    /// [`Answer::to`].
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.reader.get(self.url(path))
    }

    /// The client, for requests that others make.
    pub fn http(&self) -> Client {
        self.client.clone()
    }

    /// Stops a server whose database was spoilt; [`TestServer::resume`] goes on with it.
    pub async fn stop_spoilt(&mut self) {
        self.end().await;
        if let DatabaseAddress::Sqlite(path) = &self.database.address {
            // The last connection's task may let go of the file a moment later.
            let free = async || File::open(path.with_extension("lock")).is_ok_and(|lock| lock.try_lock().is_ok());
            eventually("nobody holds the database", free).await;
        }
    }

    /// A `POST` without actor and body.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    /// The request of a call taker who registers a matter.
    pub fn registration(&self, matter: &Value) -> RequestBuilder {
        self.post("/v1/tickets").header("chuishao-actor", CALL_TAKER).json(matter)
    }

    /// The request of a command.
    pub fn command(&self, id: &TicketId, actor: &str, command: &Value) -> RequestBuilder {
        self.post(&format!("/v1/tickets/{id}/commands")).header("chuishao-actor", actor).json(command)
    }

    /// Registers a matter, which must go well.
    pub async fn register(&self, matter: &Value) -> Receipt {
        let answer = Answer::to(self.registration(matter)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.read()
    }

    /// Carries out a command, which must go well.
    pub async fn act(&self, id: &TicketId, actor: &str, command: Value) -> Receipt {
        let answer = Answer::to(self.command(id, actor, &command)).await;
        assert_eq!(answer.status, 200, "{command}: {answer:?}");
        answer.read()
    }

    /// Reads an address, which must be there.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = Answer::to(self.get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.read()
    }

    /// The tickets of a list as JSON.
    pub async fn tickets(&self, list: &str) -> Vec<Value> {
        let page: Value = self.read(list).await;
        page["tickets"].as_array().expect("a list").clone()
    }

    /// The ticket as JSON.
    pub async fn ticket(&self, id: &TicketId) -> Value {
        self.read(&format!("/v1/tickets/{id}")).await
    }

    pub async fn timeline(&self, id: &TicketId) -> Timeline {
        Timeline(self.read(&format!("/v1/tickets/{id}/timeline")).await)
    }

    pub async fn decisions(&self, id: &TicketId) -> Vec<DecisionRecord> {
        self.read(&format!("/v1/tickets/{id}/decisions")).await
    }

    /// Moves the clock to a civil time, which must go well.
    pub async fn move_clock(&self, civil: &str) {
        let request = self.post("/v1/clock").header("chuishao-actor", SYSTEM_ADMIN);
        let answer = Answer::to(request.json(&json!({ "to": civil }))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        assert!(self.running.is_none() || panicking(), "a test ends by `finish`");
    }
}
