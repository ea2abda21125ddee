//! Walks through a component's own sections, without compiling it and without going deeper
//! than anybody's tool does.

use super::metadata::Sections;
use super::{MANIFEST_SECTION, refused};
use crate::limits::{MOST_COMPONENT_BYTES, MOST_NESTING};
use chuishao_domain::rule::problem::Problem;
use wasmparser::{BinaryReaderError, Encoding, Parser, Payload};

/// What stands in a component, as far as the check needs it.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
    pub(super) manifests: Vec<Vec<u8>>,
    pub(super) said: Sections,
}

/// A part of a component's outermost level, in the file's order.
pub(super) enum Walked<'a> {
    /// The first eight bytes.
    Header(&'a [u8]),
    /// A custom section: its name and what stands in it.
    Custom(&'a str, &'a [u8]),
    /// Any other section: its number and what stands in it.
    Section(u8, &'a [u8]),
}

/// Reads what the check needs.
///
/// # Errors
/// `package.size`, `package.core-module`, `package.not-wasm`, `package.nesting` and
/// `package.broken`, each saying what to do.
pub(super) fn contents(bytes: &[u8]) -> Result<Contents, Box<Problem>> {
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
    payloads(bytes, |payload, depth| read_payload(payload, depth, &mut found))?;
    Ok(found)
}

/// Goes through the outermost level part by part.
///
/// # Errors
/// As [`contents`], except for the size.
pub(super) fn walk<'a>(bytes: &'a [u8], mut each: impl FnMut(Walked<'a>)) -> Result<(), Box<Problem>> {
    payloads(bytes, |payload, depth| {
        match payload {
            Payload::Version { range, .. } if depth == 1 => each(Walked::Header(&bytes[range.clone()])),
            Payload::CustomSection(section) if depth == 1 => each(Walked::Custom(section.name(), section.data())),
            // A component or module inside is one section of the outermost level.
            other if depth == 1 => {
                if let Some((id, range)) = other.as_section() {
                    each(Walked::Section(id, &bytes[range]));
                }
            }
            _ => {}
        }
        Ok(())
    })
}

/// Every payload with its depth; 1 is the outermost.
fn payloads<'a>(
    bytes: &'a [u8],
    mut each: impl FnMut(&Payload<'a>, usize) -> Result<(), Box<Problem>>,
) -> Result<(), Box<Problem>> {
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| {
            refused(
                "package.broken",
                format!("文件不完整或已损坏（第 {} 字节：{}），请重新构建", error.offset(), error.message()),
                "the file is cut short or damaged; build it again",
            )
        })?;
        if let Payload::Version { encoding: Encoding::Component | Encoding::Module, .. } = payload {
            depth += 1;
            if depth > MOST_NESTING {
                return Err(refused(
                    "package.nesting",
                    format!("组件嵌套超过 {MOST_NESTING} 层"),
                    "components are nested too deep",
                ));
            }
        }
        each(&payload, depth)?;
        if let Payload::End(_) = payload {
            depth = depth.saturating_sub(1);
        }
    }
    Ok(())
}

fn read_payload(payload: &Payload<'_>, depth: usize, found: &mut Contents) -> Result<(), Box<Problem>> {
    let broken = |error: BinaryReaderError| {
        refused("package.broken", format!("文件已损坏：{}", error.message()), "the file is damaged; build it again")
    };
    match payload {
        Payload::ComponentImportSection(reader) if depth == 1 => {
            for import in reader.clone() {
                found.imports.push(import.map_err(broken)?.name.name.to_owned());
            }
        }
        Payload::ComponentExportSection(reader) if depth == 1 => {
            for export in reader.clone() {
                found.exports.push(export.map_err(broken)?.name.name.to_owned());
            }
        }
        Payload::CustomSection(section) if depth == 1 && section.name() == MANIFEST_SECTION => {
            found.manifests.push(section.data().to_vec());
        }
        Payload::CustomSection(section) if depth == 1 => found.said.keep(section.name(), section.data()),
        _ => {}
    }
    Ok(())
}
