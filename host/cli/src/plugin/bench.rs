//! `plugin bench`: what each kind of call costs: fuel, time in a fresh instance and in a reused one,
//! memory; held against the run before it and against the budget.
//!
//! Fuel and memory are the same on every machine, so that the file which keeps them may be
//! committed; times are those of this machine on this day, and stand there for the author alone.

use super::diff::change;
use super::files::{read_text, replace};
use super::ready::Ready;
use super::show::bytes;
use super::story::ask;
use super::test::run;
use crate::Outcome;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{CallExample, Told};
use chuishao_domain::rule::sample;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::{FUEL_PER_CALL, MOST_GUEST_MEMORY_BYTES};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// How often each call is made: for a median that stays where it is.
const TIMES: usize = 200;

/// Longest time that is given to one kind of call, in microseconds: a slow language is measured in
/// fewer runs.
const MOST_MICROS: u128 = 2_000_000;

#[derive(Args)]
pub struct BenchArgs {
    /// 插件目录（用它的场景里的调用来量），或 .wasm 文件（用虚构的调用来量）
    #[arg(default_value = ".")]
    path: PathBuf,
    /// 量 .wasm 文件时，用这个插件目录的场景
    #[arg(long, value_name = "插件目录")]
    scenarios: Option<PathBuf>,
    /// 只比较，不把这一次记下来
    #[arg(long)]
    no_save: bool,
}

/// What the calls about one kind of event cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cost {
    calls: usize,
    most_fuel: u64,
    most_memory_bytes: u64,
    fresh_micros: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reused_micros: Option<u64>,
}

/// A run, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Measured {
    version: String,
    size_bytes: usize,
    compile_millis: u64,
    events: BTreeMap<EventKind, Cost>,
}

pub fn bench(args: &BenchArgs) -> Outcome {
    let mut ready = Ready::of(&args.path)?;
    let of_folder = args.path.is_dir();
    let kept = if of_folder { args.path.join("bench.json") } else { args.path.with_extension("bench.json") };
    if let Some(folder) = &args.scenarios {
        ready.folder.clone_from(folder);
    }
    let examples = if of_folder || args.scenarios.is_some() { of_scenarios(&ready)? } else { invented(&ready) };
    if examples.is_empty() {
        return Err("场景里一次也没有询问过规则，没有可量的".into());
    }
    let package = ready.guest.package();
    let measured = Measured {
        version: package.manifest.version.to_string(),
        size_bytes: package.bytes.len(),
        compile_millis: u64::try_from(ready.compiled_in.as_millis()).unwrap_or(u64::MAX),
        events: examples.iter().map(|(kind, examples)| (*kind, cost(&ready.guest, examples))).collect(),
    };
    // One that does not read is of another version of this program.
    let before: Option<Measured> = read_text(&kept).ok().and_then(|text| serde_json::from_str(&text).ok());
    print(&ready, &measured, before.as_ref());
    if !args.no_save {
        replace(&kept, format!("{}\n", serde_json::to_string_pretty(&measured)?).as_bytes())?;
        println!("已记入 {}（算力和内存在任何机器上都相同，可以提交；用时只供本机比较）", kept.display());
    }
    Ok(())
}

type Examples = BTreeMap<EventKind, Vec<CallExample>>;

fn of_scenarios(ready: &Ready) -> Result<Examples, Box<dyn std::error::Error>> {
    let mut examples = Examples::new();
    for (call, example) in run(ready, None, false)?.examples() {
        examples.entry(call.kind).or_default().push(example);
    }
    Ok(examples)
}

fn invented(ready: &Ready) -> Examples {
    let manifest = ready.manifest();
    let settings = sample::settings(manifest);
    let of_tickets = sample::inputs(manifest).into_iter().map(|(_, input)| Told::Event(Box::new(input)));
    let of_reviews = sample::reviews(manifest).into_iter().map(|input| Told::Review(Box::new(input)));
    let example = |told: Told| {
        let called = ask(&ready.guest, &told, &settings);
        let example = CallExample { settings: settings.clone(), input: told, answer: called.answer, log: called.log };
        (example.input.event_kind(), vec![example])
    };
    of_tickets.chain(of_reviews).map(example).collect()
}

fn cost(guest: &Guest, examples: &[CallExample]) -> Cost {
    let mut cost =
        Cost { calls: examples.len(), most_fuel: 0, most_memory_bytes: 0, fresh_micros: 0, reused_micros: None };
    let started = Instant::now();
    let mut fresh = Vec::new();
    for round in 0..TIMES {
        for example in examples {
            let called = ask(guest, &example.input, &example.settings);
            cost.most_fuel = cost.most_fuel.max(called.fuel);
            cost.most_memory_bytes = cost.most_memory_bytes.max(called.memory_bytes);
            fresh.push(u128::from(called.micros));
        }
        if round > 0 && started.elapsed().as_micros() > MOST_MICROS {
            break;
        }
    }
    cost.fresh_micros = median(fresh);
    cost.reused_micros = reused(guest, examples);
    cost
}

/// The same calls in an instance that is kept, which the server never does: what the fresh instance
/// costs is the difference. Reviews are rare and are not measured so.
fn reused(guest: &Guest, examples: &[CallExample]) -> Option<u64> {
    let mut instance = guest.reused().ok()?;
    let (started, mut took) = (Instant::now(), Vec::new());
    for _ in 0..TIMES {
        for example in examples {
            let Told::Event(input) = &example.input else { return None };
            let before = Instant::now();
            // After a trap an instance is of no more use.
            instance.call(input, &example.settings).ok()?;
            took.push(before.elapsed().as_micros());
        }
        if started.elapsed().as_micros() > MOST_MICROS {
            break;
        }
    }
    Some(median(took))
}

fn median(mut took: Vec<u128>) -> u64 {
    took.sort_unstable();
    took.get(took.len() / 2).map_or(0, |micros| u64::try_from(*micros).unwrap_or(u64::MAX))
}

fn print(ready: &Ready, now: &Measured, before: Option<&Measured>) {
    let manifest = ready.manifest();
    println!(
        "「{}」{} {}：{}，引擎编译 {} 毫秒",
        manifest.title,
        manifest.name,
        now.version,
        bytes(now.size_bytes),
        now.compile_millis
    );
    if let Some(before) = before {
        let size = change(before.size_bytes as u64, now.size_bytes as u64);
        println!(
            "  上一次：{} {}{size}，编译 {} 毫秒",
            before.version,
            bytes(before.size_bytes),
            before.compile_millis
        );
    }
    println!("  预算：每次调用算力 {FUEL_PER_CALL}，内存 {}", bytes(MOST_GUEST_MEMORY_BYTES));
    for (kind, cost) in &now.events {
        let (hundredths, of) = (cost.most_fuel.saturating_mul(10_000) / FUEL_PER_CALL, cost.calls);
        println!("  {kind}（{}，{of} 次）", kind.term());
        let earlier = before.and_then(|before| before.events.get(kind));
        let against = |now: u64, of: fn(&Cost) -> u64| {
            earlier.map(|cost| format!("；上一次 {}{}", of(cost), change(of(cost), now))).unwrap_or_default()
        };
        println!(
            "    算力最多 {}，预算的 {}.{:02}%{}",
            cost.most_fuel,
            hundredths / 100,
            hundredths % 100,
            against(cost.most_fuel, |cost| cost.most_fuel)
        );
        let reused = cost.reused_micros.map(|micros| format!("，复用实例 {micros} 微秒")).unwrap_or_default();
        println!(
            "    用时中位数：全新实例 {} 微秒{reused}{}",
            cost.fresh_micros,
            against(cost.fresh_micros, |cost| cost.fresh_micros)
        );
        let kib = |bytes: u64| bytes.div_ceil(1024);
        println!(
            "    内存最多 {} KiB{}",
            kib(cost.most_memory_bytes),
            against(kib(cost.most_memory_bytes), |cost| cost.most_memory_bytes.div_ceil(1024))
        );
    }
}
