//! Lists (清单): the matters that come up most in a month (月度高频清单, article row 9:
//! 「牵头推动高频难点共性问题联动办理」), and in a year those that are frequent, hard and common
//! at once (年度高频难点共性问题清单, article row 10).

use crate::evaluation::Rate;
use crate::evaluation::growth::{Growth, LEAST_BASE};
use crate::ids::CategoryCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One category group in one month (月度计数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCount {
    /// 分类组
    pub group: CategoryCode,
    /// 本月
    pub now: u64,
    /// 上月, or the same month of the year before for what comes with the season.
    pub before: u64,
}

/// What makes a group frequent (高频门槛).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Frequent {
    /// Tickets in a month: the average of 46 groups over about 96,000 a month (an assumption).
    pub volume: u64,
    /// Length of the list (an assumption).
    pub most: usize,
    /// Smallest base that gives a rate of growth.
    pub least_base: u64,
}

impl Default for Frequent {
    fn default() -> Self {
        Self { volume: 2000, most: 20, least_base: LEAST_BASE }
    }
}

/// One line of the monthly list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FrequentLine {
    /// 分类组
    pub group: CategoryCode,
    /// 本月与前期
    pub counts: Growth,
    /// 占比, of all groups, in hundredths of a percentage point.
    pub share: u64,
    /// 增长率, in hundredths of a percent; none on a small base.
    pub rate: Option<i64>,
}

/// 月度高频清单: the largest first. Each group stands in `counts` once.
#[must_use]
pub fn high_frequency(counts: &[MonthCount], frequent: &Frequent) -> Vec<FrequentLine> {
    let whole = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(count.now));
    let mut lines: Vec<FrequentLine> = counts
        .iter()
        .filter(|count| count.now >= frequent.volume)
        .map(|count| {
            let counts = Growth { now: count.now, before: count.before };
            let share = Rate { part: count.now, whole }.hundredths().unwrap_or(0);
            FrequentLine { group: count.group.clone(), counts, share, rate: counts.rate(frequent.least_base) }
        })
        .collect();
    lines.sort_by(|a, b| b.counts.now.cmp(&a.counts.now).then_with(|| a.group.cmp(&b.group)));
    lines.truncate(frequent.most);
    lines
}

/// One category group over a year (年度计数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearCount {
    /// 分类组
    pub group: CategoryCode,
    /// 诉求量
    pub volume: u64,
    /// 上榜月: months whose monthly list had it.
    pub months_listed: BTreeSet<i8>,
    /// 接通回访
    pub followed_up: u64,
    /// Of these: solved at the last call.
    pub solved: u64,
    /// 涉及属地数
    pub territories: u64,
}

/// What makes a problem frequent, hard and common (年度清单门槛). All are assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hard {
    /// 高频: months on the monthly list; heating, with a season of five, is meant to come in.
    pub months: usize,
    /// 难点: 回访解决率 below, in hundredths of a percentage point.
    pub resolution_below: u64,
    /// 难点: at least so many answers, so that a few calls make no list.
    pub least_followed_up: u64,
    /// 共性: territories, a third of the 17.
    pub territories: u64,
}

impl Default for Hard {
    fn default() -> Self {
        Self { months: 4, resolution_below: 7000, least_followed_up: 100, territories: 6 }
    }
}

/// One line of the yearly list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HardLine {
    /// 分类组
    pub group: CategoryCode,
    /// 诉求量
    pub volume: u64,
    /// In words and figures.
    pub reasons: Vec<String>,
}

/// 年度高频难点共性问题清单: frequent, hard and common, all three; the largest first.
#[must_use]
pub fn hard_common(counts: &[YearCount], hard: &Hard) -> Vec<HardLine> {
    let mut lines: Vec<HardLine> = counts.iter().filter_map(|count| line(count, hard)).collect();
    lines.sort_by(|a, b| b.volume.cmp(&a.volume).then_with(|| a.group.cmp(&b.group)));
    lines
}

fn line(count: &YearCount, hard: &Hard) -> Option<HardLine> {
    let resolution = Rate { part: count.solved, whole: count.followed_up };
    let is_hard = resolution.hundredths().is_some_and(|rate| rate < hard.resolution_below);
    let listed = count.months_listed.len();
    let fits = listed >= hard.months
        && count.followed_up >= hard.least_followed_up
        && is_hard
        && count.territories >= hard.territories;
    fits.then(|| HardLine {
        group: count.group.clone(),
        volume: count.volume,
        reasons: vec![
            format!("高频：{listed} 个月列入月度高频清单，全年 {} 件", count.volume),
            format!("难点：回访解决率 {resolution}"),
            format!("共性：涉及 {} 个属地", count.territories),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(group: &str, now: u64, before: u64) -> MonthCount {
        MonthCount { group: group.into(), now, before }
    }

    #[test]
    fn the_monthly_list_has_the_frequent_ones_with_share_and_growth() {
        let counts =
            [month("0601", 2000, 4000), month("0104", 6000, 20), month("0501", 1999, 500), month("0202", 1, 1)];
        let list = high_frequency(&counts, &Frequent::default());
        let line = |group: &str, now, before, share, rate| {
            let counts = Growth { now, before };
            FrequentLine { group: group.into(), counts, share, rate }
        };
        let expected = [line("0104", 6000, 20, 6000, None), line("0601", 2000, 4000, 2000, Some(-5000))];
        assert_eq!(list, expected);
        let short = high_frequency(&counts, &Frequent { most: 1, ..Frequent::default() });
        assert_eq!(short[..], expected[..1]);
        assert_eq!(high_frequency(&[], &Frequent { volume: 0, ..Frequent::default() }), []);
    }

    fn year(group: &str) -> YearCount {
        YearCount {
            group: group.into(),
            volume: 30_000,
            months_listed: [1, 2, 3, 11, 12].into(),
            followed_up: 1000,
            solved: 699,
            territories: 6,
        }
    }

    #[test]
    fn the_yearly_list_needs_frequent_hard_and_common() {
        let all = hard_common(&[year("0104")], &Hard::default());
        assert_eq!(
            all[0].reasons,
            ["高频：5 个月列入月度高频清单，全年 30000 件", "难点：回访解决率 69.90%", "共性：涉及 6 个属地"]
        );
        let misses = [
            YearCount { months_listed: [1, 2, 3].into(), ..year("0104") },
            YearCount { solved: 700, ..year("0104") },
            YearCount { followed_up: 99, solved: 0, ..year("0104") },
            YearCount { territories: 5, ..year("0104") },
        ];
        assert_eq!(hard_common(&misses, &Hard::default()), []);
        let counts = [year("0601"), YearCount { volume: 40_000, ..year("0702") }, year("0104")];
        let order: Vec<_> = hard_common(&counts, &Hard::default()).into_iter().map(|line| line.group.0).collect();
        assert_eq!(order, ["0702", "0104", "0601"]);
    }
}
