//! The check of what candidates would have done: the columns by which it is counted and found say what was
//! found, and what was tried of a review differs as it says from the review that was held.

use super::super::database::{Row, Statement};
use super::super::{Store, StoreError};
use crate::registry::shadow::Compared;
use chuishao_domain::plugin::rollout::deed::TriedReview;
use chuishao_domain::rule::record::Answer;
use chuishao_domain::rule::review::{ReviewId, ReviewRecord};

/// Rows that are looked at in one go: each has what was found, some kilobytes.
const AT_A_TIME: i64 = 500;

impl Store {
    /// Checks every comparison, on tickets and in reviews.
    ///
    /// # Errors
    /// The database failed. What cannot be read is named.
    pub async fn verify_shadows(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = self.altered_comparisons().await?;
        faults.extend(self.altered_tries().await?);
        Ok(faults)
    }

    async fn altered_comparisons(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let (mut candidate, mut ticket, mut event) = (Candidate::default(), String::new(), 0);
        loop {
            let asked = "select territory, plugin, revision, ticket_id, event_sequence, differs, failed, document \
                         from shadow where (territory, plugin, revision, ticket_id, event_sequence) > \
                         ($1, $2, $3, $4, $5) order by territory, plugin, revision, ticket_id, event_sequence limit $6";
            let asked = candidate.bound(asked).bind(&ticket).bind(event).bind(AT_A_TIME);
            let rows = self.readers.all(asked).await?;
            let Some(last) = rows.last() else { return Ok(faults) };
            (candidate, ticket, event) = (Candidate::of(last)?, last.text(3)?, last.integer(4)?);
            for row in &rows {
                let found = row.text(7).ok().and_then(|text| serde_json::from_str::<Compared>(&text).ok());
                let fits = match found {
                    Some(Compared { difference, candidate }) => {
                        row.truth(5)? == difference.is_some() && row.truth(6)? != candidate.failures.is_empty()
                    }
                    None => false,
                };
                if !fits {
                    let (of, ticket, event) = (Candidate::of(row)?, row.text(3)?, row.integer(4)?);
                    let what = "与其内容不一致 (a comparison differs from its record)";
                    faults.push(format!("影子对照 {of} {ticket} 第 {event} 个事件{what}"));
                }
            }
        }
    }

    async fn altered_tries(&self) -> Result<Vec<String>, StoreError> {
        let mut faults = Vec::new();
        let (mut candidate, mut kind, mut day) = (Candidate::default(), String::new(), String::new());
        loop {
            let asked = "select territory, plugin, revision, kind, first_day, at, differs, failed, document \
                         from shadow_review where (territory, plugin, revision, kind, first_day) > \
                         ($1, $2, $3, $4, $5) order by territory, plugin, revision, kind, first_day limit $6";
            let asked = candidate.bound(asked).bind(&kind).bind(&day).bind(AT_A_TIME);
            let rows = self.readers.all(asked).await?;
            let Some(last) = rows.last() else { return Ok(faults) };
            (candidate, kind, day) = (Candidate::of(last)?, last.text(3)?, last.text(4)?);
            for row in &rows {
                let tried = row.text(8).ok().and_then(|text| serde_json::from_str::<TriedReview>(&text).ok());
                let fits = match &tried {
                    Some(tried) => fits(row, tried)? && self.differs_as_it_says(tried).await?,
                    None => false,
                };
                if !fits {
                    let (of, kind, day) = (Candidate::of(row)?, row.text(3)?, row.text(4)?);
                    let what =
                        "与其记录或所对照的研判不一致 (a tried review differs from its record or from what was held)";
                    faults.push(format!("试研判 {of} {kind}.{day} {what}"));
                }
            }
        }
    }

    /// Of a review that was held only after the try, the try says nothing.
    async fn differs_as_it_says(&self, tried: &TriedReview) -> Result<bool, StoreError> {
        let held = match tried.beside {
            true => {
                let asked = Statement::new("select document from review where id = $1").bind(&tried.record.id.0);
                let row = self.readers.optional(asked).await?;
                row.and_then(|row| serde_json::from_str::<ReviewRecord>(&row.text(0).ok()?).ok())
            }
            false => None,
        };
        Ok(TriedReview::compared(tried.record.clone(), held.as_ref()) == *tried)
    }
}

/// Which revision of which plugin where, in the first three columns.
#[derive(Default)]
struct Candidate {
    territory: String,
    plugin: String,
    revision: i64,
}

impl Candidate {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { territory: row.text(0)?, plugin: row.text(1)?, revision: row.integer(2)? })
    }

    fn bound(&self, asked: &'static str) -> Statement {
        Statement::new(asked).bind(&self.territory).bind(&self.plugin).bind(self.revision)
    }
}

impl std::fmt::Display for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{} 第 {} 版", self.territory, self.plugin, self.revision)
    }
}

/// Whether the columns of a try say what its record says.
fn fits(row: &Row, tried: &TriedReview) -> Result<bool, StoreError> {
    let TriedReview { record, difference, .. } = tried;
    let (edition, input) = (&record.edition, &record.input);
    let placement = &edition.placement;
    let texts = [row.text(0)?, row.text(1)?, row.text(3)?, row.text(4)?];
    let first_day = input.first_day.to_string();
    let said = [placement.territory.as_str(), &edition.rule, input.kind.event_kind().as_str(), &first_day];
    Ok(texts == said
        && row.integer(2)? == i64::from(placement.revision)
        && row.integer(5)? == record.at.as_millisecond()
        && row.truth(6)? == difference.is_some()
        && row.truth(7)? == matches!(record.answer, Answer::Failed(_))
        && record.id == ReviewId::new(input.kind, input.first_day, &input.territory, &edition.rule)
        && edition.is_sealed())
}
