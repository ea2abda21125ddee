//! Reading rule sets from their tables (读取考核规则). Whatever is wrong in them is found here,
//! with file, line and field, and never while somebody is being scored.

use super::curve::{Curve, Knot};
use super::indicator::Indicator;
use super::points::Points;
use super::rule_set::{RuleSet, RuleSets, Weight};
use super::score_pair::{ScoringItem, Trigger};
use super::subject::SubjectKind;
use super::table::{Row, TableError, rows};
use crate::calendar::TimeSpan;
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
    /// What is wrong, with file, line and field.
    pub fn parse(files: RuleFiles<'_>) -> Result<Self, TableError> {
        let mut sets = read_sets(files.rule_sets)?;
        let curves = read_curves(files.curves)?;
        read_weights(files.weights, &curves, &mut sets)?;
        read_items(files.items, &mut sets)?;
        for row in rows("seasonal.csv", &["version", "category_group"], files.seasonal)? {
            let group = row.text("category_group")?.to_owned();
            set_of(&row, &mut sets)?.seasonal.insert(group);
        }
        read_bands(files.bands, &mut sets)?;
        read_grades(files.grades, &mut sets)?;
        Ok(Self { sets })
    }
}

type Sets = BTreeMap<String, RuleSet>;

/// The rule set that a row belongs to.
fn set_of<'a>(row: &Row<'_>, sets: &'a mut Sets) -> Result<&'a mut RuleSet, TableError> {
    let version = row.text("version")?;
    sets.get_mut(version)
        .ok_or_else(|| row.error("version", format!("rule-sets.csv 中没有版本「{version}」 (no such rule set)")))
}

fn read_sets(text: &str) -> Result<Sets, TableError> {
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
    for row in rows("rule-sets.csv", &HEADER, text)? {
        let set = read_set(&row)?;
        no_bar(&row, "version")?;
        if set.effective_until.is_some_and(|until| until <= set.effective_from) {
            return Err(row.error("effective_until", "应晚于 effective_from (must be later)"));
        }
        let overlaps = |other: &&RuleSet| {
            other.authority == set.authority
                && set.effective_until.is_none_or(|until| other.effective_from < until)
                && other.effective_until.is_none_or(|until| set.effective_from < until)
        };
        if let Some(other) = sets.values().find(overlaps) {
            let problem =
                format!("与 {} 的有效期重叠：请给旧版本填写 effective_until (two are in force at once)", other.version);
            return Err(row.error("effective_from", problem));
        }
        if let Some(twice) = sets.insert(set.version.clone(), set) {
            return Err(
                row.error("version", format!("「{}」已经有了：改动须用新的版本号 (the version exists)", twice.version))
            );
        }
    }
    Ok(sets)
}

fn read_set(row: &Row<'_>) -> Result<RuleSet, TableError> {
    let least_base = row.count("least_base")?;
    if least_base == 0 {
        return Err(row.error("least_base", "应大于零，否则没有基数也会算出增长率 (must be above zero)"));
    }
    let most_adjustment = row.points("most_adjustment")?;
    if most_adjustment < Points(0) {
        return Err(row.error("most_adjustment", "不能为负 (must not be negative)"));
    }
    let days = row.count("appeal_working_days")?;
    let appeal_within = u16::try_from(days).ok().map(TimeSpan::WorkingDays).filter(|span| span.is_in_range());
    Ok(RuleSet {
        version: row.text("version")?.to_owned(),
        authority: row.text("authority")?.to_owned(),
        title: row.text("title")?.to_owned(),
        source: row.text("source")?.to_owned(),
        effective_from: row.date("effective_from")?,
        effective_until: row.date_if_any("effective_until")?,
        least_base,
        most_adjustment,
        appeal_within: appeal_within
            .ok_or_else(|| row.error("appeal_working_days", "应为 1 至 250 个工作日 (1 to 250 working days)"))?,
        weights: BTreeMap::new(),
        items: Vec::new(),
        seasonal: Default::default(),
        bands: BTreeMap::new(),
        grades: Vec::new(),
    })
}

fn read_curves(text: &str) -> Result<BTreeMap<String, Curve>, TableError> {
    let rows = rows("curves.csv", &["curve", "figure", "points"], text)?;
    let mut knots: BTreeMap<&str, Vec<(&Row<'_>, Knot)>> = BTreeMap::new();
    for row in &rows {
        let knot = Knot { figure: row.hundredths("figure")?, points: row.points("points")? };
        knots.entry(row.text("curve")?).or_default().push((row, knot));
    }
    let mut curves = BTreeMap::new();
    for (name, knots) in knots {
        let last = knots.last().map(|(row, _)| *row);
        let curve = Curve::new(knots.iter().map(|(_, knot)| *knot).collect()).map_err(|problem| {
            use super::curve::CurveProblem::{FigureNotRising, NoFullMarks, TooShort, Turns};
            let (field, at) = match problem {
                FigureNotRising { number } => ("figure", knots.get(number - 1)),
                Turns { number } => ("points", knots.get(number - 1)),
                TooShort => ("curve", None),
                NoFullMarks => ("points", None),
            };
            let row = at.map_or(last, |(row, _)| Some(*row)).unwrap_or(&rows[0]);
            row.error(field, format!("曲线「{name}」：{problem}"))
        })?;
        curves.insert(name.to_owned(), curve);
    }
    Ok(curves)
}

fn read_weights(text: &str, curves: &BTreeMap<String, Curve>, sets: &mut Sets) -> Result<(), TableError> {
    for row in rows("weights.csv", &["version", "subject", "indicator", "curve", "weight"], text)? {
        let kind = row.one_of("subject", &SubjectKind::ALL, SubjectKind::key)?;
        let indicator = row.one_of("indicator", &Indicator::ALL, |indicator| indicator.definition().key)?;
        let curve_name = row.text("curve")?.to_owned();
        let curve = curves
            .get(&curve_name)
            .ok_or_else(|| row.error("curve", format!("curves.csv 中没有曲线「{curve_name}」 (no such curve)")))?;
        fits(&row, indicator, curve)?;
        let weight = row.points("weight")?;
        if weight <= Points(0) {
            return Err(row.error("weight", "应大于零；不考核的指标请删去整行 (must be above zero)"));
        }
        let lines = set_of(&row, sets)?.weights.entry(kind).or_default();
        if lines.iter().any(|line| line.indicator == indicator) {
            return Err(row.error("indicator", "同一版本、同一类对象的指标只能有一行 (the indicator is given twice)"));
        }
        lines.push(Weight { indicator, curve_name, curve: curve.clone(), weight });
    }
    Ok(())
}

/// A curve fits an indicator when it covers all its figures and thinks the same better. Where
/// nothing bounds the figures, the curve's last points hold beyond its end.
fn fits(row: &Row<'_>, indicator: Indicator, curve: &Curve) -> Result<(), TableError> {
    let definition = indicator.definition();
    let (first, last) = curve.covers();
    let (least, most) = definition.range;
    if first != least || most.is_some_and(|most| last != most) {
        let most = most.map_or("不限".to_owned(), |most| Points(most).to_string());
        let problem = format!(
            "曲线覆盖 {} 至 {}，而「{}」的取值是 {} 至 {most} (the curve does not cover the indicator's figures)",
            Points(first),
            Points(last),
            definition.term,
            Points(least),
        );
        return Err(row.error("curve", problem));
    }
    if curve.better().is_some_and(|better| better != definition.better) {
        let problem = format!("曲线的方向与「{}」相反 (the curve rewards the wrong direction)", definition.term);
        return Err(row.error("curve", problem));
    }
    Ok(())
}

fn read_items(text: &str, sets: &mut Sets) -> Result<(), TableError> {
    for row in rows("items.csv", &["version", "item", "title", "trigger", "territory", "department"], text)? {
        let item = ScoringItem {
            code: row.text("item")?.to_owned(),
            title: row.text("title")?.to_owned(),
            trigger: row.one_of("trigger", &Trigger::ALL, Trigger::key)?,
            territory: row.points("territory")?,
            department: row.points("department")?,
        };
        // 双加双减: a result that is good for one side and bad for the other sets them against
        // each other, which is what the pairs are there to prevent.
        if item.territory.0.signum() * item.department.0.signum() != 1 {
            return Err(row.error("department", "属地和部门须同加或同减，且都不为零 (both plus or both minus)"));
        }
        no_bar(&row, "item")?;
        let items = &mut set_of(&row, sets)?.items;
        if items.iter().any(|other| other.code == item.code) {
            return Err(row.error("item", "同一版本中已有这一项 (the item is given twice)"));
        }
        items.push(item);
    }
    Ok(())
}

/// A bar parts the parts of a pair's id.
fn no_bar(row: &Row<'_>, field: &str) -> Result<(), TableError> {
    let has_bar = row.text(field)?.contains('|');
    if has_bar { Err(row.error(field, "不能含有「|」 (must not contain a bar)")) } else { Ok(()) }
}

fn read_bands(text: &str, sets: &mut Sets) -> Result<(), TableError> {
    for row in rows("bands.csv", &["version", "subject", "band", "least_received_a_month"], text)? {
        let kind = row.one_of("subject", &SubjectKind::ALL, SubjectKind::key)?;
        let band = (row.count("least_received_a_month")?, row.text("band")?.to_owned());
        let bands = set_of(&row, sets)?.bands.entry(kind).or_default();
        falling(&row, "least_received_a_month", bands.last().map(|(least, _)| *least), band.0)?;
        bands.push(band);
    }
    Ok(())
}

fn read_grades(text: &str, sets: &mut Sets) -> Result<(), TableError> {
    for row in rows("grades.csv", &["version", "grade", "least_score"], text)? {
        let grade = (row.hundredths("least_score")?, row.text("grade")?.to_owned());
        if !(0..=10_000).contains(&grade.0) {
            return Err(row.error("least_score", "应为满分的 0 至 100 (percent of full marks, 0 to 100)"));
        }
        let grades = &mut set_of(&row, sets)?.grades;
        falling(&row, "least_score", grades.last().map(|(least, _)| *least), grade.0)?;
        grades.push(grade);
    }
    Ok(())
}

/// Steps are written from the highest down, so that the first that is reached is the one.
fn falling<T: Ord>(row: &Row<'_>, field: &str, before: Option<T>, now: T) -> Result<(), TableError> {
    match before {
        Some(before) if now >= before => {
            Err(row.error(field, "应小于上一行：请从高到低排列 (write them highest first)"))
        }
        _ => Ok(()),
    }
}
