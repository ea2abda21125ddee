//! Which version of the interface a component is for, read from its exports and imports, and what
//! is refused (接口版本): a version that this host does not serve, two versions at once, a manifest
//! that says otherwise or asks for what its version has no word for.
//!
//! The host never chooses: the component's one export says the version, and that version is
//! served exactly as it was released.

use crate::interface::{SERVED_VERSIONS, tells_modes, unknown_effects, unknown_parts};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use semver::Version;

/// What a rule exports.
const HANDLER: &str = "chuishao:rule/handler";

/// What a rule may import.
pub(crate) const LOG: &str = "chuishao:rule/log";

/// The versions, for people.
pub(crate) fn list_served() -> String {
    SERVED_VERSIONS.iter().map(Version::to_string).collect::<Vec<_>>().join("、")
}

/// Whether a version is served, exactly as it is written.
pub(crate) fn is_served(version: &str) -> bool {
    SERVED_VERSIONS.iter().any(|served| served.to_string() == version)
}

fn problem(code: &'static str, chinese: String, english: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::new(code, "组件", chinese, english))
}

/// The version of a component.
///
/// # Errors
/// There is none, there are several, or it is not served here.
pub(crate) fn interface_version(exports: &[String], imports: &[String]) -> Result<Version, Box<Problem>> {
    fn of<'a>(names: &'a [String], interface: &str) -> impl Iterator<Item = &'a str> {
        let prefix = format!("{interface}@");
        names.iter().filter_map(move |name| name.strip_prefix(prefix.as_str()))
    }
    let exported: Vec<&str> = of(exports, HANDLER).collect();
    let version = match *exported {
        [version] => version,
        [] => {
            return Err(problem(
                "package.no-export",
                format!("没有导出 {HANDLER}：请用 SDK 的 rule! 宏（或按 wit/ 里的 world rule 生成绑定）导出规则函数"),
                format!("{HANDLER} is not exported"),
            ));
        }
        _ => {
            return Err(problem(
                "package.interface-twice",
                format!(
                    "同时导出了几个接口版本（{}），不知以哪个为准；请只按一个版本构建，主机会一直提供它",
                    exported.join("、")
                ),
                "exports several versions of the interface; build for one",
            ));
        }
    };
    let Some(served) = version.parse::<Version>().ok().filter(|version| SERVED_VERSIONS.contains(version)) else {
        return Err(not_served(version));
    };
    // Another log than the handler's own: put together from two builds.
    match of(imports, LOG).find(|log| is_served(log) && *log != version) {
        Some(log) => Err(problem(
            "package.interface-mixed",
            format!("规则按接口 {version} 导出，却按 {log} 写日志；请用同一个版本的 SDK 重新构建"),
            format!("exports interface {version} and imports the log of {log}"),
        )),
        None => Ok(served),
    }
}

fn not_served(version: &str) -> Box<Problem> {
    let newest = SERVED_VERSIONS.iter().max();
    match version.parse::<Version>() {
        Ok(wanted) if newest.is_some_and(|newest| wanted > *newest) => problem(
            "package.interface-newer",
            format!("接口版本 {version} 比本主机新，本主机提供 {}；请升级主机，或用相应的 SDK 重新构建", list_served()),
            format!("interface {version} is newer than this host; upgrade the host, or build for a version it serves"),
        ),
        _ => problem(
            "package.interface-version",
            format!("没有发布过接口版本 {version}，本主机提供 {}；请用相应的 SDK 重新构建", list_served()),
            format!("interface {version} was never released; build for a version that is served"),
        ),
    }
}

/// What a manifest says that its component's version does not bear out.
pub(crate) fn manifest_problems(manifest: &Manifest, interface: &Version) -> Vec<Problem> {
    let mut problems = Vec::new();
    if manifest.interface != *interface {
        problems.push(Problem::new(
            "package.interface-mismatch",
            "plugin.toml: interface",
            format!("清单写的接口版本是 {}，组件实际是 {interface}，请改成一致", manifest.interface),
            "the manifest names another interface version than the component exports",
        ));
    }
    for kind in unknown_effects(interface).iter().filter(|kind| manifest.effects.contains(kind)) {
        problems.push(Problem::new(
            "package.interface-effect",
            "plugin.toml: effects",
            format!(
                "接口 {interface} 没有「{}」（{kind}）这种效果；请用较新的接口版本，或从 effects 中去掉",
                kind.term()
            ),
            format!("interface {interface} has no effect {kind}"),
        ));
    }
    let parts = unknown_parts(interface).iter().filter(|part| manifest.review_reads.contains(part));
    let unknown = parts.map(|part| ("review_reads", part.term()));
    let modes = (!manifest.modes.is_empty() && !tells_modes(interface)).then_some(("modes", "议定模式"));
    for (place, term) in unknown.chain(modes) {
        problems.push(Problem::new(
            "package.interface-reads",
            format!("plugin.toml: {place}"),
            format!("接口 {interface} 不提供「{term}」；请用较新的接口版本，或从 {place} 中去掉"),
            format!("interface {interface} does not tell this"),
        ));
    }
    problems
}
