//! The vault's rows (来电人): what is sealed, and the history of each record. What opens a row
//! lies outside the database; nothing here ever sees who called.

pub mod pages;

use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction};
use super::many::Column::{Bytes, Integer, Text};
use super::many::{ManyRows, RowValues};
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::ids::{CallerRef, TicketId};
use chuishao_domain::vault::envelope::Envelope;
use chuishao_domain::vault::look_up::LookUpHash;
use chuishao_domain::vault::record::Recorded;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Earlier tickets of a number that are counted: from here on it is "very many", and a number
/// that calls every day costs no more than others.
pub const MOST_COUNTED: u32 = 100;

/// A caller as he is kept.
#[derive(Clone)]
pub struct Sealed {
    /// 来电人代号
    pub reference: CallerRef,
    /// Who it is, sealed.
    pub envelope: Envelope,
    /// What a call from the same number is found by.
    pub phone: Option<LookUpHash>,
}

/// A caller on his way into the vault.
#[derive(Clone)]
pub struct NewCaller {
    /// The row.
    pub sealed: Sealed,
    /// 工单编号
    pub ticket: TicketId,
    /// The first event of the record.
    pub stored: Recorded,
    /// When the clock has to look at it first.
    pub look_at: Timestamp,
}

/// A row as it stands in the vault.
pub struct Kept {
    /// 工单编号
    pub ticket: TicketId,
    /// Who it is, sealed.
    pub envelope: Envelope,
}

/// A sealed row with the history of its record, both of one moment.
pub struct Found {
    /// 来电人代号
    pub reference: CallerRef,
    /// Who it is, sealed.
    pub envelope: Envelope,
    /// The record's history.
    pub history: Vec<Recorded>,
}

/// What one event does to the row.
pub enum RowChange {
    /// Nothing.
    Stays,
    /// It is sealed again.
    Sealed(Sealed),
    /// The clock looks at it at another moment, or no more.
    LookAt(Option<Timestamp>),
    /// It is erased.
    Gone,
}

/// One event of a record with what it does to the row.
pub struct CallerChange {
    /// 来电人代号
    pub reference: CallerRef,
    /// The event.
    pub recorded: Recorded,
    /// The row.
    pub row: RowChange,
}

pub(super) static SEALED: ManyRows = ManyRows {
    before: "insert into caller_sealed (reference, ticket_id, key_id, envelope, phone_hash, look_at) ",
    columns: &[Text, Text, Text, Bytes, Text, Integer],
    after: "",
    returning: None,
};

pub(super) static RECORD: ManyRows = ManyRows {
    before: "insert into caller_record (reference, sequence, at, document) ",
    columns: &[Text, Integer, Integer, Text],
    after: "",
    returning: None,
};

/// One of the same number means that somebody was quicker.
static NEXT_RECORD: ManyRows = ManyRows {
    before: "insert into caller_record (reference, sequence, at, document) ",
    columns: &[Text, Integer, Integer, Text],
    after: " on conflict (reference, sequence) do nothing",
    returning: Some("reference"),
};

static SEALED_AGAIN: ManyRows = ManyRows {
    before: "update caller_sealed set key_id = c.column2, envelope = c.column3, phone_hash = c.column4 from (",
    columns: &[Text, Text, Bytes, Text],
    after: ") as c where caller_sealed.reference = c.column1",
    returning: None,
};

fn phone_hash(sealed: &Sealed) -> String {
    sealed.phone.as_ref().map(ToString::to_string).unwrap_or_default()
}

pub(super) fn sealed_row(caller: &NewCaller) -> RowValues {
    let NewCaller { sealed, ticket, look_at, .. } = caller;
    vec![
        sealed.reference.as_str().into(),
        ticket.as_str().into(),
        sealed.envelope.key().as_str().into(),
        sealed.envelope.to_bytes().into(),
        phone_hash(sealed).into(),
        look_at.as_millisecond().into(),
    ]
}

pub(super) fn record_row(reference: &CallerRef, recorded: &Recorded) -> Result<RowValues, serde_json::Error> {
    Ok(vec![
        reference.as_str().into(),
        recorded.sequence.cast_signed().into(),
        recorded.at.as_millisecond().into(),
        serde_json::to_string(recorded)?.into(),
    ])
}

fn envelope(row: &Row, place: usize) -> Result<Envelope, StoreError> {
    Envelope::from_bytes(&row.bytes(place)?).map_err(|error| sqlx::Error::Decode(error.into()).into())
}

impl Store {
    /// What happened to a record; empty when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn caller_history(&self, reference: &CallerRef) -> Result<Vec<Recorded>, StoreError> {
        let asked = Statement::new("select document from caller_record where reference = $1 order by sequence");
        let rows = self.readers.all(asked.bind(reference.as_str())).await?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).collect()
    }

    /// The sealed row; nothing when it was erased.
    ///
    /// # Errors
    /// The database failed.
    pub async fn kept_caller(&self, reference: &CallerRef) -> Result<Option<Kept>, StoreError> {
        let asked = Statement::new("select ticket_id, envelope from caller_sealed where reference = $1");
        let row = self.readers.optional(asked.bind(reference.as_str())).await?;
        row.map(|row| Ok(Kept { ticket: TicketId(row.text(0)?), envelope: envelope(&row, 1)? })).transpose()
    }

    /// How many tickets there are of a number, at most [`MOST_COUNTED`]. It is given by its hash
    /// under each key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tickets_of_number(&self, hashes: &[LookUpHash]) -> Result<u64, StoreError> {
        if hashes.is_empty() {
            return Ok(0);
        }
        let mut asked = Statement::new("select count(*) from (select 1 from caller_sealed where phone_hash in ");
        asked.push_rows(vec![hashes.iter().map(|hash| hash.to_string().into()).collect()]);
        asked.push(" and phone_hash <> '' limit ").push_value(i64::from(MOST_COUNTED)).push(") as counted");
        Ok(self.readers.one(asked).await?.integer(0)?.unsigned_abs())
    }

    /// Writes events with what they do to the rows, in one transaction; the records for which
    /// nobody was quicker. With an answer to keep it is all or nothing.
    ///
    /// # Errors
    /// The version moved or the key was used, where there is an answer; or the database failed.
    pub async fn change_callers(
        &self,
        changes: &[CallerChange],
        answer: Option<(&KeptAnswer, Timestamp)>,
    ) -> Result<BTreeSet<CallerRef>, CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, changes, answer).await;
        finish(open, done).await
    }

    /// The records that the clock has to look at, each with the moment that was set for it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn callers_to_look_at(
        &self,
        until: Timestamp,
        after: Option<&(i64, CallerRef)>,
        limit: u32,
    ) -> Result<Vec<(i64, CallerRef)>, StoreError> {
        let mut asked = Statement::new("select look_at, reference from caller_sealed where look_at is not null");
        asked.push(" and look_at <= ").push_value(until.as_millisecond());
        if let Some((at, reference)) = after {
            asked.push(" and (look_at, reference) > (").push_value(*at).push(", ");
            asked.push_value(reference.as_str()).push(")");
        }
        asked.push(" order by look_at, reference limit ").push_value(i64::from(limit));
        let rows = self.readers.all(asked).await?;
        rows.iter().map(|row| Ok((row.integer(0)?, CallerRef(row.text(1)?)))).collect()
    }

    /// Sets the moment of the clock's next look, unless somebody set another meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn look_at_caller_again(
        &self,
        (was, reference): &(i64, CallerRef),
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let change = Statement::new("update caller_sealed set look_at = $1 where reference = $2 and look_at = $3");
        let change = change.bind(next.map(Timestamp::as_millisecond)).bind(reference.as_str()).bind(*was);
        self.pool.execute(change).await?;
        Ok(())
    }

    /// Rows that are sealed under a key, by reference, with their histories.
    ///
    /// # Errors
    /// The database failed.
    pub async fn callers_under(&self, key: &str, after: &CallerRef, limit: u32) -> Result<Vec<Found>, StoreError> {
        let mut open = self.readers.snapshot().await?;
        let found = under(&mut open, key, after, limit).await;
        open.rollback().await?;
        found
    }
}

async fn under(open: &mut Transaction, key: &str, after: &CallerRef, limit: u32) -> Result<Vec<Found>, StoreError> {
    let asked = "select reference, envelope from caller_sealed where key_id = $1 and reference > $2 \
                 order by reference limit $3";
    let rows = open.all(Statement::new(asked).bind(key).bind(after.as_str()).bind(i64::from(limit))).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut asked = Statement::new("select reference, document from caller_record where reference in ");
    let references: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    asked.push_rows(vec![references.iter().map(Into::into).collect()]).push(" order by reference, sequence");
    let mut histories: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
    for row in open.all(asked).await? {
        histories.entry(row.text(0)?).or_default().push(serde_json::from_str(&row.text(1)?)?);
    }
    let found = rows.iter().zip(references).map(|(row, reference)| {
        let history = histories.remove(&reference).unwrap_or_default();
        Ok(Found { envelope: envelope(row, 1)?, history, reference: CallerRef(reference) })
    });
    found.collect()
}

async fn write(
    open: &mut Transaction,
    changes: &[CallerChange],
    answer: Option<(&KeptAnswer, Timestamp)>,
) -> Result<BTreeSet<CallerRef>, CommitError> {
    if let Some((answer, now)) = answer {
        keep(open, Some(answer), now).await?;
    }
    let rows = changes.iter().map(|change| record_row(&change.reference, &change.recorded));
    let written = open.write(vec![(&NEXT_RECORD, rows.collect::<Result<_, _>>()?)]).await?;
    let done: BTreeSet<CallerRef> =
        written.iter().map(|row| Ok(CallerRef(row.text(0)?))).collect::<Result<_, sqlx::Error>>()?;
    if answer.is_some() && done.len() < changes.len() {
        return Err(CommitError::VersionMoved);
    }
    let mut again = Vec::new();
    for change in changes.iter().filter(|change| done.contains(&change.reference)) {
        let reference = change.reference.as_str();
        match &change.row {
            RowChange::Stays => {}
            RowChange::Sealed(sealed) => again.push(vec![
                reference.into(),
                sealed.envelope.key().as_str().into(),
                sealed.envelope.to_bytes().into(),
                phone_hash(sealed).into(),
            ]),
            RowChange::LookAt(at) => {
                let look = Statement::new("update caller_sealed set look_at = $1 where reference = $2");
                open.execute(look.bind(at.map(Timestamp::as_millisecond)).bind(reference)).await?;
            }
            RowChange::Gone => {
                let gone = Statement::new("delete from caller_sealed where reference = $1");
                open.execute(gone.bind(reference)).await?;
            }
        }
    }
    open.write(vec![(&SEALED_AGAIN, again)]).await?;
    Ok(done)
}
