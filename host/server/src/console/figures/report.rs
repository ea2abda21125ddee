//! One report on a page (报表页面): its tables, each with a chart where there is one to see. Its own words are in
//! the page's language; what people wrote and the catalogue named stays as it is.

use super::short;
use crate::console::chart::{Bar, bars};
use crate::console::language::{Language, language_of};
use crate::console::parts::{at, nothing};
use crate::console::visitor::Chrome;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows that a chart shows: what can be read at a glance; the table has all.
const MOST_BARS: usize = 20;

/// A report as the API writes it.
#[derive(Deserialize)]
pub struct Report {
    title: String,
    period: String,
    made_at: Timestamp,
    tables: Vec<Table>,
    notes: Vec<String>,
    english: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

type Row = BTreeMap<String, Cell>;

#[derive(Deserialize)]
struct Column {
    key: String,
    heading: String,
    unit: String,
    decimals: u8,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Text(String),
    Number(Option<i64>),
}

/// What a report says, in the language of its page.
struct Said<'a> {
    language: Language,
    english: &'a BTreeMap<String, String>,
}

impl Said<'_> {
    /// Words of its own; whatever is not its own stays as it is.
    fn words<'a>(&'a self, chinese: &'a str) -> &'a str {
        self.language.t(chinese, self.english.get(chinese).map_or(chinese, String::as_str))
    }

    fn heading(&self, column: &Column) -> String {
        let heading = self.words(&column.heading);
        match (column.unit.as_str(), self.language) {
            ("", _) => heading.to_owned(),
            (unit, Language::Chinese) => format!("{heading}（{unit}）"),
            (unit, Language::English) => format!("{heading} ({})", self.words(unit)),
        }
    }

    fn shown(&self, column: &Column, row: &Row) -> String {
        match row.get(&column.key) {
            Some(Cell::Text(text)) => self.words(text).to_owned(),
            Some(Cell::Number(Some(number))) if column.decimals == 2 => {
                let sign = if *number < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", number.unsigned_abs() / 100, number.unsigned_abs() % 100)
            }
            Some(Cell::Number(Some(number))) => number.to_string(),
            Some(Cell::Number(None)) | None => "—".to_owned(),
        }
    }
}

impl Column {
    fn is_text(&self, rows: &[Row]) -> bool {
        self.unit.is_empty() && rows.iter().any(|row| matches!(row.get(&self.key), Some(Cell::Text(_))))
    }
}

impl Report {
    /// Its tables, each with a chart of one of its columns where there is one to see.
    pub fn drawn(&self, chrome: &Chrome) -> Markup {
        let said = Said { language: chrome.language, english: &self.english };
        let title = said.words(&self.title);
        html! {
            h2 lang=[language_of(title)] { (title) " " span.count { (said.words(&self.period)) } }
            @for table in &self.tables {
                section.part {
                    h2 { (said.words(&table.name)) }
                    (table.chart(&said))
                    (table.drawn(chrome, &said))
                }
            }
            @for note in &self.notes { p.quiet { (said.words(note)) } }
            p.quiet { (chrome.t("生成时刻", "Made at")) " " (at(self.made_at)) }
        }
    }
}

impl Table {
    fn drawn(&self, chrome: &Chrome, said: &Said<'_>) -> Markup {
        html! {
            @if self.rows.is_empty() { (nothing(chrome.t("没有数据。", "No data."))) }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(said.words(&self.name)) {
                    table {
                        thead { tr { @for column in &self.columns { @if column.is_text(&self.rows) { th scope="col" { (said.heading(column)) } } @else { th.num scope="col" { (said.heading(column)) } } } } }
                        tbody {
                            @for row in &self.rows {
                                tr {
                                    @for column in &self.columns {
                                        @let text = said.shown(column, row);
                                        @if column.is_text(&self.rows) { td lang=[language_of(&text)] { (text) } } @else { td.num { (text) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The first figure by the first name, beside that of before where there is one, the rows as they stand.
    #[expect(clippy::cast_precision_loss, reason = "lengths on a screen")]
    fn chart(&self, said: &Said<'_>) -> Markup {
        let texts = || self.columns.iter().filter(|column| column.is_text(&self.rows));
        let named = texts().find(|column| matches!(column.key.as_str(), "name" | "territory_name" | "title"));
        let label = |row: &Row| match named {
            Some(column) => said.shown(column, row),
            None => texts().map(|column| said.shown(column, row)).collect::<Vec<_>>().join(" "),
        };
        let figure = self.columns.iter().find(|column| !column.is_text(&self.rows) && column.unit == "件");
        let before = self.columns.iter().find(|column| column.key == "before");
        let Some(figure) = figure else { return html! {} };
        // A sum of all rows would make every other bar short.
        let is_sum = |row: &Row| {
            let name = named.and_then(|column| row.get(&column.key));
            matches!(name, Some(Cell::Text(name)) if matches!(name.as_str(), "全市" | "合计"))
                || label(row).trim().is_empty()
        };
        // What a campaign does not cover stands below its domains, and is mostly more than all of them.
        let is_outside = |row: &Row| matches!(row.get("domain"), Some(Cell::Text(domain)) if domain.is_empty());
        let bar = |row: &Row| {
            let Some(Cell::Number(Some(value))) = row.get(&figure.key) else { return None };
            let then = before.and_then(|column| match row.get(&column.key) {
                Some(Cell::Number(Some(then))) => {
                    Some((*then as f64, format!("{} {then}", said.words(&column.heading))))
                }
                _ => None,
            });
            Some(Bar { label: short(&label(row)), value: *value as f64, words: said.shown(figure, row), before: then })
        };
        let found: Vec<Bar> = self
            .rows
            .iter()
            .filter(|row| !is_sum(row) && !is_outside(row))
            .filter_map(bar)
            .filter(|bar| named.is_some() || bar.value > 0.0)
            .take(MOST_BARS)
            .collect();
        if found.len() < 2 {
            html! {}
        } else {
            bars(said.language, &said.heading(figure), &found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What a campaign does not cover is more than its domains, and no bar beside them; nor is the sum.
    #[test]
    fn a_campaigns_bars_are_its_domains() {
        let row = |domain: &str, name: &str, now: u32| json!({ "domain": domain, "name": name, "now": now });
        let column = |key: &str, unit: &str| json!({ "key": key, "heading": key, "unit": unit, "decimals": 0 });
        let table: Table = serde_json::from_value(json!({
            "name": "分领域同比",
            "columns": [column("domain", ""), column("name", ""), column("now", "件")],
            "rows": [
                row("1", "工资支付", 60), row("9", "噪声", 30),
                row("", "未纳入", 900), row("", "未归类", 1), row("", "合计", 991),
            ],
        }))
        .expect("a table");
        let chart = table.chart(&Said { language: Language::Chinese, english: &BTreeMap::new() }).into_string();
        assert!(chart.contains("工资支付") && chart.contains("噪声"), "{chart}");
        assert!(["未纳入", "未归类", "合计"].iter().all(|name| !chart.contains(name)), "{chart}");
    }
}
