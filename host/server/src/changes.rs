//! What changes, for whoever follows along (变动): numbers what was written, reads it once for all who
//! listen, with what is needed to tell whom it concerns, and hands it round.

use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::changes::{Change, ChangeKind};
use chuishao_domain::ids::{TerritoryId, TopicId};
use chuishao_domain::ticket::Ticket;
use chuishao_domain::topic::case::Topic;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};

/// How often it is looked: a screen need not be quicker than a glance.
const EVERY: Duration = Duration::from_millis(300);

/// Changes that are read at a time.
const AT_A_TIME: u32 = 100;

/// Batches that a slow listener may be behind; then it reads by itself.
const MOST_BEHIND: usize = 32;

/// Listeners of one server: every desk of a city and its counties, with room.
const MOST_LISTENERS: usize = 2_000;

/// What a change is of, as it now is.
pub enum Subject {
    /// 工单
    Ticket(Box<Ticket>),
    /// 议题
    Topic(Box<Topic>),
    /// 插件发布 of a territory.
    Rollout(TerritoryId),
    /// 攻坚行动
    Campaign,
    /// 知识条目
    Knowledge,
    /// Not there any more.
    Gone,
}

/// Changes in a row.
pub struct Batch {
    /// Behind which number they begin.
    pub after: u64,
    /// With which they end.
    pub through: u64,
    /// Each with what it is of.
    pub changes: Vec<(Change, Subject)>,
}

/// Where listeners are handed what happens.
#[derive(Clone)]
pub struct Feed {
    batches: broadcast::Sender<Arc<Batch>>,
    places: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Feed {
    /// One that nobody listens to yet; it ends with the server.
    #[must_use]
    pub fn new(stop: watch::Receiver<bool>) -> Self {
        let places = Arc::new(Semaphore::new(MOST_LISTENERS));
        Self { batches: broadcast::Sender::new(MOST_BEHIND), places, stop }
    }

    /// A listener, as long as it keeps its place; nothing when all are taken.
    #[must_use]
    pub fn listen(&self) -> Option<(broadcast::Receiver<Arc<Batch>>, OwnedSemaphorePermit)> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        Some((self.batches.subscribe(), place))
    }

    /// When the server stops.
    #[must_use]
    pub fn stop(&self) -> watch::Receiver<bool> {
        self.stop.clone()
    }
}

/// Hands round what changes until the server stops.
pub async fn run(desk: Arc<Desk>, feed: Feed) {
    let mut stop = feed.stop();
    // Known only while somebody listens.
    let mut through = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
        if let Err(error) = hand_round(&desk, &feed, &mut through).await {
            tracing::error!(error = %error, "changes could not be handed round; it is tried again");
        }
    }
}

async fn hand_round(desk: &Desk, feed: &Feed, through: &mut Option<u64>) -> Result<(), StoreError> {
    let before = desk.store.latest_change().await?;
    while desk.store.number_changes().await? > 0 {}
    if feed.batches.receiver_count() == 0 {
        *through = None;
        return Ok(());
    }
    let mut at = match *through {
        Some(through) => through,
        None => {
            // Who has just come may have read before somebody else gave these numbers: he looks once more.
            let _ = feed.batches.send(Arc::new(Batch { after: before, through: before, changes: Vec::new() }));
            before
        }
    };
    loop {
        match read(desk, at).await? {
            Some(batch) if batch.changes.is_empty() => break,
            Some(batch) => {
                at = batch.through;
                // Whoever left meanwhile misses nothing.
                let _ = feed.batches.send(Arc::new(batch));
            }
            // Another server's restored database: listeners find out by themselves.
            None => at = desk.store.latest_change().await?,
        }
    }
    *through = Some(at);
    Ok(())
}

/// What follows a number; nothing when that is not known any more.
///
/// # Errors
/// The database failed.
pub async fn read(desk: &Desk, after: u64) -> Result<Option<Batch>, StoreError> {
    let Some(found) = desk.store.changes(after, AT_A_TIME).await? else { return Ok(None) };
    let through = found.last().map_or(after, |last| last.number);
    let mut changes = Vec::with_capacity(found.len());
    for change in found {
        let subject = subject(desk, &change).await?;
        changes.push((change, subject));
    }
    Ok(Some(Batch { after, through, changes }))
}

async fn subject(desk: &Desk, change: &Change) -> Result<Subject, StoreError> {
    let id = change.subject.as_str();
    Ok(match change.kind {
        ChangeKind::Ticket => {
            desk.store.ticket(&id.into()).await?.map_or(Subject::Gone, |ticket| Subject::Ticket(Box::new(ticket)))
        }
        ChangeKind::Topic => {
            let topic = desk.store.topic(&TopicId(id.to_owned())).await?;
            topic.map_or(Subject::Gone, |topic| Subject::Topic(Box::new(topic)))
        }
        ChangeKind::Campaign => Subject::Campaign,
        ChangeKind::Knowledge => Subject::Knowledge,
        ChangeKind::Rollout => Subject::Rollout(id.split('/').next().unwrap_or_default().into()),
    })
}
