//! Snapshots (快照): all that a rule did in a step, word for word, in a file beside the scenario.
//! A change is shown as a difference, and accepted by a person with `--accept`.

use super::StepRun;
use super::expect::Complaint;
use crate::plugin::Faults;
use crate::plugin::files::{read_text, replace};
use crate::plugin::story::Played;
use chuishao_domain::World;
use chuishao_domain::narrate::{moment, proposed};
use chuishao_domain::rule::record::{Answer, Verdict};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const HEAD: &str = "# 由 chuishao plugin test --accept 写入：每步的效果、理由、拒绝、失败和日志。改动须看过再提交。\n";

/// What a step is called in the file.
const STEP: &str = "== ";

/// The snapshots of a scenario.
pub struct Snapshots {
    file: PathBuf,
    kept: BTreeMap<String, String>,
    /// In the order of the steps.
    seen: Vec<(String, String)>,
}

impl Snapshots {
    /// Those of a scenario's file: `story.toml` has `story.snap`.
    pub fn beside(scenario: &Path) -> Result<Self, Faults> {
        let file = scenario.with_extension("snap");
        let text = if file.is_file() { read_text(&file)? } else { String::new() };
        let mut kept = BTreeMap::new();
        for part in text.replace('\r', "").split(&format!("\n{STEP}")).skip(1) {
            let (step, body) = part.split_once('\n').unwrap_or((part, ""));
            kept.insert(step.to_owned(), format!("{}\n", body.trim_end_matches('\n')));
        }
        Ok(Self { file, kept, seen: Vec::new() })
    }

    /// Holds what came against what is kept.
    pub fn hold(
        &mut self,
        case: &str,
        number: usize,
        played: &Played,
        accept: bool,
        world: &World,
    ) -> Option<Complaint> {
        let case = if case.is_empty() { String::new() } else { format!("〔{case}〕") };
        let step = format!("第 {} 步{case} {} {}", number + 1, moment(played.at), played.what);
        let text = text_of(played, world);
        let kept = self.kept.get(&step).cloned();
        self.seen.push((step, text.clone()));
        match kept {
            _ if accept => None,
            Some(kept) if kept == text => None,
            Some(kept) => {
                let more = difference(&kept, &text);
                let what = "与快照不同；看过差异，认可就加 --accept 再运行";
                Some(Complaint { more, ..Complaint::new(what, "not what the snapshot says; review it, then --accept") })
            }
            None => {
                let more = text.lines().map(|line| format!("+ {line}")).collect();
                let what = "还没有快照；认可下面的结果就加 --accept 再运行";
                Some(Complaint { more, ..Complaint::new(what, "there is no snapshot yet; review it, then --accept") })
            }
        }
    }

    /// A snapshot that no step asks for would be believed for ever.
    pub fn complain_of_idle(&self, steps: &mut [StepRun]) {
        let Some(last) = steps.last_mut() else { return };
        for step in self.kept.keys().filter(|step| !self.seen.iter().any(|(seen, _)| seen == *step)) {
            let what = format!("快照里的「{step}」没有步骤再用到；加 --accept 再运行，它就会删去");
            last.complaints.push(Complaint::new(what, "a snapshot that no step asks for; --accept removes it"));
        }
    }

    /// Writes what was seen. Where only some of the stories were played (`all` is false), what is
    /// kept of the others stays.
    pub fn write(self, all: bool) -> Result<(), Faults> {
        let mut entries = self.seen;
        if !all {
            let unseen = |(step, _): &(String, String)| !entries.iter().any(|(seen, _)| seen == step);
            let others: Vec<_> = self.kept.into_iter().filter(unseen).collect();
            entries.extend(others);
        }
        if entries.is_empty() {
            if self.file.is_file() {
                // Nothing is left to be kept; that it is gone is what is wanted.
                std::fs::remove_file(&self.file).unwrap_or_default();
            }
            return Ok(());
        }
        let body: String = entries.iter().map(|(step, text)| format!("\n{STEP}{step}\n{text}")).collect();
        let before = read_text(&self.file).unwrap_or_default();
        let text = format!("{HEAD}{body}");
        if before.replace('\r', "") != text {
            replace(&self.file, text.as_bytes())?;
            println!("快照已写入 {}", self.file.display());
        }
        Ok(())
    }
}

/// All that the rule did.
fn text_of(played: &Played, world: &World) -> String {
    let mut text = String::new();
    for call in &played.calls {
        text += &format!("{}（{}）\n", call.kind, call.kind.term());
        match &call.answer {
            Answer::Failed(failure) => text += &format!("  失败 {}：{}\n", failure.code(), failure.words().chinese),
            Answer::Proposals(judged) if judged.is_empty() => text += "  沉默\n",
            Answer::Proposals(judged) => {
                for (proposal, verdict) in judged {
                    let said = match verdict {
                        Verdict::Accepted { .. } => "采纳".to_owned(),
                        Verdict::Refused(refusal) => format!("未采纳 {}", refusal.code),
                    };
                    let effect = proposed(&proposal.effect, world).chinese;
                    text += &format!("  {said}：{effect}\n    理由：{}\n", proposal.reason);
                    text += &format!("    {}\n", serde_json::to_string(&proposal.effect).unwrap_or_default());
                }
            }
        }
        text.extend(call.log.iter().map(|line| format!("  日志 {}：{}\n", line.level, line.text)));
    }
    if text.is_empty() { "没有询问规则\n".into() } else { text }
}

fn difference(kept: &str, text: &str) -> Vec<String> {
    let line = |change: similar::Change<&str>| {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        format!("{sign} {}", change.value().trim_end())
    };
    TextDiff::from_lines(kept, text).iter_all_changes().map(line).collect()
}
