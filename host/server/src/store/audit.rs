//! The audit log as rows: added in the transaction of what they tell, read page by page, and
//! walked along for the check. Nothing here changes or removes one, and the database refuses it.

use super::database::{Kind, Row, Statement, Transaction};
use super::many::Column::{Integer, Text};
use super::many::ManyRows;
use super::{Store, StoreError};
use chuishao_domain::account::audit::{AuditEnd, AuditFault, Deed, Entry, Numbered, Walk, digest};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lines that the check reads at a time.
const AT_A_TIME: i64 = 5_000;

/// Which lines.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Of whom.
    pub who: Option<String>,
    /// Of which kind.
    pub deed: Option<Deed>,
    /// From when on.
    pub from: Option<Timestamp>,
    /// Until when, not included.
    pub until: Option<Timestamp>,
    /// Older than this number.
    pub before: Option<u64>,
    /// How many.
    pub limit: u32,
}

/// A line that is written with what it tells, in the same transaction: a disk sync of its own for each
/// command of a busy morning would cost as much as the command. Whoever let the request in writes it
/// by itself where nothing else did, so that what was asked for in vain stands in the log as well.
#[derive(Clone, Debug)]
pub struct OwedLine(Arc<(Entry, AtomicBool)>);

impl OwedLine {
    /// One that is not written yet.
    #[must_use]
    pub fn new(entry: Entry) -> Self {
        Self(Arc::new((entry, AtomicBool::new(false))))
    }

    /// The line.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.0.0
    }

    /// Whether it is known to stand in the log. One too many tells no lie; one too few would.
    #[must_use]
    pub fn is_written(&self) -> bool {
        self.0.1.load(Ordering::SeqCst)
    }

    /// It was committed.
    pub(super) fn written(&self) {
        self.0.1.store(true, Ordering::SeqCst);
    }
}

static LINE: ManyRows = ManyRows {
    before: "insert into audit (number, at, who, deed, entry, digest) ",
    columns: &[Integer, Integer, Text, Text, Text, Text],
    after: "",
    returning: None,
};

static END: ManyRows = ManyRows {
    before: "update audit_end set count = c.column1, head = c.column2 from (",
    columns: &[Integer, Text],
    after: ") as c where one = 1",
    returning: None,
};

/// Adds lines in an open transaction, which holds the end of the log until it is over: what else it
/// writes of rows that others may wait for, it has written before.
pub(super) async fn log(open: &mut Transaction, entries: &[Entry]) -> Result<(), sqlx::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut ask = Statement::new("select count, head from audit_end where one = 1");
    if open.kind() == Kind::Postgres {
        ask.push(" for update");
    }
    let end = open.all(ask).await?;
    let end = end.first().ok_or(sqlx::Error::RowNotFound)?;
    let (mut count, mut head) = (end.integer(0)?, end.text(1)?);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        count += 1;
        let text = serde_json::to_string(entry).map_err(|error| sqlx::Error::Encode(error.into()))?;
        head = digest(&head, count.unsigned_abs(), &text);
        let (at, who, deed) = (entry.at.as_millisecond(), &entry.who, entry.deed.key());
        lines.push(vec![count.into(), at.into(), who.into(), deed.into(), text.into(), (&head).into()]);
    }
    open.write(vec![(&LINE, lines), (&END, vec![vec![count.into(), head.into()]])]).await?;
    Ok(())
}

impl Store {
    /// Adds lines.
    ///
    /// # Errors
    /// The database failed; nothing was added.
    pub async fn audit(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        log(&mut open, entries).await?;
        open.commit().await?;
        Ok(())
    }

    /// A page of the log, the newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn audit_page(&self, query: &AuditQuery) -> Result<Vec<Numbered>, StoreError> {
        let mut ask = Statement::new("select number, entry, digest from audit where number > 0");
        if let Some(who) = &query.who {
            ask.push(" and who = ").push_value(who);
        }
        if let Some(deed) = query.deed {
            ask.push(" and deed = ").push_value(deed.key());
        }
        if let Some(from) = query.from {
            ask.push(" and at >= ").push_value(from.as_millisecond());
        }
        if let Some(until) = query.until {
            ask.push(" and at < ").push_value(until.as_millisecond());
        }
        if let Some(before) = query.before {
            ask.push(" and number < ").push_value(before.cast_signed());
        }
        ask.push(" order by number desc limit ").push_value(i64::from(query.limit));
        let rows = self.readers.all(ask).await?;
        let line = |row: &Row| {
            let entry = serde_json::from_str(&row.text(1)?)?;
            Ok(Numbered { number: row.integer(0)?.unsigned_abs(), entry, digest: row.text(2)? })
        };
        rows.iter().map(line).collect()
    }

    /// Walks along the whole log, beside the seals: where it ends, and what is wrong with it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_audit(&self) -> Result<(AuditEnd, Vec<AuditFault>), StoreError> {
        let mut snapshot = self.readers.snapshot().await?;
        let asked = Statement::new("select number, audit_lines, audit_head from seal order by number");
        let sealed = |row: &Row| {
            let end = AuditEnd { lines: row.integer(1)?.unsigned_abs(), head: row.text(2)? };
            Ok((row.integer(0)?.unsigned_abs(), end))
        };
        let seals = snapshot.all(asked).await?.iter().map(sealed).collect::<Result<Vec<_>, StoreError>>()?;
        let mut walk = Walk::beside(seals);
        loop {
            let ask = "select number, entry, digest from audit where number > $1 order by number limit $2";
            let rows = snapshot.all(Statement::new(ask).bind(walk.lines.cast_signed()).bind(AT_A_TIME)).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                walk.next(row.integer(0)?.unsigned_abs(), &row.text(1)?, &row.text(2)?);
            }
        }
        let written = audit_end(&mut snapshot).await;
        snapshot.rollback().await?;
        let written = written?;
        if written.lines != walk.lines || written.head != walk.head {
            walk.faults.push(AuditFault::End { written: written.lines, there: walk.lines });
        }
        Ok(walk.end())
    }
}

/// Where the log ends, as it was written down with its last line.
pub(super) async fn audit_end(open: &mut Transaction) -> Result<AuditEnd, StoreError> {
    let end = open.all(Statement::new("select count, head from audit_end where one = 1")).await?;
    match end.first() {
        Some(row) => Ok(AuditEnd { lines: row.integer(0)?.unsigned_abs(), head: row.text(1)? }),
        None => Ok(AuditEnd::default()),
    }
}
