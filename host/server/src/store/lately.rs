//! What rules decided lately, by whichever server, read on from the number of a change: for the
//! guards, which count the hour of the whole city. A change is numbered after its transaction, so that
//! who has read up to a number misses nothing of a commit that came late.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::record::{DecisionRecord, Edition};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which decision: a rule is asked about an event of a ticket once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// 工单编号
    pub ticket: TicketId,
    /// The event's place there.
    pub event_sequence: u64,
    /// The rule's name.
    pub rule: String,
    /// When.
    pub at: Timestamp,
}

/// Some changes in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Behind which number they begin.
    pub after: u64,
    /// With which they end.
    pub through: u64,
}

/// The decisions of the tickets that changed there, each after a moment: the changes are found by their
/// numbers, and the decisions by the ticket's key. No other kind of thing has a ticket's number for a
/// name, and asking for the kind would lead to all that ever changed of it.
macro_rules! decided {
    ($columns:literal) => {
        concat!(
            "select ",
            $columns,
            " from decision d where d.at > $1 and d.ticket_id in (select subject from change \
             where number > $2 and number <= $3)"
        )
    };
}

impl Stretch {
    fn of(self, statement: &'static str, since: Timestamp) -> Statement {
        let Self { after, through } = self;
        Statement::new(statement).bind(since.as_millisecond()).bind(after.cast_signed()).bind(through.cast_signed())
    }
}

fn decided(row: &Row) -> Option<Decided> {
    Some(Decided {
        ticket: TicketId(row.text(0).ok()?),
        event_sequence: row.integer(1).ok()?.unsigned_abs(),
        rule: row.text(2).ok()?,
        at: Timestamp::from_millisecond(row.integer(3).ok()?).ok()?,
    })
}

impl Store {
    /// The number behind which every change since a moment stands, as far as it has one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn change_before(&self, since: Timestamp) -> Result<u64, StoreError> {
        let latest = self.latest_change().await?;
        // A sum has no index of its own: it is found among the changes since then, not by going
        // through all that came before them.
        let asked = "select min(number + 0) from change where number is not null and at > $1";
        let row = self.readers.one(Statement::new(asked).bind(since.as_millisecond())).await?;
        Ok(row.maybe_integer(0)?.map_or(latest, |first| first.unsigned_abs().saturating_sub(1)))
    }

    /// Which decisions there are since a moment on the tickets that changed: enough to know whether
    /// any of them is news. What does not read is for the check to name.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided(&self, stretch: Stretch, since: Timestamp) -> Result<Vec<Decided>, StoreError> {
        let asked = decided!("d.ticket_id, d.event_sequence, d.rule, d.at");
        let rows = self.readers.all(stretch.of(asked, since)).await?;
        Ok(rows.iter().filter_map(decided).collect())
    }

    /// The same decisions as a whole.
    ///
    /// # Errors
    /// The database failed.
    pub async fn decided_in_full(
        &self,
        stretch: Stretch,
        since: Timestamp,
    ) -> Result<Vec<(TicketId, DecisionRecord)>, StoreError> {
        let rows = self.readers.all(stretch.of(decided!("d.ticket_id, d.edition, d.document"), since)).await?;
        // Written with the first decision that names it and never removed: whoever reads them later
        // finds them all.
        let asked = concat!("select digest, document from edition where digest in (", decided!("d.edition"), ")");
        let edition = |row: &Row| -> Option<(String, Arc<Edition>)> {
            Some((row.text(0).ok()?, Arc::new(serde_json::from_str(&row.text(1).ok()?).ok()?)))
        };
        let editions: BTreeMap<_, _> =
            self.readers.all(stretch.of(asked, since)).await?.iter().filter_map(edition).collect();
        let decision = |row: &Row| {
            let edition = editions.get(&row.text(1).ok()?)?.clone();
            let call = serde_json::from_str(&row.text(2).ok()?).ok()?;
            Some((TicketId(row.text(0).ok()?), DecisionRecord { edition, call }))
        };
        Ok(rows.iter().filter_map(decision).collect())
    }
}
