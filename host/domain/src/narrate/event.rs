//! What happened to a ticket, in words: one line for each kind of event, in both languages.

use super::{due, entered, followed_up, moment, notified, outcome, oversight, place_label, responsibility, rule, show};
use super::{proposed, side, units};
use crate::World;
use crate::deadline::Deadline;
use crate::english;
use crate::event::{ClosedBy, Event};
use crate::sentence::{Sentence, data, first_term, term};
use crate::ticket::Task;

/// What happened, as one sentence.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a line for each kind of event; a new one has to say its own")]
pub fn event(event: &Event, world: &World) -> Sentence {
    let unit = |id| world.catalogue.unit_name(id);
    let say = Sentence::new;
    match event {
        Event::Registered { intake, urgency } => {
            let category = world.catalogue.category_name(&intake.category);
            say(
                format!("登记诉求：{}（{category}，{}）", intake.title, urgency.term()),
                english!("Registered: {} ({}, {})", data(&intake.title), data(category), term(urgency)),
            )
        }
        Event::FieldRequired { field } => proposed::field_required(&field.name, &field.label),
        Event::PlaceFilled { name, text } => {
            let (chinese, english) = place_label(name);
            say(format!("填写{chinese}：{text}"), english!("Filled in the {}: {}", english, data(text)))
        }
        Event::FieldFilled { label, personal: true, .. } => {
            say(format!("填写{label}：（已填写）"), english!("Filled in \"{}\": (filled in)", data(label)))
        }
        Event::FieldFilled { label, value, .. } => {
            let value = show(value);
            let english = english!("Filled in \"{}\": {}", data(label), value.english);
            say(format!("填写{label}：{}", value.chinese), english)
        }
        Event::Accepted => say("受理".into(), "Accepted".into()),
        Event::LeftUnanswered { reason } => say(
            format!("必填项未能问清：{reason}"),
            english!("What must be filled in could not be found out: {}", data(reason)),
        ),
        Event::DeadlineSet { deadline: d } => deadline("设定", "Set", d),
        Event::DeadlineTightened { deadline: d } => deadline("提前", "Made earlier", d),
        Event::DeadlineComputed { deadline: d } => deadline("按放假安排重算", "Computed anew by the holiday notice", d),
        Event::DeadlineMet { kind, late: false } => {
            say(format!("「{}」在时限内完成", kind.term()), english!("Met the deadline \"{}\" in time", term(kind)))
        }
        Event::DeadlineMet { kind, late: true } => {
            say(format!("「{}」超期后完成", kind.term()), english!("Met the deadline \"{}\" too late", term(kind)))
        }
        Event::Reclassified { category } => {
            let category = world.catalogue.category_name(category);
            say(format!("改派分类：{category}"), english!("Put into another category: {}", data(category)))
        }
        Event::Dispatched { lead_unit, assisting_units, copy_to, levels_above, .. } => {
            let assisting: String = assisting_units.iter().map(|u| format!("，协办 {}", unit(u))).collect();
            let above: String = levels_above.iter().map(|u| format!("、{}", unit(u))).collect();
            let lead = unit(lead_unit);
            let assisting_too = match assisting_units.as_slice() {
                [] => "".into(),
                some => english!("; assisting {}", units(some, world).english),
            };
            let copies = units(std::iter::once(copy_to).chain(levels_above), world).english;
            say(
                format!("双向联办：主办 {lead}{assisting}，同时抄送 {}{above}", unit(copy_to)),
                english!("Dispatched on both tracks: lead {}{}; copied to {}", data(lead), assisting_too, copies),
            )
        }
        Event::TakenUp { .. } => say("签收".into(), "Taken up".into()),
        Event::HandBackAsked { ground, reason, .. } => say(
            format!("申请退回（{}）：{reason}", ground.term()),
            english!("Asked to hand back ({}): {}", term(ground), data(reason)),
        ),
        Event::HandBackRuled { approved, opinion } => {
            let agreed = if *approved { "Agreed to the hand-back" } else { "Did not agree to the hand-back" };
            say(outcome(*approved, "退回", opinion), english!("{}: {}", agreed, data(opinion)))
        }
        Event::ExtensionAsked { working_days, reason, .. } => say(
            format!("申请延期 {working_days} 个工作日：{reason}"),
            english!("Asked for an extension by {} working days: {}", working_days, data(reason)),
        ),
        Event::ExtensionRuled { approved, opinion, .. } => {
            let agreed = if *approved { "Agreed to the extension" } else { "Did not agree to the extension" };
            say(outcome(*approved, "延期", opinion), english!("{}: {}", agreed, data(opinion)))
        }
        Event::Supervised { kind, target, words, .. } => {
            let target = unit(target);
            say(
                format!("{} {target}：{words}", kind.term()),
                english!("{} {}: {}", first_term(kind), data(target), data(words)),
            )
        }
        Event::Grasped { words } => {
            say(format!("掌握情况：{words}"), english!("Grasped the situation: {}", data(words)))
        }
        Event::CallerContacted { words } => {
            say(format!("联系来电人：{words}"), english!("Contacted the caller: {}", data(words)))
        }
        Event::ReportedBack { contacted, solved, result, evidence_count, .. } => {
            let (is_contacted, was) = if *contacted { ("已", "contacted") } else { ("未", "not contacted") };
            let (is_solved, so) = if *solved { ("已", "solved") } else { ("未", "not solved") };
            say(
                format!(
                    "反馈办理结果：{result}（{is_contacted}联系来电人，自述{is_solved}解决，附件 {evidence_count} 件）"
                ),
                english!(
                    "Reported back: {} (caller {}; {} by its own account; attachments: {})",
                    data(result),
                    was,
                    so,
                    evidence_count
                ),
            )
        }
        Event::Reviewed { passed: true, .. } => {
            say("审核通过，转回访".into(), "Passed the review, on to the follow-up call".into())
        }
        Event::Reviewed { passed: false, opinion, .. } => {
            say(format!("审核退回补充：{opinion}"), english!("Sent back by the review: {}", data(opinion)))
        }
        Event::FollowedUp { follow_up: outcome, opinion } => followed_up(outcome, opinion),
        Event::Reopened { rework_count } => {
            say(format!("第 {rework_count} 次重办"), english!("Reopened: second handling, No. {}", rework_count))
        }
        Event::ClosedOut { how: ClosedBy::Solved, .. } => say("办结".into(), "Closed out".into()),
        Event::ClosedOut { how: ClosedBy::Unreachable, .. } => {
            say("三次回访未接通，办结".into(), "Closed out: not reached by three follow-up calls".into())
        }
        Event::ClosedOut { how: ClosedBy::Explained, explanation } => {
            say(format!("解释办结：{explanation}"), english!("Closed out with an explanation: {}", data(explanation)))
        }
        Event::LeftWaiting => say(
            "登记已满一小时仍未受理，请热线受理中心核实".into(),
            "Registered an hour ago and not accepted yet; the hotline centre is asked to look into it".into(),
        ),
        Event::EarlyWarning { kind } => say(
            format!("预警：「{}」时限将到", kind.term()),
            english!("Early warning: the deadline \"{}\" is near", term(kind)),
        ),
        Event::Overdue { kind } => say(
            format!("超期：「{}」时限已过", kind.term()),
            english!("Overdue: the deadline \"{}\" has passed", term(kind)),
        ),
        Event::TimerFired { name, .. } => say(format!("定时到：{name}"), english!("The timer {} went off", data(name))),
        Event::TaskOverdue { number } => say(
            format!("超期：任务 {number} 未在期限内完成"),
            english!("Overdue: task {} was not finished in time", number),
        ),
        Event::TaskDueComputed { number, due: at } => {
            let due = due(*at);
            say(
                format!("已有放假安排，任务 {number} 期限：{}", due.chinese),
                english!("The holiday notice is there; task {} is due: {}", number, due.english),
            )
        }
        Event::TaskDone { number, result, record } => {
            let record = rule::recorded(record);
            say(
                format!("任务 {number} 完成：{result}{}", record.chinese),
                english!("Finished task {}: {}{}", number, data(result), record.english),
            )
        }
        Event::UrgencyRaised { urgency } => {
            say(format!("紧急程度提高为「{}」", urgency.term()), english!("Raised urgency to {}", term(urgency)))
        }
        Event::CategorySuggested { category } => {
            let category = world.catalogue.category_name(category);
            say(format!("建议分类：{category}"), english!("Suggested the category {}", data(category)))
        }
        Event::SeatSuggested { seat } => {
            let seat = world.catalogue.seat_name(seat);
            say(format!("建议转接 {seat}"), english!("Suggested the seat {}", data(seat)))
        }
        Event::UnitSuggested { handling_unit, lead } => {
            let ((role, as_what), name) =
                (if *lead { ("主办", "lead") } else { ("协办", "assisting") }, unit(handling_unit));
            say(format!("建议{role} {name}"), english!("Suggested as {} unit {}", as_what, data(name)))
        }
        Event::Tagged { tag } => say(format!("加标签「{tag}」"), english!("Tagged \"{}\"", data(tag))),
        Event::CopyAdded { copy } => {
            let reader = unit(&copy.reader);
            say(format!("增加抄送 {reader}"), english!("Added a copy to {}", data(reader)))
        }
        Event::EvidenceAsked { what } => {
            say(format!("要求举证：{what}"), english!("Asked for evidence: {}", data(what)))
        }
        Event::SentBack { missing } => {
            say(format!("退回补充：{missing}"), english!("Sent back for more: {}", data(missing)))
        }
        Event::TaskOpened { task } => opened(task, unit(&task.handling_unit)),
        Event::LedgerEntered(item) => entered(item, world),
        Event::Nominated { forum, title } => say(
            format!("提名{}议题：{title}", forum.term()),
            english!("Nominated for {}: {}", term(forum), data(title)),
        ),
        Event::Notified { to_unit, text } => notified(unit(to_unit), text),
        Event::PostNotified { post, text } => {
            say(format!("通知{}：{text}", post.term()), english!("Notified the {}: {}", term(post), data(text)))
        }
        Event::TimerSet { timer } => {
            let (name, at) = (&timer.name, moment(timer.fires_at));
            let english = english!("Set the timer {}: {}", data(name), at.as_str());
            say(format!("设定时器 {name}：{at}"), english)
        }
        Event::RuleLeft { rule, timers, tasks, fields } => {
            let (timers, tasks, fields) = (timers.len(), tasks.len(), fields.len());
            say(
                format!(
                    "规则 {rule} 已移除：取消定时 {timers} 项，终止任务 {tasks} 项，不再要求填写 {fields} 项；已写的内容保留"
                ),
                english!(
                    "The rule {} was removed: timers cancelled: {}; tasks ended: {}; fields no longer required: {}; what was written stays",
                    rule,
                    timers,
                    tasks,
                    fields
                ),
            )
        }
        Event::TimerCancelled { name, .. } => {
            say(format!("取消定时器 {name}"), english!("Cancelled the timer {}", data(name)))
        }
        Event::Remembered { .. } => say("更新规则备忘".into(), "Updated the rule's memory".into()),
        Event::ScoredLocally { handling_unit, item, hundredths, .. } => {
            rule::scored(unit(handling_unit), item, *hundredths)
        }
        Event::Remark(event) => rule::remark(event),
        Event::Side(event) => side::event(event, world),
        Event::Responsibility(event) => responsibility::event(event, world),
        Event::Oversight(event) => oversight::event(event, world),
    }
}

fn deadline(verb: &str, english: &str, deadline: &Deadline) -> Sentence {
    let Deadline { kind, limit, source, .. } = deadline;
    let due = due(deadline.due);
    Sentence::new(
        format!("{verb}「{}」时限：{}（{limit}，依据：{}）", kind.term(), due.chinese, source.term()),
        english!(
            "{} the deadline \"{}\": {} ({}; basis: {})",
            english,
            term(kind),
            due.english,
            limit.english(),
            term(source)
        ),
    )
}

fn opened(task: &Task, whose: &str) -> Sentence {
    let (number, title, due) = (task.number, &task.title, due(task.due));
    let (kind, post) = (task.kind, task.post);
    Sentence::new(
        format!(
            "开立任务 {number}「{}」：{title}，责任岗位 {whose}{}，{} 前完成",
            kind.term(),
            post.term(),
            due.chinese
        ),
        english!(
            "Opened task {} ({}): {}; responsible: {} of {}; due: {}",
            number,
            term(&kind),
            data(title),
            term(&post),
            data(whose),
            due.english
        ),
    )
}
