//! What a sheet was computed from (计算依据), kept with a sheet that was published, so that anybody
//! can compute it again next year and get the same bytes, whatever happened since.

use super::growth::Growth;
use super::outcome::TicketOutcome;
use super::period::Period;
use super::rate::Rate;
use super::rule_set::RuleSet;
use super::score_ledger::ScoreLedger;
use super::score_pair::ScoreEvent;
use super::score_sheet::{Evidence, ScoreSheet};
use super::subject::Subject;
use crate::digest;
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The evidence of one subject in one period, as a store gathers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Gathered {
    /// The subject's tickets.
    pub outcomes: Vec<TicketOutcome>,
    /// 同类诉求, by group.
    pub like_matters: BTreeMap<String, Growth>,
    /// 知识库提报采纳
    pub knowledge_accepted: Rate,
    /// The pairs of which the subject has a side.
    pub events: Vec<ScoreEvent>,
    /// As of when.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
}

impl Gathered {
    /// The sheet that it makes.
    ///
    /// # Errors
    /// The events are no ledger, the subject is not assessed, or a ticket is there twice.
    pub fn sheet(&self, subject: &Subject, period: Period, rules: &RuleSet) -> Result<ScoreSheet, Refusal> {
        let ledger = ScoreLedger::from_events(self.events.clone())
            .map_err(|broken| Refusal::new("pair-broken", broken.to_string(), "a pair is not whole; run verify"))?;
        let evidence = Evidence {
            outcomes: &self.outcomes,
            like_matters: &self.like_matters,
            knowledge_accepted: self.knowledge_accepted,
            ledger: &ledger,
            as_of: self.as_of,
        };
        ScoreSheet::compute(subject, period, rules, &evidence)
    }
}

impl ScoreSheet {
    /// What it is named by: two sheets with the same digest are the same, bit for bit.
    #[must_use]
    pub fn digest(&self) -> String {
        digest::of(self)
    }
}
