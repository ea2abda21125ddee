//! What the rules came to at one moment of a ticket (处置): the effects that became events, those
//! that were refused, and the rules that failed; and how two of these differ.

use crate::actor::By;
use crate::event::{Event, Recorded};
use crate::refusal::Refusal;
use crate::rule::kinds::EffectKind;
use crate::rule::record::{Answer, CallFailure, DecisionRecord, Verdict};
use serde::{Deserialize, Serialize};

/// An effect that became an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Which rule asked for it.
    pub rule: String,
    /// What kind of effect it was.
    pub kind: EffectKind,
    /// What came of it.
    pub event: Event,
    /// Why, in the rule's words.
    pub reason: String,
}

/// An effect that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotDone {
    /// Which rule asked for it.
    pub rule: String,
    /// What kind of effect it was.
    pub kind: EffectKind,
    /// By what.
    pub refusal: Refusal,
    /// Why it was asked for, in the rule's words.
    pub reason: String,
}

/// A rule that gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Which.
    pub rule: String,
    /// Why.
    pub failure: CallFailure,
}

/// What all rules came to at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// 采纳
    pub done: Vec<Done>,
    /// 未采纳
    pub not_done: Vec<NotDone>,
    /// 失败
    pub failed: Vec<Failed>,
    /// Fuel of each call of the rule that is tried.
    pub fuel: Vec<u64>,
}

impl Heard {
    /// What a walk came to; `rule` is the one that is tried.
    #[must_use]
    pub fn of(rule: &str, events: &[Recorded], decisions: &[DecisionRecord]) -> Self {
        let mut heard = Self { done: done_by_rules(events), ..Self::default() };
        for DecisionRecord { edition, call } in decisions {
            let name = || edition.rule.clone();
            if edition.rule == rule && call.input.is_some() {
                heard.fuel.push(call.fuel);
            }
            match &call.answer {
                Answer::Failed(failure) => {
                    heard.failed.push(Failed { rule: name(), failure: failure.clone() });
                }
                Answer::Proposals(judged) => {
                    for (proposal, verdict) in judged {
                        if let Verdict::Refused(refusal) = verdict {
                            heard.not_done.push(NotDone {
                                rule: name(),
                                kind: proposal.effect.kind(),
                                refusal: refusal.clone(),
                                reason: crate::plain::plain(&proposal.reason),
                            });
                        }
                    }
                }
            }
        }
        heard
    }

    /// Whether the rule that is tried was asked.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        !self.fuel.is_empty()
    }
}

/// The effects that became events, of a part of a ticket's history. What the core adds to an effect
/// by itself (the deadlines of an urgent matter, the notice to a post) follows from it and is not
/// counted again.
#[must_use]
pub fn done_by_rules(events: &[Recorded]) -> Vec<Done> {
    let done = |recorded: &Recorded| {
        let By::Rule { rule, reason, .. } = &recorded.by else { return None };
        let (rule, reason, event) = (rule.clone(), reason.clone(), recorded.event.clone());
        Some(Done { rule, kind: made_by(&event)?, event, reason })
    };
    events.iter().filter_map(done).collect()
}

/// The kind of effect that makes an event of this kind.
fn made_by(event: &Event) -> Option<EffectKind> {
    Some(match event {
        Event::FieldRequired { .. } => EffectKind::RequireField,
        Event::CategorySuggested { .. } => EffectKind::SuggestCategory,
        Event::SeatSuggested { .. } => EffectKind::SuggestSeat,
        Event::Tagged { .. } => EffectKind::AddTag,
        Event::UrgencyRaised { .. } => EffectKind::RaiseUrgency,
        Event::DeadlineTightened { .. } => EffectKind::TightenDeadline,
        Event::CopyAdded { .. } => EffectKind::AddCopy,
        Event::UnitSuggested { .. } => EffectKind::SuggestUnit,
        Event::EvidenceAsked { .. } => EffectKind::AskEvidence,
        Event::SentBack { .. } => EffectKind::SendBack,
        Event::TaskOpened { .. } => EffectKind::OpenTask,
        Event::LedgerEntered { .. } => EffectKind::EnterLedger,
        Event::Nominated { .. } => EffectKind::Nominate,
        Event::Notified { .. } => EffectKind::Notify,
        Event::TimerSet { .. } => EffectKind::SetTimer,
        Event::TimerCancelled { .. } => EffectKind::CancelTimer,
        Event::FieldFilled { .. } => EffectKind::SetField,
        Event::Remembered { .. } => EffectKind::Remember,
        Event::ScoredLocally { .. } => EffectKind::ScoreLocally,
        _ => return None,
    })
}

/// In which way something is different (差异).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// 多: the candidate does what was not done.
    More,
    /// 少: it does not do what was done.
    Fewer,
    /// 不同: it does the same kind of thing in another way.
    Other,
}

impl Way {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::More => "增加",
            Self::Fewer => "减少",
            Self::Other => "不同",
        }
    }
}

/// One difference: of one rule and one kind of effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// What was done.
    pub was: Option<&'a Done>,
    /// What would be done.
    pub would: Option<&'a Done>,
}

impl<'a> Difference<'a> {
    /// In which way, and what by whom.
    #[must_use]
    pub fn way(&self) -> Option<(Way, &'a Done)> {
        match (self.was, self.would) {
            (None, Some(would)) => Some((Way::More, would)),
            (Some(was), None) => Some((Way::Fewer, was)),
            (Some(_), Some(would)) => Some((Way::Other, would)),
            (None, None) => None,
        }
    }
}

/// What is different between two lists, and how many of the second are in both. The reason is in the
/// rule's own words and makes no difference; neither does the order.
#[must_use]
pub fn differences<'a>(was: &'a [Done], would: &'a [Done]) -> (Vec<Difference<'a>>, Vec<&'a Done>) {
    let same = |one: &Done, other: &Done| one.rule == other.rule && one.kind == other.kind && one.event == other.event;
    let mut left: Vec<Option<&Done>> = was.iter().map(Some).collect();
    let (mut fresh, mut in_both) = (Vec::new(), Vec::new());
    for one in would {
        match left.iter_mut().find(|other| other.is_some_and(|other| same(one, other))) {
            Some(found) => {
                *found = None;
                in_both.push(one);
            }
            None => fresh.push(one),
        }
    }
    let mut differences: Vec<Difference<'_>> = Vec::new();
    for one in fresh {
        let alike = |other: &&Done| other.rule == one.rule && other.kind == one.kind;
        let was = left.iter_mut().find(|other| other.as_ref().is_some_and(alike)).and_then(Option::take);
        differences.push(Difference { was, would: Some(one) });
    }
    differences.extend(left.into_iter().flatten().map(|was| Difference { was: Some(was), would: None }));
    (differences, in_both)
}
