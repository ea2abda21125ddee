//! Sign-ins that go on elsewhere (登录请求) as rows, by the digest of what the browser keeps. Each counts
//! once, and is gone soon.

use super::database::Statement;
use super::{Store, StoreError};
use jiff::Timestamp;

impl Store {
    /// Keeps one that begins, and forgets those that began before `gone`: there are never more than were
    /// begun within that time.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn begin_attempt(
        &self,
        digest: &str,
        wanted: &str,
        now: Timestamp,
        gone: Timestamp,
    ) -> Result<(), StoreError> {
        let mut open = self.pool.begin().await?;
        let forget = Statement::new("delete from sign_in_attempt where begun_at < $1");
        open.execute(forget.bind(gone.as_millisecond())).await?;
        let insert = Statement::new("insert into sign_in_attempt (digest, begun_at, wanted) values ($1, $2, $3)");
        open.execute(insert.bind(digest).bind(now.as_millisecond()).bind(wanted)).await?;
        open.commit().await?;
        Ok(())
    }

    /// Uses one up that began at `gone` or later; says which page was wanted. Of two that come with the same
    /// one the second finds none.
    ///
    /// # Errors
    /// The database failed; nothing was written.
    pub async fn end_attempt(&self, digest: &str, gone: Timestamp) -> Result<Option<String>, StoreError> {
        let mut open = self.pool.begin().await?;
        let ask = "select wanted from sign_in_attempt where digest = $1 and begun_at >= $2";
        let rows = open.all(Statement::new(ask).bind(digest).bind(gone.as_millisecond())).await?;
        let wanted = rows.first().map(|row| row.text(0)).transpose()?;
        let used = open.execute(Statement::new("delete from sign_in_attempt where digest = $1").bind(digest)).await?;
        open.commit().await?;
        Ok(wanted.filter(|_| used == 1))
    }
}
