//! The one binary, `chuishao` (吹哨): the server for central ops, the workbench for plugin
//! authors, and the demonstration.

mod account;
mod calendar;
mod catalogue;
mod database;
mod decisions;
mod demo;
mod dispute;
mod explain;
mod exports;
mod generate;
mod impact;
mod import;
mod plugin;
mod progress;
mod replay;
mod report;
mod rollout;
mod seal;
mod serve;
mod table;
mod traces;
mod vault;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Rules, documents and records are many small texts: with it an impact report takes a quarter less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 吹哨 Chuishao：12345 热线工单服务与本地规则插件
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    /// 启动服务 (run the server)
    Serve(serve::ServeArgs),
    /// 账号：新建、停用、重置密码、岗位、令牌；在服务器本机使用 (accounts)
    Account(account::AccountArgs),
    /// 核对每件工单等于其事件的叠加，服务运行时也可以 (every ticket is the fold of its events)
    Verify(database::VerifyArgs),
    /// 报表：综合、高频事项、滞留、首次响应、月度和年度清单 (reports)
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// 备份到一个文件，服务运行时也可以 (back up, beside a running server)
    Backup(database::FileArgs),
    /// 从备份恢复到空的数据库，并核对 (restore into an empty database)
    Restore(database::FileArgs),
    /// 把早已办结的工单的记录压缩归档 (archive the records of tickets closed long ago)
    Archive(database::ArchiveArgs),
    /// 数据库有多大 (how large the database is)
    Size(database::DatabaseArgs),
    /// 重放：凭决定记录和组件再算一遍，逐位比对 (run decisions again and compare bit for bit)
    Replay(replay::ReplayArgs),
    /// 决定记录：导出一条规则的，交给插件作者 (decision records of a rule, for its author)
    #[command(subcommand)]
    Decisions(decisions::DecisionsCommand),
    /// 一案一档：一件工单的全部规则决定，写成可打印的网页 (the dispute file of a ticket)
    DisputeFile(dispute::DisputeArgs),
    /// 日封存：每天一行，覆盖全部决定记录 (the daily seals)
    #[command(subcommand)]
    Seal(seal::SealCommand),
    /// 生成虚构的一年，供试用和测量 (make an invented year)
    Generate(generate::GenerateArgs),
    /// 影响评估：候选规则若在过去一段时间启用，会有什么不同 (what a candidate rule would have changed)
    Impact(impact::ImpactArgs),
    /// 来电人信息保险库：更换密钥 (the vault: rotate its keys)
    #[command(subcommand)]
    Vault(vault::VaultCommand),
    /// 演示：从来电到区县规则，再回到时间线 (play the scenes)
    Demo(demo::DemoArgs),
    /// 编写插件 (build, check and test plugins)
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// 解释一个错误代码：什么意思、为什么、怎么办 (what a code means and what to do)
    Explain(explain::ExplainArgs),
    /// 决策表：用表格写规则 (rules as a spreadsheet)
    #[command(subcommand)]
    Table(table::TableCommand),
    /// 插件在服务器上的发布：提交、审批、影子、灰度、启用、回退 (the life of a plugin on a server)
    Rollout(rollout::RolloutArgs),
    /// 工作日历 (the working-day calendar)
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// 由服务自己调用：在限额内编译一个组件 (called by the server itself)
    #[command(hide = true)]
    CompileApart,
    /// 职责清单：区划、单位、分类等各表的版本 (the editions of the catalogue)
    #[command(subcommand)]
    Catalogue(catalogue::CatalogueCommand),
}

/// What ends a command: said once, to a person.
type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Subcommands::Serve(args) => serve::serve(args),
        Subcommands::Account(args) => account::run(&args),
        Subcommands::Verify(args) => database::verify(&args),
        Subcommands::Report(args) => report::run(&args),
        Subcommands::Backup(args) => database::backup(&args),
        Subcommands::Restore(args) => database::restore(&args),
        Subcommands::Archive(args) => database::archive(&args),
        Subcommands::Size(args) => database::size(&args),
        Subcommands::Replay(args) => replay::replay(&args),
        Subcommands::Decisions(command) => decisions::run(&command),
        Subcommands::DisputeFile(args) => dispute::write(&args),
        Subcommands::Seal(command) => seal::run(&command),
        Subcommands::Generate(args) => generate::generate(&args),
        Subcommands::Impact(args) => impact::impact(&args),
        Subcommands::Vault(command) => vault::run(&command),
        Subcommands::Demo(args) => demo::demo(args),
        Subcommands::Plugin(command) => plugin::run(&command),
        Subcommands::Explain(args) => explain::explain(&args),
        Subcommands::Table(command) => table::run(&command),
        Subcommands::Rollout(args) => rollout::run(&args),
        Subcommands::Calendar(command) => calendar::run(&command),
        Subcommands::Catalogue(command) => catalogue::run(&command),
        Subcommands::CompileApart => chuishao_sandbox::apart::run_child(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("错误：{error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  原因：{error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// Logs as fields on standard error; `RUST_LOG` narrows them.
fn start_logging(default: &str) {
    traces::log(default, None);
}
