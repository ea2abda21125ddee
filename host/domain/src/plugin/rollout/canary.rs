//! A canary (灰度): which tickets a candidate acts on. Stable: a ticket that was in stays in while
//! the share only grows, and two servers agree without asking each other.

use super::RolloutId;
use crate::refusal::Refusal;
use crate::sentence::{Sentence, Text, data};
use crate::ticket::Ticket;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Which tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Canary {
    /// 按比例: so many of a thousand tickets, 1 to 999.
    Share(u16),
    /// 按街道: the names of streets, as tickets carry them.
    Streets(BTreeSet<String>),
}

/// Streets that a canary may name: a county has some twenty.
const MOST_STREETS: usize = 32;

impl Canary {
    /// Whether it names some tickets and not all.
    ///
    /// # Errors
    /// `canary-malformed`.
    pub fn check(&self) -> Result<(), Refusal> {
        let fits = match self {
            Self::Share(permille) => (1..=999).contains(permille),
            Self::Streets(streets) => {
                (1..=MOST_STREETS).contains(&streets.len()) && streets.iter().all(|street| !street.trim().is_empty())
            }
        };
        if fits {
            return Ok(());
        }
        Err(Refusal::new(
            "canary-malformed",
            format!("灰度范围须为千分之 1 到 999 的工单，或 1 到 {MOST_STREETS} 个街道；全部工单请直接启用"),
            "a canary is 1 to 999 of a thousand tickets, or some streets; for all of them switch on",
        ))
    }

    /// Whether a ticket is in.
    #[must_use]
    pub fn takes(&self, rollout: &RolloutId, ticket: &Ticket) -> bool {
        match self {
            Self::Share(permille) => place(rollout, ticket.id.as_str()) < u64::from(*permille),
            Self::Streets(streets) => streets.contains(&ticket.intake.place.street),
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Sentence {
        match self {
            Self::Share(permille) => {
                Sentence::new(format!("千分之 {permille} 的工单"), format!("{permille} of a thousand tickets"))
            }
            Self::Streets(streets) => Sentence::new(
                streets.iter().cloned().collect::<Vec<_>>().join("、"),
                Text::joined(streets.iter().map(|street| data(street)), ", "),
            ),
        }
    }
}

/// The place of a ticket among a thousand: the same for ever, another for each rollout, so that it
/// is not always the same families who get the new rule first.
fn place(rollout: &RolloutId, ticket: &str) -> u64 {
    let digest = Sha256::digest(format!("{rollout} {ticket}").as_bytes());
    let first = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    first % 1000
}

/// For which tickets a revision acts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// All of its territory.
    #[default]
    Everyone,
    /// Those of the canary.
    Canary(Canary),
    /// All but those of the canary.
    Rest(Canary),
}

impl Audience {
    /// Whether a ticket belongs to it.
    #[must_use]
    pub fn takes(&self, rollout: &RolloutId, ticket: &Ticket) -> bool {
        match self {
            Self::Everyone => true,
            Self::Canary(canary) => canary.takes(rollout, ticket),
            Self::Rest(canary) => !canary.takes(rollout, ticket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(plugin: &str) -> RolloutId {
        RolloutId { territory: "370705".into(), plugin: plugin.into() }
    }

    #[test]
    fn a_share_is_stable_and_about_as_large_as_it_says() {
        let tickets: Vec<String> = (0..10_000).map(|number| format!("WF20241105-{number:05}")).collect();
        let within = |plugin: &str, permille: u64| {
            let id = id(plugin);
            tickets.iter().filter(|ticket| place(&id, ticket) < permille).collect::<BTreeSet<_>>()
        };
        let (small, large) = (within("heating-mode", 50), within("heating-mode", 200));
        assert!(small.is_subset(&large), "who was in stays in");
        assert!((400..600).contains(&small.len()), "{}", small.len());
        assert!((1_850..2_150).contains(&large.len()), "{}", large.len());
        assert_ne!(small, within("another-rule", 50), "not always the same families");
    }

    #[test]
    fn a_canary_is_some_and_not_all() {
        for wrong in [Canary::Share(0), Canary::Share(1000), Canary::Streets(BTreeSet::new())] {
            assert_eq!(wrong.check().expect_err("not a canary").code, "canary-malformed");
        }
        assert_eq!(Canary::Share(50).check(), Ok(()));
        assert_eq!(Canary::Streets(["大虞街道".to_owned()].into()).check(), Ok(()));
    }
}
