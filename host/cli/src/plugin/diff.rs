//! `plugin diff`: what a new version changes, for the people who decide about it: interface,
//! permissions, settings, size, and on the scenarios of a folder the answers and the fuel.

use super::files::{fault, read_package};
use super::ready::Ready;
use super::show::{bytes, print};
use super::test::{Run, run};
use crate::Outcome;
use chuishao_domain::plugin::request::{Ask, asks_again, settings_changed, wider};
use chuishao_domain::plugin::step::{Step, may_follow};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_sandbox::package::Package;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct DiffArgs {
    /// 已批准的版本（.wasm）
    old: PathBuf,
    /// 新的版本（.wasm）
    new: PathBuf,
    /// 用这个插件目录的场景逐次调用，比较两个版本的回答和算力
    #[arg(long, value_name = "插件目录")]
    scenarios: Option<PathBuf>,
}

pub fn diff(args: &DiffArgs) -> Outcome {
    let (old, new) = (read_package(&args.old)?, read_package(&args.new)?);
    let (agreed, next) = (&old.manifest, &new.manifest);
    if agreed.name != next.name {
        let words = format!("两个文件是不同的插件（{} 和 {}），无法比较", agreed.name, next.name);
        return Err(fault("diff.another-plugin", &next.name, words, "these are two different plugins").into());
    }
    println!("「{}」{} {} 至 {}：{}", next.title, next.name, agreed.version, next.version, step(&old, &new));
    println!("  大小：{} 至 {}", bytes(old.bytes.len()), bytes(new.bytes.len()));
    if old.interface != new.interface {
        println!("  接口：{} 至 {}", old.interface, new.interface);
    }
    section("扩大的事项", &wider(agreed, next));
    section("收回的事项", &wider(next, agreed));
    section("设置变更", &settings_changed(agreed, next));
    let reasons = asks_again(agreed, next);
    if reasons.is_empty() {
        println!("  不需要市热线重新审批：在已批准的范围之内");
    }
    section("须市热线重新审批，原因", &reasons);
    // What a host that has the old one will say to the new one; a downgrade has been named above.
    let there = [(&agreed.version, old.digest.as_str())];
    if let Err(refusal) = may_follow((&next.version, &new.digest), there, Some(&next.version)) {
        println!("  注意 [{}]：{refusal}", refusal.code);
    }
    match &args.scenarios {
        Some(folder) => on_scenarios(args, folder),
        None => Ok(()),
    }
}

/// What both versions answer on the same scenarios, and what it costs, summed up by event.
fn on_scenarios(args: &DiffArgs, folder: &Path) -> Outcome {
    let [old, new] = [&args.old, &args.new].map(|file| {
        let ready = Ready { folder: folder.to_owned(), ..Ready::of_file(file)? };
        run(&ready, None, false)
    });
    let (old, new) = (sums(&old?), sums(&new?));
    println!("  场景里的算力（全部调用合计）：");
    for kind in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let of = |sums: &BTreeMap<EventKind, Sum>| sums.get(kind).cloned().unwrap_or_default();
        let (before, after) = (of(&old), of(&new));
        let answers = if before.answers == after.answers { "回答相同" } else { "回答不同" };
        let (calls, fuel) = (after.answers.len(), change(before.fuel, after.fuel));
        println!("    {}（{calls} 次）：{} 至 {}{fuel}；{answers}", kind.term(), before.fuel, after.fuel);
        for (number, (one, other)) in before.answers.iter().zip(&after.answers).enumerate().filter(|(_, (a, b))| a != b)
        {
            println!("      第 {} 次，旧：{one}\n      第 {} 次，新：{other}", number + 1, number + 1);
        }
    }
    Ok(())
}

/// The calls of one event in all scenarios.
#[derive(Clone, Default)]
struct Sum {
    fuel: u64,
    answers: Vec<String>,
}

fn sums(run: &Run) -> BTreeMap<EventKind, Sum> {
    let mut sums: BTreeMap<EventKind, Sum> = BTreeMap::new();
    for (call, example) in run.examples() {
        let sum = sums.entry(call.kind).or_default();
        sum.fuel += call.fuel;
        sum.answers.push(match &example.answer {
            Ok(proposals) => serde_json::to_string(proposals).unwrap_or_default(),
            Err(failure) => failure.words().chinese,
        });
    }
    sums
}

/// By how much, in words: nothing when it is the same.
pub fn change(before: u64, after: u64) -> String {
    if before == 0 || before == after {
        return String::new();
    }
    let (sign, by) = if after > before { ("+", after - before) } else { ("-", before - after) };
    let tenths = by.saturating_mul(1000) / before;
    format!("（{sign}{}.{}%）", tenths / 10, tenths % 10)
}

fn step(old: &Package, new: &Package) -> &'static str {
    match Step::between(&old.manifest.version, &new.manifest.version) {
        Step::Same if old.digest == new.digest => "同一个文件",
        step => step.term(),
    }
}

fn section(title: &str, asks: &[Ask]) {
    if asks.is_empty() {
        return;
    }
    println!("  {title}：");
    for ask in asks {
        print!("  ");
        print(ask);
    }
}
