//! What a plugin asks for (申请事项), in plain words for the people who decide, and what of it
//! goes beyond what they agreed to before. A wider request is asked again; what only became
//! less or stayed as it was needs no second look.

use super::step::Step;
use crate::english;
use crate::language::Words;
use crate::narrate::figure;
use crate::rule::manifest::{FactQuery, FieldSpec, Manifest};
use crate::rule::scope::ScopeSpec;
use crate::rule::settings::SettingSpec;
use crate::rule::value::Value;
use crate::sentence::{Sentence, Text, data, first_term, term};
use semver::Version;
use serde::{Deserialize, Serialize};

/// One line of a request as it is kept and told to programs: what it is about, and what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Line {
    /// 监听, 提出, 读取, 事实, …
    pub about: String,
    /// In words.
    pub asked: String,
}

/// One line of a request as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// 监听, 提出, 读取, 事实, …
    pub about: Words,
    /// What is asked.
    pub asked: Sentence,
}

impl Ask {
    /// About something.
    #[must_use]
    pub fn new(chinese: &str, english: &str, asked: Sentence) -> Self {
        Self { about: Words::new(chinese, english), asked }
    }

    /// As it is kept.
    #[must_use]
    pub fn line(&self) -> Line {
        Line { about: self.about.chinese.clone(), asked: self.asked.chinese.clone() }
    }
}

/// What may be listened to, asked for or read: by its term and its key.
fn one(term: &str, kind: &impl Serialize) -> Sentence {
    Sentence::new(term, first_term(kind))
}

fn several(all: impl Iterator<Item = Sentence>) -> Sentence {
    let (chinese, english): (Vec<String>, Vec<Text>) = all.map(|one| (one.chinese, one.english)).unzip();
    if chinese.is_empty() {
        return Sentence::new("无", "nothing");
    }
    Sentence::new(chinese.join("、"), Text::joined(english, ", "))
}

/// Everything that a manifest asks for.
#[must_use]
pub fn lines(manifest: &Manifest) -> Vec<Ask> {
    let listens = manifest.listens.iter().map(|kind| one(kind.term(), kind));
    let effects = manifest.effects.iter().map(|kind| one(kind.term(), kind));
    let reads = manifest.reads.iter().map(|field| one(field.term(), field));
    let mut lines = vec![
        Ask::new("适用", "About", matters(&manifest.scope)),
        Ask::new("监听", "Listens to", several(listens)),
        Ask::new("可提出", "May ask for", several(effects)),
        Ask::new("读取", "Reads", several(reads)),
    ];
    lines.extend(manifest.facts.iter().map(|fact| Ask::new("事实", "Figure", figure(fact))));
    lines.extend(manifest.modes.iter().map(|mode| Ask::new("议定模式", "Mode", Sentence::data(mode))));
    let parts = manifest.review_reads.iter();
    lines.extend(parts.map(|part| Ask::new("研判读取", "Reads in reviews", one(part.term(), part))));
    lines.extend(manifest.fields.values().map(|field| Ask::new("扩展字段", "Extra field", extra_field(field))));
    lines
}

/// What a manifest asks for beyond another (扩大事项). Empty when all of it was agreed to.
#[must_use]
pub fn wider(agreed: &Manifest, next: &Manifest) -> Vec<Ask> {
    let mut wider = Vec::new();
    if !scope_within(&next.scope, &agreed.scope) {
        wider.push(Ask::new("适用", "About", matters(&next.scope)));
    }
    let listens = next.listens.difference(&agreed.listens);
    wider.extend(listens.map(|kind| Ask::new("监听", "Listens to", one(kind.term(), kind))));
    let effects = next.effects.difference(&agreed.effects);
    wider.extend(effects.map(|kind| Ask::new("可提出", "May ask for", one(kind.term(), kind))));
    let reads = next.reads.difference(&agreed.reads);
    wider.extend(reads.map(|field| Ask::new("读取", "Reads", one(field.term(), field))));
    let modes = next.modes.difference(&agreed.modes);
    wider.extend(modes.map(|mode| Ask::new("议定模式", "Mode", Sentence::data(mode))));
    let parts = next.review_reads.difference(&agreed.review_reads);
    wider.extend(parts.map(|part| Ask::new("研判读取", "Reads in reviews", one(part.term(), part))));
    let known = |fact: &&FactQuery| agreed.facts.iter().any(|other| fact_within(fact, other));
    wider.extend(next.facts.iter().filter(|fact| !known(fact)).map(|fact| Ask::new("事实", "Figure", figure(fact))));
    for (name, field) in &next.fields {
        let same = |other: &FieldSpec| other.kind == field.kind && (field.personal || !other.personal);
        if !agreed.fields.get(name).is_some_and(same) {
            wider.push(Ask::new("扩展字段", "Extra field", extra_field(field)));
        }
    }
    wider
}

/// Settings that mean something else than they did (设置变更): what an activation gives may no longer
/// fit, or may do other things. A label or a description may change freely.
#[must_use]
pub fn settings_changed(agreed: &Manifest, next: &Manifest) -> Vec<Ask> {
    let mut changed = Vec::new();
    let changes = |title: &str, was: &Sentence, is: &Sentence| {
        let chinese = format!("{title} {}改为{}", was.chinese, is.chinese);
        Sentence::new(chinese, english!("{}: {} becomes {}", data(title), was.english.clone(), is.english.clone()))
    };
    for (name, spec) in &next.settings {
        let title = &spec.title;
        match agreed.settings.get(name) {
            None => changed.push(Ask::new("新增设置", "New setting", Sentence::data(title))),
            Some(other) if other.kind != spec.kind => {
                let (was, is) = (one(other.kind.term(), &other.kind), one(spec.kind.term(), &spec.kind));
                changed.push(Ask::new("设置换了类型", "Setting of another type", changes(title, &was, &is)));
            }
            Some(other) if range(other) != range(spec) => {
                let words = changes(title, &range_words(other), &range_words(spec));
                changed.push(Ask::new("设置换了范围", "Setting of another range", words));
            }
            Some(other) if other.default != spec.default => {
                let words = changes(title, &shown(other.default.as_ref()), &shown(spec.default.as_ref()));
                changed.push(Ask::new("设置换了默认值", "Setting of another default", words));
            }
            Some(_) => {}
        }
    }
    let gone = agreed.settings.iter().filter(|(name, _)| !next.settings.contains_key(*name));
    changed.extend(gone.map(|(_, spec)| Ask::new("取消设置", "Setting that is gone", Sentence::data(&spec.title))));
    changed
}

/// Why the city is asked again before a version may run (须重新审批), in words; empty when the
/// approval of the version before it covers it: mends within what was agreed to.
#[must_use]
pub fn asks_again(agreed: &Manifest, next: &Manifest) -> Vec<Ask> {
    let mut reasons = wider(agreed, next);
    reasons.extend(settings_changed(agreed, next));
    let from_to = |from: &Version, to: &Version| Sentence::new(format!("{from} 至 {to}"), format!("{from} to {to}"));
    match Step::between(&agreed.version, &next.version) {
        step @ (Step::Major | Step::Downgrade) => {
            let english = if step == Step::Major { "Major version" } else { "Downgrade" };
            reasons.push(Ask::new(step.term(), english, from_to(&agreed.version, &next.version)));
        }
        Step::Patch | Step::Minor | Step::Same => {}
    }
    if agreed.interface.major != next.interface.major {
        let words = from_to(&agreed.interface, &next.interface);
        reasons.push(Ask::new("换了接口版本", "Another interface", words));
    }
    reasons
}

fn matters(scope: &ScopeSpec) -> Sentence {
    let (mut parts, mut in_english) = (Vec::new(), Vec::new());
    if !scope.categories.is_empty() {
        let codes: Vec<&str> = scope.categories.iter().map(String::as_str).collect();
        parts.push(format!("分类 {}", codes.join("、")));
        in_english.push(format!("categories {}", codes.join(", ")));
    }
    if let Some(setting) = &scope.categories_setting {
        parts.push(format!("设置「{setting}」所列分类"));
        in_english.push(format!("the categories of the setting {setting}"));
    }
    if !scope.matter_kinds.is_empty() {
        let kinds: Vec<&str> = scope.matter_kinds.iter().map(|kind| kind.term()).collect();
        parts.push(format!("诉求类型 {}", kinds.join("、")));
        in_english.push(format!("kinds: {}", scope.matter_kinds.iter().map(term).collect::<Vec<_>>().join(", ")));
    }
    if parts.is_empty() {
        return Sentence::new("全部诉求", "all matters");
    }
    Sentence::new(parts.join("，"), in_english.join("; "))
}

fn extra_field(field: &FieldSpec) -> Sentence {
    let (personal, is_personal) = match field.personal {
        true => ("（个人信息，规则只知是否填写）", " (personal: a rule knows only whether it is filled in)"),
        false => ("", ""),
    };
    let (title, kind) = (&field.title, field.kind);
    Sentence::new(
        format!("{title}，{}{personal}", kind.term()),
        english!("{}, {}{}", data(title), term(&kind), is_personal),
    )
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

fn shown(value: Option<&Value>) -> Sentence {
    let json = |value: &Value| serde_json::to_string(value).unwrap_or_default();
    value.map_or_else(|| Sentence::new("无", "none"), |value| Sentence::data(&json(value)))
}

fn range(spec: &SettingSpec) -> (Option<i64>, Option<i64>) {
    (spec.minimum, spec.maximum)
}

fn range_words(spec: &SettingSpec) -> Sentence {
    let end = |end: Option<i64>, none: &str| end.map_or_else(|| none.to_owned(), |end| end.to_string());
    let (from, to) = (spec.minimum, spec.maximum);
    Sentence::new(
        format!("{} 到 {}", end(from, "不限"), end(to, "不限")),
        format!("{} to {}", end(from, "any"), end(to, "any")),
    )
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

    fn said(asks: &[Ask]) -> Vec<String> {
        asks.iter().map(Ask::line).map(|line| format!("{}：{}", line.about, line.asked)).collect()
    }

    #[test]
    fn a_request_reads_in_plain_words() {
        let asks = lines(&manifest(&json!({})));
        let in_english: Vec<String> =
            asks.iter().map(|ask| format!("{}: {}", ask.about.english, ask.asked.english)).collect();
        assert_eq!(
            in_english,
            [
                "About: categories 0104; kinds: complaint",
                "Listens to: Dispatched",
                "May ask for: Open task",
                "Reads: Estate",
                "Figure: tickets within 7 days of the same category, estate, of the kind complaint, counted up to 100",
                "Extra field: 户号, text (personal: a rule knows only whether it is filled in)",
            ]
        );
        assert_eq!(
            said(&asks),
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
