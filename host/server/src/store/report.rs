//! Figures for the city (报表), read from the sums that [`super::figures`] keeps and from what is not yet
//! folded into them, in one statement or of one moment, and from the index of what waits; never from
//! documents, and never from the rows of tickets: a month of a large city has as many sums as one of
//! a small city.

use super::database::{Row, Statement};
use super::figures::fold::{BY_DEPARTMENT, BY_TERRITORY, unpacked};
use super::figures::{COUNT_COLUMNS, read_counts};
use super::{Store, StoreError};
use chuishao_domain::evaluation::Tally;
use chuishao_domain::evaluation::ageing::{AgeBand, Bands, WaitsFor};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::first_response::FirstResponses;
use chuishao_domain::evaluation::handling::Handling;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId, UnitId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What tickets are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountedBy {
    /// 属地
    Territory,
    /// 市级行业主管部门
    Department,
    /// 分类组
    Group,
    /// 属地 and 分类组
    TerritoryAndGroup,
}

impl CountedBy {
    /// The face of the sums; what the same is in a change; what is grouped by.
    fn columns(self) -> [&'static str; 5] {
        match self {
            Self::Territory => [BY_TERRITORY, "territory", "category_group", "subject, ''", "subject"],
            Self::Department => [BY_DEPARTMENT, "department", "''", "subject, ''", "subject"],
            Self::Group => [BY_TERRITORY, "territory", "category_group", "'', category_group", "category_group"],
            Self::TerritoryAndGroup => {
                let both = "subject, category_group";
                [BY_TERRITORY, "territory", "category_group", both, both]
            }
        }
    }
}

/// What became of the tickets that are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureSum {
    /// 属地 or 市级行业主管部门, as it was asked; empty when it was not asked, and where no department
    /// has the tickets yet.
    pub subject: String,
    /// 分类组; empty when it was not asked.
    pub group: CategoryCode,
    /// What the callers said.
    pub tally: Tally,
    /// How they were handled.
    pub handling: Handling,
    /// 抄送 by law that a department was sent on these days, of whatever tickets; asked by department
    /// only.
    pub copies: u64,
}

/// Open tickets that wait for the same, with the same unit and for about as long, as the index of
/// what waits has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// 等待环节
    pub waits_for: WaitsFor,
    /// 主办单位
    pub lead_unit: Option<UnitId>,
    /// For how long.
    pub band: AgeBand,
    /// How many.
    pub open: u64,
    /// Of these: past what was due next.
    pub overdue: u64,
    /// The one that waits longest, of equals the first by its number.
    pub oldest: TicketId,
    /// Since when that waits.
    pub oldest_since: Timestamp,
}

/// Adds `column in (…)`.
fn push_spans(sql: &mut Statement, days: Days) {
    sql.push("span in (");
    for (place, span) in days.spans().into_iter().enumerate() {
        sql.push(if place == 0 { "" } else { ", " }).push_value(span);
    }
    sql.push(")");
}

/// Adds the condition that a change is of these days.
fn push_days(sql: &mut Statement, days: Days) {
    sql.push("day >= ").push_value(days.first().to_string());
    sql.push(" and day <= ").push_value(days.last().to_string());
}

fn figure_sum(row: &Row) -> Result<FigureSum, StoreError> {
    let counts = read_counts(row, 2)?.map(i64::unsigned_abs);
    let [received, followed_up, solved_at_first, solved, rated, satisfied, rest @ ..] = counts;
    let [closed, in_time, reworked, handed_back, extended, copies] = rest;
    Ok(FigureSum {
        subject: row.text(0)?,
        group: CategoryCode(row.text(1)?),
        tally: Tally { received, followed_up, solved_at_first, solved, rated, satisfied },
        handling: Handling { closed, in_time, reworked, handed_back, extended },
        copies,
    })
}

impl Store {
    /// What became of the tickets that were received on these days, of all territories or of one,
    /// in the order of subject and group; nothing of what no ticket is counted under.
    ///
    /// # Errors
    /// The database failed.
    pub async fn figure_sums(
        &self,
        days: Days,
        by: CountedBy,
        territory: Option<&TerritoryId>,
    ) -> Result<Vec<FigureSum>, StoreError> {
        let [face, subject, group, shown, grouped] = by.columns();
        let mut sql = Statement::new("select ");
        sql.push(shown);
        for column in COUNT_COLUMNS {
            // PostgreSQL adds whole numbers up to fractions.
            sql.push(", cast(sum(").push(column).push(") as bigint)");
        }
        let columns = COUNT_COLUMNS.join(", ");
        sql.push(" from (select subject, category_group, ").push(&columns).push(" from figure_sum where face = ");
        sql.push_value(face).push(" and ");
        push_spans(&mut sql, days);
        sql.push(" union all select ").push(subject).push(", ").push(group).push(", ").push(&columns);
        sql.push(" from figure_change where ");
        push_days(&mut sql, days);
        sql.push(") as counted");
        if let Some(territory) = territory {
            sql.push(" where subject = ").push_value(territory.as_str());
        }
        sql.push(" group by ").push(grouped).push(" order by ").push(grouped);
        let sums: Vec<FigureSum> = self.readers.all(sql).await?.iter().map(figure_sum).collect::<Result<_, _>>()?;
        // What was counted and no longer is leaves sums of nothing; and of a copy there is no territory.
        Ok(sums
            .into_iter()
            .filter(|sum| sum.tally.received > 0 || sum.copies > 0 && by == CountedBy::Department)
            .collect())
    }

    /// How long the callers of these days waited for the first response, by territory.
    ///
    /// # Errors
    /// The database failed, or a sum is unreadable.
    pub async fn first_responses(&self, days: Days) -> Result<BTreeMap<TerritoryId, FirstResponses>, StoreError> {
        let mut sums = Statement::new("select territory, counts from response_sum where ");
        push_spans(&mut sums, days);
        let mut changes = Statement::new(
            "select territory, response_minutes, cast(sum(received) as bigint) from figure_change where received <> 0 and ",
        );
        push_days(&mut changes, days);
        changes.push(" group by territory, response_minutes");
        let mut open = self.readers.snapshot().await?;
        let (sums, changes) = (open.all(sums).await?, open.all(changes).await?);
        open.rollback().await?;
        let mut territories: BTreeMap<TerritoryId, FirstResponses> = BTreeMap::new();
        for row in &sums {
            *territories.entry(TerritoryId(row.text(0)?)).or_default() += &unpacked(&row.bytes(1)?)?;
        }
        // More before fewer: what changed from one minute to another is never below nothing.
        let mut changes = changes
            .iter()
            .map(|row| Ok((row.integer(2)?, TerritoryId(row.text(0)?), row.maybe_integer(1)?)))
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        changes.sort_unstable_by(|one, other| other.cmp(one));
        for (by, territory, minutes) in changes {
            let minutes = minutes.map(|minutes| u32::try_from(minutes).unwrap_or(u32::MAX));
            territories.entry(territory).or_default().change(minutes, by);
        }
        territories.retain(|_, responses| *responses != FirstResponses::default());
        Ok(territories)
    }

    /// The open tickets that somebody here has, of all territories or of one, counted as seen from
    /// a moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(
        &self,
        territory: Option<&TerritoryId>,
        bands: &Bands,
        as_of: Timestamp,
    ) -> Result<Vec<Waiting>, StoreError> {
        let beginnings: Vec<(AgeBand, Timestamp)> = bands.beginnings().collect();
        let mut sql = Statement::new("select waits_for, lead_unit, cast(case");
        for (place, (_, first)) in beginnings.iter().enumerate() {
            sql.push(" when waits_since >= ")
                .push_value(first.as_millisecond())
                .push(" then ")
                .push(&place.to_string());
        }
        sql.push(" else ").push(&beginnings.len().to_string());
        sql.push(" end as bigint), count(*), count(*) filter (where due_at < ").push_value(as_of.as_millisecond());
        // The oldest with its number in one: until the year 2286 all moments have as many digits.
        sql.push("), min(cast(waits_since as text) || ' ' || id) from ticket where waits_for <> ''");
        if let Some(territory) = territory {
            sql.push(" and territory = ").push_value(territory.as_str());
        }
        sql.push(" group by 1, 2, 3");
        let of = |row: &Row| {
            let band = usize::try_from(row.integer(2)?).ok().and_then(|place| beginnings.get(place));
            let oldest = row.text(5)?;
            let (since, ticket) = oldest.split_once(' ').unwrap_or_default();
            Ok(Waiting {
                waits_for: serde_json::from_value(row.text(0)?.into())?,
                lead_unit: Some(row.text(1)?).filter(|id| !id.is_empty()).map(UnitId),
                band: band.map_or(AgeBand::Longer, |(band, _)| *band),
                open: row.integer(3)?.unsigned_abs(),
                overdue: row.integer(4)?.unsigned_abs(),
                oldest: TicketId(ticket.to_owned()),
                oldest_since: since
                    .parse()
                    .ok()
                    .and_then(|at| Timestamp::from_millisecond(at).ok())
                    .unwrap_or_default(),
            })
        };
        self.readers.all(sql).await?.iter().map(of).collect()
    }
}
