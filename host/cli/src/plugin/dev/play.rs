//! A story played for the page: each step with what happened, what the rule was asked, what it asked
//! for and got, what it logged and what it cost; and how to keep it as a scenario.

use super::super::Faults;
use super::super::files::{fault, write_new};
use super::super::ready::Ready;
use super::super::scenario::{Scenario, to_toml};
use super::super::story::{Call, Played, Story};
use super::super::test::wanted;
use chuishao_domain::narrate::{self, moment, proposed};
use chuishao_domain::rule::record::{Answer, Verdict};
use chuishao_domain::ticket::Ticket;
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// Plays a story as far as it goes.
pub fn play(ready: &Ready, scenario: &Scenario) -> Json {
    let mut steps = Vec::new();
    let mut story =
        match scenario.check(ready.manifest()).and_then(|()| Story::begin(&ready.world, &ready.guest, scenario)) {
            Ok(story) => story,
            Err(faults) => return json!({ "fault": faults.to_string(), "steps": steps }),
        };
    for step in &scenario.step {
        match story.play(scenario, step) {
            Ok(played) => {
                let stuck = played.rejected.is_some();
                steps.push(shown(ready, &played, story.ticket()));
                if stuck {
                    break;
                }
            }
            Err(faults) => {
                steps.push(json!({ "fault": faults.to_string() }));
                break;
            }
        }
    }
    json!({ "fault": null, "steps": steps })
}

fn shown(ready: &Ready, played: &Played, ticket: Option<&Ticket>) -> Json {
    let event = |recorded: &chuishao_domain::event::Recorded| {
        json!({
            "at": moment(recorded.at), "by": narrate::actor(&recorded.by, &ready.world).chinese,
            "what": narrate::event(&recorded.event, &ready.world).chinese,
        })
    };
    json!({
        "at": moment(played.at), "what": played.what,
        "rejected": played.rejected.as_ref().map(|refusal| format!("[{}] {refusal}", refusal.code)),
        "events": played.events.iter().map(event).collect::<Vec<_>>(),
        "calls": played.calls.iter().map(|call| call_shown(ready, call)).collect::<Vec<_>>(),
        "state": ticket.map(|ticket| format!("{}，{}", ticket.status().term(), ticket.urgency.term())),
    })
}

fn call_shown(ready: &Ready, call: &Call) -> Json {
    let (proposals, failure) = match &call.answer {
        Answer::Failed(failure) => (Vec::new(), Some(format!("[{}] {}", failure.code(), failure.words().chinese))),
        Answer::Proposals(judged) => {
            let proposal = |(proposal, verdict): &(chuishao_domain::rule::effect::Proposal, Verdict)| {
                let refused = match verdict {
                    Verdict::Accepted { .. } => None,
                    Verdict::Refused(refusal) => Some(format!("[{}] {refusal}", refusal.code)),
                };
                json!({
                    "effect": proposed(&proposal.effect, &ready.world).chinese, "reason": proposal.reason, "refused": refused,
                })
            };
            (judged.iter().map(proposal).collect(), None)
        }
    };
    json!({
        "event": call.kind.as_str(), "term": call.kind.term(), "proposals": proposals, "failure": failure,
        "log": call.log, "fuel": call.fuel, "micros": call.micros, "memory": call.memory_bytes, "told": call.told,
    })
}

/// Writes a story as a scenario that expects what it comes to.
pub fn save(ready: &Ready, name: &str, scenario: &Scenario) -> Result<PathBuf, Faults> {
    let file = file_of(&ready.folder, name)?;
    scenario.check(ready.manifest())?;
    let mut story = Story::begin(&ready.world, &ready.guest, scenario)?;
    let mut kept = scenario.clone();
    for step in &mut kept.step {
        let played = story.play(scenario, step)?;
        *step = wanted(step, &played);
        if played.rejected.is_some() {
            break;
        }
    }
    let comment = "在 chuishao plugin dev 的页面上写成，预期是当时的结果：请核对是不是应有的结果。";
    let text = to_toml(&kept, comment)
        .map_err(|error| fault("scenario.written", name, error.to_string(), "the scenario cannot be written"))?;
    write_new(&file, text.as_bytes(), false)?;
    Ok(file)
}

/// Within the folder of scenarios, whatever the page says.
fn file_of(folder: &Path, name: &str) -> Result<PathBuf, Faults> {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if !plain || name.chars().count() > 60 {
        let words = "场景名称只用文字、数字和连字符，最多 60 个字";
        return Err(fault("file.name", name, words, "letters, digits and hyphens"));
    }
    Ok(folder.join("scenarios").join(format!("{name}.toml")))
}
