//! A table (表) as it is switched on: in the settings of an activation, a line of text for each
//! row, so that whoever approves the settings reads what was written in the sheet.

use crate::fault::Fault;
use crate::row::{Cells, Row};
use crate::words::{self, Condition, Event, Policy};

/// Most rows: what a person can still review, and what the settings have room for.
pub const MOST_ROWS: usize = 300;

/// Stands between the cells of a line; no cell contains it.
pub const BETWEEN: char = '｜';

/// The number of the row stands first in a line.
const ROW: &str = "行";

/// A table that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Which row counts.
    pub policy: Policy,
    /// The rows, from the top.
    pub rows: Vec<Row>,
}

impl Table {
    /// The rows that are looked at on an event, of a table in the form of settings. `mark` is what
    /// [`mark_of`] gave when the table was checked.
    ///
    /// # Errors
    /// The table was not checked as it stands here, or a line is wrong; in words.
    pub fn of_settings(policy: &str, lines: &[String], mark: &str, event: Event) -> Result<Self, String> {
        if lines.is_empty() {
            return Ok(Self { policy: Policy::First, rows: Vec::new() });
        }
        if mark != mark_of(policy, lines) {
            return Err("决策表与检查码不符：设置须由 chuishao table settings 从表格生成，不能手改".into());
        }
        let policy = Policy::read(policy)?;
        let mut rows = Vec::new();
        for line in lines {
            let cells = cells_of(line);
            let looked_at = cells.get(words::EVENT).is_some_and(|text| text.contains(event.word()));
            if looked_at {
                let row = Row::read(&cells);
                rows.push(row.map_err(|faults| faults.first().map_or_else(String::new, Fault::to_string))?);
            }
        }
        Ok(Self { policy, rows })
    }
}

/// The line of a row. Remarks stay in the sheet.
#[must_use]
pub fn line_of(cells: &Cells<'_>) -> String {
    let mut line = format!("{ROW}：{}", cells.row);
    // Always in one order: moving a column in the sheet is no change of the table.
    for (heading, _) in words::headings().filter(|(heading, _)| *heading != words::REMARK) {
        if let Some(text) = cells.get(heading) {
            line.push(BETWEEN);
            line.push_str(heading);
            line.push('：');
            line.push_str(text);
        }
    }
    line
}

/// The cells of a line.
#[must_use]
pub fn cells_of(line: &str) -> Cells<'_> {
    let mut cells: Vec<(&str, &str)> = line.split(BETWEEN).filter_map(|cell| cell.split_once('：')).collect();
    let numbered = cells.first().filter(|(heading, _)| *heading == ROW).and_then(|(_, number)| number.parse().ok());
    if numbered.is_some() {
        cells.remove(0);
    }
    Cells { row: numbered.unwrap_or_default(), cells }
}

/// The categories that a table is about, as the scope of an activation: the codes of its rows, or
/// all groups when a row is about every category.
#[must_use]
pub fn categories_of(rows: &[Row], every_group: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for row in rows {
        match row.tests.iter().find(|(condition, _)| *condition == Condition::Category) {
            Some((_, crate::cell::Test::Begins(codes))) => all.extend(codes.iter().cloned()),
            // A review has no scope, and is told of everything.
            _ if row.events.iter().all(|event| event.is_review()) => {}
            _ => return every_group.to_vec(),
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The mark of a table that was checked (检查码): what is changed by hand afterwards no longer fits
/// it. It keeps mistakes out, not enemies: those are kept out by the two keys of every revision.
#[must_use]
pub fn mark_of(policy: &str, lines: &[String]) -> String {
    let mut mark: u64 = 0xcbf2_9ce4_8422_2325; // FNV-1a: short, and the same everywhere
    let texts = std::iter::once(policy).chain(lines.iter().map(String::as_str));
    for byte in texts.flat_map(|text| text.bytes().chain([b'\n'])) {
        mark = (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{mark:016x}")
}
