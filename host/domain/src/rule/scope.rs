//! The scope of a rule (适用范围): about which matters it is asked at all. A rule about heating
//! never hears of a pothole: that is the least data it can be given, and costs nothing.

use super::problem::Problem;
use super::settings::{SettingSpec, Settings};
use super::value::{Value, ValueKind};
use crate::english;
use crate::sentence::{Sentence, Text, term};
use crate::ticket::{Intake, MatterKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The scope as a manifest declares it. What is not given limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeSpec {
    /// 分类: codes of two, four or six digits; a matter whose code begins with one of them is
    /// within.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<String>,
    /// The same, from a setting (of type `texts`) that each activation may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories_setting: Option<String>,
    /// 诉求类型
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub matter_kinds: BTreeSet<MatterKind>,
}

impl ScopeSpec {
    /// Whether it limits nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problems(&self, settings: &BTreeMap<String, SettingSpec>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for code in self.categories.iter().filter(|code| !is_category_prefix(code)) {
            problems.push(Problem::new(
                "manifest.scope-category",
                "scope.categories",
                format!("「{code}」不是分类代码：须为 2、4 或 6 位数字，例如 0104"),
                "a category is written with 2, 4 or 6 digits",
            ));
        }
        if let Some(name) = &self.categories_setting
            && settings.get(name).is_none_or(|spec| spec.kind != ValueKind::Texts)
        {
            problems.push(Problem::new(
                "manifest.scope-setting",
                "scope.categories_setting",
                format!("须写一项类型为 texts 的设置的名称，插件没有这样的设置「{name}」"),
                "it names a setting of type texts, and there is none of this name",
            ));
        }
        problems
    }

    /// The scope of an activation.
    #[must_use]
    pub fn resolve(&self, settings: &Settings) -> Scope {
        let set = match self.categories_setting.as_ref().map(|name| settings.get(name)) {
            None => None,
            Some(Some(Value::Texts(codes))) => Some(codes.clone()),
            // Checked when the settings were: a setting of another kind names nothing.
            Some(_) => Some(Vec::new()),
        };
        let declared = (!self.categories.is_empty()).then(|| self.categories.iter().cloned().collect());
        let categories = match (declared, set) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some(one),
            (Some(one), Some(other)) => Some([one, other].concat()),
        };
        Scope { categories, matter_kinds: self.matter_kinds.clone() }
    }
}

fn is_category_prefix(code: &str) -> bool {
    matches!(code.len(), 2 | 4 | 6) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The scope of an activation: the manifest's, with its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    categories: Option<Vec<String>>,
    matter_kinds: BTreeSet<MatterKind>,
}

impl Scope {
    /// Whether it takes in no matter that the other leaves out.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let categories = match (&self.categories, &other.categories) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(theirs)) => {
                own.iter().all(|code| theirs.iter().any(|prefix| code.starts_with(prefix.as_str())))
            }
        };
        let kinds = other.matter_kinds.is_empty()
            || (!self.matter_kinds.is_empty() && self.matter_kinds.is_subset(&other.matter_kinds));
        categories && kinds
    }

    /// Whether some matter lies in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let categories = match (&self.categories, &other.categories) {
            (None, Some(codes)) | (Some(codes), None) => !codes.is_empty(),
            (None, None) => true,
            (Some(own), Some(theirs)) => own
                .iter()
                .any(|code| theirs.iter().any(|one| code.starts_with(one.as_str()) || one.starts_with(code.as_str()))),
        };
        let kinds = self.matter_kinds.is_empty()
            || other.matter_kinds.is_empty()
            || !self.matter_kinds.is_disjoint(&other.matter_kinds);
        categories && kinds
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Sentence {
        let categories = match &self.categories {
            None => Sentence::new("全部分类", "all categories"),
            Some(codes) if codes.is_empty() => Sentence::new("没有任何分类", "no category"),
            Some(codes) => {
                Sentence::new(format!("分类 {}", codes.join("、")), format!("categories {}", codes.join(", ")))
            }
        };
        let kinds: Vec<&str> = self.matter_kinds.iter().map(|kind| kind.term()).collect();
        if kinds.is_empty() {
            return categories;
        }
        Sentence::new(
            format!("{}，诉求类型 {}", categories.chinese, kinds.join("、")),
            english!("{}; kinds: {}", categories.english, Text::joined(self.matter_kinds.iter().map(term), ", ")),
        )
    }

    /// Whether the rule is asked about this matter.
    #[must_use]
    pub fn covers(&self, intake: &Intake) -> bool {
        let of_the_kind = self.matter_kinds.is_empty() || self.matter_kinds.contains(&intake.matter_kind);
        of_the_kind
            && self
                .categories
                .as_ref()
                .is_none_or(|codes| codes.iter().any(|code| intake.category.0.starts_with(code.as_str())))
    }

    /// Whether the rule may be asked about a matter of a category group (the first four digits of
    /// its code) and of a kind: false only if it is asked about none of them.
    #[must_use]
    pub fn reaches(&self, group: &str, kind: MatterKind) -> bool {
        let of_the_kind = self.matter_kinds.is_empty() || self.matter_kinds.contains(&kind);
        let begins = |code: &String| code.starts_with(group) || group.starts_with(code.as_str());
        of_the_kind && self.categories.as_ref().is_none_or(|codes| codes.iter().any(begins))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CallerRef;
    use crate::ticket::{CallerKind, Channel, Place};
    use jiff::Timestamp;

    fn matter(category: &str, matter_kind: MatterKind) -> Intake {
        Intake {
            caller: CallerRef("C-1".into()),
            caller_kind: CallerKind::Citizen,
            channel: Channel::Phone,
            matter_kind,
            category: category.into(),
            title: "室温不达标".into(),
            body: String::new(),
            place: Place {
                territory: "370705".into(),
                street: String::new(),
                estate: String::new(),
                building: String::new(),
            },
            confidential: false,
            received_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn nothing_declared_covers_everything() {
        let scope = ScopeSpec::default().resolve(&Settings::new());
        assert!(scope.covers(&matter("060101", MatterKind::Complaint)));
    }

    #[test]
    fn categories_and_kinds_both_count() {
        let spec = ScopeSpec {
            categories: ["0104".into()].into(),
            categories_setting: None,
            matter_kinds: [MatterKind::Complaint].into(),
        };
        let scope = spec.resolve(&Settings::new());
        assert!(scope.covers(&matter("010401", MatterKind::Complaint)));
        assert!(!scope.covers(&matter("010301", MatterKind::Complaint)));
        assert!(!scope.covers(&matter("010401", MatterKind::Inquiry)));
    }

    #[test]
    fn a_setting_adds_to_what_is_declared_and_an_empty_one_covers_nothing() {
        let spec = ScopeSpec { categories_setting: Some("categories".into()), ..ScopeSpec::default() };
        let set = |codes: &[&str]| {
            let codes = codes.iter().map(|code| (*code).to_owned()).collect();
            Settings::from([("categories".to_owned(), Value::Texts(codes))])
        };
        assert!(spec.resolve(&set(&["06"])).covers(&matter("060101", MatterKind::Help)));
        assert!(!spec.resolve(&set(&[])).covers(&matter("060101", MatterKind::Help)));
        let both = ScopeSpec { categories: ["0104".into()].into(), ..spec };
        assert!(both.resolve(&set(&["06"])).covers(&matter("010401", MatterKind::Help)));
    }

    #[test]
    fn whatever_it_covers_it_reaches_by_its_group() {
        for code in ["01", "0104", "010401"] {
            let spec = ScopeSpec { categories: [code.into()].into(), ..ScopeSpec::default() };
            let scope = spec.resolve(&Settings::new());
            assert!(scope.covers(&matter("010401", MatterKind::Help)));
            assert!(scope.reaches("0104", MatterKind::Help), "{code}");
            assert!(!scope.reaches("0201", MatterKind::Help), "{code}");
        }
        let spec = ScopeSpec { matter_kinds: [MatterKind::Complaint].into(), ..ScopeSpec::default() };
        assert!(!spec.resolve(&Settings::new()).reaches("0104", MatterKind::Help));
    }

    #[test]
    fn faults_have_their_codes() {
        let spec = ScopeSpec {
            categories: ["供暖".into()].into(),
            categories_setting: Some("categories".into()),
            matter_kinds: BTreeSet::new(),
        };
        let codes: Vec<_> = spec.problems(&BTreeMap::new()).iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["manifest.scope-category", "manifest.scope-setting"]);
    }
}
