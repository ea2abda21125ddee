//! Folding what rules do on a ticket: tags, copies, tasks, ledgers, nominations, timers, memory.

use super::rule_state;
use crate::actor::By;
use crate::event::Event;
use crate::rule::remark::RemarkEvent;
use crate::rule::state::Opinion;
use crate::ticket::Ticket;

pub(super) fn apply(ticket: &mut Ticket, event: &Event) {
    match event {
        Event::Tagged { tag } => {
            ticket.tags.insert(tag.clone());
        }
        Event::CopyAdded { copy } => ticket.copies.push(copy.clone()),
        Event::TaskOpened { task } => ticket.tasks.push(task.clone()),
        Event::TaskDone { number, record, .. } => {
            for task in ticket.tasks.iter_mut().filter(|task| task.number == *number) {
                task.done = true;
            }
            for field in record {
                rule_state(ticket, &field.namespace).fill(&field.name, &field.value, field.personal);
            }
        }
        Event::TaskOverdue { number } => {
            for task in ticket.tasks.iter_mut().filter(|task| task.number == *number) {
                task.overdue = true;
            }
        }
        Event::TaskDueComputed { number, due } => {
            for task in ticket.tasks.iter_mut().filter(|task| task.number == *number) {
                task.due = *due;
            }
        }
        Event::LedgerEntered(item) => ticket.ledger_entries.push((item.ledger.clone(), item.title.clone())),
        Event::Nominated { forum, title } => ticket.nominations.push((*forum, title.clone())),
        Event::TimerSet { timer } => {
            ticket.timers.retain(|t| t.rule != timer.rule || t.name != timer.name);
            ticket.timers.push(timer.clone());
        }
        Event::TimerCancelled { rule, name } | Event::TimerFired { rule, name } => {
            ticket.timers.retain(|t| t.rule != *rule || t.name != *name);
        }
        Event::RuleLeft { rule, timers, tasks, fields } => {
            ticket.timers.retain(|timer| timer.rule != *rule || !timers.contains(&timer.name));
            for task in ticket.tasks.iter_mut().filter(|task| task.rule == *rule && tasks.contains(&task.number)) {
                task.done = true;
            }
            ticket.required_fields.retain(|field| field.namespace != *rule || !fields.contains(&field.name));
        }
        Event::Remembered { rule, memory } => rule_state(ticket, rule).memory.clone_from(memory),
        _ => {}
    }
}

/// Folding what rules add beside the handling.
pub(super) fn remark(ticket: &mut Ticket, event: &RemarkEvent, by: &By) {
    match event {
        RemarkEvent::RecordRequired { number, fields } => {
            for task in ticket.tasks.iter_mut().filter(|task| task.number == *number) {
                task.record.extend(fields.iter().cloned());
            }
        }
        RemarkEvent::LedgerNoted(note) => ticket.ledger_notes.push(note.clone()),
        RemarkEvent::OpinionAttached { stage, words } => {
            if let By::Rule { rule, .. } = by {
                ticket.opinions.push(Opinion { rule: rule.clone(), stage: *stage, words: words.clone() });
            }
        }
        RemarkEvent::ReferralSuggested { receiver } => ticket.suggestions.referral = Some(*receiver),
        RemarkEvent::OmittedFromFeed { field } => {
            ticket.omitted_from_feed.insert(*field);
        }
    }
}
