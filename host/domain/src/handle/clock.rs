//! The clock as an actor: early warnings (预警), overdue marks (超期), red cards with their
//! supervision order (红牌督办), duties, timers, the archive (归档), and deadlines that waited
//! for a holiday notice. Each fires once, never before its time, however late or
//! often the clock looks.

use super::Scene;
use crate::deadline::{Deadline, DeadlineKind, Due, red_at};
use crate::derived::ACCEPT_WITHIN;
use crate::duty::Duty;
use crate::event::Event;
use crate::oversight::{OrderGround, OversightEvent};
use crate::plugin::rollout::leaving::Leaving;
use crate::recompute::task_due;
use crate::side::{Closure, SideEvent};
use crate::ticket::{Task, TicketState};
use jiff::Timestamp;

pub(super) fn tick(scene: Scene<'_>) -> Vec<Event> {
    let ticket = scene.ticket;
    let open = ticket.state != TicketState::ClosedOut;
    let deadlines = ticket.deadlines.iter().filter(|d| open && d.is_running()).filter_map(|d| look(scene, d));
    let timers = ticket.timers.iter().filter(|timer| timer.fires_at <= scene.now);
    let fired = timers.map(|timer| Event::TimerFired { rule: timer.rule.clone(), name: timer.name.clone() });
    // Tasks outlive the ticket: a survey is opened when it is closed.
    let tasks = ticket.tasks.iter().filter(|task| !task.done && !task.overdue);
    let due = ticket.intake.received_at.saturating_add(ACCEPT_WITHIN).unwrap_or(Timestamp::MAX);
    let waits = ticket.state == TicketState::Registered && !ticket.left_waiting && due <= scene.now;
    let waiting = waits.then_some(Event::LeftWaiting);
    // Who looks late says both at once: that it passed, and that the card is due.
    let passed =
        |d: &&Deadline| d.awaits_red_card() || (d.is_running() && d.due.at().is_some_and(|at| at <= scene.now));
    let red = ticket.deadlines.iter().filter(|d| open && d.kind == DeadlineKind::Close).filter(passed);
    let red = red.flat_map(|d| red_card(scene, d));
    let duties = ticket.duties.iter().filter(|duty| !duty.overdue).filter_map(|duty| look_at_duty(scene, duty));
    let archives_at = ticket.closure.as_ref().and_then(Closure::archives_at);
    let archived = archives_at.is_some_and(|at| at <= scene.now).then_some(Event::Side(SideEvent::Archived));
    let tasks = tasks.filter_map(|task| look_at_task(scene, task));
    deadlines.chain(red).chain(duties).chain(waiting).chain(fired).chain(tasks).chain(archived).collect()
}

/// What a removed plugin left on the ticket. Nothing, when nothing is left to settle.
pub(super) fn leave(scene: Scene<'_>, rule: &str, leaving: Leaving) -> Vec<Event> {
    let ticket = scene.ticket;
    let timers: Vec<String> =
        ticket.timers.iter().filter(|timer| timer.rule == rule).map(|timer| timer.name.clone()).collect();
    let tasks = ticket.tasks.iter().filter(|task| task.rule == rule && !task.done && !leaving.keep_tasks);
    let tasks: Vec<u16> = tasks.map(|task| task.number).collect();
    let fields = ticket.missing_fields().filter(|field| field.namespace == rule && !leaving.keep_required_fields);
    let fields: Vec<String> = fields.map(|field| field.name.clone()).collect();
    if timers.is_empty() && tasks.is_empty() && fields.is_empty() {
        return Vec::new();
    }
    vec![Event::RuleLeft { rule: rule.to_owned(), timers, tasks, fields }]
}

/// The first working day after the due time: the card, and with it the order.
fn red_card(scene: Scene<'_>, deadline: &Deadline) -> Vec<Event> {
    let kind = deadline.kind;
    let Some(at) = deadline.red_at else {
        // Its year had no holiday notice; now it may have.
        let known = red_at(kind, deadline.due, &scene.world.calendar).filter(|_| deadline.overdue);
        let known = known.map(|at| Deadline { red_at: Some(at), ..deadline.clone() });
        return known.map(|deadline| Event::DeadlineComputed { deadline }).into_iter().collect();
    };
    if at > scene.now {
        return Vec::new();
    }
    let words = format!("「{}」时限已过，请立即办理并说明原因", kind.term());
    vec![
        Event::Oversight(OversightEvent::RedCarded { kind }),
        super::oversight::ordered(scene, OrderGround::RedCard, words),
    ]
}

fn look_at_duty(scene: Scene<'_>, duty: &Duty) -> Option<Event> {
    let (kind, unit) = (duty.kind, duty.unit.clone());
    let event = match duty.due {
        Due::At(due) => (due <= scene.now).then_some(OversightEvent::DutyOverdue { kind, unit }),
        Due::AwaitingCalendar(_) => {
            let due = kind.due(duty.base_at, &scene.world.calendar);
            due.at().map(|_| OversightEvent::DutyDueComputed { kind, unit, due })
        }
    };
    event.map(Event::Oversight)
}

fn look_at_task(scene: Scene<'_>, task: &Task) -> Option<Event> {
    let number = task.number;
    if let Some(due) = task_due(task, &scene.world.calendar, scene.now) {
        return Some(Event::TaskDueComputed { number, due });
    }
    task.due.at().filter(|due| *due <= scene.now).map(|_| Event::TaskOverdue { number })
}

fn look(scene: Scene<'_>, deadline: &Deadline) -> Option<Event> {
    // A notice may have come since, or have been corrected.
    if let Some(deadline) = deadline.recomputed(&scene.world.calendar, scene.now) {
        return Some(Event::DeadlineComputed { deadline });
    }
    match deadline.due {
        Due::At(due) if due <= scene.now => Some(Event::Overdue { kind: deadline.kind }),
        Due::At(_) => {
            let warned = deadline.warned || deadline.warn_at.is_none_or(|at| at > scene.now);
            (!warned).then_some(Event::EarlyWarning { kind: deadline.kind })
        }
        Due::AwaitingCalendar(_) => None,
    }
}
