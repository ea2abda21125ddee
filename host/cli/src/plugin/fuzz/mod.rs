//! `plugin fuzz`: plays random stories that can really happen, and looks for what no author wants: a
//! trap, a spent budget, an answer that differs the second time, a setting within its range that
//! the rule cannot work with, a proposal that the core refuses.
//!
//! Nothing impossible is fed: the stories are walked through the domain itself, and what the core
//! refuses to do is not part of them. Each finding is shrunk to the shortest story that still
//! shows it, and that is written as a scenario.

mod invent;
mod shrink;

use super::Faults;
use super::files::{fault, write_new};
use super::ready::Ready;
use super::scenario::{Scenario, to_toml};
use super::story::{Call, Played, Story, ask};
use super::test::wanted;
use crate::Outcome;
use chuishao_domain::narrate::proposed;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::{Answer, CallFailure, Verdict, unjudged};
use chuishao_sandbox::limits::FUEL_PER_CALL;
use clap::Args;
use invent::Inventor;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Stories after which it ends although the rule was hardly ever asked: what it listens to does
/// not happen.
const MOST_STORIES_PER_CALL: u64 = 20;

#[derive(Args)]
pub struct FuzzArgs {
    /// 插件目录
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// 同一个种子总是同样的经过 (the same stories for the same seed)
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 至少询问规则这么多次
    #[arg(long, default_value_t = 2000)]
    calls: u64,
    /// 只报告，不写场景
    #[arg(long)]
    no_write: bool,
}

/// What was found: one of each is enough.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// `call.trap`, `call.not-repeatable`, or the code of a refusal.
    code: String,
    /// About what the rule was asked.
    event: EventKind,
    /// What tells two of one code apart: the effect that was refused, the text of the trap.
    what: String,
    /// A refusal is the author's to judge; everything else is a fault of the rule.
    is_refusal: bool,
}

/// A finding with the shortest story that shows it.
struct Shown {
    finding: Finding,
    words: String,
    story: Scenario,
}

pub fn fuzz(args: &FuzzArgs) -> Outcome {
    let ready = Ready::of_folder(&args.folder)?;
    let inventor = Inventor::new(&ready);
    let (mut calls, mut stories, mut most_fuel) = (0, 0, 0);
    let mut shown: BTreeMap<Finding, Shown> = BTreeMap::new();
    while calls < args.calls && stories < args.calls.saturating_mul(MOST_STORIES_PER_CALL) {
        let (story, played) = inventor.story(args.seed, stories)?;
        stories += 1;
        for call in played.iter().flat_map(|played| &played.calls) {
            calls += 1;
            most_fuel = most_fuel.max(call.fuel);
            for (finding, words) in findings(&ready, call) {
                if !shown.contains_key(&finding) {
                    let story = shrink::shrink(&ready, &story, &finding)?;
                    shown.insert(finding.clone(), Shown { finding, words, story });
                }
            }
        }
    }
    let hundredths = most_fuel.saturating_mul(10_000) / FUEL_PER_CALL;
    println!(
        "种子 {}：{stories} 个随机经过，询问规则 {calls} 次，每次算力最多 {most_fuel}（预算的 {}.{:02}%）",
        args.seed,
        hundredths / 100,
        hundredths % 100
    );
    if calls < args.calls {
        println!("  规则很少被问到：请看清单的 listens 和 scope 是否过窄");
    }
    for one in shown.values() {
        report(&ready, args, one)?;
    }
    let faults = shown.keys().filter(|finding| !finding.is_refusal).count();
    match faults {
        0 => {
            println!(
                "没有发现失败{}",
                if shown.is_empty() {
                    "，也没有被拒的提议"
                } else {
                    "；被拒的提议见上，由您判断是否有意"
                }
            );
            Ok(())
        }
        count => {
            let words = format!("发现 {count} 种失败，最短的经过见上");
            Err(fault(
                "fuzz.failed",
                &args.folder.display().to_string(),
                words,
                "the rule fails on stories that can happen",
            )
            .into())
        }
    }
}

/// What no author wants, in a call.
fn findings(ready: &Ready, call: &Call) -> Vec<(Finding, String)> {
    let mut found = Vec::new();
    let mut find = |code: &str, what: String, is_refusal: bool, words: String| {
        found.push((Finding { code: code.to_owned(), event: call.kind, what, is_refusal }, words));
    };
    match &call.answer {
        // That a figure is missing is not the rule's fault, nor that random settings make no sense together.
        Answer::Failed(CallFailure::Declined { variant, .. })
            if ["missing-data", "bad-setting"].contains(&variant.as_str()) => {}
        Answer::Failed(failure) => {
            let what = match failure {
                CallFailure::Declined { variant, .. } => variant.clone(),
                CallFailure::Trap { message } => message.clone(),
                _ => String::new(),
            };
            find(failure.code(), what, false, failure.words().chinese);
        }
        Answer::Proposals(judged) => {
            for (proposal, verdict) in judged {
                if let Verdict::Refused(refusal) = verdict {
                    let effect = proposed(&proposal.effect, &ready.world).chinese;
                    find(&refusal.code, proposal.effect.kind().to_string(), true, format!("{effect}：{refusal}"));
                }
            }
        }
    }
    if let Some(told) = &call.told {
        let again = ask(&ready.guest, told, &call.settings);
        let same = unjudged(call.answer.clone()) == again.answer && call.log == again.log && call.fuel == again.fuel;
        if !same {
            let words = "同样的输入运行两次，回答、日志或算力不同".to_owned();
            find("call.not-repeatable", String::new(), false, words);
        }
    }
    found
}

/// Plays a whole story; nothing when the core refuses one of its steps.
fn play(ready: &Ready, scenario: &Scenario) -> Option<Vec<Played>> {
    let mut story = Story::begin(&ready.world, &ready.guest, scenario).ok()?;
    let mut all = Vec::with_capacity(scenario.step.len());
    for step in &scenario.step {
        let played = story.play(scenario, step).ok()?;
        if played.rejected.is_some() {
            return None;
        }
        all.push(played);
    }
    Some(all)
}

fn report(ready: &Ready, args: &FuzzArgs, shown: &Shown) -> Result<(), Faults> {
    let Finding { code, event, is_refusal, .. } = &shown.finding;
    let kind = if *is_refusal { "被拒" } else { "失败" };
    println!("{kind} [{code}] {event}（{}）：{}", event.term(), shown.words);
    println!("  最短的经过有 {} 步：", shown.story.step.len());
    let text = as_scenario(ready, args, shown)?;
    if args.no_write {
        text.lines().for_each(|line| println!("    {line}"));
        return Ok(());
    }
    let path = free_name(&args.folder, &format!("fuzz-{}-{event}", code.replace('.', "-")));
    std::fs::create_dir_all(args.folder.join("scenarios")).map_err(|error| {
        fault(
            "file.unwritable",
            &path.display().to_string(),
            format!("建不了目录：{error}"),
            "the folder cannot be made",
        )
    })?;
    write_new(&path, text.as_bytes(), false)?;
    println!("    已写成场景 {}（改好之前它不会通过）", path.display());
    Ok(())
}

/// The story with what it comes to, but for the finding itself: so that it fails until the rule is
/// mended.
fn as_scenario(ready: &Ready, args: &FuzzArgs, shown: &Shown) -> Result<String, Faults> {
    let mut story = shown.story.clone();
    for (step, played) in story.step.iter_mut().zip(play(ready, &shown.story).unwrap_or_default()) {
        *step = wanted(step, &played);
        let found =
            played.calls.iter().flat_map(|call| findings(ready, call)).any(|(finding, _)| finding == shown.finding);
        if found {
            step.fails = None;
            step.refused.retain(|code| *code != shown.finding.code);
        }
    }
    let Finding { code, is_refusal, .. } = &shown.finding;
    story.title = format!("随机试出：{}", shown.words.chars().take(60).collect::<String>());
    let advice = if *is_refusal {
        format!("如果是有意提出而由核心把关，在最后一步写 refused = [\"{code}\"] 即可；否则请改规则。")
    } else {
        "规则改好之后，这个场景就会通过。".to_owned()
    };
    let comment = format!("chuishao plugin fuzz --seed {} 写的最短经过：[{code}] {}\n{advice}", args.seed, shown.words);
    to_toml(&story, &comment)
        .map_err(|error| fault("scenario.written", "scenarios", error.to_string(), "it cannot be written"))
}

/// A name that no scenario has yet.
fn free_name(folder: &Path, stem: &str) -> PathBuf {
    let named = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        folder.join("scenarios").join(format!("{stem}{number}.toml"))
    };
    (1..).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1))
}
