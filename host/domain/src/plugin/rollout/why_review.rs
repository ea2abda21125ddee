//! Why was there no review? (为何没有研判) For a plugin and a kind of review, one answer in words about
//! the latest period that was due. What is switched on before the next one is due still reviews that
//! period, so the answer is read from how it stands now.

use super::event::{RolloutEvent, RolloutRecorded};
use super::revision::Revision;
use super::why::of_answer;
use super::{Halt, Rollout, Trial};
use crate::english;
use crate::rule::review::{ReviewKind, ReviewRecord};
use crate::sentence::{Sentence, Text, data, term};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A period, and what the plugin made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReviewBecause {
    /// 研判种类
    pub kind: ReviewKind,
    /// 起
    #[schemars(with = "String")]
    pub first_day: Date,
    /// 止, included.
    #[schemars(with = "String")]
    pub last_day: Date,
    /// Stable, for programs: `acted`, `asked-for-nothing`, `refused`, `failed`, `not-submitted`,
    /// `not-on`, `off`, `removed`, `quarantine`, `breaker`, `shadow-only`, `canary-only`,
    /// `not-in-force`, `not-listening`, `due`.
    pub code: String,
    /// In words.
    pub chinese: String,
    /// The same in English.
    pub english: Text,
}

/// Why a plugin has reviewed the latest period or has not. `history` is the rollout's, in order, and
/// `held` what was held of that period.
#[must_use]
pub fn because(
    rollout: &Rollout,
    history: &[RolloutRecorded],
    kind: ReviewKind,
    held: Option<&ReviewRecord>,
    now: Timestamp,
) -> ReviewBecause {
    let period = kind.latest(now);
    let (code, Sentence { chinese, english }) = match held {
        Some(held) => of_answer(&held.edition.version, &held.answer),
        None => not_held(rollout, history, kind, now),
    };
    ReviewBecause { kind, first_day: period.first(), last_day: period.last(), code: code.to_owned(), chinese, english }
}

fn not_held(
    rollout: &Rollout,
    history: &[RolloutRecorded],
    kind: ReviewKind,
    now: Timestamp,
) -> (&'static str, Sentence) {
    if rollout.revisions.is_empty() {
        return ("not-submitted", Sentence::new("还没有提交过这个插件", "this plugin was never submitted"));
    }
    if rollout.removed.is_some() {
        return ("removed", Sentence::new("插件已移除", "the plugin was removed"));
    }
    if rollout.off.is_some() {
        let reason = history.iter().rev().find_map(|recorded| match &recorded.event {
            RolloutEvent::SwitchedOff { reason } => Some(reason.as_str()),
            _ => None,
        });
        let reason = reason.unwrap_or_default();
        let english = english!("the plugin is switched off; because: {}", data(reason));
        return ("off", Sentence::new(format!("插件已关闭，理由：{reason}"), english));
    }
    let Some(on) = rollout.current() else { return only_tried(rollout, kind, now) };
    match &on.halt {
        Some(Halt::Quarantine { cause, .. }) => {
            let english = english!("the plugin is in quarantine: {}", data(cause));
            return ("quarantine", Sentence::new(format!("插件在隔离中：{cause}"), english));
        }
        Some(Halt::Breaker { cause, .. }) => {
            let english = english!("the plugin's breaker is open: {}", data(cause));
            return ("breaker", Sentence::new(format!("插件已熔断：{cause}"), english));
        }
        None => {}
    }
    let (number, version) = (on.number, &on.package.manifest.version);
    if !listens(on, kind) {
        let kind = kind.event_kind();
        let chinese = format!("启用的第 {number} 版次（{version}）不监听「{}」", kind.term());
        let english = format!("revision {number} ({version}), which is on, does not listen to \"{}\"", term(&kind));
        return ("not-listening", Sentence::new(chinese, english));
    }
    if !on.effective.covers(now) {
        let days = on.effective.words();
        let english = english!("it is not in force ({})", days.english);
        return ("not-in-force", Sentence::new(format!("不在生效期（{}）", days.chinese), english));
    }
    let chinese = format!("即将由启用的第 {number} 版次（{version}）研判；如一直没有，请看插件的运行状态");
    let english =
        format!("revision {number} ({version}), which is on, is about to review it; if it never does, see how it runs");
    ("due", Sentence::new(chinese, english))
}

fn listens(revision: &Revision, kind: ReviewKind) -> bool {
    revision.package.manifest.listens.contains(&kind.event_kind())
}

/// Nothing is on: why what is tried holds none, either.
fn only_tried(rollout: &Rollout, kind: ReviewKind, now: Timestamp) -> (&'static str, Sentence) {
    let tried = rollout.candidate.as_ref();
    let Some((revision, stage)) = tried.and_then(|tried| Some((rollout.revision(tried.revision)?, &tried.stage)))
    else {
        return ("not-on", Sentence::new("插件没有启用", "the plugin is not on"));
    };
    let number = revision.number;
    if !listens(revision, kind) {
        let kind = kind.event_kind();
        let chinese = format!("候选的第 {number} 版次不监听「{}」", kind.term());
        let english = format!("the candidate, revision {number}, does not listen to \"{}\"", term(&kind));
        return ("not-listening", Sentence::new(chinese, english));
    }
    if !revision.effective.covers(now) {
        let days = revision.effective.words();
        let chinese = format!("候选的第 {number} 版次不在生效期（{}）", days.chinese);
        let english = english!("the candidate, revision {}, is not in force ({})", number, days.english);
        return ("not-in-force", Sentence::new(chinese, english));
    }
    match (&revision.halt, stage) {
        (Some(Halt::Quarantine { cause, .. }), _) => {
            let english = english!("the candidate is in quarantine: {}", data(cause));
            ("quarantine", Sentence::new(format!("候选版次在隔离中：{cause}"), english))
        }
        (Some(Halt::Breaker { cause, .. }), _) => {
            let english = english!("the candidate's breaker is open: {}", data(cause));
            ("breaker", Sentence::new(format!("候选版次已熔断：{cause}"), english))
        }
        (None, Trial::Shadow) => {
            let words = Sentence::new(
                "只有影子运行：研判照时举行，只记录、只比较，不产生任何结果（见影子对照）",
                "it only runs in the shadow: reviews are held on time, recorded and compared, and nothing comes of them",
            );
            ("shadow-only", words)
        }
        (None, Trial::Canary(_)) => {
            let words = "只有灰度，没有启用的版次：研判是全区一次的事，不能按工单或街道分出一份，\
                         所以灰度版次只试研判，只记录，不产生任何结果（见影子对照）；要正式研判请启用";
            let english = "it is only a canary, and nothing is on: a review is of the whole territory, once, and cannot \
                           be shared out by tickets or streets, so a canary only tries it; switch on to review";
            ("canary-only", Sentence::new(words, english))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RolloutId;
    use super::super::actor::Officer;
    use super::super::apply::apply;
    use super::super::canary::Canary;
    use super::super::revision::{Effective, PackageInfo, Standing};
    use super::*;
    use crate::calendar::moment;
    use crate::rule::settings::Settings;
    use jiff::civil::date;
    use serde_json::json;
    use std::sync::Arc;

    fn now() -> Timestamp {
        moment(date(2024, 11, 6).at(9, 0, 0, 0)).expect("a moment")
    }

    fn revision(number: u32, listens: &[&str]) -> Revision {
        let manifest = json!({
            "name": "ledger", "title": "督查台账", "version": format!("1.0.{number}"), "interface": "2.1.0",
            "license": "Apache-2.0", "listens": listens, "effects": ["enter-ledger"],
        });
        let manifest = Arc::new(serde_json::from_value(manifest).expect("a manifest"));
        Revision {
            number,
            package: PackageInfo { digest: "0".repeat(64), manifest, signer: "city-2024".into() },
            settings: Settings::default(),
            effective: Effective::default(),
            submitted_by: Officer::City { number: "0003".into() },
            note: String::new(),
            asks: Vec::new(),
            standing: Standing::Covered { by_revision: 1 },
            halt: None,
            on_probation: None,
        }
    }

    #[test]
    fn only_what_is_on_reviews_and_each_hindrance_is_named() {
        let mut history = Vec::new();
        let mut rollout = Rollout::new(RolloutId::parse("370705/ledger").expect("an id"));
        let mut step = |event: RolloutEvent| {
            let sequence = history.len() as u64 + 1;
            let by = Officer::City { number: "0003".into() };
            let recorded = RolloutRecorded { sequence, at: now(), by, event };
            apply(&mut rollout, &recorded);
            history.push(recorded);
            let of = |kind| because(&rollout, &history, kind, None, now()).code;
            [of(ReviewKind::DailyReview), of(ReviewKind::MonthlyReview)]
        };
        let submitted =
            |number, listens: &[&str]| RolloutEvent::Submitted { revision: Box::new(revision(number, listens)) };
        let on = || Canary::Share(500);
        assert_eq!(step(submitted(1, &["daily-review"])), ["not-on", "not-on"]);
        assert_eq!(step(RolloutEvent::Shadowed { revision: 1 }), ["shadow-only", "not-listening"]);
        let mut over = revision(2, &["daily-review"]);
        over.effective.until = Some(date(2024, 11, 5));
        assert_eq!(step(RolloutEvent::Submitted { revision: Box::new(over) }), ["shadow-only", "not-listening"]);
        assert_eq!(step(RolloutEvent::Shadowed { revision: 2 }), ["not-in-force", "not-listening"], "nothing is tried");
        assert_eq!(step(RolloutEvent::Canaried { revision: 2, on: on() }), ["not-in-force", "not-listening"]);
        assert_eq!(step(RolloutEvent::Canaried { revision: 1, on: on() }), ["canary-only", "not-listening"]);
        assert_eq!(step(RolloutEvent::SwitchedOn { revision: 1 }), ["due", "not-listening"]);
        assert_eq!(step(submitted(3, &["monthly-review"])), ["due", "not-listening"]);
        assert_eq!(step(RolloutEvent::Shadowed { revision: 3 }), ["due", "not-listening"], "a trial takes nothing");
        assert_eq!(step(RolloutEvent::SwitchedOff { reason: "核查".into() }), ["off", "off"]);
    }
}
