//! `chuishao impact`: what a candidate rule would have done over a past period, computed beside the
//! server. Stopped or killed, it goes on where it was when the same is asked again.

use crate::database::DatabaseArgs;
use crate::exports::note;
use crate::plugin::Faults;
use crate::progress::Progress;
use crate::serve::stop_signal;
use crate::{Outcome, start_logging};
use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::impact::ImpactReport;
use chuishao_domain::plugin::rollout::USUAL_PRIORITY;
use chuishao_domain::rule::record::Placement;
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::apart::{CompileLimits, Compiler, own_program};
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::Activation;
use chuishao_server::impact::run::{Hands, run};
use chuishao_server::impact::trial::Trial;
use chuishao_server::impact::{html, words};
use chuishao_server::reference::Known;
use chuishao_server::registry::Registry;
use chuishao_server::store::Store;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tokio::sync::watch;

type Fault = Box<dyn std::error::Error>;

#[derive(Args)]
pub struct ImpactArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// 候选规则的组件
    #[arg(long, value_name = "FILE.wasm")]
    candidate: PathBuf,
    /// 候选规则的设置（TOML），不写则用默认值
    #[arg(long, value_name = "FILE.toml")]
    settings: Option<PathBuf>,
    /// 候选规则在哪里启用：区县或开发区代码，全市填 WF
    #[arg(long)]
    territory: String,
    /// 候选规则的次序，小的在前；不写则与现行的相同，没有现行的则为 100
    #[arg(long)]
    priority: Option<i32>,
    /// 受理日期从这一天起（北京时间，含）
    #[arg(long)]
    from: Date,
    /// 到这一天前（北京时间，不含）
    #[arg(long)]
    until: Date,
    /// 只看一个属地的工单，例如 370705
    #[arg(long)]
    only: Option<String>,
    /// 假设日：把起始日当作这一天，其余顺延，日历随之；用来在夏天试算冬天
    #[arg(long)]
    as_if: Option<Date>,
    /// 线程数，不写则与处理器数相同
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// 写成 JSON 文件，不再显示
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// 写成网页文件，不再显示
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub fn impact(args: &ImpactArgs) -> Outcome {
    start_logging("warn");
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = args.database.address()?;
        let reader = Store::open_to_read(&address).await?;
        let keeper = Store::open_beside(&address).await?;
        let done = compute(args, &reader, &keeper).await;
        keeper.close().await;
        reader.close().await;
        done
    })
}

async fn compute(args: &ImpactArgs, reader: &Store, keeper: &Store) -> Outcome {
    let world = Known::read(reader).await?.world_at(Timestamp::now());
    let trial = trial(args, reader, &world.catalogue).await?;
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let threads = args.threads.map_or(processors, usize::from);
    let (stop, stopped) = watch::channel(false);
    let watching = tokio::spawn(async move {
        stop_signal().await;
        let _ = stop.send(true);
    });
    let hands = Hands { reader: reader.clone(), keeper: keeper.clone(), threads, stop: stopped };
    let started = Instant::now();
    let mut shown: Option<Progress> = None;
    let mut last = chuishao_server::impact::run::Progress::default();
    let report = run(&hands, &trial, |at| {
        last = at;
        if at.tickets > 0 {
            shown.get_or_insert_with(|| Progress::begin("试算", at.tickets)).at(at.tickets_done);
        }
    })
    .await;
    if let Some(shown) = shown {
        shown.end();
    }
    watching.abort();
    let report = report?;
    eprintln!(
        "{} 件工单，{} 次规则调用，{:.1} 秒；事实数据占内存 {} MB",
        report.sums.tickets,
        report.sums.calls,
        started.elapsed().as_secs_f64(),
        last.figures_bytes >> 20
    );
    if args.json.is_some() || args.html.is_some() {
        let (rule, tickets) = (&report.asked.rule, report.sums.tickets);
        let words = format!("导出影响评估：{} 至 {}，{tickets} 件工单", args.from, args.until);
        note(&args.database.address()?, format!("chuishao impact {rule}"), words).await?;
    }
    write(args, &report, || words::printed(&report, &world), || html::page(&report, &world))
}

fn write(
    args: &ImpactArgs,
    report: &ImpactReport,
    printed: impl FnOnce() -> String,
    page: impl FnOnce() -> String,
) -> Outcome {
    let put = |file: &Path, text: String| -> Outcome {
        std::fs::write(file, text).map_err(|error| format!("文件 {} 无法写入：{error}", file.display()))?;
        println!("已写入 {}", file.display());
        Ok(())
    };
    if let Some(file) = &args.json {
        put(file, serde_json::to_string_pretty(report)?)?;
    }
    if let Some(file) = &args.html {
        put(file, page())?;
    }
    if args.json.is_none() && args.html.is_none() {
        println!("{}", printed());
    }
    Ok(())
}

async fn trial(args: &ImpactArgs, reader: &Store, catalogue: &Catalogue) -> Result<Trial, Fault> {
    let (engine, compiled) = (Engine::new(Budget::default())?, args.database.data.join("compiled"));
    let code =
        || CompiledCode::open(&compiled, Compiler::new(own_program()?, CompileLimits::default())).map_err(Fault::from);
    let registry = Registry::new(engine.clone(), code()?);
    registry.take_up(reader, catalogue).await?;
    let live = registry.live();
    // One that does not load would be missing on both sides, and the report would be of another city.
    if let Some((status, problem)) = live.statuses.iter().find_map(|status| Some((status, status.problems.first()?))) {
        return Err(format!("现行规则 {} 未能加载：{problem}", status.plugin).into());
    }
    let place = |id: &String| -> Result<TerritoryId, Fault> {
        let id = TerritoryId::from(id.as_str());
        let known = catalogue.territory(&id).is_some();
        known.then(|| id.clone()).ok_or_else(|| format!("没有属地 {id}，请核对编号").into())
    };
    let territory = place(&args.territory)?;
    let bytes =
        std::fs::read(&args.candidate).map_err(|error| format!("读不到组件 {}：{error}", args.candidate.display()))?;
    let package = Package::read(&bytes).map_err(Faults)?;
    let mut on = live.rulebook.activations().iter();
    let on = on.find(|rule| rule.actor.name() == package.manifest.name && rule.actor.territory == territory);
    let priority = args.priority.or(on.map(|rule| rule.priority)).unwrap_or(USUAL_PRIORITY);
    let settings = settings(args.settings.as_deref())?;
    let guest = Guest::load(&engine, package, Some(&code()?))?;
    let candidate = Activation::new(guest, Placement::alone(territory), priority, &settings).map_err(Faults)?;
    let mut trial = Trial::of(&candidate, &live.rulebook, args.from, args.until);
    trial.territory = args.only.as_ref().map(place).transpose()?;
    trial.as_if = args.as_if;
    Ok(trial)
}

fn settings(file: Option<&Path>) -> Result<Settings, Fault> {
    let Some(file) = file else { return Ok(Settings::new()) };
    let text = std::fs::read_to_string(file).map_err(|error| format!("读不到设置 {}：{error}", file.display()))?;
    toml::from_str(&text).map_err(|error| format!("{} 写法有误：\n{error}", file.display()).into())
}
