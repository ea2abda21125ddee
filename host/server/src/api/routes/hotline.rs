//! Tickets, callers, to-dos and the knowledge base (工单、来电人、待办、知识库).

use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{advice, callers, duplicates, knowledge, replays, tickets, to_dos};
use super::HTML;
use crate::desk::Receipt;
use crate::knowledge::Receipt as KnowledgeReceipt;
use crate::store::decisions::NumberedDecision;
use crate::store::lists::Page as TicketPage;
use crate::store::to_dos::ToDoPage;
use crate::timeline::Line;
use crate::vault::acts::CallerReceipt;
use crate::vault::acts::Shown as CallerShown;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::knowledge::command::Command as KnowledgeCommand;
use chuishao_domain::knowledge::entry::Entry;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::vault::caller::MaskedCaller;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at(
        "GET",
        "/v1/tickets",
        To(Action::ReadTickets),
        get(tickets::list),
        doc("工单列表；各岗位只看到办理所需的").query::<tickets::ListQuery>().answers::<TicketPage>(200),
    )
    .at(
        "POST",
        "/v1/tickets",
        To(Action::RegisterTickets),
        post(tickets::register),
        doc("登记").body::<tickets::Registration>().once().answers::<Receipt>(201),
    )
    .at(
        "GET",
        "/v1/tickets/duplicates",
        To(Action::SeekDuplicates),
        get(duplicates::of_call),
        doc("接听时的并单建议").query::<duplicates::Call>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}/duplicates",
        To(Action::ReadTickets),
        get(duplicates::of_ticket),
        doc("并单建议").answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}",
        To(Action::ReadTickets),
        get(tickets::show),
        doc("一件工单").answers::<Ticket>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/tickets/{id}/commands",
        To(Action::CommandTickets),
        post(tickets::command),
        doc("办理工单").body::<tickets::TicketCommand>().once().if_match().answers::<Receipt>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}/timeline",
        To(Action::ReadTickets),
        get(tickets::timeline),
        doc("工单时间线").answers::<Vec<Line>>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}/decisions",
        To(Action::ReadDecisions),
        get(tickets::decisions),
        doc("规则的决定记录及其链值").answers::<Vec<NumberedDecision>>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}/decisions/{number}/replay",
        To(Action::ReadDecisions),
        get(replays::show),
        doc("重放一条决定").answers::<replays::Replay>(200),
    )
    .at(
        "GET",
        "/v1/tickets/advice",
        To(Action::RegisterTickets),
        get(advice::of_call),
        doc("接听时规则会要求什么").query::<advice::Call>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/tickets/{id}/dispute-file",
        To(Action::MakeDisputeFiles),
        get(tickets::dispute_file),
        doc("一案一档").answers_as(200, HTML),
    )
    .at(
        "GET",
        "/v1/callers/{reference}",
        To(Action::ReadCallers),
        get(callers::show),
        doc("脱敏后的来电人").answers::<MaskedCaller>(200),
    )
    .at(
        "POST",
        "/v1/callers/{reference}/unmask",
        To(Action::UnmaskCallers),
        post(callers::unmask),
        doc("查看来电人明文，先留痕后显示").body::<callers::Look>().once().answers::<CallerShown>(200),
    )
    .at(
        "POST",
        "/v1/callers/{reference}/correction",
        To(Action::CorrectCallers),
        post(callers::correct),
        doc("更正来电人").body::<callers::Corrected>().once().answers::<CallerReceipt>(200),
    )
    .at(
        "POST",
        "/v1/callers/{reference}/commands",
        To(Action::KeepCallers),
        post(callers::command),
        doc("保留、解除保留、应本人请求删除").body::<callers::Other>().once().answers::<CallerReceipt>(200),
    )
    .at(
        "GET",
        "/v1/callers/{reference}/record",
        To(Action::AuditCallers),
        get(callers::record),
        doc("来电人记录的留痕").answers::<Vec<Line>>(200),
    )
    .at(
        "GET",
        "/v1/to-dos",
        To(Action::ReadToDos),
        get(to_dos::list),
        doc("待办，先到期的在前").query::<to_dos::ToDoQuery>().answers::<ToDoPage>(200),
    )
    .at(
        "GET",
        "/v1/knowledge",
        To(Action::ReadKnowledge),
        get(knowledge::look_up),
        doc("检索或列出知识").query::<knowledge::LookUp>().answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/knowledge",
        To(Action::WriteKnowledge),
        post(knowledge::draft),
        doc("起草知识").body::<knowledge::NewEntry>().once().answers::<KnowledgeReceipt>(201),
    )
    .at(
        "GET",
        "/v1/knowledge/suggestions",
        To(Action::ReadKnowledge),
        get(knowledge::suggestions),
        doc("接听时的知识推荐").query::<knowledge::Call>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/knowledge/{id}",
        To(Action::ReadKnowledge),
        get(knowledge::show),
        doc("一条知识").answers::<Entry>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/knowledge/{id}/commands",
        To(Action::WriteKnowledge),
        post(knowledge::command),
        doc("办理知识条目").body::<KnowledgeCommand>().once().if_match().answers::<KnowledgeReceipt>(200),
    )
    .at(
        "GET",
        "/v1/knowledge/{id}/timeline",
        To(Action::ReadKnowledge),
        get(knowledge::timeline),
        doc("知识条目的留痕").answers::<Vec<Line>>(200),
    )
}
