//! A hotline office at work: an invented ticket goes its way with rules switched on, a
//! hostile one beside a well-behaved one. [`check`] holds what must be true of every guest:
//! the ticket goes on, the failure is on record, and the neighbour pays what it always paid.

use super::guest::{constant_rule, manifest, proposal};
use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::command::Command;
use chuishao_domain::event::Recorded;
use chuishao_domain::ids::{TerritoryId, TicketId};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::FactQuery;
use chuishao_domain::rule::record::{Answer, CallFailure, DecisionRecord, Placement, Verdict};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::FactValue;
use chuishao_domain::ticket::{Intake, Ticket, TicketState};
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use chuishao_sandbox::walk::{Facts, Walk, Walked};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::LazyLock;
use std::time::Duration;

pub(crate) const KUIWEN: &str = "370705";
pub(crate) const CITY: &str = "WF";
/// 供暖/设施损坏: ordinary, and a functional department's matter.
pub(crate) const HEATING: &str = "0104";

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::weifang);
/// The engine as the server has it.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Budget::default()).expect("it starts"));
/// The engine without fuel: only the clock stops a guest.
pub(crate) static NO_FUEL: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(Budget { fuel: u64::MAX, ..Budget::default() }).expect("it starts"));
/// The engine with a wide net: only fuel stops a guest, however busy the machine is.
pub(crate) static FUEL_ALONE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::new(Budget { wall_time: Duration::from_secs(60), ..Budget::default() }).expect("it starts")
});

/// No other ticket is like this one.
struct NoFigures;

impl Facts for NoFigures {
    fn count(&self, _: &FactQuery, _: &TerritoryId, _: &Ticket, _: Timestamp) -> FactValue {
        FactValue::Count(0)
    }
}

/// Loads a rule and switches it on.
pub(crate) fn switched_on(engine: &Engine, rule: &[u8], territory: &str, priority: i32) -> Activation {
    let package = Package::read(rule).expect("it may be compiled");
    let guest = Guest::load(engine, package, None).expect("it compiles");
    Activation::new(guest, Placement::alone(territory.into()), priority, &Settings::new()).expect("it is set")
}

/// An invented ticket of 奎文区.
pub(crate) fn intake(category: &str) -> Intake {
    let intake = json!({
        "caller": "caller-0042", "caller_kind": "citizen", "channel": "phone", "matter_kind": "complaint",
        "category": category, "title": "清河花园8号楼暖气不热",
        "body": "来电人反映8号楼2单元自11月5日起室温14度，已报修三次，物业与供热单位互相推诿，希望尽快上门处理。",
        "place": {"territory": KUIWEN, "street": "大虞街道", "estate": "清河花园", "building": "8号楼"},
        "confidential": false, "received_at": "2024-11-06T02:00:00Z",
    });
    serde_json::from_value(intake).expect("it reads")
}

/// One ticket on its way. Every step is made an hour after the one before.
pub(crate) struct Case<'a> {
    rulebook: &'a Rulebook,
    intake: Intake,
    pub(crate) now: Timestamp,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) events: Vec<Recorded>,
    pub(crate) decisions: Vec<DecisionRecord>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(rulebook: &'a Rulebook, intake: Intake) -> Self {
        let now = intake.received_at;
        Self { rulebook, intake, now, ticket: None, events: Vec::new(), decisions: Vec::new() }
    }

    /// Makes one step, which the core must not refuse.
    pub(crate) fn step(&mut self, by: By, command: Command) {
        let walk = Walk { world: &WORLD, rulebook: self.rulebook, now: self.now };
        let walked = walk.command(self.ticket.take(), &command, &Actor::Known(by), &NoFigures);
        let Walked { ticket, events, decisions, .. } = walked.expect("the ticket goes on");
        self.ticket = Some(ticket);
        self.events.extend(events);
        self.decisions.extend(decisions);
        self.now += SignedDuration::from_hours(1);
    }

    pub(crate) fn register(&mut self) {
        let id = TicketId::new(jiff::civil::date(2024, 11, 6), 42);
        let intake = Box::new(self.intake.clone());
        self.step(call_taker(), Command::Register { id, intake });
    }

    pub(crate) fn dispatch(&mut self) {
        let by = By::Dispatcher { number: "2001".into() };
        self.step(by, Command::Dispatch { lead_unit: "370705-CG".into(), assisting_units: vec!["370705-ZJ".into()] });
    }

    pub(crate) fn report_back(&mut self) {
        let by = By::UnitClerk { unit: "370705-CG".into() };
        let result = "已更换立管阀门，室温恢复到20度".into();
        self.step(by, Command::ReportBack { contacted: true, solved: true, result, evidence_count: 1 });
    }

    /// From the call to the dispatch.
    pub(crate) fn run_to_dispatch(&mut self) {
        self.register();
        self.step(call_taker(), Command::Accept { unanswered: None });
        self.dispatch();
    }

    /// From the call to the closing; a report that a rule sent back is made again.
    pub(crate) fn run_to_closing(&mut self) {
        self.run_to_dispatch();
        while self.state() == TicketState::Handling {
            self.report_back();
        }
        self.step(By::Reviewer { number: "3001".into() }, Command::Review { passed: true, opinion: String::new() });
        let opinion = "温度正常了".into();
        let by = By::FollowUpStaff { number: "4001".into() };
        self.step(
            by,
            Command::FollowUp { reached: true, solved: Some(true), satisfied: Some(true), opinion, explained: None },
        );
    }

    pub(crate) fn ticket(&self) -> &Ticket {
        self.ticket.as_ref().expect("there is a ticket")
    }

    pub(crate) fn state(&self) -> TicketState {
        self.ticket().state
    }

    /// The records of one rule.
    pub(crate) fn records(&self, rule: &str) -> Vec<&DecisionRecord> {
        self.decisions.iter().filter(|record| record.edition.rule == rule).collect()
    }

    /// What people and the clock did, which no rule may change.
    pub(crate) fn events_of_people(&self) -> Vec<(Timestamp, By, &'static str)> {
        let by_people = self.events.iter().filter(|event| !matches!(event.by, By::Rule { .. }));
        by_people.map(|recorded| (recorded.at, recorded.by.clone(), name_of(recorded))).collect()
    }
}

fn call_taker() -> By {
    By::CallTaker { number: "1001".into() }
}

fn name_of(recorded: &Recorded) -> &'static str {
    chuishao_domain::rule::view::event_kind(&recorded.event).map_or("", EventKind::as_str)
}

/// How a call is expected to end. The texts are what the failure must say.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ends<'a> {
    /// Every proposal was accepted.
    Served,
    /// Every proposal was refused with this code.
    Refused(&'a str),
    OutOfFuel,
    TimedOut,
    Trap(&'a str),
    BadAnswer(&'a str),
    Declined(&'a str, &'a str),
}

impl Ends<'_> {
    fn fits(self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Served, Answer::Proposals(judged)) => {
                judged.iter().all(|(_, verdict)| matches!(verdict, Verdict::Accepted { .. }))
            }
            (Self::Refused(code), Answer::Proposals(judged)) => {
                judged.iter().all(|(_, verdict)| matches!(verdict, Verdict::Refused(refusal) if refusal.code == code))
            }
            (Self::OutOfFuel, Answer::Failed(CallFailure::OutOfFuel))
            | (Self::TimedOut, Answer::Failed(CallFailure::TimedOut)) => true,
            (Self::Trap(words), Answer::Failed(CallFailure::Trap { message }))
            | (Self::BadAnswer(words), Answer::Failed(CallFailure::BadAnswer { message })) => message.contains(words),
            (Self::Declined(case, words), Answer::Failed(CallFailure::Declined { variant, message })) => {
                variant == case && message.contains(words)
            }
            _ => false,
        }
    }
}

const HOSTILE: &str = "hostile-rule";
const NEIGHBOUR: &str = "neighbour-rule";

/// Turns a core module into the hostile rule, which is asked when a ticket is accepted.
pub(crate) fn hostile(core: &super::guest::Core) -> Vec<u8> {
    core.rule(&manifest(HOSTILE, &[EventKind::Accepted]))
}

/// Sends a ticket from the call to the dispatch with the hostile rule switched on, and holds
/// that it ends so, harms nobody and is on record. Gives the record.
pub(crate) fn check(engine: &Engine, what: &str, rule: &[u8], ends: Ends<'_>) -> DecisionRecord {
    let alone = Rulebook::new(vec![neighbour(engine)]);
    let mut undisturbed = Case::new(&alone, intake(HEATING));
    undisturbed.run_to_dispatch();

    let together = Rulebook::new(vec![switched_on(engine, rule, KUIWEN, 10), neighbour(engine)]);
    let mut case = Case::new(&together, intake(HEATING));
    case.run_to_dispatch();

    assert_eq!(case.state(), TicketState::Handling, "{what}: the ticket goes on");
    assert_eq!(case.events_of_people(), undisturbed.events_of_people(), "{what}: nobody's work changes");
    assert_eq!(undisturbed.decisions.len(), 3, "{what}: the neighbour is asked at every step");
    let costs = |case: &Case<'_>| case.records(NEIGHBOUR).iter().map(|r| served(what, r).call.fuel).collect::<Vec<_>>();
    assert_eq!(costs(&case), costs(&undisturbed), "{what}: the neighbour pays what it always paid");
    let records = case.records(HOSTILE);
    assert_eq!(records.len(), 1, "{what}: one call, one record");
    assert!(ends.fits(&records[0].call.answer), "{what}: expected {ends:?}, not {:?}", records[0].call.answer);
    if let Answer::Failed(failure) = &records[0].call.answer {
        assert!(!failure.words().chinese.is_empty(), "{what}: people can read why");
    }
    records[0].clone()
}

/// The rule beside: it is asked before, with and after the hostile one.
fn neighbour(engine: &Engine) -> Activation {
    let listens = [EventKind::Registered, EventKind::Accepted, EventKind::Dispatched];
    let rule = constant_rule(&manifest(NEIGHBOUR, &listens), &[proposal(json!({"add-tag": "已阅"}))]);
    switched_on(engine, &rule, KUIWEN, 20)
}

fn served<'a>(what: &str, record: &'a DecisionRecord) -> &'a DecisionRecord {
    assert!(Ends::Served.fits(&record.call.answer), "{what}: the neighbour is served, not {:?}", record.call.answer);
    record
}
