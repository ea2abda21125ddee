//! After a new holiday notice (重算): every ticket that waits for it, or whose promises it may
//! make earlier, is ticked once; what that changes is the domain's to say
//! ([`chuishao_domain::recompute`]) and stands on the ticket's timeline. A hundred tickets at a
//! time, so that a hundred thousand hold up nothing else. How far it is stands in the database:
//! who takes over goes on there, and a ticket that is visited twice says nothing twice.

use crate::clockwork::by_clock;
use crate::desk::{Desk, DeskError};
use crate::store::StoreError;
use crate::store::recomputation::{Place, Recomputation};
use chuishao_domain::ids::TicketId;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Tickets of one bite.
const AT_A_TIME: u32 = 100;

/// Tickets at the same moment: what they become goes to disk together, and the desk's own
/// commands still find most of a batch free.
const AT_ONCE: usize = 16;

/// Passes over the tickets. While the first one runs, another server may still compute with
/// the calendar before, behind its back; the second finds that.
const PASSES: i64 = 2;

/// How long after the first sight of a calendar every server has it: each looks every second.
const SETTLED: SignedDuration = SignedDuration::from_secs(5);

/// What this server remembers, so that it asks the database only while there is work.
#[derive(Debug, Default)]
pub struct Visits {
    /// The digest of the calendar under which all tickets were visited.
    done: String,
}

impl Visits {
    /// Visits the next tickets. Says whether there are more to visit at once.
    ///
    /// # Errors
    /// The database failed; it goes on where it stopped.
    pub async fn go_on(&mut self, desk: &Arc<Desk>) -> Result<bool, StoreError> {
        let known = desk.reference.known();
        let calendar = known.calendar.digest();
        if self.done == calendar {
            return Ok(false);
        }
        let now = Timestamp::now();
        let mut one = match desk.store.recomputation(calendar).await? {
            Some(one) => one,
            None => Recomputation::new(calendar, now),
        };
        if one.done_at.is_some() {
            calendar.clone_into(&mut self.done);
            return Ok(false);
        }
        if one.pass == PASSES && now < one.began_at.saturating_add(SETTLED).unwrap_or(now) {
            return Ok(false);
        }
        one.at = match visit(desk, &one.at).await? {
            Some(place) => place,
            None => {
                one.pass += 1;
                one.done_at = (one.pass > PASSES).then_some(now);
                Place::beginning()
            }
        };
        desk.store.keep_recomputation(&one).await?;
        Ok(one.done_at.is_none())
    }
}

/// Visits one bite; where the next begins, or nothing at the end of the pass.
async fn visit(desk: &Arc<Desk>, from: &Place) -> Result<Option<Place>, StoreError> {
    match from {
        Place::Awaiting(after) => {
            let waiting = desk.store.awaiting_calendar(after, AT_A_TIME).await?;
            tick_all(desk, &waiting).await?;
            let next = waiting.into_iter().next_back().map(Place::Awaiting);
            Ok(Some(next.unwrap_or(Place::Waking(Timestamp::MIN, TicketId(String::new())))))
        }
        // Whatever has a promise that can still become earlier wakes some day.
        Place::Waking(at, id) => {
            let after = (*at, id.clone());
            let mut waking = desk.store.waking(Timestamp::MAX, Some(&after), AT_A_TIME).await?;
            let ids: Vec<TicketId> = waking.iter().map(|(_, id)| id.clone()).collect();
            tick_all(desk, &ids).await?;
            Ok(waking.pop().map(|(at, id)| Place::Waking(at, id)))
        }
    }
}

async fn tick_all(desk: &Arc<Desk>, ids: &[TicketId]) -> Result<(), StoreError> {
    for some in ids.chunks(AT_ONCE) {
        let mut ticks = JoinSet::new();
        for id in some {
            let (desk, id) = (desk.clone(), id.clone());
            ticks.spawn(async move { tick(&desk, &id).await });
        }
        ticks.join_all().await.into_iter().collect::<Result<(), _>>()?;
    }
    Ok(())
}

/// A ticket that cannot be read or refuses holds up no other; anything else is tried again.
async fn tick(desk: &Desk, id: &TicketId) -> Result<(), StoreError> {
    match desk.submit(by_clock(id, chuishao_domain::command::Command::Tick)).await {
        Ok(_) => Ok(()),
        Err(DeskError::Store(error)) if !matches!(error, StoreError::Document(_)) => Err(error),
        Err(error) => {
            tracing::error!(ticket = %id, error = %error, "a deadline could not be computed again");
            Ok(())
        }
    }
}
