//! Scenarios (场景): a ticket's story in steps over time, as data. What a step does not
//! expect must not happen: a step without `expect` expects silence.
//!
//! A story may have a table of cases (`[[case]]`): it is played once for each row, with the row's
//! values in the place of `{column}`. See [`cases`]; [`mod@write`] is the other way, from a story to a
//! file.

mod cases;
mod write;

pub use cases::{Written, load_all};
pub use write::{inline, to_toml};

use super::Faults;
use super::files::fault;
use chuishao_domain::actor::By;
use chuishao_domain::command::Command;
use chuishao_domain::ids::{CallerRef, CategoryCode, TerritoryId, UnitId};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::Told;
use chuishao_domain::rule::review::{Counted, CountedUnit, Figures, ReviewKind, UnitFigures};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::KnownMode;
use chuishao_domain::ticket::{CallerKind, Channel, Intake, MatterKind, Place, Ticket};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One story.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is about, in the words of the people concerned.
    pub title: String,
    /// Where the rule is switched on; the ticket's own territory when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryId>,
    /// The settings that are not left at their defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: Settings,
    /// The modes (议定模式) that meetings decided before the first step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<KnownMode>,
    /// The steps, in time's order.
    pub step: Vec<Step>,
}

impl Scenario {
    /// Whether the story names figures that the rule does not ask for: a name with a slip in it
    /// would be a figure of 0 for ever.
    pub fn check(&self, manifest: &Manifest) -> Result<(), Faults> {
        let known: Vec<&str> = manifest.facts.iter().map(|fact| fact.name.as_str()).collect();
        let mut named = self.step.iter().flat_map(|step| step.facts.keys());
        match named.find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(fault(
                "scenario.unknown-fact",
                &self.title,
                format!("清单里没有事实「{name}」；有：{}", known.join("、")),
                "the manifest has no such fact",
            )),
        }
    }
}

/// One step.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, in Asia/Shanghai. Deadlines and timers on the way fire at their own moments.
    pub at: DateTime,
    /// What a call taker writes down; the first step registers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<Registration>,
    /// Which periodic review is held, of the period that ended last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewKind>,
    /// The matters that the host would have counted for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<CountedMatters>,
    /// What became of the units' tickets, as the host would have counted it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<ClosedTickets>,
    /// What is done, as in the API.
    #[serde(default, rename = "do", skip_serializing_if = "Option::is_none")]
    pub command: Option<Command>,
    /// Who does it; when not given, whoever usually does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
    /// What the rule is told, word for word (JSON), instead of a story of a ticket: a call that a
    /// server recorded. Its effects are held against `expect` as they were proposed; no guard rail
    /// is asked, for there is no ticket.
    #[serde(default, with = "json_text", skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Figures that the host would have counted, by name; 0 when not given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, u32>,
    /// The effects that are accepted, in order. Keys that are not written may be anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Vec<serde_json::Value>>,
    /// The codes of the refusals, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// The code with which the core refuses the step itself, as it would a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<String>,
    /// Words that must stand in the failure's text; without them no call may fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
    /// Whether all that the rule does here is held against the snapshot beside the scenario, word
    /// for word, reasons and log included; then `expect` and `refused` need not be written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub snapshot: bool,
}

/// A value that is exact only as JSON, kept as a text in TOML.
mod json_text {
    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        serde_json::to_string_pretty(value).map_err(S::Error::custom)?.serialize(to)
    }

    pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        let text = String::deserialize(from)?;
        serde_json::from_str(&text).map(Some).map_err(D::Error::custom)
    }
}

/// Matters of one place and category, for a review.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CountedMatters {
    /// The rule's own territory when not given; a rule of the city says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryId>,
    /// 街道
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// 小区
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub estate: String,
    /// 分类
    pub category: CategoryCode,
    /// 件数
    pub count: u32,
    /// 上期
    #[serde(default)]
    pub previous: u32,
    /// 未办结
    #[serde(default)]
    pub still_open: u32,
    /// 超期
    #[serde(default)]
    pub overdue: u32,
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// 诉求类型
    pub matter_kind: MatterKind,
    /// 分类
    pub category: CategoryCode,
    /// 标题
    pub title: String,
    /// 诉求内容
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// 发生地
    pub place: Place,
    /// 是否保密
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// 渠道
    #[serde(default = "phone")]
    pub channel: Channel,
    /// 来电主体
    #[serde(default = "citizen")]
    pub caller_kind: CallerKind,
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
