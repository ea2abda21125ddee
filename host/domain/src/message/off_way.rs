//! Messages of what happens off the plain way: to the units that have to move, and to the
//! city department that reads along. The hotline's own office hears of what it has to do.

use super::{Message, city_office, message};
use crate::duty::DutyKind;
use crate::oversight::OversightEvent;
use crate::responsibility::ResponsibilityEvent;
use crate::side::SideEvent;
use crate::ticket::Ticket;

pub(super) fn of_side(event: &SideEvent, ticket: &Ticket) -> Vec<Message> {
    let id = &ticket.id;
    let to_office = |text| vec![message("notice", &city_office(), text)];
    match event {
        SideEvent::DeclineAsked { ground, .. } => {
            to_office(format!("工单 {id} 申请不予受理（{}），请审定", ground.term()))
        }
        SideEvent::ThreeWayCallHeld { partner_unit, .. } => {
            vec![message("notice", partner_unit, format!("工单 {id} 三方连线已登记"))]
        }
        SideEvent::Referred { receiver, .. } => to_office(format!("工单 {id} 转介{}，请推送", receiver.term())),
        SideEvent::ReferralAnswered { .. } | SideEvent::MainClosed { .. } | SideEvent::AnsweredDirectly { .. } => {
            to_office(format!("工单 {id} 待回访"))
        }
        SideEvent::DeclineRuled { .. }
        | SideEvent::PassedOn { .. }
        | SideEvent::Merged { .. }
        | SideEvent::Absorbed { .. }
        | SideEvent::AppealMarked { .. }
        | SideEvent::Archived => Vec::new(),
    }
}

pub(super) fn of_responsibility(event: &ResponsibilityEvent, ticket: &Ticket) -> Vec<Message> {
    let id = &ticket.id;
    match event {
        ResponsibilityEvent::LiabilityCaseOpened { .. } => {
            // The office convenes; the department of the trade sits on the panel.
            let departments = ticket.oversight.supervisions.iter().map(|copy| &copy.department);
            let mut all = vec![message("liability", &city_office(), format!("工单 {id} 提请责任认定，请召集小组"))];
            all.extend(departments.map(|unit| message("liability", unit, format!("工单 {id} 提请责任认定，请参加"))));
            all
        }
        ResponsibilityEvent::LiabilityDecided { unit, .. } => {
            vec![message("liability", unit, format!("工单 {id} 经联合认定由你单位承办，不得退回"))]
        }
        ResponsibilityEvent::LiabilityRefused { .. } => {
            vec![message("liability", &city_office(), format!("工单 {id} 经认定仍不办理，请报市级领导签批"))]
        }
        ResponsibilityEvent::LeaderSigned { unit, .. } => {
            vec![message("liability", unit, format!("工单 {id} 经市级领导签批由你单位承办，请立即办理"))]
        }
    }
}

pub(super) fn of_oversight(event: &OversightEvent, ticket: &Ticket) -> Vec<Message> {
    let id = &ticket.id;
    let to_lead = |topic: &str, text: String| vec![message(topic, &super::lead(ticket), text)];
    match event {
        OversightEvent::OpinionGiven { words, .. } => to_lead("supervised", format!("书面意见：{words}")),
        OversightEvent::RedCarded { kind } => {
            let text = format!("工单 {id} 红牌：「{}」", kind.term());
            super::lead_and_departments(ticket).iter().map(|unit| message("warning", unit, text.clone())).collect()
        }
        OversightEvent::SupervisionOrdered { order, words } => {
            vec![message("ordered", &order.unit, format!("工单 {id} 督办 {}：{words}", order.number))]
        }
        OversightEvent::SupervisionAnswered { number, .. } => {
            vec![message("notice", &city_office(), format!("工单 {id} 督办 {number} 已回复"))]
        }
        OversightEvent::Reminded { words } => to_lead("reminded", format!("工单 {id} 催办：{words}")),
        OversightEvent::JointSupervisionOpened { units, words } => {
            let mut all = to_lead("ordered", format!("工单 {id} 联合督办：{words}"));
            all.extend(units.iter().map(|unit| message("ordered", unit, format!("请联合督办工单 {id}：{words}"))));
            all
        }
        OversightEvent::WhistleBlown { number, units, words, .. } => {
            let text = format!("工单 {id} 第 {number} 次吹哨，请报到：{words}");
            units.iter().map(|unit| message("whistle", unit, text.clone())).collect()
        }
        OversightEvent::DutyOverdue { kind, unit } => {
            let mut all = vec![message("warning", unit, format!("工单 {id}「{}」已超期", kind.term()))];
            if *kind == DutyKind::CheckIn {
                let text = format!("工单 {id} 吹哨后有部门未报到，请查看工单");
                all.push(message("warning", &city_office(), text));
            }
            all
        }
        OversightEvent::CopyTakenUp { .. }
        | OversightEvent::JointSupervisionEnded { .. }
        | OversightEvent::CheckedIn { .. }
        | OversightEvent::DutyDueComputed { .. } => Vec::new(),
    }
}
