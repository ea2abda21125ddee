//! `plugin test`: walks every scenario of a folder as the server would, and fails on what
//! was not expected.

use super::call::Call;
use super::entries::{enter, is_of, note};
use super::scenario::{ClosedTickets, Registration, Scenario, Step, usual_actor};
use super::table::{self, Table};
use super::{Faults, read_manifest};
use crate::Outcome;
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::command::Command;
use chuishao_domain::event::Event;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::kinds::ReviewPart;
use chuishao_domain::rule::ledger::{LedgerItem, OpenEntry};
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::{Answer, CallExample, Placement, Verdict};
use chuishao_domain::rule::remark::RemarkEvent;
use chuishao_domain::rule::review::{Counted, ReviewEvent, ReviewInput, ReviewKind, ReviewRecord};
use chuishao_domain::rule::view::{FactValue, KnownMode};
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::review::Asked;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::{Facts, Walk};
use jiff::Timestamp;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

type Fault = Box<dyn std::error::Error>;

/// Plays all scenarios; with `record`, every call goes into that file, and with `table` what the
/// scenarios come to.
pub fn test(folder: &Path, record: Option<&Path>, table: Option<&Path>) -> Outcome {
    let manifest = read_manifest(folder)?;
    let component = folder.join(format!("{}.wasm", manifest.name));
    let bytes = std::fs::read(&component).map_err(|error| {
        Faults(vec![Problem::new(
            "test.component",
            component.display().to_string(),
            format!("读不到组件：{error}。请先运行 chuishao plugin build"),
            "build the plugin first",
        )])
    })?;
    let package = Package::read(&bytes).map_err(Faults)?;
    if *package.manifest != manifest {
        let advice = "plugin.toml 在构建之后改过，请重新运行 chuishao plugin build";
        return Err(Faults(vec![Problem::new("test.stale", "plugin.toml", advice, "build the plugin again")]).into());
    }
    let guest = Guest::load(&Engine::new(Budget::default())?, package, None)?;
    let files = scenario_files(folder)?;
    let world = World::weifang();
    let (mut failed, mut calls, mut written) = (0, Vec::new(), Table::new(&manifest));
    for file in &files {
        let scenario: Scenario = toml::from_str(&std::fs::read_to_string(file)?)
            .map_err(|error| format!("{} 写法有误：\n{error}", file.display()))?;
        println!("{}", scenario.title);
        written.scenario(&scenario.title);
        failed += Story::new(&world, &guest, &scenario)?.play(&scenario, &mut calls, &mut written)?;
    }
    if let Some(table) = table {
        std::fs::write(table, written.text())?;
        println!("场景的结果已写入 {}", table.display());
    }
    if let Some(record) = record {
        // A call a line, so that two recordings are compared by eye.
        let lines = calls.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        std::fs::write(record, format!("[\n{}\n]\n", lines.join(",\n")))?;
        println!("{} 次调用已写入 {}", calls.len(), record.display());
    }
    println!("{} 个场景，{failed} 步不符合预期", files.len());
    if failed == 0 { Ok(()) } else { Err(format!("{failed} 步不符合预期").into()) }
}

fn scenario_files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let scenarios = folder.join("scenarios");
    let read = std::fs::read_dir(&scenarios)
        .map_err(|error| format!("{}：{error}。每个插件都要有场景，请写在 scenarios 目录里", scenarios.display()))?;
    let mut files: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        return Err(format!("{} 里没有场景（.toml）", scenarios.display()).into());
    }
    Ok(files)
}

/// Figures as the step gives them, modes as the scenario does.
struct StepFacts<'a>(&'a BTreeMap<String, u32>, &'a [KnownMode]);

impl Facts for StepFacts<'_> {
    fn count(&self, query: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        FactValue::Count(self.0.get(&query.name).copied().unwrap_or(0))
    }

    fn modes(&self, names: &BTreeSet<String>, _: &TerritoryId, now: Timestamp) -> Vec<KnownMode> {
        let told = |mode: &&KnownMode| names.contains(&mode.name) && mode.is_told_on(civil(now).date());
        self.1.iter().filter(told).cloned().collect()
    }
}

struct Story<'a> {
    world: &'a World,
    rulebook: Rulebook,
    ticket: Option<Ticket>,
    modes: Vec<KnownMode>,
    /// What stands open in ledgers, without the rule's namespace.
    entries: Vec<OpenEntry>,
    /// Why the core did not do what the step wanted, if that was expected.
    rejected: Option<String>,
}

impl<'a> Story<'a> {
    fn new(world: &'a World, guest: &Guest, scenario: &Scenario) -> Result<Self, Fault> {
        let own = scenario.step.first().and_then(|step| step.register.as_ref());
        let own = own.map(|registration| registration.intake(Timestamp::UNIX_EPOCH).place.territory);
        let territory = scenario.territory.clone().or(own);
        let territory = territory.ok_or("第一步须为 register；定期研判的场景要写 territory")?;
        let activation =
            Activation::new(guest.clone(), Placement::alone(territory), 100, &scenario.settings).map_err(Faults)?;
        let (rulebook, modes) = (Rulebook::new(vec![activation]), scenario.modes.clone());
        Ok(Self { world, rulebook, ticket: None, modes, entries: Vec::new(), rejected: None })
    }

    /// Plays all steps; how many were not as expected.
    fn play(mut self, scenario: &Scenario, calls: &mut Vec<CallExample>, written: &mut Table) -> Result<usize, Fault> {
        let mut failed = 0;
        for step in &scenario.step {
            let at = moment(step.at).ok_or("时刻超出范围")?;
            let mut made = self.wait_until(at, step)?;
            made.extend(self.act(at, step)?);
            let asked: Vec<(String, String)> = made.iter().flat_map(Call::in_words).collect();
            written.step(&table::situation(step, at, self.rejected.take().as_deref()), &asked);
            let complaints = complaints(step, &made);
            let fuel: u64 = made.iter().map(|call| call.fuel).sum();
            let micros: u64 = made.iter().map(|call| call.micros).sum();
            let what = name_of(step);
            let sign = if complaints.is_empty() { "✓" } else { "✗" };
            println!("  {sign} {} {what}（算力 {fuel}，{micros} 微秒）", civil(at).strftime("%Y-%m-%d %H:%M"));
            for complaint in &complaints {
                println!("      {complaint}");
            }
            failed += usize::from(!complaints.is_empty());
            calls.extend(made.into_iter().filter_map(|call| call.example));
        }
        Ok(failed)
    }

    /// Lets the clock act at every moment on the way.
    fn wait_until(&mut self, at: Timestamp, step: &Step) -> Result<Vec<Call>, Fault> {
        let mut decisions = Vec::new();
        while let Some(wakes_at) = self.ticket.as_ref().and_then(Ticket::wakes_at).filter(|wakes_at| *wakes_at <= at) {
            let version = self.ticket.as_ref().map(|ticket| ticket.version);
            decisions.extend(self.walk(wakes_at, step, &Command::Tick, By::Clock)?);
            if self.ticket.as_ref().map(|ticket| ticket.version) == version {
                break;
            }
        }
        Ok(decisions)
    }

    fn act(&mut self, at: Timestamp, step: &Step) -> Result<Vec<Call>, Fault> {
        if let Some(kind) = step.review {
            return match (&step.register, &step.command) {
                (None, None) => {
                    let held = self.review(kind, at, step).into_iter();
                    Ok(held.map(|review| Call::of_review(review, self.world)).collect())
                }
                _ => Err("一步只做一件事：review 不与 register 或 do 写在一起".into()),
            };
        }
        let (command, usual) = match (&step.register, &step.command, &self.ticket) {
            (Some(registration), None, None) => (register(registration, at), By::CallTaker { number: "0001".into() }),
            (None, Some(command), Some(ticket)) => (command.clone(), usual_actor(command, ticket)),
            (None, None, Some(_)) => return Ok(Vec::new()),
            _ => return Err("第一步须为 register，其后各步写 do，或只写 at 表示等待；定期研判写 review".into()),
        };
        self.walk(at, step, &command, step.by.clone().unwrap_or(usual))
    }

    /// Holds a review as the server would; nothing if the rule does not listen to it.
    fn review(&mut self, kind: ReviewKind, now: Timestamp, step: &Step) -> Option<ReviewRecord> {
        let activation = self.rulebook.activations().first()?;
        if !activation.actor.manifest.listens.contains(&kind.event_kind()) {
            return None;
        }
        let territory = &activation.actor.territory;
        let counted: Vec<Counted> = step.counted.iter().map(|matters| matters.counted(territory)).collect();
        let mut input = ReviewInput::new(kind, kind.latest(now), territory, &counted, now, self.world);
        let reads = &activation.actor.manifest.review_reads;
        if reads.contains(&ReviewPart::Units) {
            input = input.with_units(step.units.iter().map(ClosedTickets::counted).collect(), self.world);
        }
        if reads.contains(&ReviewPart::Ledgers) {
            input = input.with_open_entries(self.entries.clone());
        }
        let stands = |item: &LedgerItem| self.entries.iter().any(|entry| is_of(entry, &item.ledger, &item.title));
        let record = Asked::ask(activation, input).judged(activation, stands, self.world);
        for event in &record.events {
            match event {
                ReviewEvent::LedgerEntered(item) => enter(&mut self.entries, item, now),
                ReviewEvent::LedgerNoted(noted) => note(&mut self.entries, noted),
                _ => {}
            }
        }
        Some(record)
    }

    fn walk(&mut self, now: Timestamp, step: &Step, command: &Command, by: By) -> Result<Vec<Call>, Fault> {
        let walk = Walk { world: self.world, rulebook: &self.rulebook, now };
        let facts = StepFacts(&step.facts, &self.modes);
        match (walk.command(self.ticket.clone(), command, &Actor::Known(by), &facts), &step.rejected) {
            (Ok(walked), None) => {
                for recorded in &walked.events {
                    match &recorded.event {
                        Event::LedgerEntered(item) => enter(&mut self.entries, item, now),
                        Event::Remark(RemarkEvent::LedgerNoted(noted)) => note(&mut self.entries, noted),
                        _ => {}
                    }
                }
                self.ticket = Some(walked.ticket);
                let call = |decision| Call::of(decision, &walked.events, self.world);
                Ok(walked.decisions.into_iter().map(call).collect())
            }
            (Ok(_), Some(code)) => Err(format!("{} 预期被拒绝（{code}），但没有", command.name()).into()),
            (Err(refusal), Some(code)) if refusal.code == code.as_str() => {
                self.rejected = Some(refusal.to_string());
                Ok(Vec::new())
            }
            (Err(refusal), _) => {
                Err(format!("{} 这一步本身被拒绝（{}）：{refusal}", command.name(), refusal.code).into())
            }
        }
    }
}

fn register(registration: &Registration, at: Timestamp) -> Command {
    let id = TicketId::new(civil(at).date(), 1);
    Command::Register { id, intake: Box::new(registration.intake(at)) }
}

fn name_of(step: &Step) -> &'static str {
    match (&step.register, &step.review, &step.command) {
        (Some(_), ..) => "register",
        (_, Some(kind), _) => kind.event_kind().as_str(),
        (_, _, command) => command.as_ref().map_or("wait", Command::name),
    }
}

/// What is not as the step expects.
fn complaints(step: &Step, calls: &[Call]) -> Vec<String> {
    let mut accepted = Vec::new();
    let mut refused = Vec::new();
    let mut complaints = Vec::new();
    for call in calls {
        match &call.answer {
            Answer::Failed(failure) => {
                let text = failure.chinese();
                if step.fails.as_ref().is_none_or(|words| !text.contains(words.as_str())) {
                    complaints.push(format!("规则失败：{text}"));
                    complaints.extend(call.log.iter().map(|line| format!("  日志 {}：{}", line.level, line.text)));
                }
            }
            Answer::Proposals(proposals) => {
                for (proposal, verdict) in proposals {
                    match verdict {
                        Verdict::Accepted { .. } => {
                            accepted.push(serde_json::to_value(&proposal.effect).unwrap_or_default());
                        }
                        Verdict::Refused(refusal) => refused.push(refusal),
                    }
                }
            }
        }
    }
    let failed = calls.iter().any(|call| matches!(call.answer, Answer::Failed(_)));
    if step.fails.is_some() && !failed {
        complaints.push("预期规则失败，但没有失败".into());
    }
    if accepted.len() != step.expect.len() || !step.expect.iter().zip(&accepted).all(|(want, got)| contains(got, want))
    {
        complaints.push(format!("预期效果：{}", list(&step.expect)));
        complaints.push(format!("实际效果：{}", list(&accepted)));
    }
    if !refused.iter().map(|refusal| refusal.code.as_ref()).eq(step.refused.iter().map(String::as_str)) {
        complaints.push(format!("预期被拒：{}", step.refused.join("、")));
        complaints.extend(refused.iter().map(|refusal| format!("实际被拒：{} {refusal}", refusal.code)));
    }
    complaints
}

fn list(values: &[Json]) -> String {
    if values.is_empty() {
        return "无（沉默）".into();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
}

/// Whether everything that is wanted stands in what came.
fn contains(got: &Json, wanted: &Json) -> bool {
    match (got, wanted) {
        (Json::Object(got), Json::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| got.get(key).is_some_and(|got| contains(got, wanted)))
        }
        (got, wanted) => got == wanted,
    }
}
