//! Nominations by local rules (提名) become candidates, or join the open topic of their subject.
//! They wait in a table of their own, written with the ticket; the clock works them off, so
//! that no ticket waits for a topic and no crash loses or doubles one.

use crate::desk::{Desk, DeskError, MOST_ATTEMPTS};
use crate::store::StoreError;
use crate::topic_desk::{SUBJECT_OPEN, TopicSubmission, submit};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::Ticket;
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
    for _ in 0..MOST_ATTEMPTS {
        if settled(desk, nomination, &ticket, &recorded).await? {
            return Ok(());
        }
    }
    Err(DeskError::Contended)
}

/// One try; `false` when the topic was changed, opened or ended in the meantime.
async fn settled(
    desk: &Desk,
    nomination: &(TicketId, u64),
    ticket: &Ticket,
    recorded: &Recorded,
) -> Result<bool, DeskError> {
    let open = desk.store.open_topic(&subject(ticket)).await?;
    let Some((command, by)) = command(open.as_ref(), ticket, recorded) else {
        let outcome = open.as_ref().map(|topic| &topic.id).ok_or("not-a-nomination");
        desk.store.settle_nomination(nomination, outcome, desk.clock.now()).await?;
        return Ok(true);
    };
    let submission = TopicSubmission {
        topic: open.as_ref().map(|topic| topic.id.clone()),
        expected_version: open.as_ref().map(|topic| topic.version),
        command,
        by,
        key: None,
        nomination: Some(nomination.clone()),
    };
    match submit(desk, &submission).await {
        Ok(_) => Ok(true),
        Err(DeskError::AnotherVersion { .. }) => Ok(false),
        Err(DeskError::Refused(refusal)) if refusal.code == SUBJECT_OPEN => Ok(false),
        Err(DeskError::Refused(refusal)) => {
            let (id, sequence) = nomination;
            tracing::warn!(ticket = %id, sequence, code = %refusal.code, "a nomination was refused");
            desk.store.settle_nomination(nomination, Err(&refusal.code), desk.clock.now()).await?;
            Ok(true)
        }
        Err(error) => Err(error),
    }
}
