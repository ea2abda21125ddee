//! Dispatch (派单) and signing in (签收).

use super::{Outcome, Scene};
use crate::catalogue::Level;
use crate::duty::DutyKind;
use crate::event::Event;
use crate::ids::UnitId;
use crate::message::office_of;
use crate::refusal::{GuardRail, Refusal};
use std::collections::BTreeSet;

/// 协办单位 of one ticket: more is a matter for a joint meeting.
const MOST_ASSISTING_UNITS: usize = 16;

/// One lead unit, and in the same event the copy to the city department that answers for
/// the category: dual-track handling (双向联办) is an invariant, not a rule.
pub(super) fn dispatch(scene: Scene<'_>, lead_unit: &UnitId, assisting_units: &[UnitId]) -> Outcome {
    scene.must_have_nothing_pending()?;
    match scene.ticket.lead_unit() {
        Some(lead) => must_be_orphaned(scene, lead, lead_unit)?,
        // Only here somebody can reclassify first: a panel and a leader cannot, nor who gives
        // an abolished unit's ticket to another.
        None => {
            if let Some(category) = scene.world.catalogue.category(&scene.ticket.intake.category) {
                scene.world.catalogue.must_be_category_in_force(category)?;
            }
        }
    }
    dispatched(scene, lead_unit, assisting_units).map(|event| vec![event])
}

/// 改派: the lead unit was abolished, and nobody is left who could hand the ticket back. What a
/// panel decided or a leader signed goes to whoever took over the unit's work, if somebody did.
fn must_be_orphaned(scene: Scene<'_>, lead: &UnitId, to: &UnitId) -> Result<(), Refusal> {
    let catalogue = &scene.world.catalogue;
    let name = catalogue.unit_name(lead);
    if catalogue.unit(lead).is_some_and(|unit| unit.retired_on.is_none()) {
        let chinese = format!("已派给 {name} 且该单位在用，不能改派；确不属其职责的，由该单位申请退回");
        return Err(Refusal::new("lead-in-force", chinese, "its lead unit is in force: it may hand the ticket back"));
    }
    let (successor, case) = (catalogue.unit_now(lead), &scene.ticket.responsibility.case);
    let decided = case.as_ref().is_some_and(|case| !case.is_open());
    if decided && successor != lead && successor != to {
        let chinese = format!("责任已经认定：{name} 已撤销，请派给接替它的 {}", catalogue.unit_name(successor));
        let english = "what was decided goes to the successor of the unit";
        return Err(Refusal::rail(GuardRail::G7, "decided-goes-to-successor", chinese, english));
    }
    Ok(())
}

/// The dispatch itself, also of what a panel or a leader decides: nobody dispatches what may
/// not be dispatched.
pub(super) fn dispatched(scene: Scene<'_>, lead_unit: &UnitId, assisting_units: &[UnitId]) -> Result<Event, Refusal> {
    let catalogue = &scene.world.catalogue;
    let category = catalogue.category(&scene.ticket.intake.category);
    let Some(category) = category else {
        return Err(Refusal::new("unknown-category", "分类已不在目录中，请先改派分类", "reclassify first"));
    };
    for id in std::iter::once(lead_unit).chain(assisting_units) {
        let unit = scene.must_be_near(id)?;
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
    // A retired category's department may be retired with it.
    let department = catalogue.unit_now(&category.department);
    Ok(Event::Dispatched {
        lead_unit: lead_unit.clone(),
        assisting_units: assisting_units.to_vec(),
        copy_to: department.clone(),
        levels_above: levels_above(scene, lead_unit, assisting_units, department),
        take_up_by: scene.due(DutyKind::TakeUp),
        take_up_copy_by: scene.due(DutyKind::TakeUpCopy),
    })
}

/// 一键直达 (article row 29): the ticket goes straight to the unit that does the work, and the
/// levels that used to pass it on read along: the county's bureau of the sector over a street,
/// the county's office over both. Who has a part in it anyway needs no copy.
fn levels_above(scene: Scene<'_>, lead: &UnitId, assisting: &[UnitId], department: &UnitId) -> Vec<UnitId> {
    let catalogue = &scene.world.catalogue;
    let Some(unit) = catalogue.unit(lead).filter(|unit| unit.level != Level::City) else { return Vec::new() };
    let sector = department.as_str().rsplit_once('-').map_or("", |(_, sector)| sector);
    let bureau = UnitId(format!("{}-{sector}", unit.territory));
    let above = [(Level::Street, bureau), (Level::County, office_of(&unit.territory))];
    let above = above.into_iter().filter(|(level, _)| *level == Level::County || unit.level == Level::Street);
    let has_part = |id: &UnitId| id == lead || assisting.contains(id);
    let stands = |id: &UnitId| catalogue.unit(id).is_some_and(|unit| unit.retired_on.is_none());
    above.map(|(_, id)| id).filter(|id| stands(id) && !has_part(id)).collect()
}

pub(super) fn take_up(scene: Scene<'_>, unit: &UnitId) -> Outcome {
    scene.must_be_assigned(unit)?;
    if scene.ticket.assignments.iter().any(|a| a.handling_unit == *unit && a.taken_up) {
        return Err(Refusal::new("already-taken-up", "本单位已签收", "the unit has taken it up already"));
    }
    Ok(vec![Event::TakenUp { handling_unit: unit.clone() }])
}
