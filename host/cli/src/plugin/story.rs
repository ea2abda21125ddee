//! A story (场景的经过) as it is played on the author's machine: the same walk, the same rails and
//! the same limits as on the server.

use super::Faults;
use super::entries::{enter, is_of, note};
use super::files::fault;
use super::scenario::{ClosedTickets, Registration, Scenario, Step, usual_actor};
use super::table;
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::calendar::{civil, moment};
use chuishao_domain::command::Command;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::narrate;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EventKind, ReviewPart};
use chuishao_domain::rule::ledger::{LedgerItem, OpenEntry};
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::record::{
    Answer, CallExample, CallRecord, DecisionRecord, LogLine, Placement, Told, Verdict, unjudged,
};
use chuishao_domain::rule::remark::RemarkEvent;
use chuishao_domain::rule::review::{Counted, ReviewEvent, ReviewInput, ReviewKind, ReviewRecord};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::{FactValue, KnownMode};
use chuishao_domain::ticket::Ticket;
use chuishao_sandbox::guest::{Called, Guest};
use chuishao_sandbox::review::Asked;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::{Facts, Walk};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What was asked for and what became of it, in words.
    became: Vec<(String, String)>,
}

/// Each proposal with its events, which are found by their numbers; a failure in its words.
fn became(answer: &Answer, event: impl Fn(u64) -> Option<String>, world: &World) -> Vec<(String, String)> {
    let judged = match answer {
        Answer::Failed(failure) => return vec![("（没有回答）".into(), failure.words().chinese)],
        Answer::Proposals(judged) => judged,
    };
    let line = |(proposal, verdict): &(Proposal, Verdict)| {
        let events = match verdict {
            Verdict::Accepted { events } => events.iter().filter_map(|number| event(*number)).collect(),
            Verdict::Refused(_) => Vec::new(),
        };
        table::asked(proposal, verdict, &events, world)
    };
    judged.iter().map(line).collect()
}

impl Call {
    fn of(DecisionRecord { edition, call }: DecisionRecord, events: &[Recorded], world: &World) -> Self {
        let CallRecord { event_kind: kind, input, answer, log, fuel, micros, memory_bytes, .. } = call;
        let event = |number| {
            let recorded = events.iter().find(|recorded| recorded.sequence == number)?;
            Some(narrate::event(&recorded.event, world).chinese)
        };
        let (became, told) = (became(&answer, event, world), input.map(|input| Told::Event(Box::new(input))));
        Self { kind, told, settings: edition.settings.clone(), answer, log, fuel, micros, memory_bytes, became }
    }

    fn of_review(review: ReviewRecord, world: &World) -> Self {
        let ReviewRecord { edition, input, answer, log, fuel, micros, memory_bytes, events, .. } = review;
        let event = |place: u64| {
            let event = events.get(usize::try_from(place).ok()?.checked_sub(1)?)?;
            Some(narrate::review_event(event, world).chinese)
        };
        let became = became(&answer, event, world);
        let (kind, told) = (input.kind.event_kind(), Some(Told::Review(Box::new(input))));
        Self { kind, told, settings: edition.settings.clone(), answer, log, fuel, micros, memory_bytes, became }
    }

    /// What was asked for and what became of it, for people.
    pub fn in_words(&self) -> &[(String, String)] {
        &self.became
    }

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
    modes: Vec<KnownMode>,
    /// What stands open in ledgers, without the rule's namespace.
    entries: Vec<OpenEntry>,
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
        let (rulebook, modes) = (Rulebook::new(vec![activation]), scenario.modes.clone());
        Ok(Self { world, rulebook, ticket: None, modes, entries: Vec::new() })
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
            let held = self.review(kind, at, step);
            played.calls.extend(held.map(|review| Call::of_review(review, self.world)));
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
        let facts = StepFacts(&step.facts, &self.modes);
        match walk.command(self.ticket.clone(), command, &Actor::Known(by), &facts) {
            Ok(walked) => {
                for recorded in &walked.events {
                    match &recorded.event {
                        Event::LedgerEntered(item) => enter(&mut self.entries, item, now),
                        Event::Remark(RemarkEvent::LedgerNoted(noted)) => note(&mut self.entries, noted),
                        _ => {}
                    }
                }
                self.ticket = Some(walked.ticket);
                let call = |decision| Call::of(decision, &walked.events, self.world);
                played.calls.extend(walked.decisions.into_iter().map(call));
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
        let (kind, became) = (told.event_kind(), became(&answer, |_| None, self.world));
        Call { kind, told: Some(told.clone()), settings, answer, log, fuel, micros, memory_bytes, became }
    }
}

/// Figures as the step gives them: as far as the host would have counted; modes as the scenario does.
struct StepFacts<'a>(&'a BTreeMap<String, u32>, &'a [KnownMode]);

impl Facts for StepFacts<'_> {
    fn count(&self, query: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        let given = self.0.get(&query.name).copied().unwrap_or(0);
        FactValue::Count(given.min(u32::from(query.at_most)))
    }

    fn modes(&self, names: &BTreeSet<String>, _: &TerritoryId, now: Timestamp) -> Vec<KnownMode> {
        let told = |mode: &&KnownMode| names.contains(&mode.name) && mode.is_told_on(civil(now).date());
        self.1.iter().filter(told).cloned().collect()
    }
}

fn told_of(told: &Told) -> Option<TerritoryId> {
    Some(match told {
        Told::Event(input) => input.ticket.place.territory.clone(),
        Told::Review(input) => input.territory.clone(),
    })
}

/// The command by which a story begins.
pub fn register(written: &Registration, at: Timestamp) -> Command {
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
