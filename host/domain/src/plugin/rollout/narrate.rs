//! The timeline of a rollout in words (留痕).

use super::Rollout;
use super::event::RolloutEvent;
use super::revision::{Revision, Standing};
use crate::narrate::moment;

fn which(rollout: &Rollout, number: u32) -> String {
    let version = rollout.revision(number).map(|revision| revision.package.manifest.version.to_string());
    format!("第 {number} 版次（{}）", version.unwrap_or_default())
}

fn submitted(revision: &Revision) -> String {
    let manifest = &revision.package.manifest;
    let asks: Vec<String> = revision.asks.iter().map(|line| format!("{}：{}", line.about, line.asked)).collect();
    let decision = match &revision.standing {
        Standing::Covered { by_revision } => format!("未超出第 {by_revision} 版次批准的范围，免批"),
        _ => format!("请市平台审批：{}", asks.join("；")),
    };
    format!(
        "提交第 {} 版次：「{}」{}，生效期 {}，事由：{}；{decision}",
        revision.number,
        manifest.title,
        manifest.version,
        revision.effective.words(),
        revision.note
    )
}

/// One event; `rollout` is the state after it.
#[must_use]
pub fn event(event: &RolloutEvent, rollout: &Rollout) -> String {
    let of = |number: &u32| which(rollout, *number);
    match event {
        RolloutEvent::Submitted { revision } => submitted(revision),
        RolloutEvent::Withdrawn { revision } => format!("撤回{}", of(revision)),
        RolloutEvent::Approved { revision, opinion } if opinion.is_empty() => format!("批准{}", of(revision)),
        RolloutEvent::Approved { revision, opinion } => format!("批准{}，意见：{opinion}", of(revision)),
        RolloutEvent::Refused { revision, reason } => format!("不批准{}，理由：{reason}", of(revision)),
        RolloutEvent::Shadowed { revision } => format!("{}开始影子运行：只记录和比较，不改变工单", of(revision)),
        RolloutEvent::Canaried { revision, on } => format!("{}开始灰度，范围：{}", of(revision), on.words()),
        RolloutEvent::SwitchedOn { revision } => format!("启用{}", of(revision)),
        RolloutEvent::CandidateDropped { revision, reason } => format!("放弃{}，理由：{reason}", of(revision)),
        RolloutEvent::RolledBack { from, to: Some(to), reason } => {
            format!("由{}回退到{}，理由：{reason}", of(from), of(to))
        }
        RolloutEvent::RolledBack { from, to: None, reason } => {
            format!("由{}回退到未启用（此前没有启用过），理由：{reason}", of(from))
        }
        RolloutEvent::SwitchedOff { reason } => format!("关闭插件，理由：{reason}"),
        RolloutEvent::Resumed { reason } => format!("恢复运行，理由：{reason}"),
        RolloutEvent::Ordered { priority } => format!("次序定为 {priority}"),
        RolloutEvent::Limited { limits } => format!(
            "限额定为：每小时改动 {} 件、占比千分之 {}；每分钟 {} 次、算力 {} 百万、用时 {} 毫秒、高耗调用 {} 次；连续失败 {} 次或连续 {} 次所提全部被拒即隔离",
            limits.changed_per_hour,
            limits.changed_permille,
            limits.calls_per_minute,
            limits.fuel_per_minute,
            limits.millis_per_minute,
            limits.costly_calls_per_minute,
            limits.failures_in_a_row,
            limits.refused_in_a_row
        ),
        RolloutEvent::Removed { reason, leaving } => format!(
            "移除插件，理由：{reason}；未完成的任务{}，未填的必填项{}，定时取消，已写的内容保留",
            if leaving.keep_tasks { "留给人办" } else { "终止" },
            if leaving.keep_required_fields { "照旧要求" } else { "不再要求" },
        ),
        RolloutEvent::Quarantined { revision, cause, retry_at, times, .. } => format!(
            "{}被隔离（第 {times} 次）：{cause}；工单照常办理，{} 自动试运行，也可由人恢复",
            of(revision),
            moment(*retry_at)
        ),
        RolloutEvent::Tripped { revision, cause, wanted } => {
            format!("{}熔断：{cause}；等待人工处理，附最近 {} 项改动", of(revision), wanted.len())
        }
        RolloutEvent::TriedAgain { revision } => format!("{}隔离期满，试运行", of(revision)),
        RolloutEvent::Released { revision } => format!("{}试运行正常，解除隔离", of(revision)),
    }
}
