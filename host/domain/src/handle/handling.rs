//! Handling (办理): grasping the situation, contacting the caller, extensions, reporting
//! back, review.

use super::{Outcome, Scene};
use crate::deadline::DeadlineKind;
use crate::duty::DutyKind;
use crate::event::Event;
use crate::ids::UnitId;
use crate::plain::{MOST_WORDS_CHARS, must_fit, must_say};
use crate::refusal::Refusal;
use crate::ticket::{Pending, Urgency};

/// Longest extension, in working days (山东省政务服务热线管理办法).
const MOST_EXTENSION_DAYS: u16 = 10;

/// Before the due time, once, and a person decides.
pub(super) fn ask_extension(scene: Scene<'_>, unit: &UnitId, working_days: u16, reason: &str) -> Outcome {
    scene.must_lead(unit)?;
    must_say(reason, "延期理由")?;
    scene.must_have_nothing_pending()?;
    let close = scene.ticket.deadline(DeadlineKind::Close);
    if scene.ticket.extended {
        return Err(Refusal::new("extended-once", "每件工单只能延期一次", "a ticket is extended once only"));
    }
    if !(1..=MOST_EXTENSION_DAYS).contains(&working_days) {
        return Err(Refusal::new(
            "extension-length",
            format!("延期须为 1 到 {MOST_EXTENSION_DAYS} 个工作日"),
            format!("1 to {MOST_EXTENSION_DAYS} working days"),
        ));
    }
    if close.and_then(|d| d.due.at()).is_some_and(|due| scene.now > due) {
        return Err(Refusal::new("extension-late", "已超过办结时限，不能再申请延期", "the due time has passed"));
    }
    let urgent = scene.ticket.urgency != Urgency::Ordinary;
    if urgent || close.is_some_and(|d| d.source.is_untouchable()) {
        return Err(Refusal::new("extension-urgent", "突发故障类诉求不得延期", "an urgent matter is not extended"));
    }
    Ok(vec![Event::ExtensionAsked { handling_unit: unit.clone(), working_days, reason: reason.to_owned() }])
}

pub(super) fn rule_extension(scene: Scene<'_>, approved: bool, opinion: &str) -> Outcome {
    let Some(Pending::Extension { working_days }) = scene.ticket.pending else {
        return Err(Refusal::new("nothing-pending", "没有待审定的延期申请", "no extension is pending"));
    };
    must_say(opinion, "审定意见")?;
    let mut events = vec![Event::ExtensionRuled { approved, working_days, opinion: opinion.to_owned() }];
    if let Some(close) = scene.ticket.deadline(DeadlineKind::Close).filter(|_| approved) {
        let deadline = close.extended(working_days, &scene.world.calendar);
        events.push(Event::DeadlineSet { deadline });
    }
    Ok(events)
}

pub(super) fn record_grasp(scene: Scene<'_>, unit: &UnitId, words: &str) -> Outcome {
    scene.must_be_assigned(unit)?;
    must_say(words, "掌握的情况")?;
    let mut events = vec![Event::Grasped { words: words.to_owned() }];
    events.extend(met(scene, DeadlineKind::Grasp));
    Ok(events)
}

pub(super) fn record_contact(scene: Scene<'_>, unit: &UnitId, words: &str) -> Outcome {
    scene.must_be_assigned(unit)?;
    must_say(words, "联系情况")?;
    let mut events = vec![Event::CallerContacted { words: words.to_owned() }];
    events.extend(met(scene, DeadlineKind::Contact));
    Ok(events)
}

pub(super) fn met(scene: Scene<'_>, kind: DeadlineKind) -> Option<Event> {
    let deadline = scene.ticket.deadline(kind).filter(|deadline| !deadline.met)?;
    Some(Event::DeadlineMet { kind, late: deadline.overdue })
}

/// The lead unit's report. What it says of "solved" is its own account; the follow-up asks
/// the caller.
pub(super) fn report_back(
    scene: Scene<'_>,
    unit: &UnitId,
    contacted: bool,
    solved: bool,
    result: &str,
    evidence_count: u16,
) -> Outcome {
    scene.must_lead(unit)?;
    must_say(result, "办理情况")?;
    scene.must_have_nothing_pending()?;
    let mut events = Vec::new();
    if !scene.ticket.assignments.iter().any(|a| a.handling_unit == *unit && a.taken_up) {
        events.push(Event::TakenUp { handling_unit: unit.clone() });
    }
    events.push(Event::ReportedBack {
        handling_unit: unit.clone(),
        contacted,
        solved,
        result: result.to_owned(),
        evidence_count,
    });
    events.extend(met(scene, DeadlineKind::Grasp));
    events.extend(met(scene, DeadlineKind::Contact).filter(|_| contacted));
    Ok(events)
}

pub(super) fn review(scene: Scene<'_>, passed: bool, opinion: &str) -> Outcome {
    if passed {
        must_fit(opinion, MOST_WORDS_CHARS, "审核意见")?;
    } else {
        must_say(opinion, "退回补充的原因")?;
    }
    let follow_up_by = passed.then(|| scene.due(DutyKind::FollowUp));
    Ok(vec![Event::Reviewed { passed, opinion: opinion.to_owned(), follow_up_by }])
}
