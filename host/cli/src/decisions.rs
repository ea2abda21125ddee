//! `chuishao decisions export`: a rule's decision records for its author, to be run again on his
//! own machine with `chuishao plugin replay`.

use crate::database::DatabaseArgs;
use crate::exports::note;
use crate::progress::Progress;
use crate::{Outcome, start_logging};
use chuishao_server::export::{Wanted, export};
use chuishao_server::store::Store;
use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum DecisionsCommand {
    /// 导出一条规则的决定记录（每行一条 JSON），交给插件作者重放。内容只有规则当时所见所答：
    /// 已脱敏的工单、设置、事实、提议和处理结果、日志、算力；没有来电人 (export a rule's decision records)
    Export(ExportArgs),
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 规则名称
    #[arg(long)]
    rule: String,
    /// 从这一天起
    #[arg(long)]
    from: Date,
    /// 到这一天止（含当日）
    #[arg(long)]
    until: Date,
    /// 写到这个文件，例如 kuiwen.records；已有的文件不覆盖
    #[arg(short, long)]
    output: PathBuf,
}

pub fn run(command: &DecisionsCommand) -> Outcome {
    let DecisionsCommand::Export(args) = command;
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = args.database.address()?;
        let store = Store::open_to_read(&address).await?;
        let file = File::create_new(&args.output)
            .map_err(|error| format!("写不了 {}：{error}（已有的文件不覆盖）", args.output.display()))?;
        let (object, from, until) = (format!("chuishao decisions export {}", args.rule), args.from, args.until);
        // How many there are is known at the end, and nothing leaves before it is written down.
        let begun = note(&address, object.clone(), format!("开始导出决定记录：{from} 至 {until}")).await;
        if let Err(error) = begun {
            // Empty so far; it would be in the way of the next try.
            std::fs::remove_file(&args.output)?;
            return Err(error.into());
        }
        let wanted = Wanted { rule: args.rule.clone(), from: args.from, until: args.until };
        let mut progress = Progress::begin("导出", store.ticket_count().await?);
        let written = export(&store, &wanted, &mut BufWriter::new(file), |passed| progress.at(passed)).await?;
        progress.end();
        note(&address, object, format!("导出决定记录：{from} 至 {until}，{written} 条")).await?;
        println!("{written} 条决定记录已写入 {}（不含来电人；含工单编号和已脱敏的诉求）", args.output.display());
        Ok(())
    })
}
