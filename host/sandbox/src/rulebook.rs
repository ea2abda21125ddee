//! The rules that are switched on (启用的规则), in their fixed order (guard rail G14): by
//! priority number, then by name. Not by the alphabet of titles, not by the clock.

use crate::guest::Guest;
use chuishao_domain::event::Event;
use chuishao_domain::plugin::rollout::RolloutId;
use chuishao_domain::plugin::rollout::canary::Audience;
use chuishao_domain::plugin::rollout::revision::Effective;
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::{Edition, Placement};
use chuishao_domain::rule::scope::Scope;
use chuishao_domain::rule::settings::{self, Settings};
use chuishao_domain::rule::view::event_kind;
use chuishao_domain::ticket::Ticket;
use jiff::Timestamp;
use std::sync::Arc;

/// A rule, where it acts, and how it is set.
#[derive(Clone)]
pub struct Activation {
    /// The code.
    pub guest: Guest,
    /// Its rights.
    pub actor: Arc<RuleActor>,
    /// What exactly it is: the code, and its settings, complete.
    pub edition: Arc<Edition>,
    /// The matters about which it is asked.
    pub scope: Scope,
    /// Its place in the order; smaller first.
    pub priority: i32,
    /// For which tickets it acts.
    pub audience: Audience,
    /// On which days.
    pub effective: Effective,
    /// Which plugin where.
    pub rollout: RolloutId,
}

impl Activation {
    /// Switches a guest on where it is placed, for everyone and always, with the settings that
    /// are given for it.
    ///
    /// # Errors
    /// Every setting that does not fit.
    pub fn new(guest: Guest, placement: Placement, priority: i32, given: &Settings) -> Result<Self, Vec<Problem>> {
        let manifest = guest.package().manifest.clone();
        let territory = placement.territory.clone();
        let rollout = RolloutId { territory: territory.clone(), plugin: manifest.name.clone() };
        let settings = settings::resolve(&manifest.settings, given)?;
        let scope = manifest.scope.resolve(&settings);
        let edition = Edition {
            digest: String::new(),
            rule: manifest.name.clone(),
            title: manifest.title.clone(),
            version: manifest.version.clone(),
            component_digest: guest.package().digest.clone(),
            interface: guest.package().interface.clone(),
            engine_digest: guest.engine().digest().to_owned(),
            settings,
            placement,
        };
        let (edition, actor) = (Arc::new(edition.sealed()), Arc::new(RuleActor { manifest, territory }));
        let (audience, effective) = (Audience::Everyone, Effective::default());
        Ok(Self { guest, actor, edition, scope, priority, audience, effective, rollout })
    }
}

/// All activations, in order.
#[derive(Default)]
pub struct Rulebook {
    activations: Vec<Arc<Activation>>,
}

impl Rulebook {
    /// Puts activations in order.
    #[must_use]
    pub fn new(activations: impl IntoIterator<Item = impl Into<Arc<Activation>>>) -> Self {
        let mut activations: Vec<Arc<Activation>> = activations.into_iter().map(Into::into).collect();
        activations.sort_by(|a, b| {
            let key = |activation: &Activation| (activation.priority, activation.actor.name().to_owned());
            key(a).cmp(&key(b)).then_with(|| a.actor.territory.cmp(&b.actor.territory))
        });
        Self { activations }
    }

    /// The rules with a candidate in the place of those of its name that act where it would: a name
    /// is a namespace, and two of one name never act on one ticket.
    #[must_use]
    pub fn with(&self, candidate: Arc<Activation>) -> Self {
        let actor = candidate.actor.clone();
        let meets = |other: &Activation| {
            other.actor.name() == actor.name()
                && (actor.covers(&other.actor.territory) || other.actor.covers(&actor.territory))
        };
        let others = self.activations.iter().filter(|other| !meets(other)).cloned();
        Self::new(others.chain([candidate]))
    }

    /// All of them.
    #[must_use]
    pub fn activations(&self) -> &[Arc<Activation>] {
        &self.activations
    }

    /// Those that are asked about an event of a ticket at a moment.
    pub fn listening(&self, event: &Event, ticket: &Ticket, now: Timestamp) -> Vec<&Activation> {
        let kind = event_kind(event);
        let listens = |activation: &&Activation| {
            let manifest = &activation.actor.manifest;
            kind.is_some_and(|kind| manifest.listens.contains(&kind))
                && activation.actor.covers(ticket.territory())
                && match event {
                    // A timer is its own rule's affair, wherever the ticket has gone since.
                    Event::TimerFired { rule, .. } => *rule == manifest.name,
                    _ => activation.scope.covers(&ticket.intake),
                }
                && activation.effective.covers(now)
                && activation.audience.takes(&activation.rollout, ticket)
        };
        self.activations.iter().map(Arc::as_ref).filter(listens).collect()
    }
}
