//! The timeline in words (时间线): what happened, in plain Chinese, for the people who read
//! it. No caller stands here.

use crate::World;
use crate::actor::By;
use crate::calendar::civil;
use crate::deadline::{Deadline, Due};
use crate::event::{ClosedBy, Event};
use crate::rule::ledger::LedgerItem;
use crate::rule::review::ReviewEvent;
use crate::rule::value::Value;
use crate::ticket::FollowUp;
use jiff::Timestamp;

mod oversight;
mod proposed;
mod responsibility;
mod rule;
mod seen;
mod side;

pub use proposed::effect as proposed;
pub use seen::{figure, seen};

/// A moment as people write it: `2024-06-25 09:30`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    civil(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// When something is due, in words.
pub(crate) fn due(due: Due) -> String {
    match due {
        Due::At(at) => moment(at),
        Due::AwaitingCalendar(year) => format!("待定（缺 {year} 年放假安排，录入后自动计算）"),
    }
}

/// When something is due that a rule was told of, which is not told which year's notice is missing.
fn due_in_words(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "期限待定".into(), |at| format!("{} 前", moment(at)))
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "是" } else { "否" }
}

/// Who did it.
#[must_use]
pub fn actor(by: &By, world: &World) -> String {
    match by {
        By::CallTaker { number } => format!("话务员 {number}"),
        By::EnterpriseSeat { number } => format!("企业服务专线 {number}"),
        By::LegalSeat { number } => format!("法律专席 {number}"),
        By::CompanySeat { unit } => format!("供热企业坐席 {}", world.catalogue.unit_name(unit)),
        By::Dispatcher { number } => format!("派单员 {number}"),
        By::UnitClerk { unit } | By::DepartmentSupervisor { unit } => world.catalogue.unit_name(unit).to_owned(),
        By::Reviewer { number } => format!("审核员 {number}"),
        By::KnowledgeReviewer { number } => format!("知识库审核员 {number}"),
        By::FollowUpStaff { number } => format!("回访员 {number}"),
        By::HotlineOffice { number } => format!("热线工作机构 {number}"),
        By::LiabilityPanel { number } => format!("责任认定小组 {number}"),
        By::CityLeader { number } => format!("市级领导 {number}"),
        By::Clock => "系统时钟".into(),
        By::Rule { title, version, .. } => format!("规则「{title}」{version}"),
    }
}

fn deadline(verb: &str, deadline: &Deadline) -> String {
    format!(
        "{verb}「{}」时限：{}（{}，依据：{}）",
        deadline.kind.term(),
        due(deadline.due),
        deadline.limit,
        deadline.source.term()
    )
}

fn outcome(approved: bool, what: &str, opinion: &str) -> String {
    format!("{}{what}：{opinion}", if approved { "同意" } else { "不同意" })
}

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &Event, world: &World) -> String {
    let unit = |id| world.catalogue.unit_name(id);
    match event {
        Event::Registered { intake, urgency } => format!(
            "登记诉求：{}（{}，{}）",
            intake.title,
            world.catalogue.category_name(&intake.category),
            urgency.term()
        ),
        Event::FieldRequired { field } => format!("要求填写「{}」", field.label),
        Event::PlaceFilled { name, text } => format!("填写{}：{text}", place_label(name)),
        Event::FieldFilled { label, personal: true, .. } => format!("填写{label}：（已填写）"),
        Event::FieldFilled { label, value, .. } => format!("填写{label}：{}", show(value)),
        Event::Accepted => "受理".into(),
        Event::LeftUnanswered { reason } => format!("必填项未能问清：{reason}"),
        Event::DeadlineSet { deadline: d } => deadline("设定", d),
        Event::DeadlineTightened { deadline: d } => deadline("提前", d),
        Event::DeadlineComputed { deadline: d } => deadline("按放假安排重算", d),
        Event::DeadlineMet { kind, late: false } => format!("「{}」在时限内完成", kind.term()),
        Event::DeadlineMet { kind, late: true } => format!("「{}」超期后完成", kind.term()),
        Event::Reclassified { category } => format!("改派分类：{}", world.catalogue.category_name(category)),
        Event::Dispatched { lead_unit, assisting_units, copy_to, levels_above, .. } => {
            let assisting: String = assisting_units.iter().map(|u| format!("，协办 {}", unit(u))).collect();
            let above: String = levels_above.iter().map(|u| format!("、{}", unit(u))).collect();
            format!("双向联办：主办 {}{assisting}，同时抄送 {}{above}", unit(lead_unit), unit(copy_to))
        }
        Event::TakenUp { .. } => "签收".into(),
        Event::HandBackAsked { ground, reason, .. } => format!("申请退回（{}）：{reason}", ground.term()),
        Event::HandBackRuled { approved, opinion } => outcome(*approved, "退回", opinion),
        Event::ExtensionAsked { working_days, reason, .. } => format!("申请延期 {working_days} 个工作日：{reason}"),
        Event::ExtensionRuled { approved, opinion, .. } => outcome(*approved, "延期", opinion),
        Event::Supervised { kind, target, words, .. } => format!("{} {}：{words}", kind.term(), unit(target)),
        Event::Grasped { words } => format!("掌握情况：{words}"),
        Event::CallerContacted { words } => format!("联系来电人：{words}"),
        Event::ReportedBack { contacted, solved, result, evidence_count, .. } => format!(
            "反馈办理结果：{result}（{}联系来电人，自述{}解决，附件 {evidence_count} 件）",
            if *contacted { "已" } else { "未" },
            if *solved { "已" } else { "未" }
        ),
        Event::Reviewed { passed: true, .. } => "审核通过，转回访".into(),
        Event::Reviewed { passed: false, opinion, .. } => format!("审核退回补充：{opinion}"),
        Event::FollowedUp { follow_up: outcome, opinion } => followed_up(outcome, opinion),
        Event::Reopened { rework_count } => format!("第 {rework_count} 次重办"),
        Event::ClosedOut { how: ClosedBy::Solved, .. } => "办结".into(),
        Event::ClosedOut { how: ClosedBy::Unreachable, .. } => "三次回访未接通，办结".into(),
        Event::ClosedOut { how: ClosedBy::Explained, explanation } => format!("解释办结：{explanation}"),
        Event::LeftWaiting => "登记已满一小时仍未受理，请热线受理中心核实".into(),
        Event::EarlyWarning { kind } => format!("预警：「{}」时限将到", kind.term()),
        Event::Overdue { kind } => format!("超期：「{}」时限已过", kind.term()),
        Event::TimerFired { name, .. } => format!("定时到：{name}"),
        Event::TaskOverdue { number } => format!("超期：任务 {number} 未在期限内完成"),
        Event::TaskDueComputed { number, due: at } => format!("已有放假安排，任务 {number} 期限：{}", due(*at)),
        Event::TaskDone { number, result, record } => format!("任务 {number} 完成：{result}{}", rule::recorded(record)),
        Event::Remark(event) => rule::remark(event),
        Event::Side(event) => side::event(event, world),
        Event::Responsibility(event) => responsibility::event(event, world),
        Event::Oversight(event) => oversight::event(event, world),
        _ => effect(event, world),
    }
}

/// Events that come of rules.
fn effect(event: &Event, world: &World) -> String {
    let unit = |id| world.catalogue.unit_name(id);
    match event {
        Event::UrgencyRaised { urgency } => format!("紧急程度提高为「{}」", urgency.term()),
        Event::CategorySuggested { category } => format!("建议分类：{}", world.catalogue.category_name(category)),
        Event::SeatSuggested { seat } => format!("建议转接 {}", world.catalogue.seat_name(seat)),
        Event::UnitSuggested { handling_unit, lead } => {
            format!("建议{} {}", if *lead { "主办" } else { "协办" }, unit(handling_unit))
        }
        Event::Tagged { tag } => format!("加标签「{tag}」"),
        Event::CopyAdded { copy } => format!("增加抄送 {}", unit(&copy.reader)),
        Event::EvidenceAsked { what } => format!("要求举证：{what}"),
        Event::SentBack { missing } => format!("退回补充：{missing}"),
        Event::TaskOpened { task } => {
            let whose = unit(&task.handling_unit);
            format!(
                "开立任务 {}「{}」：{}，责任岗位 {whose}{}，{} 前完成",
                task.number,
                task.kind.term(),
                task.title,
                task.post.term(),
                due(task.due)
            )
        }
        Event::LedgerEntered(item) => entered(item, world),
        Event::Nominated { forum, title } => format!("提名{}议题：{title}", forum.term()),
        Event::Notified { to_unit, text } => format!("通知 {}：{text}", unit(to_unit)),
        Event::PostNotified { post, text } => format!("通知{}：{text}", post.term()),
        Event::TimerSet { timer } => format!("设定时器 {}：{}", timer.name, moment(timer.fires_at)),
        Event::RuleLeft { rule, timers, tasks, fields } => format!(
            "规则 {rule} 已移除：取消定时 {} 项，终止任务 {} 项，不再要求填写 {} 项；已写的内容保留",
            timers.len(),
            tasks.len(),
            fields.len()
        ),
        Event::TimerCancelled { name, .. } => format!("取消定时器 {name}"),
        Event::Remembered { .. } => "更新规则备忘".into(),
        Event::ScoredLocally { handling_unit, item, hundredths, .. } => {
            rule::scored(unit(handling_unit), item, *hundredths)
        }
        // Named one by one in `event`; listed there because people and the clock make them.
        _ => String::new(),
    }
}

/// What came of a periodic review, as one sentence.
#[must_use]
pub fn review_event(event: &ReviewEvent, world: &World) -> String {
    match event {
        ReviewEvent::SectionWritten { heading, .. } => format!("写入报告：{heading}"),
        ReviewEvent::LedgerEntered(item) => entered(item, world),
        ReviewEvent::LedgerNoted(note) => rule::noted(note),
        ReviewEvent::ScoredLocally { handling_unit, item, hundredths } => {
            rule::scored(world.catalogue.unit_name(handling_unit), item, *hundredths)
        }
        ReviewEvent::Nominated { forum, title, category, place, count, .. } => {
            let category = world.catalogue.category_name(category);
            format!("提名{}议题：{title}（{place}{category}，{count} 件）", forum.term())
        }
        ReviewEvent::Notified { to_unit, text } => {
            format!("通知 {}：{text}", world.catalogue.unit_name(to_unit))
        }
    }
}

/// 记入台账, on a ticket or in a review.
fn entered(item: &LedgerItem, world: &World) -> String {
    let unit = item.handling_unit.as_ref().map(|unit| format!("，责任单位 {}", world.catalogue.unit_name(unit)));
    let basis = if item.basis.is_empty() { String::new() } else { format!("（依据：{}）", item.basis) };
    format!("记入台账「{}」：{}{}{basis}", item.ledger, item.title, unit.unwrap_or_default())
}

fn followed_up(follow_up: &FollowUp, opinion: &str) -> String {
    let outcome = match (follow_up.reached, follow_up.solved, follow_up.satisfied) {
        (false, ..) => "未接通".into(),
        (true, solved, satisfied) => format!(
            "{}，{}",
            if solved == Some(true) { "已解决" } else { "未解决" },
            match satisfied {
                Some(true) => "满意",
                Some(false) => "不满意",
                None => "未评价",
            }
        ),
    };
    let opinion = if opinion.is_empty() { String::new() } else { format!("（{opinion}）") };
    format!("第 {} 次回访：{outcome}{opinion}", follow_up.attempt)
}

fn place_label(name: &str) -> &str {
    match name {
        "place.street" => "街道",
        "place.estate" => "小区",
        _ => "楼栋",
    }
}

/// A value of a setting or of an extra field.
#[must_use]
pub fn show(value: &Value) -> String {
    match value {
        Value::Flag(flag) => yes(*flag).into(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join("、"),
        Value::Table(table) => table.iter().map(|(k, v)| format!("{k}：{v}")).collect::<Vec<_>>().join("；"),
        Value::Withheld => "（已填写）".into(),
    }
}
