//! What watches over a ticket, in words.

use super::due;
use crate::World;
use crate::ids::UnitId;
use crate::oversight::OversightEvent;

pub(super) fn event(event: &OversightEvent, world: &World) -> String {
    let name = |id| world.catalogue.unit_name(id);
    let names = |units: &[UnitId]| units.iter().map(|id| world.catalogue.unit_name(id)).collect::<Vec<_>>().join("、");
    match event {
        OversightEvent::CopyTakenUp { .. } => "签收抄送，开始督导".into(),
        OversightEvent::OpinionGiven { words, .. } => format!("书面意见：{words}"),
        OversightEvent::RedCarded { kind } => format!("红牌：「{}」时限已过一个工作日仍未完成", kind.term()),
        OversightEvent::SupervisionOrdered { order, words } => {
            format!("督办 {}（{}）{}：{words}", order.number, order.ground.term(), name(&order.unit))
        }
        OversightEvent::SupervisionAnswered { number, words } => format!("回复督办 {number}：{words}"),
        OversightEvent::Reminded { words } => format!("催办：{words}"),
        OversightEvent::JointSupervisionOpened { units, words } => format!("联合督办（{}）：{words}", names(units)),
        OversightEvent::JointSupervisionEnded { result } => format!("联合督办结束：{result}"),
        OversightEvent::WhistleBlown { number, units, words, check_in_by } => {
            format!("第 {number} 次吹哨，{} 须于 {} 前报到：{words}", names(units), due(*check_in_by))
        }
        OversightEvent::CheckedIn { number, unit, words } => format!("{} 第 {number} 次吹哨报到：{words}", name(unit)),
        OversightEvent::DutyOverdue { kind, unit } => format!("超期：{} 未按时{}", name(unit), kind.term()),
        OversightEvent::DutyDueComputed { kind, unit, due: at } => {
            format!("已有放假安排，{}{}期限：{}", name(unit), kind.term(), due(*at))
        }
    }
}
