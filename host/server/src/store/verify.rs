//! The check (核对): every ticket equals the fold of its events, and whatever is written
//! beside it, for searching, says the same. A wrong column would lose a timer or a copy
//! without anybody noticing.

use super::archive::Record;
use super::database::{Row, Statement, Value};
use super::rows::{copy_rows, ticket_columns};
use super::{Store, StoreError, outcomes};
use chuishao_domain::apply::fold;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::Edition;
use chuishao_domain::ticket::Ticket;
use std::collections::BTreeMap;

/// Tickets looked at in one go, all of one moment.
const AT_A_TIME: u32 = 500;

/// A ticket that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub ticket: TicketId,
    /// What is wrong.
    pub what: &'static str,
}

/// What the check found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// How many tickets were looked at.
    pub tickets: u64,
    /// How many events, archived ones included.
    pub events: u64,
    /// How many of the tickets are archived.
    pub archived: u64,
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
    outcomes: BTreeMap<String, Row>,
    archive: BTreeMap<String, Vec<u8>>,
}

impl Store {
    /// Checks every ticket, also beside a running server. `progress` is told how many were
    /// looked at.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify(&self, mut progress: impl FnMut(u64)) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        let mut next = self.part(String::new()).await?;
        while let Some((part, last)) = next {
            // One part is folded while the next one is read.
            let folding = tokio::task::spawn_blocking(move || part.check());
            next = self.part(last).await?;
            let checked = folding.await.map_err(|error| StoreError::Tool(error.to_string()))??;
            verified.tickets += checked.tickets;
            verified.events += checked.events;
            verified.archived += checked.archived;
            verified.faults.extend(checked.faults);
            progress(verified.tickets);
        }
        self.find_orphans(&mut verified).await?;
        self.find_unsealed(&mut verified).await?;
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
            "select distinct ticket_id from copy t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from outcome t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from score_event t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
            "select distinct ticket_id from to_do t where not exists (select 1 from ticket where id = t.ticket_id) limit 100",
        ] {
            for row in self.readers.all(Statement::new(asked)).await? {
                verified
                    .faults
                    .push(Fault {
                        ticket: TicketId(row.text(0)?), what: "有记录而没有工单 (rows without a ticket)"
                    });
            }
        }
        Ok(())
    }

    /// Decisions whose edition is missing, or is not what it was when it was written.
    async fn find_unsealed(&self, verified: &mut Verified) -> Result<(), StoreError> {
        let all = Statement::new("select digest, document from edition");
        let mut unsealed = Vec::new();
        for row in self.readers.all(all).await? {
            let edition = row.text(1).ok().and_then(|text| serde_json::from_str::<Edition>(&text).ok());
            if edition.is_none_or(|edition| !edition.is_sealed() || row.text(0).ok() != Some(edition.digest)) {
                unsealed.push(row.text(0)?);
            }
        }
        let missing = "select distinct edition from decision d \
                       where not exists (select 1 from edition where digest = d.edition)";
        for row in self.readers.all(Statement::new(missing)).await? {
            unsealed.push(row.text(0)?);
        }
        for edition in unsealed {
            let first = Statement::new("select min(ticket_id) from decision where edition = $1").bind(&edition);
            let ticket = TicketId(self.readers.one(first).await?.text(0).unwrap_or_default());
            let what = "决定记录所指的规则版次缺失或被改动 (the edition of its decisions is missing or altered)";
            verified.faults.push(Fault { ticket, what });
        }
        Ok(())
    }

    async fn part(&self, after: String) -> Result<Option<(Part, String)>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let asked = Statement::new(
            "select id, version, state, territory, received_at, lead_unit, due_at, wakes_at, awaits_calendar, \
             closed_at, waits_for, waits_since, document, archived \
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
        let asked = "select ticket_id, territory, category_group, kind, street, estate, building, received_at \
                     from matter where ticket_id > $1 and ticket_id <= $2";
        let matters = open.all(within(asked)).await?.into_iter().map(|row| Ok((row.text(0)?, row)));
        let matters = matters.collect::<Result<_, StoreError>>()?;
        let mut asked = Statement::new("select ");
        asked.push(outcomes::COLUMNS).push(" from outcome o where o.ticket_id > ").push_value(&after);
        asked.push(" and o.ticket_id <= ").push_value(&last);
        let outcomes = open.all(asked).await?.into_iter().map(|row| Ok((row.text(0)?, row)));
        let outcomes = outcomes.collect::<Result<_, StoreError>>()?;
        let asked = "select ticket_id, document from archive where ticket_id > $1 and ticket_id <= $2";
        let archive = open.all(within(asked)).await?.into_iter().map(|row| Ok((row.text(0)?, row.bytes(1)?)));
        let archive = archive.collect::<Result<_, StoreError>>()?;
        open.rollback().await?;
        Ok(Some((Part { tickets, events, copies, to_dos, matters, outcomes, archive }, last)))
    }
}

impl Part {
    fn check(&self) -> Result<Verified, StoreError> {
        let mut verified = Verified::default();
        for row in &self.tickets {
            let id = row.text(0)?;
            let ticket = TicketId(id.clone());
            verified.tickets += 1;
            verified.archived += u64::from(self.archive.contains_key(&id));
            match self.history(&id) {
                Some(history) => {
                    verified.events += history.len() as u64;
                    let faults = self.faults(row, &ticket, &history)?;
                    verified.faults.extend(faults.into_iter().map(|what| Fault { ticket: ticket.clone(), what }));
                }
                None => verified
                    .faults
                    .push(Fault { ticket, what: "事件或归档记录不能识别 (unreadable record)" }),
            }
        }
        Ok(verified)
    }

    fn history(&self, id: &str) -> Option<Vec<Recorded>> {
        let mut history = match self.archive.get(id) {
            Some(bytes) => Record::read(bytes).ok()?.events,
            None => Vec::new(),
        };
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
