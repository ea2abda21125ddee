//! Settings as a form (设置表单): each setting with its Chinese label, what it is for and its limits, as
//! the manifest declares them.

use crate::console::form::{Field, Filled, Takes};
use crate::console::language::Language;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::settings::{SettingSpec, Settings};
use chuishao_domain::rule::value::{Value, ValueKind};

/// What tells a setting from the other fields of its form.
const PREFIX: &str = "setting-";

/// Longest text of a setting: tables are pasted.
const MOST_CHARS: usize = 128 << 10;

/// The fields of a manifest's settings, with what is set now.
pub fn fields(language: Language, manifest: &Manifest, now: &Settings) -> Vec<Field> {
    let field = |(name, spec): (&String, &SettingSpec)| {
        let value = now.get(name).or(spec.default.as_ref()).map(text).unwrap_or_default();
        let takes = match spec.kind {
            ValueKind::Text => Takes::Line,
            ValueKind::Integer => Takes::Number(spec.minimum.unwrap_or(i64::MIN), spec.maximum.unwrap_or(i64::MAX)),
            ValueKind::Flag => Takes::YesNo,
            ValueKind::Date => Takes::Day,
            ValueKind::Texts | ValueKind::Table => Takes::Words,
        };
        let how = match spec.kind {
            ValueKind::Texts => language.t("每行一项", "One on each line"),
            ValueKind::Table => language.t("每行一项：名称 = 内容", "One on each line: name = words"),
            _ => "",
        };
        let hint = [spec.description.as_str(), how].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let hint = hint.join(language.t("；", "; "));
        let made = Field { most_chars: MOST_CHARS, ..Field::new(&format!("{PREFIX}{name}"), &spec.title, takes) };
        let made = made.hint(&hint).value(value);
        if matches!(spec.kind, ValueKind::Texts | ValueKind::Table | ValueKind::Text) { made.optional() } else { made }
    };
    manifest.settings.iter().map(field).collect()
}

/// A value as it is typed.
pub fn text(value: &Value) -> String {
    match value {
        Value::Flag(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join("\n"),
        Value::Table(table) => {
            table.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("\n")
        }
        Value::Withheld => String::new(),
    }
}

/// What was typed, as the settings of a submission. Whether it fits is judged where it is submitted.
pub fn read(manifest: &Manifest, filled: &Filled) -> serde_json::Value {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let value = |(name, spec): (&String, &SettingSpec)| {
        let typed = filled.one(&format!("{PREFIX}{name}")).trim();
        let value = match spec.kind {
            ValueKind::Text | ValueKind::Date => serde_json::json!(typed),
            ValueKind::Integer => {
                typed.parse::<i64>().map_or(serde_json::json!(typed), |number| serde_json::json!(number))
            }
            ValueKind::Flag => serde_json::json!(typed == "true"),
            ValueKind::Texts => serde_json::json!(lines(typed)),
            ValueKind::Table => {
                let pairs = lines(typed).into_iter().map(|line| match line.split_once('=') {
                    Some((name, value)) => (name.trim().to_owned(), serde_json::json!(value.trim())),
                    None => (line, serde_json::json!("")),
                });
                serde_json::Value::Object(pairs.collect())
            }
        };
        (name.clone(), value)
    };
    serde_json::Value::Object(manifest.settings.iter().map(value).collect())
}
