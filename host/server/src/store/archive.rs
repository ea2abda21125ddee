//! The archive (归档): the events and decisions of tickets that were closed long ago, each
//! ticket's record compressed into one row. Nothing is lost and nothing reads differently;
//! the tables that are written every minute stay small. A record is moved only after it was
//! read back and found to be the ticket's own.

use super::database::{Row, Statement, Value};
use super::decisions::{Editions, StoredDecision};
use super::many::Column::{Bytes, Integer, Text};
use super::many::ManyRows;
use super::tickets::Current;
use super::{Store, StoreError};
use chuishao_domain::apply::fold;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::chain::{self, Chain};
use chuishao_domain::rule::record::Edition;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::{Read, Write};
use std::sync::Arc;

/// Tickets moved in one transaction: calls that come in wait no longer than for a few of
/// their own.
const AT_A_TIME: u32 = 100;

/// A ticket's whole record: gzip over JSON, so that any tool can read it in twenty years.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
pub(super) struct Record {
    pub(super) events: Vec<Recorded>,
    /// What was asked, each edition once.
    pub(super) editions: Vec<Edition>,
    pub(super) decisions: Vec<ArchivedDecision>,
}

/// A decision with the text that its digest covers, byte for byte.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
pub(super) struct ArchivedDecision {
    pub(super) number: u64,
    pub(super) hash: String,
    /// Which of the editions.
    pub(super) edition: String,
    pub(super) call: Box<RawValue>,
}

impl Record {
    fn new(events: Vec<Recorded>, decisions: Vec<StoredDecision>) -> Result<Self, serde_json::Error> {
        let editions: Editions =
            decisions.iter().map(|one| (one.edition.digest.clone(), one.edition.clone())).collect();
        let archived = |one: StoredDecision| {
            let (edition, call) = (one.edition.digest.clone(), RawValue::from_string(one.call)?);
            Ok(ArchivedDecision { number: one.number, hash: one.hash, edition, call })
        };
        let decisions = decisions.into_iter().map(archived).collect::<Result<_, serde_json::Error>>()?;
        Ok(Self { events, editions: editions.into_values().map(Arc::unwrap_or_clone).collect(), decisions })
    }

    /// Its editions by digest.
    pub(super) fn editions(&self) -> Editions {
        self.editions.iter().map(|edition| (edition.digest.clone(), Arc::new(edition.clone()))).collect()
    }

    /// Its decisions, as they were before.
    pub(super) fn stored_decisions(&self) -> Result<Vec<StoredDecision>, StoreError> {
        let editions = self.editions();
        let stored = |one: &ArchivedDecision| {
            let edition = editions.get(&one.edition).cloned();
            let edition = edition.ok_or_else(|| serde_json::Error::io(std::io::Error::other("no such edition")))?;
            let (hash, call) = (one.hash.clone(), one.call.get().to_owned());
            Ok(StoredDecision { number: one.number, hash, edition, call })
        };
        self.decisions.iter().map(stored).collect()
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut json = String::new();
        GzDecoder::new(bytes).read_to_string(&mut json).map_err(serde_json::Error::io)?;
        Ok(serde_json::from_str(&json)?)
    }

    fn write(&self) -> Result<Vec<u8>, StoreError> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&serde_json::to_vec(self)?).map_err(serde_json::Error::io)?;
        Ok(encoder.finish().map_err(serde_json::Error::io)?)
    }
}

/// What a round of archiving did.
#[derive(Clone, Debug, Default)]
pub struct Archived {
    /// Tickets that were moved.
    pub moved: u64,
    /// Tickets that are not the fold of their events, or whose chain of decisions is broken: they
    /// stay, and `verify` names them too.
    pub unequal: Vec<TicketId>,
}

struct Candidate {
    id: TicketId,
    version: i64,
    decisions: i64,
    record: Record,
    document: Vec<u8>,
}

static MARKED: ManyRows = ManyRows {
    before: "update ticket set archived = true from (",
    columns: &[Text, Integer],
    after: ") as c where ticket.id = c.column1 and ticket.version = c.column2",
    returning: Some("id"),
};

static RECORD: ManyRows = ManyRows {
    before: "insert into archive (ticket_id, archived_at, events, decisions, document) ",
    columns: &[Text, Integer, Integer, Integer, Bytes],
    after: "",
    returning: None,
};

impl Store {
    /// Archives every ticket that was closed before a moment and of which the clock wants
    /// nothing more.
    ///
    /// # Errors
    /// The database failed; what was moved until then stays moved.
    pub async fn archive(&self, closed_before: Timestamp, now: Timestamp) -> Result<Archived, StoreError> {
        let mut done = Archived::default();
        let mut after = (i64::MIN, String::new());
        loop {
            let tickets = self.closed_tickets(closed_before, &after).await?;
            let Some((closed_at, last, _)) = tickets.last() else { return Ok(done) };
            after = (*closed_at, last.to_string());
            let mut candidates = Vec::with_capacity(tickets.len());
            for (_, id, current) in tickets {
                let candidate = match current {
                    Some(current) => self.candidate(&current).await?,
                    None => None,
                };
                match candidate {
                    Some(candidate) => candidates.push(candidate),
                    None => done.unequal.push(id),
                }
            }
            done.moved += self.move_to_archive(candidates, now).await?;
        }
    }

    async fn closed_tickets(
        &self,
        before: Timestamp,
        (at, id): &(i64, String),
    ) -> Result<Vec<(i64, TicketId, Option<Current>)>, StoreError> {
        let asked = Statement::new(
            "select closed_at, id, document, decision_count, decision_head from ticket where closed_at is not null and not archived and closed_at < $1 \
             and (closed_at, id) > ($2, $3) and wakes_at is null order by closed_at, id limit $4",
        );
        let asked = asked.bind(before.as_millisecond()).bind(*at).bind(id).bind(i64::from(AT_A_TIME));
        let rows = self.readers.all(asked).await?;
        let current = |row: &Row| {
            let chain = Chain { count: row.integer(3).ok()?.unsigned_abs(), head: row.text(4).ok()? };
            Some(Current { ticket: serde_json::from_str(&row.text(2).ok()?).ok()?, chain })
        };
        rows.iter().map(|row| Ok((row.integer(0)?, TicketId(row.text(1)?), current(row)))).collect()
    }

    async fn candidate(&self, Current { ticket, chain }: &Current) -> Result<Option<Candidate>, StoreError> {
        let (events, decisions) = match (self.history(&ticket.id).await, self.stored_decisions(&ticket.id).await) {
            (Ok(events), Ok(decisions)) => (events, decisions),
            // What cannot be read stays as it is, and is named.
            (Err(StoreError::Document(_)), _) | (_, Err(StoreError::Document(_))) => return Ok(None),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let document = Record::new(events, decisions)?.write()?;
        // What will be read in years is what is checked now.
        let record = Record::read(&document)?;
        let decisions = record.stored_decisions()?;
        let chained = chain::check(&ticket.id, decisions.iter().map(StoredDecision::link), chain).is_empty();
        if !chained || fold(&ticket.id, &record.events).as_ref() != Some(ticket) {
            return Ok(None);
        }
        let (version, decisions) = (ticket.version.cast_signed(), chain.count.cast_signed());
        Ok(Some(Candidate { id: ticket.id.clone(), version, decisions, record, document }))
    }

    /// A ticket that was changed since it was read stays for the next time.
    async fn move_to_archive(&self, candidates: Vec<Candidate>, now: Timestamp) -> Result<u64, StoreError> {
        if candidates.is_empty() {
            return Ok(0);
        }
        let mut open = self.pool.begin().await?;
        let candidate = |one: &Candidate| vec![one.id.as_str().into(), one.version.into()];
        let marked = open.write(vec![(&MARKED, candidates.iter().map(candidate).collect())]).await?;
        let marked = marked.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::with_capacity(marked.len());
        for one in candidates.into_iter().filter(|one| marked.iter().any(|id| id == one.id.as_str())) {
            for (delete, upto) in [
                ("delete from event where ticket_id = $1 and sequence <= $2", one.version),
                ("delete from decision where ticket_id = $1 and number <= $2", one.decisions),
            ] {
                open.execute(Statement::new(delete).bind(one.id.as_str()).bind(upto)).await?;
            }
            let count = |n: usize| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
            let (events, decisions) = (count(one.record.events.len()), count(one.record.decisions.len()));
            rows.push(vec![
                one.id.as_str().into(),
                now.as_millisecond().into(),
                events,
                decisions,
                one.document.into(),
            ]);
        }
        open.write(vec![(&RECORD, rows)]).await?;
        open.commit().await?;
        Ok(marked.len() as u64)
    }
}
