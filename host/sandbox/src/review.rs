//! One periodic review (定期研判): the rule is asked, its proposals are judged, and the record is
//! made. The server and the author's test hold the same review.

use crate::guest::Called;
use crate::rulebook::Activation;
use chuishao_domain::World;
use chuishao_domain::handle::rule::review::{judge_all, ledger_items};
use chuishao_domain::rule::ledger::LedgerItem;
use chuishao_domain::rule::record::Answer;
use chuishao_domain::rule::review::{ReviewId, ReviewInput, ReviewRecord};

/// A review whose rule has answered, and whose proposals are not judged yet.
pub struct Asked {
    input: ReviewInput,
    called: Called,
}

impl Asked {
    /// Asks the rule.
    #[must_use]
    pub fn ask(activation: &Activation, input: ReviewInput) -> Self {
        let called = activation.guest.review(&input, &activation.edition.settings);
        Self { input, called }
    }

    /// What came of the call.
    #[must_use]
    pub fn called(&self) -> &Called {
        &self.called
    }

    /// The ledgers' items that the rule wants, to look up which of them stand already.
    #[must_use]
    pub fn ledger_items(&self, activation: &Activation) -> Vec<LedgerItem> {
        self.called.answer.as_ref().map(|proposals| ledger_items(&activation.actor, proposals)).unwrap_or_default()
    }

    /// Judges what the rule asks for.
    #[must_use]
    pub fn judged(self, activation: &Activation, stands: impl Fn(&LedgerItem) -> bool, world: &World) -> ReviewRecord {
        let Self { input, called } = self;
        let (answer, events) = match called.answer {
            Ok(proposals) => {
                let (judged, events) = judge_all(world, &input, &activation.actor, proposals, stands);
                (Answer::Proposals(judged), events)
            }
            Err(failure) => (Answer::Failed(failure), Vec::new()),
        };
        ReviewRecord {
            id: ReviewId::new(input.kind, input.first_day, &input.territory, activation.actor.name()),
            edition: activation.edition.clone(),
            at: input.now.at,
            input,
            answer,
            events,
            log: called.log,
            fuel: called.fuel,
            micros: called.micros,
            memory_bytes: called.memory_bytes,
        }
    }
}
