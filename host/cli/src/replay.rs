//! `chuishao replay`: decisions are run again, from their records and the components alone.

use crate::database::DatabaseArgs;
use crate::progress::Progress;
use crate::{Outcome, start_logging};
use chuishao_domain::ids::TicketId;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_server::replay::{Components, Report, Which, run};
use chuishao_server::store::Store;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;
use std::time::Instant;

/// How many differences are named one by one.
const MOST_NAMED: usize = 100;

#[derive(Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub struct ReplayArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 只重放这件工单的决定
    #[arg(long, group = "which")]
    ticket: Option<String>,
    /// 只重放这条规则的决定（规则名称），可加 --from、--until
    #[arg(long, group = "which")]
    rule: Option<String>,
    /// 重放全部决定
    #[arg(long, group = "which")]
    all: bool,
    /// 从这一天起
    #[arg(long, requires = "rule")]
    from: Option<Date>,
    /// 到这一天止（含当日）
    #[arg(long, requires = "rule")]
    until: Option<Date>,
    /// 组件文件（.wasm）所在目录，按内容的摘要查找；不写则只用插件登记里的。在别处复核时用
    #[arg(long)]
    components: Option<PathBuf>,
}

impl ReplayArgs {
    fn which(&self) -> Which {
        match (&self.ticket, &self.rule) {
            (Some(id), _) => Which::Ticket(TicketId(id.clone())),
            (None, Some(rule)) => Which::Rule {
                rule: rule.clone(),
                from: self.from.unwrap_or(Date::MIN),
                until: self.until.unwrap_or(Date::MAX),
            },
            (None, None) => Which::All,
        }
    }
}

pub fn replay(args: &ReplayArgs) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = Store::open_to_read(&args.database.address()?).await?;
        let mut components = Components::new(Engine::new(Budget::default())?);
        if let Some(folder) = &args.components {
            components = components
                .with_folder(folder)
                .map_err(|error| format!("读不到组件目录 {}：{error}", folder.display()))?;
        }
        let which = args.which();
        if let Which::Ticket(id) = &which
            && store.ticket(id).await?.is_none()
        {
            return Err(format!("没有工单 {id}，请核对编号").into());
        }
        let (of, started) = (store.ticket_count().await?, Instant::now());
        let mut progress = Progress::begin("重放", of);
        let report = run(&store, components, &which, |done| progress.at(done)).await?;
        progress.end();
        print(&report, started.elapsed().as_secs_f64());
        if report.is_clean() { Ok(()) } else { Err("有决定不能重现，见上".into()) }
    })
}

fn print(report: &Report, seconds: f64) {
    #[allow(clippy::cast_precision_loss, reason = "a speed for people to read")]
    let speed = report.decisions as f64 / seconds.max(0.001);
    println!("重放 {} 条决定：{seconds:.1} 秒，每秒 {speed:.0} 条", report.decisions);
    for (count, words) in [
        (report.equal, "逐位相同：提议或失败、日志、算力、内存"),
        (report.equal_on_another_engine, "回答相同；引擎与当时不同，算力、内存和日志不作比较"),
        (report.not_called, "循环保护，当时未调用规则，无可重放"),
        (report.broken_off, "当时被主机或墙钟中断，不能重现"),
        (report.different_count, "不同"),
    ] {
        if count > 0 {
            println!("  {count} 条{words}");
        }
    }
    for different in report.different.iter().take(MOST_NAMED) {
        let number = different.number.map(|number| format!(" 第 {number} 条（{}）", different.rule));
        println!("不同：{}{}：{}", different.ticket, number.unwrap_or_default(), different.what.join("；"));
    }
    for (digest, (count, why)) in &report.without_component {
        println!("不能重放：{count} 条决定的组件 {digest}：{why}");
    }
}
