//! The desk of topics (议题受理), beside the desk of tickets: the walk of one command on a topic.
//! It loads the topic at its version, lets the domain decide, commits everything at once, and
//! computes again when the version moved in between. No local rule is asked about topics.

use crate::desk::{Desk, DeskError, Key, MOST_ATTEMPTS};
use crate::store::StoreError;
use crate::store::tickets::{CommitError, KeptAnswer};
use crate::store::topics::TopicCommit;
use chuishao_domain::actor::By;
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::{TicketId, TopicId};
use chuishao_domain::message::Message;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::apply::{apply, begin};
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::command::TopicCommand;
use chuishao_domain::topic::event::{TopicEvent, TopicRecorded};
use chuishao_domain::topic::handle::handle;
use chuishao_domain::topic::message::messages;
use chuishao_domain::topic::narrate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The refusal of a subject that is being discussed already.
pub const SUBJECT_OPEN: &str = "subject-open";

/// What is done to a topic, by whom.
#[derive(Clone)]
pub struct TopicSubmission {
    /// The topic; absent when one is proposed.
    pub topic: Option<TopicId>,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: TopicCommand,
    /// Who.
    pub by: TopicBy,
    /// The key, if the request carried one.
    pub key: Option<Key>,
    /// The nomination that it comes of: a ticket's event.
    pub nomination: Option<(TicketId, u64)>,
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicReceipt {
    /// 议题编号
    pub topic: TopicId,
    /// The version that it made.
    pub version: u64,
    /// 状态
    pub state: String,
    /// 层级
    pub rung: String,
    /// What happened, in words.
    pub happened: Vec<String>,
}

/// A topic after a command, with what came of it.
struct Changed {
    topic: Topic,
    events: Vec<TopicRecorded>,
    messages: Vec<(u64, Message)>,
}

/// Carries out a command with all its consequences.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(desk: &Desk, submission: &TopicSubmission) -> Result<TopicReceipt, DeskError> {
    for _ in 0..MOST_ATTEMPTS {
        match attempt(desk, submission).await {
            Ok(Some(receipt)) => return Ok(receipt),
            // Somebody was quicker, perhaps this very request before: look, and try again.
            Ok(None) => {}
            // What was done once is answered as it was then, not refused because it is done.
            Err(error) => return desk.answered(submission.key.as_ref()).await?.ok_or(error),
        }
        if let Some(receipt) = desk.answered(submission.key.as_ref()).await? {
            return Ok(receipt);
        }
    }
    Err(DeskError::Contended)
}

/// The clock looks at a topic; says whether anything happened.
///
/// # Errors
/// See [`DeskError`].
pub async fn tick(desk: &Desk, id: &TopicId) -> Result<bool, DeskError> {
    let submission = TopicSubmission {
        topic: Some(id.clone()),
        expected_version: None,
        command: TopicCommand::Tick,
        by: TopicBy::Known(By::Clock),
        key: None,
        nomination: None,
    };
    Ok(!submit(desk, &submission).await?.happened.is_empty())
}

/// One try; nothing when another command was quicker.
async fn attempt(desk: &Desk, submission: &TopicSubmission) -> Result<Option<TopicReceipt>, DeskError> {
    let now = desk.clock.now();
    let topic = match &submission.topic {
        Some(id) => Some(desk.store.topic(id).await?.ok_or_else(no_topic)?),
        None => None,
    };
    if let (Some(wanted), Some(topic)) = (submission.expected_version, &topic)
        && wanted != topic.version
    {
        return Err(DeskError::AnotherVersion { now: topic.version });
    }
    let computed_from = topic.as_ref().map_or(0, |topic| topic.version);
    let events = handle(&desk.world(), topic.as_ref(), &submission.command, &submission.by, now)?;
    let topic = match topic {
        Some(topic) => topic,
        None => new_topic(desk, &events, now).await?,
    };
    let changed = change(desk, topic, computed_from, events, &submission.by, now);
    let receipt = receipt(desk, &changed);
    if changed.events.is_empty() {
        return Ok(Some(receipt));
    }
    match commit(desk, submission, computed_from, &changed, &receipt, now).await {
        Ok(()) => Ok(Some(receipt)),
        Err(CommitError::VersionMoved | CommitError::KeyUsed) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

fn no_topic() -> Refusal {
    Refusal::new("no-topic", "议题不存在，请核对议题编号", "there is no such topic")
}

/// The topic that a proposal makes. Topics with an equal subject are one topic.
async fn new_topic(desk: &Desk, events: &[TopicEvent], now: Timestamp) -> Result<Topic, DeskError> {
    let Some(TopicEvent::Proposed { draft }) = events.first() else { return Err(no_topic().into()) };
    if let Some(open) = desk.store.open_topic(&draft.subject).await? {
        let (id, state) = (open.id, open.state.term());
        let chinese = format!("同一内容已有未结束的议题 {id}（{state}），请在该议题中关联工单或办理");
        return Err(Refusal::new(SUBJECT_OPEN, chinese, format!("{id} is open with the same subject")).into());
    }
    let id = desk.store.next_topic_id(civil(now).date()).await?;
    Ok(begin(&id, draft))
}

/// Records the events and applies them; a new topic is what its first event made it.
fn change(
    desk: &Desk,
    mut topic: Topic,
    computed_from: u64,
    events: Vec<TopicEvent>,
    by: &TopicBy,
    now: Timestamp,
) -> Changed {
    let (mut recorded, mut outgoing) = (Vec::with_capacity(events.len()), Vec::new());
    for (event, sequence) in events.into_iter().zip(computed_from + 1..) {
        let one = TopicRecorded { sequence, at: now, by: by.clone(), event };
        if sequence > 1 {
            apply(&mut topic, &one);
        }
        outgoing.extend(messages(&one, &topic, &desk.world()).into_iter().map(|message| (sequence, message)));
        recorded.push(one);
    }
    Changed { topic, events: recorded, messages: outgoing }
}

async fn commit(
    desk: &Desk,
    submission: &TopicSubmission,
    computed_from: u64,
    changed: &Changed,
    receipt: &TopicReceipt,
    now: Timestamp,
) -> Result<(), CommitError> {
    let answer = match &submission.key {
        Some(Key { key, digest }) => {
            let answer = serde_json::to_string(receipt).map_err(StoreError::from)?;
            Some(KeptAnswer { key: key.clone(), digest: digest.clone(), answer })
        }
        None => None,
    };
    let commit = TopicCommit {
        topic: &changed.topic,
        computed_from,
        events: &changed.events,
        messages: &changed.messages,
        answer: answer.as_ref(),
        nomination: submission.nomination.as_ref(),
        now,
    };
    desk.store.commit_topic(&commit).await?;
    if !changed.messages.is_empty() {
        desk.outbox_bell.notify_one();
    }
    Ok(())
}

fn receipt(desk: &Desk, changed: &Changed) -> TopicReceipt {
    let topic = &changed.topic;
    TopicReceipt {
        topic: topic.id.clone(),
        version: topic.version,
        state: topic.state.term().to_owned(),
        rung: topic.rung.term().to_owned(),
        happened: changed.events.iter().map(|recorded| narrate::event(&recorded.event, &desk.world())).collect(),
    }
}
