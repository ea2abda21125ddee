//! The check of a whole table (检查) before it is switched on: situations for which no row speaks
//! (空档), rows that speak for the same situation (重叠), rows that never speak. It is exact: the
//! situations that the rows tell apart are cut into parts, and the rows taken away from them.

mod axis;
mod cube;

use crate::cell::Test;
use crate::fault::Fault;
use crate::measure::Measure;
use crate::row::Row;
use crate::words::{Condition, Event, Policy};
use axis::Axis;
use cube::Cube;
use std::mem::discriminant;

/// Pieces of what is left over, beyond which a table cannot be checked: past this nobody can read
/// the table either.
const MOST_PIECES: usize = 50_000;

/// Gaps of one event that are told one by one.
const MOST_TOLD: usize = 5;

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What has to be mended before the table is switched on.
    pub faults: Vec<Fault>,
    /// What should be known.
    pub notes: Vec<Fault>,
}

/// Checks all rows. `categories` are the codes of the catalogue, so that a gap is only told where
/// matters can be.
#[must_use]
pub fn check(policy: Policy, rows: &[Row], categories: &[String]) -> Findings {
    let mut findings = Findings::default();
    if mixes_days(rows) {
        let words = "不要混用每年的月-日和具体年月日：两种写法放在一张表里，看不出哪天没有覆盖";
        findings.faults.push(Fault::new(0, Condition::Days.heading(), words));
        return findings;
    }
    for (event, _) in Event::ALL {
        let of_event: Vec<&Row> = rows.iter().filter(|row| row.events.contains(&event)).collect();
        if !of_event.is_empty() {
            Space::new(event, policy, of_event, categories).check(&mut findings);
        }
    }
    findings
}

fn mixes_days(rows: &[Row]) -> bool {
    let has = |wanted: fn(&Test) -> bool| rows.iter().flat_map(|row| &row.tests).any(|(_, test)| wanted(test));
    has(|test| matches!(test, Test::Yearly(..))) && has(|test| matches!(test, Test::Between(..)))
}

/// All situations of one event, and the rows in them.
struct Space<'a> {
    event: Event,
    policy: Policy,
    axes: Vec<Axis>,
    rows: Vec<(&'a Row, Cube)>,
}

impl<'a> Space<'a> {
    fn new(event: Event, policy: Policy, rows: Vec<&'a Row>, categories: &[String]) -> Self {
        let tests_of = |condition: Condition| -> Vec<&Test> {
            let all = rows.iter().flat_map(|row| &row.tests);
            all.filter(|(known, _)| *known == condition).map(|(_, test)| test).collect()
        };
        let used = Condition::ALL.iter().map(|condition| (*condition, tests_of(*condition)));
        let used = used.filter(|(_, tests)| !tests.is_empty());
        let axes: Vec<Axis> = used.map(|(condition, tests)| Axis::new(condition, &tests, categories)).collect();
        let cube = |row: &Row| {
            let test = |axis: &Axis| row.tests.iter().find(|(known, _)| *known == axis.condition).map(|(_, test)| test);
            Cube(axes.iter().map(|axis| axis.cut(test(axis))).collect())
        };
        let rows = rows.into_iter().map(|row| (row, cube(row))).collect();
        Self { event, policy, axes, rows }
    }

    fn check(&self, findings: &mut Findings) {
        self.gaps(findings);
        let unreachable = match self.policy {
            Policy::First => self.unreachable(findings),
            Policy::All => Vec::new(),
        };
        for (later, (row, cube)) in self.rows.iter().enumerate() {
            for (earlier, earlier_cube) in &self.rows[..later] {
                if unreachable.contains(&row.number) || unreachable.contains(&earlier.number) {
                    continue;
                }
                let Some(met) = earlier_cube.meet(cube) else { continue };
                match self.policy {
                    Policy::First => self.partly(earlier, row, earlier_cube, cube, &met, findings),
                    Policy::All => self.against(earlier, row, &met, findings),
                }
            }
        }
    }

    fn gaps(&self, findings: &mut Findings) {
        let event = self.event.word();
        let whole = Cube(self.axes.iter().map(|axis| axis.cut(None)).collect());
        let Some(left) = whole.minus_all(self.rows.iter().map(|(_, cube)| cube), MOST_PIECES) else {
            let words = format!("「{event}」的各行太复杂，查不全有没有空档：请按事项拆成几张表");
            findings.faults.push(Fault::new(0, "", words));
            return;
        };
        for gap in left.iter().take(MOST_TOLD) {
            findings.faults.push(Fault::new(0, "", format!("没有一行适用于：事件「{event}」，{}", self.words(gap))));
        }
        if left.len() > MOST_TOLD {
            let words = format!("「{event}」还有另外 {} 处空档", left.len() - MOST_TOLD);
            findings.faults.push(Fault::new(0, "", words));
        }
        if !left.is_empty() {
            let words =
                format!("如果本意是其余照常办理，请在最后加一行：事件填「{event}」，条件都不填，「不处理」填「是」");
            findings.notes.push(Fault::new(0, "", words));
        }
    }

    /// Rows that the rows above leave nothing to.
    fn unreachable(&self, findings: &mut Findings) -> Vec<u32> {
        let mut unreachable = Vec::new();
        for (at, (row, cube)) in self.rows.iter().enumerate() {
            let above = &self.rows[..at];
            let left = cube.clone().minus_all(above.iter().map(|(_, cube)| cube), MOST_PIECES);
            if !left.is_some_and(|left| left.is_empty()) {
                continue;
            }
            let by = above.iter().filter(|(_, other)| other.meet(cube).is_some());
            let by: Vec<String> = by.map(|(row, _)| format!("第 {} 行", row.number)).collect();
            let words = format!(
                "事件「{}」时永远不会命中：符合它的都先符合{}；请调整次序或条件",
                self.event.word(),
                by.join("、")
            );
            findings.faults.push(Fault::new(row.number, "", words));
            unreachable.push(row.number);
        }
        unreachable
    }

    /// 首行: the special before the general is how such a table is written; rows that overlap only
    /// in part may be an oversight.
    fn partly(&self, earlier: &Row, later: &Row, above: &Cube, below: &Cube, met: &Cube, findings: &mut Findings) {
        if below.covers(above) || earlier.measures == later.measures {
            return;
        }
        let words = format!(
            "与第 {} 行重叠：事件「{}」，{}，两行都符合，按「首行」只取第 {} 行",
            later.number,
            self.event.word(),
            self.words(met),
            earlier.number
        );
        findings.notes.push(Fault::new(earlier.number, "", words));
    }

    /// 全部: two rows must not ask for two values of what has only one.
    fn against(&self, earlier: &Row, later: &Row, met: &Cube, findings: &mut Findings) {
        for one in &earlier.measures {
            for other in later.measures.iter().filter(|other| discriminant(one) == discriminant(*other)) {
                let words = |what: &str| {
                    let (event, column) = (self.event.word(), one.column());
                    format!(
                        "与第 {} 行重叠：事件「{event}」，{}，两行的「{column}」{what}",
                        later.number,
                        self.words(met)
                    )
                };
                if one == other {
                    findings.notes.push(Fault::new(earlier.number, "", words("相同，会提出两次")));
                } else if has_one_value(one, other) {
                    findings.faults.push(Fault::new(earlier.number, "", words("不同，不知道听哪一行的")));
                }
            }
        }
    }

    fn words(&self, cube: &Cube) -> String {
        let told: Vec<String> = self.axes.iter().zip(&cube.0).filter_map(|(axis, set)| axis.words(set)).collect();
        if told.is_empty() { "任何情形".to_owned() } else { told.join("，") }
    }
}

/// Whether two measures of one kind cannot both be meant.
fn has_one_value(one: &Measure, other: &Measure) -> bool {
    match (one, other) {
        (Measure::Task { kind, .. }, Measure::Task { kind: other, .. }) => kind == other,
        (Measure::Raise(_) | Measure::ContactWithin(_) | Measure::CloseWithin(_), _) => true,
        (Measure::Lead(_) | Measure::SendBack(_) | Measure::Note(_) | Measure::LookAgain(_), _) => true,
        _ => false,
    }
}
