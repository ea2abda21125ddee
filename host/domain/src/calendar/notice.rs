//! One year's holiday notice (放假通知): what the State Council's General Office published,
//! as a file of our own that a person types from it.
//!
//! ```csv
//! year,2027
//! document,示例〔2026〕1号
//! published_on,2026-11-04
//! working_days,248
//! date,kind,holiday
//! 2027-01-01,off,元旦
//! ```
//!
//! `off` is a day without work, `work` a Saturday or Sunday that is worked (调休). The count
//! of working days is typed by hand from the arrangement and checked against the days: one
//! day mistyped shows.

use super::is_weekend;
use crate::plain::MOST_DOCUMENT_CHARS;
use crate::refusal::Refusal;
use crate::table::{self, Cell};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::Serialize;
use std::collections::BTreeMap;

const TABLE: &str = "放假通知";

/// What stands above the table of days.
const HEAD: [&str; 4] = ["year", "document", "published_on", "working_days"];

/// Days off by law whatever the notice arranges (全国年节及纪念日放假办法 art. 2), those that do
/// not follow the moon. A notice without them is mistyped.
const ALWAYS_OFF: [(i8, i8); 5] = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)];

/// What a notice says of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Day {
    /// Whether it is worked.
    pub worked: bool,
    /// 节日名.
    pub holiday: String,
}

/// One year's notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Notice {
    /// The year whose holidays it arranges.
    pub year: i16,
    /// 文号.
    pub document: String,
    /// 发布日期.
    #[schemars(with = "String")]
    pub published_on: Date,
    /// How many days of the year are worked.
    pub working_days: u16,
    #[schemars(with = "BTreeMap<String, Day>")]
    days: BTreeMap<Date, Day>,
}

impl Notice {
    /// Reads and checks a notice.
    ///
    /// # Errors
    /// A line that cannot be read; otherwise all that is wrong with the arrangement.
    pub fn parse(text: &str) -> Result<Self, Vec<Refusal>> {
        let (head, days) = split(text);
        let [year, document, published_on, working_days] = head_cells(&head).map_err(|one| vec![one])?;
        let notice = || {
            Ok(Self {
                year: number(&year)?,
                document: short(&document)?,
                published_on: published_on.date()?,
                working_days: number(&working_days)?,
                days: BTreeMap::new(),
            })
        };
        let mut notice = notice().map_err(|one| vec![one])?;
        let mut problems = notice.read_days(&days).map_err(|one| vec![one])?;
        problems.extend(notice.check());
        if problems.is_empty() { Ok(notice) } else { Err(problems) }
    }

    /// What it says of a day, if it names it.
    #[must_use]
    pub fn day(&self, date: Date) -> Option<&Day> {
        self.days.get(&date)
    }

    /// The days that it names.
    pub fn days(&self) -> impl Iterator<Item = (Date, &Day)> {
        self.days.iter().map(|(date, day)| (*date, day))
    }

    /// Reads the table; what can be said of single rows is said of all of them.
    fn read_days(&mut self, text: &str) -> Result<Vec<Refusal>, Refusal> {
        let mut problems = Vec::new();
        for [date, kind, holiday] in table::read(TABLE, ["date", "kind", "holiday"], text)? {
            let day = date.date()?;
            let worked = kind.one_of(&[("off", false), ("work", true)])?;
            let last_december = day.month() == 12 && day.year() == self.year - 1;
            if day.year() != self.year && !last_december {
                let advice = format!("不属于 {} 年（或上一年 12 月），请核对年份", self.year);
                problems.push(date.wrong(&advice, "not a day of the year or of the December before"));
            }
            if worked && !is_weekend(day) {
                let advice = "是星期一至星期五，本来就上班；调休上班日只能是周末，请核对日期";
                problems.push(kind.wrong(advice, "only a Saturday or Sunday can be a swap day"));
            }
            let entry = Day { worked, holiday: holiday.required()?.to_owned() };
            if self.days.insert(day, entry).is_some() {
                problems.push(date.wrong("同一天给出两次，请删去一行", "the day is given twice"));
            }
        }
        Ok(problems)
    }

    /// What can only be said of the notice as a whole.
    fn check(&self) -> Vec<Refusal> {
        let mut problems = Vec::new();
        let mut say = |code, chinese: String, english: &str| problems.push(Refusal::new(code, chinese, english));
        let year = self.year;
        if !(year - 1..=year).contains(&self.published_on.year()) {
            let on = self.published_on;
            let chinese =
                format!("发布日期 {on} 与 {year} 年不符：通知在上一年末发布，更正在当年，请核对 published_on");
            say("notice-published-on", chinese, "published in the year before, a correction in the year itself");
        }
        for (month, day) in ALWAYS_OFF {
            let fixed = date(year, month, day);
            if self.days.get(&fixed).is_none_or(|day| day.worked) {
                let chinese = format!("{fixed} 是法定节日，表中没有列为 off，请补上");
                say("notice-holiday-missing", chinese, "a public holiday by law is missing");
            }
        }
        let counted = self.count_working_days();
        let told = self.working_days;
        if counted != told {
            let chinese = format!("按表中各日推算，{year} 年有 {counted} 个工作日，表头写的是 {told}，请逐日核对");
            say("notice-count", chinese, "the working days of the year do not add up to what the head says");
        }
        problems
    }

    fn count_working_days(&self) -> u16 {
        let days = date(self.year, 1, 1).series(1.day()).take_while(|day| day.year() == self.year);
        let worked = |day: &Date| self.days.get(day).map_or_else(|| !is_weekend(*day), |day| day.worked);
        days.filter(worked).map(|_| 1).sum()
    }
}

/// The head and the table of days; each keeps the line numbers of the file.
fn split(text: &str) -> (String, String) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let above = text.lines().take_while(|line| !line.trim_start().starts_with("date")).count();
    let head = text.lines().take(above).collect::<Vec<_>>().join("\n");
    // Empty lines stand for the head.
    let days = "\n".repeat(above) + &text.lines().skip(above).collect::<Vec<_>>().join("\n");
    (head, days)
}

/// The four cells of the head, each exactly once.
fn head_cells(head: &str) -> Result<[Cell; 4], Refusal> {
    let mut found: [Option<Cell>; 4] = Default::default();
    for [key, value] in table::read_headless(TABLE, ["key", "value"], head)? {
        let Some(at) = HEAD.iter().position(|name| *name == key.text()) else {
            let advice = format!("表头只有 {}", HEAD.join("、"));
            return Err(key.wrong(&advice, &format!("the head has {}", HEAD.join(", "))));
        };
        if found[at].replace(value).is_some() {
            return Err(key.wrong("给出两次，请删去一行", "given twice"));
        }
    }
    let missing = |at: usize| {
        let name = HEAD[at];
        Refusal::new("notice-head", format!("{TABLE}缺少 {name}，请在表头补上一行「{name},…」"), format!("no {name}"))
    };
    let [year, document, published_on, working_days] = found;
    Ok([
        year.ok_or_else(|| missing(0))?,
        document.ok_or_else(|| missing(1))?,
        published_on.ok_or_else(|| missing(2))?,
        working_days.ok_or_else(|| missing(3))?,
    ])
}

/// A year or a count of days: four digits at most.
fn number<T: TryFrom<u16>>(cell: &Cell) -> Result<T, Refusal> {
    let number = cell.text().parse::<u16>().ok().filter(|number| (1..=9998).contains(number));
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| cell.wrong("应为数字，例如 2027 或 248", "a number"))
}

fn short(cell: &Cell) -> Result<String, Refusal> {
    let text = cell.required()?;
    if text.chars().count() > MOST_DOCUMENT_CHARS {
        return Err(cell.wrong("文号太长，请只填文号", "the document number is too long"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../data/notices/2025.csv");

    #[test]
    fn a_notice_is_read() {
        let notice = Notice::parse(TEXT).expect("well formed");
        assert_eq!((notice.year, notice.working_days), (2025, 248));
        assert_eq!((notice.document.as_str(), notice.published_on), ("国办发明电〔2024〕12号", date(2024, 11, 12)));
        assert_eq!(notice.days().count(), 33);
        assert_eq!(notice.day(date(2025, 1, 26)).map(|day| day.worked), Some(true));
    }

    /// One change to a good file, and what must be said of it.
    #[test]
    fn every_fault_is_found_and_says_where() {
        for (from, to, code, says) in [
            ("2025-01-26,work", "2025-01-27,work", "table-cell", "第 8 行 kind 栏"),
            ("2025-01-26,work", "2025-13-26,work", "table-cell", "第 8 行 date 栏"),
            ("2025-01-26,work", "2025-01-26,free", "table-cell", "只能填 off、work"),
            ("2025-01-26,work,春节", "2025-01-26,work,", "table-cell", "第 8 行 holiday 栏"),
            ("2025-01-28,off", "2025-01-29,off", "table-cell", "同一天给出两次"),
            ("2025-01-26,work", "2027-01-30,work", "table-cell", "不属于 2025 年"),
            ("2025-05-01,off,劳动节\n", "", "notice-holiday-missing", "2025-05-01"),
            ("2025-05-02,off,劳动节\n", "", "notice-count", "249"),
            ("working_days,248", "working_days,250", "notice-count", "248"),
            ("working_days,248", "working_days,many", "table-cell", "第 5 行 value 栏"),
            ("working_days,248\n", "", "notice-head", "working_days"),
            ("document,国办发明电〔2024〕12号", "document,", "table-cell", "第 3 行"),
            ("year,2025", "year,2025\nyear,2026", "table-cell", "给出两次"),
            ("year,2025", "jahr,2025", "table-cell", "第 2 行 key 栏"),
            ("published_on,2024-11-12", "published_on,2021-11-12", "notice-published-on", "published_on"),
            ("date,kind,holiday", "date,kind", "table-width", "date,kind,holiday"),
        ] {
            assert!(TEXT.contains(from), "{from}");
            let problems = Notice::parse(&TEXT.replacen(from, to, 1)).expect_err(to);
            let found = problems.iter().any(|problem| problem.code == code && problem.chinese.contains(says));
            assert!(found, "{to}: {problems:?}");
        }
    }

    #[test]
    fn all_problems_of_an_arrangement_are_said_at_once() {
        let text = TEXT.replace("2025-01-26,work", "2025-01-27,work").replace("2025-10-01,off", "2025-10-09,off");
        assert!(Notice::parse(&text).expect_err("refused").len() >= 3);
    }
}
