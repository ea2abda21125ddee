//! A report's own words in English (英文对照): headings, units, terms and notes, by the Chinese that stands in
//! the report. What has none there was written by somebody, or named by the catalogue, and stays as it is.

use super::{Cell, Table};
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::language::Words;
use std::collections::BTreeMap;

/// The English of all of them.
#[must_use]
pub fn english<'a>(said: impl Iterator<Item = &'a Words>, tables: &[Table]) -> BTreeMap<String, String> {
    let mut english: BTreeMap<String, String> =
        said.map(|words| (words.chinese.clone(), words.english.clone())).collect();
    for table in tables {
        let headings = table.columns.iter().map(|column| column.heading);
        let units = table.columns.iter().map(|column| (column.measure.term(), column.measure.english()));
        let fixed = [table.name].into_iter().chain(headings).chain(units);
        english.extend(fixed.map(|(chinese, english)| (chinese.to_owned(), english.to_owned())));
        for cell in table.rows.iter().flatten() {
            if let Cell::Own(words) = cell {
                english.insert(words.chinese.clone(), words.english.clone());
            }
        }
    }
    english.retain(|chinese, english| chinese != english);
    english
}

/// 全市
pub const CITY: (&str, &str) = ("全市", "The whole city");

/// 合计
pub const SUM: (&str, &str) = ("合计", "Sum");

/// 基数过小: no percentage is told on so small a base.
pub const BASE_TOO_SMALL: (&str, &str) = ("基数过小", "Base too small");

/// The days of a report.
#[must_use]
pub fn of_days(days: Days) -> Words {
    Words::new(days.to_string(), format!("{} to {}", days.first(), days.last()))
}
