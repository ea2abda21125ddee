//! `chuishao serve`.

use crate::database::DatabaseArgs;
use crate::vault::VaultKeysArgs;
use crate::{Outcome, start_logging};
use chuishao_sandbox::apart::own_program;
use chuishao_server::clock::Clock;
use chuishao_server::server::{Config, start};
use clap::Args;
use jiff::civil::DateTime;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    keys: VaultKeysArgs,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:12345")]
    listen: SocketAddr,
    /// 外发消息送到这个地址
    #[arg(long)]
    deliver_to: Option<String>,
    /// 向哪些单位推送文书（receivers.toml）
    #[arg(long)]
    receivers: Option<PathBuf>,
    /// 仅供演示：用可拨动的时钟，从这一刻（北京时间）开始，例如 2024-11-06T09:00
    #[arg(long)]
    movable_clock: Option<DateTime>,
    /// 办结满这么多天后，把事件和决定压缩归档；0 表示不归档
    #[arg(long, default_value_t = 400)]
    archive_after_days: u16,
}

pub fn serve(args: ServeArgs) -> Outcome {
    start_logging("info");
    let clock = match args.movable_clock {
        Some(civil) => Clock::movable(chuishao_domain::calendar::moment(civil).ok_or("时刻超出范围")?),
        None => Clock::System,
    };
    let config = Config {
        listen: args.listen,
        database: args.database.address()?,
        data: args.database.data,
        program: own_program()?,
        vault_keys: args.keys.vault_keys,
        clock,
        deliver_to: args.deliver_to,
        receivers: args.receivers,
        archive_after_days: Some(args.archive_after_days).filter(|days| *days > 0),
    };
    tokio::runtime::Runtime::new()?.block_on(async {
        let running = start(config).await?;
        // On standard output, so that a program that started the server learns the port.
        println!("http://{}", running.address);
        stop_signal().await;
        running.stop().await;
        Ok(())
    })
}

/// Ctrl-C, or on Unix the service manager's SIGTERM.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
