//! A topic's timeline in words (时间线): what happened, in both languages. No caller stands here.

use crate::World;
use crate::english;
use crate::narrate::{actor as known, moment, units as names};
use crate::sentence::{Sentence, Text, data, first_term, term};
use crate::topic::actor::{Convener, Office, TopicBy};
use crate::topic::case::{Draft, Measure, Mode, Origin, Summons, SummonsKind};
use crate::topic::event::TopicEvent;

/// Who did it.
#[must_use]
pub fn actor(by: &TopicBy, world: &World) -> Sentence {
    let office = |office: Convener, number: &str| {
        Sentence::new(format!("{} {number}", office.term()), english!("{} {}", first_term(&office), number))
    };
    match by {
        TopicBy::Office(Office::HotlineOffice { number }) => office(Convener::HotlineOffice, number),
        TopicBy::Office(Office::GovernmentOffice { number }) => office(Convener::GovernmentOffice, number),
        TopicBy::Known(by) => known(by, world),
    }
}

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &TopicEvent, world: &World) -> Sentence {
    let unit = |id| world.catalogue.unit_name(id);
    let say = Sentence::new;
    let overdue = |late: bool| if late { ("（逾期）", " (late)") } else { ("", "") };
    match event {
        TopicEvent::Proposed { draft } => proposed(draft, world),
        TopicEvent::TicketsRelated { count, tickets } => say(
            format!("关联工单：新列 {} 件，共涉及 {count} 件", tickets.len()),
            english!("Related tickets: {} more listed, {} in all", tickets.len(), count),
        ),
        TopicEvent::UnitsNamed { units } => {
            let units = names(units, world);
            say(format!("增加涉及单位：{}", units.chinese), english!("Named more units: {}", units.english))
        }
        TopicEvent::OpinionWritten { department, words } => {
            let department = unit(department);
            say(
                format!("{department} 书面意见：{words}"),
                english!("Written opinion of {}: {}", data(department), data(words)),
            )
        }
        TopicEvent::PutOnAgenda { rung, on, convener } => say(
            format!("列入「{}」议程：{on} 召开，召集单位 {}", rung.term(), convener.term()),
            english!("Put on the agenda of the {} on {}, convened by the {}", term(rung), on, term(convener)),
        ),
        TopicEvent::Declined { reason } => say(format!("不予采纳：{reason}"), english!("Declined: {}", data(reason))),
        TopicEvent::Discussed { attended, words } => {
            let attended = names(attended, world);
            say(
                format!("研究：{words}（参会 {}）", attended.chinese),
                english!("Discussed: {} (attended by {})", data(words), attended.english),
            )
        }
        TopicEvent::Decided { words, measures, modes } => decided(words, measures, modes, world),
        TopicEvent::MeasureReported { number, result, late } => {
            let (late, is_late) = overdue(*late);
            say(
                format!("措施 {number} 报告完成{late}：{result}"),
                english!("Reported measure {} done{}: {}", number, is_late, data(result)),
            )
        }
        TopicEvent::MeasureSentBack { number, missing, due_on } => say(
            format!("措施 {number} 退回：{missing}，{due_on} 前完成"),
            english!("Sent back measure {}: {}; due {}", number, data(missing), due_on),
        ),
        TopicEvent::MeasureOverdue { number } => say(
            format!("逾期：措施 {number} 未在期限内完成"),
            english!("Overdue: measure {} was not done in time", number),
        ),
        TopicEvent::Escalated { to, reason } => say(
            format!("提交「{}」研究：{reason}", to.term()),
            english!("Put before the {}: {}", term(to), data(reason)),
        ),
        TopicEvent::Closed { outcome } => say(format!("办结：{outcome}"), english!("Closed: {}", data(outcome))),
        TopicEvent::Summoned { summons } => summoned(summons, world),
        TopicEvent::SupervisionReported { number, unit: who, report, late } => {
            let (who, (late, is_late)) = (unit(who), overdue(*late));
            say(
                format!("{who} 报告联合督办 {number}{late}：{report}"),
                english!("{} reported on joint supervision {}{}: {}", data(who), number, is_late, data(report)),
            )
        }
        TopicEvent::CheckedIn { number, unit: who, late } => {
            let (who, (late, is_late)) = (unit(who), if *late { ("，迟到", ", late") } else { ("", "") });
            say(
                format!("{who} 报到{late}（吹哨 {number}）"),
                english!("{} checked in{} (whistle {})", data(who), is_late, number),
            )
        }
        TopicEvent::SummonsLapsed { number, missing } => {
            let missing = names(missing, world);
            say(
                format!("到期：召集 {number} 尚未答复的单位 {}", missing.chinese),
                english!("Summons {} is due; no answer yet from {}", number, missing.english),
            )
        }
    }
}

fn proposed(draft: &Draft, world: &World) -> Sentence {
    let Draft { rung, title, subject, ticket_count, reasons, .. } = draft;
    let category = world.catalogue.category_name(&subject.category);
    let territory = world.catalogue.territory(&subject.territory);
    let territory = territory.map_or(subject.territory.as_str(), |territory| territory.name.as_str());
    let place = format!("{territory}{}", subject.place);
    let units = names(&draft.units, world);
    let origin = match draft.origin {
        Origin::YearlyList { year } => format!("yearly list of {year}"),
        origin => term(&origin),
    };
    Sentence::new(
        format!(
            "提出「{}」议题：{title}（{category}，{place}，来源：{}，涉及工单 {ticket_count} 件，涉及单位 {}）。理由：{}",
            rung.term(),
            draft.origin.term(),
            units.chinese,
            reasons.join("；")
        ),
        english!(
            "Proposed for the {}: {} ({}, {}; origin: {}; tickets: {}; units: {}). Because: {}",
            term(rung),
            data(title),
            data(category),
            data(&place),
            origin,
            ticket_count,
            units.english,
            Text::joined(reasons.iter().map(|reason| data(reason)), "; ")
        ),
    )
}

fn decided(words: &str, measures: &[Measure], modes: &[Mode], world: &World) -> Sentence {
    let mut chinese = format!("议定：{words}");
    let mut parts = vec![english!("Decided: {}", data(words))];
    for Measure { number, unit, what, due_on, .. } in measures {
        let unit = world.catalogue.unit_name(unit);
        chinese.push_str(&format!("；措施 {number}：{what}，{unit}，{due_on} 前完成"));
        parts.push(english!("measure {}: {}, {}, due {}", number, data(what), data(unit), due_on));
    }
    for Mode { name, from, to } in modes {
        chinese.push_str(&format!("；启用「{name}」：{from} 至 {to}"));
        parts.push(english!("mode \"{}\" from {} to {}", data(name), from, to));
    }
    Sentence::new(chinese, Text::joined(parts, "; "))
}

fn summoned(summons: &Summons, world: &World) -> Sentence {
    let units = names(summons.parts.iter().map(|part| &part.unit), world);
    let (number, words, due) = (summons.number, &summons.words, moment(summons.due_at));
    let ((kind, deed), (what, to_do)) = match summons.kind {
        SummonsKind::JointSupervision => (("联合督办", "报告"), ("Joint supervision", "to report")),
        SummonsKind::Whistle => (("吹哨", "报到"), ("Whistle", "to check in")),
    };
    Sentence::new(
        format!("{kind} {number}：{words}，{} 于 {due} 前{deed}", units.chinese),
        english!("{} {}: {}; {} {} by {}", what, number, data(words), units.english, to_do, due),
    )
}
