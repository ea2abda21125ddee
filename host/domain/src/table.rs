//! Tables (表格) of reference data as people keep them: CSV with a head line, as any
//! spreadsheet writes it. A fault names the table, the line and the column, and says what
//! to do.

use crate::plain::{escaped, is_hidden};
use crate::refusal::Refusal;
use jiff::civil::Date;

/// Largest table, in bytes: twenty times the largest one shipped, and read in a moment.
const MOST_BYTES: usize = 512 * 1024;

/// Longest cell, in characters: names and remarks are shorter, a whole file in one cell (a
/// quotation mark that was never closed) is longer.
const MOST_CELL_CHARS: usize = 400;

/// One cell, with its place in the table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    table: &'static str,
    line: u64,
    column: &'static str,
    text: String,
}

/// Reads a table with exactly these columns. Lines that begin with `#` are remarks.
///
/// # Errors
/// The first line that cannot be read.
pub(crate) fn read<const N: usize>(
    table: &'static str,
    columns: [&'static str; N],
    text: &str,
) -> Result<Vec<[Cell; N]>, Refusal> {
    let mut rows = read_headless(table, columns, text)?;
    if rows.first().is_none_or(|head| head.iter().zip(columns).any(|(cell, column)| cell.text != column)) {
        let wanted = columns.join(",");
        let chinese = format!("{table} 的表头应为「{wanted}」，请补上表头或检查是否选错文件");
        return Err(Refusal::new("table-head", chinese, format!("the head line must be {wanted}")));
    }
    rows.remove(0);
    Ok(rows)
}

/// Reads rows without a head line.
///
/// # Errors
/// The first line that cannot be read.
pub(crate) fn read_headless<const N: usize>(
    table: &'static str,
    columns: [&'static str; N],
    text: &str,
) -> Result<Vec<[Cell; N]>, Refusal> {
    if text.len() > MOST_BYTES {
        let chinese = format!("{table} 有 {} 字节，最多 {MOST_BYTES} 字节，请拆分或检查是否选错文件", text.len());
        return Err(Refusal::new("table-too-large", chinese, format!("more than {MOST_BYTES} bytes")));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(table, &error))?;
        let line = record.position().map_or(0, |position| line_of(text, position));
        let texts: Vec<String> = record.iter().map(str::to_owned).collect();
        let found = texts.len();
        let texts: [String; N] = texts.try_into().map_err(|_| wrong_width(table, line, &columns, found))?;
        let mut names = columns.iter();
        let row = texts.map(|text| Cell { table, line, column: names.next().copied().unwrap_or_default(), text });
        row.iter().try_for_each(Cell::must_be_text)?;
        rows.push(row);
    }
    Ok(rows)
}

/// The line of a record: the reader's position stands before the remarks and empty lines that
/// it is about to skip.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|from| text.get(from..)).unwrap_or_default();
    let skipped = rest.lines().take_while(|line| line.is_empty() || line.starts_with('#')).count();
    position.line().saturating_add(u64::try_from(skipped).unwrap_or(u64::MAX))
}

fn wrong_width(table: &str, line: u64, columns: &[&str], found: usize) -> Refusal {
    let wanted = columns.len();
    let chinese =
        format!("{table} 第 {line} 行有 {found} 栏，应为 {wanted} 栏：{}；多出的逗号请用引号括起", columns.join(","));
    Refusal::new("table-width", chinese, format!("line {line} has {found} cells, not {wanted}"))
}

fn unreadable(table: &str, error: &csv::Error) -> Refusal {
    let line = error.position().map_or(0, csv::Position::line);
    let chinese = format!("{table} 第 {line} 行不能读取，请另存为 UTF-8 编码的 CSV 文件");
    Refusal::new("table-unreadable", chinese, format!("line {line}: {error}"))
}

impl Cell {
    /// The text, which may be empty.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text, which must not be empty.
    pub(crate) fn required(&self) -> Result<&str, Refusal> {
        if self.text.is_empty() {
            return Err(self.wrong("不能为空，请填写", "must not be empty"));
        }
        Ok(&self.text)
    }

    /// An id: letters, digits and hyphens, so that it can stand in an address and in a list.
    pub(crate) fn id(&self) -> Result<&str, Refusal> {
        let text = self.required()?;
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(self.wrong("只能用字母、数字和连字符", "letters, digits and hyphens only"));
        }
        Ok(text)
    }

    /// Whether it has so many digits and nothing else.
    pub(crate) fn is_digits(&self, count: usize) -> bool {
        self.text.len() == count && self.text.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// `yes` or `no`.
    pub(crate) fn flag(&self) -> Result<bool, Refusal> {
        self.one_of(&[("yes", true), ("no", false)])
    }

    /// A day, `2027-01-01`.
    pub(crate) fn date(&self) -> Result<Date, Refusal> {
        self.text.parse().map_err(|_| self.wrong("应为日期，例如 2027-01-01", "a date such as 2027-01-01"))
    }

    /// Ids with `;` between them; none when the cell is empty.
    pub(crate) fn list(&self) -> Vec<&str> {
        self.text.split(';').map(str::trim).filter(|id| !id.is_empty()).collect()
    }

    /// One of these words.
    pub(crate) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Refusal> {
        words.iter().find(|(word, _)| *word == self.text).map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(&format!("只能填 {}", words.join("、")), &format!("one of {}", words.join(", ")))
        })
    }

    /// What is wrong with this cell and what to do.
    pub(crate) fn wrong(&self, chinese: &str, english: &str) -> Refusal {
        let Self { table, line, column, text } = self;
        let shown: String = escaped(text).chars().take(40).collect();
        Refusal::new(
            "table-cell",
            format!("{table} 第 {line} 行 {column} 栏「{shown}」有误：{chinese}"),
            format!("line {line}, column {column}: {english}"),
        )
    }

    fn must_be_text(&self) -> Result<(), Refusal> {
        if self.text.chars().any(is_hidden) {
            return Err(self.wrong("含有看不见的字符，请删去重新输入", "hidden characters"));
        }
        if self.text.chars().count() > MOST_CELL_CHARS {
            let chinese = format!("超过 {MOST_CELL_CHARS} 个字，请检查引号是否成对");
            return Err(self.wrong(&chinese, &format!("more than {MOST_CELL_CHARS} characters")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Refusal {
        read("单位表", ["id", "name"], text).map(drop).expect_err("refused")
    }

    #[test]
    fn a_spreadsheets_file_is_read() {
        let text = "\u{feff}id,name\r\n# 备注\r\nA1, 城关街道 \r\n\r\nA2,\"张氏,双杨\"\r\n";
        let rows = read("单位表", ["id", "name"], text).expect("it reads");
        let names: Vec<&str> = rows.iter().map(|[_, name]| name.text()).collect();
        assert_eq!(names, ["城关街道", "张氏,双杨"]);
        assert!(rows[1][0].wrong("x", "x").chinese.contains("第 5 行 id 栏"), "the line of the file");
    }

    #[test]
    fn every_fault_says_where_and_what_to_do() {
        for (text, code, place) in [
            ("", "table-head", "id,name"),
            ("name,id\nA1,城关", "table-head", "id,name"),
            ("id\nA1", "table-width", "id,name"),
            ("id,name\nA1", "table-width", "第 2 行"),
            ("id,name\nA1,城关\nA2,南关,x", "table-width", "第 3 行"),
            ("id,name\nA1,城\u{200b}关", "table-cell", "第 2 行 name 栏"),
        ] {
            let refusal = fault(text);
            assert_eq!(refusal.code, code, "{text:?}");
            assert!(refusal.chinese.contains(place), "{}", refusal.chinese);
        }
        assert_eq!(fault(&format!("id,name\nA1,\"{}", "长".repeat(500))).code, "table-cell");
        assert_eq!(fault(&"x".repeat(MOST_BYTES + 1)).code, "table-too-large");
    }

    #[test]
    fn cells_hold_to_their_kind() {
        let rows = read("表", ["a", "b", "c"], "a,b,c\n,maybe,2027-13-01\nA 1,yes,a; b;\n").expect("it reads");
        let [empty, maybe, month] = &rows[0];
        assert!(empty.required().is_err() && maybe.flag().is_err() && month.date().is_err());
        let [spaced, yes, list] = &rows[1];
        assert!(spaced.id().is_err() && yes.flag() == Ok(true));
        assert_eq!(list.list(), ["a", "b"]);
    }
}
