//! What a rule asks for in a periodic review (定期研判), judged: the same rails as on a ticket, and
//! nothing that would need one.

use super::limits::{MOST_NOTICE_CHARS, MOST_REASON_CHARS, MOST_TITLE_CHARS, text_of};
use super::own::{ledger_item, must_not_be_citys, score_item};
use super::remark::{adds, no_entry, wanted_note};
use crate::World;
use crate::ids::{CategoryCode, UnitId};
use crate::plain::plain;
use crate::refusal::{GuardRail, Refusal};
use crate::rule::RuleActor;
use crate::rule::effect::{Effect, Forum, Proposal};
use crate::rule::ledger::{LedgerItem, LedgerNote, NoteKind};
use crate::rule::record::Verdict;
use crate::rule::review::{ReviewEvent, ReviewInput};

/// Longest section of a report, in characters: what a meeting reads of one item.
pub const MOST_SECTION_CHARS: usize = 2000;

/// Judges the proposals of one review, in order. `stands` says whether an item stands in its
/// ledger already: that is not entered again, and is no event.
#[must_use]
pub fn judge_all(
    world: &World,
    input: &ReviewInput,
    actor: &RuleActor,
    proposals: Vec<Proposal>,
    stands: impl Fn(&LedgerItem) -> bool,
) -> (Vec<(Proposal, Verdict)>, Vec<ReviewEvent>) {
    let judge = Judge { world, input, actor };
    let mut events: Vec<ReviewEvent> = Vec::new();
    let mut judged = Vec::with_capacity(proposals.len());
    for proposal in proposals {
        let verdict = match judge.judge(&proposal).and_then(|event| judge.fresh(event, &events)) {
            Err(refusal) => Verdict::Refused(refusal),
            Ok(None) => Verdict::Accepted { events: Vec::new() },
            Ok(Some(ReviewEvent::LedgerEntered(item)))
                if stands(&item) || events.iter().any(|event| has_entered(event, &item)) =>
            {
                Verdict::Accepted { events: Vec::new() }
            }
            Ok(Some(event)) => {
                events.push(event);
                Verdict::Accepted { events: vec![events.len() as u64] }
            }
        };
        judged.push((proposal, verdict));
    }
    (judged, events)
}

fn has_entered(event: &ReviewEvent, item: &LedgerItem) -> bool {
    matches!(event, ReviewEvent::LedgerEntered(entered) if entered.ledger == item.ledger && entered.title == item.title)
}

/// The items that the proposals of a review would enter, so that it can be looked up whether
/// they stand already.
#[must_use]
pub fn ledger_items(actor: &RuleActor, proposals: &[Proposal]) -> Vec<LedgerItem> {
    let item = |proposal: &Proposal| match &proposal.effect {
        Effect::EnterLedger { ledger, title, handling_unit, basis } => {
            ledger_item(actor.name(), ledger, title, handling_unit.as_ref(), basis).ok()
        }
        _ => None,
    };
    proposals.iter().filter_map(item).collect()
}

struct Judge<'a> {
    world: &'a World,
    input: &'a ReviewInput,
    actor: &'a RuleActor,
}

impl Judge<'_> {
    fn judge(&self, proposal: &Proposal) -> Result<ReviewEvent, Refusal> {
        let kind = proposal.effect.kind();
        if !self.actor.manifest.effects.contains(&kind) {
            return Err(super::not_declared(kind));
        }
        let reason = text_of("理由", &proposal.reason, MOST_REASON_CHARS)?;
        match &proposal.effect {
            Effect::WriteSection { heading, text } => Ok(ReviewEvent::SectionWritten {
                heading: text_of("标题", heading, MOST_TITLE_CHARS)?,
                text: paragraphs(text)?,
            }),
            Effect::EnterLedger { ledger, title, handling_unit, basis } => {
                if let Some(unit) = handling_unit {
                    self.must_reach(unit)?;
                }
                let item = ledger_item(self.actor.name(), ledger, title, handling_unit.as_ref(), basis)?;
                Ok(ReviewEvent::LedgerEntered(item))
            }
            Effect::NominateMatters { forum, title, category, place } => {
                self.nominate(*forum, title, category, place, reason)
            }
            Effect::Notify { to_unit, text } => {
                self.must_reach(to_unit)?;
                let text = text_of("通知内容", text, MOST_NOTICE_CHARS)?;
                Ok(ReviewEvent::Notified { to_unit: to_unit.clone(), text })
            }
            Effect::ScoreLocally { handling_unit, item, hundredths } => {
                must_not_be_citys(self.world, handling_unit)?;
                self.must_reach(handling_unit)?;
                let item = score_item(item, *hundredths)?;
                Ok(ReviewEvent::ScoredLocally { handling_unit: handling_unit.clone(), item, hundredths: *hundredths })
            }
            effect @ (Effect::LinkDocument { .. } | Effect::SettleEntry { .. }) => {
                let note = wanted_note(self.actor.name(), effect).ok_or_else(|| super::not_declared(kind))??;
                Ok(ReviewEvent::LedgerNoted(note))
            }
            _ => Err(Refusal::new(
                "needs-a-ticket",
                format!("「{}」须对着一件工单提出，定期研判中没有工单", kind.term()),
                "this is asked for on a ticket, and a review has none",
            )),
        }
    }

    /// Whether an event says something that is not so yet. A note is on an entry that the review was
    /// told of, or that it made itself.
    fn fresh(&self, event: ReviewEvent, events: &[ReviewEvent]) -> Result<Option<ReviewEvent>, Refusal> {
        let ReviewEvent::LedgerNoted(note) = event else { return Ok(Some(event)) };
        let namespace = format!("{}/", self.actor.name());
        let told = self.input.open_entries.iter();
        let told: Vec<(String, &str, &[String])> = told
            .map(|entry| (format!("{namespace}{}", entry.ledger), entry.title.as_str(), entry.documents.as_slice()))
            .collect();
        let is_told = told.iter().any(|(ledger, title, _)| *ledger == note.ledger && *title == note.title);
        let is_made = events.iter().any(|event| {
            matches!(event, ReviewEvent::LedgerEntered(item) if item.ledger == note.ledger && item.title == note.title)
        });
        if !is_told && !is_made {
            return Err(no_entry(&note));
        }
        let document = |ledger: &str, title: &str, text: &String| LedgerNote {
            ledger: ledger.to_owned(),
            title: title.to_owned(),
            kind: NoteKind::Document,
            text: text.clone(),
        };
        let linked = told
            .iter()
            .flat_map(|(ledger, title, documents)| documents.iter().map(move |text| document(ledger, title, text)));
        let noted = events.iter().filter_map(|event| match event {
            ReviewEvent::LedgerNoted(note) => Some(note.clone()),
            _ => None,
        });
        let notes: Vec<LedgerNote> = linked.chain(noted).collect();
        Ok(adds(&note, notes.iter())?.then_some(ReviewEvent::LedgerNoted(note)))
    }

    /// Only what was counted can be nominated, with the figure that was counted.
    fn nominate(
        &self,
        forum: Forum,
        title: &str,
        category: &CategoryCode,
        place: &str,
        reason: String,
    ) -> Result<ReviewEvent, Refusal> {
        let counted = self.input.tallies.iter().filter(|tally| tally.category == category.0 && tally.place() == place);
        let count = counted.map(|tally| tally.figures.count).fold(0, u32::saturating_add);
        if count == 0 {
            return Err(Refusal::new(
                "not-counted",
                format!("本次研判中没有分类 {}、地点「{}」的件数", plain(category.as_str()), plain(place)),
                "the review has no figure of this category and place",
            ));
        }
        let (title, category) = (text_of("议题", title, MOST_TITLE_CHARS)?, category.clone());
        Ok(ReviewEvent::Nominated { forum, title, category, place: place.to_owned(), count, reason })
    }

    /// A county's rule reaches its own units, the city's rule all of them (guard rail G3).
    fn must_reach(&self, id: &UnitId) -> Result<(), Refusal> {
        let Some(unit) = self.world.catalogue.unit(id) else { return Err(super::unknown_unit(id)) };
        if !self.actor.covers(&unit.territory) {
            return Err(Refusal::rail(
                GuardRail::G3,
                "foreign-unit",
                format!("{} 不属于本区县", unit.name),
                "the unit is outside the rule's own territory",
            ));
        }
        self.world.catalogue.must_be_unit_in_force(unit)
    }
}

/// Plain text whose lines are paragraphs; empty ones are left out.
fn paragraphs(text: &str) -> Result<String, Refusal> {
    let lines: Vec<String> = text.split('\n').map(plain).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    let long = text.chars().count();
    if long == 0 || long > MOST_SECTION_CHARS {
        return Err(Refusal::new(
            "text-length",
            format!("正文须有 1 到 {MOST_SECTION_CHARS} 个字，现有 {long} 个字"),
            format!("1 to {MOST_SECTION_CHARS} characters, not {long}"),
        ));
    }
    Ok(text)
}
