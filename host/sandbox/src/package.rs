//! A package (插件包) is one component that carries its manifest. It is read here before it
//! is compiled, and refused in words that tell the author what to do.

use crate::limits::{MOST_COMPONENT_BYTES, MOST_NESTING};
use crate::versions::{LOG, interface_version, is_served, list_served, manifest_problems};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use semver::Version;
use std::sync::Arc;
use wasmparser::{Encoding, Parser, Payload};

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
    /// SHA-256 of the bytes, in hex.
    pub digest: String,
    /// The component.
    pub bytes: Arc<[u8]>,
}

/// What stands in a component, as far as the check needs it.
#[derive(Default)]
struct Contents {
    imports: Vec<String>,
    exports: Vec<String>,
    manifests: Vec<Vec<u8>>,
}

impl Package {
    /// Reads a component, without compiling it.
    ///
    /// # Errors
    /// Every problem that was found, each saying what to do.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let contents = contents(bytes).map_err(|problem| vec![*problem])?;
        let mut problems: Vec<Problem> =
            contents.imports.iter().filter_map(|name| import_problem(name)).take(MOST_PROBLEMS).collect();
        let interface = interface_version(&contents.exports, &contents.imports);
        let interface = interface.map_err(|problem| problems.push(*problem)).ok();
        let manifest = read_manifest(&contents.manifests).map_err(|found| problems.extend(found)).ok();
        if let (Some(manifest), Some(interface)) = (&manifest, &interface) {
            problems.extend(manifest_problems(manifest, interface));
        }
        match (manifest, interface) {
            (Some(manifest), Some(interface)) if problems.is_empty() => Ok(Self {
                manifest: Arc::new(manifest),
                interface,
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

fn contents(bytes: &[u8]) -> Result<Contents, Box<Problem>> {
    if bytes.len() > MOST_COMPONENT_BYTES {
        return Err(refused(
            "package.size",
            format!(
                "文件有 {} 字节，最多 {MOST_COMPONENT_BYTES} 字节；请用 release 方式构建并去掉调试信息",
                bytes.len()
            ),
            "the component is too large; build for release without debug information",
        ));
    }
    if !Parser::is_component(bytes) {
        return Err(match Parser::is_core_wasm(bytes) {
            true => refused(
                "package.core-module",
                "这是核心模块，不是组件；请用 chuishao plugin build 构建，它会编码为组件",
                "a core module, not a component; build with `chuishao plugin build`",
            ),
            false => refused("package.not-wasm", "这不是 WebAssembly 文件", "not a WebAssembly file"),
        });
    }
    let mut found = Contents::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| {
            refused(
                "package.broken",
                format!("文件不完整或已损坏（第 {} 字节：{}），请重新构建", error.offset(), error.message()),
                "the file is cut short or damaged; build it again",
            )
        })?;
        read_payload(payload, &mut depth, &mut found)?;
    }
    Ok(found)
}

fn read_payload(payload: Payload<'_>, depth: &mut usize, found: &mut Contents) -> Result<(), Box<Problem>> {
    let broken = |error: wasmparser::BinaryReaderError| {
        refused("package.broken", format!("文件已损坏：{}", error.message()), "the file is damaged; build it again")
    };
    match payload {
        Payload::Version { encoding: Encoding::Component | Encoding::Module, .. } => {
            *depth += 1;
            if *depth > MOST_NESTING {
                return Err(refused(
                    "package.nesting",
                    format!("组件嵌套超过 {MOST_NESTING} 层"),
                    "components are nested too deep",
                ));
            }
        }
        Payload::End(_) => *depth = depth.saturating_sub(1),
        Payload::ComponentImportSection(reader) if *depth == 1 => {
            for import in reader {
                found.imports.push(import.map_err(broken)?.name.name.to_owned());
            }
        }
        Payload::ComponentExportSection(reader) if *depth == 1 => {
            for export in reader {
                found.exports.push(export.map_err(broken)?.name.name.to_owned());
            }
        }
        Payload::CustomSection(section) if *depth == 1 && section.name() == MANIFEST_SECTION => {
            found.manifests.push(section.data().to_vec());
        }
        _ => {}
    }
    Ok(())
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

/// Puts the manifest into a component.
#[must_use]
pub fn with_manifest(mut component: Vec<u8>, manifest: &Manifest) -> Vec<u8> {
    use wasm_encoder::{ComponentSection, CustomSection};
    let json = serde_json::to_vec(manifest).unwrap_or_default();
    CustomSection { name: MANIFEST_SECTION.into(), data: (&json).into() }.append_to_component(&mut component);
    component
}
