//! Reports (报表): each is a few tables with headings, units and notes on where its figures come
//! from. One form serves all: the API's JSON, CSV and XLSX files, and the command line print the
//! same cells, so that they cannot differ.
//!
//! - [`period`]: the table of a period by territory or department, and the copies sent;
//! - [`frequency`]: what comes up most, year on year; [`lists`]: the monthly and the yearly list;
//! - [`ageing`]: where open tickets are stuck; [`response`]: first-response time;
//! - [`standing`]: reports that are shown again;
//! - [`campaign`]: the ten domains, year on year; [`over`]: the days that may be compared;
//! - [`csv`], [`xlsx`]: the same as files, which are for offices and Chinese;
//! - [`words`]: a report's own words, and their English beside it.

pub mod ageing;
pub mod campaign;
pub mod csv;
pub mod frequency;
pub mod lists;
pub mod over;
pub mod period;
pub mod response;
pub mod standing;
pub mod words;
pub mod xlsx;

use crate::store::StoreError;
use chuishao_domain::calendar::NoNotice;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::language::Words;
use chuishao_domain::narrate::moment;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was asked for is none.
    #[error("{}", .0.chinese)]
    Refused(#[from] Refusal),
    /// 待日历: working days of a year without a holiday notice cannot be counted.
    #[error("缺少 {} 年放假安排，无法计算工作日；请先载入该年日历 (no holiday notice of that year)", .0.year)]
    NoNotice(NoNotice),
    /// A file could not be made, which is a fault of this program.
    #[error("文件生成失败 (the file could not be made)")]
    File(String),
}

/// What a column counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Words.
    Text,
    /// 序号: a place in a list, which counts nothing.
    Place,
    /// 件
    Tickets,
    /// 个
    Pieces,
    /// 分钟
    Minutes,
    /// %: cells are hundredths.
    Percent,
    /// 百分点: cells are hundredths.
    Points,
}

impl Measure {
    /// As it stands behind a heading.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Text | Self::Place => "",
            Self::Tickets => "件",
            Self::Pieces => "个",
            Self::Minutes => "分钟",
            Self::Percent => "%",
            Self::Points => "百分点",
        }
    }

    /// The same in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Text | Self::Place => "",
            Self::Tickets => "tickets",
            Self::Pieces => "number",
            Self::Minutes => "minutes",
            Self::Percent => "%",
            Self::Points => "percentage points",
        }
    }

    /// How many digits of a cell stand behind the point.
    #[must_use]
    pub fn decimals(self) -> u8 {
        if matches!(self, Self::Percent | Self::Points) { 2 } else { 0 }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// 表头, and the same in English.
    pub heading: (&'static str, &'static str),
    /// 计量单位
    pub measure: Measure,
}

impl Column {
    /// Makes one.
    #[must_use]
    pub fn new(key: &'static str, heading: (&'static str, &'static str), measure: Measure) -> Self {
        Self { key, heading, measure }
    }

    /// `满意率（%）`
    #[must_use]
    pub fn with_unit(&self) -> String {
        match self.measure.term() {
            "" => self.heading.0.to_owned(),
            unit => format!("{}（{unit}）", self.heading.0),
        }
    }
}

impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("key", self.key)?;
        map.serialize_entry("heading", self.heading.0)?;
        map.serialize_entry("unit", self.measure.term())?;
        map.serialize_entry("decimals", &self.measure.decimals())?;
        map.end()
    }
}

/// What stands in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum Cell {
    /// Words as somebody or the catalogue wrote them.
    Text(String),
    /// Words of the system's own.
    #[schemars(skip)]
    Own(Words),
    /// A whole number, of hundredths where the column has decimals; nothing where there is none.
    Number(Option<i64>),
}

impl Cell {
    /// As people read it; `—` where there is nothing.
    #[must_use]
    pub fn shown(&self, measure: Measure) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Own(words) => words.chinese.clone(),
            Self::Number(None) => "—".to_owned(),
            Self::Number(Some(number)) if measure.decimals() == 2 => {
                let sign = if *number < 0 { "-" } else { "" };
                let whole = number.unsigned_abs();
                format!("{sign}{}.{:02}", whole / 100, whole % 100)
            }
            Self::Number(Some(number)) => number.to_string(),
        }
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Number(Some(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}

impl From<Rate> for Cell {
    fn from(rate: Rate) -> Self {
        Self::Number(rate.hundredths().map(|hundredths| i64::try_from(hundredths).unwrap_or(i64::MAX)))
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Words> for Cell {
    fn from(words: Words) -> Self {
        Self::Own(words)
    }
}

impl From<(&str, &str)> for Cell {
    fn from(both: (&str, &str)) -> Self {
        Self::Own(both.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// One table of a report.
#[derive(Clone, Debug)]
pub struct Table {
    /// 表名, and the same in English; of a sheet, so at most 31 characters and none of `[]:*?/\`.
    pub name: (&'static str, &'static str),
    /// 列
    pub columns: Vec<Column>,
    /// 行, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A row as programs read it: by the columns' keys.
struct Keyed<'a>(&'a [Column], &'a [Cell]);

impl Serialize for Keyed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|column| column.key).zip(self.1))
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<_> = self.rows.iter().map(|row| Keyed(&self.columns, row)).collect();
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("name", self.name.0)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("rows", &rows)?;
        map.end()
    }
}

/// A table as it is told to integrators.
#[derive(schemars::JsonSchema)]
#[schemars(rename = "ReportTable")]
#[expect(dead_code, reason = "a table is written by hand, and this is what is written")]
struct ToldTable {
    name: String,
    columns: Vec<ToldColumn>,
    /// By the columns' keys.
    rows: Vec<BTreeMap<String, Cell>>,
}

/// A column as it is told to integrators.
#[derive(schemars::JsonSchema)]
#[schemars(rename = "ReportColumn")]
#[expect(dead_code, reason = "a column is written by hand, and this is what is written")]
struct ToldColumn {
    key: String,
    heading: String,
    unit: String,
    decimals: u8,
}

/// A report.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// 名称
    #[schemars(with = "String")]
    pub title: Words,
    /// 统计区间, or the moment that is looked at.
    #[schemars(with = "String")]
    pub period: Words,
    /// 生成时刻
    #[schemars(with = "String")]
    pub made_at: Timestamp,
    /// 表
    #[schemars(with = "Vec<ToldTable>")]
    pub tables: Vec<Table>,
    /// 说明: where each figure comes from, what is left out, what is an assumption.
    #[schemars(with = "Vec<String>")]
    pub notes: Vec<Words>,
    /// The English of each of its own words, by the Chinese that stands in it; what is not there is data.
    pub english: BTreeMap<String, String>,
}

impl Report {
    /// Makes one.
    #[must_use]
    pub fn new((title, period): (Words, Words), made_at: Timestamp, tables: Vec<Table>, notes: Vec<Words>) -> Self {
        let english = words::english([&title, &period].into_iter().chain(&notes), &tables);
        Self { title, period, made_at, tables, notes, english }
    }

    /// What stands beside the tables: title, period, moment, notes.
    #[must_use]
    pub fn remarks(&self) -> Vec<(&'static str, String)> {
        let head =
            [("报表", &self.title), ("统计区间", &self.period)].map(|(what, words)| (what, words.chinese.clone()));
        let made_at = ("生成时刻", moment(self.made_at));
        let notes = self.notes.iter().map(|note| ("说明", note.chinese.clone()));
        head.into_iter().chain([made_at]).chain(notes).collect()
    }

    /// As the audit log tells that it left as a file of that kind: which, of when, how many rows.
    #[must_use]
    pub fn as_exported(&self, extension: &str) -> String {
        let rows: usize = self.tables.iter().map(|table| table.rows.len()).sum();
        format!("导出 {}：{}（{}），{rows} 行", extension.to_uppercase(), self.title.chinese, self.period.chinese)
    }

    /// As lines for a terminal.
    #[must_use]
    pub fn printed(&self) -> String {
        let mut lines = vec![format!("{}　{}", self.title.chinese, self.period.chinese)];
        for table in &self.tables {
            lines.push(String::new());
            lines.push(table.name.0.to_owned());
            lines.push(table.columns.iter().map(Column::with_unit).collect::<Vec<_>>().join("\t"));
            for row in &table.rows {
                let cells = table.columns.iter().zip(row).map(|(column, cell)| cell.shown(column.measure));
                lines.push(cells.collect::<Vec<_>>().join("\t"));
            }
        }
        lines.push(String::new());
        lines.extend(self.notes.iter().map(|note| format!("说明：{}", note.chinese)));
        lines.join("\n")
    }
}
