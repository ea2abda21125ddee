//! Scenarios (场景): a ticket's story in steps over time, as data. What a step does not
//! expect must not happen: a step without `expect` expects silence.

use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::ids::{CallerRef, CategoryCode, TerritoryId, UnitId};
use chuishao_domain::rule::review::{Counted, CountedUnit, Figures, ReviewKind, UnitFigures};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::KnownMode;
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, Ticket};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is about, in the words of the people concerned.
    pub title: String,
    /// Where the rule is switched on; the ticket's own territory when not given.
    pub territory: Option<TerritoryId>,
    /// The settings that are not left at their defaults.
    #[serde(default)]
    pub settings: Settings,
    /// The modes (议定模式) that meetings decided before the first step.
    #[serde(default)]
    pub modes: Vec<KnownMode>,
    /// The steps, in time's order.
    pub step: Vec<Step>,
}

/// One step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, in Asia/Shanghai. Deadlines and timers on the way fire at their own moments.
    pub at: DateTime,
    /// What a call taker writes down; the first step registers.
    pub register: Option<Registration>,
    /// Which periodic review is held, of the period that ended last.
    pub review: Option<ReviewKind>,
    /// The matters that the host would have counted for it.
    #[serde(default)]
    pub counted: Vec<CountedMatters>,
    /// What became of the units' tickets, as the host would have counted it.
    #[serde(default)]
    pub units: Vec<ClosedTickets>,
    /// What is done, as in the API.
    #[serde(rename = "do")]
    pub command: Option<Command>,
    /// Who does it; when not given, whoever usually does.
    pub by: Option<By>,
    /// Figures that the host would have counted, by name; 0 when not given.
    #[serde(default)]
    pub facts: BTreeMap<String, u32>,
    /// The effects that are accepted, in order. Keys that are not written may be anything.
    #[serde(default)]
    pub expect: Vec<serde_json::Value>,
    /// The codes of the refusals, in order.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The code with which the core refuses the step itself, as it would a person.
    pub rejected: Option<String>,
    /// Words that must stand in the failure's text; without them no call may fail.
    pub fails: Option<String>,
}

/// Matters of one place and category, for a review.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CountedMatters {
    /// The rule's own territory when not given; a rule of the city says which.
    territory: Option<TerritoryId>,
    #[serde(default)]
    street: String,
    #[serde(default)]
    estate: String,
    category: CategoryCode,
    count: u32,
    #[serde(default)]
    previous: u32,
    #[serde(default)]
    still_open: u32,
    #[serde(default)]
    overdue: u32,
}

impl CountedMatters {
    /// As the store would have counted them.
    pub fn counted(&self, own: &TerritoryId) -> Counted {
        let Self { territory, street, estate, category, count, previous, still_open, overdue } = self.clone();
        let figures = Figures { count, previous, still_open, overdue };
        let territory = territory.as_ref().unwrap_or(own).0.clone();
        Counted { territory, street, estate, category: category.0, figures }
    }
}

/// What became of the tickets that a unit closed, for a review.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedTickets {
    handling_unit: UnitId,
    closed: u32,
    #[serde(default)]
    followed_up: u32,
    #[serde(default)]
    first_solved: u32,
    #[serde(default)]
    solved: u32,
    #[serde(default)]
    rated: u32,
    #[serde(default)]
    satisfied: u32,
    #[serde(default)]
    overdue: u32,
    #[serde(default)]
    reworked: u32,
}

impl ClosedTickets {
    /// As the store would have counted them.
    pub fn counted(&self) -> CountedUnit {
        let Self { handling_unit, closed, followed_up, first_solved, solved, rated, satisfied, overdue, reworked } =
            self.clone();
        let figures = UnitFigures { closed, followed_up, first_solved, solved, rated, satisfied, overdue, reworked };
        CountedUnit { handling_unit, figures }
    }
}

/// What a call taker writes down.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    matter_kind: MatterKind,
    category: CategoryCode,
    title: String,
    #[serde(default)]
    body: String,
    place: Place,
    #[serde(default)]
    confidential: bool,
    #[serde(default = "phone")]
    channel: Channel,
    #[serde(default = "citizen")]
    caller_kind: CallerKind,
}

fn phone() -> Channel {
    Channel::Phone
}

fn citizen() -> CallerKind {
    CallerKind::Citizen
}

impl Registration {
    /// 标题
    pub fn title(&self) -> &str {
        &self.title
    }

    /// As the desk would complete it.
    pub fn intake(&self, received_at: Timestamp) -> Intake {
        Intake {
            caller: CallerRef("C-scenario".into()),
            caller_kind: self.caller_kind,
            channel: self.channel,
            matter_kind: self.matter_kind,
            category: self.category.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
            place: self.place.clone(),
            confidential: self.confidential,
            received_at,
        }
    }
}

/// Who usually does it, so that a story need not say.
pub fn usual_actor(command: &Command, ticket: &Ticket) -> By {
    let number = || "0001".to_owned();
    match command {
        Command::FillIn { .. }
        | Command::Accept { .. }
        | Command::Register { .. }
        | Command::AskDecline { .. }
        | Command::PassOnEmergency { .. }
        | Command::ThreeWayCall { .. }
        | Command::AnswerDirectly { .. }
        | Command::Remind { .. } => By::CallTaker { number: number() },
        Command::Reclassify { .. }
        | Command::Dispatch { .. }
        | Command::Refer { .. }
        | Command::RecordReferralResult { .. }
        | Command::Merge { .. } => By::Dispatcher { number: number() },
        Command::Review { .. }
        | Command::RuleHandBack { .. }
        | Command::RuleExtension { .. }
        | Command::RuleDecline { .. } => By::Reviewer { number: number() },
        Command::EscalateRefusal { .. }
        | Command::OrderSupervision { .. }
        | Command::OpenJointSupervision { .. }
        | Command::EndJointSupervision { .. }
        | Command::BlowWhistle { .. } => By::HotlineOffice { number: number() },
        Command::DecideLiability { .. } => By::LiabilityPanel { number: number() },
        Command::SignResponsibility { .. } => By::CityLeader { number: number() },
        Command::FollowUp { .. } => By::FollowUpStaff { number: number() },
        Command::Supervise { .. } | Command::TakeUpCopy | Command::GiveOpinion { .. } => {
            let reader = ticket.copies.iter().find(|copy| copy.statutory).map(|copy| copy.reader.clone());
            By::DepartmentSupervisor { unit: reader.unwrap_or_else(|| "".into()) }
        }
        Command::Tick
        | Command::Propose(_)
        | Command::Absorb { .. }
        | Command::AnswerMerged { .. }
        | Command::MarkAppeal { .. } => By::Clock,
        _ => By::UnitClerk { unit: ticket.lead_unit().cloned().unwrap_or_else(|| "".into()) },
    }
}
