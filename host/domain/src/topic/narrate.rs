//! A topic's timeline in words (时间线): what happened, in plain Chinese. No caller stands here.

use crate::World;
use crate::ids::UnitId;
use crate::narrate::{actor as known, moment};
use crate::topic::actor::{Convener, Office, TopicBy};
use crate::topic::case::{Draft, Measure, Mode, Summons, SummonsKind};
use crate::topic::event::TopicEvent;

/// Who did it.
#[must_use]
pub fn actor(by: &TopicBy, world: &World) -> String {
    match by {
        TopicBy::Office(Office::HotlineOffice { number }) => format!("{} {number}", Convener::HotlineOffice.term()),
        TopicBy::Office(Office::GovernmentOffice { number }) => {
            format!("{} {number}", Convener::GovernmentOffice.term())
        }
        TopicBy::Known(by) => known(by, world),
    }
}

fn names<'a>(units: impl IntoIterator<Item = &'a UnitId>, world: &World) -> String {
    units.into_iter().map(|unit| world.catalogue.unit_name(unit)).collect::<Vec<_>>().join("、")
}

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &TopicEvent, world: &World) -> String {
    let unit = |id| world.catalogue.unit_name(id);
    let lateness = |late: &bool, word: &'static str| if *late { word } else { "" };
    match event {
        TopicEvent::Proposed { draft } => proposed(draft, world),
        TopicEvent::TicketsRelated { count, tickets } => {
            format!("关联工单：新列 {} 件，共涉及 {count} 件", tickets.len())
        }
        TopicEvent::UnitsNamed { units } => format!("增加涉及单位：{}", names(units, world)),
        TopicEvent::OpinionWritten { department, words } => format!("{} 书面意见：{words}", unit(department)),
        TopicEvent::PutOnAgenda { rung, on, convener } => {
            format!("列入「{}」议程：{on} 召开，召集单位 {}", rung.term(), convener.term())
        }
        TopicEvent::Declined { reason } => format!("不予采纳：{reason}"),
        TopicEvent::Discussed { attended, words } => format!("研究：{words}（参会 {}）", names(attended, world)),
        TopicEvent::Decided { words, measures, modes } => decided(words, measures, modes, world),
        TopicEvent::MeasureReported { number, result, late } => {
            format!("措施 {number} 报告完成{}：{result}", lateness(late, "（逾期）"))
        }
        TopicEvent::MeasureSentBack { number, missing, due_on } => {
            format!("措施 {number} 退回：{missing}，{due_on} 前完成")
        }
        TopicEvent::MeasureOverdue { number } => format!("逾期：措施 {number} 未在期限内完成"),
        TopicEvent::Escalated { to, reason } => format!("提交「{}」研究：{reason}", to.term()),
        TopicEvent::Closed { outcome } => format!("办结：{outcome}"),
        TopicEvent::Summoned { summons } => summoned(summons, world),
        TopicEvent::SupervisionReported { number, unit: who, report, late } => {
            format!("{} 报告联合督办 {number}{}：{report}", unit(who), lateness(late, "（逾期）"))
        }
        TopicEvent::CheckedIn { number, unit: who, late } => {
            format!("{} 报到{}（吹哨 {number}）", unit(who), lateness(late, "，迟到"))
        }
        TopicEvent::SummonsLapsed { number, missing } => {
            format!("到期：召集 {number} 尚未答复的单位 {}", names(missing, world))
        }
    }
}

fn proposed(draft: &Draft, world: &World) -> String {
    let territory = world.catalogue.territory(&draft.subject.territory);
    format!(
        "提出「{}」议题：{}（{}，{}{}，来源：{}，涉及工单 {} 件，涉及单位 {}）。理由：{}",
        draft.rung.term(),
        draft.title,
        world.catalogue.category_name(&draft.subject.category),
        territory.map_or(draft.subject.territory.as_str(), |territory| territory.name.as_str()),
        draft.subject.place,
        draft.origin.term(),
        draft.ticket_count,
        names(&draft.units, world),
        draft.reasons.join("；")
    )
}

fn decided(words: &str, measures: &[Measure], modes: &[Mode], world: &World) -> String {
    let mut text = format!("议定：{words}");
    for measure in measures {
        let unit = world.catalogue.unit_name(&measure.unit);
        text.push_str(&format!("；措施 {}：{}，{unit}，{} 前完成", measure.number, measure.what, measure.due_on));
    }
    for mode in modes {
        text.push_str(&format!("；启用「{}」：{} 至 {}", mode.name, mode.from, mode.to));
    }
    text
}

fn summoned(summons: &Summons, world: &World) -> String {
    let units = names(summons.parts.iter().map(|part| &part.unit), world);
    let due = moment(summons.due_at);
    match summons.kind {
        SummonsKind::JointSupervision => {
            format!("联合督办 {}：{}，{units} 于 {due} 前报告", summons.number, summons.words)
        }
        SummonsKind::Whistle => format!("吹哨 {}：{}，{units} 于 {due} 前报到", summons.number, summons.words),
    }
}
