//! Removed plugins whose tickets are still to be settled (移除善后), and how far that came.

use super::database::{Row, Statement};
use super::lists::documents;
use super::{Store, StoreError};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::ticket::Ticket;

/// Written with the removal.
pub(super) fn begin(id: &RolloutId) -> Statement {
    let begin = Statement::new(
        "insert into leaving (territory, plugin, after_id) values ($1, $2, '') \
         on conflict (territory, plugin) do update set after_id = ''",
    );
    begin.bind(id.territory.as_str()).bind(&id.plugin)
}

impl Store {
    /// What is to be settled, and behind which ticket it goes on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn leavings(&self) -> Result<Vec<(RolloutId, String)>, StoreError> {
        let asked = Statement::new("select territory, plugin, after_id from leaving order by territory, plugin");
        let of = |row: &Row| {
            let id = RolloutId { territory: TerritoryId(row.text(0)?), plugin: row.text(1)? };
            Ok((id, row.text(2)?))
        };
        self.readers.all(asked).await?.iter().map(of).collect()
    }

    /// It goes on behind this ticket.
    ///
    /// # Errors
    /// The database failed.
    pub async fn leaving_came_to(&self, id: &RolloutId, after: &str) -> Result<(), StoreError> {
        let went = Statement::new("update leaving set after_id = $3 where territory = $1 and plugin = $2");
        self.pool.execute(went.bind(id.territory.as_str()).bind(&id.plugin).bind(after)).await?;
        Ok(())
    }

    /// It is settled.
    ///
    /// # Errors
    /// The database failed.
    pub async fn left(&self, id: &RolloutId) -> Result<(), StoreError> {
        let done = Statement::new("delete from leaving where territory = $1 and plugin = $2");
        self.pool.execute(done.bind(id.territory.as_str()).bind(&id.plugin)).await?;
        Ok(())
    }

    /// Tickets of a territory that are open or on which something is still to be done, by their
    /// ids, behind one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_tickets(
        &self,
        territory: &TerritoryId,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let mut sql = Statement::new("select document from ticket where id > ");
        sql.push_value(after);
        // Tasks and timers outlive the end of a ticket.
        sql.push(" and (closed_at is null or wakes_at is not null");
        sql.push(" or exists (select 1 from to_do where to_do.ticket_id = ticket.id))");
        if !territory.is_city() {
            sql.push(" and territory = ").push_value(territory.as_str());
        }
        sql.push(" order by id limit ").push_value(i64::from(limit));
        documents(&self.readers.all(sql).await?)
    }
}
