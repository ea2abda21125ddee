//! The rules that the host's configuration switches on. A rule that does not load is
//! remembered with its problems and shown; the server starts without it.

use chuishao_domain::catalogue::Catalogue;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::record::Placement;
use chuishao_domain::rule::settings::Settings;
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::engine::Engine;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use chuishao_sandbox::rulebook::{Activation, Rulebook};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One entry of `rules.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// The component; a relative path is relative to the file.
    pub component: PathBuf,
    /// Where it acts: a county's or zone's id, or `WF` for the city.
    pub territory: TerritoryId,
    /// Its place in the order; smaller first.
    #[serde(default = "default_priority")]
    pub priority: i32,
    /// Its settings.
    #[serde(default)]
    pub settings: Settings,
}

fn default_priority() -> i32 {
    100
}

/// `rules.toml`: which rules are switched on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesFile {
    /// The entries.
    #[serde(default)]
    pub rule: Vec<RuleEntry>,
}

/// Why `rules.toml` cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// It cannot be read.
    #[error("读不到 {path:?} (cannot be read)")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// It is no such file.
    #[error("{path:?} 写法有误 (is malformed)")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        #[source]
        cause: Box<toml::de::Error>,
    },
}

impl RulesFile {
    /// Reads the file; paths in it become relative to its folder.
    ///
    /// # Errors
    /// The file cannot be read or is malformed.
    pub fn read(path: &Path) -> Result<Self, RulesError> {
        let text = std::fs::read_to_string(path).map_err(|cause| RulesError::Read { path: path.into(), cause })?;
        let mut file: Self = toml::from_str(&text)
            .map_err(|cause| RulesError::Malformed { path: path.into(), cause: Box::new(cause) })?;
        for entry in &mut file.rule {
            entry.component = path.parent().unwrap_or(Path::new(".")).join(&entry.component);
        }
        Ok(file)
    }
}

/// What became of an entry.
#[derive(Clone, Debug, Serialize)]
pub struct RuleStatus {
    /// The file.
    pub component: PathBuf,
    /// Where it acts.
    pub territory: TerritoryId,
    /// Its place in the order.
    pub priority: i32,
    /// Its name, when it could be read.
    pub name: Option<String>,
    /// 中文名
    pub title: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// SHA-256 of the component.
    pub digest: Option<String>,
    /// Why it is not on, if it is not.
    pub problems: Vec<Problem>,
}

/// The rules of this host.
pub struct Rules {
    rulebook: Rulebook,
    statuses: Vec<RuleStatus>,
}

impl Rules {
    /// Loads every entry that can be loaded.
    #[must_use]
    pub fn load(engine: &Engine, code: &CompiledCode, file: &RulesFile, catalogue: &Catalogue) -> Self {
        let mut activations = Vec::new();
        let mut statuses = Vec::new();
        for entry in &file.rule {
            let mut status = RuleStatus {
                component: entry.component.clone(),
                territory: entry.territory.clone(),
                priority: entry.priority,
                name: None,
                title: None,
                version: None,
                digest: None,
                problems: Vec::new(),
            };
            let loaded = known_territory(entry, catalogue).and_then(|()| load_entry(engine, code, entry, &mut status));
            match loaded.and_then(|activation| alone(activation, &activations)) {
                Ok(activation) => activations.push(activation),
                Err(problems) => {
                    for problem in &problems {
                        tracing::error!(component = %entry.component.display(), problem = %problem, "a rule is not on");
                    }
                    status.problems = problems;
                }
            }
            statuses.push(status);
        }
        Self { rulebook: Rulebook::new(activations), statuses }
    }

    /// The rules that are on, in order.
    #[must_use]
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// What became of each entry.
    #[must_use]
    pub fn statuses(&self) -> &[RuleStatus] {
        &self.statuses
    }
}

/// A name is a namespace of fields, tags and memory: two rules of one name on one ticket
/// would read each other's.
fn alone(activation: Activation, others: &[Activation]) -> Result<Activation, Vec<Problem>> {
    let actor = &activation.actor;
    let meets = |other: &&Activation| {
        other.actor.name() == actor.name()
            && (actor.covers(&other.actor.territory) || other.actor.covers(&actor.territory))
    };
    match others.iter().find(meets) {
        None => Ok(activation),
        Some(other) => Err(vec![Problem::new(
            "rule.name-taken",
            actor.name(),
            format!("同名规则已在 {} 启用；同一件工单上规则不能同名，请改名或只启用一条", other.actor.territory),
            "a rule of this name is on already where this one would act",
        )]),
    }
}

/// A rule for a territory that is not there would never be asked, and nobody would know.
fn known_territory(entry: &RuleEntry, catalogue: &Catalogue) -> Result<(), Vec<Problem>> {
    if catalogue.territory(&entry.territory).is_some() {
        return Ok(());
    }
    Err(vec![Problem::new(
        "rule.territory",
        entry.territory.as_str(),
        "没有这个区县：请填写区县或开发区代码（例如 370705、WF-GX），全市规则填 WF",
        "there is no such territory",
    )])
}

fn load_entry(
    engine: &Engine,
    code: &CompiledCode,
    entry: &RuleEntry,
    status: &mut RuleStatus,
) -> Result<Activation, Vec<Problem>> {
    let one = |code, chinese: String, english: String| {
        vec![Problem::new(code, entry.component.display().to_string(), chinese, english)]
    };
    let bytes = std::fs::read(&entry.component)
        .map_err(|error| one("rule.file", format!("读不到组件文件：{error}"), "the file cannot be read".into()))?;
    let package = Package::read(&bytes)?;
    status.name = Some(package.manifest.name.clone());
    status.title = Some(package.manifest.title.clone());
    status.version = Some(package.manifest.version.to_string());
    status.digest = Some(package.digest.clone());
    let guest = Guest::load(engine, package, Some(code)).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!("：{cause}")).unwrap_or_default();
        one("rule.compile", format!("{error}{cause}"), "the component does not compile".into())
    })?;
    Activation::new(guest, Placement::alone(entry.territory.clone()), entry.priority, &entry.settings)
}
