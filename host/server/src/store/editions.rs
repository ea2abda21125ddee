//! Imported reference data: holiday notices and editions of the catalogue. Rows are only added,
//! each under the next number; what the rows say together is for [`crate::reference`] to read.

use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction};
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;

/// When and by whom a row was imported, and its place in the order.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The place in the order, from 1.
    pub number: i64,
    /// SHA-256 of what was imported.
    pub digest: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A holiday notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// When, by whom.
    pub imported: Imported,
    /// 年份
    pub year: i16,
    /// 文号
    pub document: String,
    /// As it was typed.
    pub text: String,
}

/// An edition of the catalogue.
#[derive(Clone, Debug)]
pub struct EditionRow {
    /// When, by whom.
    pub imported: Imported,
    /// 生效日期
    pub effective_from: Date,
    /// 依据文件
    pub document: String,
    /// Every table by the name of its file, as JSON.
    pub tables: String,
}

/// One row to add.
#[derive(Clone, Debug)]
pub enum NewRow {
    /// Of `notice`.
    Notice(NoticeRow),
    /// Of `catalogue_edition`.
    Edition(EditionRow),
}

impl NewRow {
    /// When, by whom.
    #[must_use]
    pub fn imported(&self) -> &Imported {
        match self {
            Self::Notice(row) => &row.imported,
            Self::Edition(row) => &row.imported,
        }
    }

    /// A conflict is a row of this number: somebody was quicker.
    fn insert(&self) -> Statement {
        let (statement, body) = match self {
            Self::Notice(row) => {
                let insert = "insert into notice (number, year, document, digest, imported_at, imported_by, text) \
                              values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
                let statement = Statement::new(insert).bind(row.imported.number).bind(i64::from(row.year));
                (statement.bind(&row.document), &row.text)
            }
            Self::Edition(row) => {
                let insert = "insert into catalogue_edition (number, effective_from, document, digest, imported_at, \
                              imported_by, tables) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
                let statement = Statement::new(insert).bind(row.imported.number);
                (statement.bind(row.effective_from.to_string()).bind(&row.document), &row.tables)
            }
        };
        let Imported { digest, at, by, .. } = self.imported();
        statement.bind(digest).bind(at.as_millisecond()).bind(by).bind(body)
    }
}

/// The columns that both tables have, from this place on: digest, when, by whom.
fn imported(row: &Row, digest: usize) -> Result<Imported, sqlx::Error> {
    Ok(Imported {
        number: row.integer(0)?,
        digest: row.text(digest)?,
        at: Timestamp::from_millisecond(row.integer(digest + 1)?).unwrap_or_default(),
        by: row.text(digest + 2)?,
    })
}

async fn write(open: &mut Transaction, row: &NewRow, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
    if open.execute(row.insert()).await? == 0 {
        return Err(CommitError::VersionMoved);
    }
    keep(open, answer, row.imported().at).await
}

impl Store {
    /// All imported notices, in the order of their import.
    ///
    /// # Errors
    /// The database failed.
    pub async fn notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let asked = "select number, year, document, digest, imported_at, imported_by, text from notice order by number";
        let notice = |row: &Row| {
            let year = i16::try_from(row.integer(1)?).unwrap_or_default();
            Ok(NoticeRow { imported: imported(row, 3)?, year, document: row.text(2)?, text: row.text(6)? })
        };
        self.readers.all(Statement::new(asked)).await?.iter().map(notice).collect()
    }

    /// All imported editions of the catalogue, the newest last.
    ///
    /// # Errors
    /// The database failed.
    pub async fn catalogue_editions(&self) -> Result<Vec<EditionRow>, StoreError> {
        let asked = "select number, effective_from, document, digest, imported_at, imported_by, tables \
                     from catalogue_edition order by number";
        let edition = |row: &Row| {
            // A day that cannot be read is one that no edition can have: its tables say so.
            let effective_from = row.text(1)?.parse().unwrap_or(Date::MIN);
            Ok(EditionRow { imported: imported(row, 3)?, effective_from, document: row.text(2)?, tables: row.text(6)? })
        };
        self.readers.all(Statement::new(asked)).await?.iter().map(edition).collect()
    }

    /// The numbers of the newest notice and the newest edition; 0 where there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn newest_imports(&self) -> Result<(i64, i64), StoreError> {
        let asked = "select (select coalesce(max(number), 0) from notice), \
                     (select coalesce(max(number), 0) from catalogue_edition)";
        let row = self.readers.one(Statement::new(asked)).await?;
        Ok((row.integer(0)?, row.integer(1)?))
    }

    /// Adds a row, and keeps the answer under its key, in one transaction.
    ///
    /// # Errors
    /// Another import was quicker, the key was used, or the database failed.
    pub async fn add_import(&self, row: &NewRow, answer: Option<&KeptAnswer>) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = write(&mut open, row, answer).await;
        finish(open, done).await
    }
}
