//! The writer (组提交): what many callers want written at the same moment goes to disk in
//! one transaction, so that a busy morning does not pay a disk sync for every call. While one
//! batch is being synced the next one gathers; nobody waits for a timer.
//!
//! Each commit is whole: where a ticket's version has moved or a key was used, that commit
//! alone is turned down and the batch is written without it. A commit that the database
//! cannot write takes no other with it. When the outcome is unknown, because the connection
//! broke while committing, nothing is tried again here: the caller's idempotency key decides.

use super::StoreError;
use super::database::{Kind, Pool, Transaction};
use super::outbox::Settlement;
use super::rows::{self, Prepared};
use super::tickets::CommitError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;

/// Commits of one batch: a batch should take no longer than a few disk syncs.
const MOST_IN_A_BATCH: usize = 64;

/// Commits that may wait: each is a request that somebody waits for.
const MOST_WAITING: usize = 1024;

/// Batches under way at a time on PostgreSQL, where one can be computed while another is
/// synced. SQLite has one writer.
const LANES: usize = 2;

type Outcome = Result<(), CommitError>;
type Reply = oneshot::Sender<Outcome>;

enum Work {
    Commit(Box<Prepared>, Reply),
    Settle(Settlement, Reply),
    Close,
}

/// Hands work to the lanes.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Work>,
    lanes: Arc<Mutex<JoinSet<()>>>,
}

impl Writer {
    pub(super) fn start(pool: &Pool) -> Self {
        let (queue, work) = mpsc::channel(MOST_WAITING);
        let work = Arc::new(Mutex::new(work));
        let mut lanes = JoinSet::new();
        let into = Into { pool: pool.clone(), editions: Arc::default() };
        for _ in 0..(if pool.kind() == Kind::Postgres { LANES } else { 1 }) {
            lanes.spawn(lane(into.clone(), work.clone()));
        }
        Self { queue, lanes: Arc::new(Mutex::new(lanes)) }
    }

    pub(super) async fn commit(&self, prepared: Prepared) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        self.hand(Work::Commit(Box::new(prepared), reply), outcome).await
    }

    pub(super) async fn settle(&self, settlement: Settlement) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        self.hand(Work::Settle(settlement, reply), outcome).await
    }

    async fn hand(&self, work: Work, outcome: oneshot::Receiver<Outcome>) -> Outcome {
        let closed = || CommitError::Store(StoreError::Closed);
        self.queue.send(work).await.map_err(|_| closed())?;
        outcome.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Writes what was handed in, and stops.
    pub(super) async fn close(&self) {
        // Closed already: nothing is left to do.
        let _ = self.queue.send(Work::Close).await;
        let mut lanes = self.lanes.lock().await;
        while lanes.join_next().await.is_some() {}
    }
}

/// What batches are written into.
#[derive(Clone)]
struct Into {
    pool: Pool,
    /// The editions that are known to be written; they are never removed.
    editions: Arc<std::sync::Mutex<BTreeSet<String>>>,
}

/// What one transaction writes.
#[derive(Default)]
struct Batch {
    commits: Vec<(Box<Prepared>, Reply)>,
    settlements: Vec<(Settlement, Reply)>,
    tickets: BTreeSet<String>,
    keys: BTreeSet<String>,
}

impl Batch {
    /// Takes a commit in. A second one on the same ticket or key comes back: it is for the
    /// next batch, where it is told that it came second.
    fn take(&mut self, prepared: Box<Prepared>, reply: Reply) -> Option<Work> {
        let used = prepared.key.as_ref().is_some_and(|key| self.keys.contains(key));
        if used || self.tickets.contains(&prepared.id) {
            return Some(Work::Commit(prepared, reply));
        }
        self.tickets.insert(prepared.id.clone());
        self.keys.extend(prepared.key.clone());
        self.commits.push((prepared, reply));
        None
    }

    fn is_full(&self) -> bool {
        self.commits.len() + self.settlements.len() >= MOST_IN_A_BATCH
    }

    /// One batch for each of its members.
    fn apart(self) -> impl Iterator<Item = Self> {
        let commits = self.commits.into_iter().map(|one| Self { commits: vec![one], ..Self::default() });
        let settlements = self.settlements.into_iter().map(|one| Self { settlements: vec![one], ..Self::default() });
        commits.chain(settlements)
    }

    fn reply_all(self, mut outcome: impl FnMut() -> Outcome) {
        let commits = self.commits.into_iter().map(|(_, reply)| reply);
        for reply in commits.chain(self.settlements.into_iter().map(|(_, reply)| reply)) {
            // Who hung up does not wait for a reply.
            let _ = reply.send(outcome());
        }
    }
}

async fn lane(into: Into, queue: Arc<Mutex<mpsc::Receiver<Work>>>) {
    let mut held = None;
    while let Some(batch) = gather(&queue, &mut held).await {
        write(&into, batch).await;
    }
}

/// What has come in by now; waits for the first. `None` when the queue is closed and empty.
async fn gather(queue: &Mutex<mpsc::Receiver<Work>>, held: &mut Option<Work>) -> Option<Batch> {
    let (mut queue, mut next) = match held.take() {
        // The other lane may hold the queue and wait for work: what is at hand does not.
        Some(work) => match queue.try_lock() {
            Ok(queue) => (queue, Some(work)),
            Err(_) => return Some(alone(work)),
        },
        None => {
            let mut queue = queue.lock().await;
            let first = queue.recv().await?;
            (queue, Some(first))
        }
    };
    let mut batch = Batch::default();
    while let Some(work) = next {
        match work {
            Work::Commit(prepared, reply) => *held = batch.take(prepared, reply),
            Work::Settle(settlement, reply) => batch.settlements.push((settlement, reply)),
            Work::Close => queue.close(),
        }
        if held.is_some() || batch.is_full() {
            break;
        }
        next = queue.try_recv().ok();
    }
    Some(batch)
}

/// A batch of one.
fn alone(work: Work) -> Batch {
    let mut batch = Batch::default();
    if let Work::Commit(prepared, reply) = work {
        // An empty batch turns nothing away.
        batch.take(prepared, reply);
    }
    batch
}

/// How one try at a batch failed.
enum Failure {
    /// Nothing was written.
    Before(sqlx::Error),
    /// The connection broke while committing.
    Unknown(sqlx::Error),
}

/// A commit that came second, by its place in the batch.
type Late = Vec<(usize, CommitError)>;

async fn write(into: &Into, mut batch: Batch) {
    loop {
        match attempt(into, &batch).await {
            Ok(late) if late.is_empty() => return batch.reply_all(|| Ok(())),
            Ok(late) => turn_down(&mut batch, late),
            Err(Failure::Unknown(error)) => {
                tracing::error!(error = %error, "a commit broke off: its outcome is unknown");
                return batch.reply_all(|| Err(StoreError::OutcomeUnknown.into()));
            }
            Err(Failure::Before(error)) => {
                tracing::warn!(error = %error, commits = batch.commits.len(), "a batch was not written");
                return write_apart(into, batch).await;
            }
        }
    }
}

/// Each on its own, so that what the database cannot write takes no other with it.
async fn write_apart(into: &Into, batch: Batch) {
    for mut one in batch.apart() {
        match attempt(into, &one).await {
            Ok(late) if late.is_empty() => one.reply_all(|| Ok(())),
            Ok(late) => turn_down(&mut one, late),
            Err(Failure::Unknown(error)) => {
                tracing::error!(error = %error, "a commit broke off: its outcome is unknown");
                one.reply_all(|| Err(StoreError::OutcomeUnknown.into()));
            }
            Err(Failure::Before(error)) => {
                tracing::error!(error = %error, "a commit was not written");
                let mut error = Some(error);
                one.reply_all(|| Err(error.take().map_or(StoreError::Closed, StoreError::from).into()));
            }
        }
    }
}

fn turn_down(batch: &mut Batch, late: Late) {
    for (place, why) in late.into_iter().rev() {
        let (_, reply) = batch.commits.remove(place);
        let _ = reply.send(Err(why));
    }
}

async fn attempt(into: &Into, batch: &Batch) -> Result<Late, Failure> {
    if batch.commits.is_empty() && batch.settlements.is_empty() {
        return Ok(Late::new());
    }
    let commits: Vec<&Prepared> = batch.commits.iter().map(|(prepared, _)| &**prepared).collect();
    let known =
        |known: &std::sync::Mutex<BTreeSet<String>>| known.lock().map(|known| known.clone()).unwrap_or_default();
    let editions = rows::new_editions(&commits, &known(&into.editions));
    let editions = editions.map_err(|error| Failure::Before(sqlx::Error::Encode(error.into())))?;
    let mut open = into.pool.begin().await.map_err(Failure::Before)?;
    match fill(&mut open, batch, &commits, &editions).await {
        Ok(late) if late.is_empty() => {
            open.commit().await.map_err(Failure::Unknown)?;
            if let Ok(mut known) = into.editions.lock() {
                known.extend(editions.into_keys());
            }
            Ok(late)
        }
        Ok(late) => {
            open.rollback().await.map_err(Failure::Before)?;
            Ok(late)
        }
        Err(error) => {
            // It is rolled back in any case: at the latest by the end of its connection.
            let _ = open.rollback().await;
            Err(Failure::Before(error))
        }
    }
}

async fn fill(
    open: &mut Transaction,
    batch: &Batch,
    commits: &[&Prepared],
    editions: &BTreeMap<String, String>,
) -> Result<Late, sqlx::Error> {
    let written = rows::write_tickets(open, commits).await?;
    let mut late = Late::new();
    for (place, prepared) in commits.iter().enumerate() {
        if prepared.key.as_ref().is_some_and(|key| !written.keys.contains(key)) {
            late.push((place, CommitError::KeyUsed));
        } else if !written.tickets.contains(&prepared.id) {
            late.push((place, CommitError::VersionMoved));
        }
    }
    if late.is_empty() {
        let settled = batch.settlements.iter().map(|(settlement, _)| settlement.row()).collect();
        rows::write_consequences(open, commits, editions, settled).await?;
    }
    Ok(late)
}
