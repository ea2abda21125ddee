//! Changes (变动) as rows: written with what changed, numbered one transaction after the other, read
//! on from a number by whoever follows along, and forgotten after some days.

use super::database::{Row, Statement};
use super::many::Column::{Integer, Text};
use super::many::{ManyRows, RowValues};
use super::{Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;

/// Changes that are numbered in one transaction.
pub const NUMBERED_AT_A_TIME: u64 = 500;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// 工单
    Ticket,
    /// 议题
    Topic,
    /// 攻坚行动
    Campaign,
    /// 知识条目
    Knowledge,
    /// 插件发布
    Rollout,
}

impl ChangeKind {
    const ALL: [Self; 5] = [Self::Ticket, Self::Topic, Self::Campaign, Self::Knowledge, Self::Rollout];

    fn key(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Topic => "topic",
            Self::Campaign => "campaign",
            Self::Knowledge => "knowledge",
            Self::Rollout => "rollout",
        }
    }
}

/// A change: enough to know what to read again, and nothing of what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Change {
    /// What kind of thing.
    pub kind: ChangeKind,
    /// Its id; of a rollout `370705/NAME`.
    pub subject: String,
    /// The version that it came to.
    pub version: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Its place among all changes.
    #[serde(skip)]
    pub number: u64,
}

pub(super) static CHANGE: ManyRows = ManyRows {
    before: "insert into change (kind, subject, version, at) ",
    columns: &[Text, Text, Integer, Integer],
    // A command that only called rules leaves the version where it was.
    after: " on conflict do nothing",
    returning: None,
};

pub(super) fn row(kind: ChangeKind, subject: &str, version: u64, at: Timestamp) -> RowValues {
    vec![kind.key().into(), subject.into(), version.cast_signed().into(), at.as_millisecond().into()]
}

fn change(row: &Row) -> Result<Change, StoreError> {
    let key = row.text(1)?;
    let kind = ChangeKind::ALL.into_iter().find(|kind| kind.key() == key).ok_or(sqlx::Error::RowNotFound)?;
    Ok(Change {
        number: row.integer(0)?.unsigned_abs(),
        kind,
        subject: row.text(2)?,
        version: row.integer(3)?.unsigned_abs(),
        at: Timestamp::from_millisecond(row.integer(4)?).unwrap_or_default(),
    })
}

impl Store {
    /// Gives numbers to changes that have none. Says how many got one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn number_changes(&self) -> Result<u64, StoreError> {
        let waits = Statement::new("select version from change where number is null limit 1");
        if self.readers.optional(waits).await?.is_none() {
            return Ok(0);
        }
        let mut open = self.pool.begin().await?;
        // Whoever numbers holds this row until the end: numbers become visible in their order.
        let turn = "insert into counter (name, next) values ('change', 1) \
                    on conflict (name) do update set next = counter.next returning next";
        let next = open.all(Statement::new(turn)).await?;
        let next = next.first().ok_or(sqlx::Error::RowNotFound)?.integer(0)?;
        let number = "update change set number = $1 + w.place from (select kind, subject, version, \
                      row_number() over (order by at, kind, subject, version) - 1 as place from change \
                      where number is null order by at, kind, subject, version limit $2) w \
                      where change.kind = w.kind and change.subject = w.subject and change.version = w.version";
        let numbered = open.execute(Statement::new(number).bind(next).bind(NUMBERED_AT_A_TIME.cast_signed())).await?;
        let counted = Statement::new("update counter set next = next + $1 where name = 'change'");
        open.execute(counted.bind(numbered.cast_signed())).await?;
        open.commit().await?;
        Ok(numbered)
    }

    /// The number of the latest change; 0 before the first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn latest_change(&self) -> Result<u64, StoreError> {
        let asked = Statement::new("select next - 1 from counter where name = 'change'");
        let row = self.readers.optional(asked).await?;
        Ok(row.map(|row| row.integer(0)).transpose()?.unwrap_or(0).unsigned_abs())
    }

    /// Changes behind a number, in order; nothing when what followed it is not kept any more, or was
    /// never there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn changes(&self, after: u64, limit: u32) -> Result<Option<Vec<Change>>, StoreError> {
        let asked = "select number, kind, subject, version, at from change where number > $1 order by number limit $2";
        let rows = self.readers.all(Statement::new(asked).bind(after.cast_signed()).bind(i64::from(limit))).await?;
        let changes: Vec<Change> = rows.iter().map(change).collect::<Result<_, _>>()?;
        let follows = match changes.first() {
            Some(first) => first.number == after + 1,
            None => self.latest_change().await? == after,
        };
        Ok(follows.then_some(changes))
    }

    /// Forgets changes from before a moment.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_changes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let delete = "delete from change where number in \
                      (select number from change where number is not null and at < $1 order by number limit $2)";
        self.in_pieces(delete, &[before]).await
    }
}
