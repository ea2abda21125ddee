//! The check of the sums (核对统计): each month is counted again from the rows of its tickets, which
//! are themselves checked against the tickets, and compared with the sums and what is not yet
//! folded, all of one moment, so that it can be done beside a running server.

use super::super::database::{Statement, Transaction};
use super::super::outcomes::{BEHIND, COLUMNS, read};
use super::super::{Store, StoreError};
use super::fold::{BY_DEPARTMENT, BY_TERRITORY, Folded, read_places, spread, unpacked};
use super::{CHANGE_COLUMNS, COUNT_COLUMNS, Share, read_counts};
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::evaluation::days::month_of;
use chuishao_domain::evaluation::outcome::TicketOutcome;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::fmt;

/// Tickets that are read in one go.
const AT_A_TIME: i64 = 5000;

/// What is wrong with the sums.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureFault {
    /// Counts that are not those of the tickets: of a day or a month, a subject and a group.
    Sum(String, String, String),
    /// First responses: of a day or a month, and a territory.
    Responses(String, String),
    /// Places: of a day and a group.
    Places(String, String),
}

impl fmt::Display for FigureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum(span, subject, _) if subject.is_empty() => write!(f, "{span} 未派遣工单的统计数"),
            Self::Sum(span, subject, group) if group.is_empty() => write!(f, "{span} {subject} 的统计数"),
            Self::Sum(span, subject, group) => write!(f, "{span} {subject} {group} 的统计数"),
            Self::Responses(span, territory) => write!(f, "{span} {territory} 的首次响应统计"),
            Self::Places(day, group) => write!(f, "{day} {group} 的诉求分布"),
        }
    }
}

impl Store {
    /// Checks all sums.
    ///
    /// # Errors
    /// The database failed. What cannot be read is a fault, not an error.
    pub async fn verify_figures(&self) -> Result<Vec<FigureFault>, StoreError> {
        let (mut faults, mut from) = (Vec::new(), Date::MIN);
        while let Some(month) = self.next_month(from).await? {
            let mut open = self.readers.snapshot().await?;
            faults.extend(check(&mut open, month).await?);
            open.rollback().await?;
            from = month.saturating_add(1.month());
        }
        Ok(faults)
    }

    /// The first day of the next month in which anything is counted, or is to be.
    async fn next_month(&self, from: Date) -> Result<Option<Date>, StoreError> {
        let mut found: Vec<Date> = Vec::new();
        let moment = moment(from.at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN).as_millisecond();
        for text in [
            "select min(received_at) from outcome where received_at >= $1",
            "select min(copied_at) from copy where statutory and copied_at >= $1",
        ] {
            let first = self.readers.one(Statement::new(text).bind(moment)).await?.maybe_integer(0)?;
            found.extend(first.and_then(|at| Some(civil(Timestamp::from_millisecond(at).ok()?).date())));
        }
        // A month stands before its days.
        let month = month_of(from);
        for text in [
            "select coalesce(min(day), '') from figure_change where day >= $1",
            "select coalesce(min(day), '') from place_sum where day >= $1",
            "select coalesce(min(span), '') from response_sum where span >= $1",
            "select coalesce(min(span), '') from figure_sum where span >= $1",
        ] {
            let first = self.readers.one(Statement::new(text).bind(&month)).await?.text(0)?;
            let month = first.get(..7).map(|month| format!("{month}-01"));
            found.extend(month.and_then(|month| month.parse::<Date>().ok()));
        }
        Ok(found.into_iter().min().map(Date::first_of_month))
    }
}

async fn check(open: &mut Transaction, month: Date) -> Result<Vec<FigureFault>, StoreError> {
    let mut wanted = from_tickets(open, month).await?;
    let (mut there, mut faults) = from_sums(open, month).await?;
    wanted.drop_nothing();
    there.drop_nothing();
    let sums = differing(&wanted.sums, &there.sums);
    faults.extend(sums.map(|(_, span, subject, group)| FigureFault::Sum(span, subject, group)));
    let responses = differing(&wanted.responses, &there.responses);
    faults.extend(responses.map(|(span, territory)| FigureFault::Responses(span, territory)));
    let places = differing(&wanted.places, &there.places);
    faults.extend(places.map(|(day, group)| FigureFault::Places(day, group)));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// The keys of what is not the same on both sides.
fn differing<'a, K: Ord + Clone, V: PartialEq>(
    one: &'a BTreeMap<K, V>,
    other: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = K> + 'a {
    let missing = other.keys().filter(|key| !one.contains_key(key));
    one.iter().filter(|(key, value)| other.get(key) != Some(value)).map(|(key, _)| key).chain(missing).cloned()
}

impl Folded {
    /// Leaves out what adds up to nothing.
    fn drop_nothing(&mut self) {
        self.sums.retain(|_, counts| counts.iter().any(|count| *count != 0));
        self.responses.values_mut().for_each(|responses| responses.retain(|_, count| *count != 0));
        self.responses.retain(|_, responses| !responses.is_empty());
        self.places.values_mut().for_each(|places| places.retain(|_, count| *count != 0));
        self.places.retain(|_, places| !places.is_empty());
    }
}

/// Counted from the rows of the tickets that were received, and of the copies that were sent.
async fn from_tickets(open: &mut Transaction, month: Date) -> Result<Folded, StoreError> {
    let mut folded = Folded::default();
    let start = |day: Date| moment(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX).as_millisecond();
    let (from, until) = (start(month), start(month.saturating_add(1.month())));
    let mut after: Option<TicketOutcome> = None;
    loop {
        let mut sql = Statement::new("select ");
        sql.push(COLUMNS).push(
            ", m.street, m.estate from outcome o join matter m on m.ticket_id = o.ticket_id where o.received_at < ",
        );
        sql.push_value(until).push(" and o.received_at >= ").push_value(from);
        if let Some(last) = &after {
            sql.push(" and (o.received_at, o.ticket_id) > (").push_value(last.received_at.as_millisecond());
            sql.push(", ").push_value(last.ticket.as_str()).push(")");
        }
        sql.push(" order by o.received_at, o.ticket_id limit ").push_value(AT_A_TIME);
        let rows = open.all(sql).await?;
        for row in &rows {
            let outcome = read(row)?;
            // Text that is no text is named with its ticket.
            let place = |place| row.text(place).unwrap_or_default();
            folded.add(&Share::at(&outcome, &place(BEHIND), &place(BEHIND + 1)));
            after = Some(outcome);
        }
        if rows.len() < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX) {
            break;
        }
    }
    let copies =
        Statement::new("select reader, copied_at from copy where statutory and copied_at >= $1 and copied_at < $2");
    for row in open.all(copies.bind(from).bind(until)).await? {
        let copied_at = Timestamp::from_millisecond(row.integer(1)?).unwrap_or_default();
        folded.add(&Share::of_copy(&row.text(0)?, copied_at));
    }
    Ok(folded)
}

/// What the sums say together with what is not yet folded; and what of them cannot be read or
/// contradicts itself.
async fn from_sums(open: &mut Transaction, month: Date) -> Result<(Folded, Vec<FigureFault>), StoreError> {
    let (mut folded, mut faults) = (Folded::default(), Vec::new());
    let (first, last) = (month.to_string(), month.last_of_month().to_string());
    let of_month = month_of(month);
    let mut changes = Statement::new("select ");
    changes.push(CHANGE_COLUMNS).push(" from figure_change where day >= ").push_value(&first);
    changes.push(" and day <= ").push_value(&last);
    for row in open.all(changes).await? {
        folded.add(&Share::read(&row)?);
    }
    // `2024-10` stands before `2024-10-01`.
    let spans = |text: &'static str| Statement::new(text).bind(&of_month).bind(&last);
    let mut sums = Statement::new("select face, span, subject, category_group, ");
    sums.push(&COUNT_COLUMNS.join(", ")).push(" from figure_sum where span >= ").push_value(&of_month);
    sums.push(" and span <= ").push_value(&last);
    for row in open.all(sums).await? {
        let face = if row.text(0)? == BY_TERRITORY { BY_TERRITORY } else { BY_DEPARTMENT };
        let sum = folded.sums.entry((face, row.text(1)?, row.text(2)?, row.text(3)?)).or_default();
        sum.iter_mut().zip(read_counts(&row, 4)?).for_each(|(sum, count)| *sum += count);
    }
    let responses = spans("select span, territory, counts from response_sum where span >= $1 and span <= $2");
    for row in open.all(responses).await? {
        let key = (row.text(0)?, row.text(1)?);
        let Ok(responses) = unpacked(&row.bytes(2)?) else {
            faults.push(FigureFault::Responses(key.0, key.1));
            continue;
        };
        let counts = folded.responses.entry(key).or_default();
        for (minutes, count) in responses.minutes() {
            *counts.entry(Some(*minutes)).or_default() += count.cast_signed();
        }
        *counts.entry(None).or_default() += responses.waiting().cast_signed();
    }
    let places = spans("select day, category_group, spread, places from place_sum where day >= $1 and day <= $2");
    for row in open.all(places).await? {
        let key = (row.text(0)?, row.text(1)?);
        let places = read_places(&row.text(3)?);
        let spread_fits =
            |places| serde_json::to_string(&spread(places)).is_ok_and(|text| row.text(2).ok() == Some(text));
        match places {
            Ok(places) if spread_fits(&places) => {
                let counts = folded.places.entry(key).or_default();
                places.into_iter().for_each(|(place, count)| *counts.entry(place).or_default() += count);
            }
            _ => faults.push(FigureFault::Places(key.0, key.1)),
        }
    }
    Ok((folded, faults))
}
