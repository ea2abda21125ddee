//! The city's figures (统计): what a command changes in them, as rows of `figure_change`, written in
//! its transaction. Rows are only added, so that no command waits for another's sums, and no sum
//! of a busy month is written again with every step of every ticket.
//!
//! - this file: what one ticket counts for, before a command and after it;
//! - [`fold`]: what is not yet folded becomes sums, in the background;
//! - `check`: whether all sums are right; `version`: whether a report would still say the same.
//!
//! [`super::report`] and [`super::matters`] read the sums together with what is not yet folded, of
//! one moment: no report misses what was just written.

mod check;
pub mod fold;
mod version;

use super::database::{Row, Value};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use chuishao_domain::calendar::civil;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use chuishao_domain::ids::UnitId;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;

/// The columns of counts, in the order of [`Counts`].
pub(super) const COUNT_COLUMNS: [&str; 12] = [
    "received",
    "followed_up",
    "solved_at_first",
    "solved",
    "rated",
    "satisfied",
    "closed",
    "in_time",
    "reworked",
    "handed_back",
    "extended",
    "copies",
];

/// How many more or fewer.
pub(super) type Counts = [i64; COUNT_COLUMNS.len()];

/// Where the counts of received tickets and of copies stand.
const RECEIVED: usize = 0;
const COPIES: usize = 11;

pub(super) static CHANGE: ManyRows = ManyRows {
    before: "insert into figure_change (day, territory, department, category_group, street, estate, \
             response_minutes, received, followed_up, solved_at_first, solved, rated, satisfied, closed, in_time, \
             reworked, handed_back, extended, copies) ",
    columns: &[
        Text, Text, Text, Text, Text, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
        Integer, Integer, Integer, Integer, Integer,
    ],
    after: "",
    returning: None,
};

/// The columns of a change, in the order of [`CHANGE`].
pub(super) const CHANGE_COLUMNS: &str = "day, territory, department, category_group, street, estate, \
    response_minutes, received, followed_up, solved_at_first, solved, rated, satisfied, closed, in_time, reworked, \
    handed_back, extended, copies";

/// Under what something is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Under {
    day: String,
    territory: String,
    department: String,
    group: String,
    street: String,
    estate: String,
    /// None while the caller waits.
    response_minutes: Option<i64>,
}

/// What one ticket counts for, or what changes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    under: Under,
    counts: Counts,
}

impl Share {
    /// Of a ticket, as it is.
    pub(super) fn of(ticket: &Ticket, outcome: &TicketOutcome) -> Self {
        Self::at(outcome, &ticket.intake.place.street, &ticket.intake.place.estate)
    }

    /// Of what became of a ticket from some place.
    fn at(outcome: &TicketOutcome, street: &str, estate: &str) -> Self {
        let (tally, handling) = (outcome.tally(), outcome.handling());
        let counts = [
            tally.received,
            tally.followed_up,
            tally.solved_at_first,
            tally.solved,
            tally.rated,
            tally.satisfied,
            handling.closed,
            handling.in_time,
            handling.reworked,
            handling.handed_back,
            handling.extended,
            0,
        ];
        let under = Under {
            day: day_of(outcome.received_at),
            territory: outcome.territory.to_string(),
            department: outcome.department.as_ref().map(UnitId::to_string).unwrap_or_default(),
            group: outcome.category.group().to_owned(),
            street: street.to_owned(),
            estate: estate.to_owned(),
            response_minutes: outcome.response_minutes().map(i64::from),
        };
        Self { under, counts: counts.map(u64::cast_signed) }
    }

    /// Of a copy that was sent by law.
    pub(super) fn of_copy(reader: &str, copied_at: Timestamp) -> Self {
        let under = Under {
            day: day_of(copied_at),
            territory: String::new(),
            department: reader.to_owned(),
            group: String::new(),
            street: String::new(),
            estate: String::new(),
            response_minutes: None,
        };
        let mut counts = Counts::default();
        counts[COPIES] = 1;
        Self { under, counts }
    }

    /// What has to be counted more or fewer when a ticket's share becomes this one.
    pub(super) fn since(self, before: Option<Self>) -> Vec<Self> {
        match before {
            None => vec![self],
            Some(before) if before == self => Vec::new(),
            Some(before) if before.under == self.under => {
                let mut counts = self.counts;
                counts.iter_mut().zip(before.counts).for_each(|(count, before)| *count -= before);
                vec![Self { counts, ..self }]
            }
            Some(before) => vec![Self { counts: before.counts.map(|count| -count), ..before }, self],
        }
    }

    /// As a row of [`CHANGE`].
    pub(super) fn into_row(self) -> RowValues {
        let Under { day, territory, department, group, street, estate, response_minutes } = self.under;
        let mut row: RowValues = [day, territory, department, group, street, estate].map(Value::from).into();
        row.push(response_minutes.into());
        row.extend(self.counts.map(Value::from));
        row
    }

    /// From [`CHANGE_COLUMNS`].
    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        let under = Under {
            day: row.text(0)?,
            territory: row.text(1)?,
            department: row.text(2)?,
            group: row.text(3)?,
            street: row.text(4)?,
            estate: row.text(5)?,
            response_minutes: row.maybe_integer(6)?,
        };
        Ok(Self { under, counts: read_counts(row, 7)? })
    }
}

/// The counts that begin at a column.
pub(super) fn read_counts(row: &Row, first: usize) -> Result<Counts, sqlx::Error> {
    let mut counts = Counts::default();
    for (place, count) in counts.iter_mut().enumerate() {
        *count = row.integer(first + place)?;
    }
    Ok(counts)
}

/// The day of the city on which something was.
fn day_of(at: Timestamp) -> String {
    civil(at).date().to_string()
}
