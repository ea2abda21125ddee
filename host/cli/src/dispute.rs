//! `chuishao dispute-file`: everything that rules decided on one ticket, on paper.

use crate::database::DatabaseArgs;
use crate::exports::note;
use crate::{Outcome, start_logging};
use chuishao_domain::ids::TicketId;
use chuishao_server::dispute_file::DisputeFile;
use chuishao_server::reference::Known;
use chuishao_server::store::Store;
use clap::Args;
use jiff::Timestamp;
use std::path::PathBuf;

#[derive(Args)]
pub struct DisputeArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 工单编号
    ticket: String,
    /// 写到这个文件（.html），用浏览器打开或打印
    #[arg(short, long)]
    output: PathBuf,
}

pub fn write(args: &DisputeArgs) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = args.database.address()?;
        let store = Store::open_to_read(&address).await?;
        let id = TicketId(args.ticket.clone());
        let file = DisputeFile::of(&store, &id, Timestamp::now()).await?;
        let file = file.ok_or_else(|| format!("没有工单 {id}，请核对编号"))?;
        let page = file.to_html(&Known::read(&store).await?);
        note(&address, format!("chuishao dispute-file {id}"), file.as_exported()).await?;
        std::fs::write(&args.output, page).map_err(|error| format!("写不了 {}：{error}", args.output.display()))?;
        println!("已写入 {}", args.output.display());
        Ok(())
    })
}
