//! Whether a campaign worked (攻坚成效): 集中投诉事项十大领域百日攻坚, 「目前……十大领域均呈下降
//! 趋势，其中……均下降10个百分点以上」 (article rows 31 and 32). The article does not say of what
//! the points are: so both are given, the change of the number in percent and the change of
//! the domain's share of all matters in percentage points, and a reader sees which is which.

use super::growth::Growth;
use super::points::half_up;
use serde::Serialize;
use std::collections::BTreeMap;

/// 「下降10个百分点以上」, in hundredths of a percent.
pub const MARKED_FALL: i64 = 1000;

/// How one domain went, beside the same days of the year before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainTrend {
    /// 领域
    pub domain: String,
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

/// The trend of each domain, by name. `all` are all matters of the line on the same days: what
/// shares are of.
#[must_use]
pub fn trend(domains: &BTreeMap<String, Growth>, all: Growth, least_base: u64) -> Vec<DomainTrend> {
    let of = |(domain, counts): (&String, &Growth)| DomainTrend {
        domain: domain.clone(),
        counts: *counts,
        change: counts.hundredths(0),
        share_change: share_change(*counts, all),
        base_too_small: counts.base_is_too_small(least_base),
    };
    domains.iter().map(of).collect()
}

/// 均呈下降趋势: every domain has a base and is below it.
#[must_use]
pub fn all_fell(trend: &[DomainTrend]) -> bool {
    !trend.is_empty() && trend.iter().all(|domain| domain.change.is_some_and(|change| change < 0))
}

/// `now / all.now − before / all.before`, rounded once.
fn share_change(counts: Growth, all: Growth) -> Option<i64> {
    let [now, before, all_now, all_before] = [counts.now, counts.before, all.now, all.before].map(i128::from);
    half_up((now * all_before - before * all_now) * 10_000, all_now * all_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains(counts: &[(&str, u64, u64)]) -> BTreeMap<String, Growth> {
        counts.iter().map(|&(domain, now, before)| (domain.to_owned(), Growth { now, before })).collect()
    }

    /// Six of the ten are named in the article, each down by ten or more.
    #[test]
    fn the_campaigns_domains_fell() {
        let counts = domains(&[
            ("工资支付", 4_431, 5_210),
            ("治安管理和案件处理", 6_102, 7_044),
            ("电力", 3_868, 4_560),
            ("物业管理和商品房开发与销售", 14_967, 17_205),
            ("市容环境", 9_310, 10_620),
            ("交通秩序和设施", 8_544, 9_731),
            ("供暖", 5_011, 5_122),
        ]);
        let trend = trend(&counts, Growth { now: 240_000, before: 250_000 }, 30);
        assert!(all_fell(&trend));
        let markedly: Vec<_> =
            trend.iter().filter(|domain| domain.fell_markedly()).map(|d| d.domain.as_str()).collect();
        assert_eq!(markedly.len(), 6);
        assert!(!markedly.contains(&"供暖"));
    }

    /// A number can fall while its share rises: the two are not the same thing.
    #[test]
    fn percent_and_points_differ() {
        let [domain] = &trend(&domains(&[("供暖", 950, 1000)]), Growth { now: 8000, before: 10_000 }, 30)[..] else {
            panic!("one domain")
        };
        assert_eq!((domain.change, domain.share_change), (Some(-500), Some(188)), "11.875 − 10 = 1.875, half up");
        assert!(!domain.fell_markedly());
    }

    #[test]
    fn nothing_is_said_without_a_base() {
        let trend_of = |now, before, all| trend(&domains(&[("电力", now, before)]), all, 30);
        let none = trend_of(5, 0, Growth::default());
        assert_eq!((none[0].change, none[0].share_change), (None, None));
        assert!(!all_fell(&none) && !all_fell(&[]));
        let small = trend_of(3, 10, Growth { now: 100, before: 100 });
        assert_eq!(small[0].change, Some(-7000));
        assert!(small[0].base_too_small && !small[0].fell_markedly());
        let exactly = trend_of(90, 100, Growth { now: 100, before: 100 });
        assert!(exactly[0].fell_markedly(), "ten is ten");
    }
}
