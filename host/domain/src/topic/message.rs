//! What goes out because of a topic's event (外发消息): to the units that have to do something.
//! What is late goes one step up the ladder (article row 39, 「一把手抓、抓一把手」): to the unit's
//! principal leader, and to the government office of its territory.

use crate::World;
use crate::ids::{TerritoryId, UnitId};
use crate::message::{Message, office_of};
use crate::rule::effect::Post;
use crate::topic::actor::Convener;
use crate::topic::case::{SummonsKind, Topic};
use crate::topic::event::{TopicEvent, TopicRecorded};

/// The messages of one event. `topic` is the topic after it. What is for the hotline centre
/// itself stands on its own lists and is not sent.
#[must_use]
pub fn messages(recorded: &TopicRecorded, topic: &Topic, world: &World) -> Vec<Message> {
    let message = |about: &str, to: &UnitId, text: String| Message {
        topic: about.into(),
        to_unit: to.clone(),
        text: format!("议题 {}「{}」：{text}", topic.id, topic.title),
    };
    let office = office_of(&TerritoryId::from(TerritoryId::CITY));
    let late = |unit: &UnitId, text: String| {
        let name = world.catalogue.unit_name(unit);
        let above = world.catalogue.unit(unit).map(|unit| office_of(&unit.territory));
        let above =
            above.filter(|above| above != unit).map(|above| message("warning", &above, format!("{name}：{text}")));
        let leader = message("warning", unit, format!("{}：{text}，请督促办理", Post::PrincipalLeader.term()));
        std::iter::once(leader).chain(above).collect::<Vec<_>>()
    };
    match &recorded.event {
        TopicEvent::PutOnAgenda { rung, on, .. } => {
            let text = format!("{on} {}研究，请参会", rung.term());
            topic.units.iter().map(|unit| message("topic-agenda", unit, text.clone())).collect()
        }
        TopicEvent::Decided { measures, .. } => {
            let text = |what: &str, due_on| format!("请办理：{what}，{due_on} 前完成");
            let all = measures
                .iter()
                .map(|measure| message("topic-measure", &measure.unit, text(&measure.what, measure.due_on)));
            all.collect()
        }
        TopicEvent::MeasureSentBack { number, missing, due_on } => {
            let measure = topic.measure(*number).into_iter();
            let text = format!("措施 {number} 退回：{missing}，{due_on} 前完成");
            measure.map(|measure| message("topic-measure", &measure.unit, text.clone())).collect()
        }
        TopicEvent::MeasureOverdue { number } => {
            let measure = topic.measure(*number).into_iter();
            measure.flat_map(|measure| late(&measure.unit, format!("措施 {number} 已逾期"))).collect()
        }
        TopicEvent::Escalated { to, reason } if to.convener() == Convener::GovernmentOffice => {
            vec![message("topic-escalated", &office, format!("提交「{}」研究：{reason}", to.term()))]
        }
        TopicEvent::Summoned { summons } => {
            let asked = match summons.kind {
                SummonsKind::JointSupervision => "联合督办，请报告",
                SummonsKind::Whistle => "吹哨，请报到",
            };
            let text = format!("{asked}：{}", summons.words);
            summons.parts.iter().map(|part| message("topic-summons", &part.unit, text.clone())).collect()
        }
        TopicEvent::SummonsLapsed { number, missing } => {
            missing.iter().flat_map(|unit| late(unit, format!("召集 {number} 已到期，尚未答复"))).collect()
        }
        _ => Vec::new(),
    }
}
