//! Importing reference data (导入): a typed file becomes a row, after a person has read what it
//! changes. The command line and the api import by the same steps: prepare against what is
//! known, show the difference, write under the next number. Where somebody else imported in
//! between, nothing is written.

use crate::desk::{Desk, DeskError};
use crate::once::{Key, kept, once, written};
use crate::reference::{Known, ReferenceError, added, with_files};
use crate::store::StoreError;
use crate::store::editions::{EditionRow, Imported, NewRow, NoticeRow};
use chuishao_domain::actor::By;
use chuishao_domain::calendar::{Notice, civil};
use chuishao_domain::catalogue::TableName;
use chuishao_domain::digest::digest;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What somebody wants to import.
#[derive(Clone, Debug)]
pub enum Draft {
    /// 放假通知
    Notice {
        /// The file.
        text: String,
    },
    /// 职责清单的新版
    Edition {
        /// 生效日期
        from: Date,
        /// 依据文件
        document: String,
        /// The tables that change, by the name of their file.
        tables: BTreeMap<String, String>,
    },
}

/// Who imports, and when.
#[derive(Clone, Debug)]
pub struct Importer {
    /// Who.
    pub by: String,
    /// When.
    pub now: Timestamp,
}

/// An import that could be written.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The row.
    pub row: NewRow,
    /// What it changes, in words.
    pub changes: Vec<String>,
}

/// What an import came to (回执).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Receipt {
    /// Its place in the order of imports.
    pub number: i64,
    /// SHA-256 of what was imported.
    pub digest: String,
    /// What it changes, in words.
    pub changes: Vec<String>,
    /// Whether it was written; a dry run only says what it would change.
    pub written: bool,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with it: all of it.
    #[error("{}", said(.0))]
    Refused(Vec<Refusal>),
    /// As for tickets.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// What was imported before does not read.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
}

fn said(faults: &[Refusal]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Prepared {
    /// What it came to.
    #[must_use]
    pub fn receipt(&self, written: bool) -> Receipt {
        let Imported { number, digest, .. } = self.row.imported();
        Receipt { number: *number, digest: digest.clone(), changes: self.changes.clone(), written }
    }
}

/// Checks a draft against what is known.
///
/// # Errors
/// All that is wrong with it.
pub fn prepare(known: &Known, draft: &Draft, importer: &Importer) -> Result<Prepared, Vec<Refusal>> {
    match draft {
        Draft::Notice { text } => prepare_notice(known, text, importer),
        Draft::Edition { from, document, tables } => prepare_edition(known, *from, document, tables, importer),
    }
}

fn imported(last: Option<&Imported>, content: &str, importer: &Importer) -> Imported {
    let number = last.map_or(1, |last| last.number + 1);
    Imported { number, digest: digest(content.as_bytes()), at: importer.now, by: importer.by.clone() }
}

fn prepare_notice(known: &Known, text: &str, importer: &Importer) -> Result<Prepared, Vec<Refusal>> {
    let notice = Notice::parse(text)?;
    let (year, document) = (notice.year, notice.document.clone());
    let calendar = known.calendar.with(notice).map_err(|refusal| vec![refusal])?;
    let changes = known.calendar.changes_to(&calendar).iter().map(ToString::to_string).collect();
    let imported = imported(known.notices.last().map(|row| &row.imported), text, importer);
    let row = NewRow::Notice(NoticeRow { imported, year, document, text: text.to_owned() });
    Ok(Prepared { row, changes })
}

fn prepare_edition(
    known: &Known,
    from: Date,
    document: &str,
    files: &BTreeMap<String, String>,
    importer: &Importer,
) -> Result<Prepared, Vec<Refusal>> {
    let newest = known.editions.newest();
    let tables = with_files(newest.tables.clone(), files.clone())?;
    let today = civil(importer.now).date();
    if from < today {
        let chinese = format!("生效日期 {from} 已过（今天 {today}），过去的职责清单不能改动，请填今天或以后的日期");
        return Err(vec![Refusal::new("edition-in-the-past", chinese, "an edition begins today or later")]);
    }
    // What is in force is never changed; what is still to come may be corrected.
    let editions = if from > today {
        added(&known.editions, from, document, tables)
    } else {
        known.editions.with(from, document, tables)
    };
    let editions = editions?;
    let fresh = editions.newest();
    let changes: Vec<String> = newest.catalogue.changes_to(&fresh.catalogue).iter().map(ToString::to_string).collect();
    if changes.is_empty() {
        let chinese = "与现有最新一版没有差别，无须导入；请核对是否选对了文件";
        return Err(vec![Refusal::new("edition-unchanged", chinese, "it changes nothing")]);
    }
    let all = TableName::ALL.map(|name| (name.file_name(), fresh.tables.text(name)));
    let tables = serde_json::to_string(&BTreeMap::from(all)).unwrap_or_default();
    let imported = imported(known.imported_editions.last().map(|row| &row.imported), &tables, importer);
    let document = fresh.document.clone();
    Ok(Prepared { row: NewRow::Edition(EditionRow { imported, effective_from: from, document, tables }), changes })
}

impl Importer {
    /// Somebody of the hotline office: reference data is everybody's.
    ///
    /// # Errors
    /// `not-entitled`.
    pub fn of(by: &By, desk: &Desk) -> Result<Self, DeskError> {
        if matches!(by, By::HotlineOffice { .. }) {
            return Ok(Self { by: chuishao_domain::narrate::actor(by, &desk.world()).chinese, now: desk.clock.now() });
        }
        let chinese = "日历和职责清单由热线工作机构导入，请以 hotline-office 岗位办理";
        Err(DeskError::Refused(Refusal::new("not-entitled", chinese, "the hotline office imports reference data")))
    }
}

/// Imports a draft into a running server's database, and takes it up at once.
///
/// # Errors
/// See [`ImportError`]; when there is one, nothing was written.
pub async fn import(
    desk: &Desk,
    draft: &Draft,
    importer: &Importer,
    key: Option<&Key>,
) -> Result<Receipt, ImportError> {
    once(&desk.store, key, || attempt(desk, draft, importer, key)).await
}

async fn attempt(
    desk: &Desk,
    draft: &Draft,
    importer: &Importer,
    key: Option<&Key>,
) -> Result<Option<Receipt>, ImportError> {
    desk.reference.take_up(&desk.store).await?;
    let prepared = prepare(&desk.reference.known(), draft, importer).map_err(ImportError::Refused)?;
    let receipt = prepared.receipt(true);
    let answer = kept(key, &receipt)?;
    if !written(desk.store.add_import(&prepared.row, answer.as_ref()).await)? {
        return Ok(None);
    }
    desk.reference.take_up(&desk.store).await?;
    desk.follow_on_bell.notify_one();
    Ok(Some(receipt))
}
