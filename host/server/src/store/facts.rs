//! Figures for rules (事实): counted within the rule's own territory alone, so that no rule
//! can learn of another county's tickets.

use super::database::Statement;
use super::{Store, StoreError};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::manifest::{FactQuery, SameField};
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::walk::Facts;
use jiff::{Timestamp, ToSpan};
use std::sync::Mutex;
use tokio::runtime::Handle;

/// Tickets that are counted: a rule asks whether there are three or ten, and a burst main
/// that a thousand call about must not make each next call slower.
const MOST_COUNTED: i64 = 1000;

/// The store as a source of figures, for a walk that runs on a blocking thread.
pub struct StoreFacts {
    store: Store,
    runtime: Handle,
    /// The first figure that could not be had. A walk with one is not committed: a database
    /// that does not answer is not "no complaints".
    failed: Mutex<Option<StoreError>>,
}

impl StoreFacts {
    /// Figures from a store, by way of the runtime that drives it.
    #[must_use]
    pub fn new(store: Store, runtime: Handle) -> Self {
        Self { store, runtime, failed: Mutex::new(None) }
    }

    /// What went wrong, if anything.
    #[must_use]
    pub fn failed(self) -> Option<StoreError> {
        self.failed.into_inner().unwrap_or(None)
    }
}

impl Facts for StoreFacts {
    fn count(&self, query: &FactQuery, territory: &TerritoryId, ticket: &Ticket, now: Timestamp) -> FactValue {
        let counted = self.runtime.block_on(self.store.count_alike(query, territory, ticket, now));
        counted.unwrap_or_else(|error| {
            if let Ok(mut failed) = self.failed.lock() {
                failed.get_or_insert(error);
            }
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
        for (field, text, label) in [
            (SameField::Street, &place.street, "街道"),
            (SameField::Estate, &place.estate, "小区"),
            (SameField::Building, &place.building, "楼栋"),
        ] {
            if query.same.contains(&field) && text.is_empty() {
                return Ok(FactValue::Unavailable(format!("工单没有填写{label}")));
            }
        }
        let since = now.saturating_sub((i64::from(query.days) * 24).hours()).unwrap_or(Timestamp::MIN);
        let others = self.others_alike(query, territory, ticket, (since, now)).await?;
        let received_at = ticket.intake.received_at;
        let itself = received_at > since && query.matter_kind.is_none_or(|kind| kind == ticket.intake.matter_kind);
        Ok(FactValue::Count(others.saturating_add(u32::from(itself))))
    }

    /// The statement names only the columns that are wanted, so that an index serves it.
    async fn others_alike(
        &self,
        query: &FactQuery,
        territory: &TerritoryId,
        ticket: &Ticket,
        (since, until): (Timestamp, Timestamp),
    ) -> Result<u32, StoreError> {
        let place = &ticket.intake.place;
        let mut sql = Statement::new("select count(*) from (select 1 from matter where received_at > ");
        sql.push_value(since.as_millisecond()).push(" and received_at <= ").push_value(until.as_millisecond());
        sql.push(" and ticket_id <> ").push_value(ticket.id.as_str());
        // The same name in another county is another place.
        let by_place = query.same.iter().any(|field| *field != SameField::Category);
        let territory = if by_place { ticket.territory() } else { territory };
        if !territory.is_city() {
            sql.push(" and territory = ").push_value(territory.as_str());
        }
        for field in &query.same {
            match field {
                SameField::Category => sql.push(" and category_group = ").push_value(ticket.intake.category.group()),
                SameField::Street => sql.push(" and street = ").push_value(place.street.as_str()),
                SameField::Estate => sql.push(" and estate = ").push_value(place.estate.as_str()),
                SameField::Building => sql.push(" and building = ").push_value(place.building.as_str()),
            };
        }
        if let Some(kind) = query.matter_kind {
            sql.push(" and kind = ").push_value(super::rows::name_of(&kind)?);
        }
        sql.push(" limit ").push_value(MOST_COUNTED).push(") as alike");
        let counted = self.readers.one(sql).await?.integer(0)?;
        Ok(u32::try_from(counted).unwrap_or(u32::MAX))
    }
}
