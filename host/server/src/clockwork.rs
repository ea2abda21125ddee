//! The clock as an actor (时钟): looks for tickets and topics whose moment and entries of the
//! knowledge base whose day has come, and submits a tick, like anybody else. Deadlines and
//! timers are derived from what they belong to, so a crash loses none and repeats none. It
//! works off what rules nominated, and erases callers whose time is over.

use crate::desk::{Desk, DeskError, Submission};
use crate::recomputation::Visits;
use crate::renaming::Renaming;
use crate::sealing::Sealed;
use crate::store::StoreError;
use crate::turn::Turn;
use crate::{aggregate, evaluation_desk, nominations, outward, reviews, settlement, topic_desk, vault};
use chuishao_domain::actor::By;
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::command::Command;
use chuishao_domain::ids::{KnowledgeId, TicketId, TopicId};
use chuishao_domain::knowledge::command::Command as KnowledgeCommand;
use chuishao_domain::knowledge::entry::Entry;
use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often the clock looks.
const EVERY: Duration = Duration::from_secs(1);

/// Tickets, topics or entries looked at in one go.
const AT_A_TIME: u32 = 100;

/// Looks again and again until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut turn = Turn::new("clock");
    let mut remembered = Remembered::default();
    while !*stop.borrow() {
        let looked = look_in_turn(&desk, &mut turn, &mut remembered).await;
        if let Err(error) = &looked {
            tracing::error!(error = %error, "the clock could not look; it tries again");
        }
        let pause = if looked.unwrap_or(false) { Duration::ZERO } else { EVERY };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = desk.follow_on_bell.notified() => {}
            _ = stop.changed() => break,
        }
    }
    turn.give_back(&desk.store).await;
}

/// What the clock remembers, so that it asks the database only while there is work.
#[derive(Default)]
struct Remembered {
    sealed: Sealed,
    visits: Visits,
    renaming: Renaming,
}

/// Says whether there is more to do at once.
async fn look_in_turn(desk: &Arc<Desk>, turn: &mut Turn, remembered: &mut Remembered) -> Result<bool, StoreError> {
    if !turn.is_mine(&desk.store).await? {
        return Ok(false);
    }
    follow_on(desk).await?;
    // Before anything is archived.
    evaluation_desk::tell_tickets(desk).await?;
    let now = desk.clock.now();
    look(desk, now).await?;
    nominations::work_off(desk).await?;
    outward::work_off(desk).await?;
    look_at_topics(desk, now).await?;
    vault::clockwork::look(desk, now).await?;
    remembered.sealed.go_on(desk).await?;
    Ok(remembered.renaming.go_on(desk).await? | remembered.visits.go_on(desk).await?)
}

/// Gives other tickets what follows for them. What cannot be given now is given the next time;
/// what a ticket refuses will not be accepted later either.
///
/// # Errors
/// The database failed.
pub async fn follow_on(desk: &Desk) -> Result<(), StoreError> {
    for one in desk.store.follow_ons(AT_A_TIME).await? {
        match desk.submit(by_clock(&one.target, one.command.clone())).await {
            Ok(_) => desk.store.settle_follow_on(&one).await?,
            Err(DeskError::Refused(refusal)) => {
                tracing::error!(ticket = %one.target, command = one.command.name(), code = %refusal.code, "a follow-on was refused");
                desk.store.settle_follow_on(&one).await?;
            }
            Err(error) => {
                tracing::error!(ticket = %one.target, error = %error, "a follow-on failed; it is given again")
            }
        }
    }
    Ok(())
}

/// Ticks everything whose time has come. What cannot be ticked holds up nothing else.
///
/// # Errors
/// The database failed.
pub async fn look(desk: &Desk, until: Timestamp) -> Result<(), StoreError> {
    look_at_tickets(desk, until).await?;
    look_at_knowledge(desk, civil(until).date()).await
}

async fn look_at_tickets(desk: &Desk, until: Timestamp) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waking = desk.store.waking(until, after.as_ref(), AT_A_TIME).await?;
        for (_, id) in &waking {
            // A ticket may have several moments on the way, each of which wakes it again.
            while tick(desk, id).await == Some(true) {}
        }
        let Some(last) = waking.last() else { return Ok(()) };
        after = Some(last.clone());
    }
}

/// The same for topics.
async fn look_at_topics(desk: &Desk, until: Timestamp) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waking = desk.store.waking_topics(until, after.as_ref(), AT_A_TIME).await?;
        for (_, id) in &waking {
            while tick_topic(desk, id).await == Some(true) {}
        }
        let Some(last) = waking.last() else { return Ok(()) };
        after = Some(last.clone());
    }
}

async fn look_at_knowledge(desk: &Desk, until: Date) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waking = desk.store.waking_knowledge(until, after.as_ref(), AT_A_TIME).await?;
        for (_, id) in &waking {
            // An entry whose review fell due may have run out as well.
            while tick_entry(desk, id).await == Some(true) {}
        }
        let Some(last) = waking.last() else { return Ok(()) };
        after = Some(last.clone());
    }
}

/// Moves a movable clock forward, stopping at every moment at which a ticket or topic wakes and
/// at the beginning of every day on which an entry does, so that each event carries its own
/// time. Says whether it moved.
///
/// # Errors
/// The database failed.
pub async fn advance(desk: &Desk, to: Timestamp) -> Result<bool, StoreError> {
    evaluation_desk::tell_tickets(desk).await?;
    let mut after: Option<(Date, KnowledgeId)> = None;
    while let Some((day, id)) = desk.store.waking_knowledge(civil(to).date(), after.as_ref(), 1).await?.pop() {
        let midnight = moment(day.at(0, 0, 0, 0)).unwrap_or(to).max(desk.clock.now()).min(to);
        advance_tickets(desk, midnight).await?;
        desk.clock.move_to(midnight);
        after = if tick_entry(desk, &id).await == Some(true) { None } else { Some((day, id)) };
    }
    advance_tickets(desk, to).await?;
    let moved = desk.clock.move_to(to);
    if moved && let Err(error) = settlement::nightly(desk).await {
        tracing::error!(error = %error, "the settlement broke off; it is tried again");
    }
    if moved && let Err(error) = reviews::look(desk).await {
        tracing::error!(error = %error, "a review broke off; it is held again");
    }
    Ok(moved)
}

async fn advance_tickets(desk: &Desk, to: Timestamp) -> Result<(), StoreError> {
    let mut after: Option<(Timestamp, TicketId)> = None;
    let mut after_topic: Option<(Timestamp, TopicId)> = None;
    loop {
        let ticket = desk.store.waking(to, after.as_ref(), 1).await?.pop();
        let topic = desk.store.waking_topics(to, after_topic.as_ref(), 1).await?.pop();
        let topic_first = |at: &Timestamp| ticket.as_ref().is_none_or(|(other, _)| at < other);
        // What was ticked wakes later or never again; what could not be is passed by.
        match (topic.filter(|(at, _)| topic_first(at)), &ticket) {
            (Some((at, id)), _) => {
                desk.clock.move_to(at);
                after_topic = if tick_topic(desk, &id).await == Some(true) { None } else { Some((at, id)) };
            }
            (None, Some((at, id))) => {
                desk.clock.move_to(*at);
                after = if tick(desk, id).await == Some(true) { None } else { Some((*at, id.clone())) };
            }
            (None, None) => return Ok(()),
        }
    }
}

/// Says whether anything happened; `None` when it could not be asked.
async fn tick_topic(desk: &Desk, id: &TopicId) -> Option<bool> {
    let ticked = topic_desk::tick(desk, id).await;
    ticked.inspect_err(|error| tracing::error!(topic = %id, error = %error, "a tick failed; it is tried again")).ok()
}

/// Says whether anything happened; `None` when it could not be asked.
async fn tick(desk: &Desk, id: &TicketId) -> Option<bool> {
    match desk.submit(by_clock(id, Command::Tick)).await {
        Ok(receipt) => Some(!receipt.happened.is_empty()),
        Err(error) => {
            tracing::error!(ticket = %id, error = %error, "a tick failed; it is tried again");
            None
        }
    }
}

/// A command of the clock.
pub(crate) fn by_clock(id: &TicketId, command: Command) -> Submission {
    let (ticket, by) = (Some(id.clone()), By::Clock);
    Submission { ticket, expected_version: None, command, by, caller: None, key: None, line: None }
}

/// The same for an entry of the knowledge base.
async fn tick_entry(desk: &Desk, id: &KnowledgeId) -> Option<bool> {
    let tick = aggregate::Submission::<Entry>::own(id.clone(), KnowledgeCommand::Tick, By::Clock);
    match aggregate::submit(desk, &tick).await {
        Ok(receipt) => Some(!receipt.happened.is_empty()),
        Err(error) => {
            tracing::error!(entry = %id, error = %error, "a tick failed; it is tried again");
            None
        }
    }
}
