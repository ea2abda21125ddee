//! An entry is the fold of its events. Applying reads the event alone.

use super::content::Content;
use super::entry::{Answer, Draft, Entry, Stage, Standing};
use super::event::{Event, Recorded};
use crate::actor::By;
use crate::ids::KnowledgeId;

/// Makes the entry from its whole history. `None` when the history does not begin with a draft.
#[must_use]
pub fn fold(id: &KnowledgeId, history: &[Recorded]) -> Option<Entry> {
    let (first, rest) = history.split_first()?;
    let mut entry = begin(id, first)?;
    for recorded in rest {
        apply(&mut entry, recorded);
    }
    Some(entry)
}

/// The entry as its first event makes it. `None` for any other event.
#[must_use]
pub fn begin(id: &KnowledgeId, first: &Recorded) -> Option<Entry> {
    let Event::Drafted { owner, content } = &first.event else { return None };
    Some(Entry {
        id: id.clone(),
        version: 1,
        owner: owner.clone(),
        answer: None,
        standing: Standing::Unpublished,
        draft: Some(draft(content, &first.by)),
    })
}

/// Applies one event.
pub fn apply(entry: &mut Entry, recorded: &Recorded) {
    entry.version += 1;
    match &recorded.event {
        // The first of a history; makes no second entry.
        Event::Drafted { .. } => {}
        Event::Edited { content } | Event::RevisionBegun { content } => {
            let opinion = entry.draft.take().map(|draft| draft.opinion).unwrap_or_default();
            entry.draft = Some(Draft { opinion, ..draft(content, &recorded.by) });
        }
        Event::Submitted => to_stage(entry, Stage::Submitted, None),
        Event::Returned { opinion } => to_stage(entry, Stage::Returned, Some(opinion)),
        Event::Approved { opinion } => to_stage(entry, Stage::Approved, Some(opinion)),
        Event::Published { revision, review_due } => {
            if let Some(draft) = entry.draft.take() {
                entry.answer = Some(Answer {
                    content: draft.content,
                    revision: *revision,
                    published_at: recorded.at,
                    review_due: *review_due,
                    review_called: false,
                });
                entry.standing = Standing::Published;
            }
        }
        Event::Discarded { .. } => entry.draft = None,
        Event::Withdrawn { .. } => entry.standing = Standing::Withdrawn,
        Event::Expired { .. } => entry.standing = Standing::Expired,
        Event::Confirmed { review_due } => {
            if let Some(answer) = &mut entry.answer {
                answer.review_due = *review_due;
                answer.review_called = false;
            }
        }
        Event::ReviewFellDue => {
            if let Some(answer) = &mut entry.answer {
                answer.review_called = true;
            }
        }
    }
}

fn draft(content: &Content, by: &By) -> Draft {
    let by_rule = match by {
        By::Rule { rule, .. } => Some(rule.clone()),
        _ => None,
    };
    Draft { stage: Stage::Draft, content: content.clone(), by_rule, opinion: String::new() }
}

fn to_stage(entry: &mut Entry, stage: Stage, opinion: Option<&String>) {
    if let Some(draft) = &mut entry.draft {
        draft.stage = stage;
        if let Some(opinion) = opinion {
            draft.opinion.clone_from(opinion);
        }
    }
}
