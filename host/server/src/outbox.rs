//! The sender of the outbox (外发): start → send → settle, with nothing of it inside a
//! transaction. A slow or dead receiver never slows a ticket.

use crate::desk::Desk;
use crate::http;
use crate::store::outbox::OutboxRow;
use crate::store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Rows leased at a time.
const AT_A_TIME: u32 = 20;
/// How long a lease holds: longer than any delivery takes.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How long one delivery may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause between two attempts.
const LONGEST_PAUSE_SECONDS: i64 = 3600;
/// How often it looks without being rung for: rows whose next attempt has come.
const EVERY: Duration = Duration::from_secs(2);

/// Sends until the server stops.
pub async fn run(desk: Arc<Desk>, url: String, mut stop: watch::Receiver<bool>) {
    let client = match http::client().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(error = %error, "the outbox cannot send");
            return;
        }
    };
    while !*stop.borrow() {
        match send_due(&desk, &client, &url, &mut stop).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(error = %error, "the outbox could not be read; it is tried again"),
        }
        tokio::select! {
            () = desk.outbox_bell.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Sends what is due, all rows of a lease at once, so that one slow delivery does not hold up
/// the others. Says whether there may be more. A stop breaks deliveries off: their rows are
/// sent again after the next start.
async fn send_due(
    desk: &Arc<Desk>,
    client: &reqwest::Client,
    url: &str,
    stop: &mut watch::Receiver<bool>,
) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let rows = desk.store.lease_outbox(now, until, AT_A_TIME).await?;
    let full = rows.len() == AT_A_TIME as usize;
    let mut deliveries = JoinSet::new();
    for row in rows {
        deliveries.spawn(deliver(desk.store.clone(), client.clone(), url.to_owned(), row));
    }
    loop {
        let settled = tokio::select! {
            settled = deliveries.join_next() => settled,
            _ = stop.changed() => return Ok(false),
        };
        match settled {
            None => return Ok(full),
            Some(Ok(settled)) => settled?,
            Some(Err(error)) => tracing::error!(error = %error, "a delivery broke off; its lease runs out"),
        }
    }
}

async fn deliver(store: Store, client: reqwest::Client, url: String, row: OutboxRow) -> Result<(), StoreError> {
    let outcome = match send(&client, &url, &row).await {
        Ok(()) => Ok(Timestamp::now()),
        Err(reason) => {
            tracing::warn!(message = row.id, attempts = row.attempts, reason, "a message was not delivered");
            Err(Timestamp::now().saturating_add(pause(row.attempts)).unwrap_or(Timestamp::MAX))
        }
    };
    store.settle_outbox(&row.id, outcome).await
}

/// Doubles with each attempt, from a second to an hour.
fn pause(attempts: i64) -> SignedDuration {
    let doubled = 1_i64 << (attempts - 1).clamp(0, 12);
    SignedDuration::from_secs(doubled.min(LONGEST_PAUSE_SECONDS))
}

async fn send(client: &reqwest::Client, url: &str, row: &OutboxRow) -> Result<(), String> {
    let sent = client.post(url).header("Idempotency-Key", &row.id).json(row).send().await;
    let answer = sent.map_err(|error| error.without_url().to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("status {}", answer.status())) }
}
