//! Some examples of an impact report (样例), to open and look at: of each kind of finding a few, chosen
//! by chance that repeats, so that parts computed in any order give the same ones.

use super::heard::Way;
use crate::ids::TicketId;
use crate::language::Language;
use crate::refusal::GuardRail;
use crate::rule::kinds::EffectKind;
use crate::sentence::{Sentence, Text, data};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Examples that are kept of each kind of finding: what one person looks through.
pub const MOST_EXAMPLES: usize = 10;

/// Against what something is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// 实际发生的
    Happened,
    /// 现行规则
    Now,
}

impl Against {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Happened => "与实际发生的相比",
            Self::Now => "与现行规则相比",
        }
    }
}

/// What an example shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// 处置不同
    Differs {
        /// From what.
        against: Against,
        /// In which way.
        way: Way,
        /// In which kind of effect.
        effect: EffectKind,
    },
    /// 不予采纳, by the candidate's rules
    Refused {
        /// Which kind of effect.
        effect: EffectKind,
        /// The refusal's code.
        code: String,
        /// The guard rail, if it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rail: Option<GuardRail>,
    },
    /// 规则失败, of the candidate's rules
    Failed {
        /// Which kind of failure.
        failure: String,
    },
}

/// One example.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Example {
    /// What it is an example of.
    #[serde(flatten)]
    pub finding: Finding,
    /// Which rule's effect or failure it is.
    pub rule: String,
    /// Its place among all: those with the smallest are kept.
    rank: u64,
    /// The ticket.
    pub ticket: TicketId,
    /// The event.
    pub sequence: u64,
    /// When it happened.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What happened, in words.
    pub event: String,
    /// What was done, in words; empty for nothing.
    pub was: String,
    /// What would be done, in words; empty for nothing.
    pub would: String,
    /// Why, in the rule's words; of a refusal or failure the host's.
    pub reason: String,
    /// The same in English; empty in a report of before there was any.
    #[serde(default)]
    pub english: Texts,
}

/// The words of an example in one language; those of a rule are as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Texts {
    /// What happened.
    pub event: Text,
    /// What was done; empty for nothing.
    pub was: Text,
    /// What would be done; empty for nothing.
    pub would: Text,
    /// Why.
    pub reason: Text,
}

impl Example {
    /// Its words in a language.
    #[must_use]
    pub fn said_in(&self, language: Language) -> Texts {
        if language == Language::English && self.english != Texts::default() {
            return self.english.clone();
        }
        let Self { event, was, would, reason, .. } = self;
        Texts { event: data(event), was: data(was), would: data(would), reason: data(reason) }
    }
}

/// Where an example happened, before anything is put into words.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The ticket.
    pub ticket: &'a TicketId,
    /// The event.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
}

/// The words of an example.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// What happened.
    pub event: Sentence,
    /// What was done.
    pub was: Sentence,
    /// What would be done.
    pub would: Sentence,
    /// Why.
    pub reason: Sentence,
}

/// The examples that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Examples(Vec<Example>);

impl Examples {
    /// All of them, by finding.
    #[must_use]
    pub fn all(&self) -> &[Example] {
        &self.0
    }

    /// Keeps an example, if it is one of those that are kept; only then it is put into words.
    pub fn keep(&mut self, finding: &Finding, rule: &str, place: Place<'_>, words: impl FnOnce() -> Words) {
        let rank = rank(place);
        let alike = |example: &Example| (&example.finding, example.rule.as_str()).cmp(&(finding, rule));
        let first = self.0.partition_point(|example| alike(example).is_lt());
        let count = self.0[first..].iter().take_while(|example| alike(example).is_eq()).count();
        let kept = &self.0[first..first + count];
        if count == MOST_EXAMPLES && kept.last().is_some_and(|last| last.rank < rank) {
            return;
        }
        let Words { event, was, would, reason } = words();
        let example = Example {
            finding: finding.clone(),
            rule: rule.to_owned(),
            rank,
            ticket: place.ticket.clone(),
            sequence: place.sequence,
            at: place.at,
            event: event.chinese,
            was: was.chinese,
            would: would.chinese,
            reason: reason.chinese,
            english: Texts { event: event.english, was: was.english, would: would.english, reason: reason.english },
        };
        let Err(behind) = kept.binary_search(&example) else { return };
        self.0.insert(first + behind, example);
        if count == MOST_EXAMPLES {
            self.0.remove(first + count);
        }
    }

    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
        self.0.sort();
        self.0.dedup();
        let mut count = 0;
        let mut last: Option<(Finding, String)> = None;
        self.0.retain(|example| {
            let of_last =
                last.as_ref().is_some_and(|(finding, rule)| *finding == example.finding && *rule == example.rule);
            if !of_last {
                last = Some((example.finding.clone(), example.rule.clone()));
                count = 0;
            }
            count += 1;
            count <= MOST_EXAMPLES
        });
    }
}

/// Scatters places evenly: FNV-1a, stirred once more because its upper bits move late.
fn rank(place: Place<'_>) -> u64 {
    let bytes = place.ticket.as_str().bytes().chain(place.sequence.to_le_bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let stirred = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    stirred ^ (stirred >> 32)
}
