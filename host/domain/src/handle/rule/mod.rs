//! Effects are judged here: each is a command of the actor "rule" under the guard rails.
//! What is refused says by which rail and why; the record and the timeline show it.
//!
//! - [`limits`]: how much a rule may say and ask for;
//! - `on_ticket`: effects on what the core keeps: deadlines, urgency, copies, suggestions;
//! - `own`: effects in the rule's own namespace: fields, tags, timers, ledgers, memory;
//! - `remark`: what is added without touching the handling: opinions, records, notes in ledgers;
//! - [`review`]: what a rule may ask for in a periodic review.

pub mod limits;
mod on_ticket;
mod own;
mod remark;
pub mod review;

use super::intake::first_deadlines;
use super::{Outcome, Scene};
use crate::catalogue::Level;
use crate::event::Event;
use crate::ids::UnitId;
use crate::plain::plain;
use crate::refusal::{GuardRail, Refusal};
use crate::rule::RuleActor;
use crate::rule::effect::{Effect, Post, Proposal};
use crate::rule::kinds::EffectKind;
use crate::rule::state::Suggested;
use crate::status::Status;
use crate::ticket::{TicketState, Urgency};
use limits::{MOST_EFFECTS_PER_TICKET, MOST_NOTICE_CHARS, MOST_REASON_CHARS, MOST_TITLE_CHARS, text_of};

/// Judges one proposal.
pub(super) fn judge(scene: Scene<'_>, proposal: &Proposal, actor: &RuleActor) -> Outcome {
    let kind = proposal.effect.kind();
    if !actor.manifest.effects.contains(&kind) {
        return Err(not_declared(kind));
    }
    if !actor.covers(scene.ticket.territory()) {
        return Err(Refusal::rail(
            GuardRail::G3,
            "foreign-ticket",
            "工单不属于本区县",
            "the ticket is of another territory",
        ));
    }
    text_of("理由", &proposal.reason, MOST_REASON_CHARS)?;
    let used = scene.ticket.rules.get(actor.name()).map_or(0, |rule| rule.accepted_effects);
    if used >= MOST_EFFECTS_PER_TICKET {
        return Err(Refusal::rail(
            GuardRail::G13,
            "too-many-effects",
            format!("本规则在这件工单上已采纳 {MOST_EFFECTS_PER_TICKET} 个效果，不再采纳"),
            "the rule has used up its effects on this ticket",
        ));
    }
    if scene.ticket.state == TicketState::ClosedOut && !is_for_closed_tickets(kind) {
        return Err(Refusal::rail(
            GuardRail::G5,
            "closed-out",
            "工单已办结，规则不能再改动",
            "the ticket is closed out",
        ));
    }
    Judge { scene, actor }.effect(&proposal.effect)
}

fn not_declared(kind: EffectKind) -> Refusal {
    Refusal::new(
        "effect-not-declared",
        format!("清单没有声明「{}」这种效果，请在 plugin.toml 的 effects 中写明 {kind}", kind.term()),
        format!("the manifest does not ask for {kind}"),
    )
}

fn unknown_unit(id: &UnitId) -> Refusal {
    Refusal::new("unknown-unit", format!("没有单位 {}", plain(&id.0)), "there is no such unit")
}

fn only_in_a_review() -> Refusal {
    Refusal::new(
        "only-in-a-review",
        "这一项只能在定期研判中提出",
        "this is asked for in a periodic review, not on a ticket",
    )
}

/// What may follow a closed ticket (hook H17): none of it reopens or changes it.
#[must_use]
pub fn is_for_closed_tickets(kind: EffectKind) -> bool {
    use EffectKind::{
        AddTag, EnterLedger, LinkDocument, Nominate, Notify, OpenTask, Remember, RequireRecord, ScoreLocally,
        SettleEntry,
    };
    let remark = matches!(kind, LinkDocument | RequireRecord | SettleEntry);
    remark || matches!(kind, AddTag | EnterLedger | Nominate | Notify | OpenTask | Remember | ScoreLocally)
}

/// Raises the urgency and sets the deadlines that belong to it; once the unit has reported
/// back there is nothing left to grasp. Used by people too, when
/// they correct a category.
pub(super) fn raise(scene: Scene<'_>, urgency: Urgency) -> Vec<Event> {
    let mut events = vec![Event::UrgencyRaised { urgency }];
    // A referred ticket waits for another authority, whose time is not the hotline's to set.
    let to_be_handled = matches!(scene.ticket.state, TicketState::Accepted | TicketState::Handling)
        && scene.ticket.status() != Status::Referred;
    if to_be_handled && scene.ticket.urgency == Urgency::Ordinary {
        for fresh in first_deadlines(scene.world, urgency, scene.now) {
            let old = scene.ticket.deadline(fresh.kind);
            let earlier = old.is_none_or(|old| fresh.soonest() < old.soonest());
            if earlier {
                events.push(Event::DeadlineSet { deadline: fresh });
            }
        }
    }
    if urgency == Urgency::Critical {
        events.push(Event::PostNotified {
            post: Post::LeaderInCharge, text: "工单升为特急，请分管领导关注".into()
        });
    }
    events
}

struct Judge<'a> {
    scene: Scene<'a>,
    actor: &'a RuleActor,
}

impl Judge<'_> {
    /// Whether it asks for what already is so: no event, and nothing of its allowance.
    fn is_so(&self, effect: &Effect) -> bool {
        let ticket = self.scene.ticket;
        let suggested = &ticket.suggestions;
        match effect {
            Effect::AddTag(tag) => ticket.tags.contains(&format!("{}/{}", self.actor.name(), plain(tag))),
            Effect::RequireField(name) => ticket.required_fields.iter().any(|field| {
                field.name == *name && (field.namespace.is_empty() || field.namespace == self.actor.name())
            }),
            Effect::SuggestCategory(category) => suggested.category.as_ref() == Some(category),
            Effect::SuggestSeat(seat) => suggested.seat.as_ref() == Some(seat),
            Effect::SuggestUnit { handling_unit, lead: true } => suggested.lead_unit.as_ref() == Some(handling_unit),
            Effect::SuggestUnit { handling_unit, lead: false } => suggested.assisting_units.contains(handling_unit),
            Effect::Remember(memory) => ticket.rules.get(self.actor.name()).is_some_and(|rule| rule.memory == *memory),
            Effect::SuggestReferral(receiver) => suggested.referral == Some(*receiver),
            Effect::OmitFromFeed(field) => ticket.omitted_from_feed.contains(field),
            Effect::AttachOpinion { stage, text } => ticket.opinions.iter().any(|opinion| {
                opinion.rule == self.actor.name() && opinion.stage == *stage && opinion.words == plain(text)
            }),
            _ => false,
        }
    }

    fn effect(&self, effect: &Effect) -> Outcome {
        if self.is_so(effect) {
            return Ok(Vec::new());
        }
        let event = match effect {
            Effect::RaiseUrgency(urgency) => return self.raise_urgency(*urgency),
            Effect::AttachOpinion { .. }
            | Effect::SuggestReferral(_)
            | Effect::RequireRecord { .. }
            | Effect::OmitFromFeed(_)
            | Effect::LinkDocument { .. }
            | Effect::SettleEntry { .. } => return self.remark(effect),
            Effect::RequireField(name) => self.require_field(name)?,
            Effect::SuggestCategory(category) => self.suggest_category(category)?,
            Effect::SuggestSeat(seat) => self.suggest_seat(seat)?,
            Effect::AddTag(tag) => self.add_tag(tag)?,
            Effect::TightenDeadline { kind, within } => self.tighten(*kind, *within)?,
            Effect::AddCopy(unit) => self.add_copy(unit)?,
            Effect::SuggestUnit { handling_unit, lead } => self.suggest_unit(handling_unit, *lead)?,
            Effect::AskEvidence(what) => {
                Event::EvidenceAsked { what: text_of("证据要求", what, MOST_TITLE_CHARS)? }
            }
            Effect::SendBack(missing) => self.send_back(missing)?,
            Effect::OpenTask { kind, post, within, title } => self.open_task(*kind, *post, *within, title)?,
            Effect::EnterLedger { ledger, title, handling_unit, basis } => {
                self.enter_ledger(ledger, title, handling_unit.as_ref(), basis)?
            }
            Effect::WriteSection { .. } | Effect::NominateMatters { .. } => return Err(only_in_a_review()),
            Effect::Nominate { forum, title } => self.nominate(*forum, title)?,
            Effect::Notify { to_unit, text } => {
                self.must_reach(to_unit)?;
                Event::Notified { to_unit: to_unit.clone(), text: text_of("通知内容", text, MOST_NOTICE_CHARS)? }
            }
            Effect::SetTimer { name, after } => self.set_timer(name, *after)?,
            Effect::CancelTimer(name) => self.cancel_timer(name)?,
            Effect::SetField { name, value } => self.set_field(name, value)?,
            Effect::Remember(memory) => self.remember(memory)?,
            Effect::ScoreLocally { handling_unit, item, hundredths } => {
                self.score_locally(handling_unit, item, *hundredths)?
            }
        };
        Ok(vec![event])
    }

    fn namespace(&self) -> String {
        self.actor.name().to_owned()
    }

    /// A county's rule reaches its own units; the city's rule those of the ticket's county
    /// and the city's (guard rail G3).
    fn must_reach(&self, id: &UnitId) -> Result<Level, Refusal> {
        let Some(unit) = self.scene.world.catalogue.unit(id) else { return Err(unknown_unit(id)) };
        let of_ticket = unit.territory == *self.scene.ticket.territory();
        let of_city = unit.territory.is_city() && self.actor.territory.is_city();
        if of_ticket || of_city {
            self.scene.world.catalogue.must_be_unit_in_force(unit)?;
            return Ok(unit.level);
        }
        Err(Refusal::rail(
            GuardRail::G3,
            "foreign-unit",
            format!("{} 不属于本区县", unit.name),
            "the unit is outside the rule's own territory",
        ))
    }

    /// Of two rules that suggest, the first in the fixed order is heard (guard rail G14); it
    /// may change its own mind.
    fn first_only(&self, suggested: Suggested, what: &str) -> Result<(), Refusal> {
        let first = self.scene.ticket.suggestions.by.get(&suggested);
        if first.is_some_and(|first| first != self.actor.name()) {
            return Err(Refusal::rail(
                GuardRail::G14,
                "suggested-already",
                format!("次序在前的规则已建议{what}"),
                "a rule earlier in the order has suggested another",
            ));
        }
        Ok(())
    }
}
