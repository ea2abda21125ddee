//! The tables of the evaluation's data (数据表): comma-separated, with a header that is checked.
//! What is wrong is said with file, line and field, since people of the city edit them.

use super::points::{Points, read_hundredths};
use jiff::civil::Date;

/// A table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file} 第 {line} 行「{field}」有误：{problem}")]
pub struct TableError {
    /// The file's name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column's name.
    pub field: String,
    /// What is wrong and what should stand there.
    pub problem: String,
}

/// One row with its place.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    file: &'static str,
    line: usize,
    header: &'static [&'static str],
    cells: Vec<&'a str>,
}

/// The rows of a table whose header must be exactly this; empty lines are passed over.
pub(super) fn rows<'a>(
    file: &'static str,
    header: &'static [&'static str],
    text: &'a str,
) -> Result<Vec<Row<'a>>, TableError> {
    let error = |line, problem| TableError { file, line, field: header.join(","), problem };
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r'));
    let found = lines.next().unwrap_or_default();
    if found.split(',').ne(header.iter().copied()) {
        return Err(error(1, format!("表头是「{found}」，应与字段名完全一致 (the header does not fit)")));
    }
    let mut rows = Vec::new();
    for (line, text) in (2..).zip(lines).filter(|(_, text)| !text.is_empty()) {
        let cells: Vec<&str> = text.split(',').map(str::trim).collect();
        if cells.len() != header.len() {
            let problem = format!("有 {} 格，应有 {} 格 (the number of cells does not fit)", cells.len(), header.len());
            return Err(error(line, problem));
        }
        rows.push(Row { file, line, header, cells });
    }
    Ok(rows)
}

impl<'a> Row<'a> {
    /// What is wrong with a field of this row.
    pub(super) fn error(&self, field: &str, problem: impl Into<String>) -> TableError {
        TableError { file: self.file, line: self.line, field: field.to_owned(), problem: problem.into() }
    }

    fn cell(&self, field: &str) -> &'a str {
        self.header.iter().position(|name| *name == field).map_or("", |at| self.cells[at])
    }

    /// A text that must not be empty.
    pub(super) fn text(&self, field: &str) -> Result<&'a str, TableError> {
        let text = self.cell(field);
        if text.is_empty() { Err(self.error(field, "不能为空 (must not be empty)")) } else { Ok(text) }
    }

    /// A number with at most two decimals, in hundredths.
    pub(super) fn hundredths(&self, field: &str) -> Result<i64, TableError> {
        let text = self.text(field)?;
        read_hundredths(text).ok_or_else(|| {
            self.error(field, format!("「{text}」应为最多两位小数的数，如 12.5 (a number with at most two decimals)"))
        })
    }

    /// An amount of points.
    pub(super) fn points(&self, field: &str) -> Result<Points, TableError> {
        self.hundredths(field).map(Points)
    }

    /// A whole number, not negative.
    pub(super) fn count(&self, field: &str) -> Result<u64, TableError> {
        let text = self.text(field)?;
        text.parse().map_err(|_| self.error(field, format!("「{text}」应为不小于零的整数 (a whole number)")))
    }

    /// A day.
    pub(super) fn date(&self, field: &str) -> Result<Date, TableError> {
        let text = self.text(field)?;
        text.parse().map_err(|_| self.error(field, format!("「{text}」应为日期，如 2024-10-01 (a date)")))
    }

    /// A day, or nothing where the cell is empty.
    pub(super) fn date_if_any(&self, field: &str) -> Result<Option<Date>, TableError> {
        if self.cell(field).is_empty() { Ok(None) } else { self.date(field).map(Some) }
    }

    /// One of a list of words.
    pub(super) fn one_of<T: Copy>(
        &self,
        field: &str,
        all: &[T],
        key: impl Fn(T) -> &'static str,
    ) -> Result<T, TableError> {
        let text = self.text(field)?;
        all.iter().copied().find(|of| key(*of) == text).ok_or_else(|| {
            let words: Vec<_> = all.iter().map(|of| key(*of)).collect();
            self.error(field, format!("「{text}」应为下列之一：{} (one of these)", words.join("、")))
        })
    }
}
