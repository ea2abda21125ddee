//! Reviews that are tried (试研判): a candidate, in the shadow or as a canary, is asked at the same moment
//! and about the same figures as what is on, and judged by the same rules. Its record is kept beside the
//! review that was held, compared with it, and nothing comes of it: no line of a ledger, no notice, no
//! nomination, no score.

use super::{judged, told};
use crate::desk::{Desk, DeskError};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::deed::TriedReview;
use chuishao_domain::rule::review::{ReviewId, ReviewKind};
use chuishao_sandbox::rulebook::Activation;
use jiff::Timestamp;
use std::sync::Arc;

/// What is due to be tried; nothing when the database does not say: it is asked at the next look.
pub(super) async fn due(
    desk: &Desk,
    rollout: &RolloutId,
    candidate: &Activation,
    kind: ReviewKind,
    now: Timestamp,
) -> Vec<Days> {
    match desk.store.last_tried(rollout, candidate.edition.placement.revision, kind).await {
        Ok(last) => kind.due(last, now),
        Err(error) => {
            tracing::error!(%rollout, error = %error, "what a candidate tries could not be asked; it is asked again");
            Vec::new()
        }
    }
}

/// Holds one; `false` when that was not possible, and it has to be tried again. A failure is no error:
/// nothing comes of a try, so that no review that counts may wait for one.
pub(super) async fn hold(desk: &Desk, candidate: &Arc<Activation>, kind: ReviewKind, period: Days) -> bool {
    attempt(desk, candidate, kind, period).await.unwrap_or_else(|error| {
        let (rule, territory) = (candidate.actor.name(), &candidate.actor.territory);
        tracing::error!(rule, %territory, error = %error, "a candidate's review broke off; it is tried again");
        false
    })
}

/// `false` when the host could not run the rule.
async fn attempt(desk: &Desk, candidate: &Arc<Activation>, kind: ReviewKind, period: Days) -> Result<bool, DeskError> {
    let actor = &candidate.actor;
    let held = desk.store.review(&ReviewId::new(kind, period.first(), &actor.territory, actor.name())).await?;
    let input = told(desk, candidate, kind, period, held.as_ref()).await?;
    let Some(record) = judged(desk, candidate, input, held.as_ref()).await? else { return Ok(false) };
    let tried = TriedReview::compared(record, held.as_ref());
    desk.store.keep_tried_review(&tried).await?;
    tracing::info!(review = %tried.record.id, differs = tried.difference.is_some(), "a candidate's review was compared");
    Ok(true)
}
