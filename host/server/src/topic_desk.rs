//! The desk of topics (议题受理): what is asked of the store when one is proposed, and what a command
//! came to. The walk itself is [`crate::aggregate`]'s. No local rule is asked about topics.

use crate::aggregate::{Aggregate, Change, Submission, submit};
use crate::desk::{Desk, DeskError};
use crate::store::StoreError;
use crate::store::tickets::{CommitError, KeptAnswer};
use crate::store::topics::TopicCommit;
use chuishao_domain::World;
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
use chuishao_domain::topic::{message, narrate};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The refusal of a subject that is being discussed already.
pub const SUBJECT_OPEN: &str = "subject-open";

/// What is wanted of a topic, and the nomination that it comes of, if any: a ticket's event.
pub struct TopicWish {
    /// What.
    pub command: TopicCommand,
    /// The nomination that it settles.
    pub nomination: Option<(TicketId, u64)>,
}

impl From<TopicCommand> for TopicWish {
    fn from(command: TopicCommand) -> Self {
        Self { command, nomination: None }
    }
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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

/// The clock looks at a topic; says whether anything happened.
///
/// # Errors
/// See [`DeskError`].
pub async fn tick(desk: &Desk, id: &TopicId) -> Result<bool, DeskError> {
    let tick = Submission::<Topic>::own(id.clone(), TopicCommand::Tick.into(), TopicBy::Known(By::Clock));
    Ok(!submit(desk, &tick).await?.happened.is_empty())
}

impl Aggregate for Topic {
    type Id = TopicId;
    type Command = TopicWish;
    type By = TopicBy;
    type Event = TopicEvent;
    type Receipt = TopicReceipt;

    fn absent() -> Refusal {
        Refusal::new("no-topic", "议题不存在，请核对议题编号", "there is no such topic")
    }

    async fn load(desk: &Desk, id: &TopicId) -> Result<Option<Self>, StoreError> {
        desk.store.topic(id).await
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn handle(
        world: &World,
        before: Option<&Self>,
        wish: &TopicWish,
        by: &TopicBy,
        now: Timestamp,
    ) -> Result<Vec<TopicEvent>, Refusal> {
        handle(world, before, &wish.command, by, now)
    }

    /// Topics with an equal subject are one topic.
    async fn begin(desk: &Desk, _: &TopicWish, first: &TopicRecorded) -> Result<Self, DeskError> {
        let TopicEvent::Proposed { draft } = &first.event else { return Err(Self::absent().into()) };
        if let Some(open) = desk.store.open_topic(&draft.subject).await? {
            let (id, state) = (open.id, open.state.term());
            let chinese = format!("同一内容已有未结束的议题 {id}（{state}），请在该议题中关联工单或办理");
            return Err(Refusal::new(SUBJECT_OPEN, chinese, format!("{id} is open with the same subject")).into());
        }
        let id = desk.store.next_topic_id(civil(first.at).date()).await?;
        Ok(begin(&id, draft))
    }

    fn apply(&mut self, recorded: &TopicRecorded) {
        apply(self, recorded);
    }

    fn messages(&self, recorded: &TopicRecorded, world: &World) -> Vec<Message> {
        message::messages(recorded, self, world)
    }

    fn receipt(&self, events: &[TopicRecorded], world: &World) -> TopicReceipt {
        TopicReceipt {
            topic: self.id.clone(),
            version: self.version,
            state: self.state.term().to_owned(),
            rung: self.rung.term().to_owned(),
            happened: events.iter().map(|recorded| narrate::event(&recorded.event, world).chinese).collect(),
        }
    }

    async fn commit(desk: &Desk, change: &Change<'_, Self>, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let commit = TopicCommit {
            topic: &change.after,
            computed_from: change.computed_from(),
            events: &change.events,
            messages: &change.messages,
            answer,
            nomination: change.command.nomination.as_ref(),
            now: change.now,
        };
        desk.store.commit_topic(&commit).await
    }
}
