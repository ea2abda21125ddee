//! To-dos (待办) as rows: what waits for a unit or a post, the soonest due first. A command
//! writes what it changed of them, in its own transaction; `verify` compares them all.

use super::database::{Row, Statement};
use super::lists::{Cursor, MOST_ROWS};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::rows::name_of;
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::to_do::{Holder, ToDo, ToDoKind};
use jiff::Timestamp;
use serde::Serialize;

/// New ones, and those whose time changed.
pub(super) static WANTED: ManyRows = ManyRows {
    before: "insert into to_do (ticket_id, holder, kind, number, due_at) ",
    columns: &[Text, Text, Text, Integer, Integer],
    after: " on conflict (ticket_id, holder, kind, number) do update set due_at = excluded.due_at",
    returning: None,
};

/// Those that are done, or wait no longer.
pub(super) static DONE: ManyRows = ManyRows {
    before: "delete from to_do where (ticket_id, holder, kind, number) in (",
    columns: &[Text, Text, Text, Integer],
    after: ")",
    returning: None,
};

/// What a deadline that waits for a holiday notice is sorted by: behind all others.
const NOT_KNOWN: i64 = i64::MAX;

/// A to-do with its ticket.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Waiting {
    /// What.
    pub kind: ToDoKind,
    /// The same in words.
    pub what: &'static str,
    /// When it is due; absent while a deadline waits for a holiday notice.
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Timestamp>,
    /// 工单
    pub ticket: Ticket,
}

/// A page of to-dos.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ToDoPage {
    /// 待办
    pub to_dos: Vec<Waiting>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

fn key(id: &TicketId, to_do: &ToDo) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        id.as_str().into(),
        to_do.holder.key().into(),
        name_of(&to_do.kind)?.into(),
        i64::from(to_do.number).into(),
    ])
}

/// The row of a to-do, in the order of [`WANTED`].
pub(super) fn row(id: &TicketId, to_do: &ToDo) -> Result<RowValues, serde_json::Error> {
    let mut row = key(id, to_do)?;
    row.push(to_do.due_at.map_or(NOT_KNOWN, Timestamp::as_millisecond).into());
    Ok(row)
}

/// What a command changes: rows of [`WANTED`], and of [`DONE`]. No row is in both.
pub(super) fn changes(
    id: &TicketId,
    before: &[ToDo],
    after: &[ToDo],
) -> Result<(Vec<RowValues>, Vec<RowValues>), serde_json::Error> {
    let is_one =
        |one: &ToDo, other: &ToDo| (&one.holder, one.kind, one.number) == (&other.holder, other.kind, other.number);
    let wanted = after.iter().filter(|to_do| !before.contains(to_do)).map(|to_do| row(id, to_do));
    let done = before.iter().filter(|old| !after.iter().any(|new| is_one(old, new))).map(|old| key(id, old));
    Ok((wanted.collect::<Result<_, _>>()?, done.collect::<Result<_, _>>()?))
}

impl Store {
    /// What waits for a unit or a post, of all kinds or of one, the soonest due first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn to_dos(
        &self,
        holder: &Holder,
        kind: Option<ToDoKind>,
        after: Option<&ToDoCursor>,
        limit: u32,
    ) -> Result<ToDoPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let mut sql = Statement::new(
            "select d.due_at, d.ticket_id, d.kind, d.number, t.document from to_do d join ticket t on t.id = d.ticket_id \
             where d.holder = ",
        );
        sql.push_value(holder.key());
        if let Some(kind) = kind {
            sql.push(" and d.kind = ").push_value(name_of(&kind)?);
        }
        if let Some(ToDoCursor { ticket, kind, number }) = after {
            sql.push(" and (d.due_at, d.ticket_id, d.kind, d.number) > (").push_value(ticket.at);
            sql.push(", ").push_value(ticket.id.as_str()).push(", ").push_value(kind.as_str());
            sql.push(", ").push_value(*number).push(")");
        }
        sql.push(" order by d.due_at, d.ticket_id, d.kind, d.number limit ").push_value(i64::from(limit));
        let rows = self.readers.all(sql).await?;
        let next = rows.last().filter(|_| rows.len() == limit as usize).map(ToDoCursor::of).transpose()?;
        let to_dos = rows.iter().map(waiting).collect::<Result<_, _>>()?;
        Ok(ToDoPage { to_dos, next: next.map(|next| next.to_string()) })
    }
}

fn waiting(row: &Row) -> Result<Waiting, StoreError> {
    let kind: ToDoKind = serde_json::from_value(row.text(2)?.into())?;
    let due_at = Some(row.integer(0)?).filter(|at| *at != NOT_KNOWN);
    let due_at = due_at.and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok(Waiting { kind, what: kind.term(), due_at, ticket: serde_json::from_str(&row.text(4)?)? })
}

/// Where a page of to-dos ends: a ticket may have several for one holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDoCursor {
    ticket: Cursor,
    kind: String,
    number: i64,
}

impl ToDoCursor {
    /// Reads what its text says; nothing else is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, '.');
        let (number, kind, ticket) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { ticket: Cursor::parse(ticket)?, kind: kind.to_owned(), number: number.parse().ok()? })
    }

    fn of(row: &Row) -> Result<Self, StoreError> {
        let ticket = Cursor { at: row.integer(0)?, id: row.text(1)? };
        Ok(Self { ticket, kind: row.text(2)?, number: row.integer(3)? })
    }
}

impl std::fmt::Display for ToDoCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.ticket, self.kind, self.number)
    }
}
