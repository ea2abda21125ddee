//! Figures for the city (报表): counted in SQL from the short rows of `course` and from the index
//! of what waits, never from documents.
//!
//! There are no daily sums. A ticket's figures go on changing long after its day (a follow-up, a
//! rework, a hand-back), so that every step would write the sums of an old day again, and all
//! servers would wait for the same few rows; and a sum that went wrong once would stay wrong. A
//! month is 75,000 short rows that lie together, found by one index range: a third of a second on
//! two busy processors. A year is read month by month, because the sorting of a month fits into
//! memory where that of a year does not; the moment of receipt never changes, so that every ticket
//! is counted once although the months are read one after the other.

use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::evaluation::Tally;
use chuishao_domain::evaluation::ageing::WaitsFor;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::handling::Handling;
use chuishao_domain::ids::{CategoryCode, TerritoryId, TicketId, UnitId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What became of the tickets of one territory, one department and one category group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseSum {
    /// 属地
    pub territory: TerritoryId,
    /// 市级行业主管部门; none before the first dispatch.
    pub department: Option<UnitId>,
    /// 分类组
    pub group: CategoryCode,
    /// What the callers said.
    pub tally: Tally,
    /// How it was handled.
    pub handling: Handling,
}

/// How many waited so many minutes for the first response; none: who still waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseCount {
    /// 属地
    pub territory: TerritoryId,
    /// 分钟
    pub minutes: Option<i64>,
    /// 件数
    pub count: u64,
}

/// An open ticket, as the index of what waits has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// 工单编号
    pub ticket: TicketId,
    /// 属地
    pub territory: TerritoryId,
    /// 等待环节
    pub waits_for: WaitsFor,
    /// 主办单位
    pub lead_unit: Option<UnitId>,
    /// Since when.
    pub since: Timestamp,
    /// When it is due.
    pub due_at: Option<Timestamp>,
}

const COURSE_SUMS: &str = "select territory, department, category_group, count(*), count(first_solved), \
    count(*) filter (where first_solved and rework_count = 0), \
    count(*) filter (where first_solved is not null and solved), \
    count(*) filter (where closed and first_solved is not null and satisfied is not null), \
    count(*) filter (where closed and first_solved is not null and satisfied), \
    count(in_time), count(*) filter (where in_time), count(*) filter (where rework_count > 0), \
    count(*) filter (where hand_back_count > 0), count(*) filter (where extended) \
    from course where received_at >= $1 and received_at < $2 group by territory, department, category_group";

const RESPONSE_COUNTS: &str = "select territory, response_minutes, count(*) from course \
    where received_at >= $1 and received_at < $2 group by territory, response_minutes";

fn within(text: &'static str, days: Days) -> Statement {
    let (from, until) = days.span();
    Statement::new(text).bind(from.as_millisecond()).bind(until.as_millisecond())
}

fn unit(text: String) -> Option<UnitId> {
    (!text.is_empty()).then_some(UnitId(text))
}

impl Store {
    /// What became of the tickets that were received on these days, summed by territory,
    /// department and category group: every report of a period adds these up.
    ///
    /// # Errors
    /// The database failed.
    pub async fn course_sums(&self, days: Days) -> Result<Vec<CourseSum>, StoreError> {
        let mut sums: BTreeMap<_, (Tally, Handling)> = BTreeMap::new();
        for month in days.by_months() {
            let rows = self.readers.all(within(COURSE_SUMS, month)).await?;
            for row in &rows {
                let count = |place| row.integer(place).map(i64::unsigned_abs);
                let sum = sums.entry((row.text(0)?, row.text(1)?, row.text(2)?)).or_default();
                sum.0 += Tally {
                    received: count(3)?,
                    followed_up: count(4)?,
                    solved_at_first: count(5)?,
                    solved: count(6)?,
                    rated: count(7)?,
                    satisfied: count(8)?,
                };
                sum.1 += Handling {
                    closed: count(9)?,
                    in_time: count(10)?,
                    reworked: count(11)?,
                    handed_back: count(12)?,
                    extended: count(13)?,
                };
            }
        }
        let sum = |((territory, department, group), (tally, handling))| {
            let (territory, department, group) = (TerritoryId(territory), unit(department), CategoryCode(group));
            CourseSum { territory, department, group, tally, handling }
        };
        Ok(sums.into_iter().map(sum).collect())
    }

    /// How long the callers of these days waited for the first response, by territory.
    ///
    /// # Errors
    /// The database failed.
    pub async fn response_counts(&self, days: Days) -> Result<Vec<ResponseCount>, StoreError> {
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        for month in days.by_months() {
            for row in self.readers.all(within(RESPONSE_COUNTS, month)).await? {
                *counts.entry((row.text(0)?, row.maybe_integer(1)?)).or_default() += row.integer(2)?.unsigned_abs();
            }
        }
        let count = |((territory, minutes), count)| ResponseCount { territory: TerritoryId(territory), minutes, count };
        Ok(counts.into_iter().map(count).collect())
    }

    /// Every open ticket that somebody here has, of all territories or of one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn waiting(&self, territory: Option<&TerritoryId>) -> Result<Vec<Waiting>, StoreError> {
        let mut sql = Statement::new(
            "select id, territory, waits_for, lead_unit, waits_since, due_at from ticket where waits_for <> ''",
        );
        if let Some(territory) = territory {
            sql.push(" and territory = ").push_value(territory.as_str());
        }
        let moment = |millis| Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MIN);
        let of = |row: &Row| {
            Ok(Waiting {
                ticket: TicketId(row.text(0)?),
                territory: TerritoryId(row.text(1)?),
                waits_for: serde_json::from_value(row.text(2)?.into())?,
                lead_unit: unit(row.text(3)?),
                since: moment(row.integer(4)?),
                due_at: row.maybe_integer(5)?.map(moment),
            })
        };
        self.readers.all(sql).await?.iter().map(of).collect()
    }

    /// How many copies of the law (双向联办) each of these departments was sent on these days.
    ///
    /// # Errors
    /// The database failed.
    pub async fn copies_sent(
        &self,
        days: Days,
        departments: impl Iterator<Item = &UnitId>,
    ) -> Result<BTreeMap<UnitId, u64>, StoreError> {
        // The index is by reader: named one by one, only these days of each are read.
        let mut sql = within(
            "select reader, count(*) from copy where statutory and copied_at >= $1 and copied_at < $2 and reader in (''",
            days,
        );
        for department in departments {
            sql.push(", ").push_value(department.as_str());
        }
        sql.push(") group by reader order by reader");
        let rows = self.readers.all(sql).await?;
        rows.iter().map(|row| Ok((UnitId(row.text(0)?), row.integer(1)?.unsigned_abs()))).collect()
    }
}
