//! Leaving cleanly (移除善后): what a plugin left on a ticket, and what becomes of it.

use crate::ids::TicketId;
use crate::ticket::Ticket;
use serde::{Deserialize, Serialize};

/// What becomes of open tasks and of fields that must be filled in when a plugin is removed.
/// Timers end: nobody is there to hear them. What people wrote stays in any case: a timeline
/// only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    /// 未完成的任务: `true` leaves them to people as they are; `false` ends them.
    pub keep_tasks: bool,
    /// 未填的必填项: `true` keeps asking for them; `false` asks no more.
    pub keep_required_fields: bool,
}

/// What of a plugin hangs on a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Hanging {
    /// 工单编号
    pub ticket: TicketId,
    /// 未完成的任务, by their titles.
    pub tasks: Vec<String>,
    /// 定时, by their names.
    pub timers: Vec<String>,
    /// 未填的必填项, by their labels.
    pub required_fields: Vec<String>,
    /// 已填的扩展字段, by their names: they stay as they are.
    pub filled_fields: Vec<String>,
}

/// What of a rule hangs on a ticket; nothing when nothing does.
#[must_use]
pub fn hanging(ticket: &Ticket, rule: &str) -> Option<Hanging> {
    let tasks = ticket.tasks.iter().filter(|task| task.rule == rule && !task.done);
    let timers = ticket.timers.iter().filter(|timer| timer.rule == rule);
    let required = ticket.missing_fields().filter(|field| field.namespace == rule);
    let filled = ticket.rules.get(rule).into_iter().flat_map(|state| state.fields.keys().cloned());
    let found = Hanging {
        ticket: ticket.id.clone(),
        tasks: tasks.map(|task| task.title.clone()).collect(),
        timers: timers.map(|timer| timer.name.clone()).collect(),
        required_fields: required.map(|field| field.label.clone()).collect(),
        filled_fields: filled.collect(),
    };
    let Hanging { ticket: _, tasks, timers, required_fields, filled_fields } = &found;
    let nothing = [tasks, timers, required_fields, filled_fields].into_iter().all(Vec::is_empty);
    (!nothing).then_some(found)
}
