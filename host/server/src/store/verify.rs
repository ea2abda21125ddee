//! The check (核对): every ticket equals the fold of its events, and whatever is written
//! beside it, for searching, says the same. A wrong column would lose a timer or a copy
//! without anybody noticing. Decisions are the chain that was written, and the seals fit them.

mod chains;
mod sealed;

use super::archive::Record;
use super::database::{Row, Statement, Value};
use super::decisions::{self, DecisionRow, DecisionRows, Editions};
use super::rows::{copy_rows, ticket_columns};
use super::{Store, StoreError, outcomes};
use chains::Ends;
use chuishao_domain::apply::fold;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::Edition;
use chuishao_domain::ticket::Ticket;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Tickets looked at in one go, all of one moment.
const AT_A_TIME: u32 = 500;

/// A ticket or a seal that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A ticket's id, or which seal.
    pub of: String,
    /// What is wrong.
    pub what: Cow<'static, str>,
}

impl Fault {
    fn new(of: impl Into<String>, what: impl Into<Cow<'static, str>>) -> Self {
        Self { of: of.into(), what: what.into() }
    }
}

/// What the check found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// How many tickets were looked at.
    pub tickets: u64,
    /// How many events, archived ones included.
    pub events: u64,
    /// How many decisions.
    pub decisions: u64,
    /// How many of the tickets are archived.
    pub archived: u64,
    /// How many seals.
    pub seals: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Everything that is stored of some tickets.
struct Part {
    tickets: Vec<Row>,
    /// A text that is none is a fault.
    events: BTreeMap<String, Vec<Option<String>>>,
    copies: BTreeMap<String, BTreeMap<String, (i64, bool)>>,
    to_dos: BTreeMap<String, Vec<(String, String, i64, i64)>>,
    matters: BTreeMap<String, Row>,
    matters_were: BTreeMap<String, Vec<Row>>,
    outcomes: BTreeMap<String, Row>,
    archive: BTreeMap<String, Vec<u8>>,
    decisions: DecisionRows,
    editions: Editions,
    /// The ends of chains that no seal covers yet, by ticket.
    unsealed: Ends,
}

impl Store {
    /// Checks every ticket, also beside a running server. `progress` is told how many were
    /// looked at.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        let mut seals = self.seal_check().await?;
        let mut next = self.part(String::new()).await?;
        while let Some((part, last)) = next {
            // One part is folded while the next one is read.
            let upto = last.clone();
            let folding = tokio::task::spawn_blocking(move || {
                let (checked, ends) = part.check()?;
                seals.check_part(&upto, &ends, &part.unsealed);
                Ok::<_, StoreError>((checked, seals))
            });
            next = self.part(last).await?;
            let checked;
            (checked, seals) = folding.await.map_err(|error| StoreError::Tool(error.to_string()))??;
            verified.tickets += checked.tickets;
            verified.events += checked.events;
            verified.decisions += checked.decisions;
            verified.archived += checked.archived;
            verified.faults.extend(checked.faults);
            progress(verified.tickets);
        }
        self.find_in_seals(seals, &mut verified).await?;
        self.find_orphans(&mut verified).await?;
        self.find_altered_editions(&mut verified).await?;
        Ok(verified)
    }

    /// Rows whose ticket is not there.
    async fn find_orphans(&self, verified: &mut Verified) -> Result<(), StoreError> {
        // Asked one by one of an index: a list of a million ids would be searched through for
        // each row.
        for asked in [
            "select distinct ticket_id from event t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from decision t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from archive t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from matter t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from matter_was t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from copy t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from outcome t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from score_event t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from to_do t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
        ] {
            for row in self.readers.all(Statement::new(asked)).await? {
                verified.faults.push(Fault::new(row.text(0)?, "有记录而没有工单 (rows without a ticket)"));
            }
        }
        Ok(())
    }

    /// Decisions whose edition is missing, or is not what it was when it was written.
    async fn find_altered_editions(&self, verified: &mut Verified) -> Result<(), StoreError> {
        let all = Statement::new("select digest, document from edition");
        let mut altered = Vec::new();
        for row in self.readers.all(all).await? {
            let edition = row.text(1).ok().and_then(|text| serde_json::from_str::<Edition>(&text).ok());
            if edition.is_none_or(|edition| !edition.is_sealed() || row.text(0).ok() != Some(edition.digest)) {
                altered.push(row.text(0)?);
            }
        }
        let missing = "select distinct edition from decision d \
                       where not exists (select 1 from edition where digest = d.edition)";
        for row in self.readers.all(Statement::new(missing)).await? {
            altered.push(row.text(0)?);
        }
        for edition in altered {
            let first = Statement::new("select min(ticket_id) from decision where edition = $1").bind(&edition);
            let ticket = self.readers.one(first).await?.text(0).unwrap_or_default();
            let what = "决定记录所指的规则版次缺失或被改动 (the edition of its decisions is missing or altered)";
            verified.faults.push(Fault::new(ticket, what));
        }
        Ok(())
    }

    async fn part(&self, after: String) -> Result<Option<(Part, String)>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = Statement::new(
            "select id, version, state, territory, received_at, lead_unit, due_at, wakes_at, awaits_calendar, \
             closed_at, waits_for, waits_since, document, archived, decision_count, decision_head \
             from ticket where id > $1 order by id limit $2",
        );
        let tickets = open.all(asked.bind(&after).bind(i64::from(AT_A_TIME))).await?;
        let Some(last) = tickets.last() else { return Ok(None) };
        let last = last.text(0)?;
        let within = |text: &'static str| Statement::new(text).bind(&after).bind(&last);
        let mut events: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        let asked = "select ticket_id, document from event where ticket_id > $1 and ticket_id <= $2 \
                     order by ticket_id, sequence";
        for row in open.all(within(asked)).await? {
            events.entry(row.text(0)?).or_default().push(row.text(1).ok());
        }
        let mut copies: BTreeMap<String, BTreeMap<String, (i64, bool)>> = BTreeMap::new();
        let asked = "select ticket_id, reader, copied_at, statutory from copy where ticket_id > $1 and ticket_id <= $2";
        for row in open.all(within(asked)).await? {
            copies.entry(row.text(0)?).or_default().insert(row.text(1)?, (row.integer(2)?, row.truth(3)?));
        }
        let mut to_dos: BTreeMap<String, Vec<_>> = BTreeMap::new();
        let asked =
            "select ticket_id, holder, kind, number, due_at from to_do where ticket_id > $1 and ticket_id <= $2";
        for row in open.all(within(asked)).await? {
            let to_do = (row.text(1)?, row.text(2)?, row.integer(3)?, row.integer(4)?);
            to_dos.entry(row.text(0)?).or_default().push(to_do);
        }
        let asked = "select ticket_id, territory, category_group, kind, street, estate, building, received_at, \
                     shingles from matter where ticket_id > $1 and ticket_id <= $2";
        let matters = open.all(within(asked)).await?.into_iter().map(|row| Ok((row.text(0)?, row)));
        let matters = matters.collect::<Result<_, StoreError>>()?;
        let mut matters_were: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        let asked = "select ticket_id, until, category_group, street, estate, building from matter_was \
                     where ticket_id > $1 and ticket_id <= $2 order by ticket_id, until";
        for row in open.all(within(asked)).await? {
            matters_were.entry(row.text(0)?).or_default().push(row);
        }
        let mut asked = Statement::new("select ");
        asked.push(outcomes::COLUMNS).push(" from outcome o where o.ticket_id > ").push_value(&after);
        asked.push(" and o.ticket_id <= ").push_value(&last);
        let outcomes = open.all(asked).await?.into_iter().map(|row| Ok((row.text(0)?, row)));
        let outcomes = outcomes.collect::<Result<_, StoreError>>()?;
        let archive = decisions::archived_between(&mut open, &after, &last).await?;
        let (decisions, editions) = decisions::between(&mut open, &after, &last).await?;
        let unsealed = chains::unsealed(&mut open, &after, &last).await?;
        open.rollback().await?;
        let part = Part {
            tickets,
            events,
            copies,
            to_dos,
            matters,
            matters_were,
            outcomes,
            archive,
            decisions,
            editions,
            unsealed,
        };
        Ok(Some((part, last)))
    }
}

impl Part {
    /// What is wrong, and where the chains of its tickets went.
    fn check(&self) -> Result<(Verified, Ends), StoreError> {
        let (mut verified, mut ends) = (Verified::default(), Ends::new());
        for row in &self.tickets {
            let id = row.text(0)?;
            verified.tickets += 1;
            verified.archived += u64::from(self.archive.contains_key(&id));
            let unreadable = || Fault::new(&*id, "事件或归档记录不能识别 (unreadable record)");
            let Ok(record) = self.archive.get(&id).map(|bytes| Record::read(bytes)).transpose() else {
                verified.faults.push(unreadable());
                ends.insert(id, BTreeMap::new());
                continue;
            };
            let ticket = TicketId(id.clone());
            match self.history(&id, record.as_ref()) {
                Some(history) => {
                    verified.events += history.len() as u64;
                    let faults = self.faults(row, &ticket, &history)?;
                    verified.faults.extend(faults.into_iter().map(|what| Fault::new(&*id, what)));
                }
                None => verified.faults.push(unreadable()),
            }
            let chain = self.chain(row, &ticket, record.as_ref())?;
            verified.decisions += chain.ends.len() as u64;
            verified.faults.extend(chain.faults.into_iter().map(|what| Fault::new(&*id, what)));
            ends.insert(id, chain.ends);
        }
        Ok((verified, ends))
    }

    fn history(&self, id: &str, record: Option<&Record>) -> Option<Vec<Recorded>> {
        let mut history = record.map(|record| record.events.clone()).unwrap_or_default();
        for document in self.events.get(id).into_iter().flatten() {
            history.push(serde_json::from_str(document.as_ref()?).ok()?);
        }
        Some(history)
    }

    fn faults(&self, row: &Row, id: &TicketId, history: &[Recorded]) -> Result<Vec<&'static str>, StoreError> {
        let stored = row.text(12).ok().and_then(|text| serde_json::from_str::<Ticket>(&text).ok());
        let Some(stored) = stored else {
            return Ok(vec!["工单内容不能识别 (unreadable document)"]);
        };
        let in_order = history.iter().zip(1..).all(|(event, sequence)| event.sequence == sequence);
        let mut copies = BTreeMap::new();
        for row in history.iter().flat_map(|event| copy_rows(id, event)) {
            if let [_, Value::Text(reader), Value::Integer(Some(at)), Value::Truth(Some(statutory))] = &row[..] {
                // A second copy to the same reader changes nothing.
                copies.entry(reader.clone()).or_insert((*at, *statutory));
            }
        }
        let checks = [
            (fold(id, history).as_ref() == Some(&stored), "与其事件的叠加不一致 (not the fold of its events)"),
            (in_order, "事件序号不连续 (events are missing)"),
            (same(row, &ticket_columns(&stored)?), "检索列与工单不一致 (a column differs from the document)"),
            (self.matter_fits(id, &stored)?, "诉求检索表与工单不一致 (`matter` differs)"),
            (self.matter_was_fits(id, history), "诉求曾为表与事件不一致 (`matter_was` differs)"),
            (
                self.copies.get(id.as_str()).cloned().unwrap_or_default() == copies,
                "抄送表与事件不一致 (`copy` differs)",
            ),
            (self.outcome_fits(id, &stored), "办理结果表与工单不一致 (`outcome` differs)"),
            (self.to_dos_fit(id, &stored)?, "待办表与工单不一致 (`to_do` differs)"),
            (row.truth(13)? == self.archive.contains_key(id.as_str()), "归档标记与归档表不一致 (`archive` differs)"),
        ];
        Ok(checks.into_iter().filter(|(good, _)| !good).map(|(_, what)| what).collect())
    }

    fn to_dos_fit(&self, id: &TicketId, stored: &Ticket) -> Result<bool, StoreError> {
        let mut wanted = Vec::new();
        for to_do in stored.to_dos() {
            if let [
                _,
                Value::Text(holder),
                Value::Text(kind),
                Value::Integer(Some(number)),
                Value::Integer(Some(due_at)),
            ] = &super::to_dos::row(id, &to_do)?[..]
            {
                wanted.push((holder.clone(), kind.clone(), *number, *due_at));
            }
        }
        let mut there = self.to_dos.get(id.as_str()).cloned().unwrap_or_default();
        wanted.sort();
        there.sort();
        Ok(wanted == there)
    }

    fn outcome_fits(&self, id: &TicketId, stored: &Ticket) -> bool {
        let wanted = outcomes::row(&TicketOutcome::of(stored));
        self.outcomes.get(id.as_str()).is_some_and(|row| same(row, &wanted))
    }

    fn matter_fits(&self, id: &TicketId, stored: &Ticket) -> Result<bool, StoreError> {
        let Some(row) = self.matters.get(id.as_str()) else { return Ok(false) };
        Ok(same(row, &super::rows::matter_row(stored)?))
    }

    fn matter_was_fits(&self, id: &TicketId, history: &[Recorded]) -> bool {
        let there = self.matters_were.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let wanted = super::matter_was::rows(id, history);
        there.len() == wanted.len() && there.iter().zip(&wanted).all(|(row, values)| same(row, values))
    }
}

/// Whether a stored row has these values in its first columns.
pub(super) fn same(row: &Row, values: &[Value]) -> bool {
    values.iter().enumerate().all(|(place, value)| match value {
        Value::Text(text) => row.text(place).is_ok_and(|stored| stored == *text),
        Value::Integer(number) => row.maybe_integer(place).is_ok_and(|stored| stored == *number),
        Value::Truth(truth) => row.maybe_truth(place).is_ok_and(|stored| stored == *truth),
        Value::Bytes(bytes) => row.bytes(place).is_ok_and(|stored| stored == *bytes),
    })
}
