//! The side ways in words.

use crate::World;
use crate::side::SideEvent;

pub(super) fn event(event: &SideEvent, world: &World) -> String {
    match event {
        SideEvent::DeclineAsked { ground, reason } => format!("申请不予受理（{}）：{reason}", ground.term()),
        SideEvent::DeclineRuled { approved: true, ground, opinion, told } => {
            format!("不予受理（{}）：{opinion}；已告知来电人：{told}", ground.term())
        }
        SideEvent::DeclineRuled { approved: false, opinion, .. } => format!("不同意不予受理，应予受理：{opinion}"),
        SideEvent::PassedOn { line, words } => format!("立即转 {}：{words}", line.term()),
        SideEvent::ThreeWayCallHeld { partner_unit, words } => {
            format!("三方连线 {}：{words}", world.catalogue.unit_name(partner_unit))
        }
        SideEvent::AnsweredDirectly { basis, answer, .. } => format!("直接答复（{}）：{answer}", basis.term()),
        SideEvent::Referred { receiver, consent, words } => {
            let consent = if *consent == Some(true) { "，来电人同意" } else { "" };
            format!("转介{}{consent}：{words}", receiver.term())
        }
        SideEvent::ReferralAnswered { receiver, result, .. } => format!("{}反馈转介结果：{result}", receiver.term()),
        SideEvent::Merged { into, reason } => format!("并入主单 {into}：{reason}；办结后仍单独回访来电人"),
        SideEvent::Absorbed { ticket } => format!("并入重复件 {ticket}"),
        SideEvent::MainClosed { main, .. } => format!("主单 {main} 已办结，转本单回访"),
        SideEvent::AppealMarked { open: true } => "提出考核申诉，暂不归档".into(),
        SideEvent::AppealMarked { open: false } => "考核申诉了结".into(),
        SideEvent::Archived => "归档，督导结束".into(),
    }
}
