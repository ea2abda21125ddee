//! Work on a database: `verify`, `backup`, `restore`, `archive`, `size`.

use crate::exports::{line, note};
use crate::progress::Progress;
use crate::{Outcome, start_logging};
use chuishao_domain::account::audit::Deed;
use chuishao_domain::calendar::civil;
use chuishao_domain::evaluation::rule_set::RuleSets;
use chuishao_domain::plain::escaped;
use chuishao_domain::vault::keys::KeyRing;
use chuishao_server::reference::Known;
use chuishao_server::store::address::DatabaseAddress;
use chuishao_server::store::{Store, StoreError, backup as backups};
use chuishao_server::vault::check::check;
use chuishao_server::vault::keys;
use clap::Args;
use jiff::{Timestamp, ToSpan};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

/// How many faults are named one by one.
const MOST_NAMED: usize = 100;

#[derive(Args)]
pub struct DatabaseArgs {
    /// 数据库：sqlite:文件，或 postgres://用户:密码@主机:端口/数据库名；不写则为数据目录里的嵌入式数据库。
    /// 密码宜放在环境变量里，以免出现在进程列表中
    #[arg(long, env = "CHUISHAO_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// 数据目录（嵌入式数据库和编译结果）
    #[arg(long, default_value = ".chuishao")]
    pub data: PathBuf,
}

impl DatabaseArgs {
    /// Whether somebody said which database; without that there may be none yet.
    pub fn is_named(&self) -> bool {
        self.database.is_some()
    }

    /// Read here and not by the parser of the command line, which would repeat a malformed
    /// address with its password.
    pub fn address(&self) -> Result<DatabaseAddress, StoreError> {
        match &self.database {
            Some(text) => text.parse(),
            None => Ok(DatabaseAddress::in_folder(&self.data)),
        }
    }
}

#[derive(Args)]
pub struct FileArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 备份文件。来电人信息在其中是加密的，密钥文件不在其中，须另行备份
    file: PathBuf,
}

impl FileArgs {
    /// Where the file is, as the audit log says it.
    fn place(&self) -> String {
        let whole = std::path::absolute(&self.file);
        escaped(&whole.as_ref().unwrap_or(&self.file).to_string_lossy())
    }

    /// How large it is.
    fn bytes(&self) -> std::io::Result<u64> {
        Ok(std::fs::metadata(&self.file)?.len())
    }
}

#[derive(Args)]
pub struct ArchiveArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 办结满这么多天的
    #[arg(long, default_value_t = 400)]
    after_days: u16,
}

fn run(work: impl Future<Output = Outcome>) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(work)
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 来电人保险库的密钥文件，用来逐条解开密文；不写则用数据目录里的 vault.keys（指定了 --database 时不用它）
    #[arg(long, env = "CHUISHAO_VAULT_KEYS")]
    vault_keys: Option<PathBuf>,
}

impl VerifyArgs {
    /// The file of a data folder is its own database's, and no other's.
    fn key_file(&self) -> Option<PathBuf> {
        let own = Some(keys::file_in(&self.database.data)).filter(|path| !self.database.is_named() && path.is_file());
        self.vault_keys.clone().or(own)
    }
}

pub fn verify(args: &VerifyArgs) -> Outcome {
    run(async {
        let store = Store::open_to_read(&args.database.address()?).await?;
        let ring = match args.key_file() {
            Some(path) => Some(keys::read(&store, &path).await?),
            None => None,
        };
        verify_store(&store, ring).await
    })
}

/// Checks every ticket, caller's record, topic, entry of the knowledge base, score pair, published sheet, figure
/// of the city, review, comparison of a candidate, rollout, signing key and package, and says what is wrong. With
/// the vault's keys, also whether every caller opens.
pub async fn verify_store(store: &Store, ring: Option<Arc<KeyRing>>) -> Outcome {
    let mut progress = Progress::begin("核对", store.ticket_count().await?);
    let verified = store.verify(|done| progress.at(done)).await?;
    progress.end();
    println!(
        "核对 {} 件工单（其中归档 {}）、{} 个事件、{} 条决定记录、{} 号封存",
        verified.tickets, verified.archived, verified.events, verified.decisions, verified.seals
    );
    let keys = ring.is_some();
    let vault = check(store, ring).await?;
    println!(
        "核对 {} 条来电人记录，{}",
        vault.records,
        if keys { format!("解开 {} 条", vault.opened) } else { "没有密钥文件，未逐条解开".into() }
    );
    let topics = store.verify_topics().await?;
    let entries = store.verify_knowledge().await?;
    // What deadlines and responsibilities are computed from has to read, too.
    Known::read(store).await?;
    let pairs = store.verify_scores().await?;
    let sheets = store.verify_publications(&RuleSets::shipped()).await?;
    let figures = store.verify_figures().await?;
    let reviews = store.verify_reviews().await?;
    let shadows = store.verify_shadows().await?;
    let registry = store.verify_registry().await?;
    let (end, audit) = store.verify_audit().await?;
    println!("核对 {} 行审计日志，链尾 {}", end.lines, end.head);
    let tickets = verified.faults.len() + vault.faults.len() + figures.len();
    let plugins = reviews.len() + shadows.len() + registry.len();
    let count = tickets + topics.len() + entries.len() + pairs.len() + sheets.len() + plugins + audit.len();
    if count == 0 {
        println!("全部一致");
        return Ok(());
    }
    for fault in verified.faults.iter().take(MOST_NAMED) {
        println!("不一致：{} {}", fault.of, fault.what);
    }
    for fault in vault.faults.iter().take(MOST_NAMED) {
        println!("不一致：{} {}", fault.reference, fault.what);
    }
    for topic in topics.iter().take(MOST_NAMED) {
        println!("不一致：{topic} 议题与其事件的叠加不一致");
    }
    for entry in entries.iter().take(MOST_NAMED) {
        println!("不一致：{entry} 知识条目与其事件、检索列或全文索引不一致");
    }
    for pair in pairs.iter().take(MOST_NAMED) {
        println!("不一致：计分 {pair} 不成对，或检索列与内容不一致");
    }
    for sheet in sheets.iter().take(MOST_NAMED) {
        println!("不一致：{sheet}公布的评分表与其计算依据不一致");
    }
    for figure in figures.iter().take(MOST_NAMED) {
        println!("不一致：{figure}与工单不一致");
    }
    for fault in audit.iter().take(MOST_NAMED) {
        println!("不一致：{fault}");
    }
    for review in reviews.iter().take(MOST_NAMED) {
        println!("不一致：{review}");
    }
    for shadow in shadows.iter().take(MOST_NAMED) {
        println!("不一致：{shadow}");
    }
    for fault in registry.iter().take(MOST_NAMED) {
        println!("不一致：{fault}与其事件或摘要不一致");
    }
    Err(format!("共有 {count} 处不一致").into())
}

pub fn backup(args: &FileArgs) -> Outcome {
    run(async {
        let address = args.database.address()?;
        backups::must_be_free(&args.file)?;
        // How large it is is known at the end, and nothing leaves before it is written down.
        let (object, place) = ("chuishao backup".to_owned(), args.place());
        note(&address, object.clone(), format!("开始备份全部数据到 {place}")).await?;
        backups::backup(&address, &args.file).await?;
        let bytes = args.bytes()?;
        note(&address, object, format!("备份全部数据到 {place}，{bytes} 字节")).await?;
        println!(
            "已备份 {address} 到 {}，{} MB。来电人信息在其中是加密的；密钥文件不在其中，请另行备份",
            args.file.display(),
            bytes >> 20
        );
        Ok(())
    })
}

pub fn restore(args: &FileArgs) -> Outcome {
    run(async {
        let address = args.database.address()?;
        // The restored log goes on from the backup: this line says so to whoever misses what came after it.
        // That there is no such file is said by the restore.
        let bytes = args.bytes().unwrap_or_default();
        let words = format!("从备份 {} 恢复全部数据，{bytes} 字节；备份之后的记录不在其中", args.place());
        let line = line(Deed::Restore, "chuishao restore".to_owned(), words);
        backups::restore(&address, &args.file, civil(Timestamp::now()).date(), line).await?;
        println!("已恢复到 {address}；备份之后发出过的工单编号已跳过，不会重复");
        let store = Store::open_to_read(&address).await?;
        // The keys are kept apart from the backups.
        verify_store(&store, None).await
    })
}

pub fn archive(args: &ArchiveArgs) -> Outcome {
    run(async {
        let store = Store::open(&args.database.address()?).await?;
        let now = Timestamp::now();
        let before = now.saturating_sub((i64::from(args.after_days) * 24).hours()).unwrap_or(Timestamp::MIN);
        let done = store.archive(before, now).await?;
        println!("已归档 {} 件工单的记录；查询和核对照常", done.moved);
        store.close().await;
        if done.unequal.is_empty() {
            return Ok(());
        }
        for id in done.unequal.iter().take(MOST_NAMED) {
            println!("未归档：{id} 与其事件不一致");
        }
        Err(format!("{} 件工单与其事件不一致，请运行 chuishao verify", done.unequal.len()).into())
    })
}

pub fn size(args: &DatabaseArgs) -> Outcome {
    run(async {
        let store = Store::open_to_read(&args.address()?).await?;
        print_size(&store).await?;
        Ok(())
    })
}

/// The table of sizes, with what each comes to for 100,000 tickets.
pub async fn print_size(store: &Store) -> Result<(), StoreError> {
    let size = store.size().await?;
    let tickets = size.tickets().max(1);
    let per = |bytes: i64| (bytes / tickets * 100_000) >> 20;
    println!("表\t行数\tMB\t每十万件工单 MB");
    for table in size.tables.iter().filter(|table| table.rows > 0) {
        println!("{}\t{}\t{}\t{}", table.table, table.rows, table.bytes >> 20, per(table.bytes));
    }
    println!("合计\t\t{}\t{}", size.bytes >> 20, per(size.bytes));
    Ok(())
}
