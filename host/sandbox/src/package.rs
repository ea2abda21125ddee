//! A package (插件包) is one component that carries its manifest. It is read here before it
//! is compiled, and refused in words that tell the author what to do.
//!
//! - `contents`: walks through a component's own sections;
//! - `metadata`: what a package says of itself in the standard sections.

mod contents;
mod metadata;

pub use metadata::{Metadata, add_revision, with_manifest};

use crate::versions::{LOG, interface_version, is_served, list_served, manifest_problems};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use semver::Version;
use std::sync::Arc;

/// The custom section that holds the manifest as JSON.
pub const MANIFEST_SECTION: &str = "chuishao:manifest";

/// Most problems named of one kind: who mends twenty finds the rest next time.
const MOST_PROBLEMS: usize = 20;

/// A component that may be compiled.
#[derive(Clone, Debug)]
pub struct Package {
    /// What it declares.
    pub manifest: Arc<Manifest>,
    /// The interface version that it exports.
    pub interface: Version,
    /// What it imports, by name.
    pub imports: Vec<String>,
    /// What it exports, by name.
    pub exports: Vec<String>,
    /// What its standard sections say beyond the manifest.
    pub metadata: Metadata,
    /// SHA-256 of the bytes, in hex.
    pub digest: String,
    /// The component.
    pub bytes: Arc<[u8]>,
}

impl Package {
    /// Reads a component, without compiling it.
    ///
    /// # Errors
    /// Every problem that was found, each saying what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let contents = contents::contents(bytes).map_err(|problem| vec![*problem])?;
        let mut problems: Vec<Problem> =
            contents.imports.iter().filter_map(|name| import_problem(name)).take(MOST_PROBLEMS).collect();
        let interface = interface_version(&contents.exports, &contents.imports);
        let interface = interface.map_err(|problem| problems.push(*problem)).ok();
        let manifest = read_manifest(&contents.manifests).map_err(|found| problems.extend(found)).ok();
        if let (Some(manifest), Some(interface)) = (&manifest, &interface) {
            problems.extend(manifest_problems(manifest, interface));
        }
        let metadata = contents.said.read(manifest.as_ref()).map_err(|found| problems.extend(found)).ok();
        match (manifest, interface, metadata) {
            (Some(manifest), Some(interface), Some(metadata)) if problems.is_empty() => Ok(Self {
                manifest: Arc::new(manifest),
                interface,
                imports: contents.imports,
                exports: contents.exports,
                metadata,
                digest: chuishao_domain::digest::digest(bytes),
                bytes: bytes.into(),
            }),
            _ => Err(problems),
        }
    }
}

fn refused(code: &'static str, chinese: impl Into<String>, english: impl Into<String>) -> Box<Problem> {
    Box::new(Problem::new(code, "组件", chinese, english))
}

fn import_problem(name: &str) -> Option<Problem> {
    let (interface, version) = name.split_once('@').unwrap_or((name, ""));
    if interface == LOG && is_served(version) {
        return None;
    }
    let advice = if interface == LOG {
        format!("本主机提供的版本是 {}，请用相应的 SDK 重新构建", list_served())
    } else if interface.starts_with("wasi:") {
        "规则不能使用时钟、随机数、文件和网络：Rust 请用 wasm32-unknown-unknown 目标；JavaScript 和 Python 请用去掉 WASI 的构建选项；时间请取 context.now".into()
    } else {
        "规则除 log 外不能导入任何东西：需要的数据请在清单里声明为 facts、reads 或 settings".into()
    };
    Some(Problem::new(
        "package.import",
        format!("导入 {name}"),
        format!("不允许的导入。{advice}"),
        format!("import {name} is not of the world; a rule imports nothing but {LOG}"),
    ))
}

fn read_manifest(sections: &[Vec<u8>]) -> Result<Manifest, Vec<Problem>> {
    let problem = |code, chinese: String, english: &str| vec![Problem::new(code, "清单", chinese, english)];
    match sections {
        [section] => {
            let manifest: Manifest = serde_json::from_slice(section).map_err(|error| {
                problem("manifest.unreadable", format!("清单不能读取：{error}"), "the manifest cannot be read")
            })?;
            let problems = manifest.problems();
            if problems.is_empty() { Ok(manifest) } else { Err(problems) }
        }
        [] => Err(problem(
            "manifest.missing",
            format!("组件里没有清单（自定义段 {MANIFEST_SECTION}）；请用 chuishao plugin build 构建"),
            "the component carries no manifest",
        )),
        _ => Err(problem(
            "manifest.twice",
            "组件里有两份清单，不知以哪份为准".into(),
            "the component carries two manifests",
        )),
    }
}
