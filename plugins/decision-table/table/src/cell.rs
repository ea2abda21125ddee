//! One cell: words, codes, names, ranges, windows of days, lengths of time.

use crate::fault::did_you_mean;
use crate::words::{Kind, MOST_COUNTED_A_MONTH, or_stop};

/// A day of the calendar (日期): year, month, day.
pub type Day = (u16, u8, u8);

/// What a condition's cell asks (检验).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// One of these texts.
    OneOf(Vec<String>),
    /// Begins with one of these codes.
    Begins(Vec<String>),
    /// Within these numbers, both included.
    Within(i64, i64),
    /// A multiple of this number, but 0: each so many. Where counting stops it is none.
    Every(i64, i64),
    /// Within the same days of every year, both included; from may be later than to.
    Yearly((u8, u8), (u8, u8)),
    /// Within these days, both included.
    Between(Day, Day),
}

/// What is asked about: the other half of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A text; empty when the ticket does not say.
    Text(String),
    /// A number.
    Number(i64),
    /// A day.
    Day(Day),
}

impl Test {
    /// Whether it is so.
    #[must_use]
    pub fn holds(&self, given: &Given) -> bool {
        match (self, given) {
            (Self::OneOf(words), Given::Text(text)) => words.contains(text),
            (Self::Begins(codes), Given::Text(text)) => codes.iter().any(|code| text.starts_with(code.as_str())),
            (Self::Within(from, to), Given::Number(number)) => (from..=to).contains(&number),
            (Self::Every(each, most), Given::Number(number)) => *number > 0 && number % each == 0 && number < most,
            (Self::Yearly(from, to), Given::Day((_, month, day))) => {
                let day = (*month, *day);
                if from <= to { (*from..=*to).contains(&day) } else { day >= *from || day <= *to }
            }
            (Self::Between(from, to), Given::Day(day)) => (from..=to).contains(&day),
            _ => false,
        }
    }

    /// Reads a cell that is not empty.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str, kind: Kind) -> Result<Self, String> {
        match kind {
            Kind::OneOf(words) => {
                items(text).map(|item| one_of(item, words)).collect::<Result<_, _>>().map(Self::OneOf)
            }
            Kind::Codes => items(text).map(code).collect::<Result<_, _>>().map(Self::Begins),
            Kind::Names => Ok(Self::OneOf(items(text).map(str::to_owned).collect())),
            Kind::Number(least, most) => match text.trim().strip_prefix("每满") {
                Some(each) => every(each, most),
                None => range(text, least, most).map(|(from, to)| Self::Within(from, to)),
            },
            Kind::Days => days(text),
        }
    }
}

/// The items of a list, as people separate them.
pub fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|item| !item.is_empty())
}

/// One of the words that may stand in a cell.
///
/// # Errors
/// It is none of them; in words.
pub fn one_of(word: &str, words: &[&'static str]) -> Result<String, String> {
    if words.contains(&word) {
        return Ok(word.to_owned());
    }
    let suggestion = or_stop(&did_you_mean(word, words.iter().copied()));
    Err(format!("不能填「{word}」{suggestion}可以填：{}", words.join("、")))
}

/// What stands before a blank: codes may be followed by a name.
fn before_blank(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

fn code(item: &str) -> Result<String, String> {
    let code = before_blank(item);
    if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit()) {
        if matches!(code.len(), 2 | 4 | 6) {
            return Ok(code.to_owned());
        }
        if matches!(code.len(), 1 | 3 | 5) {
            // A spreadsheet takes 0104 for a number and drops the 0.
            return Err(format!(
                "分类代码「{code}」不是 2、4 或 6 位；多半是表格软件去掉了开头的 0，是不是「0{code}」？\
                 请把单元格设为文本，或从下拉列表选"
            ));
        }
    }
    Err(format!("「{code}」不是分类代码：须为 2、4 或 6 位数字，例如 0104，后面可以空一格跟名称"))
}

/// The word that stands for the lead unit of the ticket.
pub const LEAD_UNIT: &str = "主办单位";

/// The code of a unit, or the word for whoever leads.
///
/// # Errors
/// It is neither; in words.
pub fn unit_or_lead(item: &str) -> Result<String, String> {
    if item == LEAD_UNIT { Ok(item.to_owned()) } else { unit(item) }
}

/// The code of a unit, for example 370705-YJ; a name may follow after a blank.
///
/// # Errors
/// It is not written like one; in words.
pub fn unit(item: &str) -> Result<String, String> {
    let code = before_blank(item);
    let written = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if code.contains('-') && code.chars().all(written) {
        return Ok(code.to_owned());
    }
    Err(format!("「{code}」不是单位代码：写法如 370705-YJ（大写字母、数字和连字符），后面可以空一格跟名称"))
}

/// A whole number as people write it, with or without 件 or 次 behind it.
fn number(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches(['件', '次', '个', '%', '％']).trim();
    text.parse().ok()
}

/// `每满10`: only of counts that go on far enough.
fn every(each: &str, most: i64) -> Result<Test, String> {
    if most != MOST_COUNTED_A_MONTH {
        return Err("「每满」只用于 30 天的件数".into());
    }
    let each = number(each).filter(|each| (2..=most / 2).contains(each));
    each.map(|each| Test::Every(each, most)).ok_or_else(|| format!("请写 每满2 到 每满{} 之间的整数", most / 2))
}

/// `≥3`, `3以上`, `≤2`, `2以下`, `=3`, `3至9`; bounds are included, as 民法典 has it for 以上 and 以下.
fn range(text: &str, least: i64, most: i64) -> Result<(i64, i64), String> {
    let form = || format!("看不懂「{text}」：请写 ≥3（或 3以上）、≤2（或 2以下）、=3，或 3至9");
    let text_trimmed = text.trim();
    let from_sign = |signs: &[&str]| signs.iter().find_map(|sign| number(text_trimmed.strip_prefix(sign)?));
    let from_word = |words: &[&str]| words.iter().find_map(|word| number(text_trimmed.strip_suffix(word)?));
    let both = ["至", "到", "~", "～", "—", "-"].iter().find_map(|sign| {
        let (from, to) = text_trimmed.split_once(sign)?;
        Some((number(from)?, number(to)?))
    });
    let (from, to) = if let Some(from) = from_sign(&["≥", ">=", "＞=", "≧"]).or_else(|| from_word(&["及以上", "以上"]))
    {
        (from, most)
    } else if let Some(to) = from_sign(&["≤", "<=", "＜=", "≦"]).or_else(|| from_word(&["及以下", "以下", "以内"]))
    {
        (least, to)
    } else if let Some(both) = both {
        both
    } else if let Some(exactly) = from_sign(&["=", "＝"]) {
        (exactly, exactly)
    } else if let Some(bare) = number(text_trimmed) {
        return Err(format!("只写「{bare}」看不出是正好还是至少：请写 ≥{bare}、≤{bare} 或 ={bare}"));
    } else {
        return Err(form());
    };
    let within = least..=most;
    if !within.contains(&from) || !within.contains(&to) {
        return Err(format!("「{text}」超出范围：应在 {least} 到 {most} 之间"));
    }
    if from > to { Err(format!("「{text}」里 {from} 大于 {to}，永远不会符合")) } else { Ok((from, to)) }
}

fn days(text: &str) -> Result<Test, String> {
    let form = || format!("看不懂「{text}」：每年的一段写 11-05至03-31，某一年的写 2024-11-05至2025-03-31");
    let parts = ["至", "到", "~", "～"].iter().find_map(|sign| text.split_once(sign));
    let (from, to) = parts.ok_or_else(form)?;
    if let (Some(from), Some(to)) = (month_day(from), month_day(to)) {
        return Ok(Test::Yearly(from, to));
    }
    let (from, to) = (whole_day(from).ok_or_else(form)?, whole_day(to).ok_or_else(form)?);
    if from > to { Err(format!("「{text}」的开始晚于结束")) } else { Ok(Test::Between(from, to)) }
}

fn month_day(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.trim().split_once('-')?;
    valid(2024, month.parse().ok()?, day.parse().ok()?).map(|(_, month, day)| (month, day))
}

fn whole_day(text: &str) -> Option<Day> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    valid(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn valid(year: u16, month: u8, day: u8) -> Option<Day> {
    (1..=days_of_month(year, month)).contains(&day).then_some((year, month, day))
}

/// How many days a month has; 0 for what is no month.
#[must_use]
pub fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// A length of time (时长) with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// 小时, by the clock.
    ClockHours(u16),
    /// 工作小时
    WorkingHours(u16),
    /// 工作日
    WorkingDays(u16),
}

impl Span {
    /// Reads `24小时`, `8工作小时`, `3个工作日`, within what the interface allows.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Self, String> {
        let form = || format!("看不懂「{text}」：请写 24小时、8工作小时 或 3工作日");
        let amount = |unit: &str, most: u16| {
            let digits = text.trim().strip_suffix(unit)?.trim().trim_end_matches('个').trim();
            let number: u16 = digits.parse().ok()?;
            Some(if (1..=most).contains(&number) {
                Ok(number)
            } else {
                Err(format!("「{text}」超出范围：1 到 {most} 个{unit}"))
            })
        };
        if let Some(hours) = amount("工作小时", 2000) {
            return hours.map(Self::WorkingHours);
        }
        if let Some(days) = amount("工作日", 250) {
            return days.map(Self::WorkingDays);
        }
        amount("小时", 8760).ok_or_else(form)?.map(Self::ClockHours)
    }
}
