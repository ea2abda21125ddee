//! The knowledge base at work (知识库): a command on an entry is carried out as one on a ticket
//! is, without rules to ask: load at its version, let the domain decide, write everything at
//! once, and compute again when the version moved in between.

use crate::desk::{Desk, DeskError, Key, MOST_ATTEMPTS};
use crate::store::StoreError;
use crate::store::knowledge::Commit;
use crate::store::tickets::{CommitError, KeptAnswer};
use crate::timeline::{Line, LineKind};
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
use chuishao_domain::search::query::{Hold, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is wanted of which entry, by whom.
pub struct Submission {
    /// The entry; absent when one is drafted.
    pub entry: Option<KnowledgeId>,
    /// The version that the caller expects, if it cares.
    pub expected_version: Option<u64>,
    /// What.
    pub command: Command,
    /// Who.
    pub by: By,
    /// The key, if the request carried one.
    pub key: Option<Key>,
}

/// What a command came to (回执). Repeated for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize)]
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

/// Drafts a new entry under the next number.
///
/// # Errors
/// See [`DeskError`].
pub async fn draft(
    desk: &Desk,
    owner: UnitId,
    content: Content,
    by: By,
    key: Option<Key>,
) -> Result<Receipt, DeskError> {
    let id = desk.store.next_knowledge_id().await?;
    let command = Command::Draft { id, owner, content: Box::new(content) };
    submit(desk, &Submission { entry: None, expected_version: None, command, by, key }).await
}

/// Carries out a command with all its consequences.
///
/// # Errors
/// See [`DeskError`]; when there is one, nothing was written.
pub async fn submit(desk: &Desk, submission: &Submission) -> Result<Receipt, DeskError> {
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

/// One try; nothing when another command was quicker.
async fn attempt(desk: &Desk, submission: &Submission) -> Result<Option<Receipt>, DeskError> {
    let before = match &submission.entry {
        Some(id) => Some(desk.store.knowledge(id).await?.ok_or_else(absent)?),
        None => None,
    };
    if let (Some(wanted), Some(entry)) = (submission.expected_version, &before)
        && wanted != entry.version
    {
        return Err(DeskError::AnotherVersion { now: entry.version });
    }
    let (by, now) = (&submission.by, desk.clock.now());
    let events = handle(&desk.world(), before.as_ref(), &submission.command, &Actor::Known(by.clone()), now)?;
    let (entry, events) = applied(before.as_ref(), &submission.command, events, by, now).ok_or_else(absent)?;
    let receipt = receipt(&entry, &events, &desk.world());
    if events.is_empty() {
        return Ok(Some(receipt));
    }
    let kept = submission.key.as_ref().map(|Key { key, digest }| {
        let answer = serde_json::to_string(&receipt).map_err(StoreError::from)?;
        Ok::<_, StoreError>(KeptAnswer { key: key.clone(), digest: digest.clone(), answer })
    });
    let kept = kept.transpose()?;
    let commit = Commit { before: before.as_ref(), entry: &entry, events: &events, answer: kept.as_ref(), now };
    match desk.store.commit_knowledge(&commit, &desk.world()).await {
        Ok(()) => Ok(Some(receipt)),
        Err(CommitError::VersionMoved | CommitError::KeyUsed) => Ok(None),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// The entry after the events, and these with their places in its history.
fn applied(
    before: Option<&Entry>,
    command: &Command,
    events: Vec<Event>,
    by: &By,
    now: Timestamp,
) -> Option<(Entry, Vec<Recorded>)> {
    let version = before.map_or(0, |entry| entry.version);
    let recorded = |(event, sequence)| Recorded { sequence, at: now, by: by.clone(), event };
    let events: Vec<Recorded> = events.into_iter().zip(version + 1..).map(recorded).collect();
    let (mut entry, rest) = match (before, command, events.split_first()) {
        (Some(before), _, _) => (before.clone(), events.as_slice()),
        (None, Command::Draft { id, .. }, Some((first, rest))) => (begin(id, first)?, rest),
        (None, _, _) => return None,
    };
    for event in rest {
        apply(&mut entry, event);
    }
    Some((entry, events))
}

fn receipt(entry: &Entry, events: &[Recorded], world: &World) -> Receipt {
    Receipt {
        entry: entry.id.clone(),
        version: entry.version,
        standing: entry.standing.term().to_owned(),
        stage: entry.stage().term().to_owned(),
        happened: events.iter().map(|recorded| narrate::event(&recorded.event, world)).collect(),
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
    let line = |recorded: &Recorded| Line {
        at: recorded.at,
        sequence: recorded.sequence,
        kind: LineKind::Event,
        who: actor(&recorded.by, world),
        what: narrate::event(&recorded.event, world),
        why: match &recorded.by {
            By::Rule { reason, .. } => Some(reason.clone()),
            _ => None,
        },
    };
    history.iter().map(line).collect()
}
