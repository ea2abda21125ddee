//! Why did nothing happen? (为何没有动作) For a ticket and a plugin, one answer in words for each
//! thing that happened: computed from the plugin's history, the ticket's, and the decision
//! records, never from what is on now. Of reviews, [`super::why_review`] tells.

use super::apply::apply;
use super::canary::Audience;
use super::event::{RolloutEvent, RolloutRecorded};
use super::revision::Revision;
use super::{Halt, Rollout, RolloutId};
use crate::english;
use crate::event::{Event, Recorded};
use crate::rule::kinds::EventKind;
use crate::rule::record::{Answer, DecisionRecord, Verdict};
use crate::rule::view::event_kind;
use crate::sentence::{Sentence, Text, data, term};
use crate::ticket::Ticket;
use jiff::Timestamp;
use semver::Version;
use serde::Serialize;

/// One thing that happened, and what the plugin made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Because {
    /// The event's place on the ticket.
    pub sequence: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What happened.
    pub event: &'static str,
    /// Stable, for programs: `acted`, `asked-for-nothing`, `refused`, `failed`, `not-submitted`,
    /// `not-on`, `off`, `removed`, `quarantine`, `breaker`, `shadow-only`, `not-in-force`,
    /// `not-listening`, `another-territory`, `outside-canary`, `not-in-scope`, `another-rules-timer`,
    /// `once-for-all-fields`, `unexplained`.
    pub code: &'static str,
    /// In words.
    pub chinese: String,
    /// The same in English.
    pub english: Text,
}

/// A ticket's event with the ticket after it.
pub struct Lived<'a> {
    /// What happened.
    pub recorded: &'a Recorded,
    /// The ticket after it.
    pub ticket: &'a Ticket,
}

/// The answers for a life that is told in order. `history` is the rollout's, in order.
pub struct Asking<'a> {
    rollout: Rollout,
    ahead: &'a [RolloutRecorded],
    /// Who last switched it off, in the words of the reason.
    off_because: String,
    decisions: &'a [DecisionRecord],
}

impl<'a> Asking<'a> {
    /// Begins at the beginning of both histories.
    #[must_use]
    pub fn new(id: &RolloutId, history: &'a [RolloutRecorded], decisions: &'a [DecisionRecord]) -> Self {
        Self { rollout: Rollout::new(id.clone()), ahead: history, off_because: String::new(), decisions }
    }

    /// Why the plugin did what it did about one event; nothing for events that no plugin hears of.
    pub fn because(&mut self, lived: &Lived<'_>) -> Option<Because> {
        let kind = event_kind(&lived.recorded.event)?;
        self.catch_up(lived.recorded.at);
        let sequence = lived.recorded.sequence;
        let plugin = &self.rollout.id.plugin;
        let asked =
            |decision: &&DecisionRecord| decision.call.event_sequence == sequence && decision.edition.rule == *plugin;
        let (code, Sentence { chinese, english }) = match self.decisions.iter().find(asked) {
            Some(decision) => of_answer(&decision.edition.version, &decision.call.answer),
            None => self.unasked(kind, lived),
        };
        Some(Because { sequence, at: lived.recorded.at, event: kind.term(), code, chinese, english })
    }

    fn catch_up(&mut self, at: Timestamp) {
        while let Some((next, rest)) = self.ahead.split_first().filter(|(next, _)| next.at <= at) {
            if let RolloutEvent::SwitchedOff { reason } = &next.event {
                self.off_because.clone_from(reason);
            }
            apply(&mut self.rollout, next);
            self.ahead = rest;
        }
    }

    fn unasked(&self, kind: EventKind, lived: &Lived<'_>) -> (&'static str, Sentence) {
        let rollout = &self.rollout;
        if rollout.revisions.is_empty() {
            return ("not-submitted", Sentence::new("当时还没有提交过这个插件", "this plugin had not been submitted"));
        }
        if rollout.removed.is_some() {
            return ("removed", Sentence::new("当时插件已移除", "the plugin had been removed"));
        }
        if rollout.off.is_some() {
            let reason = &self.off_because;
            let english = english!("the plugin was switched off; because: {}", data(reason));
            return ("off", Sentence::new(format!("当时插件已关闭，理由：{reason}"), english));
        }
        let lanes = rollout.lanes();
        let acting: Vec<(&Revision, &Audience)> =
            lanes.iter().filter(|lane| !lane.shadow).map(|lane| (lane.revision, &lane.audience)).collect();
        if acting.is_empty() {
            return self.nothing_acts(!lanes.is_empty());
        }
        let of = |(revision, audience): (&Revision, &Audience)| not_asked(rollout, revision, audience, kind, lived);
        // The one whose ticket this is; where the ticket is nobody's, what the last one says.
        let mut said = None;
        for one in acting {
            let because = of(one);
            let outside = because.0 == "outside-canary";
            said = Some(because);
            if !outside {
                break;
            }
        }
        said.unwrap_or_else(|| self.nothing_acts(false))
    }

    fn nothing_acts(&self, shadow: bool) -> (&'static str, Sentence) {
        let on = self.rollout.current();
        match on.and_then(|revision| revision.halt.as_ref()) {
            Some(Halt::Quarantine { cause, .. }) => {
                let english = english!("the plugin was in quarantine: {}", data(cause));
                ("quarantine", Sentence::new(format!("当时插件在隔离中：{cause}"), english))
            }
            Some(Halt::Breaker { cause, .. }) => {
                let english = english!("the plugin's breaker was open: {}", data(cause));
                ("breaker", Sentence::new(format!("当时插件已熔断：{cause}"), english))
            }
            None if shadow => {
                let english = "it ran in the shadow alone, which records and changes no ticket";
                ("shadow-only", Sentence::new("当时只有影子运行，只记录，不改变工单", english))
            }
            None => ("not-on", Sentence::new("当时插件没有启用", "the plugin was not on")),
        }
    }
}

/// What a version answered, and what became of it.
pub(super) fn of_answer(version: &Version, answer: &Answer) -> (&'static str, Sentence) {
    let proposals = match answer {
        Answer::Failed(failure) => {
            let why = failure.words();
            let english = english!("version {} was asked and gave no answer: {}", version, why.english);
            return ("failed", Sentence::new(format!("{version} 版被询问，但没有回答：{}", why.chinese), english));
        }
        Answer::Proposals(proposals) if proposals.is_empty() => {
            let english = format!("version {version} was asked and saw nothing to do");
            return ("asked-for-nothing", Sentence::new(format!("{version} 版被询问，认为不需要做什么"), english));
        }
        Answer::Proposals(proposals) => proposals,
    };
    let words = proposals.iter().map(|(proposal, verdict)| {
        let (kind, reason) = (proposal.effect.kind(), &proposal.reason);
        let (of, chinese) = (term(&kind), kind.term());
        match verdict {
            Verdict::Accepted { events } if events.is_empty() => {
                let english = english!("{}: it was so already ({})", of, data(reason));
                (format!("{chinese}：已是如此（{reason}）"), english)
            }
            Verdict::Accepted { .. } => {
                (format!("{chinese}：采纳（{reason}）"), english!("{}: accepted ({})", of, data(reason)))
            }
            Verdict::Refused(refusal) => {
                (format!("{chinese}：未采纳，{refusal}"), english!("{}: refused, {}", of, refusal.in_english()))
            }
        }
    });
    let (words, in_english): (Vec<String>, Vec<Text>) = words.unzip();
    let english = english!("version {} was asked and proposed: {}", version, Text::joined(in_english, "; "));
    let words = Sentence::new(format!("{version} 版被询问，提出：{}", words.join("；")), english);
    let acted = proposals.iter().any(|(_, verdict)| matches!(verdict, Verdict::Accepted { .. }));
    (if acted { "acted" } else { "refused" }, words)
}

fn not_asked(
    rollout: &Rollout,
    revision: &Revision,
    audience: &Audience,
    kind: EventKind,
    lived: &Lived<'_>,
) -> (&'static str, Sentence) {
    let (manifest, ticket) = (&revision.package.manifest, lived.ticket);
    let territory = &rollout.id.territory;
    if !audience.takes(&rollout.id, ticket) {
        let english = "the ticket is outside the canary, and no other revision was on";
        return ("outside-canary", Sentence::new("工单不在灰度范围内，而当时没有别的版次启用", english));
    }
    if !territory.is_city() && territory != ticket.territory() {
        let english = "the ticket is not of the plugin's territory";
        return ("another-territory", Sentence::new("工单不属于插件所在的区县", english));
    }
    if !revision.effective.covers(lived.recorded.at) {
        let days = revision.effective.words();
        let english = english!("it was not in force ({})", days.english);
        return ("not-in-force", Sentence::new(format!("不在生效期（{}）", days.chinese), english));
    }
    if !manifest.listens.contains(&kind) {
        let english = format!("the plugin does not listen to \"{}\"", term(&kind));
        return ("not-listening", Sentence::new(format!("插件不监听「{}」", kind.term()), english));
    }
    match &lived.recorded.event {
        Event::TimerFired { rule, .. } if *rule != manifest.name => {
            let english = "the timer was another rule's";
            return ("another-rules-timer", Sentence::new("到时的是别的规则的定时", english));
        }
        Event::TimerFired { .. } => {}
        _ => {
            let scope = manifest.scope.resolve(&revision.settings);
            if !scope.covers(&ticket.intake) {
                let words = scope.words();
                let english = english!("the matter is outside the plugin's scope ({})", words.english);
                let chinese = format!("诉求不在插件的适用范围内（{}）", words.chinese);
                return ("not-in-scope", Sentence::new(chinese, english));
            }
        }
    }
    if kind == EventKind::FilledIn {
        let words = Sentence::new(
            "一次补充多项时只在最后一项之后询问；规则自己填写的不再询问",
            "of several fields filled in at once it is asked after the last; never of what a rule filled in",
        );
        return ("once-for-all-fields", words);
    }
    let words = Sentence::new(
        "按当时的设置应被询问，但没有决定记录；请核对决定记录是否完整（chuishao verify）",
        "as it was set it should have been asked, and there is no record of it; see whether the records are whole \
         (chuishao verify)",
    );
    ("unexplained", words)
}
