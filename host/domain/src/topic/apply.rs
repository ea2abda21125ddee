//! A topic is the fold of its events. Applying reads the event alone.

use crate::ids::{TopicId, UnitId};
use crate::topic::case::{Draft, Measure, Meeting, Opinion, Topic, TopicState};
use crate::topic::event::{TopicEvent, TopicRecorded};
use jiff::Timestamp;

/// Makes the topic from its whole history. `None` when the history does not begin with the
/// proposal.
#[must_use]
pub fn fold(id: &TopicId, history: &[TopicRecorded]) -> Option<Topic> {
    let (first, rest) = history.split_first()?;
    let TopicEvent::Proposed { draft } = &first.event else { return None };
    let mut topic = begin(id, draft);
    for recorded in rest {
        apply(&mut topic, recorded);
    }
    Some(topic)
}

/// The topic as its proposal makes it.
#[must_use]
pub fn begin(id: &TopicId, draft: &Draft) -> Topic {
    Topic {
        id: id.clone(),
        version: 1,
        state: TopicState::Candidate,
        rung: draft.rung,
        title: draft.title.clone(),
        subject: draft.subject.clone(),
        origin: draft.origin,
        units: draft.units.clone(),
        ticket_count: draft.ticket_count,
        tickets: draft.tickets.clone(),
        opinions: Vec::new(),
        meetings: Vec::new(),
        measures: Vec::new(),
        modes: Vec::new(),
        summonses: Vec::new(),
    }
}

/// Applies one event.
pub fn apply(topic: &mut Topic, recorded: &TopicRecorded) {
    topic.version += 1;
    match &recorded.event {
        // A second proposal cannot come out of `handle`; it changes nothing.
        TopicEvent::Proposed { .. } => {}
        TopicEvent::TicketsRelated { count, tickets } => {
            topic.ticket_count = *count;
            topic.tickets.extend(tickets.iter().cloned());
        }
        TopicEvent::UnitsNamed { units } => topic.units.extend(units.iter().cloned()),
        TopicEvent::OpinionWritten { department, words } => {
            topic.opinions.push(Opinion { department: department.clone(), words: words.clone() });
        }
        TopicEvent::PutOnAgenda { rung, on, convener } => {
            // Another day for a meeting that was not held replaces it.
            if topic.state == TopicState::OnAgenda {
                topic.meetings.pop();
            }
            let attended = std::collections::BTreeSet::new();
            topic.meetings.push(Meeting { rung: *rung, on: *on, convener: *convener, attended });
            topic.state = TopicState::OnAgenda;
        }
        TopicEvent::Declined { .. } => topic.state = TopicState::Declined,
        TopicEvent::Discussed { attended, .. } => {
            if let Some(meeting) = topic.meetings.last_mut() {
                meeting.attended.clone_from(attended);
            }
            topic.state = TopicState::Discussed;
        }
        TopicEvent::Decided { measures, modes, .. } => {
            topic.measures.extend(measures.iter().cloned());
            topic.modes.extend(modes.iter().cloned());
            topic.state = TopicState::Decided;
        }
        TopicEvent::Escalated { to, .. } => {
            topic.rung = *to;
            topic.state = TopicState::Candidate;
        }
        TopicEvent::Closed { .. } => topic.state = TopicState::Closed,
        _ => apply_work(topic, recorded),
    }
}

/// Measures and summonses: the work that runs beside the meetings.
fn apply_work(topic: &mut Topic, recorded: &TopicRecorded) {
    match &recorded.event {
        TopicEvent::MeasureReported { number, result, late } => {
            on_measure(topic, *number, |measure| {
                measure.result = Some(result.clone());
                measure.overdue |= late;
            });
            if topic.state == TopicState::Decided && topic.open_measures().next().is_none() {
                topic.state = TopicState::MeasuresDone;
            }
        }
        TopicEvent::MeasureSentBack { number, due_on, .. } => {
            on_measure(topic, *number, |measure| {
                measure.result = None;
                measure.due_on = *due_on;
                measure.overdue = false;
            });
            if topic.state == TopicState::MeasuresDone {
                topic.state = TopicState::Decided;
            }
        }
        TopicEvent::MeasureOverdue { number } => on_measure(topic, *number, |measure| measure.overdue = true),
        TopicEvent::Summoned { summons } => {
            topic.units.extend(summons.parts.iter().map(|part| part.unit.clone()));
            topic.summonses.push(summons.clone());
        }
        TopicEvent::SupervisionReported { number, unit, late, .. } | TopicEvent::CheckedIn { number, unit, late } => {
            answered(topic, *number, unit, recorded.at, *late);
        }
        TopicEvent::SummonsLapsed { number, .. } => {
            if let Some(summons) = topic.summonses.iter_mut().find(|summons| summons.number == *number) {
                summons.lapsed = true;
            }
        }
        _ => {}
    }
}

fn on_measure(topic: &mut Topic, number: u16, change: impl FnOnce(&mut Measure)) {
    if let Some(measure) = topic.measures.iter_mut().find(|measure| measure.number == number) {
        change(measure);
    }
}

fn answered(topic: &mut Topic, number: u16, unit: &UnitId, at: Timestamp, late: bool) {
    let summons = topic.summonses.iter_mut().find(|summons| summons.number == number);
    let part = summons.and_then(|summons| summons.parts.iter_mut().find(|part| part.unit == *unit));
    if let Some(part) = part {
        part.answered_at = Some(at);
        part.late = late;
    }
}
