//! `chuishao seal`: the daily seals, to be kept where nobody who can write the database can write.

use crate::database::DatabaseArgs;
use crate::{Outcome, start_logging};
use chuishao_domain::rule::seal::SealLine;
use chuishao_server::store::Store;
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum SealCommand {
    /// 打印全部封存：序号、日期、件数、摘要。请每天存一份到数据库管理人员不能改动的地方 (print all seals)
    List(DatabaseArgs),
    /// 与外存的封存逐行比对 (compare with lines that were kept elsewhere)
    Compare(CompareArgs),
}

#[derive(Args)]
pub struct CompareArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 外存的封存：chuishao seal list 打印的全部或部分行
    file: PathBuf,
}

pub fn run(command: &SealCommand) -> Outcome {
    start_logging("warn");
    let (database, kept) = match command {
        SealCommand::List(database) => (database, None),
        SealCommand::Compare(args) => (&args.database, Some(std::fs::read_to_string(&args.file)?)),
    };
    let seals = tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open_to_read(&database.address()?).await?;
        store.seals().await
    })?;
    let seals = seals.iter().map(SealLine::from);
    let Some(kept) = kept else {
        seals.for_each(|seal| println!("{seal}"));
        return Ok(());
    };
    compare(&seals.map(|seal| (seal.number, seal)).collect(), &kept)
}

fn compare(seals: &BTreeMap<u64, SealLine>, kept: &str) -> Outcome {
    let lines: Vec<SealLine> =
        kept.lines().filter(|line| !line.trim().is_empty()).map(str::parse).collect::<Result<_, _>>()?;
    let mut different = 0;
    for line in &lines {
        let what = match seals.get(&line.number) {
            Some(seal) if seal == line => continue,
            Some(_) => "与外存的不同：数据库中的封存被改动",
            None => "数据库中没有：封存被删除，或数据库是更早的备份",
        };
        different += 1;
        println!("不一致：封存第 {} 号（{}）{what}", line.number, line.day);
    }
    if different > 0 {
        return Err(format!("{} 行中有 {different} 行不一致", lines.len()).into());
    }
    println!("{} 行，全部相符；决定记录是否与封存相符，请运行 chuishao verify", lines.len());
    Ok(())
}
