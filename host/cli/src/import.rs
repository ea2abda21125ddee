//! Importing reference data from the command line (导入), beside a running server: the file is
//! checked, a person reads what it changes and says yes, and it is written. The server takes it
//! up by itself.

use crate::database::DatabaseArgs;
use crate::{Outcome, start_logging};
use chuishao_domain::plain::plain;
use chuishao_domain::refusal::Refusal;
use chuishao_server::import::{Draft, Importer, prepare};
use chuishao_server::reference::Known;
use chuishao_server::store::tickets::CommitError;
use chuishao_server::store::{Store, StoreError};
use clap::Args;
use jiff::Timestamp;
use std::io::Write;
use std::path::Path;

/// Longest name of who imports, in characters: a name and a post.
const MOST_NAME_CHARS: usize = 40;

#[derive(Args)]
pub struct ImportArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 导入人
    #[arg(long, env = "USER", default_value = "命令行")]
    by: String,
    /// 只看差异，不写入
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// 不再询问，直接写入（供脚本使用）
    #[arg(long)]
    yes: bool,
}

/// Reads a file as text.
pub fn text_of(path: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("读不到 {}：{error}", path.display()))?;
    String::from_utf8(bytes)
        .map_err(|_| format!("{} 不是 UTF-8 编码，请另存为 UTF-8 的 CSV 文件", path.display()).into())
}

/// What is in force in the database; where there is none yet, what ships with the program.
pub async fn known(database: &DatabaseArgs) -> Result<Known, Box<dyn std::error::Error>> {
    match Store::open_to_read(&database.address()?).await {
        Ok(store) => {
            let known = Known::read(&store).await;
            store.close().await;
            Ok(known?)
        }
        // No server was ever started here: nothing was imported.
        Err(StoreError::Missing(_)) if !database.is_named() => Ok(Known::shipped()?),
        Err(error) => Err(error.into()),
    }
}

/// Imports a draft; `place` says in which file a fault stands.
pub fn import(args: &ImportArgs, draft: &Draft, place: impl Fn(&Refusal) -> String) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open_beside(&args.database.address()?).await?;
        let done = import_into(&store, args, draft, place).await;
        store.close().await;
        done
    })
}

async fn import_into(store: &Store, args: &ImportArgs, draft: &Draft, place: impl Fn(&Refusal) -> String) -> Outcome {
    let known = Known::read(store).await?;
    let importer = Importer { by: importer(&args.by), now: Timestamp::now() };
    let prepared = prepare(&known, draft, &importer).map_err(|faults| {
        let said = faults.iter().map(|fault| format!("{}{fault}", place(fault)));
        format!("没有导入，共 {} 处有误：\n{}", faults.len(), said.collect::<Vec<_>>().join("\n"))
    })?;
    for change in &prepared.changes {
        println!("{change}");
    }
    if args.dry_run {
        println!("以上 {} 处变化，未写入", prepared.changes.len());
        return Ok(());
    }
    if !args.yes && !confirmed()? {
        return Err("未确认，什么都没有写入".into());
    }
    match store.add_import(&prepared.row, None).await {
        Ok(()) => {
            println!("已导入；运行中的服务会自行启用，无须重启");
            Ok(())
        }
        Err(CommitError::Store(error)) => Err(error.into()),
        Err(_) => Err("期间另有人导入，差异可能不同；什么都没有写入，请重新运行".into()),
    }
}

/// Who imports, as it can be shown on one line.
fn importer(by: &str) -> String {
    let name: String = plain(by).trim().chars().take(MOST_NAME_CHARS).collect();
    if name.is_empty() { "命令行".to_owned() } else { name }
}

fn confirmed() -> Result<bool, std::io::Error> {
    print!("确认导入请输入 yes：");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
