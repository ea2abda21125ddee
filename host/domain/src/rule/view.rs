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
use super::settings::Settings;
use super::value::Value;
use crate::World;
use crate::calendar::civil;
use crate::deadline::DeadlineKind;
use crate::event::{Event, SupervisionKind};
use crate::ids::TerritoryId;
use crate::redact::redact;
use crate::ticket::{
    Assignment, CallerKind, Channel, CopyTo, Deadlines, FollowUp, MatterKind, Place, RuleState, Ticket, TicketState,
    Urgency,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the calendar says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instant.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactValue {
    /// 件数
    Count(u32),
    /// Why it could not be computed.
    Unavailable(String),
}

/// A deadline as a rule sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineView {
    /// Which.
    pub kind: DeadlineKind,
    /// When, if the calendar knows.
    pub due_at: Option<Timestamp>,
    /// Done.
    pub met: bool,
    /// Warned of.
    pub warned: bool,
    /// Passed.
    pub overdue: bool,
}

/// The redacted ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct TicketView {
    pub id: String,
    pub channel: Channel,
    pub caller_kind: CallerKind,
    pub matter_kind: MatterKind,
    pub category: String,
    pub category_name: String,
    pub title: String,
    pub body: String,
    pub place: Place,
    pub urgency: Urgency,
    pub state: TicketState,
    pub confidential: bool,
    pub received_at: Timestamp,
    pub rework_count: u16,
    pub tags: Vec<String>,
    pub fields: BTreeMap<String, Value>,
    pub assignments: Vec<(Assignment, String)>,
    pub copies: Vec<(CopyTo, String)>,
    pub deadlines: Vec<DeadlineView>,
    pub follow_ups: Vec<FollowUp>,
    pub open_tasks: Vec<TaskKind>,
}

/// One group of a periodic review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct Tally {
    pub category: String,
    pub estate: String,
    pub count: u32,
    pub previous: u32,
    pub still_open: u32,
    pub overdue: u32,
}

/// One territory's figures of a day or a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct PeriodicReview {
    pub territory: TerritoryId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub tallies: Vec<Tally>,
}

/// An event as a rule sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "case by case as in the interface, which documents them")]
pub enum RuleEvent {
    Registered,
    Accepted,
    Dispatched,
    TakenUp(String),
    HandBackAsked { handling_unit: String, reason: String },
    HandBackRuled { approved: bool, opinion: String },
    ExtensionAsked { handling_unit: String, working_days: u16, reason: String },
    ExtensionRuled { approved: bool, opinion: String },
    Supervised(SupervisionKind),
    ReportedBack { handling_unit: String, contacted: bool, solved: bool, result: String, evidence_count: u16 },
    Reviewed { passed: bool, opinion: String },
    FollowedUp(FollowUp),
    Reopened,
    ClosedOut,
    UrgencyRaised(Urgency),
    TaskOpened(TaskKind),
    TaskDone { kind: TaskKind, result: String },
    EarlyWarning(DeadlineKind),
    Overdue(DeadlineKind),
    TimerFired(String),
    DailyReview(PeriodicReview),
    MonthlyReview(PeriodicReview),
}

/// All that comes with a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInput {
    /// What happened.
    pub event: RuleEvent,
    /// The moment.
    pub now: Moment,
    /// The ticket; absent in reviews.
    pub ticket: Option<TicketView>,
    /// The settings.
    pub settings: Settings,
    /// The figures.
    pub facts: BTreeMap<String, FactValue>,
    /// What the rule remembered on this ticket.
    pub memory: String,
}

/// The kind of rule event that an event is, if rules can listen to it.
#[must_use]
pub fn event_kind(event: &Event) -> Option<EventKind> {
    Some(match event {
        Event::Registered { .. } => EventKind::Registered,
        Event::Accepted => EventKind::Accepted,
        Event::Dispatched { .. } => EventKind::Dispatched,
        Event::TakenUp { .. } => EventKind::TakenUp,
        Event::HandBackAsked { .. } => EventKind::HandBackAsked,
        Event::HandBackRuled { .. } => EventKind::HandBackRuled,
        Event::ExtensionAsked { .. } => EventKind::ExtensionAsked,
        Event::ExtensionRuled { .. } => EventKind::ExtensionRuled,
        Event::Supervised { .. } => EventKind::Supervised,
        Event::ReportedBack { .. } => EventKind::ReportedBack,
        Event::Reviewed { .. } | Event::SentBack { .. } => EventKind::Reviewed,
        Event::FollowedUp { .. } => EventKind::FollowedUp,
        Event::Reopened { .. } => EventKind::Reopened,
        Event::ClosedOut { .. } => EventKind::ClosedOut,
        Event::UrgencyRaised { .. } => EventKind::UrgencyRaised,
        Event::TaskOpened { .. } => EventKind::TaskOpened,
        Event::TaskDone { .. } => EventKind::TaskDone,
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
    settings: &Settings,
    facts: BTreeMap<String, FactValue>,
    now: Timestamp,
    world: &World,
) -> Option<RuleInput> {
    let words = Words { manifest: &actor.manifest, confidential: ticket.intake.confidential };
    Some(RuleInput {
        event: rule_event(event, ticket, actor, &words)?,
        now: Moment::new(now, world),
        ticket: Some(ticket_view(ticket, &actor.manifest, world)),
        settings: settings.clone(),
        facts,
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

fn rule_event(event: &Event, ticket: &Ticket, actor: &RuleActor, words: &Words<'_>) -> Option<RuleEvent> {
    Some(match event {
        Event::Registered { .. } => RuleEvent::Registered,
        Event::Accepted => RuleEvent::Accepted,
        Event::Dispatched { .. } => RuleEvent::Dispatched,
        Event::TakenUp { handling_unit } => RuleEvent::TakenUp(handling_unit.0.clone()),
        Event::HandBackAsked { handling_unit, reason } => {
            RuleEvent::HandBackAsked { handling_unit: handling_unit.0.clone(), reason: words.pass(reason) }
        }
        Event::HandBackRuled { approved, opinion } => {
            RuleEvent::HandBackRuled { approved: *approved, opinion: words.pass(opinion) }
        }
        Event::ExtensionAsked { handling_unit, working_days, reason } => RuleEvent::ExtensionAsked {
            handling_unit: handling_unit.0.clone(),
            working_days: *working_days,
            reason: words.pass(reason),
        },
        Event::ExtensionRuled { approved, opinion } => {
            RuleEvent::ExtensionRuled { approved: *approved, opinion: words.pass(opinion) }
        }
        Event::Supervised { kind, .. } => RuleEvent::Supervised(*kind),
        Event::ReportedBack { handling_unit, contacted, solved, result, evidence_count } => RuleEvent::ReportedBack {
            handling_unit: handling_unit.0.clone(),
            contacted: *contacted,
            solved: *solved,
            result: words.pass(result),
            evidence_count: *evidence_count,
        },
        Event::Reviewed { passed, opinion } => RuleEvent::Reviewed { passed: *passed, opinion: words.pass(opinion) },
        Event::SentBack { missing } => RuleEvent::Reviewed { passed: false, opinion: words.pass(missing) },
        Event::FollowedUp { follow_up, .. } => RuleEvent::FollowedUp(follow_up.clone()),
        Event::Reopened { .. } => RuleEvent::Reopened,
        Event::ClosedOut { .. } => RuleEvent::ClosedOut,
        Event::UrgencyRaised { urgency } => RuleEvent::UrgencyRaised(*urgency),
        Event::TaskOpened { task } => RuleEvent::TaskOpened(task.kind),
        Event::TaskDone { number, result } => {
            let kind = ticket.tasks.iter().find(|task| task.number == *number)?.kind;
            RuleEvent::TaskDone { kind, result: words.pass(result) }
        }
        Event::EarlyWarning { kind } => RuleEvent::EarlyWarning(*kind),
        Event::Overdue { kind } => RuleEvent::Overdue(*kind),
        Event::TimerFired { rule, name } if rule == actor.name() => RuleEvent::TimerFired(name.clone()),
        _ => return None,
    })
}

fn ticket_view(ticket: &Ticket, manifest: &Manifest, world: &World) -> TicketView {
    let intake = &ticket.intake;
    let reads = |field| manifest.reads.contains(&field);
    let text = |field, text: &str| match reads(field) && !intake.confidential {
        true => redact(text),
        false => String::new(),
    };
    let name = |unit: &crate::ids::UnitId| world.catalogue.unit_name(unit).to_owned();
    let assignments = ticket.assignments.iter().filter(|_| reads(TicketField::Assignments));
    let copies = ticket.copies.iter().filter(|_| reads(TicketField::Copies));
    let own = ticket.rules.get(&manifest.name).filter(|_| reads(TicketField::Fields));
    TicketView {
        id: ticket.id.0.clone(),
        channel: intake.channel,
        caller_kind: intake.caller_kind,
        matter_kind: intake.matter_kind,
        category: intake.category.0.clone(),
        category_name: world.catalogue.category_name(&intake.category).to_owned(),
        title: text(TicketField::Title, &intake.title),
        body: text(TicketField::Body, &intake.body),
        place: Place {
            territory: intake.place.territory.clone(),
            street: text(TicketField::Street, &intake.place.street),
            estate: text(TicketField::Estate, &intake.place.estate),
            building: text(TicketField::Building, &intake.place.building),
        },
        urgency: ticket.urgency,
        state: ticket.state,
        confidential: intake.confidential,
        received_at: intake.received_at,
        rework_count: ticket.rework_count,
        tags: ticket.tags.iter().filter(|_| reads(TicketField::Tags)).cloned().collect(),
        fields: own.map(|rule| own_fields(rule, manifest, intake.confidential)).unwrap_or_default(),
        assignments: assignments.map(|a| (a.clone(), name(&a.handling_unit))).collect(),
        copies: copies.map(|c| (c.clone(), name(&c.reader))).collect(),
        deadlines: match reads(TicketField::Deadlines) {
            true => deadline_views(&ticket.deadlines),
            false => Vec::new(),
        },
        follow_ups: ticket.follow_ups.iter().filter(|_| reads(TicketField::FollowUps)).cloned().collect(),
        open_tasks: match reads(TicketField::Tasks) {
            true => ticket.tasks.iter().filter(|t| !t.done).map(|t| t.kind).collect(),
            false => Vec::new(),
        },
    }
}

fn deadline_views(deadlines: &Deadlines) -> Vec<DeadlineView> {
    let view = |d: &crate::deadline::Deadline| DeadlineView {
        kind: d.kind,
        due_at: d.due.at(),
        met: d.met,
        warned: d.warned,
        overdue: d.overdue,
    };
    deadlines.iter().map(view).collect()
}

/// Personal fields say only that they are filled in; texts are redacted.
fn own_fields(rule: &RuleState, manifest: &Manifest, confidential: bool) -> BTreeMap<String, Value> {
    let shown = |(name, value): (&String, &Value)| {
        let spec = manifest.fields.get(name)?;
        let value = match value {
            _ if spec.personal => Value::Withheld,
            Value::Text(_) if confidential => Value::Withheld,
            Value::Text(text) => Value::Text(redact(text)),
            other => other.clone(),
        };
        Some((name.clone(), value))
    };
    rule.fields.iter().filter_map(shown).collect()
}
