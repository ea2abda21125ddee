//! The timeline (时间线): events and decisions of a ticket, merged, as a person reads them:
//! what happened, which rule spoke and why, what the core refused, what failed; and those of a
//! topic, of a campaign and of a caller's record.

use crate::reference::Known;
use chuishao_domain::World;
use chuishao_domain::actor::By;
use chuishao_domain::event::Recorded;
use chuishao_domain::narrate;
use chuishao_domain::plain::plain;
use chuishao_domain::rule::record::{Answer, DecisionRecord, Verdict};
use chuishao_domain::sentence::{Sentence, Text, term};
use chuishao_domain::sight::Sight;
use chuishao_domain::ticket::Ticket;
use chuishao_domain::topic::actor::TopicBy;
use chuishao_domain::topic::campaign::{self as of_campaigns, CampaignRecorded};
use chuishao_domain::topic::domains::Domains;
use chuishao_domain::topic::event::TopicRecorded;
use chuishao_domain::topic::narrate as of_topics;
use chuishao_domain::vault as of_callers;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineKind {
    /// It happened.
    Event,
    /// A rule asked for it and the core said no.
    Refused,
    /// A rule failed.
    Failed,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Line {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The event's number; a refusal or failure has that of the event that was asked about.
    pub sequence: u64,
    /// What it tells of.
    pub kind: LineKind,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// Why, when a rule spoke.
    pub why: Option<String>,
    /// The same in English; why is said in the rule's own words.
    pub english: InEnglish,
}

/// A line in English. What people and rules wrote, and names of the city, are parts of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InEnglish {
    /// Who.
    pub who: Text,
    /// What.
    pub what: Text,
}

impl Line {
    /// Of an event: when it happened and its number, who, what, and why.
    #[must_use]
    pub fn event((at, sequence): (Timestamp, u64), who: Sentence, what: Sentence, why: Option<String>) -> Self {
        let english = InEnglish { who: who.english, what: what.english };
        Self { at, sequence, kind: LineKind::Event, who: who.chinese, what: what.chinese, why, english }
    }
}

/// Merges a history and its decisions. What a rule did stands among the events; what it did
/// not get stands behind the event that it was asked about. Each line has the names of its
/// day, whatever was renamed since.
#[must_use]
pub fn timeline(history: &[Recorded], decisions: &[DecisionRecord], known: &Known) -> Vec<Line> {
    let mut lines = Vec::new();
    for recorded in history {
        lines.push(event_line(recorded, &known.world_at(recorded.at)));
        for decision in decisions.iter().filter(|d| d.call.event_sequence == recorded.sequence) {
            lines.extend(decision_lines(decision));
        }
    }
    lines
}

/// A ticket's timeline as a post may see it.
#[must_use]
pub fn seen(lines: Vec<Line>, sight: Sight, ticket: &Ticket) -> Vec<Line> {
    let words = |text: &str| sight.words(ticket, text);
    let cut = |line: Line| Line {
        what: words(&line.what),
        why: line.why.as_deref().map(words),
        english: InEnglish { what: line.english.what.each(words), ..line.english },
        ..line
    };
    lines.into_iter().map(cut).collect()
}

/// A topic's history in words, each line with the names of its day.
#[must_use]
pub fn of_topic(history: &[TopicRecorded], known: &Known) -> Vec<Line> {
    let line = |recorded: &TopicRecorded| {
        let world = known.world_at(recorded.at);
        let (who, what) = (of_topics::actor(&recorded.by, &world), of_topics::event(&recorded.event, &world));
        let why = match &recorded.by {
            TopicBy::Known(by) => reason(by),
            TopicBy::Office(_) => None,
        };
        Line::event((recorded.at, recorded.sequence), who, what, why)
    };
    history.iter().map(line).collect()
}

/// A campaign's history in words.
#[must_use]
pub fn of_campaign(history: &[CampaignRecorded], world: &World) -> Vec<Line> {
    let domains = Domains::shipped();
    let line = |recorded: &CampaignRecorded| {
        let who = of_topics::actor(&recorded.by, world);
        let what = of_campaigns::narrate(&recorded.event, world, &domains);
        Line::event((recorded.at, recorded.sequence), who, what, None)
    };
    history.iter().map(line).collect()
}

/// A caller record's history in words. Nothing of the caller stands in it.
#[must_use]
pub fn of_caller(history: &[of_callers::record::Recorded], world: &World) -> Vec<Line> {
    let line = |recorded: &of_callers::record::Recorded| {
        let (who, what) = (narrate::actor(&recorded.by, world), of_callers::narrate::event(&recorded.event));
        Line::event((recorded.at, recorded.sequence), who, what, None)
    };
    history.iter().map(line).collect()
}

/// Why, in the words of the rule that did it.
#[must_use]
pub fn reason(by: &By) -> Option<String> {
    match by {
        By::Rule { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

fn event_line(recorded: &Recorded, world: &World) -> Line {
    let (who, what) = (narrate::actor(&recorded.by, world), narrate::event(&recorded.event, world));
    Line::event((recorded.at, recorded.sequence), who, what, reason(&recorded.by))
}

fn decision_lines(decision: &DecisionRecord) -> Vec<Line> {
    let DecisionRecord { edition, call } = decision;
    let line = |kind, what: Sentence, why| {
        let who = narrate::rule_named(&edition.title, &edition.version);
        Line { kind, ..Line::event((call.at, call.event_sequence), who, what, why) }
    };
    match &call.answer {
        Answer::Failed(failure) => {
            let said = call.log.iter().rev().find(|said| said.level == "error").map(|said| said.text.clone());
            vec![line(LineKind::Failed, failure.words(), said)]
        }
        Answer::Proposals(proposals) => proposals
            .iter()
            .filter_map(|(proposal, verdict)| match verdict {
                Verdict::Accepted { .. } => None,
                Verdict::Refused(refusal) => {
                    let kind = proposal.effect.kind();
                    let what = Sentence::new(
                        format!("未采纳「{}」：{refusal}", kind.term()),
                        format!("Refused \"{}\": {}", term(&kind), refusal.in_english()),
                    );
                    Some(line(LineKind::Refused, what, Some(plain(&proposal.reason))))
                }
            })
            .collect(),
    }
}
