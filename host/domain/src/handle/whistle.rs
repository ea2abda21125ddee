//! Several units at once: joint supervision (联合督办) and the whistle (吹哨报到).

use super::{Outcome, Scene};
use crate::catalogue::Level;
use crate::duty::DutyKind;
use crate::event::Event;
use crate::ids::UnitId;
use crate::oversight::OversightEvent;
use crate::plain::must_say;
use crate::refusal::Refusal;
use std::collections::BTreeSet;

/// Fewer are no joint supervision (article row 59: several).
const LEAST_JOINT_UNITS: usize = 2;
/// Units of one whistle or joint supervision: more is a meeting of the whole city.
const MOST_UNITS: usize = 16;
/// Whistles on one ticket: who still does not come is a matter for the leaders.
const MOST_WHISTLES: usize = 8;

/// Each once, not too many.
fn must_be_a_list(units: &[UnitId], least: usize) -> Result<(), Refusal> {
    if !(least..=MOST_UNITS).contains(&units.len()) {
        return Err(Refusal::new(
            "unit-count",
            format!("须有 {least} 到 {MOST_UNITS} 个单位"),
            format!("{least} to {MOST_UNITS} units"),
        ));
    }
    if units.iter().collect::<BTreeSet<_>>().len() < units.len() {
        return Err(Refusal::new("unit-twice", "同一单位只能列一次", "a unit is listed once"));
    }
    Ok(())
}

pub(super) fn open_joint(scene: Scene<'_>, units: &[UnitId], words: &str) -> Outcome {
    must_say(words, "联合督办事由")?;
    must_be_a_list(units, LEAST_JOINT_UNITS)?;
    for id in units {
        let unit = scene.must_be_near(id)?;
        if unit.level != Level::City {
            return Err(Refusal::new(
                "not-city-unit",
                format!("{} 不是市直部门，联合督办由市直部门进行", unit.name),
                "city units supervise jointly",
            ));
        }
    }
    if scene.ticket.oversight.joint.is_some() {
        return Err(Refusal::new("joint-open", "已有进行中的联合督办，请先结束", "a joint supervision is going on"));
    }
    let opened = OversightEvent::JointSupervisionOpened { units: units.to_vec(), words: words.to_owned() };
    Ok(vec![Event::Oversight(opened)])
}

pub(super) fn end_joint(scene: Scene<'_>, result: &str) -> Outcome {
    must_say(result, "联合督办结果")?;
    if scene.ticket.oversight.joint.is_none() {
        return Err(Refusal::new("no-joint", "没有进行中的联合督办", "no joint supervision is going on"));
    }
    Ok(vec![Event::Oversight(OversightEvent::JointSupervisionEnded { result: result.to_owned() })])
}

pub(super) fn blow(scene: Scene<'_>, units: &[UnitId], words: &str) -> Outcome {
    must_say(words, "吹哨事由")?;
    must_be_a_list(units, 1)?;
    for id in units {
        scene.must_be_near(id)?;
    }
    let blown = scene.ticket.oversight.whistles.len();
    if blown >= MOST_WHISTLES {
        return Err(Refusal::new(
            "too-many-whistles",
            format!("一件工单最多吹哨 {MOST_WHISTLES} 次，请提交议题研究"),
            "bring it before a discussion",
        ));
    }
    Ok(vec![Event::Oversight(OversightEvent::WhistleBlown {
        number: u16::try_from(blown + 1).unwrap_or(u16::MAX),
        units: units.to_vec(),
        words: words.to_owned(),
        check_in_by: scene.due(DutyKind::CheckIn),
    })])
}

pub(super) fn check_in(scene: Scene<'_>, unit: &UnitId, number: u16, words: &str) -> Outcome {
    must_say(words, "报到情况")?;
    let whistle = scene.ticket.oversight.whistles.iter().find(|whistle| whistle.number == number);
    if !whistle.is_some_and(|whistle| whistle.absent().any(|absent| absent == unit)) {
        let name = scene.world.catalogue.unit_name(unit);
        return Err(Refusal::new(
            "not-summoned",
            format!("第 {number} 次吹哨没有要求 {name} 报到，或已报到"),
            "the unit was not summoned, or has checked in",
        ));
    }
    Ok(vec![Event::Oversight(OversightEvent::CheckedIn { number, unit: unit.clone(), words: words.to_owned() })])
}
