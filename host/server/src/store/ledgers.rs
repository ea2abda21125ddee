//! Ledgers (台账) of local rules: a line is written in the transaction of the ticket's event or of
//! the review that it comes of.

use super::database::{Row, Statement};
use super::lists::MOST_ROWS;
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TerritoryId, UnitId};
use chuishao_domain::rule::ledger::{LedgerItem, LedgerLine};
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;

pub(super) static LINE: ManyRows = ManyRows {
    before: "insert into ledger_line (source, sequence, ledger, territory, at, title, handling_unit, basis) ",
    columns: &[Text, Integer, Text, Text, Integer, Text, Text, Text],
    after: "",
    returning: None,
};

/// The row of a ticket's event.
pub(super) fn row(ticket: &Ticket, recorded: &Recorded) -> Option<RowValues> {
    let Event::LedgerEntered(item) = &recorded.event else { return None };
    let source = (ticket.id.as_str(), recorded.sequence);
    Some(line_row(source, ticket.territory(), recorded.at, item))
}

pub(super) fn line_row(
    (source, sequence): (&str, u64),
    territory: &TerritoryId,
    at: Timestamp,
    item: &LedgerItem,
) -> RowValues {
    vec![
        source.into(),
        sequence.cast_signed().into(),
        (&item.ledger).into(),
        territory.as_str().into(),
        at.as_millisecond().into(),
        (&item.title).into(),
        item.handling_unit.as_ref().map_or("", UnitId::as_str).into(),
        (&item.basis).into(),
    ]
}

pub(super) fn line(row: &Row) -> Result<LedgerLine, sqlx::Error> {
    let unit = row.text(6)?;
    Ok(LedgerLine {
        source: row.text(0)?,
        sequence: row.integer(1)?.unsigned_abs(),
        territory: TerritoryId(row.text(3)?),
        at: Timestamp::from_millisecond(row.integer(4)?).unwrap_or(Timestamp::MAX),
        item: LedgerItem {
            ledger: row.text(2)?,
            title: row.text(5)?,
            handling_unit: Some(unit).filter(|unit| !unit.is_empty()).map(UnitId),
            basis: row.text(7)?,
        },
    })
}

/// A page of a territory's ledgers, the newest line first.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct LedgerPage {
    /// 台账条目
    pub lines: Vec<LedgerLine>,
    /// What to ask for as `after` to go on; absent at the end.
    pub next: Option<String>,
}

/// Where a page of lines ends: moment, source and sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineCursor {
    at: i64,
    sequence: i64,
    source: String,
}

impl LineCursor {
    /// Reads what [`LedgerPage::next`] says; nothing else is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, rest) = text.split_once('.')?;
        let (sequence, source) = rest.split_once('.')?;
        Some(Self { at: at.parse().ok()?, sequence: sequence.parse().ok()?, source: source.to_owned() })
    }
}

impl Store {
    /// Which of these items stand in their ledgers in a territory already.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(
        &self,
        territory: &TerritoryId,
        items: &[LedgerItem],
    ) -> Result<BTreeSet<(String, String)>, StoreError> {
        let mut standing = BTreeSet::new();
        for item in items {
            let asked =
                Statement::new("select 1 from ledger_line where ledger = $1 and territory = $2 and title = $3 limit 1");
            let asked = asked.bind(&item.ledger).bind(territory.as_str()).bind(&item.title);
            if self.readers.optional(asked).await?.is_some() {
                standing.insert((item.ledger.clone(), item.title.clone()));
            }
        }
        Ok(standing)
    }

    /// A page of the ledgers of a territory, of one ledger if it is named with its namespace.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ledger_page(
        &self,
        territory: &TerritoryId,
        ledger: Option<&str>,
        after: Option<&LineCursor>,
        limit: u32,
    ) -> Result<LedgerPage, StoreError> {
        let limit = limit.clamp(1, MOST_ROWS);
        let (at, source, sequence) =
            after.map_or((i64::MAX, "", 0), |cursor| (cursor.at, cursor.source.as_str(), cursor.sequence));
        let mut sql = Statement::new(
            "select source, sequence, ledger, territory, at, title, handling_unit, basis from ledger_line \
             where (at, source, sequence) < (",
        );
        sql.push_value(at).push(", ").push_value(source).push(", ").push_value(sequence);
        sql.push(") and territory = ").push_value(territory.as_str());
        if let Some(ledger) = ledger {
            sql.push(" and ledger = ").push_value(ledger);
        }
        sql.push(" order by at desc, source desc, sequence desc limit ").push_value(i64::from(limit));
        let lines: Vec<LedgerLine> =
            self.readers.all(sql).await?.iter().map(line).collect::<Result<_, sqlx::Error>>()?;
        let next = lines.last().filter(|_| lines.len() == limit as usize);
        let next = next.map(|last| format!("{}.{}.{}", last.at.as_millisecond(), last.sequence, last.source));
        Ok(LedgerPage { lines, next })
    }
}
