//! An author's TOML files (manifest, scenarios): read with every fault that can be told apart, each
//! in words and with the place where it stands.

use super::Faults;
use chuishao_domain::rule::kinds::{EffectKind, EventKind, TicketField};
use chuishao_domain::rule::problem::Problem;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};
use unicode_width::UnicodeWidthStr;

/// Faults of one file that are told at once: after so many the author has enough to do.
const MOST_FAULTS: usize = 10;

/// The codes under which the faults of one kind of file are looked up.
pub struct Codes {
    syntax: &'static str,
    unknown_key: &'static str,
    unknown_value: &'static str,
    missing_key: &'static str,
    wrong_type: &'static str,
}

/// Of `plugin.toml`.
pub const MANIFEST: Codes = Codes {
    syntax: "manifest.syntax",
    unknown_key: "manifest.unknown-key",
    unknown_value: "manifest.unknown-value",
    missing_key: "manifest.missing-key",
    wrong_type: "manifest.wrong-type",
};

/// Of a scenario.
pub const SCENARIO: Codes = Codes {
    syntax: "scenario.syntax",
    unknown_key: "scenario.unknown-key",
    unknown_value: "scenario.unknown-value",
    missing_key: "scenario.missing-key",
    wrong_type: "scenario.wrong-type",
};

/// Where the keys of a file stand.
#[derive(Clone, Debug, Default)]
pub struct Places {
    file: String,
    text: String,
    keys: BTreeMap<String, usize>,
}

impl Places {
    /// Of a file that has been parsed.
    fn new(file: &Path, text: &str, table: &DeTable<'_>) -> Self {
        let mut keys = BTreeMap::new();
        put_table(&mut keys, "", table);
        Self { file: file.display().to_string(), text: text.to_owned(), keys }
    }

    /// Line and column of a key such as `settings.days`, or of the nearest one above it.
    pub fn find(&self, key: &str) -> Option<(usize, usize)> {
        let mut key = key;
        loop {
            if let Some(offset) = self.keys.get(key) {
                return Some(line_and_column(&self.text, *offset));
            }
            key = &key[..key.rfind(['.', '['])?];
        }
    }

    /// `plugin.toml:12:3（settings.days）`, or the key alone where the file does not have it.
    pub fn name(&self, key: &str) -> String {
        match self.find(key) {
            Some((line, column)) => format!("{}:{line}:{column}（{key}）", self.file),
            None => format!("{}（{key}）", self.file),
        }
    }

    /// A fault of the domain, which knows keys but no files.
    pub fn located(&self, problem: Problem) -> Problem {
        Problem { place: self.name(&problem.place), ..problem }
    }
}

fn put_table(keys: &mut BTreeMap<String, usize>, prefix: &str, table: &DeTable<'_>) {
    for (key, value) in table {
        let dot = if prefix.is_empty() { "" } else { "." };
        let path = format!("{prefix}{dot}{}", key.get_ref());
        keys.insert(path.clone(), key.span().start);
        put_value(keys, &path, value);
    }
}

fn put_value(keys: &mut BTreeMap<String, usize>, path: &str, value: &Spanned<DeValue<'_>>) {
    match value.get_ref() {
        DeValue::Table(table) => put_table(keys, path, table),
        DeValue::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let of_item = format!("{path}[{number}]");
                keys.insert(of_item.clone(), item.span().start);
                put_value(keys, &of_item, item);
                // Facts are spoken of by their names.
                if let Some(name) = item.get_ref().get("name").and_then(|name| name.get_ref().as_str()) {
                    keys.insert(format!("{path}.{name}"), item.span().start);
                }
            }
        }
        _ => {}
    }
}

/// Reads a file; the places of its keys come with it.
///
/// # Errors
/// Each fault that can be told apart.
pub fn read<T: DeserializeOwned>(file: &Path, text: &str, codes: &Codes) -> Result<(T, Places), Faults> {
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(_) => return Err(Faults(syntax(file, text, codes))),
    };
    let places = Places::new(file, text, root.get_ref());
    let (mut root, mut faults) = (root, Vec::new());
    loop {
        match T::deserialize(Deserializer::from(root.clone())) {
            Ok(read) if faults.is_empty() => return Ok((read, places)),
            Ok(_) => return Err(Faults(faults)),
            Err(error) => {
                let said = Said::of(error.message());
                let at = error.span().unwrap_or(0..0);
                faults.push(said.problem(file, text, &at, codes));
                // What can be put right is, and the rest is read on.
                let mended = at.start < at.end && said.mend(root.get_mut(), &at);
                if !mended || faults.len() >= MOST_FAULTS {
                    return Err(Faults(faults));
                }
            }
        }
    }
}

fn syntax(file: &Path, text: &str, codes: &Codes) -> Vec<Problem> {
    let (_, errors) = DeTable::parse_recoverable(text);
    let problem = |error: &toml::de::Error| {
        let at = error.span().unwrap_or(0..0);
        let chinese = format!("这里不符合 TOML 的写法{}", shown(text, &at));
        Problem::new(codes.syntax, place(file, text, at.start), chinese, error.message().to_owned())
    };
    errors.iter().take(MOST_FAULTS).map(problem).collect()
}

/// What the parser said, taken apart: serde has nothing but its English words for it.
enum Said {
    UnknownKey { key: String, known: Vec<String> },
    UnknownValue { value: String, known: Vec<String> },
    MissingKey(String),
    Other(String),
}

impl Said {
    fn of(message: &str) -> Self {
        let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
        let first = quoted.next().unwrap_or_default();
        let known: Vec<String> = quoted.collect();
        if message.starts_with("unknown field") {
            Self::UnknownKey { key: first, known }
        } else if message.starts_with("unknown variant") {
            Self::UnknownValue { value: first, known }
        } else if message.starts_with("missing field") {
            Self::MissingKey(first)
        } else {
            Self::Other(message.to_owned())
        }
    }

    fn problem(&self, file: &Path, text: &str, at: &Range<usize>, codes: &Codes) -> Problem {
        let place = place(file, text, at.start);
        let line = shown(text, at);
        match self {
            Self::UnknownKey { key, known } => {
                let (chinese, english) = meant(key, known);
                let chinese = format!("没有「{key}」这一项{chinese}{line}");
                Problem::new(codes.unknown_key, place, chinese, format!("there is no key `{key}`{english}"))
            }
            Self::UnknownValue { value, known } => {
                let (chinese, english) = meant(value, known);
                let chinese = format!("没有「{value}」这种写法{chinese}{line}");
                Problem::new(codes.unknown_value, place, chinese, format!("there is no `{value}` here{english}"))
            }
            Self::MissingKey(key) => {
                let chinese = format!("缺少「{key}」，请补上{line}");
                Problem::new(codes.missing_key, place, chinese, format!("`{key}` is missing"))
            }
            Self::Other(message) => {
                let chinese = format!("值的类型或范围不对：{}{line}", in_chinese(message));
                Problem::new(codes.wrong_type, place, chinese, message.clone())
            }
        }
    }

    /// Puts something that reads in the place of what does not.
    fn mend(&self, table: &mut DeTable<'_>, at: &Range<usize>) -> bool {
        match self {
            Self::UnknownKey { .. } => remove_key(table, at),
            Self::UnknownValue { value, known } => {
                let right = nearest(value, known).or(known.first());
                right.is_some_and(|right| table.iter_mut().any(|(_, value)| replace(value, at, right)))
            }
            Self::MissingKey(_) | Self::Other(_) => false,
        }
    }
}

fn remove_key(table: &mut DeTable<'_>, at: &Range<usize>) -> bool {
    let named = table.keys().find(|key| key.span() == *at).map(|key| key.get_ref().to_string());
    named.is_some_and(|name| table.remove(name.as_str()).is_some())
        || table.iter_mut().any(|(_, value)| match value.get_mut() {
            DeValue::Table(table) => remove_key(table, at),
            DeValue::Array(items) => items.iter_mut().any(|item| match item.get_mut() {
                DeValue::Table(table) => remove_key(table, at),
                _ => false,
            }),
            _ => false,
        })
}

fn replace(value: &mut Spanned<DeValue<'_>>, at: &Range<usize>, right: &str) -> bool {
    if value.span() == *at && value.get_ref().is_str() {
        *value.get_mut() = DeValue::String(right.to_owned().into());
        return true;
    }
    match value.get_mut() {
        DeValue::Table(table) => table.iter_mut().any(|(_, value)| replace(value, at, right)),
        DeValue::Array(items) => items.iter_mut().any(|item| replace(item, at, right)),
        _ => false,
    }
}

/// Whether the author meant one of those that there are; otherwise, which there are.
fn meant(written: &str, known: &[String]) -> (String, String) {
    if let Some(right) = nearest(written, known) {
        return (format!("；是不是想写「{right}」{}？", term(right)), format!("; did you mean `{right}`?"));
    }
    let all = known.join("、");
    match known.is_empty() {
        true => ("，请删去".to_owned(), String::new()),
        false => (format!("；可以写：{all}"), format!("; there are: {all}")),
    }
}

/// The one that is most likely meant, if one is near enough.
pub fn nearest<'a>(written: &str, known: &'a [String]) -> Option<&'a String> {
    let wanted = written.to_lowercase().replace('_', "-");
    let far = |one: &&String| strsim::damerau_levenshtein(&wanted, &one.to_lowercase().replace('_', "-"));
    let most = (written.chars().count() / 3).max(1);
    known.iter().min_by_key(far).filter(|one| far(one) <= most)
}

/// What an event, an effect or a field is called in Chinese.
fn term(name: &str) -> String {
    let event = EventKind::ALL.iter().find(|kind| kind.as_str() == name).map(|kind| kind.term());
    let effect = || EffectKind::ALL.iter().find(|kind| kind.as_str() == name).map(|kind| kind.term());
    let field = || TicketField::ALL.iter().find(|kind| kind.as_str() == name).map(|kind| kind.term());
    event.or_else(effect).or_else(field).map(|term| format!("（{term}）")).unwrap_or_default()
}

/// The words that serde has for types, for those who do not program.
fn in_chinese(message: &str) -> String {
    let mut said = message.to_owned();
    for (english, chinese) in [
        ("invalid type: ", "这里写的是"),
        ("invalid value: ", "这里写的是"),
        (", expected ", "，应为"),
        ("a boolean", "是否（true 或 false）"),
        ("boolean ", "是否 "),
        ("a sequence", "列表 […]"),
        ("sequence", "列表"),
        ("a string", "文本（加引号）"),
        ("string ", "文本 "),
        ("floating point ", "小数 "),
        ("integer ", "整数 "),
        ("a map", "表"),
        ("map", "表"),
        ("u16", "0 到 65535 的整数"),
        ("u32", "不小于 0 的整数"),
        ("i64", "整数"),
    ] {
        said = said.replace(english, chinese);
    }
    said
}

fn place(file: &Path, text: &str, offset: usize) -> String {
    let (line, column) = line_and_column(text, offset);
    format!("{}:{line}:{column}", file.display())
}

/// From 1, the column in characters.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// The line with a mark under what it is about.
fn shown(text: &str, at: &Range<usize>) -> String {
    let start = text.floor_char_boundary(at.start);
    let from = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let line = text[from..].lines().next().unwrap_or_default();
    if line.trim().is_empty() {
        return String::new();
    }
    let end = text.floor_char_boundary(at.end.clamp(start, from + line.len()));
    let (before, marked) = (text[from..start].width(), text.get(start..end).unwrap_or_default().width().max(1));
    format!("\n      {line}\n      {}{}", " ".repeat(before), "^".repeat(marked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chuishao_domain::rule::manifest::Manifest;

    const GOOD: &str = "name = \"a-rule\"\ntitle = \"规则\"\nversion = \"0.1.0\"\ninterface = \"2.0.0\"\n\
                        license = \"MIT\"\nlistens = [\"accepted\"]\neffects = [\"add-tag\"]\n";

    fn faults(text: &str) -> Vec<Problem> {
        read::<Manifest>(Path::new("plugin.toml"), text, &MANIFEST).expect_err("faults").0
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let bad = GOOD.replace("accepted", "acepted\", \"folowed-up").replace("license", "licence");
        let told: Vec<_> = faults(&bad).into_iter().map(|one| (one.code, one.place)).collect();
        let expected = [("manifest.unknown-key", 5), ("manifest.unknown-value", 6), ("manifest.unknown-value", 6)];
        for (code, line) in expected {
            let found =
                told.iter().any(|(of, place)| *of == code && place.starts_with(&format!("plugin.toml:{line}:")));
            assert!(found, "{code} in line {line}: {told:?}");
        }
        assert!(told.iter().any(|(code, _)| *code == "manifest.missing-key"), "{told:?}");
    }

    #[test]
    fn what_was_meant_is_guessed_and_the_line_is_shown() {
        let said = faults(&GOOD.replace("add-tag", "add-tags"))[0].to_string();
        assert!(said.contains("是不是想写「add-tag」（加标签）？"), "{said}");
        assert!(said.contains("effects = [\"add-tags\"]\n") && said.contains("           ^^^^^^^^^^"), "{said}");
    }

    #[test]
    fn keys_are_found_where_they_stand() {
        let text = format!("{GOOD}[[facts]]\nname = \"same-estate\"\nsame = [\"estate\"]\ndays = 7\n");
        let (_, places) =
            read::<Manifest>(Path::new("plugin.toml"), &text, &MANIFEST).map_err(|_| ()).expect("it reads");
        assert_eq!(places.find("facts.same-estate").map(|(line, _)| line), Some(8));
        assert_eq!(places.find("listens[0]"), Some((6, 12)));
        assert_eq!(places.find("title.nothing"), Some((2, 1)));
        assert_eq!(places.find("nothing"), None);
    }
}
