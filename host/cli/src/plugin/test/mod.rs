//! `plugin test`: plays every scenario of a folder as the server would, and fails on what was not
//! expected.

mod columns;
mod coverage;
mod expect;
mod print;
mod report;
mod snapshot;

pub use expect::wanted;
pub use print::{explained, title};

use super::Faults;
use super::files::{fault, replace};
use super::ready::Ready;
use super::scenario::{Scenario, Written, load_all};
use super::story::{Call, Played, Story};
use super::table::{Table, situation};
use super::watch::watch;
use crate::Outcome;
use chuishao_domain::rule::record::CallExample;
use clap::Args;
use coverage::Coverage;
use expect::{Complaint, complaints};
use jiff::Timestamp;
use snapshot::Snapshots;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

type Fault = Box<dyn std::error::Error>;

#[derive(Args)]
pub struct TestArgs {
    /// 插件目录
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// 只运行文件名、标题或案例名含有这段文字的场景
    #[arg(long, value_name = "文字")]
    filter: Option<String>,
    /// 接受现在的结果为快照；请看过差异再接受 (write the snapshots anew)
    #[arg(long)]
    accept: bool,
    /// 清单声明了而没有场景用到的，也算失败 (what no scenario exercises fails)
    #[arg(long, conflicts_with = "filter")]
    strict: bool,
    /// 文件一改就重新构建、重新运行 (again at every change)
    #[arg(long)]
    watch: bool,
    /// 结果另存为 JSON
    #[arg(long, value_name = "文件")]
    json: Option<PathBuf>,
    /// 结果另存为 JUnit XML，供持续集成读取
    #[arg(long, value_name = "文件")]
    junit: Option<PathBuf>,
    /// 把每次调用的确切输入、设置和回答写入这个文件（JSON） (every call, to compare another build with)
    #[arg(long, value_name = "文件")]
    record: Option<PathBuf>,
    /// 把情形、规则的提议和核心的处理写成表（Markdown） (what the scenarios come to, for people)
    #[arg(long, value_name = "文件")]
    table: Option<PathBuf>,
}

/// What came of all scenarios.
pub struct Run {
    /// Each story, in order.
    pub stories: Vec<StoryRun>,
    /// What of the manifest they used.
    pub coverage: Coverage,
    /// How long it took to play them.
    pub took: Duration,
}

/// What came of one story.
pub struct StoryRun {
    /// The scenario's file.
    pub file: PathBuf,
    /// Which case of it, if it has several.
    pub case: String,
    /// The story itself.
    pub scenario: Scenario,
    /// Its steps, as far as they could be played.
    pub steps: Vec<StepRun>,
}

/// What came of one step.
pub struct StepRun {
    /// The line of the file in which it begins.
    pub line: usize,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub what: &'static str,
    /// What is not as it was expected.
    pub complaints: Vec<Complaint>,
    /// What the rule was asked.
    pub calls: Vec<Call>,
    /// What happened, in words.
    pub situation: String,
}

impl StepRun {
    fn fuel(&self) -> u64 {
        self.calls.iter().map(|call| call.fuel).sum()
    }

    fn micros(&self) -> u64 {
        self.calls.iter().map(|call| call.micros).sum()
    }
}

impl Run {
    fn failed(&self) -> usize {
        let steps = self.stories.iter().flat_map(|story| &story.steps);
        steps.filter(|step| !step.complaints.is_empty()).count()
    }

    /// Every call, in order, without what the core made of it.
    pub fn examples(&self) -> impl Iterator<Item = (&Call, CallExample)> {
        let calls = self.stories.iter().flat_map(|story| &story.steps).flat_map(|step| &step.calls);
        calls.filter_map(|call| Some((call, call.example()?)))
    }
}

pub fn test(args: &TestArgs) -> Outcome {
    if args.watch { watch(&args.folder, || once(args)) } else { once(args) }
}

fn once(args: &TestArgs) -> Outcome {
    let ready = Ready::of_folder(&args.folder)?;
    let run = run(&ready, args.filter.as_deref(), args.accept)?;
    print::print(&run);
    if let Some(file) = &args.json {
        replace(file, report::json(&run).as_bytes())?;
    }
    if let Some(file) = &args.junit {
        replace(file, report::junit(&ready.manifest().name, &run).as_bytes())?;
    }
    if let Some(file) = &args.record {
        record(file, &run)?;
    }
    if let Some(file) = &args.table {
        replace(file, table(&ready, &run).as_bytes())?;
        println!("场景的结果已写入 {}", file.display());
    }
    let idle = run.coverage.idle(ready.manifest());
    if args.filter.is_none() {
        print::coverage(&idle);
    }
    match run.failed() {
        0 if args.strict && !idle.is_empty() => {
            let words = format!("清单声明了而没有场景用到的有 {} 项，见上；请补场景，或从清单里删去", idle.len());
            Err(fault("test.coverage", "plugin.toml", words, "the manifest declares what no scenario exercises").into())
        }
        0 => Ok(()),
        failed => Err(format!("{failed} 步不符合预期").into()),
    }
}

/// What the scenarios came to, for people who read no program.
fn table(ready: &Ready, run: &Run) -> String {
    let mut table = Table::new(ready.manifest());
    for story in &run.stories {
        table.scenario(&title(story));
        for step in &story.steps {
            let asked: Vec<_> = step.calls.iter().flat_map(Call::in_words).cloned().collect();
            table.step(&step.situation, &asked);
        }
    }
    table.text().to_owned()
}

/// A call a line, so that two recordings are compared by eye.
fn record(file: &Path, run: &Run) -> Outcome {
    let lines = run.examples().map(|(_, example)| serde_json::to_string(&example)).collect::<Result<Vec<_>, _>>()?;
    std::fs::write(file, format!("[\n{}\n]\n", lines.join(",\n")))?;
    println!("{} 次调用已写入 {}", lines.len(), file.display());
    Ok(())
}

/// Plays the scenarios of a plugin's folder, or those whose name has a text in it; snapshots are
/// compared, or written anew.
pub fn run(ready: &Ready, filter: Option<&str>, accept: bool) -> Result<Run, Fault> {
    let started = Instant::now();
    let mut run = Run { stories: Vec::new(), coverage: Coverage::default(), took: Duration::ZERO };
    for written in load_all(&ready.folder, ready.manifest())? {
        let mut snapshots = Snapshots::beside(&written.file)?;
        let name = written.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut all = true;
        for (case, scenario) in &written.stories {
            if filter.is_some_and(|text| ![&name, &scenario.title, case].iter().any(|of| of.contains(text))) {
                all = false;
                continue;
            }
            run.coverage.see_settings(&scenario.settings, ready.manifest());
            run.stories.push(play(ready, &written, (case, scenario), &mut snapshots, accept, &mut run.coverage)?);
        }
        if accept {
            snapshots.write(all)?;
        } else if let (true, Some(story)) = (all, run.stories.last_mut()) {
            snapshots.complain_of_idle(&mut story.steps);
        }
    }
    if run.stories.is_empty() {
        let words = format!("没有场景的文件名、标题或案例名含有「{}」", filter.unwrap_or_default());
        return Err(fault("test.no-scenario", &ready.folder.display().to_string(), words, "no scenario matches").into());
    }
    run.took = started.elapsed();
    Ok(run)
}

fn play(
    ready: &Ready,
    written: &Written,
    (case, scenario): (&str, &Scenario),
    snapshots: &mut Snapshots,
    accept: bool,
    coverage: &mut Coverage,
) -> Result<StoryRun, Faults> {
    let located = |Faults(faults): Faults, key: &str| {
        let at =
            |problem| written.places.located(chuishao_domain::rule::problem::Problem { place: key.into(), ..problem });
        Faults(faults.into_iter().map(at).collect())
    };
    let mut story = Story::begin(&ready.world, &ready.guest, scenario).map_err(|faults| located(faults, "settings"))?;
    let mut run =
        StoryRun { file: written.file.clone(), case: case.to_owned(), scenario: scenario.clone(), steps: Vec::new() };
    for (number, step) in scenario.step.iter().enumerate() {
        let played = story.play(scenario, step).map_err(|faults| located(faults, &format!("step[{number}]")))?;
        let mut complaints = complaints(step, &played, &ready.world);
        let stuck = step.rejected.is_none() && played.rejected.is_some();
        if step.snapshot {
            complaints.extend(snapshots.hold(case, number, &played, accept, &ready.world));
        }
        let refused = played.rejected.as_ref().map(ToString::to_string);
        let situation = situation(step, played.at, refused.as_deref());
        let Played { at, what, calls, .. } = played;
        calls.iter().for_each(|call| coverage.see(call, step));
        run.steps.push(StepRun { line: written.line_of(number), at, what, complaints, calls, situation });
        if stuck {
            // What comes after a step that did not happen means something else.
            break;
        }
    }
    Ok(run)
}
