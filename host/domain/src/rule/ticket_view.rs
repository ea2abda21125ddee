//! The ticket as a rule sees it: redacted, and with the fields that its manifest asked for.

use super::effect::TaskKind;
use super::kinds::TicketField;
use super::manifest::Manifest;
use super::value::Value;
use crate::World;
use crate::deadline::DeadlineKind;
use crate::redact::redact;
use crate::rule::state::RuleState;
use crate::ticket::{
    Assignment, CallerKind, Channel, CopyTo, Deadlines, FollowUp, MatterKind, Place, Ticket, TicketState, Urgency,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A deadline as a rule sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DeadlineView {
    /// Which.
    pub kind: DeadlineKind,
    /// From when it is counted.
    #[schemars(with = "String")]
    pub base_at: Timestamp,
    /// Whether a rule may make it earlier.
    pub tightenable: bool,
    /// When, if the calendar knows.
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Timestamp>,
    /// Done.
    pub met: bool,
    /// Warned of.
    pub warned: bool,
    /// Passed.
    pub overdue: bool,
}

/// An open task as a rule sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(missing_docs, reason = "field by field as in the interface, which documents them")]
pub struct OpenTask {
    pub number: u16,
    pub kind: TaskKind,
    pub by_this_rule: bool,
    #[schemars(with = "Option<String>")]
    pub due_at: Option<Timestamp>,
    pub overdue: bool,
}

/// The redacted ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    #[schemars(with = "String")]
    pub received_at: Timestamp,
    pub rework_count: u16,
    pub hand_back_count: u16,
    pub merged_count: u16,
    pub extended: bool,
    pub missing_fields: Vec<String>,
    pub tags: Vec<String>,
    pub fields: BTreeMap<String, Value>,
    pub assignments: Vec<(Assignment, String)>,
    pub copies: Vec<(CopyTo, String)>,
    pub deadlines: Vec<DeadlineView>,
    pub follow_ups: Vec<FollowUp>,
    pub open_tasks: Vec<OpenTask>,
    pub evidence_asked: Vec<String>,
    pub sent_back: bool,
}

/// Builds the view.
pub(super) fn ticket_view(ticket: &Ticket, manifest: &Manifest, world: &World) -> TicketView {
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
        hand_back_count: ticket.responsibility.hand_back_count(),
        merged_count: u16::try_from(ticket.merged.len()).unwrap_or(u16::MAX),
        extended: ticket.extended,
        missing_fields: ticket
            .missing_fields()
            .filter(|field| {
                reads(TicketField::Fields) && (field.namespace.is_empty() || field.namespace == manifest.name)
            })
            .map(|field| field.name.clone())
            .collect(),
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
            true => open_tasks(ticket, &manifest.name),
            false => Vec::new(),
        },
        evidence_asked: ticket
            .evidence_asked
            .iter()
            .filter(|_| reads(TicketField::Words))
            .map(|what| text(TicketField::Words, what))
            .collect(),
        sent_back: ticket.sent_back_by_rule,
    }
}

fn open_tasks(ticket: &Ticket, rule: &str) -> Vec<OpenTask> {
    let open = ticket.tasks.iter().filter(|task| !task.done);
    let view = |task: &crate::ticket::Task| OpenTask {
        number: task.number,
        kind: task.kind,
        by_this_rule: task.rule == rule,
        due_at: task.due.at(),
        overdue: task.overdue,
    };
    open.map(view).collect()
}

fn deadline_views(deadlines: &Deadlines) -> Vec<DeadlineView> {
    let view = |d: &crate::deadline::Deadline| DeadlineView {
        kind: d.kind,
        base_at: d.base_at,
        tightenable: !d.source.is_untouchable(),
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
            _ if spec.personal || rule.personal_fields.contains(name) => Value::Withheld,
            Value::Text(_) if confidential => Value::Withheld,
            Value::Text(text) => Value::Text(redact(text)),
            other => other.clone(),
        };
        Some((name.clone(), value))
    };
    rule.fields.iter().filter_map(shown).collect()
}
