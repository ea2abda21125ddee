//! Connections that are kept. The library's pool asks each connection for a sign of life
//! whenever it comes back, which doubles the ways to the database; here a connection that did
//! its work is trusted until a statement fails, and whatever was broken off in the middle is
//! closed. The library's pool still makes, counts and closes them.

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections to one database, lent out one by one.
pub(super) struct Kept<DB: Database>(Arc<Inner<DB>>);

struct Inner<DB: Database> {
    pool: Pool<DB>,
    idle: Mutex<Vec<PoolConnection<DB>>>,
    /// As many as the pool may hold, so that taking one never waits inside the pool.
    free: Arc<Semaphore>,
    patience: Duration,
}

impl<DB: Database> Clone for Kept<DB> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<DB: Database> Kept<DB> {
    pub(super) fn new(pool: Pool<DB>) -> Self {
        let options = pool.options();
        let free = Arc::new(Semaphore::new(options.get_max_connections() as usize));
        let patience = options.get_acquire_timeout();
        Self(Arc::new(Inner { pool, idle: Mutex::new(Vec::new()), free, patience }))
    }

    pub(super) async fn take(&self) -> Result<Lent<DB>, sqlx::Error> {
        let turn = tokio::time::timeout(self.0.patience, self.0.free.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.0.idle.lock().map_or(None, |mut idle| idle.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => self.0.pool.acquire().await?,
        };
        Ok(Lent { connection: Some(connection), home: self.0.clone(), _turn: turn })
    }

    /// Waits for those that are lent out, and closes all.
    pub(super) async fn close(&self) {
        let all = self.0.pool.options().get_max_connections();
        let _ = tokio::time::timeout(self.0.patience, self.0.free.acquire_many(all)).await;
        self.0.free.close();
        if let Ok(mut idle) = self.0.idle.lock() {
            idle.clear();
        }
        self.0.pool.close().await;
    }
}

/// A connection that is lent out. Dropped, it is closed: whoever let go of it did so in the
/// middle of something.
pub(super) struct Lent<DB: Database> {
    connection: Option<PoolConnection<DB>>,
    home: Arc<Inner<DB>>,
    _turn: OwnedSemaphorePermit,
}

impl<DB: Database> Lent<DB> {
    pub(super) fn connection(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    pub(super) fn give_back(mut self) {
        if let (Some(connection), Ok(mut idle)) = (self.connection.take(), self.home.idle.lock()) {
            idle.push(connection);
        }
    }
}

impl<DB: Database> Drop for Lent<DB> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}
