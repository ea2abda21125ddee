//! Figures for rules (事实): counted within the rule's own territory alone, so that no rule
//! can learn of another county's tickets.

use super::{Store, StoreError};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::walk::Facts;
use jiff::{Timestamp, ToSpan};
use sqlx::Row;
use tokio::runtime::Handle;

/// The store as a source of figures, for a walk that runs on a blocking thread.
pub struct StoreFacts {
    /// The store.
    pub store: Store,
    /// The runtime that drives it.
    pub runtime: Handle,
}

impl Facts for StoreFacts {
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue {
        let counted = self.runtime.block_on(self.store.count_alike(query, territory, ticket, now));
        counted.unwrap_or_else(|error| {
            tracing::error!(fact = query.name, error = %error, "a figure could not be computed");
            FactValue::Unavailable("数据库暂不可用".into())
        })
    }
}

impl Store {
    /// How many tickets like this one were received, this one included if it is of the kind.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_alike(
        &self,
        query: &FactQuery,
        territory: &TerritoryId,
        ticket: &Ticket,
        now: Timestamp,
    ) -> Result<FactValue, StoreError> {
        let place = &ticket.intake.place;
        let wanted = |field, text: &str| query.same.contains(&field).then(|| text.to_owned());
        for (field, text, label) in [
            (SameField::Street, &place.street, "街道"),
            (SameField::Estate, &place.estate, "小区"),
            (SameField::Building, &place.building, "楼栋"),
        ] {
            if query.same.contains(&field) && text.is_empty() {
                return Ok(FactValue::Unavailable(format!("工单没有填写{label}")));
            }
        }
        // The same name in another county is another place.
        let by_place = query.same.iter().any(|field| *field != SameField::Category);
        let territory = if by_place { ticket.territory() } else { territory };
        let since = now.saturating_sub((i64::from(query.days) * 24).hours()).unwrap_or(Timestamp::MIN);
        let kind = query.matter_kind.map(|kind| super::tickets::name_of(&kind)).transpose()?;
        let row = sqlx::query(
            "select count(*) from ticket where received_at > $1 and received_at <= $2 and id <> $3 \
             and ($4 is null or territory = $4) and ($5 is null or category = $5) \
             and ($6 is null or street = $6) and ($7 is null or estate = $7) \
             and ($8 is null or building = $8) and ($9 is null or matter_kind = $9)",
        )
        .bind(since.as_millisecond())
        .bind(now.as_millisecond())
        .bind(ticket.id.as_str())
        .bind((!territory.is_city()).then(|| territory.as_str().to_owned()))
        .bind(wanted(SameField::Category, ticket.intake.category.as_str()))
        .bind(wanted(SameField::Street, &place.street))
        .bind(wanted(SameField::Estate, &place.estate))
        .bind(wanted(SameField::Building, &place.building))
        .bind(kind)
        .fetch_one(&self.readers)
        .await?;
        let others = u32::try_from(row.get::<i64, _>(0)).unwrap_or(u32::MAX);
        let itself = query.matter_kind.is_none_or(|kind| kind == ticket.intake.matter_kind);
        Ok(FactValue::Count(others.saturating_add(u32::from(itself))))
    }
}
