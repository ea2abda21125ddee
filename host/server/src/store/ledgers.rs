//! Ledgers (台账) of local rules: a line is written in the transaction of the ticket's event or of
//! the review that it comes of.

use super::database::{Row, Statement};
use super::lists::MOST_ROWS;
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::calendar::civil;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TerritoryId, UnitId};
use chuishao_domain::rule::ledger::{LedgerItem, LedgerLine, LedgerNote, NoteKind, OpenEntry, Settled};
use chuishao_domain::rule::remark::RemarkEvent;
use chuishao_domain::rule::review::ReviewRecord;
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

pub(super) static NOTE: ManyRows = ManyRows {
    before: "insert into ledger_note (source, sequence, ledger, territory, at, title, kind, text) ",
    columns: &[Text, Integer, Text, Text, Integer, Text, Text, Text],
    after: "",
    returning: None,
};

/// Entries of one rule in one territory that a review is told of, the oldest first: what a meeting has
/// before it.
const MOST_OPEN: u32 = 200;

/// The note of a ticket's event.
pub(super) fn note(ticket: &Ticket, recorded: &Recorded) -> Option<RowValues> {
    let Event::Remark(RemarkEvent::LedgerNoted(note)) = &recorded.event else { return None };
    let source = (ticket.id.as_str(), recorded.sequence);
    Some(note_row(source, ticket.territory(), recorded.at, note))
}

pub(super) fn note_row(
    (source, sequence): (&str, u64),
    territory: &TerritoryId,
    at: Timestamp,
    note: &LedgerNote,
) -> RowValues {
    vec![
        source.into(),
        sequence.cast_signed().into(),
        (&note.ledger).into(),
        territory.as_str().into(),
        at.as_millisecond().into(),
        (&note.title).into(),
        kind_name(note.kind).into(),
        (&note.text).into(),
    ]
}

fn kind_name(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Document => "document",
        NoteKind::Settled => "settled",
    }
}

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
        documents: Vec::new(),
        settled: None,
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

/// How the ledgers stood for a review: without what came of this source, and up to this moment. For no
/// review as they stand: without the text that no source is, and up to the last moment there is.
fn as_it_stood(review: Option<&ReviewRecord>) -> (&str, i64) {
    review.map_or(("", i64::MAX), |review| (review.id.0.as_str(), review.at.as_millisecond()))
}

impl Store {
    /// Which of these items stand in their ledgers in a territory already; or which stood at the moment of
    /// a review, before anything came of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn standing(
        &self,
        territory: &TerritoryId,
        items: &[LedgerItem],
        before: Option<&ReviewRecord>,
    ) -> Result<BTreeSet<(String, String)>, StoreError> {
        let (without, until) = as_it_stood(before);
        let mut standing = BTreeSet::new();
        for item in items {
            // What is settled may be entered again.
            let asked = Statement::new(
                "select 1 from ledger_line l where l.ledger = $1 and l.territory = $2 and l.title = $3 \
                 and l.source <> $4 and l.at <= $5 \
                 and not exists (select 1 from ledger_note n where n.territory = l.territory and n.ledger = l.ledger \
                 and n.title = l.title and n.kind = 'settled' and n.at >= l.at and n.source <> $4 and n.at <= $5) \
                 limit 1",
            );
            let asked = asked.bind(&item.ledger).bind(territory.as_str()).bind(&item.title);
            let asked = asked.bind(without).bind(until);
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
        let mut lines: Vec<LedgerLine> =
            self.readers.all(sql).await?.iter().map(line).collect::<Result<_, sqlx::Error>>()?;
        self.add_notes(territory, &mut lines, None).await?;
        let next = lines.last().filter(|_| lines.len() == limit as usize);
        let next = next.map(|last| format!("{}.{}.{}", last.at.as_millisecond(), last.sequence, last.source));
        Ok(LedgerPage { lines, next })
    }

    /// Adds what was noted of lines: a note is on all lines of that ledger and title that were there.
    async fn add_notes(
        &self,
        territory: &TerritoryId,
        lines: &mut [LedgerLine],
        before: Option<&ReviewRecord>,
    ) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        let (without, until) = as_it_stood(before);
        let items: BTreeSet<(String, String)> =
            lines.iter().map(|line| (line.item.ledger.clone(), line.item.title.clone())).collect();
        let mut sql = Statement::new("select ledger, title, at, kind, text from ledger_note where territory = ");
        sql.push_value(territory.as_str()).push(" and source <> ").push_value(without);
        sql.push(" and at <= ").push_value(until);
        sql.push(" and (ledger, title) in (values ");
        sql.push_rows(items.iter().map(|(ledger, title)| vec![ledger.into(), title.into()]).collect());
        sql.push(") order by at, source, sequence");
        for row in self.readers.all(sql).await? {
            let (ledger, title, at, kind, text) =
                (row.text(0)?, row.text(1)?, row.integer(2)?, row.text(3)?, row.text(4)?);
            let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX);
            let noted =
                lines.iter_mut().filter(|line| line.item.ledger == ledger && line.item.title == title && line.at <= at);
            for line in noted {
                if kind == kind_name(NoteKind::Settled) {
                    line.settled.get_or_insert(Settled { at, words: text.clone() });
                } else if !line.documents.contains(&text) {
                    line.documents.push(text.clone());
                }
            }
        }
        Ok(())
    }

    /// The entries of a rule's ledgers in a territory that are not settled, as the rule is told of
    /// them: without its namespace, each once; or those that were not at the moment of a review, before
    /// anything came of it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn open_entries(
        &self,
        rule: &str,
        territory: &TerritoryId,
        before: Option<&ReviewRecord>,
    ) -> Result<Vec<OpenEntry>, StoreError> {
        let (without, until) = as_it_stood(before);
        let namespace = format!("{rule}/");
        let mut sql = Statement::new(
            "select source, sequence, ledger, territory, at, title, handling_unit, basis from ledger_line l \
             where territory = ",
        );
        // All names that begin so: `0` comes after `/`.
        sql.push_value(territory.as_str()).push(" and ledger >= ").push_value(namespace.clone());
        sql.push(" and ledger < ").push_value(format!("{rule}0"));
        sql.push(" and source <> ").push_value(without).push(" and at <= ").push_value(until);
        sql.push(
            " and not exists (select 1 from ledger_note n where n.territory = l.territory and n.ledger = l.ledger \
             and n.title = l.title and n.kind = 'settled' and n.at >= l.at and n.source <> ",
        );
        sql.push_value(without).push(" and n.at <= ").push_value(until);
        sql.push(") order by at, source, sequence limit ");
        sql.push_value(i64::from(MOST_OPEN));
        let mut lines: Vec<LedgerLine> =
            self.readers.all(sql).await?.iter().map(line).collect::<Result<_, sqlx::Error>>()?;
        self.add_notes(territory, &mut lines, before).await?;
        let mut entries: Vec<OpenEntry> = Vec::new();
        for LedgerLine { at, item, documents, .. } in lines {
            let Some(ledger) = item.ledger.strip_prefix(&namespace).map(str::to_owned) else { continue };
            if entries.iter().any(|entry| entry.ledger == ledger && entry.title == item.title) {
                continue;
            }
            let (entered_on, handling_unit) = (civil(at).date(), item.handling_unit);
            entries.push(OpenEntry { ledger, title: item.title, entered_on, handling_unit, documents });
        }
        Ok(entries)
    }
}
