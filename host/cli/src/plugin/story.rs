//! A story (场景的经过) as it is played on the author's machine: the same walk, the same rails and
//! the same limits as on the server.

use super::Faults;
use super::files::fault;
use super::scenario::{Registration, Scenario, Step, usual_actor};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::ledger::LedgerItem;
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::record::{
    Answer, CallExample, CallRecord, DecisionRecord, LogLine, Placement, Told, Verdict, unjudged,
};
use chuishao_domain::rule::review::{Counted, ReviewEvent, ReviewInput, ReviewKind, ReviewRecord};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::guest::{Called, Guest};
use chuishao_sandbox::review::Asked;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::{Facts, Walk};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One call of the rule within a step.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it was asked about.
    pub kind: EventKind,
    /// What it was told; absent when the loop guard kept it from being asked.
    pub told: Option<Told>,
    /// Its settings, complete.
    pub settings: Settings,
    /// What it proposed, and what the core made of it; or why it did not.
    pub answer: Answer,
    /// What it logged.
    pub log: Vec<LogLine>,
    /// Fuel used.
    pub fuel: u64,
    /// Wall time in microseconds.
    pub micros: u64,
    /// Largest linear memory, in bytes.
    pub memory_bytes: u64,
}

impl From<DecisionRecord> for Call {
    fn from(DecisionRecord { edition, call }: DecisionRecord) -> Self {
        let CallRecord { event_kind, input, answer, log, fuel, micros, memory_bytes, .. } = call;
        let told = input.map(|input| Told::Event(Box::new(input)));
        Self { kind: event_kind, told, settings: edition.settings.clone(), answer, log, fuel, micros, memory_bytes }
    }
}

impl From<ReviewRecord> for Call {
    fn from(review: ReviewRecord) -> Self {
        let ReviewRecord { edition, input, answer, log, fuel, micros, memory_bytes, .. } = review;
        let (kind, told) = (input.kind.event_kind(), Some(Told::Review(Box::new(input))));
        Self { kind, told, settings: edition.settings.clone(), answer, log, fuel, micros, memory_bytes }
    }
}

impl Call {
    /// The call without what the core made of it; nothing when the rule was not called.
    pub fn example(&self) -> Option<CallExample> {
        let (settings, input) = (self.settings.clone(), self.told.clone()?);
        Some(CallExample { settings, input, answer: unjudged(self.answer.clone()), log: self.log.clone() })
    }
}

/// Asks a rule exactly this.
pub fn ask(guest: &Guest, told: &Told, settings: &Settings) -> Called {
    match told {
        Told::Event(input) => guest.call(input, settings),
        Told::Review(input) => guest.review(input, settings),
    }
}

/// What a step came to.
#[derive(Debug)]
pub struct Played {
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub what: &'static str,
    /// What the rule was asked, in order.
    pub calls: Vec<Call>,
    /// What happened on the ticket.
    pub events: Vec<Recorded>,
    /// Why the core refused the step itself.
    pub rejected: Option<Refusal>,
}

/// A story under way.
pub struct Story<'a> {
    world: &'a World,
    rulebook: Rulebook,
    ticket: Option<Ticket>,
    /// What stands in ledgers, from reviews.
    ledgers: Vec<LedgerItem>,
}

impl<'a> Story<'a> {
    /// Switches the rule on where the story happens.
    pub fn begin(world: &'a World, guest: &Guest, scenario: &Scenario) -> Result<Self, Faults> {
        let first = scenario.step.first();
        let own = first.and_then(|step| step.register.as_ref()).map(|written| written.place.territory.clone());
        let territory =
            scenario.territory.clone().or(own).or_else(|| first.and_then(|step| told_of(step.told.as_ref()?)));
        let Some(territory) = territory else {
            let words = "第一步须为 register；定期研判的场景要写 territory";
            return Err(malformed(scenario, words, "the first step registers; a review needs a territory"));
        };
        let activation =
            Activation::new(guest.clone(), Placement::alone(territory), 100, &scenario.settings).map_err(Faults)?;
        Ok(Self { world, rulebook: Rulebook::new(vec![activation]), ticket: None, ledgers: Vec::new() })
    }

    /// The ticket as it is now.
    pub fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_ref()
    }

    /// Plays a step.
    ///
    /// # Errors
    /// The step is none. What the core refuses is no error here.
    pub fn play(&mut self, scenario: &Scenario, step: &Step) -> Result<Played, Faults> {
        let at = moment(step.at).ok_or_else(|| malformed(scenario, "时刻超出范围", "the moment is out of range"))?;
        let mut played = Played { at, what: name_of(step), calls: Vec::new(), events: Vec::new(), rejected: None };
        if let Some(told) = &step.told {
            played.calls.push(self.tell(told));
            return Ok(played);
        }
        self.wait_until(at, step, &mut played);
        if let Some(kind) = step.review {
            if step.register.is_some() || step.command.is_some() {
                let words = "一步只做一件事：review 不与 register 或 do 写在一起";
                return Err(malformed(scenario, words, "a step does one thing"));
            }
            played.calls.extend(self.review(kind, at, step).map(Call::from));
            return Ok(played);
        }
        let (command, usual) = match (&step.register, &step.command, &self.ticket) {
            (Some(written), None, None) => (register(written, at), By::CallTaker { number: "0001".into() }),
            (None, Some(command), Some(ticket)) => (command.clone(), usual_actor(command, ticket)),
            (None, None, Some(_)) => return Ok(played),
            _ => {
                let words = "第一步须为 register，其后各步写 do，或只写 at 表示等待；定期研判写 review";
                return Err(malformed(
                    scenario,
                    words,
                    "the first step registers, each later one does something or waits",
                ));
            }
        };
        self.walk(at, step, &command, step.by.clone().unwrap_or(usual), &mut played);
        Ok(played)
    }

    /// Lets the clock act at every moment on the way.
    fn wait_until(&mut self, at: Timestamp, step: &Step, played: &mut Played) {
        while let Some(wakes_at) = self.ticket.as_ref().and_then(Ticket::wakes_at).filter(|wakes_at| *wakes_at <= at) {
            let version = self.ticket.as_ref().map(|ticket| ticket.version);
            self.walk(wakes_at, step, &Command::Tick, By::Clock, played);
            if self.ticket.as_ref().map(|ticket| ticket.version) == version {
                break;
            }
        }
    }

    fn walk(&mut self, now: Timestamp, step: &Step, command: &Command, by: By, played: &mut Played) {
        let walk = Walk { world: self.world, rulebook: &self.rulebook, now };
        match walk.command(self.ticket.clone(), command, &Actor::Known(by), &StepFacts(&step.facts)) {
            Ok(walked) => {
                self.ticket = Some(walked.ticket);
                played.calls.extend(walked.decisions.into_iter().map(Call::from));
                played.events.extend(walked.events);
            }
            Err(refusal) => played.rejected = Some(refusal),
        }
    }

    /// Holds a review as the server would; nothing if the rule does not listen to it.
    fn review(&mut self, kind: ReviewKind, now: Timestamp, step: &Step) -> Option<ReviewRecord> {
        let activation = self.rulebook.activations().first()?;
        if !activation.actor.manifest.listens.contains(&kind.event_kind()) {
            return None;
        }
        let territory = &activation.actor.territory;
        let counted: Vec<Counted> = step.counted.iter().map(|matters| matters.counted(territory)).collect();
        let input = ReviewInput::new(kind, kind.latest(now), territory, &counted, now, self.world);
        let stands = |item: &LedgerItem| {
            self.ledgers.iter().any(|entered| entered.ledger == item.ledger && entered.title == item.title)
        };
        let record = Asked::ask(activation, input).judged(activation, stands, self.world);
        for event in &record.events {
            if let ReviewEvent::LedgerEntered(item) = event {
                self.ledgers.push(item.clone());
            }
        }
        Some(record)
    }

    /// Asks the rule what a server once asked it.
    fn tell(&self, told: &Told) -> Call {
        let [activation, ..] = self.rulebook.activations() else { unreachable!("a story has one rule") };
        let settings = activation.edition.settings.clone();
        let called = ask(&activation.guest, told, &settings);
        let unheard = |proposal| (proposal, Verdict::Accepted { events: Vec::new() });
        let answer = match called.answer {
            Ok(proposals) => Answer::Proposals(proposals.into_iter().map(unheard).collect()),
            Err(failure) => Answer::Failed(failure),
        };
        let Called { log, fuel, micros, memory_bytes, .. } = called;
        Call { kind: told.event_kind(), told: Some(told.clone()), settings, answer, log, fuel, micros, memory_bytes }
    }
}

/// Figures as the step gives them: as far as the host would have counted.
struct StepFacts<'a>(&'a BTreeMap<String, u32>);

impl Facts for StepFacts<'_> {
    fn count(&self, query: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        let given = self.0.get(&query.name).copied().unwrap_or(0);
        FactValue::Count(given.min(u32::from(query.at_most)))
    }
}

fn told_of(told: &Told) -> Option<TerritoryId> {
    Some(match told {
        Told::Event(input) => input.ticket.place.territory.clone(),
        Told::Review(input) => input.territory.clone(),
    })
}

fn register(written: &Registration, at: Timestamp) -> Command {
    let id = TicketId::new(civil(at).date(), 1);
    Command::Register { id, intake: Box::new(written.intake(at)) }
}

fn name_of(step: &Step) -> &'static str {
    match step {
        Step { told: Some(told), .. } => told.event_kind().as_str(),
        Step { register: Some(_), .. } => "register",
        Step { review: Some(kind), .. } => kind.event_kind().as_str(),
        Step { command, .. } => command.as_ref().map_or("wait", Command::name),
    }
}

fn malformed(scenario: &Scenario, chinese: &str, english: &str) -> Faults {
    fault("scenario.step", &scenario.title, chinese, english)
}
