//! Tickets for the public view (公开查询), by the moment of the call.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId};
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;

/// Which tickets, and which page of them.
#[derive(Clone, Debug)]
pub struct PublicQuery {
    /// Received from here on.
    pub from: Timestamp,
    /// Until here.
    pub until: Timestamp,
    /// Only those that are closed out, or only those that are not.
    pub closed: Option<bool>,
    /// Of this category.
    pub category: Option<CategoryCode>,
    /// Of this territory.
    pub territory: Option<TerritoryId>,
    /// From 1.
    pub page: u32,
    /// Tickets of a page.
    pub page_size: u32,
}

/// With the moment of its last event; an archived one changed last when it was closed out.
const COLUMNS: &str = "select t.document, coalesce((select e.at from event e where e.ticket_id = t.id \
     order by e.sequence desc limit 1), t.closed_at, t.received_at) from ";

fn read(row: &Row) -> Result<(Ticket, Timestamp), StoreError> {
    let at = Timestamp::from_millisecond(row.integer(1)?).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok((serde_json::from_str(&row.text(0)?)?, at))
}

impl Store {
    /// A page of tickets, the newest call first, each with the moment of its last change.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public_tickets(&self, query: &PublicQuery) -> Result<Vec<(Ticket, Timestamp)>, StoreError> {
        let mut sql = Statement::new(COLUMNS);
        // The column that an index is in order of.
        let place = match &query.category {
            Some(category) => {
                sql.push("matter m join ticket t on t.id = m.ticket_id where m.category_group = ");
                sql.push_value(category.group());
                "m"
            }
            None => {
                sql.push("ticket t where 1 = 1");
                "t"
            }
        };
        sql.push(&format!(" and {place}.received_at >= ")).push_value(query.from.as_millisecond());
        sql.push(&format!(" and {place}.received_at < ")).push_value(query.until.as_millisecond());
        if let Some(territory) = &query.territory {
            sql.push(&format!(" and {place}.territory = ")).push_value(territory.as_str());
        }
        match query.closed {
            Some(true) => sql.push(" and t.closed_at is not null"),
            Some(false) => sql.push(" and t.closed_at is null"),
            None => &mut sql,
        };
        // As text, and no offset for the first page: PostgreSQL takes an unknown number for a tenth of all rows,
        // and plans each question anew in the hope of something better, which takes longer than the answer.
        sql.push(&format!(" order by {place}.received_at desc, t.id desc limit {}", query.page_size));
        if query.page > 1 {
            sql.push(" offset ").push_value(i64::from(query.page_size) * i64::from(query.page - 1));
        }
        self.readers.all(sql).await?.iter().map(read).collect()
    }

    /// One ticket with the moment of its last change.
    ///
    /// # Errors
    /// The database failed.
    pub async fn public_ticket(&self, id: &TicketId) -> Result<Option<(Ticket, Timestamp)>, StoreError> {
        let mut sql = Statement::new(COLUMNS);
        sql.push("ticket t where t.id = ").push_value(id.as_str());
        self.readers.optional(sql).await?.as_ref().map(read).transpose()
    }
}
