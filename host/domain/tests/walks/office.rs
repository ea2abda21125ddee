//! One ticket and the people around it.

use chuishao_domain::World;
use chuishao_domain::actor::{Actor, By};
use chuishao_domain::apply::{apply, begin, fold};
use chuishao_domain::command::Command;
use chuishao_domain::deadline::DeadlineKind;
use chuishao_domain::event::{Event, Recorded};
use chuishao_domain::grounds::{HandBackGround, PanelSeat};
use chuishao_domain::handle::handle;
use chuishao_domain::ids::{TicketId, UnitId};
use chuishao_domain::message::{Message, messages};
use chuishao_domain::narrate;
use chuishao_domain::status::Status;
use chuishao_domain::ticket::{Intake, Ticket};
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::sync::LazyLock;

pub static WORLD: LazyLock<World> = LazyLock::new(World::weifang);

/// 噪声扰民 in 奎文区: the police's matter, a bureau handles it.
pub const NOISE: &str = "0301";
/// 供热管道爆裂: urgent.
pub const BURST_PIPE: &str = "0404";
/// 供热费用.
pub const HEATING_FEE: &str = "0103";

pub struct Story {
    pub ticket: Ticket,
    pub history: Vec<Recorded>,
    pub now: Timestamp,
    pub messages: Vec<Message>,
}

/// A civil time in Asia/Shanghai.
pub fn at(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().expect("a civil time");
    chuishao_domain::calendar::moment(civil).expect("in range")
}

fn number() -> String {
    "0231".into()
}

pub fn taker() -> By {
    By::CallTaker { number: number() }
}

pub fn lawyer() -> By {
    By::LegalSeat { number: number() }
}

pub fn company() -> By {
    By::CompanySeat { unit: "WF-GD".into() }
}

pub fn dispatcher() -> By {
    By::Dispatcher { number: number() }
}

pub fn reviewer() -> By {
    By::Reviewer { number: number() }
}

pub fn caller_back() -> By {
    By::FollowUpStaff { number: number() }
}

pub fn office() -> By {
    By::HotlineOffice { number: number() }
}

pub fn panel() -> By {
    By::LiabilityPanel { number: number() }
}

pub fn leader() -> By {
    By::CityLeader { number: number() }
}

pub fn clerk(unit: &str) -> By {
    By::UnitClerk { unit: unit.into() }
}

pub fn department(unit: &str) -> By {
    By::DepartmentSupervisor { unit: unit.into() }
}

pub fn dispatch(lead: &str) -> Command {
    Command::Dispatch { lead_unit: lead.into(), assisting_units: Vec::new() }
}

pub fn hand_back() -> Command {
    Command::AskHandBack { ground: HandBackGround::NotOurDuty, reason: "路段由市直部门管养".into() }
}

pub fn rule_hand_back(approved: bool) -> Command {
    Command::RuleHandBack { approved, opinion: "已核对职责清单".into() }
}

pub fn decide(lead: &str) -> Command {
    Command::DecideLiability {
        lead_unit: lead.into(),
        assisting_units: Vec::new(),
        panel: vec![PanelSeat::DisciplineInspection, PanelSeat::Department, PanelSeat::PublicLawyer],
        opinion: "依职责清单第三项认定".into(),
    }
}

pub fn report() -> Command {
    Command::ReportBack { contacted: true, solved: true, result: "已现场处理".into(), evidence_count: 1 }
}

pub fn pass() -> Command {
    Command::Review { passed: true, opinion: String::new() }
}

/// A follow-up call that reached the caller.
pub fn heard(solved: bool) -> Command {
    Command::FollowUp {
        reached: true,
        solved: Some(solved),
        satisfied: Some(solved),
        opinion: String::new(),
        explained: None,
    }
}

impl Story {
    /// Registered on Tuesday 2024-06-25 at 10:00.
    pub fn new(category: &str) -> Self {
        Self::numbered(category, 1)
    }

    pub fn numbered(category: &str, number: u64) -> Self {
        Self::received(category, number, at("2024-06-25T10:00"))
    }

    pub fn received(category: &str, number: u64, now: Timestamp) -> Self {
        let intake: Intake = serde_json::from_value(serde_json::json!({
            "caller": "C-1", "caller_kind": "citizen", "channel": "phone", "matter_kind": "complaint",
            "category": category, "title": "夜间施工噪声", "body": "夜里很吵", "confidential": false,
            "place": { "territory": "370705", "estate": "胜利新村" }, "received_at": now,
        }))
        .expect("it reads");
        let id = TicketId::new(jiff::civil::date(2024, 6, 25), number);
        let register = Command::Register { id: id.clone(), intake: Box::new(intake) };
        let events = handle(&WORLD, None, &register, &Actor::Known(taker()), now).expect("registered");
        let Event::Registered { intake, urgency } = &events[0] else { panic!("the first event registers") };
        let ticket = begin(&id, intake, *urgency);
        let first = Recorded { sequence: 1, at: now, by: taker(), event: events[0].clone() };
        Self { ticket, history: vec![first], now, messages: Vec::new() }
    }

    /// Accepted.
    pub fn accepted(category: &str) -> Self {
        let mut case = Self::new(category);
        case.done(taker(), Command::Accept { unanswered: None });
        case
    }

    /// Dispatched to 奎文区公安局.
    pub fn dispatched() -> Self {
        let mut case = Self::accepted(NOISE);
        case.done(dispatcher(), dispatch("370705-GA"));
        case
    }

    /// Handled and reviewed.
    pub fn awaiting_follow_up() -> Self {
        let mut case = Self::dispatched();
        case.handled();
        case
    }

    /// Solved, and the caller said so.
    pub fn closed() -> Self {
        let mut case = Self::awaiting_follow_up();
        case.done(caller_back(), heard(true));
        case
    }

    /// Handed back twice: nobody knows whose it is.
    pub fn disputed() -> Self {
        let mut case = Self::dispatched();
        for unit in ["370705-GA", "370705-CG"] {
            if case.status() == Status::Accepted {
                case.done(dispatcher(), dispatch(unit));
            }
            case.done(clerk(unit), hand_back());
            case.done(reviewer(), rule_hand_back(true));
        }
        case
    }

    /// The lead unit reports and the reviewer passes.
    pub fn handled(&mut self) {
        let lead = self.ticket.lead_unit().expect("somebody leads").clone();
        self.done(clerk(lead.as_str()), report());
        self.done(reviewer(), pass());
    }

    pub fn status(&self) -> Status {
        self.ticket.status()
    }

    /// Somebody does something; what happened, or why not.
    pub fn try_to(&mut self, by: By, command: &Command) -> Result<Vec<Event>, String> {
        let actor = Actor::Known(by.clone());
        let events = handle(&WORLD, Some(&self.ticket), command, &actor, self.now)
            .map_err(|refusal| refusal.code.to_string())?;
        self.take(by, &events);
        Ok(events)
    }

    /// What happened becomes part of the ticket.
    pub fn take(&mut self, by: By, events: &[Event]) {
        for event in events {
            let recorded =
                Recorded { sequence: self.ticket.version + 1, at: self.now, by: by.clone(), event: event.clone() };
            apply(&mut self.ticket, &recorded);
            let told = narrate::event(event, &WORLD);
            assert!(!told.chinese.is_empty() && told.english.is_whole(), "{told:?} of {event:?}");
            self.messages.extend(messages(&recorded, &self.ticket));
            self.history.push(recorded);
        }
    }

    /// Somebody does something that must be possible.
    pub fn done(&mut self, by: By, command: Command) {
        self.try_to(by, &command).unwrap_or_else(|code| panic!("{command:?} was refused: {code}"));
    }

    /// Somebody tries what must not be possible.
    pub fn refused(&mut self, by: By, command: Command, code: &str) {
        let before = self.ticket.clone();
        assert_eq!(self.try_to(by, &command).expect_err("refused"), code, "{command:?}");
        assert_eq!(self.ticket, before);
    }

    /// Time passes, and the clock looks whenever there is something to see.
    pub fn wait_until(&mut self, until: &str) {
        let until = at(until);
        while let Some(wakes_at) = self.ticket.wakes_at().filter(|wakes_at| *wakes_at <= until) {
            self.now = self.now.max(wakes_at);
            let happened = self.try_to(By::Clock, &Command::Tick).expect("the clock may look");
            assert!(!happened.is_empty(), "the clock woke for nothing at {}", self.now);
        }
        self.now = until;
    }

    /// How often something happened.
    pub fn count(&self, what: impl Fn(&Event) -> bool) -> usize {
        self.history.iter().filter(|recorded| what(&recorded.event)).count()
    }

    /// The timeline in words.
    pub fn told(&self) -> String {
        let lines = self.history.iter().map(|recorded| narrate::event(&recorded.event, &WORLD).chinese);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Who was sent a message on a topic, in order.
    pub fn told_on(&self, topic: &str) -> Vec<&str> {
        self.messages.iter().filter(|message| message.topic == topic).map(|message| message.to_unit.as_str()).collect()
    }

    pub fn has_deadline(&self, kind: DeadlineKind) -> bool {
        self.ticket.deadline(kind).is_some_and(|deadline| !deadline.met)
    }

    pub fn lead(&self) -> Option<&str> {
        self.ticket.lead_unit().map(UnitId::as_str)
    }
}

impl Drop for Story {
    /// Every walk ends as the fold of its events, also as they are written and read.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let written = serde_json::to_string(&self.history).expect("it writes");
            let read: Vec<Recorded> = serde_json::from_str(&written).expect("it reads");
            assert_eq!(fold(&self.ticket.id, &read).as_ref(), Some(&self.ticket));
        }
    }
}
