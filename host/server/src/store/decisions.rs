//! Decision records as rows: written with the command that they belong to, each a link of its
//! ticket's chain; read for people, to be checked, or to be replayed. Archived ones read the
//! same.

use super::archive::Record;
use super::database::{Row, Statement, Transaction};
use super::many::Column::{Integer, Text, Truth};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::chain::{Chain, Link};
use chuishao_domain::rule::record::{Answer, CallRecord, DecisionRecord, Edition};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A decision as it is kept: its call is the text that the chain's digest covers.
#[derive(Clone, Debug)]
pub struct StoredDecision {
    /// Its place in the ticket's chain, from 1.
    pub number: u64,
    /// Its digest, over itself and the record before it.
    pub hash: String,
    /// What was asked.
    pub edition: Arc<Edition>,
    /// The call as JSON.
    pub call: String,
}

impl StoredDecision {
    /// As the chain sees it.
    #[must_use]
    pub fn link(&self) -> Link<'_> {
        Link { number: self.number, edition: &self.edition.digest, call: &self.call, hash: &self.hash }
    }

    /// As the domain sees it.
    ///
    /// # Errors
    /// The call does not read as one.
    pub fn record(&self) -> Result<DecisionRecord, serde_json::Error> {
        Ok(DecisionRecord { edition: self.edition.clone(), call: serde_json::from_str(&self.call)? })
    }
}

/// A decision with its place in the chain, for people and programs to read.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct NumberedDecision {
    /// Its place in the ticket's chain, from 1.
    pub number: u64,
    /// Its digest, over itself and the record before it.
    pub hash: String,
    /// The record.
    #[serde(flatten)]
    pub record: DecisionRecord,
}

/// What a row says beside the text.
struct Columns {
    event_sequence: i64,
    rule: String,
    failed: bool,
    at: i64,
}

/// A row as it stands there, whatever stands there.
pub(super) struct DecisionRow {
    pub(super) number: u64,
    pub(super) hash: String,
    pub(super) edition: String,
    /// Empty when it is no text.
    pub(super) call: String,
    /// Absent when it was archived.
    columns: Option<Columns>,
}

impl DecisionRow {
    /// Those of an archived record.
    pub(super) fn archived(record: &Record) -> impl Iterator<Item = Self> {
        record.decisions.iter().map(|one| Self {
            number: one.number,
            hash: one.hash.clone(),
            edition: one.edition.clone(),
            call: one.call.get().to_owned(),
            columns: None,
        })
    }

    /// As the chain sees it.
    pub(super) fn link(&self) -> Link<'_> {
        Link { number: self.number, edition: &self.edition, call: &self.call, hash: &self.hash }
    }

    /// Whether the text reads, and what stands beside it says the same.
    pub(super) fn fits(&self, edition: Option<&Edition>) -> bool {
        let Ok(call) = serde_json::from_str::<CallRecord>(&self.call) else { return false };
        self.columns.as_ref().is_none_or(|columns| {
            columns.event_sequence == call.event_sequence.cast_signed()
                && columns.failed == matches!(call.answer, Answer::Failed(_))
                && columns.at == call.at.as_millisecond()
                // That an edition is missing is said once, of the edition.
                && edition.is_none_or(|edition| edition.rule == columns.rule)
        })
    }

    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        let columns =
            Columns { event_sequence: row.integer(4)?, rule: row.text(5)?, failed: row.truth(6)?, at: row.integer(7)? };
        Ok(Self {
            number: row.integer(1)?.unsigned_abs(),
            hash: row.text(2)?,
            edition: row.text(3)?,
            call: row.text(8).unwrap_or_default(),
            columns: Some(columns),
        })
    }
}

pub(super) static DECISION: ManyRows = ManyRows {
    before: "insert into decision (ticket_id, number, event_sequence, rule, edition, failed, at, hash, document) ",
    columns: &[Text, Integer, Integer, Text, Text, Truth, Integer, Text, Text],
    after: "",
    returning: None,
};

pub(super) static UNSEALED: ManyRows = ManyRows {
    before: "insert into unsealed_head (ticket_id, count, head) ",
    columns: &[Text, Integer, Text],
    after: "",
    returning: None,
};

/// The rows of a command's decisions, and of the end of the chain to which they are appended.
pub(super) struct Appended {
    pub(super) chain: Chain,
    pub(super) decisions: Vec<RowValues>,
    /// Absent when nothing was decided.
    pub(super) unsealed: Option<RowValues>,
}

impl Appended {
    pub(super) fn to(
        mut chain: Chain,
        ticket: &TicketId,
        decisions: &[DecisionRecord],
    ) -> Result<Self, serde_json::Error> {
        let mut rows = Vec::with_capacity(decisions.len());
        for DecisionRecord { edition, call } in decisions {
            let text = serde_json::to_string(call)?;
            chain.append(ticket, &edition.digest, &text);
            rows.push(vec![
                ticket.as_str().into(),
                chain.count.cast_signed().into(),
                call.event_sequence.cast_signed().into(),
                edition.rule.as_str().into(),
                edition.digest.as_str().into(),
                matches!(call.answer, Answer::Failed(_)).into(),
                call.at.as_millisecond().into(),
                chain.head.as_str().into(),
                text.into(),
            ]);
        }
        let end = || vec![ticket.as_str().into(), chain.count.cast_signed().into(), chain.head.as_str().into()];
        let unsealed = (!decisions.is_empty()).then(end);
        Ok(Self { chain, decisions: rows, unsealed })
    }
}

/// The editions that some rows name, by digest. What does not read is left out.
pub(super) type Editions = BTreeMap<String, Arc<Edition>>;

/// The decisions of some tickets, in the order of their chains.
pub(super) type DecisionRows = BTreeMap<String, Vec<DecisionRow>>;

/// The decisions of the tickets behind one id up to another that are not archived, with the
/// editions that they name.
pub(super) async fn between(
    open: &mut Transaction,
    after: &str,
    last: &str,
) -> Result<(DecisionRows, Editions), StoreError> {
    let mut decisions = DecisionRows::new();
    let asked = "select ticket_id, number, hash, edition, event_sequence, rule, failed, at, document from decision \
                 where ticket_id > $1 and ticket_id <= $2 order by ticket_id, number";
    for row in open.all(Statement::new(asked).bind(after).bind(last)).await? {
        decisions.entry(row.text(0)?).or_default().push(DecisionRow::read(&row)?);
    }
    let mut editions = Editions::new();
    let asked = "select digest, document from edition where digest in \
                 (select edition from decision where ticket_id > $1 and ticket_id <= $2)";
    for row in open.all(Statement::new(asked).bind(after).bind(last)).await? {
        if let Some(edition) = row.text(1).ok().and_then(|text| serde_json::from_str(&text).ok()) {
            editions.insert(row.text(0)?, Arc::new(edition));
        }
    }
    Ok((decisions, editions))
}

/// The archived records of the tickets behind one id up to another, compressed.
pub(super) async fn archived_between(
    open: &mut Transaction,
    after: &str,
    last: &str,
) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let asked = "select ticket_id, document from archive where ticket_id > $1 and ticket_id <= $2";
    let rows = open.all(Statement::new(asked).bind(after).bind(last)).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.bytes(1)?))).collect()
}

/// A page of tickets with their decisions.
pub struct DecisionPage {
    /// Each ticket with its decisions, in order; those without any are left out.
    pub tickets: Vec<(TicketId, Vec<StoredDecision>)>,
    /// What cannot be read of them: the ticket, and the decision's number if it is one alone.
    pub unreadable: Vec<(TicketId, Option<u64>)>,
    /// Behind which the next page begins.
    pub last: TicketId,
    /// How many tickets it went over.
    pub passed: u64,
}

impl Store {
    /// Every decision on a ticket, in the order of its chain.
    ///
    /// # Errors
    /// The database failed, or an edition or the archived record cannot be read.
    pub async fn stored_decisions(&self, id: &TicketId) -> Result<Vec<StoredDecision>, StoreError> {
        let asked = Statement::new(
            "select d.number, d.hash, d.edition, d.document, e.document from decision d \
             join edition e on e.digest = d.edition where d.ticket_id = $1 order by d.number",
        );
        let rows = self.readers.all(asked.bind(id.as_str())).await?;
        let mut editions = Editions::new();
        let mut decisions = Vec::with_capacity(rows.len());
        for row in &rows {
            let digest = row.text(2)?;
            let edition = match editions.get(&digest) {
                Some(known) => known.clone(),
                None => Arc::new(serde_json::from_str(&row.text(4)?)?),
            };
            editions.insert(digest, edition.clone());
            let number = row.integer(0)?.unsigned_abs();
            decisions.push(StoredDecision { number, hash: row.text(1)?, edition, call: row.text(3)? });
        }
        if let Some(record) = self.archived(id).await? {
            // Those that were archived between the two looks are here already.
            let first = decisions.first().map_or(u64::MAX, |first| first.number);
            let archived = record.stored_decisions()?.into_iter().filter(|one| one.number < first);
            decisions.splice(0..0, archived);
        }
        Ok(decisions)
    }

    /// The same as the domain sees them.
    ///
    /// # Errors
    /// As above, or one of them cannot be read.
    pub async fn decisions(&self, id: &TicketId) -> Result<Vec<DecisionRecord>, StoreError> {
        let stored = self.stored_decisions(id).await?;
        stored.iter().map(|one| Ok(one.record()?)).collect()
    }

    /// The same with their places in the chain.
    ///
    /// # Errors
    /// As above.
    pub async fn numbered_decisions(&self, id: &TicketId) -> Result<Vec<NumberedDecision>, StoreError> {
        let stored = self.stored_decisions(id).await?;
        let numbered = |one: &StoredDecision| {
            Ok(NumberedDecision { number: one.number, hash: one.hash.clone(), record: one.record()? })
        };
        stored.iter().map(numbered).collect()
    }

    /// The decisions of the next `most` tickets behind one, all of one moment; nothing when there
    /// is no further ticket.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decision_page(&self, after: &TicketId, most: u32) -> Result<Option<DecisionPage>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = Statement::new("select id from ticket where id > $1 order by id limit $2");
        let ids = open.all(asked.bind(after.as_str()).bind(i64::from(most))).await?;
        let Some(last) = ids.last() else {
            open.rollback().await?;
            return Ok(None);
        };
        let last = TicketId(last.text(0)?);
        let mut page = read_page(&mut open, after.as_str(), last).await?;
        open.rollback().await?;
        page.passed = ids.len() as u64;
        Ok(Some(page))
    }

    /// The decisions of one ticket, as a page; nothing when there is no such ticket.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decision_page_of(&self, id: &TicketId) -> Result<Option<DecisionPage>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = Statement::new("select id from ticket where id = $1").bind(id.as_str());
        if open.all(asked).await?.is_empty() {
            open.rollback().await?;
            return Ok(None);
        }
        // An id without its last character stands before it; what stands between is not asked for.
        let before = id.as_str().char_indices().next_back().map_or("", |(end, _)| &id.as_str()[..end]);
        let mut page = read_page(&mut open, before, id.clone()).await?;
        open.rollback().await?;
        page.tickets.retain(|(ticket, _)| ticket == id);
        page.unreadable.retain(|(ticket, _)| ticket == id);
        Ok(Some(page))
    }

    pub(super) async fn archived(&self, id: &TicketId) -> Result<Option<Record>, StoreError> {
        let asked = Statement::new("select document from archive where ticket_id = $1").bind(id.as_str());
        self.readers.optional(asked).await?.map(|row| Record::read(&row.bytes(0)?)).transpose()
    }
}

async fn read_page(open: &mut Transaction, after: &str, last: TicketId) -> Result<DecisionPage, StoreError> {
    let archive = archived_between(open, after, last.as_str()).await?;
    let (mut rows, mut editions) = between(open, after, last.as_str()).await?;
    let mut unreadable = Vec::new();
    for (ticket, bytes) in archive {
        match Record::read(&bytes) {
            Ok(record) => {
                rows.entry(ticket).or_default().splice(0..0, DecisionRow::archived(&record));
                editions.extend(record.editions());
            }
            Err(_) => unreadable.push((TicketId(ticket), None)),
        }
    }
    let mut tickets = Vec::with_capacity(rows.len());
    for (ticket, rows) in rows {
        let ticket = TicketId(ticket);
        let mut decisions = Vec::with_capacity(rows.len());
        for DecisionRow { number, hash, edition, call, .. } in rows {
            match editions.get(&edition) {
                Some(edition) => decisions.push(StoredDecision { number, hash, edition: edition.clone(), call }),
                None => unreadable.push((ticket.clone(), Some(number))),
            }
        }
        tickets.push((ticket, decisions));
    }
    Ok(DecisionPage { tickets, unreadable, last, passed: 1 })
}
