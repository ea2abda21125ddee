//! Why nothing happened (为何没有动作), for a ticket and a plugin: read from the histories of both.

use crate::desk::Desk;
use crate::store::StoreError;
use chuishao_domain::apply::{apply, begin};
use chuishao_domain::event::Event;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::why::{Asking, Because, Lived};

/// The answers, and whose ticket it is.
pub struct Found {
    /// Where the matter is.
    pub territory: TerritoryId,
    /// One for each thing that happened of which rules hear.
    pub answers: Vec<Because>,
}

/// Asks; nothing when there is no such ticket.
///
/// # Errors
/// The database failed.
pub async fn why(desk: &Desk, ticket: &TicketId, rollout: &RolloutId) -> Result<Option<Found>, StoreError> {
    let Some(stored) = desk.store.ticket(ticket).await? else { return Ok(None) };
    let history = desk.store.history(ticket).await?;
    let decisions = desk.store.decisions(ticket).await?;
    let changes = desk.store.rollout_history(rollout).await?;
    let mut asking = Asking::new(rollout, &changes, &decisions);
    let mut lived = None;
    let mut answers = Vec::new();
    for recorded in &history {
        let now = match (lived.take(), &recorded.event) {
            (None, Event::Registered { intake, urgency, .. }) => begin(ticket, intake, *urgency),
            (None, _) => break,
            (Some(mut before), _) => {
                apply(&mut before, recorded);
                before
            }
        };
        answers.extend(asking.because(&Lived { recorded, ticket: &now }));
        lived = Some(now);
    }
    Ok(Some(Found { territory: stored.territory().clone(), answers }))
}
