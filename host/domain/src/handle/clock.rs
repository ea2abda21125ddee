//! The clock as an actor: early warnings (预警), overdue marks (超期), timers, and deadlines
//! that waited for a holiday notice. Each fires once, never before its time, however late or
//! often the clock looks.

use super::Scene;
use crate::deadline::{Deadline, Due};
use crate::derived::ACCEPT_WITHIN;
use crate::event::Event;
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
    deadlines.chain(waiting).chain(fired).chain(tasks.filter_map(|task| look_at_task(scene, task))).collect()
}

fn look_at_task(scene: Scene<'_>, task: &Task) -> Option<Event> {
    match task.due {
        Due::At(due) => (due <= scene.now).then_some(Event::TaskOverdue { number: task.number }),
        Due::AwaitingCalendar(_) => {
            let due = Due::of(task.opened_at, task.within, &scene.world.calendar);
            due.at().map(|_| Event::TaskDueComputed { number: task.number, due })
        }
    }
}

fn look(scene: Scene<'_>, deadline: &Deadline) -> Option<Event> {
    match deadline.due {
        Due::At(due) if due <= scene.now => Some(Event::Overdue { kind: deadline.kind }),
        Due::At(_) => {
            let warned = deadline.warned || deadline.warn_at.is_none_or(|at| at > scene.now);
            (!warned).then_some(Event::EarlyWarning { kind: deadline.kind })
        }
        Due::AwaitingCalendar(_) => {
            let fresh = Deadline {
                tightened_by: deadline.tightened_by.clone(),
                ..Deadline::new(deadline.kind, deadline.base_at, deadline.limit, deadline.source, &scene.world.calendar)
            };
            fresh.due.at().map(|_| Event::DeadlineComputed { deadline: fresh })
        }
    }
}
