//! The score sheet (评分表) of one subject in one period: a pure function of ticket outcomes,
//! the ledger and one rule set. It carries everything that it was made of but the tickets,
//! so that anybody can follow it with a pencil, and computing it again gives the same bytes.

use super::counts::Counts;
use super::growth::Growth;
use super::indicator::{Figure, Indicator, Reading};
use super::outcome::TicketOutcome;
use super::period::Period;
use super::points::{Points, half_up};
use super::rate::Rate;
use super::rule_set::{RuleSet, Weight};
use super::score_ledger::ScoreLedger;
use super::subject::{Subject, SubjectKind};
use crate::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a store gathers for a sheet besides the rules.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The tickets. Those of other subjects and periods are passed over, and their order does
    /// not matter.
    pub outcomes: &'a [TicketOutcome],
    /// 同类诉求: the subject's matters of each group beside those of the group's base period
    /// (see [`super::growth::base_period`]). Merged duplicates count: this is demand.
    pub like_matters: &'a BTreeMap<String, Growth>,
    /// 知识库提报采纳, of a department.
    pub knowledge_accepted: Rate,
    /// Every score event.
    pub ledger: &'a ScoreLedger,
    /// The moment as of which it is judged what is late.
    pub as_of: Timestamp,
}

/// One line of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Line {
    /// 指标
    pub indicator: Indicator,
    /// What it says.
    pub figure: Figure,
    /// 评分曲线
    pub curve: String,
    /// 满分
    pub weight: Points,
    /// 得分; none where there is no figure.
    pub points: Option<Points>,
}

/// 评分表.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScoreSheet {
    /// Who is judged.
    pub subject: Subject,
    /// 类别
    pub kind: SubjectKind,
    /// 考核周期
    pub period: Period,
    /// 考核规则版本
    pub rule_version: String,
    /// As of when.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
    /// What everything was computed from.
    pub counts: Counts,
    /// 指标得分
    pub lines: Vec<Line>,
    /// 满分: all weights.
    pub full: Points,
    /// The weights of the lines that have a figure.
    pub assessed: Points,
    /// The points of all lines.
    pub earned: Points,
    /// 双加双减 as the ledger has it.
    pub balance: Points,
    /// 双加双减 as it counts: within what the rules allow.
    pub adjustment: Points,
    /// 总分: what was earned, as if the lines without a figure had gone like the others, and the
    /// adjustment; not below nothing. None when no line has a figure.
    pub total: Option<Points>,
}

impl ScoreSheet {
    /// Computes a sheet.
    ///
    /// # Errors
    /// The subject is unknown, the rules do not score its kind, or a ticket is given twice.
    pub fn compute(
        subject: &Subject,
        period: Period,
        rules: &RuleSet,
        evidence: &Evidence<'_>,
    ) -> Result<Self, Refusal> {
        let kind = SubjectKind::of(subject).ok_or_else(|| not_assessed(subject))?;
        let weights = rules.weights_of(kind)?;
        each_once(evidence.outcomes)?;
        let mut counts = Counts::over(evidence.outcomes, subject, period, evidence.as_of);
        counts.knowledge_accepted = evidence.knowledge_accepted;
        evidence.like_matters.values().for_each(|growth| counts.like_matters += *growth);
        let lines: Vec<_> = weights.iter().map(|weight| Line::of(weight, &counts, rules.least_base)).collect();
        let full = lines.iter().map(|line| line.weight).sum();
        let assessed = lines.iter().filter(|line| line.points.is_some()).map(|line| line.weight).sum();
        let earned = lines.iter().filter_map(|line| line.points).sum();
        let balance = evidence.ledger.balance(subject, period, &rules.version);
        let adjustment = balance.clamp(-rules.most_adjustment, rules.most_adjustment);
        Ok(Self {
            subject: subject.clone(),
            kind,
            period,
            rule_version: rules.version.clone(),
            as_of: evidence.as_of,
            counts,
            lines,
            full,
            assessed,
            earned,
            balance,
            adjustment,
            total: total(earned, assessed, full).map(|points| (points + adjustment).max(Points(0))),
        })
    }

    /// 总分 in percent of full marks (hundredths), by which a grade is given: the full marks of
    /// kinds may differ.
    #[must_use]
    pub fn percent(&self) -> Option<i64> {
        half_up(i128::from(self.total?.0) * 10_000, i128::from(self.full.0))
    }
}

/// A line without a figure takes its weight with it: who had no overdue ticket is neither
/// praised nor blamed for supervising none (an assumption).
fn total(earned: Points, assessed: Points, full: Points) -> Option<Points> {
    half_up(i128::from(earned.0) * i128::from(full.0), i128::from(assessed.0)).map(Points)
}

impl Line {
    fn of(weight: &Weight, counts: &Counts, least_base: u64) -> Self {
        let figure = weight.indicator.figure(counts, least_base);
        let points = match figure.reading {
            Reading::Hundredths(hundredths) => Some(weight.curve.weighted(hundredths, weight.weight)),
            Reading::NothingToDivideBy | Reading::BaseTooSmall => None,
        };
        Self { indicator: weight.indicator, figure, curve: weight.curve_name.clone(), weight: weight.weight, points }
    }
}

fn each_once(outcomes: &[TicketOutcome]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let Some(twice) = outcomes.iter().find(|ticket| !seen.insert(&ticket.ticket)) else { return Ok(()) };
    Err(Refusal::new(
        "ticket-twice",
        format!("工单 {} 给了两次，会被重复计数：请每件工单只给一次", twice.ticket),
        format!("ticket {} is given twice and would count twice", twice.ticket),
    ))
}

fn not_assessed(subject: &Subject) -> Refusal {
    Refusal::new(
        "not-assessed",
        format!("{subject} 不是考核对象：请给出县市区、市属开发区或市直部门、单位"),
        format!("{subject} is not assessed: name a territory below the city or a city department"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::{at, road_repaired};
    use super::super::rule_set::RuleSets;
    use super::*;

    fn compute(subject: Subject, version: &str, outcomes: &[TicketOutcome]) -> Result<ScoreSheet, Refusal> {
        let (sets, period) = (RuleSets::shipped(), "2024-06".parse().expect("a period"));
        let rules = sets.version(version)?;
        let as_of = at("2024-07-31T00:00");
        let mut ledger = ScoreLedger::default();
        ledger.settle(rules, outcomes, period, as_of)?;
        let like_matters = BTreeMap::from([("0201".to_owned(), Growth { now: 95, before: 100 })]);
        let knowledge_accepted = Rate { part: 3, whole: 4 };
        let evidence = Evidence { outcomes, like_matters: &like_matters, knowledge_accepted, ledger: &ledger, as_of };
        ScoreSheet::compute(&subject, period, rules, &evidence)
    }

    fn anqiu() -> Subject {
        Subject::Territory("370784".into())
    }

    #[test]
    fn a_perfect_month_has_full_marks_and_its_plus() {
        let sheet = compute(anqiu(), "WF-2024", &[road_repaired()]).expect("a sheet");
        let points: Vec<_> = sheet.lines.iter().map(|line| line.points.map(|points| points.0)).collect();
        // Like matters fell by 5 %: halfway between 80 and 100, of 10 points.
        let expected = [2500, 2500, 1500, 900, 1000, 500, 500, 500];
        assert_eq!(points, expected.map(Some));
        assert_eq!((sheet.full, sheet.earned, sheet.adjustment), (Points(10_000), Points(9900), Points(2)));
        assert_eq!(sheet.total, Some(Points(9902)));
        assert_eq!(sheet.percent(), Some(9902));
    }

    /// The department had no overdue ticket and no opinion to write: those 20 points are not
    /// lost, and the other 80 stand for 100.
    #[test]
    fn a_line_without_a_figure_takes_its_weight_with_it() {
        let sheet = compute(Subject::Department("WF-ZJ".into()), "WF-2024", &[road_repaired()]).expect("a sheet");
        let absent: Vec<_> = sheet.lines.iter().filter(|line| line.points.is_none()).map(|l| l.indicator).collect();
        assert_eq!(absent, [Indicator::SupervisionsPerOverdue, Indicator::OpinionInTimeRate]);
        // 20 + 20 + 10 + 15 × 0.9 + 10 + 5 × 0.75 = 77.25, of 80.
        assert_eq!((sheet.earned, sheet.assessed), (Points(7725), Points(8000)));
        assert_eq!(sheet.total, Some(Points(9656 + 1)), "96.5625 rounds to 96.56, and 0.01 for the pair");
    }

    #[test]
    fn no_ticket_is_no_score() {
        let sheet = compute(anqiu(), "ZGR-2024", &[]).expect("a sheet");
        assert_eq!((sheet.total, sheet.percent()), (None, None));
        assert_eq!(sheet.full, Points(10_000), "30 + 35 + 35");
    }

    /// 30/35/35: contacted, solved, and not satisfied.
    #[test]
    fn the_three_rates_are_weighted() {
        let ticket = TicketOutcome { satisfied: Some(false), ..road_repaired() };
        let sheet = compute(anqiu(), "ZGR-2024", &[ticket]).expect("a sheet");
        assert_eq!(sheet.lines.iter().map(|line| line.indicator).collect::<Vec<_>>(), Indicator::THREE_RATES);
        assert_eq!(sheet.total, Some(Points(6500)));
    }

    #[test]
    fn the_adjustment_is_bounded() {
        let ticket = |number| TicketOutcome {
            ticket: crate::ids::TicketId::new(jiff::civil::date(2024, 6, 25), number),
            ..road_repaired()
        };
        let many: Vec<_> = (1..=600).map(ticket).collect();
        let sheet = compute(anqiu(), "WF-2024", &many).expect("a sheet");
        assert_eq!((sheet.balance, sheet.adjustment), (Points(1200), Points(1000)));
    }

    #[test]
    fn what_cannot_be_scored_is_refused() {
        let code = |subject: Subject, outcomes: &[TicketOutcome]| {
            compute(subject, "WF-2024", outcomes).expect_err("refused").code.into_owned()
        };
        assert_eq!(code(Subject::Territory("WF".into()), &[]), "not-assessed");
        assert_eq!(code(anqiu(), &[road_repaired(), road_repaired()]), "ticket-twice");
    }
}
