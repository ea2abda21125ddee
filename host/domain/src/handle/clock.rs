//! The clock as an actor: early warnings (预警), overdue marks (超期), timers, and deadlines
//! that waited for a holiday notice. Each fires once, never before its time, however late or
//! often the clock looks.

use super::Scene;
use crate::deadline::{Deadline, Due};
use crate::event::Event;
use crate::ticket::TicketState;

pub(super) fn tick(scene: Scene<'_>) -> Vec<Event> {
    if scene.ticket.state == TicketState::ClosedOut {
        return Vec::new();
    }
    let deadlines = scene.ticket.deadlines.iter().filter(|d| d.is_running()).filter_map(|d| look(scene, d));
    let timers = scene.ticket.timers.iter().filter(|timer| timer.fires_at <= scene.now);
    let fired = timers.map(|timer| Event::TimerFired { rule: timer.rule.clone(), name: timer.name.clone() });
    let tasks = scene.ticket.tasks.iter().filter(|task| !task.done && task.due.at().is_none());
    let computed = tasks.filter_map(|task| {
        let due = Due::of(task.opened_at, task.within, &scene.world.calendar);
        due.at().map(|_| Event::TaskDueComputed { number: task.number, due })
    });
    deadlines.chain(fired).chain(computed).collect()
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
