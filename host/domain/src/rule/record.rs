//! The decision record (决定记录): for each call of a rule, everything that is needed to
//! explain it to a person and to prove later that exactly that code on exactly that input
//! gave exactly that answer.

use super::effect::Proposal;
use super::kinds::EventKind;
use super::review::ReviewInput;
use super::settings::Settings;
use super::view::RuleInput;
use crate::digest;
use crate::english;
use crate::ids::TerritoryId;
use crate::refusal::Refusal;
use crate::sentence::{Sentence, data};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What became of one proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 采纳: it became events.
    Accepted {
        /// The sequences of the events that it made. None when it asked for what already was
        /// so.
        events: Vec<u64>,
    },
    /// 未采纳
    Refused(Refusal),
}

/// Why a rule gave no answer. Whose fault it is stands in the type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "failure")]
pub enum CallFailure {
    /// 规则自己说不能回答 (the typed failure of the interface).
    Declined {
        /// `bad-setting`, `missing-data` or `bug`.
        variant: String,
        /// In the rule's words.
        message: String,
    },
    /// 陷阱: a panic, an uncaught exception, a memory fault.
    Trap {
        /// What the engine says.
        message: String,
    },
    /// 算力用尽: the fuel of one call is spent.
    OutOfFuel,
    /// 超时: the wall-clock net caught it.
    TimedOut,
    /// 回答不合规: too large, or not of the interface's types.
    BadAnswer {
        /// What is wrong with it.
        message: String,
    },
    /// 主机原因: the host could not run it; not the rule's fault.
    Host {
        /// What went wrong.
        message: String,
    },
    /// 循环保护: not called, because its own effect led here, or the chain is too long
    /// (guard rail G13).
    LoopGuard {
        /// Which of the two.
        message: String,
    },
}

impl CallFailure {
    /// Stable, for looking it up.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Declined { .. } => "call.declined",
            Self::Trap { .. } => "call.trap",
            Self::OutOfFuel => "call.out-of-fuel",
            Self::TimedOut => "call.timed-out",
            Self::BadAnswer { .. } => "call.bad-answer",
            Self::Host { .. } => "call.host",
            Self::LoopGuard { .. } => "call.loop-guard",
        }
    }

    /// Shown to people.
    #[must_use]
    pub fn words(&self) -> Sentence {
        match self {
            Self::Declined { variant, message } => Sentence::new(
                format!("规则报告无法回答（{variant}）：{message}"),
                english!("The rule says that it cannot answer ({}): {}", variant, data(message)),
            ),
            Self::Trap { message } => Sentence::new(
                format!("规则运行出错而中止：{message}"),
                english!("The rule broke off with an error: {}", data(message)),
            ),
            Self::OutOfFuel => Sentence::new(
                "规则用尽了一次调用的算力预算而被中止（可能是死循环）",
                "The rule was stopped: it had used up the fuel of a call (it may run in circles)",
            ),
            Self::TimedOut => Sentence::new("规则超过了时间上限而被中止", "The rule was stopped: it took too long"),
            Self::BadAnswer { message } => Sentence::new(
                format!("规则的回答不合规，整体不予采纳：{message}"),
                english!("The rule's answer does not fit the interface and was refused as a whole: {}", data(message)),
            ),
            Self::Host { message } => Sentence::new(
                format!("主机未能运行规则（不是规则的责任）：{message}"),
                english!("The host could not run the rule, which is not the rule's fault: {}", data(message)),
            ),
            Self::LoopGuard { message } => {
                Sentence::new(format!("循环保护（G13）：{message}"), english!("Loop guard (G13): {}", data(message)))
            }
        }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Each proposal with its verdict, in order.
    Proposals(Vec<(Proposal, Verdict)>),
    /// No answer.
    Failed(CallFailure),
}

/// One line that the rule logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LogLine {
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// Escaped and redacted.
    pub text: String,
}

/// How far a rule is trusted (阶段).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 影子: it changes nothing.
    Shadow,
    /// 灰度: it acts on some tickets, and only tries the reviews.
    Canary,
    /// 启用
    On,
}

impl Stage {
    /// Whether the reviews of its territory are its own. A review is of a whole territory, once: it cannot
    /// be shared out by tickets or streets, and two revisions must not both write into one ledger. So it is
    /// held by what is on, and whatever is tried beside, in the shadow or as a canary, holds its own of the
    /// same figures, and nothing comes of it.
    #[must_use]
    pub fn holds_reviews(self) -> bool {
        matches!(self, Self::On)
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Shadow => "影子",
            Self::Canary => "灰度",
            Self::On => "启用",
        }
    }
}

/// Where and as what a rule runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Placement {
    /// Its territory.
    pub territory: TerritoryId,
    /// The revision of its rollout; 0 where there is none, on an author's machine.
    pub revision: u32,
    /// How far it is trusted.
    pub stage: Stage,
    /// The key that vouched for its package; empty where there is none.
    pub signer: String,
}

impl Placement {
    /// Without a rollout, as on an author's machine.
    #[must_use]
    pub fn alone(territory: TerritoryId) -> Self {
        Self { territory, revision: 0, stage: Stage::On, signer: String::new() }
    }
}

/// What exactly was asked: the code and its settings, where, on which engine. Many calls share
/// one, so it is kept once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Edition {
    /// SHA-256 of everything below, in hex; [`Edition::sealed`] computes it.
    pub digest: String,
    /// The rule.
    pub rule: String,
    /// 中文名
    pub title: String,
    /// Its version.
    pub version: semver::Version,
    /// SHA-256 of the component, in hex.
    pub component_digest: String,
    /// The interface version that it speaks.
    pub interface: semver::Version,
    /// SHA-256 of the engine's version and configuration, in hex.
    pub engine_digest: String,
    /// The settings, complete.
    pub settings: Settings,
    /// Where and as what.
    pub placement: Placement,
}

impl Edition {
    /// The edition with its digest.
    #[must_use]
    pub fn sealed(self) -> Self {
        let digest = self.computed_digest();
        Self { digest, ..self }
    }

    /// Whether the digest is that of the rest.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.digest == self.computed_digest()
    }

    fn computed_digest(&self) -> String {
        let Self { digest: _, rule, title, version, component_digest, interface, engine_digest, settings, placement } =
            self;
        digest::of(&(rule, title, version, component_digest, interface, engine_digest, settings, placement))
    }
}

/// The record of one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DecisionRecord {
    /// What was asked.
    pub edition: Arc<Edition>,
    /// What it was asked about, and what it answered.
    pub call: CallRecord,
}

/// One call of an [`Edition`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallRecord {
    /// The sequence of the event that the rule was asked about.
    pub event_sequence: u64,
    /// Its kind.
    pub event_kind: EventKind,
    /// The exact input beside the settings; absent when the rule was not called.
    pub input: Option<RuleInput>,
    /// The answer.
    pub answer: Answer,
    /// What it logged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
    /// Fuel used: the deterministic cost.
    pub fuel: u64,
    /// Wall time in microseconds.
    pub micros: u64,
    /// Largest linear memory, in bytes.
    pub memory_bytes: u64,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
}

/// What a rule was told: of a ticket, or in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Told {
    /// An event of a ticket.
    Event(Box<RuleInput>),
    /// A periodic review.
    Review(Box<ReviewInput>),
}

/// A call without what the core made of it: what a component answers to exactly this. Kept as a
/// file it shows whether another build, or another host, answers the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CallExample {
    /// The settings, complete.
    pub settings: Settings,
    /// The input.
    pub input: Told,
    /// What was proposed, or why nothing.
    pub answer: Result<Vec<Proposal>, CallFailure>,
    /// What it logged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<LogLine>,
}

impl Told {
    /// What it is about.
    #[must_use]
    pub fn event_kind(&self) -> EventKind {
        match self {
            Self::Event(input) => input.event.kind(),
            Self::Review(input) => input.kind.event_kind(),
        }
    }
}

/// The answer without what the core made of it.
///
/// # Errors
/// There was none.
pub fn unjudged(answer: Answer) -> Result<Vec<Proposal>, CallFailure> {
    match answer {
        Answer::Proposals(judged) => Ok(judged.into_iter().map(|(proposal, _)| proposal).collect()),
        Answer::Failed(failure) => Err(failure),
    }
}
