//! Power cuts: the server is killed again and again while calls come in. What was answered is
//! there once; what was cut off is sent again under its key, and then is there once as well.

use super::components::{binary, components, rule};
use super::harness::{client, eventually, write_rules};
use super::process::ServerProcess;
use super::story::{CALL_TAKER, DISPATCHER, accept, dispatch, matter};
use chuishao_domain::event::Event;
use chuishao_domain::ticket::TicketState;
use chuishao_server::desk::Receipt;
use chuishao_server::store::Store;
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
                Ok(receipt) => {
                    self.answered.fetch_add(1, Ordering::SeqCst);
                    return receipt;
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

    /// An error is a connection that was cut; an answer must be a receipt.
    async fn once(&self, base: &str, call: &Call) -> reqwest::Result<Receipt> {
        let request = self.client.post(format!("{base}{}", call.path)).header("chuishao-actor", call.actor);
        let answer = request.header("idempotency-key", &call.key).json(&call.body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        assert!(status.is_success(), "{}: {text}", call.key);
        Ok(serde_json::from_str(&text).expect("a receipt"))
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

/// Starts and kills the server on the same folder; the last one is left running.
async fn live_and_die(folder: &Path, shift: &Shift, server: &watch::Sender<Option<String>>) -> ServerProcess {
    for round in 0..KILLS {
        let mut process = ServerProcess::start(folder);
        let before = shift.answered.load(Ordering::SeqCst);
        server.send_replace(Some(process.base.clone()));
        eventually("calls are answered", async || shift.answered.load(Ordering::SeqCst) > before).await;
        // At another moment of the work each time, the same ones in every run.
        tokio::time::sleep(Duration::from_millis(50 + round * 73 % 200)).await;
        process.kill();
        server.send_replace(None);
    }
    let process = ServerProcess::start(folder);
    server.send_replace(Some(process.base.clone()));
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_twenty_times_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    // A rule makes each command write decisions too.
    write_rules(folder.path(), &[rule(&components().overreach, "370703")]);
    let (sender, server) = watch::channel(None);
    let (answered, cut_off) = (AtomicU64::new(0), AtomicU64::new(0));
    let shift = Arc::new(Shift { server, client: client(), over: AtomicBool::new(false), answered, cut_off });
    let mut call_takers = JoinSet::new();
    for number in 0..CALL_TAKERS {
        call_takers.spawn(take_calls(shift.clone(), number));
    }
    let mut process = live_and_die(folder.path(), &shift, &sender).await;
    shift.over.store(true, Ordering::SeqCst);
    let done: Vec<(Call, Receipt)> = call_takers.join_all().await.into_iter().flatten().collect();
    let cut_off = shift.cut_off.load(Ordering::SeqCst);
    eprintln!("{} calls answered, {cut_off} cut off", done.len());
    assert!(cut_off > 0, "no call was ever cut off: the test tests nothing");

    for (call, receipt) in &done {
        assert_eq!(shift.until_answered(call).await, *receipt, "{}: the receipt is the first one's", call.key);
    }
    process.kill();
    each_is_there_once(folder.path(), &done).await;
    let verify = Command::new(binary()).args(["verify", "--data"]).arg(folder.path()).output().expect("it runs");
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
}

/// Looks into the store itself, with no server running.
async fn each_is_there_once(folder: &Path, done: &[(Call, Receipt)]) {
    let store = Store::open(&folder.join("chuishao.db")).await.expect("nobody holds it");
    let verified = store.verify().await.expect("it can be read");
    assert_eq!(verified.unequal, [], "a ticket is not the fold of its events");
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
    assert_eq!(outbox.waiting, 2 * tickets.len() as i64, "each dispatch tells a unit and a reader");
    store.close().await;
}
