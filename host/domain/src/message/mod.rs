//! What goes out because of an event (外发消息): to handling units, readers and posts. The
//! rows go into the outbox with the event, in one transaction, and leave from there alone.

use crate::event::{Event, Recorded};
use crate::ids::{TerritoryId, UnitId};
use crate::ticket::Ticket;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

mod off_way;

/// One message, before it is a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Message {
    /// What it is about: `dispatched`, `copied`, `task`, `notice`, `supervised`, `warning`,
    /// `ordered`, `reminded`, `whistle`, `liability`.
    pub topic: String,
    /// 收件单位
    pub to_unit: UnitId,
    /// 内容, without the caller.
    pub text: String,
}

/// 区县政府办公室: the office that a county's own matters go to.
#[must_use]
pub fn office_of(territory: &TerritoryId) -> UnitId {
    UnitId(format!("{territory}-ZF"))
}

/// The city's own office, where the hotline sits.
#[must_use]
pub fn city_office() -> UnitId {
    office_of(&TerritoryId::from(TerritoryId::CITY))
}

fn message(topic: &str, to: &UnitId, text: String) -> Message {
    Message { topic: topic.into(), to_unit: to.clone(), text }
}

/// The lead unit; while nobody leads, the county's own office hears of it.
fn lead(ticket: &Ticket) -> UnitId {
    ticket.lead_unit().cloned().unwrap_or_else(|| office_of(ticket.territory()))
}

fn lead_and_departments(ticket: &Ticket) -> BTreeSet<UnitId> {
    let readers = ticket.copies.iter().filter(|copy| copy.statutory).map(|copy| copy.reader.clone());
    std::iter::once(lead(ticket)).chain(readers).collect()
}

/// The messages of one event. `ticket` is the ticket after it.
#[must_use]
pub fn messages(recorded: &Recorded, ticket: &Ticket) -> Vec<Message> {
    match &recorded.event {
        Event::Dispatched { lead_unit, assisting_units, copy_to, levels_above, .. } => {
            let mut all = vec![message("dispatched", lead_unit, format!("主办工单 {}", ticket.id))];
            all.extend(assisting_units.iter().map(|u| message("dispatched", u, format!("协办工单 {}", ticket.id))));
            all.push(message("copied", copy_to, format!("抄送工单 {}，请督促、指导、监督", ticket.id)));
            all.extend(
                levels_above.iter().map(|u| message("copied", u, format!("一键直达工单 {}，请知悉", ticket.id))),
            );
            all
        }
        Event::CopyAdded { copy } => vec![message("copied", &copy.reader, format!("抄送工单 {}", ticket.id))],
        Event::Supervised { kind, target, words, .. } => {
            vec![message("supervised", target, format!("{}：{words}", kind.term()))]
        }
        Event::Notified { to_unit, text } => vec![message("notice", to_unit, text.clone())],
        Event::TaskOpened { task } => {
            let text = format!("{}：{}（{}）", task.kind.term(), task.title, task.post.term());
            vec![message("task", &task.handling_unit, text)]
        }
        Event::PostNotified { post, text } => {
            vec![message("notice", &lead(ticket), format!("{}：{text}", post.term()))]
        }
        Event::LeftWaiting => {
            vec![message("warning", &city_office(), format!("工单 {} 登记已满一小时仍未受理", ticket.id))]
        }
        Event::EarlyWarning { kind } => {
            vec![message("warning", &lead(ticket), format!("「{}」时限将到", kind.term()))]
        }
        Event::Overdue { kind } => {
            let told = lead_and_departments(ticket);
            told.iter().map(|unit| message("warning", unit, format!("「{}」已超期", kind.term()))).collect()
        }
        Event::TaskOverdue { number } => {
            let late = ticket.tasks.iter().filter(|task| task.number == *number);
            late.map(|task| message("warning", &task.handling_unit, format!("任务 {number} 已超期"))).collect()
        }
        Event::SentBack { missing } => {
            vec![message("notice", &lead(ticket), format!("退回补充：{missing}"))]
        }
        Event::Side(event) => off_way::of_side(event, ticket),
        Event::Responsibility(event) => off_way::of_responsibility(event, ticket),
        Event::Oversight(event) => off_way::of_oversight(event, ticket),
        _ => Vec::new(),
    }
}
