//! Dispatch (派单), taking up (签收), handing back (退单), and the city department's
//! supervision (督促、指导、监督).

use super::{Outcome, Scene, must_say};
use crate::calendar::TimeSpan;
use crate::catalogue::Level;
use crate::event::{Event, SupervisionKind};
use crate::ids::UnitId;
use crate::refusal::{GuardRail, Refusal};
use crate::ticket::{Pending, TicketState};
use std::collections::BTreeSet;

/// 协办单位 of one ticket: more is a matter for a joint meeting.
const MOST_ASSISTING_UNITS: usize = 16;

/// 退单 within 2 working days of receipt by the unit (山东省政务服务热线管理办法).
const HAND_BACK_WITHIN: TimeSpan = TimeSpan::WorkingDays(2);

/// One lead unit, and in the same event the copy to the city department that answers for
/// the category: dual-track handling (双向联办) is an invariant, not a rule.
pub(super) fn dispatch(scene: Scene<'_>, lead_unit: &UnitId, assisting_units: &[UnitId]) -> Outcome {
    scene.must_be_in(&[TicketState::Accepted])?;
    let catalogue = &scene.world.catalogue;
    let category = catalogue.category(&scene.ticket.intake.category);
    let Some(category) = category else {
        return Err(Refusal::new("unknown-category", "分类已不在目录中，请先改派分类", "reclassify first"));
    };
    for id in std::iter::once(lead_unit).chain(assisting_units) {
        let Some(unit) = catalogue.unit(id) else {
            return Err(Refusal::new(
                "unknown-unit",
                format!("没有单位 {}", super::intake::shown(id.as_str())),
                "there is no such unit",
            ));
        };
        if !unit.territory.is_city() && unit.territory != *scene.ticket.territory() {
            return Err(Refusal::new(
                "foreign-unit",
                format!("{} 不在诉求发生地，请派给属地单位或市直部门", unit.name),
                "the unit is of another territory",
            ));
        }
        if unit.level == Level::Street && !category.street_may_handle {
            return Err(Refusal::rail(
                GuardRail::G8,
                "street-may-not-handle",
                format!("「{}」应由职能部门办理，不得派给 {}", category.name, unit.name),
                "a department's matter may not be pushed down to a street",
            ));
        }
    }
    if assisting_units.len() > MOST_ASSISTING_UNITS {
        return Err(Refusal::new(
            "too-many-units",
            format!("协办单位最多 {MOST_ASSISTING_UNITS} 个"),
            format!("at most {MOST_ASSISTING_UNITS} assisting units"),
        ));
    }
    let named: BTreeSet<&UnitId> = assisting_units.iter().collect();
    if named.len() < assisting_units.len() {
        return Err(Refusal::new("unit-twice", "同一单位只能协办一次", "a unit assists once"));
    }
    if assisting_units.contains(lead_unit) {
        return Err(Refusal::new("unit-twice", "主办单位不能同时协办", "the lead unit cannot assist itself"));
    }
    Ok(vec![Event::Dispatched {
        lead_unit: lead_unit.clone(),
        assisting_units: assisting_units.to_vec(),
        copy_to: category.department.clone(),
    }])
}

pub(super) fn take_up(scene: Scene<'_>, unit: &UnitId) -> Outcome {
    scene.must_be_in(&[TicketState::Handling])?;
    scene.must_be_assigned(unit)?;
    if scene.ticket.assignments.iter().any(|a| a.handling_unit == *unit && a.taken_up) {
        return Err(Refusal::new("already-taken-up", "本单位已签收", "the unit has taken it up already"));
    }
    Ok(vec![Event::TakenUp { handling_unit: unit.clone() }])
}

pub(super) fn ask_hand_back(scene: Scene<'_>, unit: &UnitId, reason: &str) -> Outcome {
    scene.must_be_in(&[TicketState::Handling])?;
    scene.must_lead(unit)?;
    must_say(reason, "退回理由")?;
    must_have_nothing_pending(scene)?;
    let since = scene.ticket.assignments.iter().find(|a| a.handling_unit == *unit).map(|a| a.dispatched_at);
    let until = since.and_then(|at| scene.world.calendar.due(at, HAND_BACK_WITHIN).ok());
    if until.is_some_and(|until| scene.now > until) {
        return Err(Refusal::new(
            "hand-back-late",
            "退回须在收到后 2 个工作日内提出，现已超过，请继续办理",
            "handing back is possible within 2 working days of receipt",
        ));
    }
    Ok(vec![Event::HandBackAsked { handling_unit: unit.clone(), reason: reason.to_owned() }])
}

pub(super) fn must_have_nothing_pending(scene: Scene<'_>) -> Result<(), Refusal> {
    if scene.ticket.pending.is_some() {
        return Err(Refusal::new("already-pending", "已有申请待审定", "a request is pending already"));
    }
    Ok(())
}

pub(super) fn rule_hand_back(scene: Scene<'_>, approved: bool, opinion: &str) -> Outcome {
    if scene.ticket.pending != Some(Pending::HandBack) {
        return Err(Refusal::new("nothing-pending", "没有待审定的退回申请", "no hand-back is pending"));
    }
    must_say(opinion, "审定意见")?;
    Ok(vec![Event::HandBackRuled { approved, opinion: opinion.to_owned() }])
}

/// The city department urges, guides and oversees (article row 2); it never closes.
pub(super) fn supervise(
    scene: Scene<'_>,
    department: &UnitId,
    kind: SupervisionKind,
    target: &UnitId,
    words: &str,
) -> Outcome {
    if scene.ticket.state == TicketState::ClosedOut {
        return Err(Refusal::new("wrong-state", "工单已办结", "the ticket is closed out"));
    }
    if !scene.ticket.copies.iter().any(|copy| copy.reader == *department) {
        let name = scene.world.catalogue.unit_name(department);
        return Err(Refusal::new("no-copy", format!("{name} 没有本工单的抄送"), "the department has no copy"));
    }
    scene.must_be_assigned(target)?;
    must_say(words, "督办意见")?;
    Ok(vec![Event::Supervised {
        kind,
        department: department.clone(),
        target: target.clone(),
        words: words.to_owned(),
    }])
}
