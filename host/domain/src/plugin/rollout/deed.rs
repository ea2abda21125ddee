//! What rules did (效果), and how two runs of the same chain differ: what is now, and what would be
//! with a candidate in its place. Compared over the whole chain, because a candidate also changes
//! what the others are asked about; a review is one rule's alone.

use crate::catalogue::Catalogue;
use crate::english;
use crate::rule::effect::Effect;
use crate::rule::record::{Answer, DecisionRecord, Verdict};
use crate::rule::review::ReviewRecord;
use crate::sentence::{Sentence, data};
use crate::side::Side;
use crate::ticket::Ticket;
use serde::{Deserialize, Serialize};

/// One effect that came to something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deed {
    /// The rule that asked for it.
    pub rule: String,
    /// What.
    pub effect: Effect,
    /// Why, in the rule's words.
    pub reason: String,
}

/// One effect that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RefusedDeed {
    /// What was asked for.
    pub deed: Deed,
    /// Why not, in words.
    pub because: String,
}

/// What a chain of rules did about one command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Deeds {
    /// What came to something, in order.
    pub done: Vec<Deed>,
    /// What one plugin asked for and did not get.
    pub refused: Vec<RefusedDeed>,
    /// How one plugin failed, in words.
    pub failures: Vec<String>,
    /// Fuel that one plugin used.
    pub fuel: u64,
}

impl Deeds {
    /// What these decisions came to; refusals, failures and fuel of `plugin` alone.
    #[must_use]
    pub fn of(decisions: &[DecisionRecord], plugin: &str) -> Self {
        let mut deeds = Self::default();
        for decision in decisions {
            let rule = &decision.edition.rule;
            let own = rule == plugin;
            if own {
                deeds.fuel += decision.call.fuel;
            }
            deeds.add(rule, own, &decision.call.answer);
        }
        deeds
    }

    /// What a review came to.
    #[must_use]
    pub fn of_review(review: &ReviewRecord) -> Self {
        let mut deeds = Self { fuel: review.fuel, ..Self::default() };
        deeds.add(&review.edition.rule, true, &review.answer);
        deeds
    }

    fn add(&mut self, rule: &str, own: bool, answer: &Answer) {
        match answer {
            Answer::Failed(failure) if own => self.failures.push(failure.words().chinese),
            Answer::Failed(_) => {}
            Answer::Proposals(proposals) => {
                for (proposal, verdict) in proposals {
                    let (effect, reason) = (proposal.effect.clone(), proposal.reason.clone());
                    let deed = Deed { rule: rule.to_owned(), effect, reason };
                    match verdict {
                        Verdict::Accepted { events } if !events.is_empty() => self.done.push(deed),
                        Verdict::Accepted { .. } => {}
                        Verdict::Refused(refusal) if own => {
                            self.refused.push(RefusedDeed { deed, because: refusal.to_string() });
                        }
                        Verdict::Refused(_) => {}
                    }
                }
            }
        }
    }
}

/// A review as a candidate would have held it (试研判), beside the one that was held of the same period:
/// over the same facts, judged by the same rules, and nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TriedReview {
    /// Its record, as that of a review.
    pub record: ReviewRecord,
    /// Whether one was held, to compare it with.
    pub beside: bool,
    /// What came of that one, and what would have come of this.
    pub difference: Difference,
}

impl TriedReview {
    /// The candidate's review beside the one that was held, if one was.
    #[must_use]
    pub fn compared(record: ReviewRecord, held: Option<&ReviewRecord>) -> Self {
        let was = held.map(|held| Deeds::of_review(held).done).unwrap_or_default();
        let difference = Difference::between(&was, &Deeds::of_review(&record).done);
        Self { record, beside: held.is_some(), difference }
    }
}

/// How two runs differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Difference {
    /// Done now, and not with the candidate.
    pub only_now: Vec<Deed>,
    /// Done with the candidate, and not now.
    pub only_candidate: Vec<Deed>,
}

impl Difference {
    /// Whether a ticket would be treated differently, or something else come of a review.
    #[must_use]
    pub fn is_some(&self) -> bool {
        !self.only_now.is_empty() || !self.only_candidate.is_empty()
    }

    /// Between what was done and what would be. The words of a reason make no difference.
    #[must_use]
    pub fn between(now: &[Deed], candidate: &[Deed]) -> Self {
        let same = |one: &Deed, other: &Deed| one.rule == other.rule && one.effect == other.effect;
        let mut rest: Vec<&Deed> = candidate.iter().collect();
        let mut only_now = Vec::new();
        for deed in now {
            match rest.iter().position(|other| same(deed, other)) {
                Some(place) => drop(rest.remove(place)),
                None => only_now.push(deed.clone()),
            }
        }
        Self { only_now, only_candidate: rest.into_iter().cloned().collect() }
    }
}

/// What people did in the end about something that a candidate would have done (事后对照), from the
/// ticket as it is now; nothing where there is no telling.
#[must_use]
pub fn hindsight(effect: &Effect, ticket: &Ticket, catalogue: &Catalogue) -> Option<Sentence> {
    let so = |is_so: bool, yes: (&str, &str), no: (&str, &str)| {
        let (chinese, english) = if is_so { yes } else { no };
        Some(Sentence::new(chinese, english))
    };
    match effect {
        Effect::RaiseUrgency(urgency) => so(
            ticket.urgency >= *urgency,
            ("后来紧急程度确已提高", "urgency was raised later"),
            ("后来紧急程度没有提高", "urgency was not raised later"),
        ),
        Effect::SuggestCategory(category) => so(
            ticket.intake.category == *category,
            ("后来由人改为该分类", "it was put into this category later"),
            ("后来没有改为该分类", "it was not put into this category later"),
        ),
        Effect::SuggestUnit { handling_unit, .. } => ticket.lead_unit().map(|lead| {
            if lead == handling_unit {
                Sentence::new("后来派给了该单位", "it went to this unit later")
            } else {
                let name = catalogue.unit_name(lead);
                Sentence::new(format!("后来派给了 {name}"), english!("it went to {} later", data(name)))
            }
        }),
        Effect::AddCopy(unit) => so(
            ticket.copies.iter().any(|copy| copy.reader == *unit),
            ("后来抄送了该单位", "it was copied to this unit later"),
            ("后来没有抄送该单位", "it was not copied to this unit later"),
        ),
        Effect::OpenTask { kind, .. } => so(
            ticket.tasks.iter().any(|task| task.kind == *kind),
            ("后来开立了同类任务", "a task of this kind was opened later"),
            ("后来没有开立同类任务", "no task of this kind was opened later"),
        ),
        Effect::AddTag(tag) => so(
            ticket.tags.iter().any(|own| own.ends_with(tag.as_str())),
            ("后来有此标签", "it had this tag later"),
            ("后来没有此标签", "it did not have this tag later"),
        ),
        Effect::TightenDeadline { kind, .. } => {
            let deadline = ticket.deadlines.iter().find(|deadline| deadline.kind == *kind)?;
            so(
                deadline.overdue,
                ("后来超过了原时限", "the deadline as it was passed unmet"),
                ("后来没有超过原时限", "the deadline as it was did not pass unmet"),
            )
        }
        Effect::SuggestReferral(receiver) => so(
            ticket.side == Some(Side::Referred(*receiver)),
            ("后来转介了该单位", "it was referred there later"),
            ("后来没有转介该单位", "it was not referred there later"),
        ),
        Effect::RequireField(name) => so(
            ticket.missing_fields().any(|field| field.name == *name),
            ("后来仍缺这一项", "it was still missing later"),
            ("后来没有缺这一项", "it was not missing later"),
        ),
        _ => None,
    }
}
