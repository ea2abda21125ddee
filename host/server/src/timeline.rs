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
    let cut = |line: Line| Line {
        what: sight.words(ticket, &line.what),
        why: line.why.map(|why| sight.words(ticket, &why)),
        ..line
    };
    lines.into_iter().map(cut).collect()
}

/// A topic's history in words, each line with the names of its day.
#[must_use]
pub fn of_topic(history: &[TopicRecorded], known: &Known) -> Vec<Line> {
    let line = |recorded: &TopicRecorded| {
        let world = known.world_at(recorded.at);
        Line {
            at: recorded.at,
            sequence: recorded.sequence,
            kind: LineKind::Event,
            who: of_topics::actor(&recorded.by, &world),
            what: of_topics::event(&recorded.event, &world),
            why: match &recorded.by {
                TopicBy::Known(by) => reason(by),
                TopicBy::Office(_) => None,
            },
        }
    };
    history.iter().map(line).collect()
}

/// A campaign's history in words.
#[must_use]
pub fn of_campaign(history: &[CampaignRecorded], world: &World) -> Vec<Line> {
    let domains = Domains::shipped();
    let line = |recorded: &CampaignRecorded| Line {
        at: recorded.at,
        sequence: recorded.sequence,
        kind: LineKind::Event,
        who: of_topics::actor(&recorded.by, world),
        what: of_campaigns::narrate(&recorded.event, world, &domains),
        why: None,
    };
    history.iter().map(line).collect()
}

/// A caller record's history in words. Nothing of the caller stands in it.
#[must_use]
pub fn of_caller(history: &[of_callers::record::Recorded], world: &World) -> Vec<Line> {
    let line = |recorded: &of_callers::record::Recorded| Line {
        at: recorded.at,
        sequence: recorded.sequence,
        kind: LineKind::Event,
        who: narrate::actor(&recorded.by, world),
        what: of_callers::narrate::event(&recorded.event),
        why: None,
    };
    history.iter().map(line).collect()
}

/// Why, in the words of the rule that did it.
fn reason(by: &By) -> Option<String> {
    match by {
        By::Rule { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

fn event_line(recorded: &Recorded, world: &World) -> Line {
    Line {
        at: recorded.at,
        sequence: recorded.sequence,
        kind: LineKind::Event,
        who: narrate::actor(&recorded.by, world),
        what: narrate::event(&recorded.event, world),
        why: reason(&recorded.by),
    }
}

fn decision_lines(decision: &DecisionRecord) -> Vec<Line> {
    let DecisionRecord { edition, call } = decision;
    let line = |kind, what, why| Line {
        at: call.at,
        sequence: call.event_sequence,
        kind,
        who: format!("规则「{}」{}", edition.title, edition.version),
        what,
        why,
    };
    match &call.answer {
        Answer::Failed(failure) => {
            let said = call.log.iter().rev().find(|said| said.level == "error").map(|said| said.text.clone());
            vec![line(LineKind::Failed, failure.chinese(), said)]
        }
        Answer::Proposals(proposals) => proposals
            .iter()
            .filter_map(|(proposal, verdict)| match verdict {
                Verdict::Accepted { .. } => None,
                Verdict::Refused(refusal) => {
                    let what = format!("未采纳「{}」：{refusal}", proposal.effect.kind().term());
                    Some(line(LineKind::Refused, what, Some(plain(&proposal.reason))))
                }
            })
            .collect(),
    }
}
