//! What candidates would have done (影子对照), about events and in reviews: kept beside what was done,
//! counted and listed, and checked.

mod verify;

use super::database::{Row, Statement};
use super::lists::{Cursor, MOST_ROWS, documents};
use super::{Store, StoreError};
use crate::registry::shadow::Compared;
use chuishao_domain::ids::TicketId;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::deed::TriedReview;
use chuishao_domain::rule::record::Answer;
use chuishao_domain::rule::review::ReviewKind;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// One command that was compared.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ShadowRow {
    /// Which plugin where.
    pub rollout: RolloutId,
    /// Which revision of it.
    pub revision: u32,
    /// 工单编号
    pub ticket: TicketId,
    /// The first event of the command.
    pub event_sequence: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Whether the ticket would have been treated differently.
    pub differs: bool,
    /// Whether the candidate failed.
    pub failed: bool,
    /// What was found.
    pub compared: Compared,
}

/// How a candidate does (影子小结).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ShadowCount {
    /// Commands or reviews that were compared.
    pub compared: i64,
    /// Of them, where something else would have come of it.
    pub differs: i64,
    /// Of them, where the candidate failed.
    pub failed: i64,
}

impl Store {
    /// Keeps a comparison.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_shadow(&self, row: &ShadowRow) -> Result<(), StoreError> {
        let keep = Statement::new(
            "insert into shadow (territory, plugin, revision, ticket_id, event_sequence, at, differs, failed, document) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        );
        let keep = keep.bind(row.rollout.territory.as_str()).bind(&row.rollout.plugin).bind(i64::from(row.revision));
        let keep = keep.bind(row.ticket.as_str()).bind(row.event_sequence.cast_signed());
        let keep = keep.bind(row.at.as_millisecond()).bind(row.differs).bind(row.failed);
        self.pool.execute(keep.bind(serde_json::to_string(&row.compared)?)).await?;
        Ok(())
    }

    /// How a candidate does.
    ///
    /// # Errors
    /// The database failed.
    pub async fn shadow_count(&self, rollout: &RolloutId, revision: u32) -> Result<ShadowCount, StoreError> {
        let asked = Statement::new(
            "select count(*), count(*) filter (where differs), count(*) filter (where failed) from shadow \
             where territory = $1 and plugin = $2 and revision = $3",
        );
        let asked = asked.bind(rollout.territory.as_str()).bind(&rollout.plugin).bind(i64::from(revision));
        let row = self.readers.one(asked).await?;
        Ok(ShadowCount { compared: row.integer(0)?, differs: row.integer(1)?, failed: row.integer(2)? })
    }

    /// Where a ticket would have been treated differently, the first one first, behind `after`;
    /// and the cursor of the next page.
    ///
    /// # Errors
    /// The database failed.
    pub async fn shadow_page(
        &self,
        rollout: &RolloutId,
        revision: u32,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<(Vec<ShadowRow>, Option<String>), StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, id) = after.map_or((i64::MIN, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let asked = Statement::new(
            "select ticket_id, event_sequence, at, failed, document from shadow where territory = $1 and plugin = $2 \
             and revision = $3 and differs and (at, ticket_id || '-' || event_sequence) > ($4, $5) \
             order by at, ticket_id || '-' || event_sequence limit $6",
        );
        let asked = asked.bind(rollout.territory.as_str()).bind(&rollout.plugin).bind(i64::from(revision));
        let asked = asked.bind(at).bind(id).bind(i64::from(limit));
        let of = |row: &Row| -> Result<ShadowRow, StoreError> {
            Ok(ShadowRow {
                rollout: rollout.clone(),
                revision,
                ticket: TicketId(row.text(0)?),
                event_sequence: row.integer(1)?.unsigned_abs(),
                at: Timestamp::from_millisecond(row.integer(2)?).unwrap_or(Timestamp::MIN),
                differs: true,
                failed: row.truth(3)?,
                compared: serde_json::from_str(&row.text(4)?)?,
            })
        };
        let rows = self.readers.all(asked).await?.iter().map(of).collect::<Result<Vec<_>, _>>()?;
        let last = rows.last().filter(|_| rows.len() == limit as usize);
        let next = last.map(|row| {
            let id = format!("{}-{}", row.ticket, row.event_sequence);
            Cursor { at: row.at.as_millisecond(), id }.to_string()
        });
        Ok((rows, next))
    }

    /// Keeps a review that a candidate held, once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_tried_review(&self, tried: &TriedReview) -> Result<(), StoreError> {
        let TriedReview { record, difference, .. } = tried;
        let placement = &record.edition.placement;
        let keep = Statement::new(
            "insert into shadow_review (territory, plugin, revision, kind, first_day, at, differs, failed, document) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        );
        let keep = keep.bind(placement.territory.as_str()).bind(&record.edition.rule);
        let keep = keep.bind(i64::from(placement.revision)).bind(record.input.kind.event_kind().as_str());
        let keep = keep.bind(record.input.first_day.to_string()).bind(record.at.as_millisecond());
        let keep = keep.bind(difference.is_some()).bind(matches!(record.answer, Answer::Failed(_)));
        self.pool.execute(keep.bind(serde_json::to_string(tried)?)).await?;
        Ok(())
    }

    /// The first day of the last period that a candidate has reviewed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_tried(
        &self,
        rollout: &RolloutId,
        revision: u32,
        kind: ReviewKind,
    ) -> Result<Option<Date>, StoreError> {
        let asked = Statement::new(
            "select first_day from shadow_review where territory = $1 and plugin = $2 and revision = $3 and kind = $4 \
             order by first_day desc limit 1",
        );
        let asked = asked.bind(rollout.territory.as_str()).bind(&rollout.plugin).bind(i64::from(revision));
        let row = self.readers.optional(asked.bind(kind.event_kind().as_str())).await?;
        Ok(row.map(|row| row.text(0)).transpose()?.and_then(|day| day.parse().ok()))
    }

    /// How a candidate does in reviews.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tried_review_count(&self, rollout: &RolloutId, revision: u32) -> Result<ShadowCount, StoreError> {
        let asked = Statement::new(
            "select count(*), count(*) filter (where differs), count(*) filter (where failed) from shadow_review \
             where territory = $1 and plugin = $2 and revision = $3",
        );
        let asked = asked.bind(rollout.territory.as_str()).bind(&rollout.plugin).bind(i64::from(revision));
        let row = self.readers.one(asked).await?;
        Ok(ShadowCount { compared: row.integer(0)?, differs: row.integer(1)?, failed: row.integer(2)? })
    }

    /// The reviews that a candidate held, the newest first, behind `after`; and the cursor of the next
    /// page.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tried_reviews(
        &self,
        rollout: &RolloutId,
        revision: u32,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<(Vec<TriedReview>, Option<String>), StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, id) = after.map_or((i64::MAX, ""), |cursor| (cursor.at, cursor.id.as_str()));
        let asked = Statement::new(
            "select document, at, kind || '.' || first_day from shadow_review where territory = $1 and plugin = $2 \
             and revision = $3 and (at, kind || '.' || first_day) < ($4, $5) \
             order by at desc, kind || '.' || first_day desc limit $6",
        );
        let asked = asked.bind(rollout.territory.as_str()).bind(&rollout.plugin).bind(i64::from(revision));
        let rows = self.readers.all(asked.bind(at).bind(id).bind(i64::from(limit))).await?;
        let next = match rows.last() {
            Some(last) if rows.len() == limit as usize => {
                Some(Cursor { at: last.integer(1)?, id: last.text(2)? }.to_string())
            }
            _ => None,
        };
        Ok((documents(&rows)?, next))
    }
}
