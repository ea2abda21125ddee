//! Power cuts: the server, or the PostgreSQL under it, is killed again and again while calls
//! come in. What was answered is
//! there once; what was cut off is sent again under its key, and then is there once as well.

use super::components::{binary, components, rule};
use super::databases::{TestDatabase, on_both};
use super::harness::{client, eventually};
use super::postgres::Cluster;
use super::process::ServerProcess;
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, matter};
use chuishao_domain::event::Event;
use chuishao_domain::ticket::TicketState;
use chuishao_server::desk::Receipt;
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::{Kind, Store};
use chuishao_tests::{install, unlimited};
use reqwest::Client;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

on_both!(a_server_killed_twenty_times_loses_and_doubles_nothing);

const KILLS: u64 = 20;
const CALL_TAKERS: u64 = 4;

/// What all call takers share.
struct Shift {
    /// Where the server listens; nothing while it is dead.
    server: watch::Receiver<Option<String>>,
    client: Client,
    over: AtomicBool,
    answered: AtomicU64,
    cut_off: AtomicU64,
}

/// One request that is repeated as it is until it is answered.
struct Call {
    key: String,
    path: String,
    actor: &'static str,
    body: Value,
}

impl Shift {
    async fn until_answered(&self, call: &Call) -> Receipt {
        loop {
            let base = self.server.clone().wait_for(Option::is_some).await.expect("it comes back").clone();
            match self.once(&base.unwrap_or_default(), call).await {
                Ok(Some(receipt)) => {
                    self.answered.fetch_add(1, Ordering::SeqCst);
                    return receipt;
                }
                Ok(None) => {
                    self.cut_off.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                // Nobody listens any more, and this task has seen it first.
                Err(error) if error.is_connect() => tokio::task::yield_now().await,
                Err(error) => {
                    assert!(!error.is_timeout(), "{}: the server hangs", call.key);
                    self.cut_off.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    }

    /// An error is a connection that was cut; an answer is a receipt, or says that the database
    /// is away.
    async fn once(&self, base: &str, call: &Call) -> reqwest::Result<Option<Receipt>> {
        let request = self.client.post(format!("{base}{}", call.path)).header("chuishao-actor", call.actor);
        let answer = request.header("idempotency-key", &call.key).json(&call.body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        // The database is away: said, and nothing was done that a repeated call would double.
        if status == 503 {
            return Ok(None);
        }
        assert!(status.is_success(), "{}: {text}", call.key);
        Ok(Some(serde_json::from_str(&text).expect("a receipt")))
    }
}

/// A call taker's whole shift: matter after matter, each registered, accepted, dispatched.
async fn take_calls(shift: Arc<Shift>, number: u64) -> Vec<(Call, Receipt)> {
    let mut done = Vec::new();
    for matter_number in 0.. {
        if shift.over.load(Ordering::SeqCst) {
            break;
        }
        let key = |step: &str| format!("{number}-{matter_number}-{step}");
        let body = matter("complaint", "0601", "370703", "北海花园");
        let call = Call { key: key("register"), path: "/v1/tickets".into(), actor: CALL_TAKER, body };
        let registered = shift.until_answered(&call).await;
        let path = format!("/v1/tickets/{}/commands", registered.ticket);
        done.push((call, registered));
        for (step, actor, body) in [("accept", CALL_TAKER, accept()), ("dispatch", DISPATCHER, dispatch("370703-CG"))] {
            let call = Call { key: key(step), path: path.clone(), actor, body };
            let receipt = shift.until_answered(&call).await;
            done.push((call, receipt));
        }
    }
    done
}

/// Lets calls be answered, and waits for another moment of the work each time, the same ones
/// in every run.
async fn work(shift: &Shift, round: u64) {
    let before = shift.answered.load(Ordering::SeqCst);
    eventually("calls are answered", async || shift.answered.load(Ordering::SeqCst) > before).await;
    tokio::time::sleep(Duration::from_millis(50 + round * 73 % 200)).await;
}

type Announce = watch::Sender<Option<String>>;

/// Starts and kills the server on the same database; the last one is left running.
async fn kill_servers(folder: &Path, url: &str, shift: &Shift, server: &Announce) -> ServerProcess {
    for round in 0..KILLS {
        let mut process = ServerProcess::start(folder, url);
        server.send_replace(Some(process.base.clone()));
        work(shift, round).await;
        process.kill();
        server.send_replace(None);
    }
    let process = ServerProcess::start(folder, url);
    server.send_replace(Some(process.base.clone()));
    process
}

/// Cuts the power of the database under a server that goes on.
async fn crash_database(cluster: &mut Cluster, shift: &Shift) {
    for round in 0..KILLS {
        work(shift, round).await;
        tokio::task::block_in_place(|| cluster.crash());
    }
    work(shift, KILLS).await;
}

/// Call takers at work while something goes wrong under them.
struct Scene {
    folder: tempfile::TempDir,
    shift: Arc<Shift>,
    call_takers: JoinSet<Vec<(Call, Receipt)>>,
    announce: Announce,
}

impl Scene {
    fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (announce, server) = watch::channel(None);
        let (answered, cut_off) = (AtomicU64::new(0), AtomicU64::new(0));
        let shift = Arc::new(Shift { server, client: client(), over: AtomicBool::new(false), answered, cut_off });
        let mut call_takers = JoinSet::new();
        for number in 0..CALL_TAKERS {
            call_takers.spawn(take_calls(shift.clone(), number));
        }
        Self { folder, shift, call_takers, announce }
    }

    /// Ends the shift, and looks whether everything that was answered is there, once.
    async fn end(self, mut process: ServerProcess, address: &DatabaseAddress, url: &str) {
        self.shift.over.store(true, Ordering::SeqCst);
        let done: Vec<(Call, Receipt)> = self.call_takers.join_all().await.into_iter().flatten().collect();
        let cut_off = self.shift.cut_off.load(Ordering::SeqCst);
        eprintln!("{address}: {} calls answered, {cut_off} cut off", done.len());
        assert!(cut_off > 0, "no call was ever cut off: the test tests nothing");
        for (call, receipt) in &done {
            assert_eq!(self.shift.until_answered(call).await, *receipt, "{}: the receipt is the first one's", call.key);
        }
        process.kill();
        each_is_there_once(address, &done).await;
        let verify = Command::new(binary()).args(["verify", "--database", url]).output().expect("it runs");
        assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
    }
}

/// A rule makes each command write decisions too, of as many tickets as there come.
async fn prepare(folder: &Path, url: &str) {
    let process = ServerProcess::start(folder, url);
    let rollout = install(&client(), &process.base, &rule(&components().overreach, "370703")).await;
    unlimited(&client(), &process.base, &rollout).await;
}

async fn a_server_killed_twenty_times_loses_and_doubles_nothing(on: Kind) {
    let scene = Scene::begin();
    let mut database = TestDatabase::new(on, scene.folder.path()).await;
    prepare(scene.folder.path(), &database.url).await;
    let process = kill_servers(scene.folder.path(), &database.url, &scene.shift, &scene.announce).await;
    scene.end(process, &database.address, &database.url).await;
    database.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_crashed_twenty_times_loses_and_doubles_nothing() {
    let mut cluster = Cluster::start(true);
    let name = cluster.new_database().await;
    let (address, url) = (cluster.address(&name), cluster.url(&name));
    let scene = Scene::begin();
    prepare(scene.folder.path(), &url).await;
    let process = ServerProcess::start(scene.folder.path(), &url);
    scene.announce.send_replace(Some(process.base.clone()));
    crash_database(&mut cluster, &scene.shift).await;
    scene.end(process, &address, &url).await;
}

/// Looks into the store itself, with no server running.
async fn each_is_there_once(address: &DatabaseAddress, done: &[(Call, Receipt)]) {
    let store = Store::open(address).await.expect("nobody holds it");
    let verified = store.verify(|_| ()).await.expect("it can be read");
    assert_eq!(verified.faults, [], "a ticket is not the fold of its events");
    let tickets: BTreeSet<_> = done.iter().map(|(_, receipt)| &receipt.ticket).collect();
    assert_eq!(done.len(), 3 * tickets.len(), "each matter has a ticket of its own");
    assert_eq!(verified.tickets, tickets.len() as u64, "no ticket beside those that were answered");
    for id in &tickets {
        let ticket = store.ticket(id).await.expect("it can be read").expect("it is there");
        assert_eq!(ticket.state, TicketState::Handling);
        let history = store.history(id).await.expect("it can be read");
        let count = |wanted: fn(&Event) -> bool| history.iter().filter(|recorded| wanted(&recorded.event)).count();
        assert_eq!(count(|event| matches!(event, Event::Registered { .. })), 1);
        assert_eq!(count(|event| matches!(event, Event::Accepted)), 1);
        assert_eq!(count(|event| matches!(event, Event::Dispatched { .. })), 1);
        assert_eq!(store.decisions(id).await.expect("they can be read").len(), 1, "the rule was asked once");
    }
    let outbox = store.outbox_counts().await.expect("it can be read");
    assert_eq!(outbox.waiting, 3 * tickets.len() as i64, "each dispatch tells a unit, a reader and the level above");
    store.close().await;
}
