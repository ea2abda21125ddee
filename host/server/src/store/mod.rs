//! The store: all SQL of the project stands in this folder. SQLite in WAL mode with full
//! sync: an answer that was given survives a power cut. One connection writes; readers
//! never wait for it.
//!
//! - [`tickets`]: loading, and the one transaction that writes;
//! - [`lists`]: reading for people and for the check of the fold;
//! - [`facts`]: figures for rules;
//! - [`outbox`]: rows on their way out.

pub mod facts;
pub mod lists;
pub mod outbox;
pub mod tickets;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Readers at the same time: more would only wait for the processor.
const READERS: u32 = 8;

/// How long a statement waits for a lock before it gives up.
const BUSY: Duration = Duration::from_secs(5);

/// Why the store cannot be opened, or cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("数据库暂不可用 (the database is not available)")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("数据库升级失败 (the schema could not be brought up to date)")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Another server works on the same file.
    #[error("数据库 {0:?} 正被另一个 chuishao 进程使用，请先停止它 (another server has this database open)")]
    InUse(PathBuf),
    /// The folder or file cannot be used.
    #[error("数据库文件 {path:?} 不可用，请检查目录和权限 (the file cannot be used)")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A document does not read as what it should be.
    #[error("数据库中的记录不能识别 (a stored document cannot be read)")]
    Document(#[from] serde_json::Error),
}

/// An open database.
#[derive(Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held as long as the store lives: two servers on one file would each believe that it
    /// alone computes from the newest version.
    _lock: Arc<File>,
}

impl Store {
    /// Opens a SQLite file, making it and bringing its schema up to date.
    ///
    /// # Errors
    /// The file cannot be used, is in use by another server, or its schema is newer.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = Arc::new(lock(path)?);
        make_file(path).map_err(|cause| StoreError::File { path: path.to_owned(), cause })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers, _lock: lock })
    }

    /// Finishes what is under way and closes.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
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

/// Makes the folder, for the service's own user alone: the vault lies in it.
fn make_private(folder: &Path) -> std::io::Result<()> {
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
fn make_file(path: &Path) -> std::io::Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}
