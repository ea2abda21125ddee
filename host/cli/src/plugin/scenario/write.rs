//! A story as a file that its author would have written: a key a line, what is short within it.

use super::Scenario;
use serde_json::{Map, Value};

/// The keys of a step in the order in which one tells it.
const STEP_KEYS: [&str; 13] = [
    "at", "register", "review", "counted", "do", "by", "told", "facts", "expect", "refused", "rejected", "fails",
    "snapshot",
];

/// What says which kind of thing a table is stands first in it.
const FIRST_KEYS: [&str; 4] = ["command", "actor", "matter_kind", "territory"];

/// The story as TOML; `comment` is written above it, a line each.
pub fn to_toml(scenario: &Scenario, comment: &str) -> Result<String, serde_json::Error> {
    let whole = serde_json::to_value(scenario)?;
    let mut text: String = comment.lines().map(|line| format!("# {line}\n")).collect();
    for key in ["title", "territory"] {
        text += &line(key, &whole[key]);
    }
    if let Value::Object(settings) = &whole["settings"]
        && !settings.is_empty()
    {
        text += "\n[settings]\n";
        text.extend(settings.iter().map(|(name, value)| line(&key_of(name), value)));
    }
    for step in whole["step"].as_array().into_iter().flatten() {
        text += "\n[[step]]\n";
        text.extend(STEP_KEYS.map(|key| line(key, &step[key])));
    }
    Ok(text)
}

fn line(key: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // The story's own instants are civil times: the seconds are always 0 and say nothing.
        Value::String(at) if key == "at" => format!("{key} = \"{}\"\n", at.strip_suffix(":00").unwrap_or(at)),
        Value::String(text) if text.contains('\n') && !text.contains("'''") => format!("{key} = '''\n{text}'''\n"),
        value => format!("{key} = {}\n", inline(value)),
    }
}

/// A value within a line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(table) => table_of(table),
        Value::String(text) => toml::Value::String(text.clone()).to_string(),
        other => other.to_string(),
    }
}

fn table_of(table: &Map<String, Value>) -> String {
    let given = |(_, value): &(&String, &Value)| !value.is_null();
    let mut entries: Vec<(&String, &Value)> = table.iter().filter(given).collect();
    entries.sort_by_key(|(key, _)| FIRST_KEYS.iter().position(|first| first == key).unwrap_or(FIRST_KEYS.len()));
    let entries: Vec<String> =
        entries.iter().map(|(key, value)| format!("{} = {}", key_of(key), inline(value))).collect();
    if entries.is_empty() { "{}".into() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn key_of(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { name.to_owned() } else { toml::Value::String(name.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_as_the_same_story() {
        let text = include_str!("../../../../../plugins/kuiwen-onsite-mediation/scenarios/third-complaint.toml");
        let story: Scenario = toml::from_str(text).expect("it reads");
        let written = to_toml(&story, "一行说明").expect("it writes");
        assert!(written.starts_with("# 一行说明\ntitle = "), "{written}");
        assert!(written.contains("\nat = \"2024-09-02T09:05\"\ndo = { command = \"accept\" }\n"), "{written}");
        let again: Scenario = toml::from_str(&written).expect("it reads");
        assert_eq!(serde_json::to_value(again).expect("JSON"), serde_json::to_value(story).expect("JSON"));
    }
}
