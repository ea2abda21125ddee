//! The knowledge base at work (知识库): what call takers find, and what a command on an entry came
//! to. The walk of a command is [`crate::aggregate`]'s.

use crate::aggregate::{Aggregate, Change};
use crate::desk::{Desk, DeskError};
use crate::store::StoreError;
use crate::store::knowledge::Commit;
use crate::store::tickets::{CommitError, KeptAnswer};
use crate::timeline::{Line, reason};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::{KnowledgeId, TerritoryId, UnitId};
use chuishao_domain::knowledge::apply::{apply, begin};
use chuishao_domain::knowledge::command::Command;
use chuishao_domain::knowledge::content::Content;
use chuishao_domain::knowledge::entry::{Answer, Entry};
use chuishao_domain::knowledge::event::{Event, Recorded};
use chuishao_domain::knowledge::handle::absent;
use chuishao_domain::knowledge::{handle, narrate};
use chuishao_domain::narrate::actor;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::search::query::{Hold, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Receipt {
    /// 条目编号
    pub entry: KnowledgeId,
    /// The version that it made.
    pub version: u64,
    /// 发布状态
    pub standing: String,
    /// 工作稿状态
    pub stage: String,
    /// What happened, in words.
    pub happened: Vec<String>,
}

/// An answer that was found: what a call taker may read out, and nothing of a draft.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Found {
    /// 条目编号
    pub id: KnowledgeId,
    /// 责任部门
    pub owner: UnitId,
    /// Its name.
    pub owner_name: String,
    /// 发布版
    #[serde(flatten)]
    pub answer: Answer,
}

/// The command that drafts a new entry, under the next number.
///
/// # Errors
/// The database failed.
pub async fn draft(desk: &Desk, owner: UnitId, content: Content) -> Result<Command, StoreError> {
    let id = desk.store.next_knowledge_id().await?;
    Ok(Command::Draft { id, owner, content: Box::new(content) })
}

impl Aggregate for Entry {
    type Id = KnowledgeId;
    type Command = Command;
    type By = By;
    type Event = Event;
    type Receipt = Receipt;

    fn absent() -> Refusal {
        absent()
    }

    async fn load(desk: &Desk, id: &KnowledgeId) -> Result<Option<Self>, StoreError> {
        desk.store.knowledge(id).await
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn handle(
        world: &World,
        before: Option<&Self>,
        command: &Command,
        by: &By,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        handle(world, before, command, &Actor::Known(by.clone()), now)
    }

    async fn begin(_: &Desk, command: &Command, first: &Recorded) -> Result<Self, DeskError> {
        let begun = match command {
            Command::Draft { id, .. } => begin(id, first),
            _ => None,
        };
        begun.ok_or_else(|| absent().into())
    }

    fn apply(&mut self, recorded: &Recorded) {
        apply(self, recorded);
    }

    fn receipt(&self, events: &[Recorded], world: &World) -> Receipt {
        Receipt {
            entry: self.id.clone(),
            version: self.version,
            standing: self.standing.term().to_owned(),
            stage: self.stage().term().to_owned(),
            happened: events.iter().map(|recorded| narrate::event(&recorded.event, world).chinese).collect(),
        }
    }

    async fn commit(desk: &Desk, change: &Change<'_, Self>, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let Change { before, after: entry, events, now, .. } = change;
        let commit = Commit { before: *before, entry, events, answer, now: *now };
        desk.store.commit_knowledge(&commit, &desk.world()).await
    }
}

/// What call takers may read out today in a territory, the best first. `hold` decides whether
/// every word must be found; without it those with every word come first, and some of the
/// words are enough where these are few.
///
/// # Errors
/// The database failed.
pub async fn find(
    desk: &Desk,
    query: &Query,
    hold: Option<Hold>,
    territory: &TerritoryId,
    limit: u32,
) -> Result<Vec<Found>, StoreError> {
    let today = civil(desk.clock.now()).date();
    let entries = match hold {
        Some(hold) => desk.store.find_held(query, hold, today, territory, limit).await?,
        None => desk.store.find_knowledge(query, today, territory, limit).await?,
    };
    // The entry itself says whether it holds; the columns only find it.
    let found = entries.into_iter().filter_map(|entry| {
        let answer = entry.in_force(today, territory)?.clone();
        let owner_name = desk.world().catalogue.unit_name(&entry.owner).to_owned();
        Some(Found { id: entry.id, owner: entry.owner, owner_name, answer })
    });
    Ok(found.collect())
}

/// An entry's history as a person reads it.
#[must_use]
pub fn timeline(history: &[Recorded], world: &World) -> Vec<Line> {
    let line = |recorded: &Recorded| {
        let (who, what) = (actor(&recorded.by, world), narrate::event(&recorded.event, world));
        Line::event((recorded.at, recorded.sequence), who, what, reason(&recorded.by))
    };
    history.iter().map(line).collect()
}
