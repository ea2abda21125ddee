//! Nominations by local rules (提名) become candidates, or join the open topic of their subject.
//! They wait in a table of their own, written with the ticket; the clock works them off, so
//! that no ticket waits for a topic and no crash loses or doubles one.

use crate::aggregate::{Submission, submit};
use crate::desk::{Desk, DeskError};
use crate::once::once;
use crate::store::StoreError;
use crate::topic_desk::{SUBJECT_OPEN, TopicWish};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::nomination::{command, subject};

/// Nominations looked at in one go.
const AT_A_TIME: u32 = 100;

/// Works off every nomination that waits. One that cannot be holds up no other, and is tried
/// again.
///
/// # Errors
/// The database failed.
pub async fn work_off(desk: &Desk) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waiting = desk.store.waiting_nominations(after.as_ref(), AT_A_TIME).await?;
        for one in &waiting {
            if let Err(error) = work_off_one(desk, &one.nomination).await {
                let (ticket, sequence) = &one.nomination;
                tracing::error!(%ticket, sequence, error = %error, "a nomination waits; it is tried again");
            }
        }
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.clone());
    }
}

async fn work_off_one(desk: &Desk, nomination: &(TicketId, u64)) -> Result<(), DeskError> {
    let (id, sequence) = nomination;
    let ticket = desk.store.ticket(id).await?;
    let history = desk.store.history(id).await?;
    let recorded = history.into_iter().find(|recorded| recorded.sequence == *sequence);
    let (Some(ticket), Some(recorded)) = (ticket, recorded) else {
        // The check names a ticket without its events; here nothing can come of it.
        return Ok(desk.store.settle_nomination(nomination, Err("no-ticket"), desk.clock.now()).await?);
    };
    once(&desk.store, None, || settled(desk, nomination, &ticket, &recorded)).await
}

/// One try; nothing when the topic was changed, opened or ended in the meantime.
async fn settled(
    desk: &Desk,
    nomination: &(TicketId, u64),
    ticket: &Ticket,
    recorded: &Recorded,
) -> Result<Option<()>, DeskError> {
    let open = desk.store.open_topic(&subject(ticket)).await?;
    let Some((command, by)) = command(open.as_ref(), ticket, recorded) else {
        let outcome = open.as_ref().map(|topic| &topic.id).ok_or("not-a-nomination");
        desk.store.settle_nomination(nomination, outcome, desk.clock.now()).await?;
        return Ok(Some(()));
    };
    let submission = Submission::<Topic> {
        id: open.as_ref().map(|topic| topic.id.clone()),
        expected_version: open.as_ref().map(|topic| topic.version),
        command: TopicWish { command, nomination: Some(nomination.clone()) },
        by,
        key: None,
    };
    match submit(desk, &submission).await {
        Ok(_) => Ok(Some(())),
        Err(DeskError::AnotherVersion { .. }) => Ok(None),
        Err(DeskError::Refused(refusal)) if refusal.code == SUBJECT_OPEN => Ok(None),
        Err(DeskError::Refused(refusal)) => {
            let (id, sequence) = nomination;
            tracing::warn!(ticket = %id, sequence, code = %refusal.code, "a nomination was refused");
            desk.store.settle_nomination(nomination, Err(&refusal.code), desk.clock.now()).await?;
            Ok(Some(()))
        }
        Err(error) => Err(error),
    }
}
