//! What watches over a ticket, in words.

use super::{due, units as names};
use crate::World;
use crate::english;
use crate::oversight::OversightEvent;
use crate::sentence::{Sentence, data, term};

pub(super) fn event(event: &OversightEvent, world: &World) -> Sentence {
    let name = |id| world.catalogue.unit_name(id);
    let say = Sentence::new;
    match event {
        OversightEvent::CopyTakenUp { .. } => {
            say("签收抄送，开始督导".into(), "Took up the copy and began to supervise".into())
        }
        OversightEvent::OpinionGiven { words, .. } => {
            say(format!("书面意见：{words}"), english!("Written opinion: {}", data(words)))
        }
        OversightEvent::RedCarded { kind } => say(
            format!("红牌：「{}」时限已过一个工作日仍未完成", kind.term()),
            english!("Red card: a working day after the deadline \"{}\" it is not done", term(kind)),
        ),
        OversightEvent::SupervisionOrdered { order, words } => {
            let (number, unit) = (order.number, name(&order.unit));
            say(
                format!("督办 {number}（{}）{unit}：{words}", order.ground.term()),
                english!("Supervision order {} ({}) to {}: {}", number, term(&order.ground), data(unit), data(words)),
            )
        }
        OversightEvent::SupervisionAnswered { number, words } => say(
            format!("回复督办 {number}：{words}"),
            english!("Answered supervision order {}: {}", number, data(words)),
        ),
        OversightEvent::Reminded { words } => say(format!("催办：{words}"), english!("Reminder: {}", data(words))),
        OversightEvent::JointSupervisionOpened { units, words } => {
            let units = names(units, world);
            say(
                format!("联合督办（{}）：{words}", units.chinese),
                english!("Joint supervision ({}): {}", units.english, data(words)),
            )
        }
        OversightEvent::JointSupervisionEnded { result } => {
            say(format!("联合督办结束：{result}"), english!("Joint supervision ended: {}", data(result)))
        }
        OversightEvent::WhistleBlown { number, units, words, check_in_by } => {
            let (units, due) = (names(units, world), due(*check_in_by));
            say(
                format!("第 {number} 次吹哨，{} 须于 {} 前报到：{words}", units.chinese, due.chinese),
                english!(
                    "Blew whistle {}: {} to check in, due: {}: {}",
                    number,
                    units.english,
                    due.english,
                    data(words)
                ),
            )
        }
        OversightEvent::CheckedIn { number, unit, words } => {
            let unit = name(unit);
            say(
                format!("{unit} 第 {number} 次吹哨报到：{words}"),
                english!("{} checked in at whistle {}: {}", data(unit), number, data(words)),
            )
        }
        OversightEvent::DutyOverdue { kind, unit } => {
            let unit = name(unit);
            say(
                format!("超期：{unit} 未按时{}", kind.term()),
                english!("Overdue: {}, duty \"{}\"", data(unit), term(kind)),
            )
        }
        OversightEvent::DutyDueComputed { kind, unit, due: at } => {
            let (unit, due) = (name(unit), due(*at));
            say(
                format!("已有放假安排，{unit}{}期限：{}", kind.term(), due.chinese),
                english!("The holiday notice is there; {}, {}, due: {}", data(unit), term(kind), due.english),
            )
        }
    }
}
