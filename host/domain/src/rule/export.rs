//! Decision records that leave the server for the rule's author (导出的决定记录): a line of JSON each.
//!
//! What stands in a line is what the rule itself was told and said: the redacted view of the ticket
//! with the fields that the city granted, the settings, the figures, its memory, its proposals with
//! what the core made of each, its log, fuel, time and memory; beside it which code decided, where,
//! and on which ticket (its number). Who called never stands there: the caller's name, number and
//! reference are not in what a rule is told, and free text is redacted before a rule sees it.

use super::record::{Answer, DecisionRecord, Edition, Told};
use super::review::ReviewRecord;
use crate::ids::TicketId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exported {
    /// A call about a ticket.
    Decision {
        /// 工单编号
        ticket: TicketId,
        /// Its place in the ticket's chain, from 1.
        number: u64,
        /// The record.
        record: Box<DecisionRecord>,
    },
    /// 定期研判
    Review(Box<ReviewRecord>),
}

impl Exported {
    /// Code and settings.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        match self {
            Self::Decision { record, .. } => &record.edition,
            Self::Review(record) => &record.edition,
        }
    }

    /// What the rule was told; nothing when it was not called.
    #[must_use]
    pub fn told(&self) -> Option<Told> {
        match self {
            Self::Decision { record, .. } => record.call.input.clone().map(|input| Told::Event(Box::new(input))),
            Self::Review(record) => Some(Told::Review(Box::new(record.input.clone()))),
        }
    }

    /// What it answered.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        match self {
            Self::Decision { record, .. } => &record.call.answer,
            Self::Review(record) => &record.answer,
        }
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Decision { record, .. } => record.call.at,
            Self::Review(record) => record.at,
        }
    }

    /// Which one, for people: `WF20241106000042-4 第 3 条`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Decision { ticket, number, .. } => format!("{ticket} 第 {number} 条"),
            Self::Review(record) => record.id.to_string(),
        }
    }

    /// As the record of a call, so that it can be replayed.
    #[must_use]
    pub fn decision(&self) -> Option<&DecisionRecord> {
        match self {
            Self::Decision { record, .. } => Some(record),
            Self::Review(_) => None,
        }
    }

    /// Fuel of the call.
    #[must_use]
    pub fn fuel(&self) -> u64 {
        match self {
            Self::Decision { record, .. } => record.call.fuel,
            Self::Review(record) => record.fuel,
        }
    }
}
