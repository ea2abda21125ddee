//! Housekeeping (清理), once an hour: kept answers, delivered messages, settled nominations and
//! comparisons that have served their purpose go; the records of tickets that were closed long ago are archived.

use crate::desk::Desk;
use crate::store::StoreError;
use crate::turn::Turn;
use chuishao_domain::account::limits::{DEVICE_FORGOTTEN, FAILURES_FORGOTTEN, SESSION_LONGEST};
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Kept answers: nobody repeats a request after a week.
const ANSWERS_KEPT_DAYS: i64 = 7;

/// Delivered messages: long enough to ask a receiver where one went. The ticket's events say
/// what was sent for ever.
const DELIVERED_KEPT_DAYS: i64 = 30;

/// Outward documents that everybody has: a receiver that lost a quarter reads it again.
const OUTWARD_KEPT_DAYS: i64 = 90;

/// A receiver that stood in no server's `receivers.toml` for so long was removed, and nothing waits for
/// it any more: time enough to notice a slip of the pen.
const RECEIVER_GONE_DAYS: i64 = 7;

/// Settled nominations: as long as somebody may ask why one was refused, which its row alone says;
/// a quarter's hot topics are talked over within the next.
const NOMINATIONS_KEPT_DAYS: i64 = 180;

/// What a candidate would have done in the shadow, on tickets and in reviews: a season can be held against the one before. The
/// registry's timeline says for ever what was decided on it.
const SHADOWS_KEPT_DAYS: i64 = 395;

/// Changes, for whoever follows along: who was away for longer reads everything anew.
const CHANGES_KEPT_DAYS: i64 = 3;

/// How often it is done.
const EVERY: Duration = Duration::from_secs(3600);

/// After a start, calls come first.
const FIRST: Duration = Duration::from_secs(60);

/// Cleans up until the server stops. Whoever's turn it is, each server says which `receivers` it has.
pub async fn run(
    desk: Arc<Desk>,
    archive_after_days: Option<u16>,
    receivers: Vec<String>,
    mut stop: watch::Receiver<bool>,
) {
    let mut turn = Turn::new("housekeeping");
    let mut pause = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => break,
        }
        pause = EVERY;
        if let Err(error) = desk.store.are_configured(&receivers, Timestamp::now()).await {
            tracing::error!(error = %error, "receivers could not be noted; it is tried again");
        }
        match turn.is_mine(&desk.store).await {
            Ok(true) => {
                if let Err(error) = clean(&desk, archive_after_days).await {
                    tracing::error!(error = %error, "housekeeping broke off; it is tried again");
                }
            }
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "housekeeping could not begin; it is tried again"),
        }
    }
    turn.give_back(&desk.store).await;
}

/// Does it once.
///
/// # Errors
/// The database failed; what was done stays done.
pub async fn clean(desk: &Desk, archive_after_days: Option<u16>) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let before = |from: Timestamp, days: i64| from.saturating_sub((days * 24).hours()).unwrap_or(Timestamp::MIN);
    let answers = desk.store.forget_answers(before(now, ANSWERS_KEPT_DAYS)).await?;
    // Messages are delivered by the machine's time.
    let messages = desk.store.forget_delivered(before(Timestamp::now(), DELIVERED_KEPT_DAYS)).await?;
    let configured_since = before(Timestamp::now(), RECEIVER_GONE_DAYS);
    let outward = desk.store.forget_outward(before(now, OUTWARD_KEPT_DAYS), configured_since).await?;
    let nominations = desk.store.forget_nominations(before(now, NOMINATIONS_KEPT_DAYS)).await?;
    let shadows = desk.store.forget_shadows(before(now, SHADOWS_KEPT_DAYS)).await?;
    desk.store.forget_changes(before(now, CHANGES_KEPT_DAYS)).await?;
    desk.store.forget_failures(now.checked_sub(FAILURES_FORGOTTEN).unwrap_or(Timestamp::MIN)).await?;
    desk.store.forget_devices(now.checked_sub(DEVICE_FORGOTTEN).unwrap_or(Timestamp::MIN)).await?;
    desk.store.forget_sessions(now.checked_sub(SESSION_LONGEST).unwrap_or(Timestamp::MIN)).await?;
    let mut archived = 0;
    if let Some(days) = archive_after_days {
        let done = desk.store.archive(before(now, i64::from(days)), now).await?;
        archived = done.moved;
        for id in done.unequal {
            tracing::error!(ticket = %id, "not archived: it is not the fold of its events");
        }
    }
    tracing::info!(answers, messages, outward, nominations, shadows, archived, "housekeeping is done");
    Ok(())
}
