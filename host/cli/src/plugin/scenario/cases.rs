//! Reading scenarios, and their tables of cases (案例表): one story, many rows of values.
//!
//! A row gives each column a value; `"{column}"` in the story stands for it, as it is when the text
//! is nothing else (a number stays a number, a list a list), as text within a longer one. A row
//! that has no value for a column leaves out the key whose text is nothing but `{column}`.

use super::Scenario;
use crate::plugin::Faults;
use crate::plugin::files::{fault, read_text};
use crate::plugin::places::{Places, SCENARIO, nearest, read};
use chuishao_domain::rule::manifest::Manifest;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// A scenario's file, with a story for each of its cases.
pub struct Written {
    /// The file.
    pub file: PathBuf,
    /// Where its keys stand.
    pub places: Places,
    /// What each case is called, empty where there is no table, and its story.
    pub stories: Vec<(String, Scenario)>,
}

impl Written {
    /// The line in which a step begins.
    pub fn line_of(&self, step: usize) -> usize {
        self.places.find(&format!("step[{step}]")).map_or(1, |(line, _)| line)
    }
}

/// Every scenario of a plugin's folder, in the order of the names of their files.
pub fn load_all(folder: &Path, manifest: &Manifest) -> Result<Vec<Written>, Faults> {
    let scenarios = folder.join("scenarios");
    let place = scenarios.display().to_string();
    let none = |why: String| {
        let words = format!("{why}每个插件都要有场景，请写在 scenarios 目录里（.toml）");
        fault("test.no-scenario", &place, words, "every plugin needs scenarios")
    };
    let listed = std::fs::read_dir(&scenarios).map_err(|error| none(format!("读不到：{error}。")))?;
    let mut files: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    if files.is_empty() {
        return Err(none(String::new()));
    }
    let mut faults = Vec::new();
    let mut all = Vec::new();
    for file in &files {
        match load(file, manifest) {
            Ok(written) => all.push(written),
            Err(of_file) => faults.extend(of_file.0),
        }
    }
    if faults.is_empty() { Ok(all) } else { Err(Faults(faults)) }
}

/// One scenario's file.
pub fn load(file: &Path, manifest: &Manifest) -> Result<Written, Faults> {
    let text = read_text(file)?;
    let (mut whole, places): (Table, Places) = read(file, &text, &SCENARIO)?;
    let stories = match whole.remove("case") {
        None => vec![(String::new(), read::<Scenario>(file, &text, &SCENARIO)?.0)],
        Some(rows) => {
            let rows = rows.try_into::<Vec<Table>>().map_err(|error| row_fault(&places, 0, error.message()))?;
            of_rows(&whole, rows, &places)?
        }
    };
    for (_, story) in &stories {
        story.check(manifest).map_err(|Faults(faults)| {
            let at_file = |problem| places.located(problem);
            Faults(faults.into_iter().map(at_file).collect())
        })?;
    }
    Ok(Written { file: file.to_owned(), places, stories })
}

fn row_fault(places: &Places, row: usize, what: &str) -> Faults {
    let words = format!("案例表第 {} 行不能用：{what}", row + 1);
    fault("scenario.case", &places.name(&format!("case[{row}]")), words, "this row of the table of cases does not fit")
}

fn of_rows(whole: &Table, rows: Vec<Table>, places: &Places) -> Result<Vec<(String, Scenario)>, Faults> {
    let columns: BTreeSet<String> = rows.iter().flat_map(|row| row.keys().cloned()).collect();
    let mut used = BTreeSet::from(["name".to_owned()]);
    let mut stories = Vec::with_capacity(rows.len());
    for (number, row) in rows.iter().enumerate() {
        let mut filled = Filled { columns: &columns, row, used: &mut used };
        let story = filled.table(whole).map_err(|what| row_fault(places, number, &what))?;
        let story = story.try_into::<Scenario>().map_err(|error| row_fault(places, number, &error.to_string()))?;
        let name = row.get("name").map_or_else(|| format!("第 {} 行", number + 1), text_of);
        stories.push((name, story));
    }
    match columns.difference(&used).next() {
        None => Ok(stories),
        Some(idle) => Err(row_fault(places, 0, &format!("列「{idle}」在故事里没有用到，请写成 {{{idle}}}"))),
    }
}

/// A story into which the values of a row are put.
struct Filled<'a> {
    columns: &'a BTreeSet<String>,
    row: &'a Table,
    used: &'a mut BTreeSet<String>,
}

impl Filled<'_> {
    fn table(&mut self, table: &Table) -> Result<Table, String> {
        let mut filled = Table::new();
        for (key, value) in table {
            if let Some(value) = self.value(value)? {
                filled.insert(key.clone(), value);
            }
        }
        Ok(filled)
    }

    /// Nothing, where the row has no value for it.
    fn value(&mut self, value: &Value) -> Result<Option<Value>, String> {
        Ok(Some(match value {
            Value::String(text) => return self.text(text),
            Value::Table(table) => Value::Table(self.table(table)?),
            Value::Array(items) => {
                let mut filled = Vec::with_capacity(items.len());
                for item in items {
                    filled.extend(self.value(item)?);
                }
                Value::Array(filled)
            }
            other => other.clone(),
        }))
    }

    fn text(&mut self, text: &str) -> Result<Option<Value>, String> {
        if let Some(column) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && self.columns.contains(column)
        {
            self.used.insert(column.to_owned());
            return Ok(self.row.get(column).cloned());
        }
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (column, behind) = after.split_once('}').unwrap_or(("", after));
            if !is_column(column) {
                filled.push('{');
                rest = after;
                continue;
            }
            let Some(value) = self.row.get(column) else { return Err(self.unknown(column)) };
            self.used.insert(column.to_owned());
            filled.push_str(&text_of(value));
            rest = behind;
        }
        Ok(Some(Value::String(filled + rest)))
    }

    fn unknown(&self, column: &str) -> String {
        let known: Vec<String> = self.columns.iter().cloned().collect();
        let meant = nearest(column, &known).map(|right| format!("；是不是想写 {{{right}}}？"));
        format!("没有列「{column}」的值{}", meant.unwrap_or_default())
    }
}

/// What is in braces and can be a column; anything else in braces is a text like any other.
fn is_column(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const STORY: &str = "title = \"{estate}第 {count} 件\"\n\
        [[case]]\nname = \"两件\"\nestate = \"向阳里\"\ncount = 2\n\
        [[case]]\nestate = \"胜利新村\"\ncount = 3\nexpect = [{ add-tag = \"多\" }]\n\
        [[step]]\nat = \"2024-09-02T09:00\"\nfacts = { same = \"{count}\" }\nexpect = \"{expect}\"\n";

    fn manifest() -> Manifest {
        serde_json::from_value(json!({
            "name": "a-rule", "title": "规则", "version": "0.1.0", "interface": "2.0.0", "license": "MIT",
            "listens": ["accepted"], "effects": [], "facts": [{ "name": "same", "same": ["estate"], "days": 7 }],
        }))
        .expect("a manifest")
    }

    fn loaded(text: &str) -> Result<Written, Faults> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("story.toml");
        std::fs::write(&file, text).expect("it is written");
        load(&file, &manifest())
    }

    fn refused(text: &str) -> String {
        loaded(text).err().expect("a fault").to_string()
    }

    #[test]
    fn each_row_is_a_story() {
        let stories = loaded(STORY).expect("it reads").stories;
        let [(first, two), (second, three)] = &stories[..] else { panic!("two rows") };
        assert_eq!([first.as_str(), second], ["两件", "第 2 行"]);
        assert_eq!([&two.title, &three.title], ["向阳里第 2 件", "胜利新村第 3 件"]);
        assert_eq!((two.step[0].facts["same"], two.step[0].expect.clone()), (2, None));
        assert_eq!(three.step[0].expect, Some(vec![json!({ "add-tag": "多" })]));
    }

    #[test]
    fn a_slip_in_a_table_is_found() {
        let wrong = refused(&STORY.replace("{estate}第", "{estat}第"));
        assert!(wrong.contains("[scenario.case]") && wrong.contains("是不是想写 {estate}？"), "{wrong}");
        let idle = refused(&STORY.replace("{estate}第", "第"));
        assert!(idle.contains("列「estate」在故事里没有用到"), "{idle}");
        let fact = refused(&STORY.replace("{ same", "{ sme"));
        assert!(fact.contains("[scenario.unknown-fact]") && fact.contains("same"), "{fact}");
    }

    #[test]
    fn a_line_is_known_for_each_step() {
        assert_eq!(loaded(STORY).expect("it reads").line_of(0), 10);
    }
}
