//! What of its manifest a rule's scenarios use (覆盖): an event that no scenario makes happen, an
//! effect that none sees accepted, a figure that is 0 in all of them, a setting that is never other
//! than its default, a field that is always empty.

use crate::plugin::scenario::Step;
use crate::plugin::story::Call;
use chuishao_domain::rule::effect::Effect;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::{Answer, Told, Verdict};
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::ticket_view::TicketView;
use chuishao_domain::rule::view::FactValue;
use std::collections::BTreeSet;

/// What was used.
#[derive(Debug, Default)]
pub struct Coverage {
    events: BTreeSet<EventKind>,
    effects: BTreeSet<EffectKind>,
    facts: BTreeSet<String>,
    settings: BTreeSet<String>,
    reads: BTreeSet<TicketField>,
    fields: BTreeSet<String>,
}

impl Coverage {
    /// Takes the settings of a story in: those that are not left at their defaults.
    pub fn see_settings(&mut self, given: &Settings, manifest: &Manifest) {
        let default = |name: &str| manifest.settings.get(name).and_then(|spec| spec.default.as_ref());
        let changed = given.iter().filter(|(name, value)| default(name) != Some(value));
        self.settings.extend(changed.map(|(name, _)| name.clone()));
    }

    /// Takes a call in, of this step.
    pub fn see(&mut self, call: &Call, step: &Step) {
        self.events.insert(call.kind);
        if let Answer::Proposals(judged) = &call.answer {
            for (proposal, verdict) in judged {
                // A refusal that the step expects is what the scenario is there to show.
                let shown = match verdict {
                    Verdict::Accepted { .. } => true,
                    Verdict::Refused(refusal) => step.refused.iter().any(|code| refusal.code == code.as_str()),
                };
                if shown {
                    self.effects.insert(proposal.effect.kind());
                    if let Effect::SetField { name, .. } | Effect::RequireField(name) = &proposal.effect {
                        self.fields.insert(name.clone());
                    }
                }
            }
        }
        if let Some(Told::Event(input)) = &call.told {
            let counted = input.facts.iter().filter(|(_, value)| !matches!(value, FactValue::Count(0)));
            self.facts.extend(counted.map(|(name, _)| name.clone()));
            self.fields.extend(input.ticket.fields.keys().cloned());
            let filled = TicketField::ALL.iter().filter(|field| is_filled(**field, &input.ticket));
            self.reads.extend(filled);
            if serde_json::to_value(&input.event).is_ok_and(|event| has_words(&event)) {
                self.reads.insert(TicketField::Words);
            }
        }
    }

    /// What is declared and was not used, a line each.
    pub fn idle(&self, manifest: &Manifest) -> Vec<String> {
        let mut idle = Vec::new();
        let events = manifest.listens.difference(&self.events);
        idle.extend(events.map(|kind| format!("事件 {kind}（{}）：没有场景让它发生", kind.term())));
        let effects = manifest.effects.difference(&self.effects);
        idle.extend(effects.map(|kind| format!("效果 {kind}（{}）：没有场景提出它", kind.term())));
        let facts = manifest.facts.iter().filter(|fact| !self.facts.contains(&fact.name));
        idle.extend(facts.map(|fact| format!("事实 {}：在所有场景里都是 0", fact.name)));
        let settings = manifest.settings.iter().filter(|(name, _)| !self.settings.contains(*name));
        idle.extend(settings.map(|(name, spec)| format!("设置 {name}（{}）：没有场景改过它", spec.title)));
        let reads = manifest.reads.difference(&self.reads);
        idle.extend(reads.map(|field| format!("读取 {field}（{}）：在所有场景里都是空的", field.term())));
        let fields = manifest.fields.iter().filter(|(name, _)| !self.fields.contains(*name));
        idle.extend(fields.map(|(name, spec)| format!("扩展字段 {name}（{}）：没有场景用到它", spec.title)));
        idle
    }
}

fn is_filled(field: TicketField, ticket: &TicketView) -> bool {
    match field {
        TicketField::Title => !ticket.title.is_empty(),
        TicketField::Body => !ticket.body.is_empty(),
        TicketField::Street => !ticket.place.street.is_empty(),
        TicketField::Estate => !ticket.place.estate.is_empty(),
        TicketField::Building => !ticket.place.building.is_empty(),
        TicketField::Tags => !ticket.tags.is_empty(),
        TicketField::Fields => !ticket.fields.is_empty(),
        TicketField::Assignments => !ticket.assignments.is_empty(),
        TicketField::Copies => !ticket.copies.is_empty(),
        TicketField::Deadlines => !ticket.deadlines.is_empty(),
        TicketField::FollowUps => !ticket.follow_ups.is_empty(),
        TicketField::Tasks => !ticket.open_tasks.is_empty(),
        // They come with the events.
        TicketField::Words => false,
    }
}

/// Whether an event as it was told has free text of people in it.
fn has_words(event: &serde_json::Value) -> bool {
    const WORDS: [&str; 4] = ["reason", "opinion", "words", "result"];
    match event {
        serde_json::Value::Object(table) => table.iter().any(|(key, value)| {
            let of_words =
                WORDS.contains(&key.as_str()) || ["grasped", "caller-contacted", "sent-back"].contains(&key.as_str());
            (of_words && value.as_str().is_some_and(|text| !text.is_empty())) || has_words(value)
        }),
        _ => false,
    }
}
