//! `plugin replay`: decision records that a server exported, run again on the author's machine. The
//! code that decided must answer the same, bit for bit; another version is held against it, so that
//! its author sees what would have been different. One record can be kept as a scenario.

use super::files::{fault, write_new};
use super::ready::Ready;
use super::scenario::{Scenario, Step, to_toml};
use super::story::ask;
use crate::Outcome;
use chuishao_domain::calendar::civil;
use chuishao_domain::narrate::{moment, proposed};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::export::Exported;
use chuishao_domain::rule::record::{Answer, CallFailure, unjudged};
use chuishao_domain::rule::settings::{Settings, resolve};
use chuishao_sandbox::replay::{On, Replayed, replay as again};
use clap::Args;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Differences that are shown one by one.
const MOST_SHOWN: usize = 50;

#[derive(Args)]
pub struct ReplayArgs {
    /// 导出的决定记录（chuishao decisions export）
    records: PathBuf,
    /// 插件目录，或 .wasm 文件
    #[arg(default_value = ".")]
    path: PathBuf,
    /// 把某一行的记录留作场景，写进插件目录的 scenarios/名称.toml
    #[arg(long, value_name = "名称", requires = "line")]
    keep: Option<String>,
    /// 只看这一行（从 1 起）
    #[arg(long)]
    line: Option<usize>,
}

/// What came of one record.
enum Came {
    Same,
    Different(Vec<String>),
    NotCalled,
    BrokenOff,
    NotListened,
    AnotherRule,
}

#[derive(Default)]
struct Counts {
    same: u64,
    different: u64,
    not_called: u64,
    broken_off: u64,
    not_listened: u64,
    another_rule: u64,
}

pub fn replay(args: &ReplayArgs) -> Outcome {
    let ready = Ready::of(&args.path)?;
    let mut counts = Counts::default();
    let mut seen = false;
    for (number, read) in read(&args.records)?.enumerate() {
        if args.line.is_some_and(|line| line != number + 1) {
            continue;
        }
        let record = read?;
        seen = true;
        if let Some(name) = &args.keep {
            return keep(args, &ready, &record, name);
        }
        match replayed(&ready, &record) {
            Came::Same => counts.same += 1,
            Came::NotCalled => counts.not_called += 1,
            Came::BrokenOff => counts.broken_off += 1,
            Came::NotListened => counts.not_listened += 1,
            Came::AnotherRule => counts.another_rule += 1,
            Came::Different(lines) => {
                counts.different += 1;
                if counts.different <= MOST_SHOWN as u64 {
                    println!("第 {} 行不同：{}（{}）", number + 1, record.name(), moment(record.at()));
                    lines.iter().for_each(|line| println!("  {line}"));
                }
            }
        }
    }
    if !seen {
        return Err(bad(&args.records, 0, "没有这一行，或文件是空的").into());
    }
    print(&ready, &counts);
    if counts.different == 0 { Ok(()) } else { Err(format!("{} 条的回答不同", counts.different).into()) }
}

fn print(ready: &Ready, counts: &Counts) {
    let package = ready.guest.package();
    println!("「{}」{}（{}）", package.manifest.title, package.manifest.version, &package.digest[..12]);
    for (count, words) in [
        (counts.same, "回答相同"),
        (counts.different, "回答不同"),
        (counts.not_called, "循环保护，当时未询问规则"),
        (counts.broken_off, "当时被主机或墙钟中断，不作比较"),
        (counts.not_listened, "现在的清单不监听这种事件"),
        (counts.another_rule, "是别的规则的记录"),
    ] {
        if count > 0 {
            println!("  {count} 条{words}");
        }
    }
    if counts.different > 0 {
        println!("  要把其中一条留作场景：chuishao plugin replay 记录 目录 --line 行号 --keep 名称");
    }
}

type Fault = Box<dyn std::error::Error>;

fn bad(file: &Path, line: usize, what: &str) -> super::Faults {
    let place = if line == 0 { file.display().to_string() } else { format!("{}:{line}", file.display()) };
    fault("replay.records", &place, what, "these are no exported decision records")
}

/// The records, line by line: an export may be larger than memory.
fn read(file: &Path) -> Result<impl Iterator<Item = Result<Exported, Fault>> + use<'_>, Fault> {
    let opened = File::open(file).map_err(|error| bad(file, 0, &format!("读不到文件：{error}")))?;
    let lines = BufReader::new(opened).lines().enumerate();
    let record = move |(number, line): (usize, std::io::Result<String>)| -> Result<Exported, Fault> {
        let unreadable = |_| bad(file, number + 1, "这一行不是导出的决定记录；请用 chuishao decisions export 导出");
        Ok(serde_json::from_str(&line?).map_err(unreadable)?)
    };
    Ok(lines.map(record))
}

fn replayed(ready: &Ready, record: &Exported) -> Came {
    let package = ready.guest.package();
    let edition = record.edition();
    if edition.rule != package.manifest.name {
        return Came::AnotherRule;
    }
    if let Some(decision) = record.decision().filter(|_| edition.component_digest == package.digest) {
        return match again(&ready.guest, decision) {
            Replayed::Equal(On::TheSameEngine | On::AnotherEngine) => Came::Same,
            Replayed::NotCalled => Came::NotCalled,
            Replayed::BrokenOff => Came::BrokenOff,
            Replayed::Different(differences) => Came::Different(differences.iter().map(ToString::to_string).collect()),
        };
    }
    let Some(told) = record.told() else { return Came::NotCalled };
    if !package.manifest.listens.contains(&told.event_kind()) {
        return Came::NotListened;
    }
    let recorded = match record.answer() {
        Answer::Failed(CallFailure::TimedOut | CallFailure::Host { .. }) => return Came::BrokenOff,
        answer => unjudged(answer.clone()),
    };
    let called = ask(&ready.guest, &told, &settings(ready, &edition.settings));
    if is_same(&recorded, &called.answer) {
        return Came::Same;
    }
    let mut lines = vec![format!("{}（{}）", told.event_kind(), told.event_kind().term())];
    lines.push(format!("当时 {}：{}", edition.version, in_words(ready, &recorded)));
    lines.push(format!("现在 {}：{}", package.manifest.version, in_words(ready, &called.answer)));
    lines.extend(called.log.iter().map(|line| format!("日志 {}：{}", line.level, line.text)));
    Came::Different(lines)
}

/// The settings of then, as far as the manifest of now has them, and its defaults.
fn settings(ready: &Ready, recorded: &Settings) -> Settings {
    let specs = &ready.manifest().settings;
    let known = recorded.iter().filter(|(name, _)| specs.contains_key(*name));
    let known: Settings = known.map(|(name, value)| (name.clone(), value.clone())).collect();
    resolve(specs, &known).unwrap_or(known)
}

/// Of another version the text of a trap may well be another.
fn is_same(one: &Result<Vec<Proposal>, CallFailure>, other: &Result<Vec<Proposal>, CallFailure>) -> bool {
    match (one, other) {
        (Err(one @ CallFailure::Declined { .. }), Err(other)) => one == other,
        (Err(one), Err(other)) => one.code() == other.code(),
        (one, other) => one == other,
    }
}

fn in_words(ready: &Ready, answer: &Result<Vec<Proposal>, CallFailure>) -> String {
    match answer {
        Err(failure) => format!("[{}] {}", failure.code(), failure.words().chinese),
        Ok(proposals) if proposals.is_empty() => "沉默".into(),
        Ok(proposals) => {
            let words = |one: &Proposal| format!("{}（{}）", proposed(&one.effect, &ready.world).chinese, one.reason);
            proposals.iter().map(words).collect::<Vec<_>>().join("；")
        }
    }
}

/// Writes a record as a scenario: told the same, the rule must do the same.
fn keep(args: &ReplayArgs, ready: &Ready, record: &Exported, name: &str) -> Outcome {
    let place = format!("{}:{}", args.records.display(), args.line.unwrap_or(1));
    if name.contains(['/', '\\']) || name.starts_with('.') {
        return Err(fault("file.name", name, "场景名称不能含有斜杠，也不能以点开头", "a name has no slash").into());
    }
    let Some(told) = record.told() else {
        let words = "这一条当时没有询问规则（循环保护），留不成场景";
        return Err(fault("replay.records", &place, words, "the rule was not called").into());
    };
    let defaults = resolve(&ready.manifest().settings, &Settings::new()).unwrap_or_default();
    let given = settings(ready, &record.edition().settings).into_iter();
    let (mut step, recorded) = (Step { at: civil(record.at()), told: Some(told), ..Step::default() }, record.answer());
    match unjudged(recorded.clone()) {
        Ok(proposals) => {
            let effects: Result<Vec<_>, _> = proposals.iter().map(|one| serde_json::to_value(&one.effect)).collect();
            step.expect = Some(effects?).filter(|effects| !effects.is_empty());
        }
        Err(failure) => step.fails = Some(failure.words().chinese),
    }
    let scenario = Scenario {
        title: format!("服务器上的一次决定：{}（{}）", record.name(), moment(record.at())),
        settings: given.filter(|(name, value)| defaults.get(name) != Some(value)).collect(),
        territory: Some(record.edition().placement.territory.clone()),
        modes: Vec::new(),
        step: vec![step],
    };
    let comment = "由 chuishao plugin replay --keep 写入：规则当时所见的原样，和当时的回答。内容已脱敏。";
    let folder = ready.folder.join("scenarios");
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{name}.toml"));
    write_new(&file, to_toml(&scenario, comment)?.as_bytes(), false)?;
    println!("已写成场景 {}；改好规则后把其中的 expect 改成应有的结果", file.display());
    Ok(())
}
