//! Reading for people: a ticket's history, and the lists of the desk, each
//! served by one index, whatever the size of the city.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::{TerritoryId, TicketId, UnitId};
use chuishao_domain::status::Status;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most rows of one page: a screen or two.
pub const MOST_ROWS: u32 = 200;

/// Rows that are looked at for one page, of which most may not be the reader's: further on nothing of his
/// own is looked for.
const MOST_LOOKED_AT: usize = 4_000;

/// A list of the desk (列表).
#[derive(Clone, Debug)]
pub enum List {
    /// 最新: the newest first, of all territories or of one.
    Newest(Option<TerritoryId>),
    /// 待办: open tickets of a status, side states included, the soonest due first, of all
    /// territories or of one.
    Open(Status, Option<TerritoryId>),
    /// 承办: open tickets of a lead unit, the soonest due first.
    LedBy(UnitId),
    /// 待改派: tickets in handling that one of these units leads, the soonest due first.
    LedByOneOf(Vec<UnitId>),
    /// 抄送: what a unit reads along, the newest copy first.
    CopiedTo(UnitId),
}

/// Where a page ends; the next begins behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) at: i64,
    pub(super) id: String,
}

impl Cursor {
    /// Reads what its text says; nothing else is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, id: id.to_owned() })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

/// A page of a list.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Page {
    /// 工单
    pub tickets: Vec<Ticket>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

impl Store {
    /// Everything that happened to a ticket, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn history(&self, id: &TicketId) -> Result<Vec<Recorded>, StoreError> {
        let asked = Statement::new("select document from event where ticket_id = $1 order by sequence");
        let rows = self.readers.all(asked.bind(id.as_str())).await?;
        let mut history = documents(&rows)?;
        // The first event leaves with all others, so this is asked for archived tickets alone.
        if history.first().is_none_or(|first: &Recorded| first.sequence != 1)
            && let Some(record) = self.archived(id).await?
        {
            history.splice(0..0, record.events);
        }
        Ok(history)
    }

    /// A page of a list, behind a cursor.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page(&self, list: &List, after: Option<&Cursor>, limit: u32) -> Result<Page, StoreError> {
        self.page_seen(list, after, limit, Some).await
    }

    /// A page of what of a list is seen, as it is seen. Neither it nor its cursor tells of anything else.
    ///
    /// # Errors
    /// The database failed.
    pub async fn page_seen(
        &self,
        list: &List,
        after: Option<&Cursor>,
        limit: u32,
        seen: impl Fn(Ticket) -> Option<Ticket> + Send,
    ) -> Result<Page, StoreError> {
        let ask = |from: Option<&Cursor>, limit| statement(list, from, limit);
        let (tickets, next) = self.rows_seen(ask, after, limit, seen).await?;
        Ok(Page { tickets, next })
    }

    /// Reads rows (document, place in the order, id) until a page of what is seen is full, and where the
    /// next one begins: behind the last that is seen, however many are not.
    pub(super) async fn rows_seen<T: DeserializeOwned + Send>(
        &self,
        ask: impl Fn(Option<&Cursor>, u32) -> Statement + Send,
        after: Option<&Cursor>,
        limit: u32,
        seen: impl Fn(T) -> Option<T> + Send,
    ) -> Result<(Vec<T>, Option<String>), StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (mut page, mut last, mut from, mut looked_at) = (Vec::new(), None, after.cloned(), 0);
        while looked_at < MOST_LOOKED_AT {
            // What a post sees all of is read at once; who sees little has more looked at for him.
            let at_a_time = if looked_at == 0 { limit } else { MOST_ROWS };
            let rows = self.readers.all(ask(from.as_ref(), at_a_time)).await?;
            looked_at += rows.len();
            for row in &rows {
                let here = Cursor { at: row.integer(1)?, id: row.text(2)? };
                if let Some(document) = seen(serde_json::from_str(&row.text(0)?)?) {
                    page.push(document);
                    last = Some(here.clone());
                }
                if page.len() == limit as usize {
                    return Ok((page, last.as_ref().map(Cursor::to_string)));
                }
                from = Some(here);
            }
            if rows.len() < at_a_time as usize {
                return Ok((page, None));
            }
        }
        Ok((page, last.as_ref().map(Cursor::to_string)))
    }

    /// The tickets that the clock has to look at, the most urgent first, behind `after`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waking(
        &self,
        until: Timestamp,
        after: Option<&(Timestamp, TicketId)>,
        limit: u32,
    ) -> Result<Vec<(Timestamp, TicketId)>, StoreError> {
        let (after_at, after_id) = after.map_or((i64::MIN, ""), |(at, id)| (at.as_millisecond(), id.as_str()));
        let asked = Statement::new(
            "select wakes_at, id from ticket where wakes_at is not null and wakes_at <= $1 \
             and (wakes_at, id) > ($2, $3) order by wakes_at, id limit $4",
        );
        let asked = asked.bind(until.as_millisecond()).bind(after_at).bind(after_id).bind(i64::from(limit));
        let moment = |millis| Timestamp::from_millisecond(millis).unwrap_or(until);
        let row = |row: &Row| Ok((moment(row.integer(0)?), TicketId(row.text(1)?)));
        self.readers.all(asked).await?.iter().map(row).collect()
    }
}

pub(super) fn documents<T: DeserializeOwned>(rows: &[Row]) -> Result<Vec<T>, StoreError> {
    rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
}

/// Document, place in the order, id.
fn statement(list: &List, after: Option<&Cursor>, limit: u32) -> Statement {
    let after = after.map(|cursor| (cursor.at, cursor.id.as_str()));
    let mut sql = Statement::new("select ");
    match list {
        List::Newest(territory) => {
            sql.push("document, received_at, id from ticket where (received_at, id) < ");
            push_cursor(&mut sql, after.unwrap_or((i64::MAX, "")));
            if let Some(territory) = territory {
                sql.push(" and territory = ").push_value(territory.as_str());
            }
            sql.push(" order by received_at desc, id desc");
        }
        List::Open(state, territory) => {
            sql.push("document, due_at, id from ticket where closed_at is null and (due_at, id) > ");
            push_cursor(&mut sql, after.unwrap_or((i64::MIN, "")));
            sql.push(" and state = ").push_value(super::rows::name_of(state).unwrap_or_default());
            if let Some(territory) = territory {
                sql.push(" and territory = ").push_value(territory.as_str());
            }
            sql.push(" order by due_at, id");
        }
        List::LedBy(unit) => {
            sql.push("document, due_at, id from ticket where closed_at is null and (due_at, id) > ");
            push_cursor(&mut sql, after.unwrap_or((i64::MIN, "")));
            sql.push(" and lead_unit = ").push_value(unit.as_str()).push(" order by due_at, id");
        }
        List::LedByOneOf(units) => {
            sql.push("document, due_at, id from ticket where closed_at is null and (due_at, id) > ");
            push_cursor(&mut sql, after.unwrap_or((i64::MIN, "")));
            // `-` is no unit: the list may be empty.
            sql.push(" and lead_unit in (").push_value("-");
            for unit in units {
                sql.push(", ").push_value(unit.as_str());
            }
            sql.push(") and state = ").push_value(super::rows::name_of(&Status::Handling).unwrap_or_default());
            sql.push(" order by due_at, id");
        }
        List::CopiedTo(unit) => {
            sql.push("t.document, c.copied_at, c.ticket_id from copy c join ticket t on t.id = c.ticket_id where ");
            sql.push("(c.copied_at, c.ticket_id) < ");
            push_cursor(&mut sql, after.unwrap_or((i64::MAX, "")));
            sql.push(" and c.reader = ").push_value(unit.as_str());
            sql.push(" order by c.copied_at desc, c.ticket_id desc");
        }
    }
    sql.push(" limit ").push_value(i64::from(limit));
    sql
}

fn push_cursor(sql: &mut Statement, (at, id): (i64, &str)) {
    sql.push("(").push_value(at).push(", ").push_value(id).push(")");
}
