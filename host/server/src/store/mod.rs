//! The store: all SQL of the project stands in this folder, once for both databases. An
//! answer that was given survives a power cut: SQLite runs in WAL mode with full sync,
//! PostgreSQL with its commits synchronous. Readers never wait for the writer.
//!
//! - [`address`], `database`: which database, and what both are made to look like;
//! - [`tickets`]: what one command writes; `writer`: many of them in one transaction; `many`:
//!   the statements for that; `commit`: how one ends; `recent`: what was written last;
//! - [`topics`]: what one command on a topic writes, and their lists; [`nominations`]: what is
//!   on its way to one; [`matters`]: figures for them; [`modes`]: what meetings switched on;
//! - [`reviews`]: what rules made of their territory's figures; [`unit_figures`]: those of the units;
//!   [`ledgers`]: the lines of theirs;
//! - [`callers`], [`vault_keys`]: who called, sealed, and the history of it, and both page by page
//!   for the check; [`alike`]: what may be one matter;
//! - [`campaigns`]: campaigns, and the thresholds of hot topics;
//! - [`decisions`], [`seals`]: what rules decided, chained and sealed; [`lately`]: in the last hour, by
//!   whichever server;
//! - [`lists`], [`to_dos`], [`open311`]: reading for people; [`facts`], `counting`: figures for
//!   rules; [`figures_then`], `matter_was`: the same as they were; [`histories`], [`impact`]: for the
//!   impact report; [`figures`], [`report`]: for the city, from sums and what is not yet folded into
//!   them;
//! - [`editions`]: imported reference data; [`recomputation`]: how far a new calendar came;
//! - `outcomes`, [`scores`], [`appeals`], [`publications`]: what became of tickets, and how it is
//!   scored, contested and made known;
//! - [`knowledge`]: the knowledge base, and its full-text index;
//! - [`registry`]: keys, packages, rollouts; [`shadows`]: what candidates would have done, on tickets
//!   and in reviews; [`leavings`]: what removed ones left;
//! - [`accounts`], [`failures`], [`attempts`], [`sessions`], [`audit`]: who may sign in, who could not, who
//!   is about to, who has, and the log of it;
//! - [`changes`]: which thing came to which version, for whoever follows along;
//! - [`outbox`]: rows on their way out; [`outward`], [`receivers`]: documents for other
//!   authorities; [`follow_on`]: what follows on other tickets; [`lease`]: whose turn it is;
//! - [`backlog`]: what waits, for monitoring;
//! - [`archive`], [`housekeeping`]: what is old; [`verify`]: every ticket is the fold of its
//!   events; [`backup`]: copies of all of it; [`bulk`]: many invented tickets at once.

pub mod accounts;
pub mod address;
pub mod alike;
pub mod appeals;
pub mod archive;
pub mod attempts;
pub mod audit;
pub mod backlog;
pub mod backup;
pub mod bulk;
pub mod callers;
pub mod campaigns;
pub mod changes;
mod commit;
mod counting;
mod database;
pub mod decisions;
pub mod editions;
pub mod facts;
pub mod failures;
pub mod figures;
pub mod figures_then;
pub mod follow_on;
pub mod histories;
pub mod housekeeping;
pub mod impact;
mod kept;
pub mod knowledge;
pub mod lately;
pub mod lease;
pub mod leavings;
pub mod ledgers;
pub mod lists;
mod many;
mod matter_was;
pub mod matters;
pub mod modes;
pub mod nominations;
mod open;
pub mod open311;
pub mod outbox;
mod outcomes;
pub mod outward;
pub mod publications;
pub mod receivers;
mod recent;
pub mod recomputation;
pub mod registry;
pub mod report;
pub mod reviews;
mod rows;
pub mod scores;
pub mod seals;
pub mod sessions;
pub mod shadows;
pub mod tickets;
pub mod to_dos;
pub mod topics;
pub mod unit_figures;
pub mod vault_keys;
pub mod verify;
mod writer;

pub use database::Kind;
pub(crate) use open::make_private;

use counting::Counter;
use database::Pool;
use modes::KnownModes;
use recent::Recent;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use writer::Writer;

/// Why the store cannot be opened, or cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address of the database is not one.
    #[error("{0}；可用的写法：sqlite:文件路径，或 postgres://用户:密码@主机:端口/数据库名 (not a database's address)")]
    Address(String),
    /// The database refused or could not be reached.
    #[error("数据库暂不可用 (the database is not available)")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("数据库升级失败 (the schema could not be brought up to date)")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Reading beside a server needs the schema of this version.
    #[error(
        "数据库的结构不是本版本的：请先用本版本的 chuishao serve 打开一次，或换用与数据库相同的版本 \
         (the schema is another version's)"
    )]
    AnotherSchema,
    /// There is no database to read.
    #[error("没有数据库 {0}，请检查地址 (there is no such database)")]
    Missing(String),
    /// Another server works on the same file.
    #[error("数据库 {0:?} 正被另一个 chuishao 进程使用，请先停止它 (another server has this database open)")]
    InUse(PathBuf),
    /// The server forgets answers that it has given.
    #[error(
        "PostgreSQL 的 synchronous_commit 为 off，断电会丢失已答复的工单；请在服务器上改为 on \
         (the server would lose answered tickets in a power cut)"
    )]
    NotDurable,
    /// The folder or file cannot be used.
    #[error("文件 {path:?} 不可用，请检查目录和权限 (the file cannot be used)")]
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
    /// A program of the database could not do its part.
    #[error("{0}")]
    Tool(String),
    /// What would be overwritten is still there.
    #[error("{0} 中已有数据，不覆盖；请换一个空的 (there is data already)")]
    NotEmpty(String),
    /// The connection broke while committing.
    #[error(
        "数据库连接在提交时中断，结果未知；请用同一个 Idempotency-Key 重试 \
         (the outcome of the commit is unknown; repeat the request under its key)"
    )]
    OutcomeUnknown,
    /// The store was closed.
    #[error("数据库已关闭 (the store is closed)")]
    Closed,
}

/// An open database.
#[derive(Clone)]
pub struct Store {
    /// For what is written outside the writer's own transactions.
    pool: Pool,
    readers: Pool,
    writer: Writer,
    counter: Counter,
    modes: KnownModes,
    recent: Recent,
    /// Held as long as the store lives: two servers on one file would each believe that it
    /// alone computes from the newest version.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Which database this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.pool.kind()
    }

    /// Finishes what is under way and closes.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
        self.pool.close().await;
    }
}
