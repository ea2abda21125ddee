//! Settlement (计分结算): every night the tickets of the last months are scored on both sides
//! (双加双减). A page of tickets is one transaction; scored twice nothing changes, so a crash loses
//! nothing and two servers that both do it lose nothing but time. What no longer holds is
//! reversed by counter-events, never taken away.

use crate::desk::{Desk, DeskError};
use crate::store::tickets::CommitError;
use crate::turn::Turn;
use chuishao_domain::calendar::civil;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::rule_set::{RuleSet, RuleSets};
use chuishao_domain::evaluation::score_ledger::ScoreLedger;
use chuishao_domain::evaluation::score_pair::ScoreEvent;
use chuishao_domain::ids::TicketId;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is asked whether a night was settled.
const EVERY: Duration = Duration::from_secs(60);

/// Tickets of one transaction: calls that come in wait no longer than for a few of their own.
const AT_A_TIME: u32 = 500;

/// Months before the current one that are settled again: the one that just ended, and the one
/// before it, in which a ticket may still be open whose 15 working days with extension, rework
/// and follow-up reach into a third month.
const MONTHS_BEFORE: usize = 2;

/// The same on the first of a month: a matter that dragged on for most of a year is scored, too,
/// and what was excluded long after is reversed.
const MONTHS_BEFORE_ON_THE_FIRST: usize = 12;

/// Settles every night until the server stops; a night that nobody settled is settled by day.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut turn = Turn::new("settlement");
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
        match turn.is_mine(&desk.store).await {
            Ok(true) => {
                if let Err(error) = nightly(&desk).await {
                    tracing::error!(error = %error, "the settlement broke off; it is tried again");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "the settlement could not begin; it is tried again"),
        }
    }
    turn.give_back(&desk.store).await;
}

/// Settles the night of today, once.
///
/// # Errors
/// The database failed; what was settled stays settled.
pub async fn nightly(desk: &Desk) -> Result<(), DeskError> {
    let now = desk.clock.now();
    let today = civil(now).date();
    if desk.store.is_settled(today).await? {
        return Ok(());
    }
    for period in periods(today)? {
        // Before the first rule set there is nothing to score by.
        if let Ok(rules) = desk.rule_sets.in_force(RuleSets::WEIFANG, period.first_day()) {
            settle(desk, period, rules, now).await?;
        }
    }
    // Also when a ticket could not be scored: it was named, and asking all others again every
    // minute would not mend it.
    Ok(desk.store.mark_settled(today, now).await?)
}

/// The month of a day and those before it.
fn periods(today: Date) -> Result<Vec<Period>, Refusal> {
    let current: Period = format!("{:04}-{:02}", today.year(), today.month()).parse()?;
    let before = if today.day() == 1 { MONTHS_BEFORE_ON_THE_FIRST } else { MONTHS_BEFORE };
    Ok(std::iter::successors(Some(current), |period| Some(period.previous())).take(before + 1).collect())
}

/// Scores all tickets of a period.
async fn settle(desk: &Desk, period: Period, rules: &RuleSet, now: Timestamp) -> Result<(), DeskError> {
    let mut after: Option<TicketOutcome> = None;
    loop {
        let page = desk.store.outcomes(period, after.as_ref(), AT_A_TIME).await?;
        if page.is_empty() {
            return Ok(());
        }
        let known = desk.store.scores_of(&page, period).await?;
        let events = scored(known, rules, &page, period, now);
        if !events.is_empty() {
            match desk.store.add_scores(&events, now).await {
                Ok(()) | Err(CommitError::VersionMoved | CommitError::KeyUsed) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        after = page.into_iter().next_back();
    }
}

/// What is new on a page. A ticket that cannot be scored holds up no other, and is named every
/// night until somebody has looked into it.
fn scored(
    known: Vec<ScoreEvent>,
    rules: &RuleSet,
    page: &[TicketOutcome],
    period: Period,
    now: Timestamp,
) -> Vec<ScoreEvent> {
    let mut of_tickets: BTreeMap<TicketId, Vec<ScoreEvent>> = BTreeMap::new();
    for event in known {
        of_tickets.entry(event.ticket.clone()).or_default().push(event);
    }
    let mut events = Vec::new();
    for outcome in page {
        // A pair is of one ticket: each has a ledger of its own, which is short.
        let known = of_tickets.remove(&outcome.ticket).unwrap_or_default();
        let new = ScoreLedger::from_events(known)
            .map_err(|broken| Refusal::new("pair-broken", broken.to_string(), "run verify"))
            .and_then(|mut ledger| ledger.settle(rules, std::slice::from_ref(outcome), period, now));
        match new {
            Ok(new) => events.extend(new),
            Err(refusal) => {
                tracing::error!(ticket = %outcome.ticket, code = %refusal.code, "a ticket could not be scored");
            }
        }
    }
    events
}
