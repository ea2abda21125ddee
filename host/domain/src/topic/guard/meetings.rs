//! The guards of proposals and meetings. A check that does not concern the command or the rung
//! at hand is passed.

use super::Scene;
use crate::catalogue::Level;
use crate::ids::{TerritoryId, TicketId, UnitId};
use crate::message::office_of;
use crate::refusal::{GuardRail, Refusal};
use crate::topic::case::{Origin, Topic, day_of, end_of};
use crate::topic::command::TopicCommand;
use crate::topic::rung::Rung;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeSet;

/// Units of one topic, and of one summons: more than all city departments and a county's
/// government each (an assumption).
pub const MOST_UNITS: usize = 40;

/// Ticket ids kept as a sample: two screens of a list; the count says how many there are.
pub const MOST_TICKETS: usize = 100;

/// A due date lies at most two years ahead: further is a slip of the pen.
pub const LONGEST_TERM_DAYS: i32 = 731;

pub(super) type Check = Result<(), Refusal>;

pub(super) fn subject_known(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let TopicCommand::Propose(draft) = command else { return Ok(()) };
    if scene.world.catalogue.category(&draft.subject.category).is_none() {
        return Err(Refusal::new("unknown-category", "分类不在目录中，请改选分类", "there is no such category"));
    }
    if scene.world.catalogue.territory(&draft.subject.territory).is_none() {
        return Err(Refusal::new(
            "unknown-territory",
            "没有这个属地，请改选区县、开发区，涉及全市的选潍坊市",
            "there is no such territory",
        ));
    }
    units_known(scene, command)
}

pub(super) fn units_known(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (TopicCommand::NameUnits { units }
    | TopicCommand::OrderSupervision { units, .. }
    | TopicCommand::Whistle { units, .. }) = command
    else {
        return if let TopicCommand::Propose(draft) = command { known(scene, &draft.units) } else { Ok(()) };
    };
    if units.is_empty() {
        return Err(Refusal::new("no-units", "请至少选择一个单位", "name at least one unit"));
    }
    let named = |topic: &Topic| units.is_subset(&topic.units);
    if matches!(command, TopicCommand::NameUnits { .. }) && scene.topic.is_some_and(named) {
        return Err(Refusal::new(
            "already-named",
            "这些单位已是涉及单位，无需重复",
            "these units are concerned already",
        ));
    }
    known(scene, units)
}

fn known(scene: Scene<'_>, units: &BTreeSet<UnitId>) -> Check {
    let convening = office_of(&TerritoryId::from(TerritoryId::CITY));
    for unit in units {
        if scene.world.catalogue.unit(unit).is_none() {
            return Err(Refusal::new("unknown-unit", "所选单位不在目录中，请从目录中选择", "there is no such unit"));
        }
        if *unit == convening {
            return Err(Refusal::new(
                "convener-named",
                "市政府办公室是召集单位，不列为涉及单位",
                "the government office convenes; it is not among the units concerned",
            ));
        }
    }
    let named = scene.topic.map_or(0, |topic| topic.units.difference(units).count());
    if named + units.len() > MOST_UNITS {
        return Err(Refusal::new(
            "too-many-units",
            format!("一个议题最多涉及 {MOST_UNITS} 个单位，请拆分议题"),
            format!("at most {MOST_UNITS} units"),
        ));
    }
    Ok(())
}

/// A rule nominates and nobody else does; on a ticket it speaks of that one ticket and its
/// territory (guard rail G3), in a review of what was counted for it. What other figures say is
/// said by an office or the clock.
pub(super) fn origin_fits(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let TopicCommand::Propose(draft) = command else { return Ok(()) };
    let office = scene.by.convener().is_some();
    let fits = match draft.origin {
        Origin::Nomination | Origin::Review => scene.by.is_rule(),
        Origin::HotTopic | Origin::HighFrequency | Origin::YearlyList { .. } => office || scene.by.is_clock(),
        Origin::Suggested => office || scene.by.unit().is_some(),
    };
    if !fits {
        return Err(Refusal::new(
            "origin-not-yours",
            format!("来源「{}」与提出岗位不符，请改选来源", draft.origin.term()),
            "this actor cannot propose a topic of this origin",
        ));
    }
    let of_one_ticket = !draft.subject.territory.is_city() && draft.tickets.len() == 1 && draft.ticket_count == 1;
    if draft.origin == Origin::Nomination && !of_one_ticket {
        return Err(Refusal::rail(
            GuardRail::G3,
            "not-of-one-ticket",
            "本地规则只能就所办的一件工单及其属地提名",
            "a rule nominates one ticket of its territory",
        ));
    }
    Ok(())
}

pub(super) fn begins_here(command: &TopicCommand) -> Check {
    let TopicCommand::Propose(draft) = command else { return Ok(()) };
    let listed = matches!(draft.origin, Origin::YearlyList { .. });
    let begins = match draft.rung {
        Rung::DailyDiscussion | Rung::SpecialStudy | Rung::MonthlyDiscussion => true,
        Rung::ExecutiveMeeting => listed,
        Rung::LeadingGroup => false,
    };
    if begins {
        return Ok(());
    }
    Err(Refusal::new(
        "begins-lower",
        format!("「{}」不受理直接提出的议题，请先提交下一层级研究，或从年度清单提交常务会议", draft.rung.term()),
        "a topic climbs to this rung; the yearly list alone goes to the executive meeting directly",
    ))
}

pub(super) fn tickets_fit(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let none = BTreeSet::new();
    let (count, tickets) = match command {
        TopicCommand::Propose(draft) => (draft.ticket_count, &draft.tickets),
        TopicCommand::RelateTickets { count, tickets } => (*count, tickets),
        _ => return Ok(()),
    };
    if !tickets.iter().all(TicketId::is_well_formed) {
        return Err(Refusal::new("bad-ticket-id", "有工单编号不正确，请核对校验位", "a ticket id is not well formed"));
    }
    let (before, related) = scene.topic.map_or((0, &none), |topic| (topic.ticket_count, &topic.tickets));
    let sample = related.union(tickets).count();
    if sample > MOST_TICKETS {
        return Err(Refusal::new(
            "too-many-tickets",
            format!("工单样本最多 {MOST_TICKETS} 件，其余只计数"),
            format!("at most {MOST_TICKETS} tickets are listed; count the others"),
        ));
    }
    if count < before || count < sample as u64 {
        return Err(Refusal::new(
            "count-falls",
            format!("涉及工单数不能少于已有的 {} 件", before.max(sample as u64)),
            "the count cannot be less than what is known already",
        ));
    }
    if scene.topic.is_some() && count == before && sample == related.len() {
        return Err(Refusal::new("already-related", "这些工单已关联，无需重复", "these tickets are related already"));
    }
    Ok(())
}

pub(super) fn meeting_ahead(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let TopicCommand::PutOnAgenda { on } = command else { return Ok(()) };
    must_lie_ahead(scene, *on, "会议日期")
}

pub(super) fn must_lie_ahead(scene: Scene<'_>, day: Date, what: &str) -> Check {
    let last = day_of(scene.now).saturating_add(LONGEST_TERM_DAYS.days());
    if end_of(day) < scene.now || day > last {
        return Err(Refusal::new(
            "date-not-ahead",
            format!("{what} {day} 已过或太远，请填今天至 {last} 之间的日期"),
            format!("the date must lie between today and {last}"),
        ));
    }
    Ok(())
}

/// The topic, when it stands at that rung.
fn at<'a>(scene: Scene<'a>, rung: Rung) -> Option<&'a Topic> {
    scene.topic.filter(|topic| topic.rung == rung)
}

pub(super) fn both_levels(scene: Scene<'_>) -> Check {
    let Some(topic) = at(scene, Rung::SpecialStudy) else { return Ok(()) };
    let has = |level| topic.units.iter().any(|unit| scene.level(unit) == Some(level));
    if has(Level::City) && has(Level::County) {
        return Ok(());
    }
    Err(Refusal::new(
        "both-levels-needed",
        "专题研究由市、县两级行业主管部门参加，请先增加涉及单位",
        "a special study needs departments of the city and of a county: name them first",
    ))
}

pub(super) fn opinion_written(scene: Scene<'_>) -> Check {
    let Some(topic) = at(scene, Rung::MonthlyDiscussion) else { return Ok(()) };
    if topic.opinions.is_empty() {
        return Err(Refusal::new(
            "opinion-needed",
            "列入每月一议须先有市级行业主管部门的书面意见，请商请该部门提出",
            "the monthly discussion needs a written opinion of a city department first",
        ));
    }
    Ok(())
}

pub(super) fn several_units(scene: Scene<'_>) -> Check {
    let Some(topic) = at(scene, Rung::MonthlyDiscussion) else { return Ok(()) };
    if topic.units.len() < 2 {
        return Err(Refusal::new(
            "several-units-needed",
            "每月一议研究需要多个部门单位解决的事项，请先增加涉及单位，或改由该单位办理",
            "the monthly discussion is for what concerns at least two units",
        ));
    }
    Ok(())
}

pub(super) fn meeting_held(scene: Scene<'_>) -> Check {
    let meeting = scene.topic.and_then(|topic| topic.meetings.last());
    match meeting {
        Some(meeting) if meeting.on > day_of(scene.now) => Err(Refusal::new(
            "meeting-not-held",
            format!("会议定于 {} 召开，会后再记录；提前召开请先改期", meeting.on),
            "the meeting has not been held; change its day first",
        )),
        _ => Ok(()),
    }
}

pub(super) fn attended_by_concerned(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::RecordDiscussion { attended, .. }) = (scene.topic, command) else {
        return Ok(());
    };
    if let Some(stranger) = attended.difference(&topic.units).next() {
        return Err(Refusal::new(
            "not-concerned",
            format!("{} 不是涉及单位，请先增加为涉及单位", scene.unit_name(stranger)),
            "a unit that is not concerned attended: name it first",
        ));
    }
    let least = if topic.rung == Rung::MonthlyDiscussion { 2 } else { 1 };
    if attended.len() < least {
        return Err(Refusal::new(
            "too-few-attended",
            format!("「{}」至少 {least} 个涉及单位参会，请补填参会单位或改期", topic.rung.term()),
            format!("at least {least} units concerned have to attend"),
        ));
    }
    Ok(())
}

pub(super) fn higher_rung(scene: Scene<'_>, command: &TopicCommand) -> Check {
    let (Some(topic), TopicCommand::Escalate { to, .. }) = (scene.topic, command) else { return Ok(()) };
    if *to > topic.rung {
        return Ok(());
    }
    Err(Refusal::new(
        "not-higher",
        format!("议题在「{}」，「{}」不是更高层级", topic.rung.term(), to.term()),
        "a topic only climbs",
    ))
}
