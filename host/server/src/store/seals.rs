//! Seals (日封存) as rows: made out of the ends of chains that no seal covers yet, in one
//! transaction that takes exactly those away. What is decided meanwhile is for the next one.

use super::audit::audit_end;
use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use chuishao_domain::account::audit::AuditEnd;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::seal::{Listed, Seal, Sealing};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

/// Ends of chains that one seal covers, and one transaction moves: twice what a city's busiest
/// day has. A longer day has several seals.
const MOST_HEADS: usize = 20_000;

static TAKEN: ManyRows = ManyRows {
    before: "delete from unsealed_head where (ticket_id, count) in (",
    columns: &[Text, Integer],
    after: ")",
    returning: None,
};

pub(super) const COLUMNS: &str = "select number, day, sealed_at, heads, previous, digest, audit_lines, audit_head";
/// Where the list stands that is asked for behind [`COLUMNS`].
pub(super) const LIST: usize = 8;

pub(super) fn seal_of(row: &Row) -> Result<Seal, StoreError> {
    Ok(Seal {
        number: row.integer(0)?.unsigned_abs(),
        // A day or a moment that does not read is one that no seal can have: its digest says so.
        day: row.text(1)?.parse().unwrap_or(Date::MIN),
        sealed_at: Timestamp::from_millisecond(row.integer(2)?).unwrap_or(Timestamp::MIN),
        heads: row.integer(3)?.unsigned_abs(),
        previous: row.text(4)?,
        digest: row.text(5)?,
        audit: AuditEnd { lines: row.integer(6)?.unsigned_abs(), head: row.text(7)? },
    })
}

impl Store {
    /// All seals, in order.
    ///
    /// # Errors
    /// The database failed.
    pub async fn seals(&self) -> Result<Vec<Seal>, StoreError> {
        let mut asked = Statement::new(COLUMNS);
        asked.push(" from seal order by number");
        self.readers.all(asked).await?.iter().map(seal_of).collect()
    }

    /// The seals that cover a ticket, each with the number of its decisions that it covers.
    ///
    /// # Errors
    /// The database failed, or a list cannot be read.
    pub async fn seals_over(&self, ticket: &TicketId) -> Result<Vec<(Seal, u64)>, StoreError> {
        let mut asked = Statement::new(COLUMNS);
        asked.push(", document from seal where day >= ");
        // No seal of a day before its receipt has it; where the id does not say which, all are asked.
        let received = ticket.day_and_number().map_or(Date::MIN, |(day, _)| day);
        asked.push_value(received.to_string()).push(" order by number");
        let mut over = Vec::new();
        for row in self.readers.all(asked).await? {
            let mut list = String::new();
            GzDecoder::new(&*row.bytes(LIST)?).read_to_string(&mut list).map_err(serde_json::Error::io)?;
            let listed = list.lines().filter_map(Listed::parse).find(|listed| listed.ticket == *ticket);
            if let Some(listed) = listed {
                over.push((seal_of(&row)?, listed.count));
            }
        }
        Ok(over)
    }

    /// The day that the newest seal closes; nothing when there is none yet.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sealed_until(&self) -> Result<Option<Date>, StoreError> {
        let asked = Statement::new("select day from seal order by number desc limit 1");
        let row = self.readers.optional(asked).await?;
        Ok(row.map(|row| row.text(0)).transpose()?.and_then(|day| day.parse().ok()))
    }

    /// Closes a day: seals whatever no seal covers yet. What it made; nothing when that day, or a
    /// later one, is closed already.
    ///
    /// # Errors
    /// The database failed; what was sealed stays sealed.
    pub async fn seal_day(&self, day: Date, now: Timestamp) -> Result<Vec<Seal>, StoreError> {
        let mut made = Vec::new();
        if self.sealed_until().await?.is_some_and(|until| until >= day) {
            return Ok(made);
        }
        loop {
            let (seal, is_full) = self.seal_piece(day, now).await?;
            made.extend(seal);
            if !is_full {
                return Ok(made);
            }
        }
    }

    /// Makes one seal, and says whether there may be more to seal; none when another server was
    /// quicker.
    async fn seal_piece(&self, day: Date, now: Timestamp) -> Result<(Option<Seal>, bool), StoreError> {
        let mut open = self.pool.begin().await?;
        let last = Statement::new("select number, digest from seal order by number desc limit 1");
        let last = open.all(last).await?;
        let (number, previous) = match last.first() {
            Some(row) => (row.integer(0)?.unsigned_abs() + 1, row.text(1)?),
            None => (1, String::new()),
        };
        let asked = "select ticket_id, count, head from unsealed_head order by ticket_id, count limit $1";
        let rows = open.all(Statement::new(asked).bind(MOST_HEADS.cast_signed() as i64)).await?;
        let mut ends: Vec<(TicketId, u64, String)> = Vec::with_capacity(rows.len());
        let mut taken: Vec<RowValues> = Vec::with_capacity(rows.len());
        for row in &rows {
            let (ticket, count, head) = (TicketId(row.text(0)?), row.integer(1)?, row.text(2)?);
            taken.push(vec![ticket.as_str().into(), count.into()]);
            // The last of a ticket covers those before it.
            ends.pop_if(|(before, ..)| *before == ticket);
            ends.push((ticket, count.unsigned_abs(), head));
        }
        let audit = audit_end(&mut open).await?;
        let (digest, document) = sealed((&previous, number, day), &audit, &ends)?;
        let seal = Seal { number, day, sealed_at: now, heads: ends.len() as u64, audit, previous, digest };
        let insert = Statement::new(
            "insert into seal (number, day, sealed_at, heads, previous, digest, audit_lines, audit_head, document) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (number) do nothing",
        );
        let insert = insert.bind(number.cast_signed()).bind(day.to_string()).bind(now.as_millisecond());
        let insert = insert.bind(seal.heads.cast_signed()).bind(&seal.previous).bind(&seal.digest);
        let insert = insert.bind(seal.audit.lines.cast_signed()).bind(&seal.audit.head).bind(document);
        if open.execute(insert).await? == 0 {
            open.rollback().await?;
            return Ok((None, false));
        }
        let is_full = taken.len() >= MOST_HEADS;
        open.write(vec![(&TAKEN, taken)]).await?;
        open.commit().await?;
        Ok((Some(seal), is_full))
    }
}

/// The digest, and the list that is kept with it.
fn sealed(
    (previous, number, day): (&str, u64, Date),
    audit: &AuditEnd,
    ends: &[(TicketId, u64, String)],
) -> Result<(String, Vec<u8>), StoreError> {
    let mut sealing = Sealing::new(previous, number, day, audit);
    let mut list = String::new();
    for (ticket, count, head) in ends {
        sealing.add(ticket, *count, head);
        // Writing into a text cannot fail.
        let _ = writeln!(list, "{}", Listed::new(ticket.clone(), *count, head));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(list.as_bytes()).map_err(serde_json::Error::io)?;
    Ok((sealing.digest(), encoder.finish().map_err(serde_json::Error::io)?))
}
