//! Hot topics (热点问题): from the figures of a period and the one before to the candidates of
//! 每日一议, with the reasons in words and figures. Article row 6: 「聚焦诉求量大、涉及面广的热点
//! 问题」: volume and reach together make a topic hot; a steep rise and one place alone do as
//! well, which is an assumption.

use crate::World;
use crate::evaluation::growth::{Growth, LEAST_BASE};
use crate::ids::{CategoryCode, TerritoryId};
use crate::topic::case::{Draft, Origin, Subject};
use crate::topic::rung::Rung;
use crate::topic::spread::{Busiest, Spread};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The tickets of one group on a day, and how many there were on the day before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCount {
    /// 分类组
    pub group: CategoryCode,
    /// 本日
    pub now: Spread,
    /// 前一日
    pub before: u64,
}

/// When a topic is hot (热点门槛). All figures are assumptions, for one day of the whole city,
/// which takes about 3,100 dispatched tickets in 46 groups, 67 each (96,137 copies in October 2024).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// 诉求量大: tickets of a group, twice the average.
    pub volume: u64,
    /// 涉及面广: territories, a third of the 17.
    pub territories: u64,
    /// 涉及面广: or streets, a sixth of the 128.
    pub streets: u64,
    /// 增长快: hundredths of a percentage point over the period before.
    pub growth: i64,
    /// Smallest base that gives a rate.
    pub least_base: u64,
    /// 集中: tickets of a group from one estate or street.
    pub one_place: u64,
    /// 候选数: what a meeting can discuss in an hour.
    pub most: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { volume: 130, territories: 6, streets: 21, growth: 5000, least_base: LEAST_BASE, one_place: 10, most: 10 }
    }
}

/// Why a topic is hot (理由).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// 诉求量大、涉及面广
    LargeAndWide {
        /// 诉求量
        volume: u64,
        /// 涉及属地数
        territories: u64,
        /// 涉及街道数
        streets: u64,
    },
    /// 增长快
    Rising {
        /// 本期与前期
        counts: Growth,
        /// 增长率, in hundredths of a percent.
        rate: i64,
    },
    /// 集中于一处
    OnePlace {
        /// 属地
        territory: TerritoryId,
        /// 街道或小区
        place: String,
        /// 诉求量
        count: u64,
    },
}

impl Reason {
    /// In words and figures.
    #[must_use]
    pub fn words(&self, world: &World) -> String {
        match self {
            Self::LargeAndWide { volume, territories, streets } => {
                format!("诉求量大、涉及面广：本期 {volume} 件，涉及 {territories} 个属地、{streets} 个街道")
            }
            Self::Rising { counts, .. } => {
                format!("增长快：本期 {} 件，前期 {} 件，{counts}", counts.now, counts.before)
            }
            Self::OnePlace { territory, place, count } => {
                let name = world.catalogue.territory(territory).map_or(territory.as_str(), |of| of.name.as_str());
                format!("集中于一处：{name}{place} {count} 件")
            }
        }
    }
}

/// A hot topic (热点).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HotTopic {
    /// 分类组
    pub group: CategoryCode,
    /// 本期
    pub now: u64,
    /// 前期
    pub before: u64,
    /// Why, at least one.
    pub reasons: Vec<Reason>,
}

impl HotTopic {
    /// What it is about: one place when nothing else makes it hot; else the city.
    #[must_use]
    pub fn subject(&self) -> Subject {
        let (territory, place) = match self.reasons.as_slice() {
            [Reason::OnePlace { territory, place, .. }] => (territory.clone(), place.clone()),
            _ => (TerritoryId::from(TerritoryId::CITY), String::new()),
        };
        Subject { category: self.group.clone(), territory, place }
    }

    /// As a candidate of 每日一议. The desk adds a sample of tickets and the territories' units.
    #[must_use]
    pub fn draft(&self, world: &World) -> Draft {
        let subject = self.subject();
        let name = world.catalogue.category_name(&subject.category);
        let count = match self.reasons.as_slice() {
            [Reason::OnePlace { count, .. }] => *count,
            _ => self.now,
        };
        Draft {
            title: format!("{}{name}问题", subject.place),
            subject: subject.clone(),
            rung: Rung::DailyDiscussion,
            origin: Origin::HotTopic,
            units: BTreeSet::new(),
            ticket_count: count,
            tickets: BTreeSet::new(),
            reasons: self.reasons.iter().map(|reason| reason.words(world)).collect(),
        }
    }
}

impl GroupCount {
    fn reasons(&self, thresholds: &Thresholds) -> Vec<Reason> {
        let counts = Growth { now: self.now.count, before: self.before };
        let (territories, streets) = (self.now.territories.len() as u64, self.now.streets);
        let wide = territories >= thresholds.territories || streets >= thresholds.streets;
        let large = (counts.now >= thresholds.volume && wide).then_some(Reason::LargeAndWide {
            volume: counts.now,
            territories,
            streets,
        });
        let steep = counts.rate(thresholds.least_base).filter(|rate| *rate >= thresholds.growth);
        let rising = steep.map(|rate| Reason::Rising { counts, rate });
        let busiest = self.now.busiest.as_ref().filter(|busiest| busiest.count >= thresholds.one_place);
        let one_place = busiest.map(|Busiest { territory, place, count }| Reason::OnePlace {
            territory: territory.clone(),
            place: place.clone(),
            count: *count,
        });
        large.into_iter().chain(rising).chain(one_place).collect()
    }
}

/// The hot topics of a day, most tickets first, at most as many as the thresholds say.
#[must_use]
pub fn hot_topics(counts: &[GroupCount], thresholds: &Thresholds) -> Vec<HotTopic> {
    let mut hot: Vec<HotTopic> = counts
        .iter()
        .map(|count| HotTopic {
            group: count.group.clone(),
            now: count.now.count,
            before: count.before,
            reasons: count.reasons(thresholds),
        })
        .filter(|topic| !topic.reasons.is_empty())
        .collect();
    hot.sort_by(|a, b| b.now.cmp(&a.now).then_with(|| a.group.cmp(&b.group)));
    hot.truncate(thresholds.most);
    hot
}

#[cfg(test)]
mod tests {
    use super::super::spread::PlaceCount;
    use super::*;
    use std::collections::BTreeMap;

    /// A group, a place, and how many came from there now and before.
    type Counted = (CategoryCode, PlaceCount, u64);

    fn count(category: &str, territory: &str, street: &str, estate: &str, now: u64, before: u64) -> Counted {
        let (street, estate) = (street.into(), estate.into());
        (category.into(), PlaceCount { territory: territory.into(), street, estate, count: now }, before)
    }

    /// As a store counts them, by group.
    fn hot_topics(counted: &[Counted], thresholds: &Thresholds) -> Vec<HotTopic> {
        let mut groups: BTreeMap<&str, (Vec<&PlaceCount>, u64)> = BTreeMap::new();
        for (category, place, before) in counted {
            let group = groups.entry(category.group()).or_default();
            group.0.push(place);
            group.1 += before;
        }
        let counts = groups.into_iter().map(|(group, (places, before))| GroupCount {
            group: group.into(),
            now: Spread::of(places),
            before,
        });
        super::hot_topics(&counts.collect::<Vec<_>>(), thresholds)
    }

    const TERRITORIES: [&str; 6] = ["370702", "370703", "370704", "370705", "370724", "370725"];

    fn spread(category: &str, territories: &[&str], now: u64, before: u64) -> Vec<Counted> {
        territories.iter().map(|of| count(category, of, "城关街道", "", now, before)).collect()
    }

    fn wide() -> Thresholds {
        Thresholds { one_place: u64::MAX, ..Thresholds::default() }
    }

    #[test]
    fn volume_and_reach_are_needed_both() {
        let hot = |territories: &[&str], each| hot_topics(&spread("010401", territories, each, each), &wide());
        let found = hot(&TERRITORIES, 22);
        assert_eq!(found.len(), 1, "132 tickets of 6 territories");
        assert_eq!(found[0].group.as_str(), "0104", "leaves count for their group");
        assert_eq!(found[0].reasons, [Reason::LargeAndWide { volume: 132, territories: 6, streets: 6 }]);
        assert_eq!(
            found[0].reasons[0].words(&World::weifang()),
            "诉求量大、涉及面广：本期 132 件，涉及 6 个属地、6 个街道"
        );
        assert_eq!(hot(&TERRITORIES, 21), [], "126 are not many");
        assert_eq!(hot(&TERRITORIES[..5], 60), [], "5 territories are not wide");
    }

    /// Streets of the same name in two territories are two; a street where nothing came this
    /// time is none.
    #[test]
    fn many_streets_are_wide_as_well() {
        let mut counts: Vec<_> = (0..20).map(|n| count("0601", "370705", &format!("第{n}街道"), "", 10, 10)).collect();
        counts.push(count("0601", "370705", "空街道", "", 0, 50));
        assert_eq!(hot_topics(&counts, &wide()), []);
        counts.push(count("0601", "370702", "第0街道", "", 10, 10));
        let reasons = &hot_topics(&counts, &wide())[0].reasons;
        assert_eq!(reasons[..], [Reason::LargeAndWide { volume: 210, territories: 2, streets: 21 }]);
    }

    #[test]
    fn a_steep_rise_needs_a_base() {
        let hot = |now, before| hot_topics(&[count("0501", "370784", "", "", now, before)], &wide());
        let rising = &hot(45, 30)[0].reasons;
        assert_eq!(rising[..], [Reason::Rising { counts: Growth { now: 45, before: 30 }, rate: 5000 }]);
        assert_eq!(rising[0].words(&World::weifang()), "增长快：本期 45 件，前期 30 件，+50.00%");
        assert_eq!(hot(44, 30), [], "+46.67 % is not steep");
        assert_eq!(hot(58, 29), [], "twice as many, but of a small base");
    }

    #[test]
    fn one_place_alone_narrows_the_subject() {
        let counts = [
            count("0202", "370705", "大虞街道", "胜利新村", 6, 0),
            count("020201", "370705", "大虞街道", "胜利新村", 5, 0),
            count("0202", "370705", "大虞街道", "", 9, 0),
        ];
        let hot = hot_topics(&counts, &Thresholds::default());
        assert_eq!(hot.len(), 1);
        let draft = hot[0].draft(&World::weifang());
        assert_eq!(draft.title, "胜利新村城乡建设/物业管理问题");
        assert_eq!((draft.subject.territory.as_str(), draft.subject.place.as_str()), ("370705", "胜利新村"));
        assert_eq!(draft.ticket_count, 11);
        assert_eq!(draft.reasons, ["集中于一处：奎文区胜利新村 11 件"]);
        let wide = [counts.to_vec(), spread("0202", &TERRITORIES, 30, 30)].concat();
        let hot = hot_topics(&wide, &Thresholds::default());
        assert_eq!(hot[0].reasons.len(), 2);
        assert!(hot[0].subject().territory.is_city(), "it is everywhere");
    }

    #[test]
    fn the_largest_come_first_and_no_more_than_wanted() {
        let groups = ["0601", "0602", "0603"];
        let counts: Vec<_> =
            groups.iter().zip([30, 50, 30]).flat_map(|(group, each)| spread(group, &TERRITORIES, each, each)).collect();
        let hot = |most| {
            let found = hot_topics(&counts, &Thresholds { most, ..wide() });
            found.into_iter().map(|topic| topic.group.0).collect::<Vec<_>>()
        };
        assert_eq!(hot(10), ["0602", "0601", "0603"]);
        assert_eq!(hot(2), ["0602", "0601"]);
    }
}
