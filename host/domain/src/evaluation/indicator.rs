//! Indicators (考核指标): the named figures of the evaluation, computed from counts. What each
//! means stands in [`super::definition`].

use super::counts::Counts;
use super::definition::{DEFINITIONS, Definition, Measure};
use super::points::{half_up, show_hundredths};
use super::rate::Rate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A named figure. The definitions stand in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is explained by its definition")]
pub enum Indicator {
    ResolutionRate,
    SatisfactionRate,
    FirstHandlingRate,
    LikeMatterGrowth,
    ClosedInTimeRate,
    TakenUpInTimeRate,
    HandBackRate,
    ExtensionRate,
    RepeatRate,
    FirstResponseMedian,
    ResponseRate,
    CopySignedInTimeRate,
    SupervisionsPerOverdue,
    OpinionInTimeRate,
    KnowledgeAcceptedRate,
}

impl Indicator {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::ResolutionRate,
        Self::SatisfactionRate,
        Self::FirstHandlingRate,
        Self::LikeMatterGrowth,
        Self::ClosedInTimeRate,
        Self::TakenUpInTimeRate,
        Self::HandBackRate,
        Self::ExtensionRate,
        Self::RepeatRate,
        Self::FirstResponseMedian,
        Self::ResponseRate,
        Self::CopySignedInTimeRate,
        Self::SupervisionsPerOverdue,
        Self::OpinionInTimeRate,
        Self::KnowledgeAcceptedRate,
    ];

    /// 三率 as Beijing counts them, all without what was excluded: 响应率、解决率、满意率.
    pub const THREE_RATES: [Self; 3] = [Self::ResponseRate, Self::ResolutionRate, Self::SatisfactionRate];

    /// 市直部门督办履职情况 (article row 58); that it has these four parts is an assumption.
    pub const DEPARTMENT_DUTIES: [Self; 4] = [
        Self::CopySignedInTimeRate,
        Self::SupervisionsPerOverdue,
        Self::OpinionInTimeRate,
        Self::KnowledgeAcceptedRate,
    ];

    /// What there is to say of it.
    #[must_use]
    pub fn definition(self) -> Definition {
        DEFINITIONS[self as usize]
    }

    /// The figure, from counts.
    #[must_use]
    pub fn figure(self, counts: &Counts, least_base: u64) -> Figure {
        let percent = |rate: Rate| Figure::of(rate, 10_000);
        match self {
            Self::ResolutionRate => percent(counts.tally.resolution_rate()),
            Self::SatisfactionRate => percent(counts.tally.satisfaction_rate()),
            Self::FirstHandlingRate => percent(counts.tally.first_handling_rate()),
            Self::LikeMatterGrowth => {
                let growth = counts.like_matters;
                let small = growth.base_is_too_small(least_base);
                let reading = if small { Reading::BaseTooSmall } else { Reading::from(growth.hundredths()) };
                Figure { part: growth.now, whole: growth.before, reading }
            }
            Self::ClosedInTimeRate => percent(counts.closed_in_time),
            Self::TakenUpInTimeRate => percent(counts.taken_up_in_time),
            Self::HandBackRate => percent(counts.handed_back),
            Self::ExtensionRate => percent(counts.extended),
            Self::RepeatRate => percent(counts.repeated),
            Self::FirstResponseMedian => {
                let responses = &counts.first_responses;
                let median = responses.median_minutes().map(|minutes| i64::from(minutes) * 100);
                let (part, whole) = (responses.answered(), responses.answered() + responses.waiting());
                Figure { part, whole, reading: Reading::from(median) }
            }
            Self::ResponseRate => percent(counts.contacted_in_time),
            Self::CopySignedInTimeRate => percent(counts.copies_signed_in_time),
            Self::SupervisionsPerOverdue => Figure::of(counts.supervised, 100),
            Self::OpinionInTimeRate => percent(counts.opinions_in_time),
            Self::KnowledgeAcceptedRate => percent(counts.knowledge_accepted),
        }
    }
}

/// What an indicator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Figure {
    /// 分子; of a median: how many were measured; of a growth: now.
    pub part: u64,
    /// 分母; of a median: how many there are; of a growth: before.
    pub whole: u64,
    /// The figure itself.
    pub reading: Reading,
}

impl Figure {
    fn of(rate: Rate, scale: i128) -> Self {
        let reading = Reading::from(half_up(i128::from(rate.part) * scale, i128::from(rate.whole)));
        Self { part: rate.part, whole: rate.whole, reading }
    }

    /// The figure with its sign.
    #[must_use]
    pub fn shown(&self, measure: Measure) -> String {
        match self.reading {
            Reading::Hundredths(hundredths) => format!("{}{}", show_hundredths(hundredths), measure.sign()),
            absent => absent.to_string(),
        }
    }
}

/// A figure, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// In hundredths of the measure.
    Hundredths(i64),
    /// 无此类件: no rate, which is neither 0 % nor 100 %.
    NothingToDivideBy,
    /// 基数过小
    BaseTooSmall,
}

impl From<Option<i64>> for Reading {
    fn from(hundredths: Option<i64>) -> Self {
        hundredths.map_or(Self::NothingToDivideBy, Self::Hundredths)
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hundredths(hundredths) => f.pad(&show_hundredths(*hundredths)),
            Self::NothingToDivideBy => f.pad("—"),
            Self::BaseTooSmall => f.pad("基数过小"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::growth::Growth;
    use super::*;
    use std::collections::BTreeSet;

    /// The word in data files is the word in JSON, and no two indicators share it.
    #[test]
    fn every_indicator_has_its_own_word() {
        let mut words = BTreeSet::new();
        for indicator in Indicator::ALL {
            let definition = indicator.definition();
            assert_eq!(serde_json::json!(indicator), serde_json::json!(definition.key));
            assert!(words.insert(definition.key) && words.insert(definition.term), "{}", definition.key);
        }
        assert_eq!(words.len(), 2 * Indicator::ALL.len());
    }

    #[test]
    fn nothing_to_divide_by_is_no_rate() {
        for indicator in Indicator::ALL {
            let expected = if indicator == Indicator::LikeMatterGrowth {
                Reading::BaseTooSmall
            } else {
                Reading::NothingToDivideBy
            };
            assert_eq!(indicator.figure(&Counts::default(), 30).reading, expected, "{indicator:?}");
        }
    }

    /// Each indicator reads its own counts: change one count and one figure moves.
    #[test]
    fn each_indicator_reads_its_own_counts() {
        type Change = fn(&mut Counts);
        const RATE: Rate = Rate { part: 3, whole: 4 };
        let changes: [(Indicator, Change, &str); 11] = [
            (Indicator::ClosedInTimeRate, |counts| counts.closed_in_time = RATE, "75.00%"),
            (Indicator::TakenUpInTimeRate, |counts| counts.taken_up_in_time = RATE, "75.00%"),
            (Indicator::HandBackRate, |counts| counts.handed_back = RATE, "75.00%"),
            (Indicator::ExtensionRate, |counts| counts.extended = RATE, "75.00%"),
            (Indicator::RepeatRate, |counts| counts.repeated = RATE, "75.00%"),
            (Indicator::ResponseRate, |counts| counts.contacted_in_time = RATE, "75.00%"),
            (Indicator::CopySignedInTimeRate, |counts| counts.copies_signed_in_time = RATE, "75.00%"),
            (Indicator::OpinionInTimeRate, |counts| counts.opinions_in_time = RATE, "75.00%"),
            (Indicator::KnowledgeAcceptedRate, |counts| counts.knowledge_accepted = RATE, "75.00%"),
            (Indicator::SupervisionsPerOverdue, |counts| counts.supervised = Rate { part: 7, whole: 4 }, "1.75 次/件"),
            (Indicator::FirstResponseMedian, |counts| counts.first_responses.count(Some(7200)), "120.00 分钟"),
        ];
        for (moved, change, shown) in changes {
            let mut counts = Counts::default();
            change(&mut counts);
            for indicator in Indicator::ALL {
                let (now, before) = (indicator.figure(&counts, 30), indicator.figure(&Counts::default(), 30));
                assert_eq!(now != before, indicator == moved, "{indicator:?} when {moved:?} moves");
            }
            assert_eq!(moved.figure(&counts, 30).shown(moved.definition().measure), shown);
        }
    }

    #[test]
    fn growth_over_a_small_base_is_not_scored() {
        let reading = |now, before| {
            let counts = Counts { like_matters: Growth { now, before }, ..Counts::default() };
            Indicator::LikeMatterGrowth.figure(&counts, 30).reading
        };
        assert_eq!(reading(60, 29), Reading::BaseTooSmall);
        assert_eq!(reading(60, 30), Reading::Hundredths(10_000));
    }
}
