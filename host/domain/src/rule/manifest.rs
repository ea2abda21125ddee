//! The manifest (清单): what a rule is, listens to, asks for and reads. What stands here is
//! all that it will ever get.

mod texts;

use super::kinds::{EffectKind, EventKind, ReviewPart, TicketField};
use super::problem::Problem;
use super::scope::ScopeSpec;
use super::settings::SettingSpec;
use super::value::ValueKind;
use crate::ticket::MatterKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a count keeps alike with this ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SameField {
    /// 同一二级分类: the first four digits of the code
    Category,
    /// 同一街道
    Street,
    /// 同一小区
    Estate,
    /// 同一楼栋
    Building,
}

/// A figure that the host computes for the rule, from the rule's own territory alone: how
/// many tickets like this one were received in so many days, this one included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactQuery {
    /// The name by which it comes to the rule.
    pub name: String,
    /// What is the same.
    pub same: BTreeSet<SameField>,
    /// How far back, in days of 24 hours; 1 to 366.
    pub days: u16,
    /// Only matters of this kind, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter_kind: Option<MatterKind>,
    /// Where counting stops, 1 to 1000: a rule wants to know whether there are three or ten,
    /// and a burst main that a thousand call about must not make each next call slower.
    #[serde(default = "most_counted", skip_serializing_if = "is_most_counted")]
    pub at_most: u16,
}

/// How far back a figure looks at most, in days: a year, and a leap day.
pub const MOST_FACT_DAYS: u16 = 366;

/// Where counting stops at the latest: what is more than a thousand is a flood.
pub const MOST_FACT_COUNT: u16 = 1000;

/// Where counting stops when the manifest does not say: most rules ask for three or ten.
pub const MOST_COUNTED: u16 = 100;

fn most_counted() -> u16 {
    MOST_COUNTED
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_most_counted(at_most: &u16) -> bool {
    *at_most == MOST_COUNTED
}

/// An extra field of the rule's own namespace (扩展字段).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// `text`, `integer`, `flag` or `date`.
    #[serde(rename = "type")]
    pub kind: ValueKind,
    /// The label shown to the call taker, in Chinese.
    pub title: String,
    /// 个人信息: the rule learns that it is filled in, never what stands there (guard rail
    /// G4).
    #[serde(default)]
    pub personal: bool,
}

/// What a rule declares. Written by its author as `plugin.toml`, carried inside the
/// component as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Its name and namespace: small letters, digits and hyphens.
    pub name: String,
    /// 中文名, shown to people.
    pub title: String,
    /// Its version.
    pub version: semver::Version,
    /// The version of the interface it was built for.
    pub interface: semver::Version,
    /// What it does, for the people who decide whether to switch it on.
    #[serde(default)]
    pub description: String,
    /// Who wrote it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Its licence, as an SPDX expression.
    pub license: String,
    /// Where more about it stands: an `http` or `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Where its source text is kept: an `http` or `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The events that it is called for.
    pub listens: BTreeSet<EventKind>,
    /// The matters about which it is asked.
    #[serde(default, skip_serializing_if = "ScopeSpec::is_open")]
    pub scope: ScopeSpec,
    /// The effects that it may ask for.
    pub effects: BTreeSet<EffectKind>,
    /// The fields of the ticket that it reads.
    #[serde(default)]
    pub reads: BTreeSet<TicketField>,
    /// The figures that it needs.
    #[serde(default)]
    pub facts: Vec<FactQuery>,
    /// 议定模式, by the names that meetings give them: 供热模式.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub modes: BTreeSet<String>,
    /// What it reads in a periodic review beyond the tallies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub review_reads: BTreeSet<ReviewPart>,
    /// Its settings, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, SettingSpec>,
    /// Its extra fields, by name.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSpec>,
}

/// Longest name of a mode, in characters: as long as a plugin's title.
pub const MOST_MODE_CHARS: usize = 40;

/// Most names in a manifest's list: enough for any rule a person can still review.
pub const MOST_ENTRIES: usize = 32;

impl Manifest {
    /// Every fault that reading alone did not find.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut fault = |code, place: &str, chinese: &str, english: &str| {
            problems.push(Problem::new(code, place, chinese, english));
        };
        if !is_name(&self.name) {
            fault(
                "manifest.name",
                "name",
                "名称须以小写字母开头，只含小写字母、数字和连字符，3 到 48 个字符，例如 kuiwen-onsite-mediation",
                "3 to 48 small letters, digits and hyphens, beginning with a letter",
            );
        }
        if self.title.trim().is_empty() || self.title.chars().count() > 40 {
            fault(
                "manifest.title",
                "title",
                "请写 1 到 40 个字的中文名，它会显示给工作人员",
                "1 to 40 characters, shown to people",
            );
        }
        if self.listens.is_empty() {
            fault(
                "manifest.listens",
                "listens",
                "至少要监听一种事件，否则插件永远不会被调用",
                "without an event the rule is never called",
            );
        }
        texts::check(self, &mut fault);
        self.check_facts(&mut fault);
        self.check_names(&mut fault);
        problems.extend(self.scope.problems(&self.settings));
        problems
    }

    fn check_facts(&self, fault: &mut impl FnMut(&'static str, &str, &str, &str)) {
        let mut names = BTreeSet::new();
        for fact in &self.facts {
            let place = format!("facts.{}", fact.name);
            if !is_name(&fact.name) || !names.insert(&fact.name) {
                fault(
                    "manifest.fact-name",
                    &place,
                    "事实的名称须唯一，写法同插件名称",
                    "a unique name, written like the plugin's",
                );
            }
            if !(1..=MOST_FACT_DAYS).contains(&fact.days) {
                fault("manifest.fact-days", &place, "days 应在 1 到 366 之间", "days must be within 1 to 366");
            }
            if !(1..=MOST_FACT_COUNT).contains(&fact.at_most) {
                fault(
                    "manifest.fact-at-most",
                    &place,
                    "at_most 应在 1 到 1000 之间",
                    "at_most must be within 1 to 1000",
                );
            }
            if fact.same.is_empty() {
                fault(
                    "manifest.fact-same",
                    &place,
                    "same 至少写一项：category、street、estate、building",
                    "same needs at least one of category, street, estate, building",
                );
            }
        }
        let named = |name: &String| (1..=MOST_MODE_CHARS).contains(&name.trim().chars().count());
        if self.modes.len() > MOST_ENTRIES || !self.modes.iter().all(named) {
            fault(
                "manifest.modes",
                "modes",
                "议定模式写会议议定的名称，1 到 40 个字，最多 32 个，例如 供热模式",
                "modes by the names that meetings gave them, 1 to 40 characters, at most 32",
            );
        }
        if self.facts.len() > MOST_ENTRIES {
            fault("manifest.facts", "facts", "事实太多，最多 32 个", "at most 32 facts");
        }
    }

    fn check_names(&self, fault: &mut impl FnMut(&'static str, &str, &str, &str)) {
        for (name, spec) in &self.settings {
            let place = format!("settings.{name}");
            if !is_name(name) {
                fault(
                    "manifest.setting-name",
                    &place,
                    "设置的名称写法同插件名称",
                    "a setting's name is written like the plugin's",
                );
            }
            if spec.title.trim().is_empty() {
                fault("manifest.setting-title", &place, "请写中文标签 title", "a Chinese label is wanted in title");
            }
            if let Some(problem) = spec.default.as_ref().and_then(|value| spec.problem_of(name, value)) {
                fault(
                    "manifest.setting-default",
                    &place,
                    &format!("默认值不合要求：{}", problem.chinese),
                    &problem.english,
                );
            }
        }
        for (name, spec) in &self.fields {
            let place = format!("fields.{name}");
            if !is_name(name) {
                fault(
                    "manifest.field-name",
                    &place,
                    "扩展字段的名称写法同插件名称",
                    "a field's name is written like the plugin's",
                );
            }
            if matches!(spec.kind, ValueKind::Texts | ValueKind::Table) {
                fault(
                    "manifest.field-type",
                    &place,
                    "扩展字段只能是 text、integer、flag 或 date",
                    "a field is text, integer, flag or date",
                );
            }
            if looks_like_identity(name, &spec.title) {
                fault(
                    "manifest.field-identity",
                    &place,
                    "规则不得收集来电人姓名、电话或身份证号（护栏 G4）",
                    "a rule may not collect the caller's name, number or identity (guard rail G4)",
                );
            }
        }
        if self.settings.len() > MOST_ENTRIES || self.fields.len() > MOST_ENTRIES {
            fault(
                "manifest.entries",
                "settings, fields",
                "设置和扩展字段各最多 32 个",
                "at most 32 settings and 32 fields",
            );
        }
    }
}

/// Whether a text can be a name: of a plugin, a setting, a field, a fact.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (3..=48).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// H1 of the hooks: intake rules never ask for an identity.
fn looks_like_identity(name: &str, title: &str) -> bool {
    ["身份证", "姓名", "手机", "电话"].iter().any(|word| title.contains(word))
        || ["phone", "caller-name", "id-number", "id-card"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        serde_json::from_value(serde_json::json!({
            "name": "sample-rule", "title": "示例", "version": "0.1.0", "interface": "1.0.0",
            "license": "Apache-2.0", "listens": ["accepted"], "effects": ["add-tag"],
        }))
        .expect("it reads")
    }

    #[test]
    fn a_plain_manifest_has_no_problem() {
        assert_eq!(manifest().problems(), []);
    }

    #[test]
    fn every_fault_has_its_code() {
        let mut bad = manifest();
        bad.name = "示例".into();
        bad.title = String::new();
        bad.listens.clear();
        bad.license = "free for all".into();
        bad.homepage = Some("javascript:alert(1)".into());
        bad.facts.push(FactQuery { name: "x".into(), same: BTreeSet::new(), days: 0, matter_kind: None, at_most: 0 });
        bad.modes.insert(" ".into());
        let field = FieldSpec { kind: ValueKind::Table, title: "身份证号".into(), personal: true };
        bad.fields.insert("X".into(), field);
        let codes: Vec<_> = bad.problems().iter().map(|p| p.code).collect();
        assert_eq!(
            codes,
            [
                "manifest.name",
                "manifest.title",
                "manifest.listens",
                "manifest.license",
                "manifest.address",
                "manifest.fact-name",
                "manifest.fact-days",
                "manifest.fact-at-most",
                "manifest.fact-same",
                "manifest.modes",
                "manifest.field-name",
                "manifest.field-type",
                "manifest.field-identity"
            ]
        );
    }

    #[test]
    fn settings_and_lists_have_their_bounds() {
        let mut bad = manifest();
        let spec = |title: &str, default| {
            let setting = serde_json::json!({ "type": "integer", "title": title, "maximum": 9, "default": default });
            serde_json::from_value::<SettingSpec>(setting).expect("a setting")
        };
        bad.settings.insert("X".into(), spec("几件", 1));
        bad.settings.insert("no-title".into(), spec(" ", 1));
        bad.settings.insert("too-many".into(), spec("几件", 10));
        let codes = |manifest: &Manifest| manifest.problems().iter().map(|p| p.code).collect::<Vec<_>>();
        assert_eq!(codes(&bad), ["manifest.setting-name", "manifest.setting-title", "manifest.setting-default"]);
        let mut many = manifest();
        let fact = |number: usize| FactQuery {
            name: format!("fact-{number}"),
            same: [SameField::Estate].into(),
            days: 7,
            matter_kind: None,
            at_most: 10,
        };
        many.facts = (0..=MOST_ENTRIES).map(fact).collect();
        many.settings = (0..=MOST_ENTRIES).map(|number| (format!("setting-{number}"), spec("几件", 1))).collect();
        assert_eq!(codes(&many), ["manifest.facts", "manifest.entries"]);
    }
}
