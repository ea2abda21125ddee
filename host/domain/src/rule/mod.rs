//! Local rules (本地规则) as the domain sees them: what a rule declares, what it is told,
//! what it may ask for. How a rule is run is the sandbox's business.
//!
//! Reading order: [`manifest`] (what it declares), [`scope`] (which matters it is asked about), [`view`] (what it is told),
//! [`effect`] (what it asks for), [`remark`] and [`ledger`] (where some of it stands), [`record`] (what is kept of
//! each call), [`export`] (what of it goes to the author), [`review`] (the periodic reviews), [`sample`] (invented calls, to try it by),
//! [`chain`] and [`seal`] (how it shows that nothing of that was changed). [`settings`] says what may be
//! set, [`settings_schema`] says it to forms and editors.

pub mod chain;
pub mod effect;
pub mod export;
pub mod kinds;
pub mod ledger;
pub mod manifest;
pub mod problem;
pub mod record;
pub mod remark;
pub mod review;
pub mod sample;
pub mod scope;
pub mod seal;
pub mod settings;
pub mod settings_schema;
pub mod state;
pub mod ticket_view;
pub mod value;
pub mod view;

use crate::ids::TerritoryId;
use manifest::Manifest;

/// A rule as an actor: few rights, and these.
#[derive(Clone, Debug)]
pub struct RuleActor {
    /// What it declared; its name is its namespace.
    pub manifest: std::sync::Arc<Manifest>,
    /// Where it may act: its county, or the city.
    pub territory: TerritoryId,
}

impl RuleActor {
    /// The rule's name and namespace.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.manifest.name
    }

    /// Whether the rule may know of and act on a territory (guard rail G3).
    #[must_use]
    pub fn covers(&self, territory: &TerritoryId) -> bool {
        self.territory.is_city() || self.territory == *territory
    }
}
