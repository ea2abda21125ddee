//! Whether a campaign worked (攻坚成效), year on year by domain: 「目前……十大领域均呈下降趋势，
//! 其中……均下降10个百分点以上」 (article rows 31 and 32). The article does not say of what the
//! points are: so both are given, the change of the number in percent and the change of the
//! domain's share of all matters in percentage points, and a reader sees which is which.

use crate::evaluation::growth::Growth;
use crate::evaluation::points::half_up;
use crate::ids::CategoryCode;
use crate::topic::domains::{Coverage, Domain, Domains};
use serde::Serialize;
use std::collections::BTreeMap;

/// 「下降10个百分点以上」, in hundredths of a percent.
pub const MARKED_FALL: i64 = 1000;

/// Tickets of one category in a campaign and in the same days of the year before (计数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryCount {
    /// 分类, of any depth.
    pub category: CategoryCode,
    /// 本期与上年同期
    pub counts: Growth,
}

/// How a domain went, beside the same days of the year before (同比).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DomainTrend {
    /// 领域
    pub domain: Domain,
    /// 本期与上年同期
    pub counts: Growth,
    /// 同比增幅, in hundredths of a percent; none without a base.
    pub change: Option<i64>,
    /// 占比变化, in hundredths of a percentage point; none without matters in either year.
    pub share_change: Option<i64>,
    /// 基数过小: too few in the year before to say anything by a percentage.
    pub base_too_small: bool,
}

impl DomainTrend {
    /// 降幅较大: the number fell by ten percent or more, on a base that carries it.
    #[must_use]
    pub fn fell_markedly(&self) -> bool {
        !self.base_too_small && self.change.is_some_and(|change| change <= -MARKED_FALL)
    }
}

/// How all domains went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Trend {
    /// All ten, by number.
    pub lines: Vec<DomainTrend>,
    /// 未纳入: counts of categories that the campaign does not cover.
    pub outside: Growth,
    /// 未归类: categories that nobody mapped; to be added to the data, and in no domain's count.
    pub unmapped: Vec<CategoryCode>,
}

impl Trend {
    /// From the counts of every category of the line on these days: shares are of all of them,
    /// in the domains or not.
    #[must_use]
    pub fn of(domains: &Domains, counts: &[CategoryCount], least_base: u64) -> Self {
        let mut sums: BTreeMap<u8, Growth> = BTreeMap::new();
        let (mut all, mut outside, mut unmapped) = (Growth::default(), Growth::default(), Vec::new());
        for count in counts {
            all += count.counts;
            match domains.coverage(&count.category) {
                Some(Coverage::Domain(number)) => *sums.entry(number).or_default() += count.counts,
                Some(Coverage::Outside) => outside += count.counts,
                None => unmapped.push(count.category.clone()),
            }
        }
        let line = |domain: &Domain| {
            let counts = sums.get(&domain.number).copied().unwrap_or_default();
            DomainTrend {
                domain: domain.clone(),
                counts,
                change: counts.hundredths(),
                share_change: share_change(counts, all),
                base_too_small: counts.base_is_too_small(least_base),
            }
        };
        Self { lines: domains.iter().map(line).collect(), outside, unmapped }
    }

    /// 均呈下降趋势: every domain has a base and is below it.
    #[must_use]
    pub fn all_fell(&self) -> bool {
        self.lines.iter().all(|line| line.change.is_some_and(|change| change < 0))
    }
}

/// `now / all.now − before / all.before`, rounded once.
fn share_change(counts: Growth, all: Growth) -> Option<i64> {
    let [now, before, all_now, all_before] = [counts.now, counts.before, all.now, all.before].map(i128::from);
    half_up((now * all_before - before * all_now) * 10_000, all_now * all_before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::growth::LEAST_BASE;

    fn trend(counts: &[(&str, u64, u64)]) -> Trend {
        let count = |&(category, now, before): &(&str, u64, u64)| CategoryCount {
            category: category.into(),
            counts: Growth { now, before },
        };
        let counts: Vec<CategoryCount> = counts.iter().map(count).collect();
        Trend::of(&Domains::shipped(), &counts, LEAST_BASE)
    }

    /// Six of the ten are named in the article, each down by ten or more.
    const CAMPAIGN: [(&str, u64, u64); 11] = [
        ("0501", 4_431, 5_210),
        ("1402", 6_102, 7_044),
        ("0402", 3_868, 4_560),
        ("0202", 14_967, 17_205),
        ("0601", 9_310, 10_620),
        ("0702", 8_544, 9_731),
        ("0101", 5_011, 5_122),
        ("0801", 2_204, 2_310),
        ("0301", 6_870, 7_001),
        ("0201", 3_302, 3_310),
        ("0901", 175_391, 177_887),
    ];

    #[test]
    fn the_campaigns_domains_fell() {
        let trend = trend(&CAMPAIGN);
        assert!(trend.all_fell());
        let markedly: Vec<u8> = trend.lines.iter().filter(|l| l.fell_markedly()).map(|l| l.domain.number).collect();
        assert_eq!(markedly, [1, 2, 3, 4, 5, 6]);
        let mut risen = CAMPAIGN;
        risen[9].1 = 3_310;
        assert!(!self::trend(&risen).all_fell(), "as many as before is no fall");
    }

    /// A number can fall while its share rises: the two are not the same thing.
    #[test]
    fn percent_and_points_differ() {
        let line = &trend(&[("0101", 950, 1000), ("0901", 7050, 9000)]).lines[6];
        assert_eq!((line.change, line.share_change), (Some(-500), Some(188)), "11.875 − 10 = 1.875, half up");
        assert!(!line.fell_markedly());
    }

    #[test]
    fn nothing_is_said_without_a_base() {
        let none = trend(&[("0402", 5, 0)]);
        assert_eq!((none.lines[2].change, none.lines[2].share_change), (None, None));
        assert!(!none.all_fell() && !trend(&[]).all_fell());
        let small = &trend(&[("0402", 3, 29), ("0901", 97, 71)]).lines[2];
        assert_eq!(small.change, Some(-8966));
        assert!(small.base_too_small && !small.fell_markedly(), "a small base says nothing");
        assert!(trend(&[("0402", 90, 100)]).lines[2].fell_markedly(), "ten is ten");
        assert!(!trend(&[("0402", 901, 1000)]).lines[2].fell_markedly());
    }

    #[test]
    fn the_trend_adds_up() {
        let trend = trend(&[
            ("0501", 80, 60),
            ("050101", 10, 40),
            ("0601", 300, 250),
            ("1201", 3, 29),
            ("0901", 7, 8),
            ("9901", 1, 1),
        ]);
        assert_eq!(trend.lines.len(), 10);
        let line = |number: usize| &trend.lines[number - 1];
        assert_eq!((line(1).counts, line(1).change), (Growth { now: 90, before: 100 }, Some(-1000)));
        assert_eq!((line(5).change, line(5).share_change), (Some(2000), Some(1038)), "of 401 and of 388");
        assert_eq!((line(3).counts.before, line(3).base_too_small), (29, true));
        assert_eq!((trend.outside, trend.unmapped), (Growth { now: 7, before: 8 }, vec!["9901".into()]));
    }
}
