//! The one door into a rollout: [`handle`] turns a command of an officer into events, or into a
//! refusal in words. Who may do what:
//!
//! | what | who |
//! |---|---|
//! | 提交, 撤回 | the territory (for `WF`: the city) |
//! | 批准, 不批准, 排序, 限额 | the city; to approve, another person than who submitted, in whatever post |
//! | 影子, 灰度, 启用, 放弃候选, 回退, 移除 | the territory or the city |
//! | 关闭 | either, at once |
//! | 恢复 | either; what the city switched off, the city alone |
//! | 隔离, 熔断, 试运行, 解除隔离 | the host |

use super::actor::Officer;
use super::command::{RolloutCommand, Submission};
use super::event::{MOST_LISTED, RolloutEvent};
use super::revision::{Effective, PackageInfo, Revision, Standing};
use super::{Candidate, Halt, Rollout, Trial};
use crate::english;
use crate::plugin::request::{self, Ask};
use crate::refusal::Refusal;
use crate::rule::manifest::Manifest;
use crate::rule::settings::{self, Settings};
use crate::sentence::Sentence;
use jiff::{SignedDuration, Timestamp};

/// How long the first quarantine lasts before the host tries again by itself: long enough for a
/// person to look, short enough that a passing fault (a season's first tickets) heals.
pub const FIRST_QUARANTINE: SignedDuration = SignedDuration::from_mins(10);

/// The longest: each one in a row lasts twice as long as the one before.
pub const LONGEST_QUARANTINE: SignedDuration = SignedDuration::from_hours(24);

/// Characters of a reason.
const MOST_REASON_CHARS: usize = 500;

/// Submissions that may wait for the city at a time, and revisions in all: a person reviews them.
const MOST_WAITING: usize = 3;
const MOST_REVISIONS: usize = 500;

/// Turns a command into events, or refuses it in words. `package` is what a submission names,
/// vouched for in the rollout's territory.
///
/// # Errors
/// A [`Refusal`] with a stable code, saying what is wrong and what to do.
pub fn handle(
    rollout: &Rollout,
    command: &RolloutCommand,
    by: &Officer,
    package: Option<&PackageInfo>,
    now: Timestamp,
) -> Result<Vec<RolloutEvent>, Refusal> {
    entitled(rollout, command, by)?;
    if rollout.removed.is_some() && !matches!(command, RolloutCommand::Submit(_)) {
        return Err(Refusal::new(
            "plugin-removed",
            "该插件已移除；如需再用，请重新提交",
            "it was removed; submit again",
        ));
    }
    reasoned(command)?;
    let revision = |number: u32| {
        rollout.revision(number).ok_or_else(|| {
            let chinese = format!("没有第 {number} 版次，请核对");
            Refusal::new("no-revision", chinese, "there is no such revision")
        })
    };
    let event = match command {
        RolloutCommand::Submit(submission) => submit(rollout, submission, by, package)?,
        RolloutCommand::Withdraw { revision: number } => {
            waiting(revision(*number)?)?;
            RolloutEvent::Withdrawn { revision: *number }
        }
        RolloutCommand::Approve { revision: number, opinion } => {
            let found = revision(*number)?;
            waiting(found)?;
            if found.submitted_by.is_same_person(by) {
                return Err(Refusal::new(
                    "two-keys",
                    "提交人不能批准自己的申请，换一个岗位也不行，请由另一人审批",
                    "who submitted may not approve; another person must",
                ));
            }
            RolloutEvent::Approved { revision: *number, opinion: opinion.clone() }
        }
        RolloutCommand::Refuse { revision: number, reason } => {
            waiting(revision(*number)?)?;
            RolloutEvent::Refused { revision: *number, reason: reason.clone() }
        }
        RolloutCommand::Shadow { revision: number } => {
            may_run(rollout, revision(*number)?)?;
            RolloutEvent::Shadowed { revision: *number }
        }
        RolloutCommand::Canary { revision: number, on } => {
            may_run(rollout, revision(*number)?)?;
            on.check()?;
            RolloutEvent::Canaried { revision: *number, on: on.clone() }
        }
        RolloutCommand::SwitchOn { revision: number } => {
            may_run(rollout, revision(*number)?)?;
            RolloutEvent::SwitchedOn { revision: *number }
        }
        RolloutCommand::DropCandidate { reason } => {
            let tried = rollout
                .candidate
                .as_ref()
                .ok_or_else(|| Refusal::new("no-candidate", "没有正在试用的版次", "no revision is being tried"))?;
            RolloutEvent::CandidateDropped { revision: tried.revision, reason: reason.clone() }
        }
        RolloutCommand::RollBack { reason } => roll_back(rollout, reason)?,
        RolloutCommand::SwitchOff { reason } => {
            if rollout.off.is_some() {
                return Err(Refusal::new("already-off", "该插件已经关闭", "it is off already"));
            }
            RolloutEvent::SwitchedOff { reason: reason.clone() }
        }
        RolloutCommand::Resume { reason } => resume(rollout, by, reason)?,
        RolloutCommand::SetOrder { priority } => {
            if !(-1000..=1000).contains(priority) {
                let chinese = format!("次序是 {priority}，应在 -1000 到 1000 之间");
                return Err(Refusal::new("order-range", chinese, "a priority is -1,000 to 1,000"));
            }
            RolloutEvent::Ordered { priority: *priority }
        }
        RolloutCommand::SetLimits(limits) => {
            limits.check()?;
            RolloutEvent::Limited { limits: *limits }
        }
        RolloutCommand::Remove { reason, leaving } => {
            if rollout.is_in_use() {
                return Err(Refusal::new(
                    "still-in-use",
                    "插件仍在运行，请先关闭（switch-off），再移除",
                    "it still runs; switch it off first",
                ));
            }
            RolloutEvent::Removed { reason: reason.clone(), leaving: *leaving }
        }
        RolloutCommand::Quarantine { .. }
        | RolloutCommand::Trip { .. }
        | RolloutCommand::TryAgain { .. }
        | RolloutCommand::Release { .. } => {
            let number = command.revision().unwrap_or_default();
            return Ok(guard(revision(number)?, command, now).into_iter().collect());
        }
    };
    Ok(vec![event])
}

fn entitled(rollout: &Rollout, command: &RolloutCommand, by: &Officer) -> Result<(), Refusal> {
    let own = by.speaks_for(&rollout.id.territory);
    let may = match command {
        RolloutCommand::Submit(_) | RolloutCommand::Withdraw { .. } => own,
        RolloutCommand::Approve { .. }
        | RolloutCommand::Refuse { .. }
        | RolloutCommand::SetOrder { .. }
        | RolloutCommand::SetLimits(_) => by.is_city(),
        RolloutCommand::Shadow { .. }
        | RolloutCommand::Canary { .. }
        | RolloutCommand::SwitchOn { .. }
        | RolloutCommand::DropCandidate { .. }
        | RolloutCommand::RollBack { .. }
        | RolloutCommand::SwitchOff { .. }
        | RolloutCommand::Resume { .. }
        | RolloutCommand::Remove { .. } => own || by.is_city(),
        RolloutCommand::Quarantine { .. }
        | RolloutCommand::Trip { .. }
        | RolloutCommand::TryAgain { .. }
        | RolloutCommand::Release { .. } => *by == Officer::Host,
    };
    if may {
        return Ok(());
    }
    let who = match command {
        RolloutCommand::Submit(_) | RolloutCommand::Withdraw { .. } => "插件所属区县（全市插件由市平台运维）",
        RolloutCommand::Approve { .. }
        | RolloutCommand::Refuse { .. }
        | RolloutCommand::SetOrder { .. }
        | RolloutCommand::SetLimits(_) => "市平台运维",
        RolloutCommand::Quarantine { .. }
        | RolloutCommand::Trip { .. }
        | RolloutCommand::TryAgain { .. }
        | RolloutCommand::Release { .. } => "主机自动",
        _ => "插件所属区县或市平台运维",
    };
    Err(Refusal::new(
        "not-entitled",
        format!("无权「{}」，请由{who}办理", command.term()),
        "this officer may not do that",
    ))
}

fn reasoned(command: &RolloutCommand) -> Result<(), Refusal> {
    match command.reason() {
        Some(reason) if reason.trim().is_empty() || reason.chars().count() > MOST_REASON_CHARS => {
            let chinese = format!("请写明理由，1 到 {MOST_REASON_CHARS} 个字");
            Err(Refusal::new("reason-missing", chinese, "a reason of 1 to 500 characters is wanted"))
        }
        _ => Ok(()),
    }
}

fn waiting(revision: &Revision) -> Result<(), Refusal> {
    if revision.standing == Standing::Submitted {
        return Ok(());
    }
    let chinese = format!("第 {} 版次{}，不在待审批中", revision.number, revision.standing.term());
    Err(Refusal::new("not-waiting", chinese, "the revision does not wait for a decision"))
}

fn may_run(rollout: &Rollout, revision: &Revision) -> Result<(), Refusal> {
    if !revision.standing.is_agreed() {
        let chinese = format!("第 {} 版次{}，须经市平台批准后才能运行", revision.number, revision.standing.term());
        return Err(Refusal::new("not-approved", chinese, "the city has not approved this revision"));
    }
    if rollout.off.is_some() {
        let chinese = "该插件已关闭，请先恢复（resume）";
        return Err(Refusal::new("switched-off", chinese, "it is switched off; resume it first"));
    }
    if revision.halt.is_some() {
        let chinese = format!("第 {} 版次被隔离或熔断，请查明原因后先恢复（resume）", revision.number);
        return Err(Refusal::new("halted", chinese, "the revision is halted; resume it first"));
    }
    Ok(())
}

fn submit(
    rollout: &Rollout,
    submission: &Submission,
    by: &Officer,
    package: Option<&PackageInfo>,
) -> Result<RolloutEvent, Refusal> {
    let package = package.filter(|package| package.digest == submission.package).ok_or_else(|| {
        Refusal::new("no-package", "没有这个插件包，请先上传并签名", "there is no such package; hand it in first")
    })?;
    let manifest = &package.manifest;
    if manifest.name != rollout.id.plugin {
        let chinese = format!("插件包的名称是 {}，不是 {}", manifest.name, rollout.id.plugin);
        return Err(Refusal::new("another-plugin", chinese, "the package is another plugin's"));
    }
    if rollout.revisions.iter().filter(|revision| revision.standing == Standing::Submitted).count() >= MOST_WAITING {
        let chinese = format!("已有 {MOST_WAITING} 个版次待审批，请等审批或先撤回");
        return Err(Refusal::new("too-many-waiting", chinese, "too many revisions wait for approval"));
    }
    if rollout.revisions.len() >= MOST_REVISIONS {
        let chinese = format!("版次已满 {MOST_REVISIONS} 个，请换一个插件名称");
        return Err(Refusal::new("too-many-revisions", chinese, "too many revisions"));
    }
    let Effective { from, until } = submission.effective;
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(Refusal::new("effective-order", "生效期的止日早于起日", "the last day is before the first"));
    }
    let resolved = settings::resolve(&manifest.settings, &submission.settings).map_err(|problems| {
        let words: Vec<String> =
            problems.iter().map(|problem| format!("{}：{}", problem.place, problem.chinese)).collect();
        Refusal::new("settings-wrong", words.join("；"), "settings do not fit the manifest")
    })?;
    let agreed = agreed_before(&rollout.revisions);
    let asks: Vec<request::Line> = asked(agreed, manifest, &resolved).iter().map(Ask::line).collect();
    let standing = match agreed {
        Some(agreed) if asks.is_empty() => Standing::Covered {
            by_revision: match agreed.standing {
                Standing::Covered { by_revision } => by_revision,
                _ => agreed.number,
            },
        },
        _ => Standing::Submitted,
    };
    let revision = Revision {
        number: u32::try_from(rollout.revisions.len()).unwrap_or(u32::MAX).saturating_add(1),
        package: package.clone(),
        settings: resolved,
        effective: submission.effective,
        submitted_by: by.clone(),
        note: submission.note.clone(),
        asks,
        standing,
        halt: None,
        on_probation: None,
    };
    Ok(RolloutEvent::Submitted { revision: Box::new(revision) })
}

/// What the city agreed to last.
pub(super) fn agreed_before(revisions: &[Revision]) -> Option<&Revision> {
    revisions.iter().rev().find(|revision| revision.standing.is_agreed())
}

/// What the city is asked to agree to: all of it the first time, and after that what goes beyond.
pub(super) fn asked(agreed: Option<&Revision>, manifest: &Manifest, settings: &Settings) -> Vec<Ask> {
    let Some(agreed) = agreed else { return request::lines(manifest) };
    let mut asks = request::asks_again(&agreed.package.manifest, manifest);
    let was = agreed.package.manifest.scope.resolve(&agreed.settings);
    let next = manifest.scope.resolve(settings);
    if !next.is_within(&was) {
        let Sentence { chinese, english } = next.words();
        let wider = english!("the settings widen it: {}", english);
        asks.push(Ask::new("适用", "About", Sentence::new(format!("设置扩大了适用范围：{chinese}"), wider)));
    }
    asks
}

fn roll_back(rollout: &Rollout, reason: &str) -> Result<RolloutEvent, Refusal> {
    let reason = reason.to_owned();
    // A canary goes first: what is on has not been replaced yet.
    if let Some(Candidate { revision, stage: Trial::Canary(_) }) = &rollout.candidate {
        return Ok(RolloutEvent::CandidateDropped { revision: *revision, reason });
    }
    match rollout.on {
        Some(from) => Ok(RolloutEvent::RolledBack { from, to: rollout.before, reason }),
        None => Err(Refusal::new("nothing-on", "没有启用的版次可以回退", "nothing is on that could be taken back")),
    }
}

fn resume(rollout: &Rollout, by: &Officer, reason: &str) -> Result<RolloutEvent, Refusal> {
    let halted = rollout.revisions.iter().any(|revision| revision.halt.is_some());
    match &rollout.off {
        Some(Officer::City { .. }) if !by.is_city() => Err(Refusal::new(
            "city-switched-off",
            "该插件由市平台关闭，须由市平台恢复",
            "the city switched it off; the city alone may resume it",
        )),
        None if !halted => Err(Refusal::new("not-halted", "该插件没有被关闭、隔离或熔断", "it is not halted")),
        _ => Ok(RolloutEvent::Resumed { reason: reason.to_owned() }),
    }
}

/// What the host does by itself. It repeats nothing: two servers that saw the same say it once.
fn guard(revision: &Revision, command: &RolloutCommand, now: Timestamp) -> Option<RolloutEvent> {
    let number = revision.number;
    match (command, &revision.halt) {
        (RolloutCommand::Quarantine { cause, failed, .. }, None) => {
            let times = revision.on_probation.unwrap_or(0) + 1;
            let doubled = FIRST_QUARANTINE.saturating_mul(1 << (times - 1).min(16));
            let retry_at = now.saturating_add(doubled.min(LONGEST_QUARANTINE)).unwrap_or(Timestamp::MAX);
            let failed = failed.iter().rev().take(MOST_LISTED).rev().cloned().collect();
            Some(RolloutEvent::Quarantined { revision: number, cause: cause.clone(), failed, retry_at, times })
        }
        (RolloutCommand::Trip { cause, wanted, .. }, None) => {
            let wanted = wanted.iter().rev().take(MOST_LISTED).rev().cloned().collect();
            Some(RolloutEvent::Tripped { revision: number, cause: cause.clone(), wanted })
        }
        (RolloutCommand::TryAgain { .. }, Some(Halt::Quarantine { retry_at, .. })) if *retry_at <= now => {
            Some(RolloutEvent::TriedAgain { revision: number })
        }
        (RolloutCommand::Release { .. }, None) => {
            revision.on_probation.map(|_| RolloutEvent::Released { revision: number })
        }
        _ => None,
    }
}
