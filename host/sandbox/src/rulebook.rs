//! The rules that are switched on (启用的规则), in their fixed order (guard rail G14): by
//! priority number, then by name. Not by the alphabet of titles, not by the clock.

use crate::guest::Guest;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::RuleActor;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::settings::{self, Settings};
use std::sync::Arc;

/// A rule, where it acts, and how it is set.
pub struct Activation {
    /// The code.
    pub guest: Guest,
    /// Its rights.
    pub actor: Arc<RuleActor>,
    /// Its settings, complete.
    pub settings: Settings,
    /// Its place in the order; smaller first.
    pub priority: i32,
}

impl Activation {
    /// Switches a guest on for a territory, with the settings that the territory gives.
    ///
    /// # Errors
    /// Every setting that does not fit.
    pub fn new(guest: Guest, territory: TerritoryId, priority: i32, given: &Settings) -> Result<Self, Vec<Problem>> {
        let manifest = guest.package().manifest.clone();
        let settings = settings::resolve(&manifest.settings, given)?;
        Ok(Self { guest, actor: Arc::new(RuleActor { manifest, territory }), settings, priority })
    }
}

/// All activations, in order.
#[derive(Default)]
pub struct Rulebook {
    activations: Vec<Activation>,
}

impl Rulebook {
    /// Puts activations in order.
    #[must_use]
    pub fn new(mut activations: Vec<Activation>) -> Self {
        activations.sort_by(|a, b| {
            let key = |activation: &Activation| (activation.priority, activation.actor.name().to_owned());
            key(a).cmp(&key(b)).then_with(|| a.actor.territory.cmp(&b.actor.territory))
        });
        Self { activations }
    }

    /// All of them.
    #[must_use]
    pub fn activations(&self) -> &[Activation] {
        &self.activations
    }

    /// Those that are asked about an event in a territory.
    pub fn listening<'a>(&'a self, kind: EventKind, territory: &TerritoryId) -> impl Iterator<Item = &'a Activation> {
        self.activations.iter().filter(move |a| a.actor.manifest.listens.contains(&kind) && a.actor.covers(territory))
    }
}
