//! Who calls from where about what: the shares of territories, categories and channels.

use crate::dice::Dice;
use crate::season::{Curve, HOURS, PERIODS};
use crate::words;
use chuishao_domain::World;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::ticket::Channel;

/// Bands of the day in which people call about different things.
const BANDS: usize = 2;

/// One kind of matter: second-level code, weight among the year's calls, season, and how much
/// more of it comes at night. The weights are assumptions, led by the articles' own order:
/// heating, housing, wages, the city's looks.
struct Kind(&'static str, f64, Curve, f64);

const KINDS: [Kind; 46] = [
    Kind("0101", 1.8, Curve::Heating, 0.3),
    Kind("0102", 1.4, Curve::Heating, 0.3),
    Kind("0103", 3.6, Curve::Heating, 0.3),
    Kind("0104", 5.8, Curve::Heating, 2.0),
    Kind("0201", 2.0, Curve::Even, 0.3),
    Kind("0202", 8.5, Curve::Even, 0.7),
    Kind("0203", 3.5, Curve::Even, 0.2),
    Kind("0204", 2.4, Curve::Even, 0.3),
    Kind("0205", 1.6, Curve::Even, 0.3),
    Kind("0206", 1.2, Curve::Even, 2.0),
    Kind("0301", 4.0, Curve::Even, 5.0),
    Kind("0302", 3.4, Curve::Summer, 7.0),
    Kind("0303", 2.2, Curve::Summer, 4.0),
    Kind("0401", 1.8, Curve::Water, 4.0),
    Kind("0402", 2.4, Curve::Power, 6.0),
    Kind("0403", 0.6, Curve::Even, 4.0),
    Kind("0404", 1.3, Curve::Heating, 4.0),
    Kind("0501", 6.5, Curve::Wages, 0.2),
    Kind("0601", 4.0, Curve::Summer, 0.4),
    Kind("0602", 4.5, Curve::Summer, 0.8),
    Kind("0603", 1.4, Curve::Summer, 0.3),
    Kind("0604", 1.5, Curve::Even, 3.0),
    Kind("0605", 2.6, Curve::Summer, 1.0),
    Kind("0701", 1.2, Curve::Even, 0.6),
    Kind("0702", 3.0, Curve::Even, 0.5),
    Kind("0703", 3.2, Curve::Even, 1.5),
    Kind("0704", 1.8, Curve::Even, 2.0),
    Kind("0705", 1.8, Curve::Even, 0.4),
    Kind("0801", 5.5, Curve::Even, 0.3),
    Kind("0802", 2.0, Curve::Summer, 0.6),
    Kind("0803", 1.6, Curve::Even, 0.3),
    Kind("0804", 2.0, Curve::Even, 0.2),
    Kind("0901", 1.2, Curve::Even, 0.8),
    Kind("0902", 1.2, Curve::Even, 0.8),
    Kind("1001", 3.0, Curve::Even, 0.1),
    Kind("1002", 1.2, Curve::Even, 0.1),
    Kind("1101", 1.8, Curve::Water, 0.8),
    Kind("1102", 1.2, Curve::Even, 0.2),
    Kind("1201", 1.2, Curve::Power, 0.2),
    Kind("1202", 1.0, Curve::Power, 0.8),
    Kind("1301", 1.8, Curve::Even, 2.0),
    Kind("1302", 0.9, Curve::Summer, 0.6),
    Kind("1303", 1.6, Curve::Summer, 1.2),
    Kind("1401", 1.4, Curve::Even, 0.2),
    Kind("1402", 1.0, Curve::Even, 3.0),
    Kind("1501", 1.4, Curve::Even, 0.5),
];
/// All kinds together that this table does not know yet.
const UNKNOWN: Kind = Kind("", 1.0, Curve::Even, 0.5);

/// A category group: first-level code, how far from the year's mean its matters are solved
/// at first, and how far its callers are satisfied (assumptions: heating and wages take more
/// than one try, a burst pipe is repaired or it is not).
const GROUPS: [(&str, f64, f64); 16] = [
    ("", 0.0, 0.0),
    ("01", -0.09, -0.03),
    ("02", -0.05, -0.02),
    ("03", -0.02, -0.01),
    ("04", 0.12, 0.03),
    ("05", -0.11, -0.03),
    ("06", 0.08, 0.02),
    ("07", 0.03, 0.01),
    ("08", 0.05, 0.01),
    ("09", 0.04, 0.02),
    ("10", 0.02, 0.0),
    ("11", 0.04, 0.01),
    ("12", 0.06, 0.01),
    ("13", -0.04, -0.02),
    ("14", 0.05, 0.02),
    ("15", 0.05, 0.01),
];

/// Territories: weight, by population and by how urban they are, and how far
/// from the mean they solve at first (both assumptions).
const TERRITORIES: [(&str, f64, f64); 17] = [
    ("370702", 8.6, 0.01),
    ("370703", 5.2, -0.01),
    ("370704", 5.0, 0.02),
    ("370705", 13.0, 0.03),
    ("370724", 5.8, -0.02),
    ("370725", 5.6, 0.02),
    ("370781", 9.0, 0.0),
    ("370782", 9.6, 0.01),
    ("370783", 10.4, 0.02),
    ("370784", 6.6, -0.03),
    ("370785", 7.6, -0.02),
    ("370786", 4.6, -0.01),
    ("WF-BH", 1.8, -0.02),
    ("WF-BS", 0.5, 0.03),
    ("WF-GX", 4.6, 0.03),
    ("WF-JJ", 1.2, -0.01),
    ("WF-XS", 0.9, 0.0),
];
/// A territory that this table does not know yet.
const UNKNOWN_TERRITORY: (&str, f64, f64) = ("", 0.5, 0.0);
/// Channels of people who are no enterprise (assumption: most telephone).
const CHANNELS: [(Channel, f64); 4] =
    [(Channel::Phone, 0.78), (Channel::Wechat, 0.13), (Channel::App, 0.06), (Channel::Web, 0.03)];

/// A category of the lowest level, which alone a ticket may have.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its code.
    pub code: CategoryCode,
    /// The position of its group.
    pub group: usize,
    /// 突发故障.
    pub urgent: bool,
    /// Heating or a fault: a matter that can concern a whole building.
    pub spreads: bool,
}

/// A county or zone as callers see it.
#[derive(Clone, Debug)]
pub struct Area {
    /// Its id.
    pub id: TerritoryId,
    /// How many estates and villages it has.
    pub estates: u64,
    solves: f64,
}

/// The shares, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Mix {
    /// The categories.
    pub leaves: Vec<Leaf>,
    /// The territories.
    pub areas: Vec<Area>,
    area_steps: Vec<f64>,
    leaf_steps: Vec<Vec<f64>>,
    solves: [f64; PERIODS],
    satisfies: [f64; PERIODS],
}

impl Mix {
    /// The shares of this world's categories and territories.
    #[must_use]
    pub fn new(world: &World) -> Self {
        let (areas, weights): (Vec<_>, Vec<_>) =
            world.catalogue.territories().filter_map(|t| area(world, &t.id)).unzip();
        let area_steps = steps(weights);
        let (leaves, kinds) = leaves(world);
        let tables = (0..PERIODS * BANDS).map(|at| weights_of(&kinds, at / BANDS, at % BANDS));
        let leaf_steps: Vec<Vec<f64>> = tables.map(steps).collect();
        let mut mix = Self { leaves, areas, area_steps, leaf_steps, solves: [0.0; PERIODS], satisfies: [0.0; PERIODS] };
        for at in 0..PERIODS {
            mix.solves[at] = mix.mean(at, |group, area| GROUPS[group].1 + area.solves);
            mix.satisfies[at] = mix.mean(at, |group, area| GROUPS[group].2 + area.solves / 2.0);
        }
        mix
    }

    /// The mean deviations of a half-month's tickets: of solving and of satisfaction.
    #[must_use]
    pub fn mean_deviations(&self, period: usize) -> (f64, f64) {
        (self.solves[period], self.satisfies[period])
    }

    /// How far a ticket's kind deviates: in being solved at first and in satisfaction.
    #[must_use]
    pub fn deviations(&self, group: usize, area: usize) -> (f64, f64) {
        let solves = self.areas[area].solves;
        (GROUPS[group].1 + solves, GROUPS[group].2 + solves / 2.0)
    }

    /// The account of a group in a territory, and how many there are.
    #[must_use]
    pub fn cell(&self, group: usize, area: usize) -> usize {
        group * self.areas.len() + area
    }

    /// How many accounts there are.
    #[must_use]
    pub fn cells(&self) -> usize {
        GROUPS.len() * self.areas.len()
    }

    /// A category, as people call about it at this time of the year and of the day.
    pub fn leaf(&self, period: usize, hour: usize, dice: &mut Dice) -> usize {
        drawn(&self.leaf_steps[period * BANDS + band(hour)], dice.share())
    }

    /// A territory; `chance` is from 0 up to 1.
    #[must_use]
    pub fn area(&self, chance: f64) -> usize {
        drawn(&self.area_steps, chance)
    }

    fn mean(&self, period: usize, value: impl Fn(usize, &Area) -> f64) -> f64 {
        let night: f64 = (0..24).filter(|&hour| band(hour) == 1).map(|hour| HOURS[hour]).sum();
        let night = night / HOURS.iter().sum::<f64>();
        let mut mean = 0.0;
        for (part, of_day) in [1.0 - night, night].into_iter().enumerate() {
            for (leaf, share) in self.leaves.iter().zip(shares(&self.leaf_steps[period * BANDS + part])) {
                for (area, of_city) in self.areas.iter().zip(shares(&self.area_steps)) {
                    mean += of_day * share * of_city * value(leaf.group, area);
                }
            }
        }
        mean
    }
}

/// A channel of somebody who is no enterprise.
pub fn channel(dice: &mut Dice) -> Channel {
    dice.weighted(&CHANNELS, |choice| choice.1).0
}

/// By day 0, at night 1.
fn band(hour: usize) -> usize {
    usize::from(!(6..21).contains(&hour))
}

fn area(world: &World, id: &TerritoryId) -> Option<(Area, f64)> {
    if id.is_city() {
        return None;
    }
    let known = TERRITORIES.iter().find(|known| known.0 == id.as_str());
    let (_, share, solves) = *known.unwrap_or(&UNKNOWN_TERRITORY);
    Some((Area { id: id.clone(), estates: words::spots(world, id).max(1), solves }, share))
}

/// The lowest categories, each with its kind and its part of the kind's share: the first
/// below a code is the most frequent.
fn leaves(world: &World) -> (Vec<Leaf>, Vec<(&'static Kind, f64)>) {
    let codes: Vec<&str> = world.catalogue.categories().map(|category| category.code.as_str()).collect();
    let is_leaf = |code: &str| !codes.iter().any(|other| other.len() > code.len() && other.starts_with(code));
    let kind_of = |code: &str| KINDS.iter().find(|kind| code.starts_with(kind.0)).unwrap_or(&UNKNOWN);
    let mut rank = 0;
    let mut last = "";
    let mut found = Vec::new();
    let mut parts = Vec::new();
    for category in world.catalogue.categories().filter(|category| is_leaf(category.code.as_str())) {
        let code = category.code.as_str();
        let kind = kind_of(code);
        let of_group = |group: &(&str, f64, f64)| !group.0.is_empty() && code.starts_with(group.0);
        let group = GROUPS.iter().position(of_group).unwrap_or(0);
        rank = if kind.0 == last { rank + 1 } else { 0 };
        last = kind.0;
        let spreads = category.urgent || kind.2 == Curve::Heating;
        found.push(Leaf { code: category.code.clone(), group, urgent: category.urgent, spreads });
        parts.push((kind, 1.0 / f64::from(rank + 2)));
    }
    let whole = |kind: &Kind| parts.iter().filter(|part| part.0.0 == kind.0).map(|part| part.1).sum::<f64>();
    let shared = |&(kind, part): &(&'static Kind, f64)| (kind, part / whole(kind));
    let shared = parts.iter().map(shared).collect();
    (found, shared)
}

fn weights_of(kinds: &[(&'static Kind, f64)], period: usize, band: usize) -> Vec<f64> {
    let weight = |(kind, part): &(&Kind, f64)| {
        let night = if band == 1 { kind.3 } else { 1.0 };
        kind.1 * part * kind.2.strengths()[period] * night
    };
    kinds.iter().map(weight).collect()
}

/// Running sums from 0 to 1.
fn steps(mut weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    for weight in &mut weights {
        sum += *weight / total;
        *weight = sum;
    }
    weights
}

fn shares(steps: &[f64]) -> impl Iterator<Item = f64> {
    let before = std::iter::once(0.0).chain(steps.iter().copied());
    steps.iter().zip(before).map(|(to, from)| to - from)
}

fn drawn(steps: &[f64], chance: f64) -> usize {
    steps.partition_point(|&step| step <= chance).min(steps.len().saturating_sub(1))
}
