//! `chuishao serve` and `chuishao verify`.

use crate::{Outcome, start_logging};
use chuishao_server::clock::Clock;
use chuishao_server::server::{Config, start};
use chuishao_server::store::Store;
use clap::Args;
use jiff::civil::DateTime;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Args)]
pub struct ServeArgs {
    /// 数据目录（数据库和编译结果）
    #[arg(long, default_value = ".chuishao")]
    data: PathBuf,
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:12345")]
    listen: SocketAddr,
    /// 启用哪些规则（rules.toml）
    #[arg(long)]
    rules: Option<PathBuf>,
    /// 外发消息送到这个地址
    #[arg(long)]
    deliver_to: Option<String>,
    /// 仅供演示：用可拨动的时钟，从这一刻（北京时间）开始，例如 2024-11-06T09:00
    #[arg(long)]
    movable_clock: Option<DateTime>,
}

#[derive(Args)]
pub struct VerifyArgs {
    /// 数据目录
    #[arg(long, default_value = ".chuishao")]
    data: PathBuf,
}

pub fn serve(args: ServeArgs) -> Outcome {
    start_logging("info");
    let clock = match args.movable_clock {
        Some(civil) => Clock::movable(chuishao_domain::calendar::moment(civil).ok_or("时刻超出范围")?),
        None => Clock::System,
    };
    let config = Config { listen: args.listen, data: args.data, rules: args.rules, clock, deliver_to: args.deliver_to };
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

pub fn verify(args: &VerifyArgs) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open(&args.data.join("chuishao.db")).await?;
        let verified = store.verify().await?;
        println!("核对 {} 件工单、{} 个事件", verified.tickets, verified.events);
        if verified.unequal.is_empty() {
            println!("全部一致");
            return Ok(());
        }
        for id in &verified.unequal {
            println!("不一致：{id}");
        }
        Err(format!("{} 件工单与其事件不一致", verified.unequal.len()).into())
    })
}
