//! Published sheets (公布的评分表), each with what it was computed from; and the figures for sheets
//! that no ticket tells: like matters, and what of the knowledge base was accepted.

use super::commit::{finish, keep};
use super::database::{Row, Statement, Transaction, Value};
use super::lists::documents;
use super::many::Column::{Bytes, Integer, Text};
use super::many::ManyRows;
use super::scores::key_of;
use super::tickets::{CommitError, KeptAnswer};
use super::{Store, StoreError};
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::gathered::Gathered;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::evaluation::rule_set::RuleSets;
use chuishao_domain::evaluation::score_sheet::ScoreSheet;
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::UnitId;
use chuishao_domain::knowledge::event::{Event, Recorded};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};

/// What is said of a publication without its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Published {
    /// 第几次公布: a second one corrects the first.
    pub number: u32,
    /// 公布时刻
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// 公布人工号
    pub officer: String,
    /// The sheet's digest.
    pub digest: String,
    /// 评分表
    pub sheet: ScoreSheet,
}

/// A publication with its evidence.
#[derive(Clone, Debug)]
pub struct Publication {
    /// What was made known.
    pub published: Published,
    /// What it was computed from.
    pub gathered: Gathered,
}

static PUBLICATION: ManyRows = ManyRows {
    before: "insert into score_publication (period, subject, number, published_at, digest, document, evidence) ",
    columns: &[Text, Text, Integer, Integer, Text, Text, Bytes],
    after: " on conflict (period, subject, number) do nothing",
    returning: Some("subject"),
};

fn pack(gathered: &Gathered) -> Result<Vec<u8>, serde_json::Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&serde_json::to_vec(gathered)?).map_err(serde_json::Error::io)?;
    encoder.finish().map_err(serde_json::Error::io)
}

fn unpack(bytes: &[u8]) -> Result<Gathered, serde_json::Error> {
    let mut json = String::new();
    GzDecoder::new(bytes).read_to_string(&mut json).map_err(serde_json::Error::io)?;
    serde_json::from_str(&json)
}

/// A publication as a row: packed beside the writing.
pub struct PublicationRow(Vec<Value>);

impl PublicationRow {
    /// Packs one.
    ///
    /// # Errors
    /// A document cannot be written, which is a fault of this program.
    pub fn of(publication: &Publication) -> Result<Self, StoreError> {
        let Publication { published, gathered } = publication;
        Ok(Self(vec![
            published.sheet.period.to_string().into(),
            key_of(&published.sheet.subject).into(),
            i64::from(published.number).into(),
            published.at.as_millisecond().into(),
            (&published.digest).into(),
            serde_json::to_string(published)?.into(),
            pack(gathered)?.into(),
        ]))
    }
}

async fn publish(
    open: &mut Transaction,
    rows: Vec<PublicationRow>,
    answer: Option<&KeptAnswer>,
    now: Timestamp,
) -> Result<(), CommitError> {
    keep(open, answer, now).await?;
    let wanted = rows.len();
    let rows = rows.into_iter().map(|row| row.0).collect();
    let written = open.write(vec![(&PUBLICATION, rows)]).await?.len();
    if written == wanted { Ok(()) } else { Err(CommitError::VersionMoved) }
}

impl Store {
    /// Makes the sheets of a period known, all at once.
    ///
    /// # Errors
    /// They were published meanwhile, the key was used, or the database failed.
    pub async fn publish(
        &self,
        rows: Vec<PublicationRow>,
        answer: Option<&KeptAnswer>,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let mut open = self.pool.begin().await?;
        let done = publish(&mut open, rows, answer, now).await;
        finish(open, done).await
    }

    /// What was published of a period, or of one subject of it, the first publication first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn published(&self, period: Period, subject: Option<&Subject>) -> Result<Vec<Published>, StoreError> {
        let mut sql = Statement::new("select document from score_publication where period = ");
        sql.push_value(period.to_string());
        if let Some(subject) = subject {
            sql.push(" and subject = ").push_value(key_of(subject));
        }
        sql.push(" order by period, subject, number");
        documents(&self.readers.all(sql).await?)
    }

    /// The last publication of a subject in a period, with its evidence.
    ///
    /// # Errors
    /// The database failed.
    pub async fn publication(&self, period: Period, subject: &Subject) -> Result<Option<Publication>, StoreError> {
        let asked = Statement::new(
            "select document, evidence from score_publication where period = $1 and subject = $2 \
             order by number desc limit 1",
        );
        let row = self.readers.optional(asked.bind(period.to_string()).bind(key_of(subject))).await?;
        let read = |row: Row| {
            Ok(Publication { published: serde_json::from_str(&row.text(0)?)?, gathered: unpack(&row.bytes(1)?)? })
        };
        row.map(read).transpose()
    }

    /// Computes every published sheet again: those that come out otherwise.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify_publications(&self, rules: &RuleSets) -> Result<Vec<String>, StoreError> {
        let (mut after, mut faults) = ((String::new(), String::new(), 0), Vec::new());
        loop {
            // One at a time: the evidence of a large county is large.
            let asked = Statement::new(
                "select period, subject, number, digest, document, evidence from score_publication \
                 where (period, subject, number) > ($1, $2, $3) order by period, subject, number limit 1",
            );
            let asked = asked.bind(&after.0).bind(&after.1).bind(after.2);
            let Some(row) = self.readers.optional(asked).await? else { return Ok(faults) };
            after = (row.text(0)?, row.text(1)?, row.integer(2)?);
            if !comes_out(&row, rules) {
                faults.push(format!("{} {} 第{}次", after.0, after.1, after.2));
            }
        }
    }

    /// What was accepted of the entries of a department that were ruled on in a period: one
    /// that still waits is neither.
    ///
    /// # Errors
    /// The database failed.
    pub async fn knowledge_accepted(&self, department: &UnitId, period: Period) -> Result<Rate, StoreError> {
        let (from, until) = period.span();
        let asked = Statement::new(
            "select e.document from knowledge_event e join knowledge k on k.number = e.number \
             where e.at >= $1 and e.at < $2 and k.owner = $3 order by e.number, e.sequence",
        );
        let asked = asked.bind(from.as_millisecond()).bind(until.as_millisecond()).bind(department.as_str());
        let mut rate = Rate::default();
        for recorded in documents::<Recorded>(&self.readers.all(asked).await?)? {
            match recorded.event {
                Event::Approved { .. } => rate.count(true),
                Event::Returned { .. } => rate.count(false),
                _ => {}
            }
        }
        Ok(rate)
    }
}

fn comes_out(row: &Row, rules: &RuleSets) -> bool {
    let read = || -> Result<(Published, Gathered), StoreError> {
        Ok((serde_json::from_str(&row.text(4)?)?, unpack(&row.bytes(5)?)?))
    };
    let Ok((Published { sheet, digest, .. }, gathered)) = read() else { return false };
    let again = rules.version(&sheet.rule_version);
    let again = again.and_then(|rules| gathered.sheet(&sheet.subject, sheet.period, rules));
    again.is_ok_and(|again| again == sheet && again.digest() == digest)
        && row.text(3).is_ok_and(|column| column == digest)
        && row.text(0).is_ok_and(|period| period == sheet.period.to_string())
        && row.text(1).is_ok_and(|subject| subject == key_of(&sheet.subject))
}
