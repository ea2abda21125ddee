//! The sender of the outbox (外发): start → send → settle, with nothing of it inside a
//! transaction. A slow or dead receiver never slows a ticket. What goes out is signed as documents are,
//! each time anew, under the row's id.

use crate::desk::Desk;
use crate::http;
use crate::store::outbox::OutboxRow;
use crate::store::{Store, StoreError};
use chuishao_domain::outward::signature::{Secret, SignedHeaders, sign};
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
pub async fn run(desk: Arc<Desk>, url: String, secrets: Vec<Secret>, mut stop: watch::Receiver<bool>) {
    let client = match http::client().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(error = %error, "the outbox cannot send");
            return;
        }
    };
    let sender = Arc::new(Sender { client, url, secrets });
    while !*stop.borrow() {
        match send_due(&desk, &sender, &mut stop).await {
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

/// With what it sends.
struct Sender {
    client: reqwest::Client,
    url: String,
    secrets: Vec<Secret>,
}

/// Sends what is due, all rows of a lease at once, so that one slow delivery does not hold up
/// the others. Says whether there may be more. A stop breaks deliveries off: their rows are
/// sent again after the next start.
async fn send_due(
    desk: &Arc<Desk>,
    sender: &Arc<Sender>,
    stop: &mut watch::Receiver<bool>,
) -> Result<bool, StoreError> {
    let now = Timestamp::now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let rows = desk.store.lease_outbox(now, until, AT_A_TIME).await?;
    let full = rows.len() == AT_A_TIME as usize;
    let mut deliveries = JoinSet::new();
    for row in rows {
        deliveries.spawn(deliver(desk.store.clone(), sender.clone(), row));
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

async fn deliver(store: Store, sender: Arc<Sender>, row: OutboxRow) -> Result<(), StoreError> {
    let outcome = match sender.send(&row).await {
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

impl Sender {
    async fn send(&self, row: &OutboxRow) -> Result<(), String> {
        let body = serde_json::to_string(row).map_err(|error| error.to_string())?;
        let mut request = self.client.post(&self.url).header("Idempotency-Key", &row.id);
        if !self.secrets.is_empty() {
            let SignedHeaders(headers) = sign(&self.secrets, &row.id, Timestamp::now(), &body);
            request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        }
        let sent = request.header("content-type", "application/json").body(body).send().await;
        let answer = sent.map_err(|error| http::no_answer(&error.without_url()))?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("status {}", answer.status())) }
    }
}
