//! Replay (重放): a decision is run again, from its record and the component alone, and held
//! against what was recorded.
//!
//! On the engine that ran it, everything that is not a clock must be equal, bit for bit: the
//! proposals as the rule made them, before any verdict, or the failure; what it logged; its fuel
//! and its memory. On another engine (another version or configuration) fuel is counted and
//! memory is laid out otherwise: there the answer must be equal, the text of a trap excepted.

use crate::guest::{Called, Guest};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::record::{Answer, CallFailure, CallRecord, DecisionRecord, LogLine};
use std::fmt;
use std::mem::discriminant;

/// How often a call is tried that the machine broke off: one that is busy with others is no
/// proof against a rule.
const MOST_TRIES: usize = 3;

/// What came of a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// Everything that must be equal is equal.
    Equal(On),
    /// Something is not.
    Different(Vec<Difference>),
    /// The rule was not called (循环保护): there is nothing to run.
    NotCalled,
    /// The record says that the machine broke the call off, by the wall clock or for a reason of
    /// the host: it would come out otherwise on any other day.
    BrokenOff,
}

/// On which engine it was run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The one that decided: everything was compared.
    TheSameEngine,
    /// Another one: the answer was compared.
    AnotherEngine,
}

/// What is not equal. Texts are in words, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The component is not the one that decided.
    Component {
        /// The digest in the record.
        recorded: String,
        /// That of the component.
        found: String,
    },
    /// The edition (code, settings, engine) is not what was written.
    Edition,
    /// It is recorded as an answer, but not to what.
    NoInput,
    /// The proposals, or the failure.
    Answer {
        /// In the record.
        recorded: String,
        /// Now.
        replayed: String,
    },
    /// What it logged.
    Log {
        /// In the record.
        recorded: String,
        /// Now.
        replayed: String,
    },
    /// 算力
    Fuel {
        /// In the record.
        recorded: u64,
        /// Now.
        replayed: u64,
    },
    /// 内存
    Memory {
        /// In the record, in bytes.
        recorded: u64,
        /// Now, in bytes.
        replayed: u64,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Component { recorded, found } => {
                write!(f, "组件不是当时的那个：记录的摘要是 {recorded}，现有的是 {found}")
            }
            Self::Edition => write!(f, "规则版次（代码、设置、引擎）与其摘要不符，被改动"),
            Self::NoInput => write!(f, "记录了回答，却没有记录输入"),
            Self::Answer { recorded, replayed } => write!(f, "回答不同：记录为 {recorded}；重放为 {replayed}"),
            Self::Log { recorded, replayed } => write!(f, "日志不同：记录为 {recorded}；重放为 {replayed}"),
            Self::Fuel { recorded, replayed } => write!(f, "算力不同：记录为 {recorded}，重放为 {replayed}"),
            Self::Memory { recorded, replayed } => {
                write!(f, "内存不同：记录为 {recorded} 字节，重放为 {replayed} 字节")
            }
        }
    }
}

/// Runs a decision again.
#[must_use]
pub fn replay(guest: &Guest, record: &DecisionRecord) -> Replayed {
    let DecisionRecord { edition, call } = record;
    let found = &guest.package().digest;
    if edition.component_digest != *found {
        let recorded = edition.component_digest.clone();
        return Replayed::Different(vec![Difference::Component { recorded, found: found.clone() }]);
    }
    if !edition.is_sealed() {
        return Replayed::Different(vec![Difference::Edition]);
    }
    let input = match (&call.input, &call.answer) {
        (None, Answer::Failed(CallFailure::LoopGuard { .. })) => return Replayed::NotCalled,
        (Some(_), Answer::Failed(CallFailure::TimedOut | CallFailure::Host { .. })) => return Replayed::BrokenOff,
        (None, _) => return Replayed::Different(vec![Difference::NoInput]),
        (Some(input), _) => input,
    };
    let mut called = guest.call(input, &edition.settings);
    for _ in 1..MOST_TRIES {
        if !matches!(called.answer, Err(CallFailure::TimedOut | CallFailure::Host { .. })) {
            break;
        }
        called = guest.call(input, &edition.settings);
    }
    let on = match edition.engine_digest == guest.engine().digest() {
        true => On::TheSameEngine,
        false => On::AnotherEngine,
    };
    let differences = differences(call, &called, on);
    if differences.is_empty() { Replayed::Equal(on) } else { Replayed::Different(differences) }
}

fn differences(call: &CallRecord, called: &Called, on: On) -> Vec<Difference> {
    let mut differences = Vec::new();
    if !is_same_answer(&call.answer, &called.answer, on) {
        let recorded = match &call.answer {
            Answer::Proposals(judged) => proposed(judged.iter().map(|(proposal, _)| proposal)),
            Answer::Failed(failure) => failure.words().chinese,
        };
        let replayed = match &called.answer {
            Ok(proposals) => proposed(proposals.iter()),
            Err(failure) => failure.words().chinese,
        };
        differences.push(Difference::Answer { recorded, replayed });
    }
    if on == On::AnotherEngine {
        return differences;
    }
    if call.log != called.log {
        let text = |lines: &[LogLine]| serde_json::to_string(lines).unwrap_or_default();
        let (recorded, replayed) = (text(&call.log), text(&called.log));
        differences.push(Difference::Log { recorded, replayed });
    }
    if call.fuel != called.fuel {
        differences.push(Difference::Fuel { recorded: call.fuel, replayed: called.fuel });
    }
    if call.memory_bytes != called.memory_bytes {
        differences.push(Difference::Memory { recorded: call.memory_bytes, replayed: called.memory_bytes });
    }
    differences
}

fn is_same_answer(recorded: &Answer, replayed: &Result<Vec<Proposal>, CallFailure>, on: On) -> bool {
    match (recorded, replayed) {
        (Answer::Proposals(judged), Ok(proposals)) => judged.iter().map(|(proposal, _)| proposal).eq(proposals),
        (Answer::Failed(recorded), Err(replayed)) => {
            let said_by_the_rule = matches!(recorded, CallFailure::Declined { .. });
            match on {
                On::AnotherEngine if !said_by_the_rule => discriminant(recorded) == discriminant(replayed),
                On::AnotherEngine | On::TheSameEngine => recorded == replayed,
            }
        }
        (Answer::Proposals(_), Err(_)) | (Answer::Failed(_), Ok(_)) => false,
    }
}

/// Proposals with all that stands in them, in one line.
fn proposed<'a>(proposals: impl Iterator<Item = &'a Proposal>) -> String {
    let proposals: Vec<&Proposal> = proposals.collect();
    if proposals.is_empty() { "无提议".into() } else { serde_json::to_string(&proposals).unwrap_or_default() }
}
