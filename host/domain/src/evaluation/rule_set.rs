//! Rule sets (考核规则): weights, curves, scoring items and bands of one version, and from when
//! to when they hold. A published version is never edited: a change is a new version with a
//! date of its own, so that last year's score can be computed again next year.

use super::curve::Curve;
use super::indicator::Indicator;
use super::points::Points;
use super::score_pair::ScoringItem;
use super::subject::SubjectKind;
use crate::calendar::TimeSpan;
use crate::ids::CategoryCode;
use crate::refusal::Refusal;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// One line of a score sheet, before there is a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// What is measured.
    pub indicator: Indicator,
    /// The curve's name.
    pub curve_name: String,
    /// How the figure becomes points.
    pub curve: Curve,
    /// What full marks are worth.
    pub weight: Points,
}

/// One version of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// Its version: what every score made by it names.
    pub version: String,
    /// Whose rules they are.
    pub authority: String,
    /// 名称
    pub title: String,
    /// Where the values come from, and which are assumptions.
    pub source: String,
    /// The first day on which it holds.
    pub effective_from: Date,
    /// The first day on which it holds no longer; open when nothing replaces it yet.
    pub effective_until: Option<Date>,
    /// 基数下限: a growth over fewer than this is not scored.
    pub least_base: u64,
    /// The most by which 双加双减 moves a score in one period, either way. Without it the sum
    /// would measure how many tickets a subject has, not how it handles them.
    pub most_adjustment: Points,
    /// 申诉期限, counted from the day on which the score was made known.
    pub appeal_within: TimeSpan,
    /// The lines of each kind of subject.
    pub weights: BTreeMap<SubjectKind, Vec<Weight>>,
    /// 双加双减
    pub items: Vec<ScoringItem>,
    /// 季节性诉求: groups that are compared with the year before.
    pub seasonal: BTreeSet<String>,
    /// 分类: how much a subject receives in a month at least, highest first, and the band's name.
    pub bands: BTreeMap<SubjectKind, Vec<(u64, String)>>,
    /// 分档: the least score of a grade in percent of full marks (hundredths), highest first.
    pub grades: Vec<(i64, String)>,
}

impl RuleSet {
    /// The lines of a kind of subject.
    ///
    /// # Errors
    /// These rules do not score that kind.
    pub fn weights_of(&self, kind: SubjectKind) -> Result<&[Weight], Refusal> {
        self.weights.get(&kind).map(Vec::as_slice).ok_or_else(|| {
            Refusal::new(
                "kind-not-scored",
                format!(
                    "考核规则 {} 没有规定{}的指标权重：请在 weights.csv 中补充，或换用其他版本",
                    self.version,
                    kind.term()
                ),
                format!("rule set {} has no weights for this kind of subject", self.version),
            )
        })
    }

    /// Whether matters of a category come and go with a season.
    #[must_use]
    pub fn is_seasonal(&self, category: &CategoryCode) -> bool {
        self.seasonal.contains(category.group())
    }

    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.effective_from <= day && self.effective_until.is_none_or(|until| day < until)
    }
}

/// All versions of all rules that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSets {
    pub(super) sets: BTreeMap<String, RuleSet>,
}

impl RuleSets {
    /// 潍坊: whose rules the city's own scores are made by.
    pub const WEIFANG: &'static str = "潍坊";

    /// The rule set of a version, whenever it held.
    ///
    /// # Errors
    /// There is none.
    pub fn version(&self, version: &str) -> Result<&RuleSet, Refusal> {
        self.sets.get(version).ok_or_else(|| {
            let known: Vec<_> = self.sets.keys().map(String::as_str).collect();
            Refusal::new(
                "no-such-rule-set",
                format!("没有考核规则 {version}：现有 {}", known.join("、")),
                format!("there is no rule set {version}; known: {}", known.join(", ")),
            )
        })
    }

    /// The rule set of an authority that holds on a day; a period is scored by the one that
    /// holds on its first day.
    ///
    /// # Errors
    /// None holds on that day.
    pub fn in_force(&self, authority: &str, day: Date) -> Result<&RuleSet, Refusal> {
        let found = self.sets.values().find(|set| set.authority == authority && set.holds_on(day));
        found.ok_or_else(|| {
            Refusal::new(
                "no-rules-in-force",
                format!("{authority}在 {day} 没有生效的考核规则：请在 rule-sets.csv 中录入当时生效的版本"),
                format!("{authority} has no rule set in force on {day}"),
            )
        })
    }

    /// All of them, by version.
    pub fn iter(&self) -> impl Iterator<Item = &RuleSet> {
        self.sets.values()
    }
}
