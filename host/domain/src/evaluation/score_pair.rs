//! 双加双减 (paired scoring): 「办理结果对属地和市级行业主管部门同时考核」 (article row 13). Every
//! scoring item on a ticket makes a pair of score events, one for the territory and one for
//! the city department, under one id. Which items there are and how much they weigh the
//! articles do not say; they are data of the rule set.

use super::outcome::TicketOutcome;
use super::period::Period;
use super::points::Points;
use super::subject::Subject;
use crate::ids::TicketId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What on a ticket that was closed out gives points or takes them (触发条件).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// 一次办结且满意
    SolvedAtFirstAndSatisfied,
    /// 经督导、重办后解决且满意
    SolvedAfterSupervisedRework,
    /// 未解决
    Unsolved,
    /// 不满意
    Dissatisfied,
    /// 超期办结
    ClosedLate,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SolvedAtFirstAndSatisfied,
        Self::SolvedAfterSupervisedRework,
        Self::Unsolved,
        Self::Dissatisfied,
        Self::ClosedLate,
    ];

    /// The word in data files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::SolvedAtFirstAndSatisfied => "solved-at-first-and-satisfied",
            Self::SolvedAfterSupervisedRework => "solved-after-supervised-rework",
            Self::Unsolved => "unsolved",
            Self::Dissatisfied => "dissatisfied",
            Self::ClosedLate => "closed-late",
        }
    }

    /// Whether it holds of a ticket. Only what was closed out is final, and what was excluded
    /// is nobody's doing.
    #[must_use]
    pub fn holds(self, ticket: &TicketOutcome, as_of: Timestamp) -> bool {
        let closed = ticket.is_judged() && ticket.closed_at.is_some_and(|at| at <= as_of) && ticket.exclusion.is_none();
        let content = ticket.solved == Some(true) && ticket.satisfied == Some(true);
        closed
            && match self {
                Self::SolvedAtFirstAndSatisfied => content && ticket.first_solved == Some(true) && ticket.reworks == 0,
                Self::SolvedAfterSupervisedRework => content && ticket.reworks > 0 && ticket.supervisions > 0,
                Self::Unsolved => ticket.solved == Some(false),
                Self::Dissatisfied => ticket.satisfied == Some(false),
                Self::ClosedLate => ticket.close.kept(as_of) == Some(false),
            }
    }
}

/// One item of the rules (加减分项), with what it is worth to each side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoringItem {
    /// Its word in data files and ids.
    pub code: String,
    /// 名称
    pub title: String,
    /// When it applies.
    pub trigger: Trigger,
    /// 属地
    pub territory: Points,
    /// 市级行业主管部门
    pub department: Points,
}

/// A pair's id: item, ticket, period and rule version, and nothing else, so that scoring the
/// same thing twice makes the same id and can be seen to be the same thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct PairId(String);

impl PairId {
    /// The id of an item on a ticket.
    #[must_use]
    pub fn new(item: &str, ticket: &TicketId, period: Period, rule_version: &str) -> Self {
        Self(format!("{item}|{ticket}|{period}|{rule_version}"))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PairId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a pair has one side only (豁免).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exemption {
    /// 市直直办: no territory had a part in it.
    CityDirect,
}

/// Why a pair was reversed (冲销).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "because", content = "appeal", rename_all = "kebab-case")]
pub enum Reversal {
    /// An appeal was upheld.
    Appeal(String),
    /// The ticket, seen again, no longer meets the item: it was excluded since.
    NoLongerHolds,
}

/// One entry in a subject's account (计分记录): append-only, one row of a store. The pair's id,
/// the subject and whether it is a reversal make its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScoreEvent {
    /// The pair that it is a side of.
    pub pair: PairId,
    /// Whose account.
    pub subject: Subject,
    /// How much.
    pub points: Points,
    /// 加减分项
    pub item: String,
    /// 工单
    pub ticket: TicketId,
    /// 考核周期
    pub period: Period,
    /// 考核规则版本
    pub rule_version: String,
    /// Why there is no other side.
    pub exemption: Option<Exemption>,
    /// Set on a counter-event.
    pub reversal: Option<Reversal>,
}

/// The sides of an item on a ticket: the territory's and the department's, or the
/// department's alone with the exemption recorded. None of what nobody is judged by.
#[must_use]
pub fn pair(item: &ScoringItem, ticket: &TicketOutcome, period: Period, rule_version: &str) -> Vec<ScoreEvent> {
    let Some(department) = ticket.department.as_ref().filter(|_| ticket.is_judged()) else { return Vec::new() };
    let exemption = ticket.city_direct.then_some(Exemption::CityDirect);
    let side = |subject, points| ScoreEvent {
        pair: PairId::new(&item.code, &ticket.ticket, period, rule_version),
        subject,
        points,
        item: item.code.clone(),
        ticket: ticket.ticket.clone(),
        period,
        rule_version: rule_version.to_owned(),
        exemption,
        reversal: None,
    };
    let department = side(Subject::Department(department.clone()), item.department);
    match exemption {
        Some(Exemption::CityDirect) => vec![department],
        None => vec![side(Subject::Territory(ticket.territory.clone()), item.territory), department],
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{at, road_repaired};
    use super::super::outcome::{Exclusion, Promise};
    use super::*;

    fn triggers(change: impl FnOnce(&mut TicketOutcome)) -> Vec<Trigger> {
        let mut ticket = road_repaired();
        change(&mut ticket);
        Trigger::ALL.into_iter().filter(|trigger| trigger.holds(&ticket, at("2024-07-31T00:00"))).collect()
    }

    #[test]
    fn triggers_hold_when_they_should() {
        use Trigger::{ClosedLate, Dissatisfied, SolvedAfterSupervisedRework, SolvedAtFirstAndSatisfied, Unsolved};
        assert_eq!(triggers(|_| ()), [SolvedAtFirstAndSatisfied]);
        assert_eq!(triggers(|ticket| ticket.reworks = 1), [SolvedAfterSupervisedRework]);
        assert_eq!(triggers(|ticket| (ticket.reworks, ticket.supervisions) = (1, 0)), []);
        assert_eq!(triggers(|ticket| ticket.satisfied = Some(false)), [Dissatisfied]);
        let bad = |ticket: &mut TicketOutcome| {
            (ticket.solved, ticket.satisfied) = (Some(false), Some(false));
            ticket.close.done_at = Some(at("2024-07-03T09:00"));
        };
        assert_eq!(triggers(bad), [Unsolved, Dissatisfied, ClosedLate]);
        assert_eq!(triggers(|ticket| (ticket.solved, ticket.satisfied) = (None, None)), [], "nobody was reached");
    }

    #[test]
    fn what_is_open_or_excluded_is_not_scored() {
        assert_eq!(triggers(|ticket| ticket.closed_at = None), []);
        assert_eq!(triggers(|ticket| ticket.closed_at = Some(at("2024-08-01T09:00"))), []);
        assert_eq!(triggers(|ticket| ticket.exclusion = Some(Exclusion::Unreasonable)), []);
        let late = |ticket: &mut TicketOutcome| {
            (ticket.solved, ticket.satisfied, ticket.closed_at) = (None, None, None);
            ticket.close = Promise { due_at: Some(at("2024-07-01T17:30")), done_at: None };
        };
        assert_eq!(triggers(late), [], "an open late ticket is scored when it is closed out");
    }
}
