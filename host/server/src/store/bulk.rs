//! Many invented tickets at once (批量装入), into a database without any: made elsewhere by
//! the same domain code as real calls, written here without a disk sync for each.

use super::callers::{NewCaller, RECORD, SEALED, record_row, sealed_row};
use super::database::{Kind, Pool, Statement, Transaction};
use super::decisions::{Appended, DECISION, UNSEALED};
use super::figures::Share;
use super::figures::fold::Folded;
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::rows::{COPY, EDITION, EVENT, MATTER, NEW_TICKET, by_law, event_row, matter_row, new_copies, ticket_row};
use super::{Store, StoreError, matter_was, outcomes, to_dos};
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::event::Recorded;
use chuishao_domain::rule::chain::Chain;
use chuishao_domain::rule::record::{DecisionRecord, Edition};
use chuishao_domain::ticket::Ticket;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Numbers that stand on tickets are not handed out again.
static NUMBERS: ManyRows = ManyRows {
    before: "insert into ticket_number (day, next) ",
    columns: &[Text, Integer],
    after: " on conflict (day) do update set next = excluded.next where excluded.next > ticket_number.next",
    returning: None,
};

/// One ticket with its whole history.
pub struct Made {
    /// 工单
    pub ticket: Ticket,
    /// Its events, of which it is the fold.
    pub events: Vec<Recorded>,
    /// What rules were asked on the way, in order.
    pub decisions: Vec<DecisionRecord>,
    /// Who called, sealed.
    pub caller: NewCaller,
}

/// Tickets as rows, ready to be written; made beside the writing.
pub struct Rows {
    bulk: Bulk,
    tickets: u64,
    /// The highest number of each day.
    numbers: BTreeMap<String, i64>,
}

impl Rows {
    /// Turns tickets into rows.
    ///
    /// # Errors
    /// A document cannot be written, which is a fault of this program.
    pub fn of(made: &[Made]) -> Result<Self, StoreError> {
        let mut rows = Self { bulk: Bulk::default(), tickets: made.len() as u64, numbers: BTreeMap::new() };
        for Made { ticket, events, decisions, caller } in made {
            rows.bulk.push(ticket, events, decisions, caller)?;
            if let Some((day, number)) = ticket.id.day_and_number() {
                let highest = rows.numbers.entry(day.to_string()).or_default();
                *highest = (*highest).max(number.cast_signed());
            }
        }
        Ok(rows)
    }

    /// How many tickets these are.
    #[must_use]
    pub fn tickets(&self) -> u64 {
        self.tickets
    }
}

#[derive(Default)]
struct Bulk {
    tickets: Vec<RowValues>,
    matters: Vec<RowValues>,
    matters_were: Vec<RowValues>,
    callers: Vec<RowValues>,
    caller_records: Vec<RowValues>,
    copies: Vec<RowValues>,
    to_dos: Vec<RowValues>,
    outcomes: Vec<RowValues>,
    events: Vec<RowValues>,
    decisions: Vec<RowValues>,
    unsealed: Vec<RowValues>,
    editions: BTreeMap<String, Arc<Edition>>,
    /// What they count for: nobody reads meanwhile, so that nothing has to be folded later.
    figures: Folded,
}

impl Bulk {
    fn push(
        &mut self,
        ticket: &Ticket,
        events: &[Recorded],
        decisions: &[DecisionRecord],
        caller: &NewCaller,
    ) -> Result<(), serde_json::Error> {
        let appended = Appended::to(Chain::default(), &ticket.id, decisions)?;
        self.tickets.push(ticket_row(ticket, &appended.chain)?);
        self.decisions.extend(appended.decisions);
        self.unsealed.extend(appended.unsealed);
        let editions = decisions.iter().map(|decision| (decision.edition.digest.clone(), decision.edition.clone()));
        self.editions.extend(editions);
        self.matters.push(matter_row(ticket)?);
        self.matters_were.extend(matter_was::rows(&ticket.id, events));
        self.callers.push(sealed_row(caller));
        self.caller_records.push(record_row(&caller.sealed.reference, &caller.stored)?);
        for to_do in ticket.to_dos() {
            self.to_dos.push(to_dos::row(&ticket.id, &to_do)?);
        }
        let outcome = TicketOutcome::of(ticket);
        let copies = new_copies(&ticket.id, &BTreeSet::new(), events);
        by_law(&copies).for_each(|share| self.figures.add(&share));
        self.figures.add(&Share::of(ticket, &outcome));
        self.outcomes.push(outcomes::row(&outcome));
        self.copies.extend(copies);
        for event in events {
            self.events.push(event_row(&ticket.id, event)?);
        }
        Ok(())
    }

    async fn insert(self, open: &mut Transaction) -> Result<(), StoreError> {
        let edition = |(digest, edition): (String, Arc<Edition>)| {
            Ok(vec![digest.into(), serde_json::to_string(edition.as_ref())?.into()])
        };
        let editions = self.editions.into_iter().map(edition).collect::<Result<_, serde_json::Error>>()?;
        // Nothing but this is written to the database, so the number that is there is the one.
        let asked = Statement::new("select generation from registry where id = 1");
        let generation = open.all(asked).await?.first().map_or(Ok(0), |row| row.integer(0))?;
        let mut tickets = self.tickets;
        tickets.iter_mut().for_each(|row| row.push(generation.into()));
        let writes = vec![
            (&NEW_TICKET, tickets),
            (&MATTER, self.matters),
            (&matter_was::MATTER_WAS, self.matters_were),
            (&SEALED, self.callers),
            (&RECORD, self.caller_records),
            (&COPY, self.copies),
            (&to_dos::WANTED, self.to_dos),
            (&outcomes::OUTCOME, self.outcomes),
            (&EVENT, self.events),
            (&EDITION, editions),
            (&DECISION, self.decisions),
            (&UNSEALED, self.unsealed),
        ];
        let (tickets, written) = (writes[0].1.len(), open.write(writes).await?);
        // They were made for an empty database: one that is there already is a fault.
        if written.len() != tickets {
            return Err(sqlx::Error::RowNotFound.into());
        }
        self.figures.write(open).await
    }
}

impl Store {
    /// How many tickets there are.
    ///
    /// # Errors
    /// The database failed.
    pub async fn ticket_count(&self) -> Result<u64, StoreError> {
        Ok(self.readers.one(Statement::new("select count(*) from ticket")).await?.integer(0)?.unsigned_abs())
    }

    /// Whether there is no ticket yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.readers.optional(Statement::new("select id from ticket limit 1")).await?.is_none())
    }

    /// Prepares for [`Store::load`]: until [`Store::finish_loading`] a power cut would lose
    /// what was loaded, and nothing else is in the database.
    ///
    /// # Errors
    /// There are tickets, or the database failed.
    pub async fn begin_loading(&self) -> Result<(), StoreError> {
        if !self.is_empty().await? {
            return Err(StoreError::NotEmpty("数据库".into()));
        }
        if self.kind() == Kind::Sqlite {
            self.pool.execute(Statement::new("pragma synchronous = off")).await?;
        }
        Ok(())
    }

    /// Writes tickets in one transaction, in the order in which they come.
    ///
    /// # Errors
    /// The database failed.
    pub async fn load(&self, rows: Rows) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        if self.kind() == Kind::Postgres {
            open.execute(Statement::new("set local synchronous_commit = off")).await?;
        }
        rows.bulk.insert(&mut open).await?;
        let numbers = rows.numbers.iter().map(|(day, highest)| vec![day.into(), (highest + 1).into()]).collect();
        open.write(vec![(&NUMBERS, numbers)]).await?;
        open.commit().await?;
        Ok(())
    }

    /// Makes what was loaded durable, and tells the database's planner how much there is.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish_loading(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(_) => {
                for pragma in ["pragma synchronous = full", "pragma wal_checkpoint(truncate)", "analyze"] {
                    self.pool.execute(Statement::new(pragma)).await?;
                }
            }
            Pool::Postgres(_) => {
                for statement in ["vacuum analyze", "checkpoint"] {
                    // Only a superuser may ask for a checkpoint; without one the server's own comes soon.
                    if let Err(error) = self.pool.execute(Statement::new(statement)).await {
                        tracing::info!(statement, error = %error, "not done");
                    }
                }
            }
        }
        Ok(())
    }
}
