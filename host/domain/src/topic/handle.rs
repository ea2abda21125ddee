//! The one door into a topic: [`handle`] turns a command of an actor into events, or into a
//! refusal in words. State, post and guards come from [`crate::topic::transitions`]; here
//! stands only what happens when they hold.

use crate::World;
use crate::ids::UnitId;
use crate::refusal::Refusal;
use crate::topic::actor::TopicBy;
use crate::topic::case::{Draft, Measure, Part, Summons, SummonsKind, Topic, end_of};
use crate::topic::command::{MeasureDraft, TopicCommand};
use crate::topic::event::TopicEvent;
use crate::topic::guard::Scene;
use crate::topic::transitions::{TRANSITIONS, Transition, transition};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What comes of a command.
pub type TopicOutcome = Result<Vec<TopicEvent>, Refusal>;

/// Turns a command into events, or refuses it in words. `topic` is absent for
/// [`TopicCommand::Propose`] alone. Nothing is changed here: [`crate::topic::apply`] does that.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    world: &World,
    topic: Option<&Topic>,
    command: &TopicCommand,
    by: &TopicBy,
    now: Timestamp,
) -> TopicOutcome {
    let line = transition(topic.map(|topic| topic.state), command.kind()).ok_or_else(|| wrong_state(topic, command))?;
    if !line.who.iter().any(|role| role.is_of(by, topic, world)) {
        return Err(not_entitled(line, topic));
    }
    let scene = Scene { world, topic, by, now };
    for guard in line.guards {
        guard.check(scene, command)?;
    }
    match (topic, command) {
        (None, TopicCommand::Propose(draft)) => Ok(vec![propose(world, draft)]),
        (Some(topic), command) => Ok(happen(world, topic, command, by, now)),
        (None, _) => Err(wrong_state(None, command)),
    }
}

fn wrong_state(topic: Option<&Topic>, command: &TopicCommand) -> Refusal {
    let kind = command.kind();
    let Some(topic) = topic else {
        return Refusal::new("no-topic", "议题不存在，请核对议题编号", "there is no such topic");
    };
    let lines = TRANSITIONS.iter().filter(|line| line.command == kind);
    let states: BTreeSet<&str> = lines.flat_map(|line| line.from).map(|state| state.term()).collect();
    let wanted: Vec<&str> = states.into_iter().collect();
    let advice = match (topic.state.is_final(), wanted.is_empty()) {
        (true, _) => "议题已结束，如有新情况请另提议题".to_owned(),
        (false, true) => "议题已提出，无需重复".to_owned(),
        (false, false) => format!("须在「{}」时办理", wanted.join("、")),
    };
    Refusal::new(
        "wrong-state",
        format!("议题处于「{}」，不能「{}」：{advice}", topic.state.term(), kind.term()),
        format!("the topic is {:?}; {kind:?} is not possible now", topic.state),
    )
}

fn not_entitled(line: &Transition, topic: Option<&Topic>) -> Refusal {
    let who: Vec<&str> = line.who.iter().map(|role| role.term_for(topic)).collect();
    Refusal::new(
        "not-entitled",
        format!("该岗位无权「{}」，请由 {} 办理", line.command.term(), who.join("、")),
        format!("this post may not {:?}", line.command),
    )
}

/// 管行业就要管投诉: the department that answers for the category is always concerned.
fn propose(world: &World, draft: &Draft) -> TopicEvent {
    let mut draft = draft.clone();
    draft.units.extend(world.catalogue.category(&draft.subject.category).map(|category| category.department.clone()));
    TopicEvent::Proposed { draft }
}

fn happen(world: &World, topic: &Topic, command: &TopicCommand, by: &TopicBy, now: Timestamp) -> Vec<TopicEvent> {
    let unit = || by.unit().cloned();
    let event = match command {
        TopicCommand::Propose(_) => None,
        TopicCommand::RelateTickets { count, tickets } => {
            Some(TopicEvent::TicketsRelated { count: *count, tickets: tickets - &topic.tickets })
        }
        TopicCommand::NameUnits { units } => Some(TopicEvent::UnitsNamed { units: units - &topic.units }),
        TopicCommand::WriteOpinion { words } => {
            unit().map(|department| TopicEvent::OpinionWritten { department, words: words.clone() })
        }
        TopicCommand::PutOnAgenda { on } => {
            by.convener().map(|convener| TopicEvent::PutOnAgenda { rung: topic.rung, on: *on, convener })
        }
        TopicCommand::Decline { reason } => Some(TopicEvent::Declined { reason: reason.clone() }),
        TopicCommand::RecordDiscussion { attended, words } => {
            Some(TopicEvent::Discussed { attended: attended.clone(), words: words.clone() })
        }
        TopicCommand::Decide { words, measures, modes } => {
            let measures = numbered(topic, measures);
            Some(TopicEvent::Decided { words: words.clone(), measures, modes: modes.clone() })
        }
        TopicCommand::ReportMeasure { number, result } => {
            let late = topic.measure(*number).is_some_and(|measure| now > end_of(measure.due_on));
            Some(TopicEvent::MeasureReported { number: *number, result: result.clone(), late })
        }
        TopicCommand::SendBackMeasure { number, missing, due_on } => {
            Some(TopicEvent::MeasureSentBack { number: *number, missing: missing.clone(), due_on: *due_on })
        }
        TopicCommand::Escalate { to, reason } => Some(TopicEvent::Escalated { to: *to, reason: reason.clone() }),
        TopicCommand::Close { outcome } => Some(TopicEvent::Closed { outcome: outcome.clone() }),
        TopicCommand::Tick => return tick(topic, now),
        _ => summon_or_answer(world, topic, command, by, now),
    };
    event.into_iter().collect()
}

/// 联合督办 and 吹哨报到: calls, and the answers to them.
fn summon_or_answer(
    world: &World,
    topic: &Topic,
    command: &TopicCommand,
    by: &TopicBy,
    now: Timestamp,
) -> Option<TopicEvent> {
    let unit = || by.unit().cloned();
    match command {
        TopicCommand::OrderSupervision { units, words, due_on } => {
            Some(summoned(topic, SummonsKind::JointSupervision, words, end_of(*due_on), units))
        }
        TopicCommand::Whistle { units, words, within } => {
            let due = world.calendar.due(now, *within).ok();
            due.map(|due_at| summoned(topic, SummonsKind::Whistle, words, due_at, units))
        }
        TopicCommand::ReportSupervision { number, report } => unit().map(|unit| TopicEvent::SupervisionReported {
            number: *number,
            unit,
            report: report.clone(),
            late: is_late(topic, *number, now),
        }),
        TopicCommand::CheckIn { number } => {
            unit().map(|unit| TopicEvent::CheckedIn { number: *number, unit, late: is_late(topic, *number, now) })
        }
        _ => None,
    }
}

fn numbered(topic: &Topic, drafts: &[MeasureDraft]) -> Vec<Measure> {
    let numbers = next(topic.measures.len())..;
    let measures = drafts.iter().zip(numbers).map(|(draft, number)| Measure {
        number,
        unit: draft.unit.clone(),
        what: draft.what.clone(),
        due_on: draft.due_on,
        result: None,
        overdue: false,
    });
    measures.collect()
}

/// The number after so many; the guards keep the counts far below what fits.
fn next(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX - 1) + 1
}

fn summoned(topic: &Topic, kind: SummonsKind, words: &str, due_at: Timestamp, units: &BTreeSet<UnitId>) -> TopicEvent {
    let parts = units.iter().map(|unit| Part { unit: unit.clone(), answered_at: None, late: false });
    TopicEvent::Summoned {
        summons: Summons {
            number: next(topic.summonses.len()),
            kind,
            words: words.to_owned(),
            due_at,
            parts: parts.collect(),
            lapsed: false,
        },
    }
}

fn is_late(topic: &Topic, number: u16, now: Timestamp) -> bool {
    topic.summons(number).is_some_and(|summons| now > summons.due_at)
}

/// What fell due is said once: measures that are not reported, units that did not answer.
fn tick(topic: &Topic, now: Timestamp) -> Vec<TopicEvent> {
    let measures = topic.open_measures().filter(|measure| !measure.overdue && end_of(measure.due_on) <= now);
    let overdue = measures.map(|measure| TopicEvent::MeasureOverdue { number: measure.number });
    let due = topic.summonses.iter().filter(|summons| !summons.lapsed && summons.due_at <= now);
    let lapsed = due.filter_map(|summons| {
        let missing: Vec<UnitId> = summons.missing().cloned().collect();
        (!missing.is_empty()).then_some(TopicEvent::SummonsLapsed { number: summons.number, missing })
    });
    overdue.chain(lapsed).collect()
}
