//! The one binary, `chuishao` (吹哨): the server for central ops, the workbench for plugin
//! authors, and the demonstration.

mod calendar;
mod demo;
mod plugin;
mod serve;

use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::process::ExitCode;

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
    /// 核对每件工单等于其事件的叠加 (check that every ticket is the fold of its events)
    Verify(serve::VerifyArgs),
    /// 演示：从来电到区县规则，再回到时间线 (play the scenes)
    Demo(demo::DemoArgs),
    /// 编写插件 (build, check and test plugins)
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// 工作日历 (the working-day calendar)
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
}

/// What ends a command: said once, to a person.
type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Subcommands::Serve(args) => serve::serve(args),
        Subcommands::Verify(args) => serve::verify(&args),
        Subcommands::Demo(args) => demo::demo(args),
        Subcommands::Plugin(command) => plugin::run(&command),
        Subcommands::Calendar(command) => calendar::run(&command),
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
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}
