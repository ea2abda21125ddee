//! A rule's decision records for its author (导出): a line of JSON each, in the order of the tickets.
//! What stands in them is documented where the form is: [`chuishao_domain::rule::export`].

use crate::store::{Store, StoreError};
use chuishao_domain::calendar::civil;
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::export::Exported;
use chuishao_domain::rule::review::ReviewId;
use jiff::Timestamp;
use jiff::civil::Date;
use std::io::{self, Write};

/// Tickets, or reviews, read in one piece.
const AT_A_TIME: u32 = 100;

/// Why an export ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed, or a record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be read; `chuishao verify` says more.
    #[error("决定记录不能识别：{0}，请运行 chuishao verify (a record cannot be read)")]
    Unreadable(String),
    /// The file cannot be written.
    #[error("导出文件写不进去 (the file cannot be written)")]
    File(#[from] io::Error),
}

/// Which records.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The rule's name.
    pub rule: String,
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub until: Date,
}

impl Wanted {
    fn takes(&self, at: Timestamp) -> bool {
        (self.from..=self.until).contains(&civil(at).date())
    }
}

/// Writes them; how many there were. `progress` is told how many tickets were passed.
///
/// # Errors
/// See [`ExportError`].
pub async fn export(
    store: &Store,
    wanted: &Wanted,
    to: &mut impl Write,
    mut progress: impl FnMut(u64),
) -> Result<u64, ExportError> {
    let (mut last, mut written, mut passed) = (TicketId(String::new()), 0, 0);
    while let Some(page) = store.decision_page(&last, AT_A_TIME).await? {
        if let Some((ticket, _)) = page.unreadable.first() {
            return Err(ExportError::Unreadable(ticket.to_string()));
        }
        for (ticket, decisions) in page.tickets {
            for one in decisions.iter().filter(|one| one.edition.rule == wanted.rule) {
                let record = one.record().map_err(|_| ExportError::Unreadable(ticket.to_string()))?;
                if wanted.takes(record.call.at) {
                    let (ticket, number) = (ticket.clone(), one.number);
                    line(to, &Exported::Decision { ticket, number, record: Box::new(record) })?;
                    written += 1;
                }
            }
        }
        passed += page.passed;
        progress(passed);
        last = page.last;
    }
    let mut after: Option<ReviewId> = None;
    loop {
        let reviews = store.reviews_of_rule(&wanted.rule, after.as_ref(), AT_A_TIME).await?;
        let Some(end) = reviews.last() else { break };
        after = Some(end.id.clone());
        for review in reviews.into_iter().filter(|review| wanted.takes(review.at)) {
            line(to, &Exported::Review(Box::new(review)))?;
            written += 1;
        }
    }
    to.flush()?;
    Ok(written)
}

fn line(to: &mut impl Write, one: &Exported) -> io::Result<()> {
    serde_json::to_writer(&mut *to, one)?;
    to.write_all(b"\n")
}
