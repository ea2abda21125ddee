//! `plugin test --table`: what the scenarios come to, as a table for people who read no program:
//! what happened, what the rule asked for and why, and what the core made of it.

use super::scenario::Step;
use chuishao_domain::World;
use chuishao_domain::calendar::civil;
use chuishao_domain::command::Command;
use chuishao_domain::narrate;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::Verdict;
use chuishao_domain::transitions::TRANSITIONS;
use jiff::Timestamp;
use std::fmt::Write;

/// The table of one plugin, scenario by scenario.
pub struct Table {
    text: String,
}

impl Table {
    pub fn new(manifest: &Manifest) -> Self {
        Self { text: format!("## {}（`{}`）\n\n{}\n", manifest.title, manifest.name, manifest.description) }
    }

    pub fn scenario(&mut self, title: &str) {
        let heading = format!("\n**{}**\n\n| 情形 | 规则提出 | 核心的处理 |\n|---|---|---|\n", cell(title));
        self.text += &heading;
    }

    /// A step: each thing that was asked for stands in a line of its own.
    pub fn step(&mut self, situation: &str, asked: &[(String, String)]) {
        let silent = [("（沉默）".to_owned(), String::new())];
        let asked = if asked.is_empty() { &silent } else { asked };
        for (place, (asked, became)) in asked.iter().enumerate() {
            let situation = if place == 0 { cell(situation) } else { String::new() };
            // Writing to a text cannot fail.
            let _ = writeln!(self.text, "| {situation} | {} | {} |", cell(asked), cell(became));
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What happened in a step, with its moment.
pub fn situation(step: &Step, at: Timestamp, refused: Option<&str>) -> String {
    let at = civil(at).strftime("%Y-%m-%d %H:%M");
    let what = match (&step.register, &step.review, &step.command) {
        (Some(registration), ..) => format!("登记：{}", registration.title()),
        (_, Some(kind), _) => kind.event_kind().term().to_owned(),
        (_, _, Some(command)) => done(command),
        _ => "时间到".into(),
    };
    let facts: Vec<String> = step.facts.iter().map(|(name, count)| format!("{name} = {count}")).collect();
    let facts = if facts.is_empty() { String::new() } else { format!("（{}）", facts.join("，")) };
    let refused = refused.map(|why| format!("；核心不办：{why}")).unwrap_or_default();
    format!("{at} {what}{facts}{refused}")
}

/// A command as people call it, with what makes a difference to rules.
fn done(command: &Command) -> String {
    let row = TRANSITIONS.iter().find(|row| row.command == command.name());
    let term = row.map_or(command.name(), |row| row.term);
    match command {
        Command::FollowUp { reached: false, .. } => format!("{term}：未接通"),
        Command::FollowUp { solved, satisfied, .. } => {
            let solved = if *solved == Some(true) { "已解决" } else { "未解决" };
            let satisfied = match satisfied {
                Some(true) => "，满意",
                Some(false) => "，不满意",
                None => "",
            };
            format!("{term}：{solved}{satisfied}")
        }
        Command::ReportBack { contacted, evidence_count, result, .. } => {
            let contacted = if *contacted { "已" } else { "未" };
            format!("{term}：{result}（{contacted}联系来电人，附件 {evidence_count} 件）")
        }
        Command::AskHandBack { ground, reason } => format!("{term}：{}，{reason}", ground.term()),
        Command::FinishTask { result, .. } => format!("{term}：{result}"),
        Command::Review { passed, .. } => format!("{term}：{}", if *passed { "通过" } else { "退回补充" }),
        _ => term.to_owned(),
    }
}

/// What was asked for with its reason, and what became of it; `events` in words.
pub fn asked(proposal: &Proposal, verdict: &Verdict, events: &[String], world: &World) -> (String, String) {
    let asked = format!("{}。理由：{}", narrate::proposed(&proposal.effect, world).chinese, proposal.reason);
    let became = match verdict {
        Verdict::Refused(refusal) => format!("不予采纳：{refusal}"),
        Verdict::Accepted { .. } if events.is_empty() => "已是如此，不再重复".into(),
        Verdict::Accepted { .. } => events.join("；"),
    };
    (asked, became)
}

/// One line, without what ends a cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "｜")
}
