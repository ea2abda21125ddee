//! What a step expects, held against what came.

use super::columns::Pair;
use crate::plugin::scenario::Step;
use crate::plugin::story::Played;
use chuishao_domain::World;
use chuishao_domain::narrate::proposed;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::EffectKind;
use chuishao_domain::rule::record::{Answer, CallFailure, LogLine, Verdict};
use serde_json::Value as Json;

/// Something that is not as the step expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What, in a line.
    pub what: String,
    /// The same in English.
    pub english: &'static str,
    /// What was expected and what came.
    pub sides: Vec<Pair>,
    /// What helps to find out why.
    pub more: Vec<String>,
}

impl Complaint {
    /// One that a line says.
    pub fn new(what: impl Into<String>, english: &'static str) -> Self {
        Self { what: what.into(), english, sides: Vec::new(), more: Vec::new() }
    }
}

/// What the rule did in a step.
#[derive(Default)]
struct Done<'a> {
    accepted: Vec<&'a Proposal>,
    refused: Vec<(&'a Proposal, &'a Refusal)>,
    failed: Vec<(&'a CallFailure, &'a [LogLine])>,
}

impl<'a> Done<'a> {
    fn of(played: &'a Played) -> Self {
        let mut done = Self::default();
        for call in &played.calls {
            match &call.answer {
                Answer::Failed(failure) => done.failed.push((failure, &call.log)),
                Answer::Proposals(judged) => {
                    for (proposal, verdict) in judged {
                        match verdict {
                            Verdict::Accepted { .. } => done.accepted.push(proposal),
                            Verdict::Refused(refusal) => done.refused.push((proposal, refusal)),
                        }
                    }
                }
            }
        }
        done
    }
}

/// What is not as the step expects.
pub fn complaints(step: &Step, played: &Played, world: &World) -> Vec<Complaint> {
    let done = Done::of(played);
    let mut complaints: Vec<Complaint> = rejection(step, played).into_iter().collect();
    complaints.extend(failures(step, &done));
    // A snapshot says it all; what is written beside it must hold, too.
    if step.expect.is_some() || !step.snapshot {
        complaints.extend(effects(step.expect.as_deref().unwrap_or_default(), &done.accepted, world));
    }
    if !step.refused.is_empty() || !step.snapshot {
        complaints.extend(refusals(&step.refused, &done.refused, world));
    }
    complaints
}

fn rejection(step: &Step, played: &Played) -> Option<Complaint> {
    match (&step.rejected, &played.rejected) {
        (None, None) => None,
        (Some(code), Some(refusal)) if refusal.code == code.as_str() => None,
        (None, Some(refusal)) => Some(Complaint::new(
            format!("{} 这一步本身被核心拒绝 [{}]：{refusal}", played.what, refusal.code),
            "the core refused the step itself",
        )),
        (Some(code), None) => Some(Complaint::new(
            format!("{} 预期被核心拒绝（{code}），但没有", played.what),
            "the step was to be refused, and was not",
        )),
        (Some(code), Some(refusal)) => {
            let pair = Pair { same: false, expected: code.clone(), actual: format!("{} {refusal}", refusal.code) };
            let complaint =
                Complaint::new("这一步被核心拒绝的原因不符合预期", "the step was refused for another reason");
            Some(Complaint { sides: vec![pair], ..complaint })
        }
    }
}

fn failures(step: &Step, done: &Done<'_>) -> Vec<Complaint> {
    let expected = |text: &str| step.fails.as_ref().is_some_and(|words| text.contains(words.as_str()));
    let mut complaints = Vec::new();
    for (failure, log) in &done.failed {
        let text = failure.words().chinese;
        if !expected(&text) {
            let what = format!("规则失败 [{}]：{text}", failure.code());
            let more = log.iter().map(|line| format!("日志 {}：{}", line.level, line.text)).collect();
            complaints.push(Complaint { more, ..Complaint::new(what, "the rule failed") });
        }
    }
    if let (Some(words), true) = (&step.fails, done.failed.is_empty()) {
        complaints.push(Complaint::new(
            format!("预期规则失败（含「{words}」），但没有失败"),
            "the rule was to fail, and did not",
        ));
    }
    complaints
}

fn effects(expected: &[Json], accepted: &[&Proposal], world: &World) -> Option<Complaint> {
    let actual: Vec<Json> =
        accepted.iter().map(|proposal| serde_json::to_value(&proposal.effect).unwrap_or_default()).collect();
    if actual.len() == expected.len() && expected.iter().zip(&actual).all(|(want, got)| contains(got, want)) {
        return None;
    }
    let mut sides = Vec::new();
    for number in 0..expected.len().max(actual.len()) {
        let proposal = accepted.get(number).copied();
        effect_sides(expected.get(number), actual.get(number), proposal, world, &mut sides);
    }
    if sides.is_empty() || expected.is_empty() {
        sides.insert(0, Pair { same: false, expected: "无（沉默）".into(), actual: String::new() });
    }
    Some(Complaint { sides, ..Complaint::new("效果不符合预期", "other effects than expected") })
}

/// One effect: its kind, then each key that was wanted; all keys where none was.
fn effect_sides(
    wanted: Option<&Json>,
    got: Option<&Json>,
    proposal: Option<&Proposal>,
    world: &World,
    sides: &mut Vec<Pair>,
) {
    let title = |effect: &Json| {
        let name = name_of(effect);
        EffectKind::ALL
            .iter()
            .find(|kind| kind.as_str() == name)
            .map_or(name.clone(), |kind| format!("{} {name}", kind.term()))
    };
    let same = wanted.map(name_of) == got.map(name_of);
    let none = || "（无）".to_owned();
    let expected = wanted.map_or_else(none, title);
    sides.push(Pair { same, expected, actual: got.map_or_else(none, title) });
    let empty = Json::Null;
    let (wanted_keys, got_keys) = (keys_of(wanted.unwrap_or(&empty)), keys_of(got.unwrap_or(&empty)));
    let value =
        |keys: &[(String, String)], key: &str| keys.iter().find(|(of, _)| of == key).map(|(_, value)| value.clone());
    if same {
        for (key, wanted) in &wanted_keys {
            let got = value(&got_keys, key);
            let (expected, said) =
                (format!("  {key} = {wanted}"), format!("  {key} = {}", got.as_deref().unwrap_or("（无）")));
            sides.push(Pair { same: got.as_ref() == Some(wanted), expected, actual: said });
        }
    } else {
        let lines = |keys: &[(String, String)]| {
            keys.iter().map(|(key, value)| format!("  {key} = {value}")).collect::<Vec<_>>()
        };
        let (wanted, got) = (lines(&wanted_keys), lines(&got_keys));
        for number in 0..wanted.len().max(got.len()) {
            let at = |lines: &[String]| lines.get(number).cloned().unwrap_or_default();
            sides.push(Pair { same: false, expected: at(&wanted), actual: at(&got) });
        }
    }
    if let Some(proposal) = proposal {
        let words = format!("  即：{}；理由：{}", proposed(&proposal.effect, world).chinese, proposal.reason);
        sides.push(Pair { same: true, expected: String::new(), actual: words });
    }
}

/// `open-task` of `{ open-task = { … } }`.
fn name_of(effect: &Json) -> String {
    match effect {
        Json::String(name) => name.clone(),
        Json::Object(table) => table.keys().next().cloned().unwrap_or_default(),
        other => other.to_string(),
    }
}

/// What stands in an effect, a line for each value: `within.working-days`, `1`.
fn keys_of(effect: &Json) -> Vec<(String, String)> {
    let mut keys = Vec::new();
    if let Json::Object(table) = effect
        && let Some(inner) = table.values().next()
    {
        flatten("", inner, &mut keys);
    }
    keys
}

fn flatten(prefix: &str, value: &Json, keys: &mut Vec<(String, String)>) {
    match value {
        Json::Object(table) => {
            for (key, value) in table {
                let dot = if prefix.is_empty() { "" } else { "." };
                flatten(&format!("{prefix}{dot}{key}"), value, keys);
            }
        }
        value => keys.push((if prefix.is_empty() { "值".to_owned() } else { prefix.to_owned() }, value.to_string())),
    }
}

fn refusals(expected: &[String], refused: &[(&Proposal, &Refusal)], world: &World) -> Option<Complaint> {
    if refused.iter().map(|(_, refusal)| refusal.code.as_ref()).eq(expected.iter().map(String::as_str)) {
        return None;
    }
    let pair = |number: usize| {
        let (wanted, got) = (expected.get(number), refused.get(number));
        let words = |(proposal, refusal): &(&Proposal, &Refusal)| {
            format!("{} {}：{refusal}", refusal.code, proposed(&proposal.effect, world).chinese)
        };
        Pair {
            same: wanted.map(String::as_str) == got.map(|(_, refusal)| refusal.code.as_ref()),
            expected: wanted.cloned().unwrap_or_else(|| "（无）".into()),
            actual: got.map_or_else(|| "（无）".into(), words),
        }
    };
    let sides = (0..expected.len().max(refused.len())).map(pair).collect();
    Some(Complaint { sides, ..Complaint::new("被拒的提议不符合预期", "other refusals than expected") })
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

/// What a step would have to expect so that what came is what was expected.
pub fn wanted(step: &Step, played: &Played) -> Step {
    let done = Done::of(played);
    let effects: Vec<Json> =
        done.accepted.iter().map(|proposal| serde_json::to_value(&proposal.effect).unwrap_or_default()).collect();
    let fails = done.failed.first().map(|(failure, _)| failure.words().chinese);
    Step {
        expect: (!effects.is_empty()).then_some(effects),
        refused: done.refused.iter().map(|(_, refusal)| refusal.code.to_string()).collect(),
        rejected: played.rejected.as_ref().map(|refusal| refusal.code.to_string()),
        fails,
        snapshot: false,
        ..step.clone()
    }
}
