//! Wrong passwords as rows (登录失败), each counter by its digest, and the browsers that signed in before
//! (设备), by the digests of their cookies: each of those has a counter of its own.

use super::accounts::moment;
use super::audit::log;
use super::database::{Row, Statement};
use super::{Store, StoreError};
use chuishao_domain::account::audit::Entry;
use jiff::Timestamp;

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// The last.
    pub last_at: Timestamp,
    /// Until when nobody is looked at who is counted here.
    pub wait_until: Timestamp,
}

/// What one more wrong password makes of a counter.
pub type OneMore = fn(Failures, Timestamp) -> Failures;

const ASK: &str = "select failures, last_at, wait_until from sign_in_failure where counter = $1";

fn failures(row: Option<&Row>) -> Result<Failures, StoreError> {
    let Some(row) = row else { return Ok(Failures::default()) };
    Ok(Failures {
        count: u32::try_from(row.integer(0)?).unwrap_or(u32::MAX),
        last_at: moment(row.integer(1)?),
        wait_until: moment(row.integer(2)?),
    })
}

impl Store {
    /// Wrong passwords of one counter.
    ///
    /// # Errors
    /// The database failed.
    pub async fn failures(&self, counter: &str) -> Result<Failures, StoreError> {
        failures(self.readers.optional(Statement::new(ASK).bind(counter)).await?.as_ref())
    }

    /// Keeps one more wrong password in each of these counters; says how each was before and is then,
    /// and stops at one that makes wait already.
    /// Two at the same moment count as two, since one row is written after the other.
    ///
    /// # Errors
    /// The database failed.
    pub async fn note_failure(
        &self,
        counters: &[(String, OneMore)],
        entry: &Entry,
    ) -> Result<Vec<(Failures, Failures)>, StoreError> {
        let mut open = self.pool.begin().await?;
        // The end of the log is held from here on, so that the rows are read and written alone.
        log(&mut open, std::slice::from_ref(entry)).await?;
        let mut noted = Vec::with_capacity(counters.len());
        for (counter, one_more) in counters {
            let rows = open.all(Statement::new(ASK).bind(counter)).await?;
            let before = failures(rows.first())?;
            let after = one_more(before, entry.at);
            let keep = "insert into sign_in_failure (counter, failures, last_at, wait_until) values ($1, $2, $3, $4) \
                        on conflict (counter) do update set failures = excluded.failures, \
                        last_at = excluded.last_at, wait_until = excluded.wait_until";
            let keep = Statement::new(keep).bind(counter).bind(i64::from(after.count));
            open.execute(keep.bind(after.last_at.as_millisecond()).bind(after.wait_until.as_millisecond())).await?;
            noted.push((before, after));
            // Who waits already was told nothing, and counts nowhere else.
            if before.wait_until > entry.at {
                break;
            }
        }
        open.commit().await?;
        Ok(noted)
    }

    /// Forgets failures that are old; how many rows went.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_failures(&self, before: Timestamp) -> Result<u64, StoreError> {
        let forget = Statement::new("delete from sign_in_failure where last_at < $1");
        Ok(self.pool.execute(forget.bind(before.as_millisecond())).await?)
    }

    /// The accounts that signed in from a browser, by the digest of its cookie; none from one that is
    /// not known.
    ///
    /// # Errors
    /// The database failed.
    pub async fn accounts_of_device(&self, digest: &str) -> Result<Vec<String>, StoreError> {
        let ask = Statement::new("select account from device where digest = $1").bind(digest);
        self.readers.all(ask).await?.iter().map(|row| Ok(row.text(0)?)).collect()
    }

    /// Forgets browsers that nobody signed in from since; how many rows went.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_devices(&self, unused_since: Timestamp) -> Result<u64, StoreError> {
        let forget = Statement::new("delete from device where seen_at < $1");
        Ok(self.pool.execute(forget.bind(unused_since.as_millisecond())).await?)
    }
}
