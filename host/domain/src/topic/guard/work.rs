//! The guards of decisions, measures and summonses. A check that does not concern the command
//! at hand is passed.

use super::Scene;
use super::meetings::{Check, must_lie_ahead};
use crate::catalogue::Level;
use crate::refusal::Refusal;
use crate::topic::case::{SummonsKind, day_of};
use crate::topic::command::TopicCommand;
use crate::topic::rung::Rung;
use jiff::ToSpan;

/// Measures of one topic over all its meetings: beyond that it is several topics.
pub const MOST_MEASURES: usize = 60;

/// Summonses of one topic: beyond that calling does not help.
pub const MOST_SUMMONSES: usize = 20;

/// A season is at most a year long: further is a slip of the pen.
pub const LONGEST_MODE_DAYS: i32 = 366;

pub(super) fn nothing_outstanding(scene: Scene<'_>) -> Check {
    let Some(topic) = scene.topic else { return Ok(()) };
    if let Some(measure) = topic.open_measures().next() {
        return Err(Refusal::new(
            "measure-open",
            format!("措施 {} 未完成，请 {} 报告", measure.number, scene.unit_name(&measure.unit)),
            format!("measure {} is not reported done", measure.number),
        ));
    }
    for summons in &topic.summonses {
        let missing: Vec<&str> = summons.missing().map(|unit| scene.unit_name(unit)).collect();
        if !missing.is_empty() {
            return Err(Refusal::new(
                "summons-unanswered",
                format!("{} {} 尚有 {} 未答复", summons.kind.term(), summons.number, missing.join("、")),
                format!("summons {} is not answered by all", summons.number),
            ));
        }
    }
    Ok(())
}

pub(super) fn measures_fit(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::Decide { measures, .. }) = (scene.topic, command) else { return Ok(()) };
    if measures.is_empty() {
        return Err(Refusal::new(
            "no-measures",
            "议定须有措施；不需要措施的，请不予采纳并说明理由",
            "a decision has at least one measure",
        ));
    }
    if topic.measures.len() + measures.len() > MOST_MEASURES {
        return Err(Refusal::new(
            "too-many-measures",
            format!("一个议题最多 {MOST_MEASURES} 项措施，请拆分议题"),
            format!("at most {MOST_MEASURES} measures"),
        ));
    }
    for measure in measures {
        if !topic.units.contains(&measure.unit) {
            return Err(Refusal::new(
                "not-concerned",
                format!("责任单位 {} 不是涉及单位，请先增加为涉及单位", scene.unit_name(&measure.unit)),
                "the responsible unit is not concerned: name it first",
            ));
        }
        must_lie_ahead(scene, measure.due_on, "完成期限")?;
    }
    Ok(())
}

pub(super) fn modes_fit(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::Decide { modes, .. }) = (scene.topic, command) else { return Ok(()) };
    if !modes.is_empty() && topic.rung < Rung::MonthlyDiscussion {
        return Err(Refusal::new(
            "mode-needs-monthly",
            "季节模式由每月一议或更高层级议定，请先提交",
            "a season's mode is decided by the monthly discussion or above",
        ));
    }
    for mode in modes {
        let longest = mode.from.saturating_add(LONGEST_MODE_DAYS.days());
        if mode.to < mode.from || mode.to < day_of(scene.now) || mode.to > longest {
            return Err(Refusal::new(
                "season-wrong",
                format!("「{}」的起止日期不对：止期不早于起期和今天，且不超过一年", mode.name),
                "a season ends after it begins, not before today, within a year",
            ));
        }
    }
    Ok(())
}

pub(super) fn own_open_measure(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::ReportMeasure { number, .. }) = (scene.topic, command) else { return Ok(()) };
    let Some(measure) = topic.measure(*number) else { return Err(no_measure(*number)) };
    if scene.by.unit() != Some(&measure.unit) {
        return Err(Refusal::new(
            "not-responsible",
            format!("措施 {number} 的责任单位是 {}，由其报告", scene.unit_name(&measure.unit)),
            "another unit is responsible for this measure",
        ));
    }
    if measure.result.is_some() {
        return Err(Refusal::new("already-reported", "该措施已报告完成", "the measure is reported done already"));
    }
    Ok(())
}

fn no_measure(number: u16) -> Refusal {
    Refusal::new("no-such-measure", format!("没有措施 {number}，请核对编号"), "there is no such measure")
}

pub(super) fn reported_measure(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::SendBackMeasure { number, .. }) = (scene.topic, command) else { return Ok(()) };
    match topic.measure(*number) {
        None => Err(no_measure(*number)),
        Some(measure) if measure.result.is_none() => {
            Err(Refusal::new("not-reported", "该措施尚未报告完成，无需退回", "the measure is not reported done yet"))
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn due_ahead(scene: Scene<'_>, command: &TopicCommand) -> Check {
    match command {
        TopicCommand::SendBackMeasure { due_on, .. } => must_lie_ahead(scene, *due_on, "完成期限"),
        TopicCommand::OrderSupervision { due_on, .. } => must_lie_ahead(scene, *due_on, "报告期限"),
        _ => Ok(()),
    }
}

pub(super) fn several_city_units(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let TopicCommand::OrderSupervision { units, .. } = command else { return Ok(()) };
    let city = units.iter().filter(|unit| scene.level(unit) == Some(Level::City)).count();
    if city == units.len() && city >= 2 {
        return Ok(());
    }
    Err(Refusal::new(
        "city-units-needed",
        "联合督办由两个以上市直单位承担，请选择市直单位；区县单位请用吹哨",
        "a joint supervision is ordered from at least two city units; whistle for others",
    ))
}

pub(super) fn summons_fits(scene: Scene<'_>) -> Check {
    if scene.topic.is_some_and(|topic| topic.summonses.len() >= MOST_SUMMONSES) {
        return Err(Refusal::new(
            "too-many-summonses",
            format!("一个议题最多召集 {MOST_SUMMONSES} 次，请提交上一级研究"),
            format!("at most {MOST_SUMMONSES} summonses; escalate instead"),
        ));
    }
    Ok(())
}

pub(super) fn within_countable(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let TopicCommand::Whistle { within, .. } = command else { return Ok(()) };
    if !within.is_in_range() {
        return Err(Refusal::new("span-out-of-range", "报到时限不在允许范围内，请改填", "the limit is out of range"));
    }
    scene.world.calendar.due(scene.now, *within).map(drop).map_err(|missing| {
        Refusal::new("no-holiday-notice", format!("{missing}；或改用小时"), "give the limit in clock hours instead")
    })
}

pub(super) fn own_open_summons(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (number, kind) = match command {
        TopicCommand::ReportSupervision { number, .. } => (*number, SummonsKind::JointSupervision),
        TopicCommand::CheckIn { number } => (*number, SummonsKind::Whistle),
        _ => return Ok(()),
    };
    let summons = scene.topic.and_then(|topic| topic.summons(number)).filter(|summons| summons.kind == kind);
    let Some(summons) = summons else {
        return Err(Refusal::new(
            "no-such-summons",
            format!("没有{} {number}，请核对编号", kind.term()),
            "there is no such summons",
        ));
    };
    let part = scene.by.unit().and_then(|unit| summons.parts.iter().find(|part| part.unit == *unit));
    match part {
        None => Err(Refusal::new("not-called", "本单位不在召集之列", "the unit was not called")),
        Some(part) if part.answered_at.is_some() => {
            Err(Refusal::new("already-answered", "本单位已答复", "the unit has answered already"))
        }
        Some(_) => Ok(()),
    }
}
