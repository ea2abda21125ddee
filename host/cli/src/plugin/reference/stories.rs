//! The stories (范例) of the reference: scenarios that are played whenever it is printed, by a rule that
//! asks for exactly what a step expects. What the reference shows has happened: an event that no step
//! brings about is missed, and an effect that the core refuses is a fault.

use super::code::REASON;
use crate::plugin::Faults;
use crate::plugin::entries::{enter, note};
use crate::plugin::files::fault;
use crate::plugin::language::kit::version;
use crate::plugin::places::{MANIFEST, SCENARIO, read};
use crate::plugin::scenario::{ClosedTickets, Scenario, Step, inline, usual_actor};
use crate::plugin::story::register;
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::apply;
use chuishao_domain::calendar::moment;
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::handle::handle;
use chuishao_domain::handle::rule::review::judge_all;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::effect::{Effect, Proposal};
use chuishao_domain::rule::kinds::{EffectKind, EventKind, ReviewPart, TicketField};
use chuishao_domain::rule::ledger::OpenEntry;
use chuishao_domain::rule::manifest::{FactQuery, Manifest};
use chuishao_domain::rule::record::Verdict;
use chuishao_domain::rule::review::{Counted, ReviewEvent, ReviewInput, ReviewKind};
use chuishao_domain::rule::view::{FactValue, event_kind};
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::rulebook::Rulebook;
use chuishao_sandbox::walk::{Facts, Walk};
use jiff::Timestamp;
use serde_json::Value as Json;
use std::path::Path;
use std::sync::Arc;

/// The rule's manifest, as its author would write it.
pub const MANIFEST_TEXT: &str = include_str!("../../../data/reference/plugin.toml");

/// The stories. An event is shown by the first step that brings it about.
const STORIES: [(&str, &str); 3] = [
    ("life.toml", include_str!("../../../data/reference/life.toml")),
    ("urgent.toml", include_str!("../../../data/reference/urgent.toml")),
    ("review.toml", include_str!("../../../data/reference/review.toml")),
];

/// Where the rule acts.
const TERRITORY: &str = "370705";

/// An event that a step brings about.
pub struct Happened {
    pub kind: EventKind,
    /// Whether it came of an effect of the rule itself.
    pub by_rule: bool,
    /// The step without what it expects, as it stands in its file.
    pub situation: &'static str,
}

/// An effect that was asked for in a step, and heard.
pub struct Asked {
    pub effect: Effect,
    pub in_review: bool,
    /// As [`Happened::situation`].
    pub situation: &'static str,
}

impl Asked {
    /// The step as its author writes it, expecting this effect alone.
    pub fn step(&self) -> String {
        let wanted = inline(&serde_json::to_value(&self.effect).unwrap_or_default());
        format!("[[step]]\n{}\nexpect = [{wanted}]\n", self.situation)
    }
}

/// What the stories came to.
#[derive(Default)]
pub struct Played {
    pub happened: Vec<Happened>,
    pub asked: Vec<Asked>,
}

/// The rule of the reference: it listens to, asks for and reads everything.
///
/// # Errors
/// Its manifest is at fault.
pub fn manifest() -> Result<Manifest, Faults> {
    let (written, _): (Manifest, _) = read(Path::new("plugin.toml"), MANIFEST_TEXT, &MANIFEST)?;
    let manifest = Manifest {
        interface: version().clone(),
        listens: EventKind::ALL.iter().copied().collect(),
        effects: EffectKind::ALL.iter().copied().collect(),
        reads: TicketField::ALL.iter().copied().collect(),
        review_reads: ReviewPart::ALL.iter().copied().collect(),
        ..written
    };
    let problems = manifest.problems();
    if problems.is_empty() { Ok(manifest) } else { Err(Faults(problems)) }
}

/// Plays all of them.
///
/// # Errors
/// The core refuses a step, or what the rule asks for in one.
pub fn played() -> Result<Played, Faults> {
    let manifest = Arc::new(manifest()?);
    let world = World::weifang();
    let mut played = Played::default();
    for (file, text) in STORIES {
        let (scenario, _): (Scenario, _) = read(Path::new(file), text, &SCENARIO)?;
        scenario.check(&manifest)?;
        let actor = Arc::new(RuleActor { manifest: manifest.clone(), territory: TERRITORY.into() });
        let rules = Rulebook::default();
        let mut stage =
            Stage { world: &world, rules, actor, ticket: None, entries: Vec::new(), place: file.to_owned() };
        for (step, situation) in scenario.step.iter().zip(situations(text)) {
            stage.place = format!("{file}（{}）", step.at);
            stage.play(step, situation, &mut played)?;
        }
    }
    Ok(played)
}

/// What the author wrote of each step, without what it expects and without remarks behind it.
fn situations(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split("\n[[step]]\n").skip(1).map(|step| {
        let end = step.find("\nexpect").or_else(|| step.find("\n\n")).unwrap_or(step.len());
        step[..end].trim_end()
    })
}

/// A story under way.
struct Stage<'a> {
    world: &'a World,
    /// Empty: what the rule would say is written in the steps.
    rules: Rulebook,
    actor: Arc<RuleActor>,
    ticket: Option<Ticket>,
    /// What stands open in the rule's ledgers.
    entries: Vec<OpenEntry>,
    /// Which step it is, for whoever has to mend it.
    place: String,
}

impl Stage<'_> {
    fn play(&mut self, step: &Step, situation: &'static str, played: &mut Played) -> Result<(), Faults> {
        let at = moment(step.at).ok_or_else(|| self.broken("时刻超出范围"))?;
        let proposals = self.proposals(step)?;
        if let Some(kind) = step.review {
            return self.review(kind, at, step, proposals, situation, played);
        }
        let mut events = self.wait_until(at)?;
        let wanted = match (&step.register, &step.command, &self.ticket) {
            (Some(written), _, _) => Some((register(written, at), By::CallTaker { number: "0001".into() })),
            (None, Some(command), Some(ticket)) => {
                Some((command.clone(), step.by.clone().unwrap_or_else(|| usual_actor(command, ticket))))
            }
            _ => None,
        };
        if let Some((command, by)) = wanted {
            events.extend(self.walk(at, &command, by)?);
        }
        for proposal in proposals {
            events.extend(self.propose(at, &proposal)?);
            played.asked.push(Asked { effect: proposal.effect, in_review: false, situation });
        }
        for recorded in &events {
            if let Some(kind) = event_kind(&recorded.event) {
                let by_rule = matches!(recorded.by, By::Rule { .. });
                played.happened.push(Happened { kind, by_rule, situation });
            }
        }
        Ok(())
    }

    /// What a step expects, as the rule would ask for it.
    fn proposals(&self, step: &Step) -> Result<Vec<Proposal>, Faults> {
        let read = |wanted: &Json| -> Result<Proposal, Faults> {
            let effect = serde_json::from_value(wanted.clone()).map_err(|error| self.broken(&error.to_string()))?;
            Ok(Proposal { effect, reason: REASON.into() })
        };
        step.expect.iter().flatten().map(read).collect()
    }

    /// Lets the clock act at every moment on the way.
    fn wait_until(&mut self, at: Timestamp) -> Result<Vec<Recorded>, Faults> {
        let mut events = Vec::new();
        while let Some(wakes_at) = self.ticket.as_ref().and_then(Ticket::wakes_at).filter(|wakes_at| *wakes_at <= at) {
            let ticked = self.walk(wakes_at, &Command::Tick, By::Clock)?;
            if ticked.is_empty() {
                break;
            }
            events.extend(ticked);
        }
        Ok(events)
    }

    fn walk(&mut self, now: Timestamp, command: &Command, by: By) -> Result<Vec<Recorded>, Faults> {
        let walk = Walk { world: self.world, rulebook: &self.rules, now };
        let walked = walk.command(self.ticket.clone(), command, &Actor::Known(by), &NoFigures);
        let walked = walked.map_err(|refusal| self.broken(&refusal.to_string()))?;
        self.ticket = Some(walked.ticket);
        Ok(walked.events)
    }

    fn propose(&mut self, now: Timestamp, proposal: &Proposal) -> Result<Vec<Recorded>, Faults> {
        let mut ticket = self.ticket.take().ok_or_else(|| self.broken("还没有工单"))?;
        let (command, actor) = (Command::Propose(Box::new(proposal.clone())), Actor::Rule(self.actor.clone()));
        let asked = handle(self.world, Some(&ticket), &command, &actor, now);
        let asked = asked.map_err(|refusal| self.broken(&refusal.to_string()))?;
        if asked.is_empty() {
            return Err(self.broken("要求的已经如此，不成范例"));
        }
        let Manifest { name, title, version, .. } = &*self.actor.manifest;
        let (rule, title, version) = (name.clone(), title.clone(), version.clone());
        let by = By::Rule { rule, title, version, reason: proposal.reason.clone() };
        let mut events = Vec::with_capacity(asked.len());
        for event in asked {
            let recorded = Recorded { sequence: ticket.version + 1, at: now, by: by.clone(), event };
            apply(&mut ticket, &recorded);
            events.push(recorded);
        }
        self.ticket = Some(ticket);
        Ok(events)
    }

    fn review(
        &mut self,
        kind: ReviewKind,
        at: Timestamp,
        step: &Step,
        proposals: Vec<Proposal>,
        situation: &'static str,
        played: &mut Played,
    ) -> Result<(), Faults> {
        let territory = &self.actor.territory;
        let counted: Vec<Counted> = step.counted.iter().map(|matters| matters.counted(territory)).collect();
        let units = step.units.iter().map(ClosedTickets::counted).collect();
        let input = ReviewInput::new(kind, kind.latest(at), territory, &counted, at, self.world)
            .with_units(units, self.world)
            .with_open_entries(self.entries.clone());
        let (judged, events) = judge_all(self.world, &input, &self.actor, proposals, |_| false);
        for (Proposal { effect, .. }, verdict) in judged {
            match verdict {
                Verdict::Accepted { events } if events.is_empty() => {
                    return Err(self.broken("要求的已经如此，不成范例"));
                }
                Verdict::Accepted { .. } => played.asked.push(Asked { effect, in_review: true, situation }),
                Verdict::Refused(refusal) => return Err(self.broken(&refusal.to_string())),
            }
        }
        for event in &events {
            match event {
                ReviewEvent::LedgerEntered(item) => enter(&mut self.entries, item, at),
                ReviewEvent::LedgerNoted(noted) => note(&mut self.entries, noted),
                _ => {}
            }
        }
        played.happened.push(Happened { kind: kind.event_kind(), by_rule: false, situation });
        Ok(())
    }

    fn broken(&self, what: &str) -> Faults {
        let words = format!("参考文档的范例不能演：{what}");
        fault("build.kit", &self.place, words, "an example of the reference cannot be played")
    }
}

/// No figures are asked for: no rule is called.
struct NoFigures;

impl Facts for NoFigures {
    fn count(&self, _: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        FactValue::Count(0)
    }
}
