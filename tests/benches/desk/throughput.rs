//! Calls per second, by so many call takers at once, none of whom ever pauses.

use super::load::{Load, client, take_bare_call, take_call};
use super::{bare, database, postgres, server, two_rules};
use chuishao_domain::event::Event;
use chuishao_server::store::Kind;
use chuishao_server::store::lists::List;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A county's seats on a busy morning, and a city's.
const CALL_TAKERS: [usize; 2] = [16, 64];
/// Rounds in turns.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
/// Calls from which the bytes are taken that the bare handler has to write: the load's mix
/// repeats after five.
const MIX: u32 = 20;

pub async fn measure(on: Kind, cluster: &postgres::Cluster) {
    for load in [Load::Quiet, Load::Winter] {
        under(on, cluster, load).await;
    }
}

async fn under(on: Kind, cluster: &postgres::Cluster, load: Load) {
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let (with, _) = database(on, cluster, folders[0].path()).await;
    let (without, _) = database(on, cluster, folders[1].path()).await;
    let (other, _) = database(on, cluster, folders[2].path()).await;
    let with = server(folders[0].path(), &with, &two_rules()).await;
    let without = server(folders[1].path(), &without, &[]).await;
    let (with_base, without_base) = (format!("http://{}", with.address), format!("http://{}", without.address));
    let client = client();
    for _ in 0..MIX {
        take_call(&client, &with_base, load).await;
    }
    let bytes = bytes_written(&with).await;
    let (bare_base, bare_task) = bare::start(&other, bytes).await;

    println!("{load:?}. A call: register, accept, dispatch; {bytes:?} bytes written by the three");
    for takers in CALL_TAKERS {
        let (mut rules, mut core, mut bare) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            rules.push(round(takers, || take_call(&client, &with_base, load)).await);
            core.push(round(takers, || take_call(&client, &without_base, load)).await);
            bare.push(round(takers, || take_bare_call(&client, &bare_base, load)).await);
        }
        let (rules, core, bare) = (middle(rules), middle(core), middle(bare));
        println!(
            "{takers} call takers: calls/s with two rules {rules:.0}, with none {core:.0}, bare axum + sqlx {bare:.0}"
        );
        println!("  ratio to bare {:.2}, to the same server with none {:.2}", rules / bare, rules / core);
    }
    let quiet = with.desk.store.page(&List::Newest(None), None, MIX).await.expect("a list");
    assert!(quiet.tickets.iter().all(|ticket| ticket.tasks.is_empty()), "no estate had three complaints");
    with.stop().await;
    without.stop().await;
    bare_task.abort();
}

/// How much the desk writes for each step of a call, in the mean of the first calls: their
/// documents.
async fn bytes_written(running: &chuishao_server::server::Running) -> [usize; 3] {
    let store = &running.desk.store;
    let page = store.page(&List::Newest(None), None, MIX).await.expect("a list");
    assert_eq!(page.tickets.len(), MIX as usize);
    let length = |value: String| value.len();
    let mut bytes = [0; 3];
    for ticket in &page.tickets {
        let history = store.history(&ticket.id).await.expect("a history");
        let first = |kind: fn(&Event) -> bool| history.iter().position(|e| kind(&e.event)).unwrap_or(0) as u64 + 1;
        let accepted = first(|event| matches!(event, Event::Accepted));
        let dispatched = first(|event| matches!(event, Event::Dispatched { .. }));
        let step = |sequence: u64| usize::from(sequence >= accepted) + usize::from(sequence >= dispatched);
        // The ticket's own document is written with each step.
        bytes.iter_mut().for_each(|bytes| *bytes += length(serde_json::to_string(ticket).expect("JSON")));
        for event in &history {
            bytes[step(event.sequence)] += length(serde_json::to_string(event).expect("JSON"));
        }
        for decision in store.decisions(&ticket.id).await.expect("decisions") {
            bytes[step(decision.call.event_sequence)] += length(serde_json::to_string(&decision.call).expect("JSON"));
        }
    }
    bytes.map(|bytes| bytes / MIX as usize)
}

/// Calls per second in one round.
async fn round<F: Future<Output = ()> + Send>(takers: usize, call: impl Fn() -> F) -> f64 {
    let taken = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let take = || async {
        while started.elapsed() < ROUND {
            call().await;
            taken.fetch_add(1, Ordering::Relaxed);
        }
    };
    let takers: Vec<_> = (0..takers).map(|_| Box::pin(take())).collect();
    join_all(takers).await;
    #[allow(clippy::cast_precision_loss, reason = "a speed for people to read")]
    let taken = taken.load(Ordering::Relaxed) as f64;
    taken / started.elapsed().as_secs_f64()
}

/// Waits for all of them, which take turns on this task: the load is one thread, the servers
/// have the others.
async fn join_all(mut all: Vec<std::pin::Pin<Box<impl Future<Output = ()>>>>) {
    std::future::poll_fn(|context| {
        all.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
