//! What a rule saw (所见), in words: each thing that it was told, and nothing that it was not.
//! What its manifest did not ask for, what was not filled in and what is kept back comes empty and
//! is left out here.

use super::{due_in_words, moment, show, yes};
use crate::World;
use crate::english;
use crate::event::ClosedBy;
use crate::rule::manifest::{FactQuery, SameField};
use crate::rule::ticket_view::TicketView;
use crate::rule::view::{DayKind, FactValue, RuleEvent, RuleInput};
use crate::sentence::{Sentence, Text, term};
use crate::ticket::FollowUp;

/// A label and what stands there.
type Line = (String, String);

/// Everything that a rule was told beside its settings, each with its label.
#[must_use]
pub fn seen(input: &RuleInput, world: &World) -> Vec<(String, String)> {
    let day = match input.now.day_kind {
        DayKind::WorkingDay => "工作日",
        DayKind::DayOff => "休息日",
        DayKind::Unknown => "放假安排未知",
    };
    let hours = if input.now.in_working_hours { "工作时间内" } else { "工作时间外" };
    let mut lines = vec![
        line("发生了什么", event(&input.event, world)),
        line("时刻", format!("{}（{day}，{hours}）", moment(input.now.at))),
    ];
    lines.extend(of_ticket(&input.ticket, world));
    for (name, value) in &input.facts {
        let value = match value {
            FactValue::Count(count) => format!("{count} 件"),
            FactValue::Unavailable(why) => format!("未能算出：{why}"),
        };
        lines.push(line(format!("事实「{name}」"), value));
    }
    for mode in &input.modes {
        let days = format!("{} 至 {}，由议题 {} 议定", mode.first_day, mode.last_day, mode.topic);
        lines.push(line(format!("议定模式「{}」", mode.name), days));
    }
    if !input.memory.is_empty() {
        lines.push(line("规则自己的备忘", &input.memory));
    }
    lines
}

/// What a figure counts: 7 天内同一分类、同一小区的投诉件数，数到 100 为止.
#[must_use]
pub fn figure(fact: &FactQuery) -> Sentence {
    let FactQuery { days, same, matter_kind, at_most, .. } = fact;
    let alike = same.iter().map(|field| match field {
        SameField::Category => "同一分类",
        SameField::Street => "同一街道",
        SameField::Estate => "同一小区",
        SameField::Building => "同一楼栋",
    });
    let alike: Vec<&str> = alike.collect();
    let alike = if alike.is_empty() { "无".to_owned() } else { alike.join("、") };
    let kind = matter_kind.map_or("诉求", |kind| kind.term());
    let in_english = match same.len() {
        0 => "of the territory".into(),
        _ => english!("of the same {}", Text::joined(same.iter().map(term), ", ")),
    };
    let of_kind = matter_kind.map_or_else(|| "of all kinds".to_owned(), |kind| format!("of the kind {}", term(&kind)));
    Sentence::new(
        format!("{days} 天内{alike}的{kind}件数，数到 {at_most} 为止"),
        english!("tickets within {} days {}, {}, counted up to {}", days, in_english, of_kind, at_most),
    )
}

fn line(label: impl Into<String>, text: impl Into<String>) -> Line {
    (label.into(), text.into())
}

fn of_ticket(ticket: &TicketView, world: &World) -> Vec<Line> {
    let territory = world.catalogue.territory(&ticket.place.territory);
    let territory = territory.map_or(ticket.place.territory.as_str(), |known| &known.name);
    let count = |n: u16, unit: &str| if n == 0 { String::new() } else { format!("{n} {unit}") };
    let named = |unit: &str, role: &str| format!("{unit}（{role}）");
    let assignments = ticket.assignments.iter().map(|(assignment, unit)| {
        let taken = if assignment.taken_up { "已签收" } else { "未签收" };
        named(unit, &format!("{}，{taken}", if assignment.lead { "主办" } else { "协办" }))
    });
    let copies = ticket.copies.iter().map(|(copy, unit)| named(unit, if copy.statutory { "法定抄送" } else { "抄送" }));
    let deadlines = ticket.deadlines.iter().map(|deadline| {
        let state = match (deadline.met, deadline.overdue) {
            (true, _) => "，已完成",
            (false, true) => "，已超期",
            (false, false) => "",
        };
        format!("{} {}{state}", deadline.kind.term(), due_in_words(deadline.due_at))
    });
    let tasks = ticket
        .open_tasks
        .iter()
        .map(|task| format!("任务 {}「{}」，{}", task.number, task.kind.term(), due_in_words(task.due_at)));
    let fields = ticket.fields.iter().map(|(name, value)| format!("{name}：{}", show(value).chinese));
    let lines = [
        line("渠道", ticket.channel.term()),
        line("来电主体", ticket.caller_kind.term()),
        line("诉求类型", ticket.matter_kind.term()),
        line("分类", format!("{}（{}）", ticket.category_name, ticket.category)),
        line("标题", &ticket.title),
        line("诉求内容", &ticket.body),
        line("属地", territory),
        line("街道", &ticket.place.street),
        line("小区", &ticket.place.estate),
        line("楼栋", &ticket.place.building),
        line("紧急程度", ticket.urgency.term()),
        line("状态", ticket.state.term()),
        line("保密", if ticket.confidential { "是：不提供诉求文字" } else { "" }),
        line("来电时刻", moment(ticket.received_at)),
        line("重办", count(ticket.rework_count, "次")),
        line("退回", count(ticket.hand_back_count, "次")),
        line("延期", if ticket.extended { "已延期" } else { "" }),
        line("未填的必填项", ticket.missing_fields.join("、")),
        line("标签", ticket.tags.join("、")),
        line("扩展字段", fields.collect::<Vec<_>>().join("；")),
        line("承办", assignments.collect::<Vec<_>>().join("、")),
        line("抄送", copies.collect::<Vec<_>>().join("、")),
        line("时限", deadlines.collect::<Vec<_>>().join("；")),
        line("回访", ticket.follow_ups.iter().map(followed_up).collect::<Vec<_>>().join("；")),
        line("未完成的任务", tasks.collect::<Vec<_>>().join("；")),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn followed_up(follow_up: &FollowUp) -> String {
    super::followed_up(follow_up, "").chinese
}

fn event(event: &RuleEvent, world: &World) -> String {
    let unit = |id: &String| world.catalogue.unit_name(&id.as_str().into()).to_owned();
    let ruled = |what: &str, approved: bool, opinion: &String| super::outcome(approved, what, opinion);
    match event {
        RuleEvent::Registered => "登记".into(),
        RuleEvent::Accepted => "受理".into(),
        RuleEvent::Dispatched => "派单".into(),
        RuleEvent::FilledIn => "补充填写".into(),
        RuleEvent::Reclassified => "改派分类".into(),
        RuleEvent::Reopened => "重办".into(),
        RuleEvent::TakenUp(id) => format!("{} 签收", unit(id)),
        RuleEvent::HandBackAsked { handling_unit, ground, reason } => {
            format!("{} 申请退回（{}）：{reason}", unit(handling_unit), ground.term())
        }
        RuleEvent::HandBackRuled { approved, opinion } => ruled("退回", *approved, opinion),
        RuleEvent::ExtensionAsked { handling_unit, working_days, reason } => {
            format!("{} 申请延期 {working_days} 个工作日：{reason}", unit(handling_unit))
        }
        RuleEvent::ExtensionRuled { approved, working_days, opinion } => {
            ruled(&format!("延期 {working_days} 个工作日"), *approved, opinion)
        }
        RuleEvent::Supervised { kind, department, target, words } => {
            format!("{} {} {}：{words}", unit(department), kind.term(), unit(target))
        }
        RuleEvent::Grasped(words) => format!("掌握情况：{words}"),
        RuleEvent::CallerContacted(words) => format!("联系来电人：{words}"),
        RuleEvent::SentBack(missing) => format!("退回补充：{missing}"),
        RuleEvent::ReportedBack { handling_unit, contacted, solved, result, evidence_count } => format!(
            "{} 反馈办理结果：{result}（联系来电人：{}，自述解决：{}，附件 {evidence_count} 件）",
            unit(handling_unit),
            yes(*contacted),
            yes(*solved)
        ),
        RuleEvent::Reviewed { passed: true, .. } => "审核通过".into(),
        RuleEvent::Reviewed { passed: false, opinion } => format!("审核退回补充：{opinion}"),
        RuleEvent::FollowedUp(follow_up) => followed_up(follow_up),
        RuleEvent::ClosedOut(ClosedBy::Solved) => "办结".into(),
        RuleEvent::ClosedOut(ClosedBy::Unreachable) => "三次回访未接通，办结".into(),
        RuleEvent::ClosedOut(ClosedBy::Explained) => "解释办结".into(),
        RuleEvent::UrgencyRaised(urgency) => format!("紧急程度提高为「{}」", urgency.term()),
        RuleEvent::TaskOpened(task) => format!("开立任务「{}」", task.kind.term()),
        RuleEvent::TaskDone { task, result } => format!("任务「{}」完成：{result}", task.kind.term()),
        RuleEvent::TaskOverdue(task) => format!("任务「{}」超期", task.kind.term()),
        RuleEvent::EarlyWarning(kind) => format!("预警：「{}」时限将到", kind.term()),
        RuleEvent::Overdue(kind) => format!("超期：「{}」时限已过", kind.term()),
        RuleEvent::TimerFired(name) => format!("定时到：{name}"),
    }
}
