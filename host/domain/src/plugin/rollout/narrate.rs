//! The timeline of a rollout in words (留痕).

use super::Rollout;
use super::event::RolloutEvent;
use super::handle::{agreed_before, asked};
use super::leaving::Leaving;
use super::limits::Limits;
use super::revision::{Revision, Standing};
use crate::english;
use crate::narrate::moment;
use crate::sentence::{Sentence, Text, data};

fn which(rollout: &Rollout, number: u32) -> Sentence {
    let version = rollout.revision(number).map(|revision| revision.package.manifest.version.to_string());
    let version = version.unwrap_or_default();
    Sentence::new(format!("第 {number} 版次（{version}）"), format!("revision {number} ({version})"))
}

fn submitted(revision: &Revision, rollout: &Rollout) -> Sentence {
    let Revision { number, note, .. } = revision;
    let manifest = &revision.package.manifest;
    let (title, version, effective) = (&manifest.title, &manifest.version, revision.effective.words());
    let decision = match &revision.standing {
        Standing::Covered { by_revision } => Sentence::new(
            format!("未超出第 {by_revision} 版次批准的范围，免批"),
            format!("covered by the approval of revision {by_revision}"),
        ),
        _ => {
            let lines: Vec<String> =
                revision.asks.iter().map(|line| format!("{}：{}", line.about, line.asked)).collect();
            let before = rollout.revisions.partition_point(|earlier| earlier.number < *number);
            let asks = asked(agreed_before(&rollout.revisions[..before]), manifest, &revision.settings);
            let asks = asks.into_iter().map(|ask| english!("{}: {}", ask.about.english, ask.asked.english));
            Sentence::new(
                format!("请市平台审批：{}", lines.join("；")),
                english!("the city is asked to approve: {}", Text::joined(asks, "; ")),
            )
        }
    };
    Sentence::new(
        format!(
            "提交第 {number} 版次：「{title}」{version}，生效期 {}，事由：{note}；{}",
            effective.chinese, decision.chinese
        ),
        english!(
            "Submitted revision {}: \"{}\" {}; in force: {}; because: {}; {}",
            number,
            data(title),
            version,
            effective.english,
            data(note),
            decision.english
        ),
    )
}

/// One event; `rollout` is the state after it.
#[must_use]
pub fn event(event: &RolloutEvent, rollout: &Rollout) -> Sentence {
    let of = |number: &u32| which(rollout, *number);
    // A deed on one revision, with or without a reason.
    let on = |number: &u32, (before, behind): (&str, &str), english: &str| {
        let Sentence { chinese, english: revision } = of(number);
        Sentence::new(format!("{before}{chinese}{behind}"), english!("{} {}", english, revision))
    };
    let because = |done: Sentence, reason: &str| {
        let Sentence { chinese, english } = done;
        Sentence::new(format!("{chinese}，理由：{reason}"), english!("{}; because: {}", english, data(reason)))
    };
    match event {
        RolloutEvent::Submitted { revision } => submitted(revision, rollout),
        RolloutEvent::Withdrawn { revision } => on(revision, ("撤回", ""), "Withdrew"),
        RolloutEvent::Approved { revision, opinion } => {
            let approved = on(revision, ("批准", ""), "Approved");
            if opinion.is_empty() {
                return approved;
            }
            let english = english!("{}; opinion: {}", approved.english, data(opinion));
            Sentence::new(format!("{}，意见：{opinion}", approved.chinese), english)
        }
        RolloutEvent::Refused { revision, reason } => because(on(revision, ("不批准", ""), "Refused"), reason),
        RolloutEvent::Shadowed { revision } => {
            let shadowed = on(revision, ("", "开始影子运行：只记录和比较，不改变工单"), "Began the shadow run of");
            let english = english!("{}: it records and compares, and changes no ticket", shadowed.english);
            Sentence::new(shadowed.chinese, english)
        }
        RolloutEvent::Canaried { revision, on: tickets } => {
            let (canaried, tickets) = (on(revision, ("", "开始灰度"), "Began the canary of"), tickets.words());
            let english = english!("{}; on: {}", canaried.english, tickets.english);
            Sentence::new(format!("{}，范围：{}", canaried.chinese, tickets.chinese), english)
        }
        RolloutEvent::SwitchedOn { revision } => on(revision, ("启用", ""), "Switched on"),
        RolloutEvent::CandidateDropped { revision, reason } => because(on(revision, ("放弃", ""), "Dropped"), reason),
        RolloutEvent::RolledBack { from, to, reason } => {
            let from = of(from);
            let to = to
                .as_ref()
                .map_or_else(|| Sentence::new("未启用（此前没有启用过）", "nothing (none was on before)"), of);
            let english = english!("Rolled back from {} to {}", from.english, to.english);
            because(Sentence::new(format!("由{}回退到{}", from.chinese, to.chinese), english), reason)
        }
        RolloutEvent::SwitchedOff { reason } => because(Sentence::new("关闭插件", "Switched the plugin off"), reason),
        RolloutEvent::Resumed { reason } => because(Sentence::new("恢复运行", "Resumed"), reason),
        RolloutEvent::Ordered { priority } => {
            Sentence::new(format!("次序定为 {priority}"), format!("Set its place in the order: {priority}"))
        }
        RolloutEvent::Limited { limits } => limited(limits),
        RolloutEvent::Removed { reason, leaving } => removed(reason, *leaving),
        RolloutEvent::Quarantined { revision, cause, retry_at, times, .. } => {
            let (of, retry_at) = (of(revision), moment(*retry_at));
            Sentence::new(
                format!(
                    "{}被隔离（第 {times} 次）：{cause}；工单照常办理，{retry_at} 自动试运行，也可由人恢复",
                    of.chinese
                ),
                english!(
                    "Put {} into quarantine (No. {}): {}; tickets go on as usual; tried again by itself at {}, or resumed by a person",
                    of.english,
                    times,
                    data(cause),
                    retry_at
                ),
            )
        }
        RolloutEvent::Tripped { revision, cause, wanted } => {
            let (of, count) = (of(revision), wanted.len());
            Sentence::new(
                format!("{}熔断：{cause}；等待人工处理，附最近 {count} 项改动", of.chinese),
                english!(
                    "The breaker opened for {}: {}; it waits for a person, with its last changes: {}",
                    of.english,
                    data(cause),
                    count
                ),
            )
        }
        RolloutEvent::TriedAgain { revision } => {
            on(revision, ("", "隔离期满，试运行"), "The quarantine is over; trying")
        }
        RolloutEvent::Released { revision } => {
            on(revision, ("", "试运行正常，解除隔离"), "The trial went well; released from quarantine:")
        }
    }
}

fn limited(limits: &Limits) -> Sentence {
    let Limits {
        changed_per_hour,
        changed_permille,
        calls_per_minute,
        fuel_per_minute,
        millis_per_minute,
        costly_calls_per_minute,
        failures_in_a_row,
        refused_in_a_row,
    } = limits;
    Sentence::new(
        format!(
            "限额定为：每小时改动 {changed_per_hour} 件、占比千分之 {changed_permille}；每分钟 {calls_per_minute} 次、算力 {fuel_per_minute} 百万、用时 {millis_per_minute} 毫秒、高耗调用 {costly_calls_per_minute} 次；连续失败 {failures_in_a_row} 次或连续 {refused_in_a_row} 次所提全部被拒即隔离"
        ),
        format!(
            "Set its limits: an hour: {changed_per_hour} tickets changed, {changed_permille} of a thousand; a minute: {calls_per_minute} calls, {fuel_per_minute} million fuel, {millis_per_minute} ms, {costly_calls_per_minute} costly calls; quarantine after {failures_in_a_row} failures in a row, or when all that it asks for is refused {refused_in_a_row} times in a row"
        ),
    )
}

fn removed(reason: &str, leaving: Leaving) -> Sentence {
    let (tasks, of_tasks) = if leaving.keep_tasks { ("留给人办", "are left to people") } else { ("终止", "end") };
    let (fields, of_fields) = match leaving.keep_required_fields {
        true => ("照旧要求", "are still required"),
        false => ("不再要求", "are no longer required"),
    };
    Sentence::new(
        format!("移除插件，理由：{reason}；未完成的任务{tasks}，未填的必填项{fields}，定时取消，已写的内容保留"),
        english!(
            "Removed the plugin; because: {}; open tasks {}, fields not filled in {}, timers are cancelled, what was written stays",
            data(reason),
            of_tasks,
            of_fields
        ),
    )
}
