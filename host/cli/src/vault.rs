//! `chuishao vault`: work on the vault's keys.

use crate::database::DatabaseArgs;
use crate::progress::Progress;
use crate::{Outcome, start_logging};
use chuishao_server::store::Store;
use chuishao_server::vault::keys::Keys;
use chuishao_server::vault::reseal::{reseal, to_do};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// How many failures are named one by one.
const MOST_NAMED: usize = 100;

#[derive(Args)]
pub struct VaultKeysArgs {
    /// 来电人保险库的密钥文件；不写则用数据目录里的 vault.keys（首次启动时生成）。多台服务器共用数据库时须用同一个文件
    #[arg(long, env = "CHUISHAO_VAULT_KEYS")]
    pub vault_keys: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum VaultCommand {
    /// 用密钥文件最后一行的密钥重新加密全部来电人记录；服务运行时也可以，中断后再次运行即可 (rotate)
    Reseal(ResealArgs),
}

#[derive(Args)]
pub struct ResealArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    keys: VaultKeysArgs,
}

pub fn run(command: &VaultCommand) -> Outcome {
    let VaultCommand::Reseal(args) = command;
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open_beside(&args.database.address()?).await?;
        let keys = Keys::open(&store, args.keys.vault_keys.as_deref(), &args.database.data).await?;
        let mut progress = Progress::begin("重新加密", to_do(&store, &keys).await?);
        let resealed = reseal(&store, &keys, |done| progress.at(done)).await?;
        progress.end();
        println!("已用密钥 {} 重新加密 {} 条来电人记录", keys.ring().await.current(), resealed.done);
        for (reference, why) in resealed.failed.iter().take(MOST_NAMED) {
            println!("未处理：{reference} {why}");
        }
        store.close().await;
        if resealed.left == 0 {
            println!("旧密钥已没有记录使用，可从密钥文件中删去；旧备份仍需要它");
            return Ok(());
        }
        Err(format!("还有 {} 条记录使用旧密钥，请处理后再次运行", resealed.left).into())
    })
}
