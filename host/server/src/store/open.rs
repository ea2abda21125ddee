//! Opening: to serve, which brings the schema up to date and, for a file, keeps others out;
//! or to read beside a running server.

use super::address::DatabaseAddress;
use super::counting::Counter;
use super::database::{Kind, Pool, Statement};
use super::kept::Kept;
use super::modes::KnownModes;
use super::recent::Recent;
use super::writer::Writer;
use super::{Store, StoreError};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// Readers at the same time: more would only wait for the processor.
const READERS: u32 = 8;

/// Connections of PostgreSQL for what is written: the writer's lanes, the outbox, the clock.
const WRITERS: u32 = 4;

/// How long a statement waits for a lock, and a caller for a connection, before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// Statements that a connection keeps prepared: what a command writes into the tables has a text for
/// each mixture of them.
const MOST_STATEMENTS: usize = 256;

/// What every session on PostgreSQL is opened with. A server that froze in the middle of a
/// transaction must not hold its locks: the others take over. And every statement has an index
/// of its own: a plan that was made while a table was small must not go on reading all of it
/// when it has grown. Nor is a plan ever compiled: that takes longer than the longest question of
/// a report, and each connection does it again.
const SESSION: [(&str, &str); 4] =
    [("idle_in_transaction_session_timeout", "10s"), ("lock_timeout", "5s"), ("enable_seqscan", "off"), ("jit", "off")];

/// What sessions that write have besides: rows are found one by one by their keys, never by
/// reading a whole index beside a handful of rows.
/// A statement is planned once, whatever its values: to plan what a command writes into a dozen tables
/// takes longer than to write it, and PostgreSQL would do it every time, because it takes every array
/// that it does not know for ten rows.
const WRITING: [(&str, &str); 3] =
    [("enable_hashjoin", "off"), ("enable_mergejoin", "off"), ("plan_cache_mode", "force_generic_plan")];

impl Store {
    /// Opens a database to serve from it: makes it if it is a file, and brings its schema up
    /// to date.
    ///
    /// # Errors
    /// It cannot be reached or used, is a file in use by another server, or its schema is newer.
    pub async fn open(address: &DatabaseAddress) -> Result<Self, StoreError> {
        match address {
            DatabaseAddress::Sqlite(path) => {
                let lock = lock(path)?;
                make_file(path).map_err(|cause| StoreError::File { path: path.clone(), cause })?;
                let options = sqlite_options(path);
                let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
                let pool = sqlite_writer(options.clone()).await?;
                SQLITE.run(&pool).await?;
                let readers = sqlite_readers(options).await?;
                Ok(Self::of(Pool::Sqlite(Kept::new(pool)), readers, Some(lock)))
            }
            DatabaseAddress::Postgres(options) => {
                let pool = postgres_pool(&options.clone().options(WRITING), WRITERS).await?;
                POSTGRES.run(&pool).await?;
                let pool = Pool::Postgres(Kept::new(pool));
                must_be_durable(&pool).await?;
                let readers = Pool::Postgres(Kept::new(postgres_pool(options, READERS).await?));
                Ok(Self::of(pool, readers, None))
            }
        }
    }

    /// Opens a database to read, whether or not a server works on it.
    ///
    /// # Errors
    /// It cannot be reached, or its schema is not this version's.
    pub async fn open_to_read(address: &DatabaseAddress) -> Result<Self, StoreError> {
        Self::checked(Self::open_unchecked(address, false).await?).await
    }

    /// Opens a database to write small things beside a running server, which goes on computing
    /// from what it alone writes: never a ticket.
    ///
    /// # Errors
    /// It cannot be reached, or its schema is not this version's.
    pub async fn open_beside(address: &DatabaseAddress) -> Result<Self, StoreError> {
        Self::checked(Self::open_unchecked(address, true).await?).await
    }

    async fn checked(store: Self) -> Result<Self, StoreError> {
        let newest = match store.kind() {
            Kind::Sqlite => newest(&SQLITE),
            Kind::Postgres => newest(&POSTGRES),
        };
        let applied = store.readers.one(Statement::new("select max(version) from _sqlx_migrations")).await;
        if applied.and_then(|row| row.maybe_integer(0)).unwrap_or(None) != Some(newest) {
            store.close().await;
            return Err(StoreError::AnotherSchema);
        }
        Ok(store)
    }

    /// Opens beside a server, whatever is in it.
    pub(super) async fn open_unchecked(address: &DatabaseAddress, writes: bool) -> Result<Self, StoreError> {
        let readers = match address {
            DatabaseAddress::Sqlite(path) => {
                if !path.is_file() {
                    return Err(StoreError::Missing(address.to_string()));
                }
                let options = sqlite_options(path);
                if writes { sqlite_beside(options).await? } else { sqlite_readers(options).await? }
            }
            DatabaseAddress::Postgres(options) => Pool::Postgres(Kept::new(postgres_pool(options, READERS).await?)),
        };
        Ok(Self::of(readers.clone(), readers, None))
    }

    fn of(pool: Pool, readers: Pool, lock: Option<File>) -> Self {
        let (writer, counter) = (Writer::start(&pool), Counter::start(&readers));
        Self {
            pool,
            readers,
            writer,
            counter,
            recent: Recent::new(),
            modes: KnownModes::default(),
            _lock: lock.map(Arc::new),
        }
    }
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
    options.busy_timeout(BUSY).statement_cache_capacity(MOST_STATEMENTS)
}

/// What is deleted is overwritten at once: a caller's record that was erased is not left in the
/// file. PostgreSQL gives the space to the next rows when it is cleaned (`vacuum`).
async fn sqlite_writer(options: SqliteConnectOptions) -> Result<sqlx::SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(BUSY).test_before_acquire(false);
    Ok(pool.connect_with(options.pragma("secure_delete", "on")).await?)
}

async fn sqlite_readers(options: SqliteConnectOptions) -> Result<Pool, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    let options = options.read_only(true).create_if_missing(false);
    Ok(Pool::Sqlite(Kept::new(pool.acquire_timeout(BUSY).connect_with(options).await?)))
}

/// One connection that writes now and then, beside a server.
async fn sqlite_beside(options: SqliteConnectOptions) -> Result<Pool, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(1).acquire_timeout(BUSY);
    let options = options.create_if_missing(false).synchronous(SqliteSynchronous::Full);
    Ok(Pool::Sqlite(Kept::new(pool.connect_with(options).await?)))
}

async fn postgres_pool(options: &PgConnectOptions, most: u32) -> Result<sqlx::PgPool, StoreError> {
    let options = options.clone().application_name("chuishao").options(SESSION);
    let options = options.statement_cache_capacity(MOST_STATEMENTS);
    // A broken connection is found out by the statement; asking before each would double the
    // way there and back.
    let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(BUSY).test_before_acquire(false);
    Ok(pool.connect_with(options).await?)
}

/// An answer means that the ticket is on disk.
async fn must_be_durable(pool: &Pool) -> Result<(), StoreError> {
    let asked = "select current_setting('synchronous_commit'), current_setting('fsync')";
    let row = pool.one(Statement::new(asked)).await?;
    if row.text(0)? == "off" {
        return Err(StoreError::NotDurable);
    }
    if row.text(1)? == "off" {
        tracing::warn!("PostgreSQL runs with fsync = off: a power cut may destroy the database");
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let beside = path.with_extension("lock");
    let failed = |cause| StoreError::File { path: beside.clone(), cause };
    if let Some(folder) = path.parent() {
        make_private(folder).map_err(failed)?;
    }
    let file = File::options().create(true).truncate(false).write(true).open(&beside).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(path.to_owned())),
        Err(std::fs::TryLockError::Error(cause)) => Err(failed(cause)),
    }
}

/// Makes the folder, for the service's own user alone: tickets and the vault's keys lie in it.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Makes the database's file before SQLite does, readable by the service's own user alone,
/// whatever the folder; SQLite gives its other files the same mode.
pub(super) fn make_file(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}
