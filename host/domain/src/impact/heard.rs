//! What the rules came to at one moment of a ticket (处置): the effects that became events, those
//! that were refused, and the rules that failed; and how two of these differ.

use crate::actor::By;
use crate::event::{Event, Recorded};
use crate::refusal::Refusal;
use crate::rule::kinds::EffectKind;
use crate::rule::ledger::{LedgerNote, NoteKind};
use crate::rule::record::{Answer, CallFailure, DecisionRecord, Verdict};
use crate::rule::remark::RemarkEvent;
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
        Event::Remark(RemarkEvent::OpinionAttached { .. }) => EffectKind::AttachOpinion,
        Event::Remark(RemarkEvent::ReferralSuggested { .. }) => EffectKind::SuggestReferral,
        Event::Remark(RemarkEvent::RecordRequired { .. }) => EffectKind::RequireRecord,
        Event::Remark(RemarkEvent::OmittedFromFeed { .. }) => EffectKind::OmitFromFeed,
        Event::Remark(RemarkEvent::LedgerNoted(LedgerNote { kind: NoteKind::Document, .. })) => {
            EffectKind::LinkDocument
        }
        Event::Remark(RemarkEvent::LedgerNoted(LedgerNote { kind: NoteKind::Settled, .. })) => EffectKind::SettleEntry,
        _ => return None,
    })
}

/// In which way something is different (差异).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::TimeSpan;
    use crate::deadline::{DeadlineKind, Due};
    use crate::grounds::Receiver;
    use crate::rule::effect::{FeedField, Forum, OpinionStage, Post, TaskKind};
    use crate::rule::ledger::LedgerItem;
    use crate::rule::state::Timer;
    use crate::rule::value::{Value, ValueKind};
    use crate::ticket::{CopyTo, RequiredField, Task, Urgency};
    use jiff::Timestamp;

    fn noted(kind: NoteKind) -> Event {
        let (ledger, title, text) = ("tried/台账".into(), "事项".into(), "文件".into());
        Event::Remark(RemarkEvent::LedgerNoted(LedgerNote { ledger, title, kind, text }))
    }

    /// An event that an effect of this kind makes. A new kind has to say here what it makes.
    fn event_of(kind: EffectKind) -> Option<Event> {
        let (rule, at, due) = (String::from("tried"), Timestamp::UNIX_EPOCH, Due::At(Timestamp::UNIX_EPOCH));
        Some(match kind {
            EffectKind::RequireField => Event::FieldRequired {
                field: RequiredField {
                    name: "place.estate".into(),
                    namespace: String::new(),
                    label: "小区".into(),
                    kind: Some(ValueKind::Text),
                    personal: false,
                },
            },
            EffectKind::SuggestCategory => Event::CategorySuggested { category: "0104".into() },
            EffectKind::SuggestSeat => Event::SeatSuggested { seat: "seat".into() },
            EffectKind::AddTag => Event::Tagged { tag: "tried/高频".into() },
            EffectKind::RaiseUrgency => Event::UrgencyRaised { urgency: Urgency::Urgent },
            EffectKind::TightenDeadline => {
                let calendar = crate::calendar::Calendar::shipped();
                let limit = TimeSpan::WorkingDays(1);
                let source = crate::deadline::Source::ProvincialRules;
                Event::DeadlineTightened {
                    deadline: crate::deadline::Deadline::new(DeadlineKind::Close, at, limit, source, &calendar),
                }
            }
            EffectKind::AddCopy => Event::CopyAdded { copy: CopyTo { reader: "WF-ZJ".into(), statutory: false } },
            EffectKind::SuggestUnit => Event::UnitSuggested { handling_unit: "WF-ZJ".into(), lead: true },
            EffectKind::AskEvidence => Event::EvidenceAsked { what: "照片".into() },
            EffectKind::SendBack => Event::SentBack { missing: "照片".into() },
            EffectKind::OpenTask => Event::TaskOpened {
                task: Task {
                    number: 1,
                    kind: TaskKind::Survey,
                    post: Post::LeaderInCharge,
                    handling_unit: "WF-ZJ".into(),
                    title: "普查".into(),
                    opened_at: at,
                    within: TimeSpan::WorkingDays(1),
                    due,
                    rule,
                    done: false,
                    overdue: false,
                    record: Vec::new(),
                },
            },
            EffectKind::EnterLedger => Event::LedgerEntered(LedgerItem {
                ledger: "tried/台账".into(),
                title: "事项".into(),
                handling_unit: None,
                basis: String::new(),
            }),
            EffectKind::Nominate => Event::Nominated { forum: Forum::DailyDiscussion, title: "议题".into() },
            EffectKind::Notify => Event::Notified { to_unit: "WF-ZJ".into(), text: "请关注".into() },
            EffectKind::SetTimer => Event::TimerSet { timer: Timer { rule, name: "later".into(), fires_at: at } },
            EffectKind::CancelTimer => Event::TimerCancelled { rule, name: "later".into() },
            EffectKind::SetField => Event::FieldFilled {
                namespace: rule,
                name: "count".into(),
                label: "件数".into(),
                value: Value::Integer(1),
                personal: false,
            },
            EffectKind::Remember => Event::Remembered { rule, memory: "1".into() },
            EffectKind::ScoreLocally => {
                Event::ScoredLocally { rule, handling_unit: "WF-ZJ".into(), item: "及时".into(), hundredths: 100 }
            }
            EffectKind::AttachOpinion => Event::Remark(RemarkEvent::OpinionAttached {
                stage: OpinionStage::HandBack,
                words: "曾有同类".into(),
            }),
            EffectKind::SuggestReferral => {
                Event::Remark(RemarkEvent::ReferralSuggested { receiver: Receiver::Arbitration })
            }
            EffectKind::RequireRecord => Event::Remark(RemarkEvent::RecordRequired { number: 1, fields: Vec::new() }),
            EffectKind::OmitFromFeed => Event::Remark(RemarkEvent::OmittedFromFeed { field: FeedField::Street }),
            EffectKind::LinkDocument => noted(NoteKind::Document),
            EffectKind::SettleEntry => noted(NoteKind::Settled),
            // Of reviews alone, which are no ticket's.
            EffectKind::WriteSection => return None,
        })
    }

    #[test]
    fn what_each_effect_makes_is_counted_as_that_effect() {
        let without: Vec<_> = EffectKind::ALL.iter().filter(|kind| event_of(**kind).is_none()).collect();
        assert_eq!(without, [&EffectKind::WriteSection]);
        for (kind, event) in EffectKind::ALL.iter().filter_map(|kind| Some((kind, event_of(*kind)?))) {
            assert_eq!(made_by(&event), Some(*kind));
            let heard_by_others = crate::rule::view::event_kind(&event);
            if *kind != EffectKind::SetField {
                assert_eq!(heard_by_others, kind.leads_to(), "{kind}");
            }
        }
    }
}
