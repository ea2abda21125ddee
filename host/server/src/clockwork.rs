//! The clock as an actor (时钟): looks for tickets whose moment has come and submits a tick
//! to the desk, like anybody else. Deadlines and timers are derived from the ticket, so a
//! crash loses none and repeats none.

use crate::desk::{Desk, DeskError, Submission};
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;

use chuishao_domain::ids::TicketId;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock looks.
const EVERY: Duration = Duration::from_secs(1);

/// Tickets looked at in one go.
const AT_A_TIME: u32 = 100;

/// Looks again and again until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    for id in desk.store.awaiting_calendar().await.unwrap_or_default() {
        tick(&desk, &id).await;
    }
    loop {
        if let Err(error) = look(&desk, desk.clock.now()).await {
            tracing::error!(error = %error, "the clock could not look; it tries again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Ticks every ticket whose moment has come.
///
/// # Errors
/// The database failed.
pub async fn look(desk: &Desk, until: Timestamp) -> Result<(), DeskError> {
    loop {
        let waking = desk.store.waking(until, AT_A_TIME).await?;
        let mut happened = false;
        for (id, _) in &waking {
            happened |= tick(desk, id).await;
        }
        if !happened {
            return Ok(());
        }
    }
}

/// Moves a movable clock forward, stopping at every moment at which a ticket wakes, so that
/// each warning carries its own time.
///
/// # Errors
/// The database failed.
pub async fn advance(desk: &Desk, to: Timestamp) -> Result<bool, DeskError> {
    loop {
        let next = desk.store.waking(to, 1).await?.first().map(|(_, at)| *at);
        match next {
            Some(at) => {
                desk.clock.move_to(at);
                let before = desk.store.waking(to, 1).await?;
                look(desk, desk.clock.now()).await?;
                if desk.store.waking(to, 1).await? == before {
                    return Ok(desk.clock.move_to(to));
                }
            }
            None => return Ok(desk.clock.move_to(to)),
        }
    }
}

/// Says whether anything happened.
async fn tick(desk: &Desk, id: &TicketId) -> bool {
    let submission = Submission {
        ticket: Some(id.clone()),
        expected_version: None,
        command: Command::Tick,
        by: By::Clock,
        caller: None,
        key: None,
    };
    match desk.submit(submission).await {
        Ok(receipt) => !receipt.happened.is_empty(),
        Err(error) => {
            tracing::error!(ticket = %id, error = %error, "a tick failed; it is tried again");
            false
        }
    }
}
