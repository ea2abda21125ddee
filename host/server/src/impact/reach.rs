//! What a rule can touch (触及): only there can anything be different, and everything else need not be
//! read. It is asked about events that it listens to, in its territory and scope; and about what
//! other rules make of events that they listen to.

use super::trial::Trial;
use crate::store::figures_then::MatterThen;
use chuishao_domain::event::Event;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::Edition;
use chuishao_domain::rule::view::event_kind;
use chuishao_domain::ticket::{MatterKind, Ticket};
use chuishao_sandbox::rulebook::Activation;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a rule can touch, in any of its versions.
pub struct Reach {
    versions: Vec<Arc<Activation>>,
    /// Kinds of events that can lead to it.
    kinds: BTreeSet<EventKind>,
    /// Whether matters outside its scope may have a timer of it.
    old_timers: bool,
}

impl Reach {
    /// What the rule of a trial can touch. `ever` are the editions in which it was ever asked: a timer
    /// of another than those tried may fire on a matter of another scope.
    #[must_use]
    pub fn of(trial: &Trial, ever: &[Edition]) -> Self {
        let versions: Vec<Arc<Activation>> = trial.versions().cloned().collect();
        let mut kinds: BTreeSet<EventKind> =
            versions.iter().flat_map(|version| version.actor.manifest.listens.iter().copied()).collect();
        let is_tried = |edition: &Edition| {
            let same = |version: &Arc<Activation>| {
                let tried = &version.edition;
                tried.component_digest == edition.component_digest && tried.settings == edition.settings
            };
            versions.iter().any(same)
        };
        let old_timers = !ever.iter().all(is_tried) && kinds.contains(&EventKind::TimerFired);
        // Whoever makes an event that leads to it leads to it, too.
        loop {
            let before = kinds.len();
            for other in trial.now.activations().iter().chain(trial.candidate.activations()) {
                let manifest = &other.actor.manifest;
                let mut leads_to = manifest.effects.iter().filter_map(|effect| effect.leads_to());
                if leads_to.any(|kind| kinds.contains(&kind)) {
                    kinds.extend(manifest.listens.iter().copied());
                }
            }
            if kinds.len() == before {
                return Self { versions, kinds, old_timers };
            }
        }
    }

    /// Whether it may be asked about a matter, as it now is or ever was.
    #[must_use]
    pub fn may_touch(&self, matter: &MatterThen) -> bool {
        let kind = serde_json::from_value::<MatterKind>(serde_json::Value::String(matter.kind.clone())).ok();
        let in_scope = |version: &Activation, group: &str| {
            self.old_timers || kind.is_none_or(|kind| version.scope.reaches(group, kind))
        };
        self.versions.iter().any(|version| {
            version.actor.covers(&matter.territory) && matter.states.iter().any(|state| in_scope(version, &state.group))
        })
    }

    /// Whether an event of this kind can lead to it, by its name.
    #[must_use]
    pub fn is_wanted(&self, kind: &str) -> bool {
        self.kinds.iter().any(|wanted| wanted.as_str() == kind)
    }

    /// Whether an event of a ticket can lead to it; the ticket is as rules would see it.
    #[must_use]
    pub fn may_lead(&self, event: &Event, ticket: &Ticket) -> bool {
        let Some(kind) = event_kind(event) else { return false };
        let covers = |version: &Arc<Activation>| {
            version.actor.covers(ticket.territory())
                && (version.scope.covers(&ticket.intake) || kind == EventKind::TimerFired)
        };
        self.kinds.contains(&kind) && self.versions.iter().any(covers)
    }
}
