//! Candidates in the shadow (影子运行): after a command was written, the whole chain of rules is
//! walked once more from the same beginning, with the candidate in its place, and the two are
//! compared. It is done beside the desk, one command at a time; where commands come faster, some
//! are not compared, and how many is said. Nothing of it ever reaches a ticket. What a candidate makes of
//! a review is compared where reviews are held: [`crate::reviews`].

use super::Live;
use crate::desk::Desk;
use crate::store::facts::StoreFacts;
use crate::store::shadows::ShadowRow;
use chuishao_domain::World;
use chuishao_domain::event::Recorded;
use chuishao_domain::plugin::rollout::deed::{Deeds, Difference};
use chuishao_domain::rule::record::DecisionRecord;
use chuishao_sandbox::walk::{Opened, Walk};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

/// Commands that may wait to be compared: some seconds of a busy hour.
const MOST_WAITING: usize = 1024;

/// What a comparison found.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Compared {
    /// What was done, and what would have been.
    pub difference: Difference,
    /// What the candidate did, was refused, failed and used.
    pub candidate: Deeds,
}

/// A command that was written, to be walked again.
pub struct Job {
    pub(crate) live: Arc<Live>,
    pub(crate) world: Arc<World>,
    pub(crate) opened: Opened,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<Recorded>,
    pub(crate) decisions: Vec<DecisionRecord>,
}

/// Commands on their way into the shadow.
pub struct Queue {
    sender: mpsc::Sender<Job>,
    receiver: Mutex<Option<mpsc::Receiver<Job>>>,
    missed: AtomicU64,
}

impl Default for Queue {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        Self { sender, receiver: Mutex::new(Some(receiver)), missed: AtomicU64::new(0) }
    }
}

impl Queue {
    /// Hands a command in; nobody waits.
    pub fn hand_in(&self, job: Job) {
        if self.sender.try_send(job).is_err() {
            self.missed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many commands this server could not compare since it started.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

/// Compares until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let receiver = desk.shadows.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut receiver) = receiver else { return };
    loop {
        tokio::select! {
            job = receiver.recv() => match job {
                Some(job) => compare(&desk, job).await,
                None => break,
            },
            _ = stop.changed() => break,
        }
    }
    // What was handed in before the stop is still compared: the last commands count too.
    while let Ok(job) = receiver.try_recv() {
        compare(&desk, job).await;
    }
}

async fn compare(desk: &Desk, job: Job) {
    for place in 0..job.live.shadows.len() {
        match compared(desk, &job, place).await {
            Ok(Some(row)) => {
                if let Err(error) = desk.store.keep_shadow(&row).await {
                    tracing::error!(error = %error, "a comparison was not kept");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(error, "a candidate could not be compared"),
        }
    }
}

/// One candidate beside what was done; nothing when it would not have been asked.
async fn compared(desk: &Desk, job: &Job, place: usize) -> Result<Option<ShadowRow>, String> {
    let Some(shadow) = job.live.shadows.get(place) else { return Ok(None) };
    let (Some(first), ticket) = (job.events.first(), job.opened.ticket()) else { return Ok(None) };
    let hears = |event: &Recorded| {
        let listening = shadow.rulebook.listening(&event.event, ticket, job.now);
        listening.iter().any(|activation| std::ptr::eq(*activation, shadow.candidate.as_ref()))
    };
    let spoke = |decision: &DecisionRecord| decision.edition.rule == shadow.rollout.plugin;
    if !job.events.iter().any(hears) && !job.decisions.iter().any(spoke) {
        return Ok(None);
    }
    let walk = Walk { world: &job.world, rulebook: &shadow.rulebook, now: job.now };
    let mut facts = StoreFacts::new(desk.store.clone(), Handle::current());
    let listeners = walk.listeners(&job.opened);
    facts.ask_ahead(&listeners, ticket, job.now).await.map_err(|error| error.to_string())?;
    let (live, world, opened, now) = (job.live.clone(), job.world.clone(), job.opened.clone(), job.now);
    let walked = tokio::task::spawn_blocking(move || {
        let rulebook = &live.shadows.get(place)?.rulebook;
        let walked = Walk { world: &world, rulebook, now }.run(opened, &facts);
        Some((walked, facts.failed()))
    });
    let Some((walked, failed)) = walked.await.map_err(|error| error.to_string())? else { return Ok(None) };
    if let Some(error) = failed {
        return Err(error.to_string());
    }
    let plugin = &shadow.rollout.plugin;
    let (was, would) = (Deeds::of(&job.decisions, plugin), Deeds::of(&walked.decisions, plugin));
    let difference = Difference::between(&was.done, &would.done);
    Ok(Some(ShadowRow {
        rollout: shadow.rollout.clone(),
        revision: shadow.revision,
        ticket: ticket.id.clone(),
        event_sequence: first.sequence,
        at: job.now,
        differs: difference.is_some(),
        failed: !would.failures.is_empty(),
        compared: Compared { difference, candidate: would },
    }))
}
