//! What stands at a version (聚合), and the walk of one command on it: load it, let the domain
//! decide, apply, write everything where nobody wrote meanwhile, and compute again where
//! somebody did. Topics, campaigns and entries of the knowledge base walk this way, and whatever
//! else the domain can decide about by itself. About tickets local rules are asked in between,
//! and for a rollout its component is proved to load: those two walk by themselves, through
//! [`once`] as well.

use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::store::StoreError;
use crate::store::tickets::{CommitError, KeptAnswer};
use chuishao_domain::World;
use chuishao_domain::message::Message;
use chuishao_domain::recorded::Recorded;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An event of an aggregate with its place in the history.
pub type RecordedOf<A> = Recorded<<A as Aggregate>::Event, <A as Aggregate>::By>;

/// What one aggregate does otherwise than another.
pub trait Aggregate: Clone + Send + Sync {
    /// Its number.
    type Id: Send + Sync;
    /// What may be wanted of it.
    type Command: Send + Sync;
    /// Who may want it.
    type By: Clone + Send + Sync;
    /// What may happen to it.
    type Event: Send + Sync;
    /// 回执: what a command came to. Repeated for a repeated request.
    type Receipt: Serialize + DeserializeOwned + Send;

    /// The refusal of an id that names none.
    fn absent() -> Refusal;

    /// As it now is.
    fn load(desk: &Desk, id: &Self::Id) -> impl Future<Output = Result<Option<Self>, StoreError>> + Send;

    /// How many events it is the fold of.
    fn version(&self) -> u64;

    /// Turns a command into events, or refuses it in words; `before` is absent for a command
    /// that makes a new one.
    fn handle(
        world: &World,
        before: Option<&Self>,
        command: &Self::Command,
        by: &Self::By,
        now: Timestamp,
    ) -> Result<Vec<Self::Event>, Refusal>;

    /// A new one as its first event makes it. May ask the store whether there can be another,
    /// and under which number.
    fn begin(
        desk: &Desk,
        command: &Self::Command,
        first: &RecordedOf<Self>,
    ) -> impl Future<Output = Result<Self, DeskError>> + Send;

    /// Applies an event that is not the first.
    fn apply(&mut self, recorded: &RecordedOf<Self>);

    /// What goes out because of an event; it was applied already.
    fn messages(&self, _recorded: &RecordedOf<Self>, _world: &World) -> Vec<Message> {
        Vec::new()
    }

    /// What the events came to.
    fn receipt(&self, events: &[RecordedOf<Self>], world: &World) -> Self::Receipt;

    /// Writes a change with its answer in one transaction, where the version is still the one
    /// that it was computed from, or nothing.
    fn commit(
        desk: &Desk,
        change: &Change<'_, Self>,
        answer: Option<&KeptAnswer>,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;
}

/// What is wanted of which aggregate, by whom.
pub struct Submission<A: Aggregate> {
    /// Which; absent when a new one is made.
    pub id: Option<A::Id>,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: A::Command,
    /// Who.
    pub by: A::By,
    /// The key, if the request carried one.
    pub key: Option<Key>,
}

impl<A: Aggregate> Submission<A> {
    /// A command on one that is there, at whatever version, under no key: one of this program's own.
    #[must_use]
    pub fn own(id: A::Id, command: A::Command, by: A::By) -> Self {
        Self { id: Some(id), expected_version: None, command, by, key: None }
    }
}

/// A command with all that comes of it, before it is written.
pub struct Change<'a, A: Aggregate> {
    /// What was wanted.
    pub command: &'a A::Command,
    /// What it was computed from; absent for a new one.
    pub before: Option<&'a A>,
    /// What it is then.
    pub after: A,
    /// The new events, one at least.
    pub events: Vec<RecordedOf<A>>,
    /// What goes out, with the event that it comes of.
    pub messages: Vec<(u64, Message)>,
    /// The moment.
    pub now: Timestamp,
}

impl<A: Aggregate> Change<'_, A> {
    /// The version that it was computed from; 0 for a new one.
    #[must_use]
    pub fn computed_from(&self) -> u64 {
        self.before.map_or(0, A::version)
    }
}

/// Carries out a command with all its consequences.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit<A: Aggregate>(desk: &Desk, submission: &Submission<A>) -> Result<A::Receipt, DeskError> {
    once(&desk.store, submission.key.as_ref(), || attempt(desk, submission)).await
}

/// One try; nothing when another command was quicker.
async fn attempt<A: Aggregate>(desk: &Desk, submission: &Submission<A>) -> Result<Option<A::Receipt>, DeskError> {
    let Submission { id, expected_version, command, by, key } = submission;
    let (now, world) = (desk.clock.now(), desk.world());
    let before = match id {
        Some(id) => Some(A::load(desk, id).await?.ok_or_else(A::absent)?),
        None => None,
    };
    if let (Some(wanted), Some(at)) = (*expected_version, before.as_ref().map(A::version))
        && wanted != at
    {
        return Err(DeskError::AnotherVersion { now: at });
    }
    let events = A::handle(&world, before.as_ref(), command, by, now)?;
    let places = before.as_ref().map_or(0, A::version) + 1..;
    let record = |(event, sequence)| Recorded { sequence, at: now, by: by.clone(), event };
    let events: Vec<RecordedOf<A>> = events.into_iter().zip(places).map(record).collect();
    let (mut after, mut messages) = match (&before, events.split_first()) {
        (Some(before), None) => return Ok(Some(before.receipt(&events, &world))),
        (None, None) => return Err(A::absent().into()),
        (Some(before), Some(_)) => (before.clone(), Vec::new()),
        (None, Some((first, _))) => {
            let begun = A::begin(desk, command, first).await?;
            let messages = begun.messages(first, &world).into_iter().map(|message| (first.sequence, message));
            (begun, messages.collect())
        }
    };
    for recorded in events.iter().skip(usize::from(before.is_none())) {
        after.apply(recorded);
        messages.extend(after.messages(recorded, &world).into_iter().map(|message| (recorded.sequence, message)));
    }
    let receipt = after.receipt(&events, &world);
    let answer = kept(key.as_ref(), &receipt)?;
    let change = Change { command, before: before.as_ref(), after, events, messages, now };
    if !written(A::commit(desk, &change, answer.as_ref()).await)? {
        return Ok(None);
    }
    if !change.messages.is_empty() {
        desk.outbox_bell.notify_one();
    }
    Ok(Some(receipt))
}
