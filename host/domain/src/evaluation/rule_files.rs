//! Reading rule sets from their tables (读取考核规则). Whatever is wrong in them is found here,
//! with table, line and column, and never while somebody is being scored.

use super::curve::{Curve, Knot};
use super::indicator::Indicator;
use super::points::{Points, read_hundredths};
use super::rule_set::{RuleSet, RuleSets, Weight};
use super::score_pair::{ScoringItem, Trigger};
use super::subject::SubjectKind;
use crate::calendar::TimeSpan;
use crate::refusal::Refusal;
use crate::table::{self, Cell};
use std::collections::BTreeMap;

/// The texts of the tables.
#[derive(Clone, Copy, Debug)]
pub struct RuleFiles<'a> {
    /// `rule-sets.csv`
    pub rule_sets: &'a str,
    /// `curves.csv`
    pub curves: &'a str,
    /// `weights.csv`
    pub weights: &'a str,
    /// `items.csv`
    pub items: &'a str,
    /// `seasonal.csv`
    pub seasonal: &'a str,
    /// `bands.csv`
    pub bands: &'a str,
    /// `grades.csv`
    pub grades: &'a str,
}

impl RuleFiles<'static> {
    /// The tables that are shipped with this version.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            rule_sets: include_str!("../../data/evaluation/rule-sets.csv"),
            curves: include_str!("../../data/evaluation/curves.csv"),
            weights: include_str!("../../data/evaluation/weights.csv"),
            items: include_str!("../../data/evaluation/items.csv"),
            seasonal: include_str!("../../data/evaluation/seasonal.csv"),
            bands: include_str!("../../data/evaluation/bands.csv"),
            grades: include_str!("../../data/evaluation/grades.csv"),
        }
    }
}

impl RuleSets {
    /// The rule sets that are shipped with this version.
    ///
    /// # Panics
    /// Never: a test reads the files.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the files are compiled in and read by a test")]
    pub fn shipped() -> Self {
        Self::parse(RuleFiles::shipped()).expect("the shipped rule sets are well formed")
    }

    /// Reads rule sets.
    ///
    /// # Errors
    /// What is wrong, with table, line and column.
    pub fn parse(files: RuleFiles<'_>) -> Result<Self, Refusal> {
        let mut sets = read_sets(files.rule_sets)?;
        let curves = read_curves(files.curves)?;
        read_weights(files.weights, &curves, &mut sets)?;
        read_items(files.items, &mut sets)?;
        for [version, group] in table::read("seasonal.csv", ["version", "category_group"], files.seasonal)? {
            set_of(&version, &mut sets)?.seasonal.insert(group.required()?.to_owned());
        }
        read_bands(files.bands, &mut sets)?;
        read_grades(files.grades, &mut sets)?;
        Ok(Self { sets })
    }
}

type Sets = BTreeMap<String, RuleSet>;

/// The rule set that a row belongs to.
fn set_of<'a>(version: &Cell, sets: &'a mut Sets) -> Result<&'a mut RuleSet, Refusal> {
    sets.get_mut(version.required()?)
        .ok_or_else(|| version.wrong("rule-sets.csv 中没有这个版本，请先补上", "no such rule set"))
}

/// A number with at most two decimals, in hundredths.
fn hundredths(cell: &Cell) -> Result<i64, Refusal> {
    read_hundredths(cell.required()?)
        .ok_or_else(|| cell.wrong("应为最多两位小数的数，例如 12.5", "a number with at most two decimals"))
}

fn points(cell: &Cell) -> Result<Points, Refusal> {
    hundredths(cell).map(Points)
}

/// A whole number, not negative.
fn count(cell: &Cell) -> Result<u64, Refusal> {
    let digits = cell.required()?;
    digits.parse().map_err(|_| cell.wrong("应为不小于零的整数", "a whole number"))
}

/// One of a list that has words in the tables.
fn one_of<T: Copy>(cell: &Cell, all: &[T], key: impl Fn(T) -> &'static str) -> Result<T, Refusal> {
    let words: Vec<_> = all.iter().map(|of| (key(*of), *of)).collect();
    cell.one_of(&words)
}

fn read_sets(text: &str) -> Result<Sets, Refusal> {
    const HEADER: [&str; 9] = [
        "version",
        "authority",
        "title",
        "effective_from",
        "effective_until",
        "least_base",
        "most_adjustment",
        "appeal_working_days",
        "source",
    ];
    let mut sets = Sets::new();
    for row in table::read("rule-sets.csv", HEADER, text)? {
        let set = read_set(&row)?;
        let [version, _, _, from, until, ..] = &row;
        no_bar(version)?;
        if set.effective_until.is_some_and(|until| until <= set.effective_from) {
            return Err(until.wrong("应晚于 effective_from", "must be later than effective_from"));
        }
        let overlaps = |other: &&RuleSet| {
            other.authority == set.authority
                && set.effective_until.is_none_or(|until| other.effective_from < until)
                && other.effective_until.is_none_or(|until| set.effective_from < until)
        };
        if let Some(other) = sets.values().find(overlaps) {
            let chinese = format!("与 {} 的有效期重叠：请给旧版本填写 effective_until", other.version);
            return Err(from.wrong(&chinese, "two rule sets are in force at once"));
        }
        if sets.insert(set.version.clone(), set).is_some() {
            return Err(version.wrong("版本已经有了：改动须用新的版本号", "the version exists"));
        }
    }
    Ok(sets)
}

fn read_set(row: &[Cell; 9]) -> Result<RuleSet, Refusal> {
    let [version, authority, title, from, until, base, adjustment, days, source] = row;
    let least_base = count(base)?;
    if least_base == 0 {
        return Err(base.wrong("应大于零，否则没有基数也会算出增长率", "must be above zero"));
    }
    let most_adjustment = points(adjustment)?;
    if most_adjustment < Points(0) {
        return Err(adjustment.wrong("不能为负", "must not be negative"));
    }
    let appeal_within = u16::try_from(count(days)?).ok().map(TimeSpan::WorkingDays).filter(|span| span.is_in_range());
    Ok(RuleSet {
        version: version.required()?.to_owned(),
        authority: authority.required()?.to_owned(),
        title: title.required()?.to_owned(),
        source: source.required()?.to_owned(),
        effective_from: from.date()?,
        effective_until: if until.text().is_empty() { None } else { Some(until.date()?) },
        least_base,
        most_adjustment,
        appeal_within: appeal_within.ok_or_else(|| days.wrong("应为 1 至 250 个工作日", "1 to 250 working days"))?,
        weights: BTreeMap::new(),
        items: Vec::new(),
        seasonal: Default::default(),
        bands: BTreeMap::new(),
        grades: Vec::new(),
    })
}

fn read_curves(text: &str) -> Result<BTreeMap<String, Curve>, Refusal> {
    use super::curve::CurveProblem::{FigureNotRising, NoFullMarks, TooShort, Turns};
    let rows = table::read("curves.csv", ["curve", "figure", "points"], text)?;
    let mut knots: BTreeMap<&str, Vec<(&[Cell; 3], Knot)>> = BTreeMap::new();
    for row in &rows {
        let [name, figure, worth] = row;
        let knot = Knot { figure: hundredths(figure)?, points: points(worth)? };
        knots.entry(name.required()?).or_default().push((row, knot));
    }
    let mut curves = BTreeMap::new();
    for (name, knots) in knots {
        let curve = Curve::new(knots.iter().map(|(_, knot)| *knot).collect()).map_err(|problem| {
            let row = |number: usize| knots.get(number - 1).map_or(&rows[0], |(row, _)| *row);
            let [of, last] = [&row(1)[0], &row(knots.len())[2]];
            let cell = match problem {
                FigureNotRising { number } => &row(number)[1],
                Turns { number } => &row(number)[2],
                TooShort => of,
                NoFullMarks => last,
            };
            cell.wrong(&format!("曲线「{name}」{}", problem.chinese()), &format!("curve {name}: {problem}"))
        })?;
        curves.insert(name.to_owned(), curve);
    }
    Ok(curves)
}

fn read_weights(text: &str, curves: &BTreeMap<String, Curve>, sets: &mut Sets) -> Result<(), Refusal> {
    let columns = ["version", "subject", "indicator", "curve", "weight"];
    for [version, subject, named, curve_name, weight] in table::read("weights.csv", columns, text)? {
        let kind = one_of(&subject, &SubjectKind::ALL, SubjectKind::key)?;
        let indicator = one_of(&named, &Indicator::ALL, |indicator| indicator.definition().key)?;
        let curve = curves
            .get(curve_name.required()?)
            .ok_or_else(|| curve_name.wrong("curves.csv 中没有这条曲线，请先补上", "no such curve"))?;
        fits(&curve_name, indicator, curve)?;
        let worth = points(&weight)?;
        if worth <= Points(0) {
            return Err(weight.wrong("应大于零；不考核的指标请删去整行", "must be above zero"));
        }
        let lines = set_of(&version, sets)?.weights.entry(kind).or_default();
        if lines.iter().any(|line| line.indicator == indicator) {
            return Err(named.wrong("同一版本、同一类对象的指标只能有一行", "the indicator is given twice"));
        }
        let curve_name = curve_name.text().to_owned();
        lines.push(Weight { indicator, curve_name, curve: curve.clone(), weight: worth });
    }
    Ok(())
}

/// A curve fits an indicator when it covers all its figures and thinks the same better. Where
/// nothing bounds the figures, the curve's last points hold beyond its end.
fn fits(cell: &Cell, indicator: Indicator, curve: &Curve) -> Result<(), Refusal> {
    let definition = indicator.definition();
    let (first, last) = curve.covers();
    let (least, most) = definition.range;
    if first != least || most.is_some_and(|most| last != most) {
        let most = most.map_or("不限".to_owned(), |most| Points(most).to_string());
        let chinese = format!(
            "曲线覆盖 {} 至 {}，而「{}」的取值是 {} 至 {most}，请换一条曲线",
            Points(first),
            Points(last),
            definition.term,
            Points(least),
        );
        return Err(cell.wrong(&chinese, "the curve does not cover the indicator's figures"));
    }
    if curve.better().is_some_and(|better| better != definition.better) {
        let chinese = format!("曲线的方向与「{}」相反，请换一条曲线", definition.term);
        return Err(cell.wrong(&chinese, "the curve rewards the wrong direction"));
    }
    Ok(())
}

fn read_items(text: &str, sets: &mut Sets) -> Result<(), Refusal> {
    let columns = ["version", "item", "title", "trigger", "territory", "department"];
    for [version, code, title, trigger, territory, department] in table::read("items.csv", columns, text)? {
        let item = ScoringItem {
            code: code.required()?.to_owned(),
            title: title.required()?.to_owned(),
            trigger: one_of(&trigger, &Trigger::ALL, Trigger::key)?,
            territory: points(&territory)?,
            department: points(&department)?,
        };
        // 双加双减: a result that is good for one side and bad for the other sets them against
        // each other, which is what the pairs are there to prevent.
        if item.territory.0.signum() * item.department.0.signum() != 1 {
            return Err(department.wrong("属地和部门须同加或同减，且都不为零", "both plus or both minus"));
        }
        no_bar(&code)?;
        let items = &mut set_of(&version, sets)?.items;
        if items.iter().any(|other| other.code == item.code) {
            return Err(code.wrong("同一版本中已有这一项", "the item is given twice"));
        }
        items.push(item);
    }
    Ok(())
}

/// A bar parts the parts of a pair's id.
fn no_bar(cell: &Cell) -> Result<(), Refusal> {
    if cell.text().contains('|') { Err(cell.wrong("不能含有「|」", "must not contain a bar")) } else { Ok(()) }
}

fn read_bands(text: &str, sets: &mut Sets) -> Result<(), Refusal> {
    let columns = ["version", "subject", "band", "least_received_a_month"];
    for [version, subject, name, least] in table::read("bands.csv", columns, text)? {
        let kind = one_of(&subject, &SubjectKind::ALL, SubjectKind::key)?;
        let band = (count(&least)?, name.required()?.to_owned());
        let bands = set_of(&version, sets)?.bands.entry(kind).or_default();
        falling(&least, bands.last().map(|(least, _)| *least), band.0)?;
        bands.push(band);
    }
    Ok(())
}

fn read_grades(text: &str, sets: &mut Sets) -> Result<(), Refusal> {
    for [version, name, least] in table::read("grades.csv", ["version", "grade", "least_score"], text)? {
        let grade = (hundredths(&least)?, name.required()?.to_owned());
        if !(0..=10_000).contains(&grade.0) {
            return Err(least.wrong("应为满分的 0 至 100", "percent of full marks, 0 to 100"));
        }
        let grades = &mut set_of(&version, sets)?.grades;
        falling(&least, grades.last().map(|(least, _)| *least), grade.0)?;
        grades.push(grade);
    }
    Ok(())
}

/// Steps are written from the highest down, so that the first that is reached is the one.
fn falling<T: Ord>(cell: &Cell, before: Option<T>, now: T) -> Result<(), Refusal> {
    match before {
        Some(before) if now >= before => Err(cell.wrong("应小于上一行：请从高到低排列", "write them highest first")),
        _ => Ok(()),
    }
}
