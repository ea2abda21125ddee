//! A sheet (表格): a grid of texts, as a spreadsheet or a CSV file gives it, read into rows. The
//! columns may stand in any order, and those that are not used may be missing.

use crate::fault::{Fault, did_you_mean};
use crate::row::{Cells, Row};
use crate::table::{BETWEEN, MOST_ROWS, line_of};
use crate::words::{self, POLICY, Policy};

/// A sheet that was read.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which row counts.
    pub policy: Policy,
    /// The rows, from the top.
    pub rows: Vec<Row>,
    /// The same as lines of the settings.
    pub lines: Vec<String>,
}

/// Reads a grid whose first line is the sheet's first row.
///
/// # Errors
/// Everything that is wrong with it, from the top.
pub fn read(grid: &[Vec<String>]) -> Result<Sheet, Vec<Fault>> {
    let clean: Vec<Vec<String>> = grid.iter().map(|line| line.iter().map(|cell| cleaned(cell)).collect()).collect();
    let Some(at) = clean.iter().position(|line| line.iter().any(|cell| cell == words::EVENT)) else {
        let words = "找不到标题行：要有一行写着各列的标题，其中一列是「事件」；可用 chuishao table new 生成空表";
        return Err(vec![Fault::new(0, "", words)]);
    };
    let mut faults = Vec::new();
    let policy = policy_above(&clean[..at], &mut faults);
    let headings = headings_of(&clean[at], number_of(at), &mut faults);
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for (index, line) in clean.iter().enumerate().skip(at + 1) {
        let cells = cells_of(line, number_of(index), &headings, &mut faults);
        if cells.cells.iter().all(|(heading, _)| *heading == words::REMARK) {
            continue;
        }
        match Row::read(&cells) {
            Ok(row) => rows.push(row),
            Err(of_row) => faults.extend(of_row),
        }
        lines.push(line_of(&cells));
    }
    if lines.is_empty() {
        faults.push(Fault::new(0, "", "表里没有一行规则"));
    }
    if lines.len() > MOST_ROWS {
        faults.push(Fault::new(0, "", format!("有 {} 行，最多 {MOST_ROWS} 行：请按事项拆成几张表", lines.len())));
    }
    if faults.is_empty() { Ok(Sheet { policy, rows, lines }) } else { Err(faults) }
}

/// As the spreadsheet numbers rows.
fn number_of(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Without blanks at the ends; a line break in a cell is a blank.
fn cleaned(cell: &str) -> String {
    let spaced = cell.replace(['\n', '\r', '\t', '\u{3000}', '\u{a0}'], " ");
    spaced.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned()
}

fn policy_above(lines: &[Vec<String>], faults: &mut Vec<Fault>) -> Policy {
    for (index, line) in lines.iter().enumerate() {
        let Some(at) = line.iter().position(|cell| cell == POLICY) else { continue };
        let word = line.get(at + 1).map_or("", String::as_str);
        return Policy::read(word).unwrap_or_else(|words| {
            faults.push(Fault::new(number_of(index), POLICY, words));
            Policy::First
        });
    }
    let words = "没有写明：标题行之上要有一行，第一格写「命中方式」，旁边一格写 首行 或 全部";
    faults.push(Fault::new(0, POLICY, words));
    Policy::First
}

/// The heading of each column; nothing for columns without one.
fn headings_of(line: &[String], row: u32, faults: &mut Vec<Fault>) -> Vec<Option<&'static str>> {
    let mut headings: Vec<Option<&'static str>> = Vec::new();
    for cell in line {
        let known = words::headings().map(|(heading, _)| heading).find(|heading| heading == cell);
        if known.is_some() && headings.contains(&known) {
            faults.push(Fault::new(row, cell, "这个标题出现了两次，请删去一列"));
        } else if known.is_none() && !cell.is_empty() {
            let suggestion = did_you_mean(cell, words::headings().map(|(heading, _)| heading));
            let advice =
                if suggestion.is_empty() { "；不起作用的说明请写在「备注」列" } else { &suggestion };
            faults.push(Fault::new(row, cell, format!("没有这一列{advice}")));
        }
        headings.push(known);
    }
    headings
}

fn cells_of<'a>(line: &'a [String], row: u32, headings: &[Option<&'static str>], faults: &mut Vec<Fault>) -> Cells<'a> {
    let mut cells = Vec::new();
    for (column, text) in line.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        match headings.get(column).copied().flatten() {
            Some(heading) => {
                if text.contains(BETWEEN) {
                    faults.push(Fault::new(row, heading, format!("不能含有「{BETWEEN}」，请换一个符号")));
                }
                cells.push((heading, text.as_str()));
            }
            // A heading that is not known is a fault of the heading's row.
            None if headings.get(column).is_some() => {}
            None => faults.push(Fault::new(row, "", format!("「{text}」写在没有标题的列里"))),
        }
    }
    Cells { row, cells }
}
