//! What a rule is told (所见): the event, and a redacted view of the ticket with the fields
//! that its manifest asked for. Identity never enters (guard rail G4): the caller's
//! reference is not here, free text is redacted, and a confidential ticket gives no text.
//!
//! This is the newest form; the sandbox converts it to the interface version that a guest
//! was built for. It is kept as JSON in the decision record, so that a decision can be
//! replayed.

use super::RuleActor;
use super::effect::TaskKind;
use super::kinds::{EventKind, TicketField};
use super::manifest::Manifest;
use super::ticket_view::{TicketView, ticket_view};
use crate::World;
use crate::calendar::civil;
use crate::deadline::DeadlineKind;
use crate::event::{ClosedBy, Event};
use crate::grounds::HandBackGround;
use crate::oversight::SupervisionKind;
use crate::redact::redact;
use crate::ticket::{FollowUp, Task, Ticket, Urgency};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the calendar says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DayKind {
    /// 工作日
    WorkingDay,
    /// 休息日
    DayOff,
    /// The year has no notice.
    Unknown,
}

/// The moment of an event, with what the calendar says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Moment {
    /// The instant.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Working day or not.
    pub day_kind: DayKind,
    /// Within working hours or not.
    pub in_working_hours: bool,
}

impl Moment {
    /// What the calendar says of an instant.
    #[must_use]
    pub fn new(at: Timestamp, world: &World) -> Self {
        let day_kind = match world.calendar.is_working_day(civil(at).date()) {
            Ok(true) => DayKind::WorkingDay,
            Ok(false) => DayKind::DayOff,
            Err(_) => DayKind::Unknown,
        };
        let in_working_hours = world.calendar.in_working_hours(at).unwrap_or(false);
        Self { at, day_kind, in_working_hours }
    }
}

/// A figure that the manifest asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactValue {
    /// 件数
    Count(u32),
    /// Why it could not be computed.
    Unavailable(String),
}

/// The task that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct TaskMark {
    pub number: u16,
    pub kind: TaskKind,
    pub by_this_rule: bool,
}

/// An event of a ticket as a rule sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "case by case as in the interface, which documents them")]
pub enum RuleEvent {
    Registered,
    Accepted,
    Dispatched,
    TakenUp(String),
    HandBackAsked { handling_unit: String, ground: HandBackGround, reason: String },
    FilledIn,
    Reclassified,
    HandBackRuled { approved: bool, opinion: String },
    ExtensionAsked { handling_unit: String, working_days: u16, reason: String },
    ExtensionRuled { approved: bool, working_days: u16, opinion: String },
    Supervised { kind: SupervisionKind, department: String, target: String, words: String },
    Grasped(String),
    CallerContacted(String),
    SentBack(String),
    ReportedBack { handling_unit: String, contacted: bool, solved: bool, result: String, evidence_count: u16 },
    Reviewed { passed: bool, opinion: String },
    FollowedUp(FollowUp),
    Reopened,
    ClosedOut(ClosedBy),
    UrgencyRaised(Urgency),
    TaskOpened(TaskMark),
    TaskDone { task: TaskMark, result: String },
    TaskOverdue(TaskMark),
    EarlyWarning(DeadlineKind),
    Overdue(DeadlineKind),
    TimerFired(String),
}

/// How many days before it begins and after it ends a mode is told.
pub const MODE_KNOWN_DAYS: i32 = 31;

/// A working mode that a meeting decided (议定模式), as 供热模式 (article row 24).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KnownMode {
    /// 名称
    pub name: String,
    /// 起
    #[schemars(with = "String")]
    pub first_day: Date,
    /// 止, included.
    #[schemars(with = "String")]
    pub last_day: Date,
    /// 议题编号
    pub topic: String,
}

impl KnownMode {
    /// Whether rules are told of it on a day: it is in force, begins soon, or ended not long ago.
    #[must_use]
    pub fn is_told_on(&self, day: Date) -> bool {
        let around = MODE_KNOWN_DAYS.days();
        self.first_day <= day.saturating_add(around) && self.last_day >= day.saturating_sub(around)
    }
}

impl RuleEvent {
    /// Its kind, as a manifest listens to it.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Registered => EventKind::Registered,
            Self::Accepted => EventKind::Accepted,
            Self::Dispatched => EventKind::Dispatched,
            Self::TakenUp(_) => EventKind::TakenUp,
            Self::HandBackAsked { .. } => EventKind::HandBackAsked,
            Self::FilledIn => EventKind::FilledIn,
            Self::Reclassified => EventKind::Reclassified,
            Self::HandBackRuled { .. } => EventKind::HandBackRuled,
            Self::ExtensionAsked { .. } => EventKind::ExtensionAsked,
            Self::ExtensionRuled { .. } => EventKind::ExtensionRuled,
            Self::Supervised { .. } => EventKind::Supervised,
            Self::Grasped(_) => EventKind::Grasped,
            Self::CallerContacted(_) => EventKind::CallerContacted,
            Self::SentBack(_) => EventKind::SentBack,
            Self::ReportedBack { .. } => EventKind::ReportedBack,
            Self::Reviewed { .. } => EventKind::Reviewed,
            Self::FollowedUp(_) => EventKind::FollowedUp,
            Self::Reopened => EventKind::Reopened,
            Self::ClosedOut(_) => EventKind::ClosedOut,
            Self::UrgencyRaised(_) => EventKind::UrgencyRaised,
            Self::TaskOpened(_) => EventKind::TaskOpened,
            Self::TaskDone { .. } => EventKind::TaskDone,
            Self::TaskOverdue(_) => EventKind::TaskOverdue,
            Self::EarlyWarning(_) => EventKind::EarlyWarning,
            Self::Overdue(_) => EventKind::Overdue,
            Self::TimerFired(_) => EventKind::TimerFired,
        }
    }
}

/// All that comes with a call about a ticket, beside the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RuleInput {
    /// What happened.
    pub event: RuleEvent,
    /// The moment.
    pub now: Moment,
    /// The ticket.
    pub ticket: TicketView,
    /// The figures.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, FactValue>,
    /// The modes that the manifest asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<KnownMode>,
    /// What the rule remembered on this ticket.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub memory: String,
}

/// The kind of rule event that an event is, if rules can listen to it.
#[must_use]
pub fn event_kind(event: &Event) -> Option<EventKind> {
    Some(match event {
        Event::Registered { .. } => EventKind::Registered,
        Event::PlaceFilled { .. } | Event::FieldFilled { .. } => EventKind::FilledIn,
        Event::Reclassified { .. } => EventKind::Reclassified,
        Event::Accepted => EventKind::Accepted,
        Event::Dispatched { .. } => EventKind::Dispatched,
        Event::TakenUp { .. } => EventKind::TakenUp,
        Event::HandBackAsked { .. } => EventKind::HandBackAsked,
        Event::HandBackRuled { .. } => EventKind::HandBackRuled,
        Event::ExtensionAsked { .. } => EventKind::ExtensionAsked,
        Event::ExtensionRuled { .. } => EventKind::ExtensionRuled,
        Event::Supervised { .. } => EventKind::Supervised,
        Event::Grasped { .. } => EventKind::Grasped,
        Event::CallerContacted { .. } => EventKind::CallerContacted,
        Event::ReportedBack { .. } => EventKind::ReportedBack,
        Event::Reviewed { .. } => EventKind::Reviewed,
        Event::SentBack { .. } => EventKind::SentBack,
        Event::FollowedUp { .. } => EventKind::FollowedUp,
        Event::Reopened { .. } => EventKind::Reopened,
        Event::ClosedOut { .. } => EventKind::ClosedOut,
        Event::UrgencyRaised { .. } => EventKind::UrgencyRaised,
        Event::TaskOpened { .. } => EventKind::TaskOpened,
        Event::TaskDone { .. } => EventKind::TaskDone,
        Event::TaskOverdue { .. } => EventKind::TaskOverdue,
        Event::EarlyWarning { .. } => EventKind::EarlyWarning,
        Event::Overdue { .. } => EventKind::Overdue,
        Event::TimerFired { .. } => EventKind::TimerFired,
        _ => return None,
    })
}

/// Builds what one rule is told of one event. `None` when rules cannot listen to it, or
/// when a timer is another rule's.
#[must_use]
pub fn input(
    event: &Event,
    ticket: &Ticket,
    actor: &RuleActor,
    (facts, modes): (BTreeMap<String, FactValue>, Vec<KnownMode>),
    now: Timestamp,
    world: &World,
) -> Option<RuleInput> {
    let words = Words { manifest: &actor.manifest, confidential: ticket.intake.confidential };
    Some(RuleInput {
        event: rule_event(event, ticket, actor, &words)?,
        now: Moment::new(now, world),
        ticket: ticket_view(ticket, &actor.manifest, world),
        facts,
        modes,
        memory: ticket.rules.get(actor.name()).map(|rule| rule.memory.clone()).unwrap_or_default(),
    })
}

/// Free text on its way to a rule.
struct Words<'a> {
    manifest: &'a Manifest,
    confidential: bool,
}

impl Words<'_> {
    fn pass(&self, text: &str) -> String {
        if self.confidential || !self.manifest.reads.contains(&TicketField::Words) {
            return String::new();
        }
        redact(text)
    }
}

fn numbered(ticket: &Ticket, number: u16) -> Option<&Task> {
    ticket.tasks.iter().find(|task| task.number == number)
}

fn mark(task: &Task, actor: &RuleActor) -> TaskMark {
    TaskMark { number: task.number, kind: task.kind, by_this_rule: task.rule == actor.name() }
}

fn rule_event(event: &Event, ticket: &Ticket, actor: &RuleActor, words: &Words<'_>) -> Option<RuleEvent> {
    Some(match event {
        Event::Registered { .. } => RuleEvent::Registered,
        Event::PlaceFilled { .. } | Event::FieldFilled { .. } => RuleEvent::FilledIn,
        Event::Reclassified { .. } => RuleEvent::Reclassified,
        Event::Accepted => RuleEvent::Accepted,
        Event::Dispatched { .. } => RuleEvent::Dispatched,
        Event::TakenUp { handling_unit } => RuleEvent::TakenUp(handling_unit.0.clone()),
        Event::HandBackAsked { handling_unit, ground, reason } => RuleEvent::HandBackAsked {
            handling_unit: handling_unit.0.clone(),
            ground: *ground,
            reason: words.pass(reason),
        },
        Event::HandBackRuled { approved, opinion } => {
            RuleEvent::HandBackRuled { approved: *approved, opinion: words.pass(opinion) }
        }
        Event::ExtensionAsked { handling_unit, working_days, reason } => RuleEvent::ExtensionAsked {
            handling_unit: handling_unit.0.clone(),
            working_days: *working_days,
            reason: words.pass(reason),
        },
        Event::ExtensionRuled { approved, working_days, opinion } => {
            RuleEvent::ExtensionRuled { approved: *approved, working_days: *working_days, opinion: words.pass(opinion) }
        }
        Event::Supervised { kind, department, target, words: said } => RuleEvent::Supervised {
            kind: *kind,
            department: department.0.clone(),
            target: target.0.clone(),
            words: words.pass(said),
        },
        Event::Grasped { words: said } => RuleEvent::Grasped(words.pass(said)),
        Event::CallerContacted { words: said } => RuleEvent::CallerContacted(words.pass(said)),
        Event::ReportedBack { handling_unit, contacted, solved, result, evidence_count } => RuleEvent::ReportedBack {
            handling_unit: handling_unit.0.clone(),
            contacted: *contacted,
            solved: *solved,
            result: words.pass(result),
            evidence_count: *evidence_count,
        },
        Event::Reviewed { passed, opinion, .. } => {
            RuleEvent::Reviewed { passed: *passed, opinion: words.pass(opinion) }
        }
        Event::SentBack { missing } => RuleEvent::SentBack(words.pass(missing)),
        Event::FollowedUp { follow_up, .. } => RuleEvent::FollowedUp(follow_up.clone()),
        Event::Reopened { .. } => RuleEvent::Reopened,
        Event::ClosedOut { how, .. } => RuleEvent::ClosedOut(*how),
        Event::UrgencyRaised { urgency } => RuleEvent::UrgencyRaised(*urgency),
        Event::TaskOpened { task } => RuleEvent::TaskOpened(mark(task, actor)),
        Event::TaskDone { number, result, .. } => {
            RuleEvent::TaskDone { task: mark(numbered(ticket, *number)?, actor), result: words.pass(result) }
        }
        Event::TaskOverdue { number } => RuleEvent::TaskOverdue(mark(numbered(ticket, *number)?, actor)),
        Event::EarlyWarning { kind } => RuleEvent::EarlyWarning(*kind),
        Event::Overdue { kind } => RuleEvent::Overdue(*kind),
        Event::TimerFired { rule, name } if rule == actor.name() => RuleEvent::TimerFired(name.clone()),
        _ => return None,
    })
}
