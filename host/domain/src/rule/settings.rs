//! Settings (设置): what a manifest declares, and the check of what an activation gives.

use super::problem::Problem;
use super::value::{Value, ValueKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One setting of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingSpec {
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: ValueKind,
    /// The label shown to people, in Chinese.
    pub title: String,
    /// What it is for, with its unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Taken when the activation gives nothing; without one the setting must be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Smallest integer allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// Greatest integer allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

/// Settings of one activation, in bytes as JSON: half of what one call can be told, with
/// some 3,000 rows of a table.
pub const MOST_SETTINGS_BYTES: usize = 128 << 10;

/// Names that must be declared, and values that must fit.
pub type Settings = BTreeMap<String, Value>;

/// Fills in defaults and checks every value.
///
/// # Errors
/// Every problem at once, each naming its setting.
pub fn resolve(specs: &BTreeMap<String, SettingSpec>, given: &Settings) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut resolved = Settings::new();
    for name in given.keys().filter(|name| !specs.contains_key(*name)) {
        let known = specs.keys().cloned().collect::<Vec<_>>().join("、");
        problems.push(Problem::new(
            "setting.unknown",
            name.clone(),
            format!("插件没有这个设置；它的设置有：{known}"),
            format!("the plugin has no such setting; it has: {known}"),
        ));
    }
    for (name, spec) in specs {
        match given.get(name).or(spec.default.as_ref()) {
            Some(value) => match spec.problem_of(name, value) {
                Some(problem) => problems.push(problem),
                None => {
                    resolved.insert(name.clone(), value.clone());
                }
            },
            None => problems.push(Problem::new(
                "setting.missing",
                name.clone(),
                format!("「{}」没有给出，也没有默认值，请填写{}", spec.title, spec.kind.term()),
                "neither given nor has it a default",
            )),
        }
    }
    let bytes = serde_json::to_string(&resolved).map_or(0, |text| text.len());
    if bytes > MOST_SETTINGS_BYTES {
        problems.push(Problem::new(
            "setting.size",
            "settings",
            format!("设置共 {bytes} 字节，最多 {MOST_SETTINGS_BYTES} 字节；请把大的对照表拆到各区县的启用里"),
            "the settings are too large; split large tables by county",
        ));
    }
    if problems.is_empty() { Ok(resolved) } else { Err(problems) }
}

impl SettingSpec {
    /// What is wrong with a value, if anything.
    #[must_use]
    pub fn problem_of(&self, name: &str, value: &Value) -> Option<Problem> {
        if !self.kind.fits(value) {
            return Some(Problem::new(
                "setting.type",
                name,
                format!("「{}」应为{}", self.title, self.kind.term()),
                format!("must be of type {:?}", self.kind).to_lowercase(),
            ));
        }
        let Value::Integer(number) = value else { return None };
        let least = self.minimum.unwrap_or(i64::MIN);
        let most = self.maximum.unwrap_or(i64::MAX);
        (!(least..=most).contains(number)).then(|| {
            Problem::new(
                "setting.range",
                name,
                format!("「{}」是 {number}，应在 {least} 到 {most} 之间", self.title),
                format!("{number} is not within {least} to {most}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> BTreeMap<String, SettingSpec> {
        let spec = SettingSpec {
            kind: ValueKind::Integer,
            title: "次数".into(),
            description: String::new(),
            default: Some(Value::Integer(2)),
            minimum: Some(1),
            maximum: Some(5),
        };
        let start = SettingSpec { kind: ValueKind::Date, title: "开始".into(), default: None, ..spec.clone() };
        BTreeMap::from([("times".into(), spec), ("start".into(), start)])
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let given = Settings::from([
            ("times".into(), Value::Integer(9)),
            ("start".into(), Value::Text("下个月".into())),
            ("colour".into(), Value::Flag(true)),
        ]);
        let problems = resolve(&specs(), &given).expect_err("three problems");
        let codes: Vec<_> = problems.iter().map(|p| (p.code, p.place.as_str())).collect();
        assert_eq!(codes, [("setting.unknown", "colour"), ("setting.type", "start"), ("setting.range", "times")]);
    }

    #[test]
    fn defaults_are_filled_in() {
        let given = Settings::from([("start".into(), Value::Text("2024-11-05".into()))]);
        let resolved = resolve(&specs(), &given).expect("it fits");
        assert_eq!(resolved["times"], Value::Integer(2));
        assert!(resolve(&specs(), &Settings::new()).is_err());
    }
}
