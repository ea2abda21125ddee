//! The settings of a manifest as a JSON Schema (2020-12), with their Chinese labels: for forms and for
//! editors of settings files. What it lets through still has to pass [`super::settings::resolve`],
//! which also counts bytes and names each fault in Chinese.

use super::manifest::Manifest;
use super::settings::SettingSpec;
use super::value::ValueKind;
use serde_json::{Map, Value, json};

/// The schema of what a manifest can be set to.
#[must_use]
pub fn settings_schema(manifest: &Manifest) -> Value {
    let properties: Map<String, Value> =
        manifest.settings.iter().map(|(name, spec)| (name.clone(), property(spec))).collect();
    let required: Vec<&String> =
        manifest.settings.iter().filter(|(_, spec)| spec.default.is_none()).map(|(name, _)| name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("{} {} 的设置", manifest.title, manifest.version),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(spec: &SettingSpec) -> Value {
    let mut property = match spec.kind {
        ValueKind::Text => json!({ "type": "string" }),
        ValueKind::Integer => json!({ "type": "integer" }),
        ValueKind::Flag => json!({ "type": "boolean" }),
        ValueKind::Date => json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        ValueKind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        ValueKind::Table => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
    };
    let integers = [("minimum", spec.minimum), ("maximum", spec.maximum)];
    let limits = integers.into_iter().filter_map(|(name, limit)| Some((name, json!(limit?))));
    let texts = [("title", &spec.title), ("description", &spec.description)];
    let words = texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, json!(text)));
    let default = spec.default.iter().map(|default| ("default", json!(default)));
    for (name, value) in limits.chain(words).chain(default) {
        property[name] = value;
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_setting_has_its_form() {
        let manifest: Manifest = serde_json::from_value(json!({
            "name": "heating-mode", "title": "供热模式", "version": "1.0.0", "interface": "2.0.0",
            "license": "Apache-2.0", "listens": ["registered"], "effects": [],
            "settings": {
                "season-start": { "type": "date", "title": "开始" },
                "least-temperature": {
                    "type": "integer", "title": "最低室温", "description": "十分之一度", "default": 180,
                    "minimum": 100, "maximum": 260,
                },
                "companies": { "type": "table", "title": "供热企业", "default": {} },
                "categories": { "type": "texts", "title": "分类", "default": ["0104"] },
                "urgent": { "type": "flag", "title": "加急", "default": false },
                "note": { "type": "text", "title": "说明", "default": "" },
            },
        }))
        .expect("a manifest");
        let schema = settings_schema(&manifest);
        assert_eq!(schema["required"], json!(["season-start"]), "what has no default");
        assert_eq!(schema["additionalProperties"], false);
        let of = |name: &str| &schema["properties"][name];
        assert_eq!(of("season-start")["format"], "date");
        let least = json!({
            "type": "integer", "title": "最低室温", "description": "十分之一度", "default": 180, "minimum": 100, "maximum": 260,
        });
        assert_eq!(of("least-temperature"), &least);
        assert_eq!(of("companies")["additionalProperties"], json!({ "type": "string" }));
        assert_eq!(of("categories")["items"], json!({ "type": "string" }));
        assert_eq!((of("urgent")["type"].as_str(), of("note")["type"].as_str()), (Some("boolean"), Some("string")));
    }
}
