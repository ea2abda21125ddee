//! What a plugin asks for (申请事项), in plain words for the people who decide, and what of it
//! goes beyond what they agreed to before. A wider request is asked again; what only became
//! less or stayed as it was needs no second look.

use super::step::Step;
use crate::narrate::figure;
use crate::rule::manifest::{FactQuery, FieldSpec, Manifest};
use crate::rule::scope::ScopeSpec;
use crate::rule::settings::SettingSpec;
use crate::rule::value::Value;
use serde::{Deserialize, Serialize};

/// One line of a request: what it is about, and what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Line {
    /// 监听, 提出, 读取, 事实, …
    pub about: String,
    /// In words.
    pub asked: String,
}

impl Line {
    fn new(about: &str, asked: impl Into<String>) -> Self {
        Self { about: about.to_owned(), asked: asked.into() }
    }
}

/// Everything that a manifest asks for.
#[must_use]
pub fn lines(manifest: &Manifest) -> Vec<Line> {
    let mut lines = vec![
        Line::new("适用", matters(&manifest.scope)),
        Line::new("监听", joined(manifest.listens.iter().map(|kind| kind.term()))),
        Line::new("可提出", joined(manifest.effects.iter().map(|kind| kind.term()))),
        Line::new("读取", joined(manifest.reads.iter().map(|field| field.term()))),
    ];
    lines.extend(manifest.facts.iter().map(|fact| Line::new("事实", figure(fact))));
    lines.extend(manifest.modes.iter().map(|mode| Line::new("议定模式", mode)));
    lines.extend(manifest.review_reads.iter().map(|part| Line::new("研判读取", part.term())));
    lines.extend(manifest.fields.values().map(|field| Line::new("扩展字段", extra_field(field))));
    lines
}

/// What a manifest asks for beyond another (扩大事项). Empty when all of it was agreed to.
#[must_use]
pub fn wider(agreed: &Manifest, next: &Manifest) -> Vec<Line> {
    let mut wider = Vec::new();
    if !scope_within(&next.scope, &agreed.scope) {
        wider.push(Line::new("适用", matters(&next.scope)));
    }
    wider.extend(next.listens.difference(&agreed.listens).map(|kind| Line::new("监听", kind.term())));
    wider.extend(next.effects.difference(&agreed.effects).map(|kind| Line::new("可提出", kind.term())));
    wider.extend(next.reads.difference(&agreed.reads).map(|field| Line::new("读取", field.term())));
    wider.extend(next.modes.difference(&agreed.modes).map(|mode| Line::new("议定模式", mode)));
    let parts = next.review_reads.difference(&agreed.review_reads);
    wider.extend(parts.map(|part| Line::new("研判读取", part.term())));
    let known = |fact: &&FactQuery| agreed.facts.iter().any(|other| fact_within(fact, other));
    wider.extend(next.facts.iter().filter(|fact| !known(fact)).map(|fact| Line::new("事实", figure(fact))));
    for (name, field) in &next.fields {
        let same = |other: &FieldSpec| other.kind == field.kind && (field.personal || !other.personal);
        if !agreed.fields.get(name).is_some_and(same) {
            wider.push(Line::new("扩展字段", extra_field(field)));
        }
    }
    wider
}

/// Settings that mean something else than they did (设置变更): what an activation gives may no longer
/// fit, or may do other things. A label or a description may change freely.
#[must_use]
pub fn settings_changed(agreed: &Manifest, next: &Manifest) -> Vec<Line> {
    let mut changed = Vec::new();
    for (name, spec) in &next.settings {
        match agreed.settings.get(name) {
            None => changed.push(Line::new("新增设置", &*spec.title)),
            Some(other) if other.kind != spec.kind => {
                changed.push(Line::new(
                    "设置换了类型",
                    format!("{} {}改为{}", spec.title, other.kind.term(), spec.kind.term()),
                ));
            }
            Some(other) if range(other) != range(spec) => {
                changed.push(Line::new(
                    "设置换了范围",
                    format!("{} {}改为{}", spec.title, range_words(other), range_words(spec)),
                ));
            }
            Some(other) if other.default != spec.default => {
                let words =
                    format!("{} {}改为{}", spec.title, shown(other.default.as_ref()), shown(spec.default.as_ref()));
                changed.push(Line::new("设置换了默认值", words));
            }
            Some(_) => {}
        }
    }
    let gone = agreed.settings.iter().filter(|(name, _)| !next.settings.contains_key(*name));
    changed.extend(gone.map(|(_, spec)| Line::new("取消设置", &*spec.title)));
    changed
}

/// Why the city is asked again before a version may run (须重新审批), in words; empty when the
/// approval of the version before it covers it: mends within what was agreed to.
#[must_use]
pub fn asks_again(agreed: &Manifest, next: &Manifest) -> Vec<Line> {
    let mut reasons = wider(agreed, next);
    reasons.extend(settings_changed(agreed, next));
    match Step::between(&agreed.version, &next.version) {
        step @ (Step::Major | Step::Downgrade) => {
            reasons.push(Line::new(step.term(), format!("{} 至 {}", agreed.version, next.version)));
        }
        Step::Patch | Step::Minor | Step::Same => {}
    }
    if agreed.interface.major != next.interface.major {
        let words = format!("{} 至 {}", agreed.interface, next.interface);
        reasons.push(Line::new("换了接口版本", words));
    }
    reasons
}

fn joined<'a>(terms: impl Iterator<Item = &'a str>) -> String {
    let joined = terms.collect::<Vec<_>>().join("、");
    if joined.is_empty() { "无".to_owned() } else { joined }
}

fn matters(scope: &ScopeSpec) -> String {
    let mut parts = Vec::new();
    if !scope.categories.is_empty() {
        parts.push(format!("分类 {}", joined(scope.categories.iter().map(String::as_str))));
    }
    if let Some(setting) = &scope.categories_setting {
        parts.push(format!("设置「{setting}」所列分类"));
    }
    if !scope.matter_kinds.is_empty() {
        parts.push(format!("诉求类型 {}", joined(scope.matter_kinds.iter().map(|kind| kind.term()))));
    }
    if parts.is_empty() { "全部诉求".to_owned() } else { parts.join("，") }
}

fn extra_field(field: &FieldSpec) -> String {
    let personal = if field.personal { "（个人信息，规则只知是否填写）" } else { "" };
    format!("{}，{}{personal}", field.title, field.kind.term())
}

/// Whether a figure tells no more than another: counted over no longer, no farther, and of no
/// more matters.
fn fact_within(fact: &FactQuery, agreed: &FactQuery) -> bool {
    fact.same.is_superset(&agreed.same)
        && fact.days <= agreed.days
        && fact.at_most <= agreed.at_most
        && (agreed.matter_kind.is_none() || fact.matter_kind == agreed.matter_kind)
}

/// Whether a scope takes in no matter that the other leaves out, whatever the settings.
fn scope_within(scope: &ScopeSpec, agreed: &ScopeSpec) -> bool {
    let open = |scope: &ScopeSpec| scope.categories.is_empty() && scope.categories_setting.is_none();
    let covered = |code: &String| agreed.categories.iter().any(|other| code.starts_with(other.as_str()));
    let categories = open(agreed)
        || (!open(scope)
            && scope.categories.iter().all(covered)
            && (scope.categories_setting.is_none() || scope.categories_setting == agreed.categories_setting));
    let kinds = agreed.matter_kinds.is_empty()
        || (!scope.matter_kinds.is_empty() && scope.matter_kinds.is_subset(&agreed.matter_kinds));
    categories && kinds
}

fn shown(value: Option<&Value>) -> String {
    let json = |value: &Value| serde_json::to_string(value).unwrap_or_default();
    value.map_or_else(|| "无".to_owned(), json)
}

fn range(spec: &SettingSpec) -> (Option<i64>, Option<i64>) {
    (spec.minimum, spec.maximum)
}

fn range_words(spec: &SettingSpec) -> String {
    let end = |end: Option<i64>| end.map_or_else(|| "不限".to_owned(), |end| end.to_string());
    format!("{} 到 {}", end(spec.minimum), end(spec.maximum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn manifest(changes: &Json) -> Manifest {
        let mut whole = json!({
            "name": "sample-rule", "title": "示例", "version": "1.0.0", "interface": "1.0.0", "license": "Apache-2.0",
            "listens": ["dispatched"], "effects": ["open-task"], "reads": ["estate"],
            "scope": { "categories": ["0104"], "matter_kinds": ["complaint"] },
            "facts": [{ "name": "same-complaints", "same": ["category", "estate"], "days": 7, "matter_kind": "complaint" }],
            "fields": { "account-number": { "type": "text", "title": "户号", "personal": true } },
            "settings": { "same-complaints": { "type": "integer", "title": "几件", "default": 3, "minimum": 2, "maximum": 50 } },
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            whole[name] = value.clone();
        }
        serde_json::from_value(whole).expect("a manifest")
    }

    fn said(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| format!("{}：{}", line.about, line.asked)).collect()
    }

    #[test]
    fn a_request_reads_in_plain_words() {
        let lines = said(&lines(&manifest(&json!({}))));
        assert_eq!(
            lines,
            [
                "适用：分类 0104，诉求类型 投诉",
                "监听：派单",
                "可提出：开立任务",
                "读取：小区",
                "事实：7 天内同一分类、同一小区的投诉件数，数到 100 为止",
                "扩展字段：户号，文本（个人信息，规则只知是否填写）",
            ]
        );
    }

    #[test]
    fn only_more_is_wider() {
        let agreed = manifest(&json!({}));
        let fact = |same: &[&str], days: u16, kind: Option<&str>| {
            let mut fact = json!({ "name": "another-name", "same": same, "days": days });
            if let Some(kind) = kind {
                fact["matter_kind"] = kind.into();
            }
            json!({ "facts": [fact] })
        };
        for narrower in [
            json!({ "listens": ["dispatched"], "reads": [], "effects": [], "facts": [], "fields": {} }),
            json!({ "scope": { "categories": ["010401", "010402"], "matter_kinds": ["complaint"] } }),
            fact(&["category", "estate", "building"], 7, Some("complaint")),
            fact(&["category", "estate"], 3, Some("complaint")),
        ] {
            assert_eq!(wider(&agreed, &manifest(&narrower)), [], "{narrower}");
        }
        for (change, says) in [
            (json!({ "listens": ["dispatched", "followed-up"] }), "监听：回访"),
            (json!({ "effects": ["open-task", "tighten-deadline"] }), "可提出：提前时限"),
            (json!({ "reads": ["estate", "body"] }), "读取：诉求内容"),
            (
                json!({ "scope": { "categories": ["01"], "matter_kinds": ["complaint"] } }),
                "适用：分类 01，诉求类型 投诉",
            ),
            (json!({ "scope": { "categories": ["0104"] } }), "适用：分类 0104"),
            (json!({ "scope": {} }), "适用：全部诉求"),
            (fact(&["estate"], 7, Some("complaint")), "事实：7 天内同一小区的投诉件数，数到 100 为止"),
            (
                fact(&["category", "estate"], 30, Some("complaint")),
                "事实：30 天内同一分类、同一小区的投诉件数，数到 100 为止",
            ),
            (fact(&["category", "estate"], 7, None), "事实：7 天内同一分类、同一小区的诉求件数，数到 100 为止"),
            (json!({ "fields": { "account-number": { "type": "text", "title": "户号" } } }), "扩展字段：户号，文本"),
        ] {
            assert_eq!(said(&wider(&agreed, &manifest(&change))), [says], "{change}");
        }
    }

    #[test]
    fn the_city_is_asked_again_only_for_what_it_did_not_agree_to() {
        let agreed = manifest(&json!({}));
        let setting = |default: i64, most: i64| {
            json!({ "settings": { "same-complaints":
                { "type": "integer", "title": "满几件启动", "default": default, "minimum": 2, "maximum": most } } })
        };
        let asked = |change: Json| said(&asks_again(&agreed, &manifest(&change)));
        assert_eq!(asked(json!({ "version": "1.0.1" })), [""; 0]);
        assert_eq!(asked(setting(3, 50)), [""; 0], "a label alone");
        assert_eq!(asked(setting(2, 50)), ["设置换了默认值：满几件启动 3改为2"]);
        assert_eq!(asked(setting(3, 500)), ["设置换了范围：满几件启动 2 到 50改为2 到 500"]);
        assert_eq!(asked(json!({ "settings": {} })), ["取消设置：几件"]);
        assert_eq!(asked(json!({ "version": "2.0.0" })), ["主版本升级：1.0.0 至 2.0.0"]);
        assert_eq!(asked(json!({ "version": "0.9.0" })), ["降级：1.0.0 至 0.9.0"]);
        assert_eq!(asked(json!({ "interface": "2.0.0" })), ["换了接口版本：1.0.0 至 2.0.0"]);
    }
}
