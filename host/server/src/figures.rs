//! Folds what changes in the city's figures into sums (汇总), in the background: the fewer changes
//! are left, the less a report has to add up. Nothing waits for it, and no report misses what is
//! not yet folded.

use crate::desk::Desk;
use crate::store::StoreError;
use crate::store::figures::fold::AT_A_TIME;
use crate::turn::Turn;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether there is something to fold: a busy city makes a hundred changes
/// in this time, which a report adds up in a fraction of a millisecond.
const EVERY: Duration = Duration::from_secs(3);

/// Folds until the server stops.
pub async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    let mut turn = Turn::new("figures");
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => break,
        }
        if let Err(error) = fold(&desk, &mut turn).await {
            tracing::error!(error = %error, "the figures were not folded; it is tried again");
        }
    }
    turn.give_back(&desk.store).await;
}

async fn fold(desk: &Desk, turn: &mut Turn) -> Result<(), StoreError> {
    while turn.is_mine(&desk.store).await? {
        if desk.store.fold_figures(AT_A_TIME).await? < u64::from(AT_A_TIME) {
            break;
        }
    }
    Ok(())
}
