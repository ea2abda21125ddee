//! `chuishao demo`: builds the plugins, starts a server on a database of its own, plays the
//! scenes through the public HTTP API with invented callers, prints what a person would want
//! to read; then opens the console on an invented city, with an account for each post, and stays up.

mod caller;
mod city;
mod install;
mod scenes;

use crate::{Outcome, plugin, serve, start_logging};
use chuishao_domain::account::rate::USUAL;
use chuishao_domain::calendar::moment;
use chuishao_domain::rule::value::Value;
use chuishao_sandbox::apart::own_program;
use chuishao_server::accounts::access::Access;
use chuishao_server::clock::Clock;
use chuishao_server::server::{Config, start};
use chuishao_server::store::address::DatabaseAddress;
use clap::Args;
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Args)]
pub struct DemoArgs {
    /// 演完即结束，不停留 (end after the scenes)
    #[arg(long)]
    end: bool,
    /// 不演场景，直接打开控制台 (only the console)
    #[arg(long, conflicts_with = "end")]
    console: bool,
    /// 数据目录；不写则用临时目录，结束时删除
    #[arg(long)]
    data: Option<PathBuf>,
    /// 控制台的数据库，须为空；不写则嵌入在数据目录里
    #[arg(long)]
    database: Option<String>,
    /// 控制台的监听端口；0 为任选
    #[arg(long, default_value_t = 12345)]
    port: u16,
    /// 控制台的城市全年有多少件虚构工单
    #[arg(long, default_value_t = 6000)]
    tickets: u64,
}

/// The rules that the scenes need: folder, territory, priority.
const RULES: [(&str, &str, i32); 4] = [
    ("plugins/heating-mode", "WF", 50),
    ("plugins/kuiwen-onsite-mediation", "370705", 100),
    ("examples/endless-loop", "370703", 900),
    ("examples/overreach", "370703", 901),
];

pub fn demo(args: DemoArgs) -> Outcome {
    start_logging("warn");
    let started = Instant::now();
    let root = project_root()?;
    let rules = build_rules(&root)?;
    let (data, _kept) = match args.data {
        Some(folder) => (folder, None),
        None => {
            let folder = tempfile::tempdir()?;
            (folder.path().to_owned(), Some(folder))
        }
    };
    std::fs::create_dir_all(&data)?;

    tokio::runtime::Runtime::new()?.block_on(async {
        if !args.console {
            play(&data.join("scenes"), &rules, started).await?;
        }
        if args.end {
            return Ok(());
        }
        let folder = data.join("city");
        // Read here and not by the parser of the command line, which would repeat a password.
        let database = match &args.database {
            Some(text) => text.parse()?,
            None => DatabaseAddress::in_folder(&folder),
        };
        let running = city::open(&folder, &database, args.port, args.tickets, &rules).await?;
        println!("\n按 Ctrl-C 结束。");
        serve::stop_signal().await;
        running.stop().await;
        Ok(())
    })
}

/// The scenes, on a server of their own.
async fn play(data: &Path, rules: &[Built], started: Instant) -> Outcome {
    std::fs::create_dir_all(data)?;
    let first_moment = moment(date(2024, 6, 25).at(9, 10, 0, 0)).ok_or("时刻超出范围")?;
    println!("启动服务，数据在 {}", data.display());
    let running = start(config(data, DatabaseAddress::in_folder(data), 0, Access::TrustPosts, first_moment)?).await?;
    let base = format!("http://{}", running.address);
    println!("服务已就绪 {base}（演示会拨动时钟；来电人均为虚构）\n");
    install::install(&base, rules).await?;
    scenes::play(&caller::Caller::new(&base)?).await?;
    println!("五个场景演完，共 {:.0} 秒。", started.elapsed().as_secs_f64());
    running.stop().await;
    Ok(())
}

/// A server of the demonstration.
fn config(
    data: &Path,
    database: DatabaseAddress,
    port: u16,
    access: Access,
    now: Timestamp,
) -> std::io::Result<Config> {
    Ok(Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        access,
        behind_gateway: false,
        provider: None,
        rates: USUAL,
        data: data.to_owned(),
        program: own_program()?,
        database,
        vault_keys: None,
        clock: Clock::movable(now),
        deliver_to: None,
        deliver_secrets: Vec::new(),
        receivers: None,
        archive_after_days: None,
    })
}

/// The folder with the plugins: where cargo says this program was built from, or the nearest
/// folder above that has them.
fn project_root() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(std::env::current_dir, |dir| Ok(PathBuf::from(dir)))?;
    let root = here.ancestors().find(|folder| RULES.iter().all(|(rule, ..)| folder.join(rule).is_dir()));
    root.map(Path::to_owned).ok_or_else(|| "请在项目目录里运行演示：要构建其中的插件".into())
}

fn build_rules(root: &Path) -> Result<Vec<Built>, Box<dyn std::error::Error>> {
    let mut entries = Vec::new();
    for (number, (folder, territory, priority)) in RULES.into_iter().enumerate() {
        println!("[{}/{}] 构建 {folder}", number + 1, RULES.len());
        let built = plugin::build(&root.join(folder), None)?;
        println!("      {} 字节", built.bytes);
        let settings = match folder {
            "plugins/heating-mode" => BTreeMap::from([("seats".to_owned(), seats())]),
            _ => BTreeMap::new(),
        };
        entries.push(Built { component: std::fs::read(&built.path)?, territory, priority, settings });
    }
    Ok(entries)
}

/// A rule that is built, and where it is to act.
struct Built {
    component: Vec<u8>,
    territory: &'static str,
    priority: i32,
    settings: BTreeMap<String, Value>,
}

/// Which company serves which estate; both invented.
fn seats() -> Value {
    let rows = [("虞河花园", "seat-heat-yuandu"), ("白浪河小区", "seat-heat-baihe")];
    Value::Table(rows.into_iter().map(|(estate, seat)| (estate.to_owned(), seat.to_owned())).collect())
}
