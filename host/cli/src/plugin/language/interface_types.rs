//! The interface as TypeScript declarations, with the interface's own documentation: records are
//! objects, variants are objects with a tag and a value, enums are texts, and null is what is not
//! there.

use crate::plugin::Faults;
use crate::plugin::files::fault;
use chuishao_sandbox::interface::NEWEST_TEXT;
use std::fmt::Write as _;
use wit_bindgen_core::wit_parser::{Docs, PackageId, Resolve, Type, TypeDefKind, TypeId, WorldId};

/// The interface, read.
///
/// # Errors
/// Never for what this program was built with.
pub fn resolved() -> Result<(Resolve, PackageId, WorldId), Faults> {
    let mut resolve = Resolve::default();
    let read = resolve.push_str("rule.wit", NEWEST_TEXT);
    let found = read.and_then(|package| Ok((package, resolve.select_world(&[package], Some("rule"))?)));
    let (package, world) = found.map_err(|error| {
        fault("build.kit", "rule.wit", format!("接口不能读取：{error:#}"), "the interface cannot be read")
    })?;
    Ok((resolve, package, world))
}

/// Every type of the interface.
///
/// # Errors
/// As [`resolved`].
pub fn declarations() -> Result<String, Faults> {
    let (resolve, package, _) = resolved()?;
    let mut text = String::from("// Made by chuishao from the interface; do not edit.\n");
    let handler = resolve.packages[package].interfaces.get("handler");
    for (name, id) in handler.into_iter().flat_map(|handler| &resolve.interfaces[*handler].types) {
        let definition = &resolve.types[*id];
        text.push('\n');
        comment(&mut text, "", &definition.docs);
        declare(&mut text, &resolve, name, &definition.kind);
    }
    Ok(text)
}

fn declare(text: &mut String, resolve: &Resolve, name: &str, kind: &TypeDefKind) {
    let name = pascal(name);
    match kind {
        TypeDefKind::Record(record) => {
            let _ = writeln!(text, "export interface {name} {{");
            for field in &record.fields {
                comment(text, "  ", &field.docs);
                let _ = writeln!(text, "  {}: {};", camel(&field.name), type_of(resolve, &field.ty));
            }
            text.push_str("}\n");
        }
        TypeDefKind::Enum(cases) => {
            let _ = writeln!(text, "export type {name} =");
            for case in &cases.cases {
                comment(text, "  ", &case.docs);
                let _ = writeln!(text, "  | \"{}\"", case.name);
            }
            text.push_str("  ;\n");
        }
        TypeDefKind::Variant(variant) => {
            let _ = writeln!(text, "export type {name} =");
            for case in &variant.cases {
                comment(text, "  ", &case.docs);
                let _ = match &case.ty {
                    Some(ty) => writeln!(text, "  | {{ tag: \"{}\"; val: {} }}", case.name, type_of(resolve, ty)),
                    None => writeln!(text, "  | {{ tag: \"{}\" }}", case.name),
                };
            }
            text.push_str("  ;\n");
        }
        other => {
            let _ = writeln!(text, "export type {name} = {};", kind_of(resolve, other));
        }
    }
}

fn type_of(resolve: &Resolve, ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".into(),
        Type::String | Type::Char => "string".into(),
        Type::Id(id) => named(resolve, *id),
        // Those of 64 bits, too: QuickJS takes them as numbers, not as BigInt, and stops at one. Seconds
        // and counts are far below 2^53, from which on a number is no longer exact.
        _ => "number".into(),
    }
}

fn named(resolve: &Resolve, id: TypeId) -> String {
    let definition = &resolve.types[id];
    definition.name.as_deref().map_or_else(|| kind_of(resolve, &definition.kind), pascal)
}

/// A type that has no name of its own.
fn kind_of(resolve: &Resolve, kind: &TypeDefKind) -> String {
    match kind {
        TypeDefKind::List(of) => format!("Array<{}>", type_of(resolve, of)),
        TypeDefKind::Option(of) => format!("{} | null", type_of(resolve, of)),
        TypeDefKind::Type(of) => type_of(resolve, of),
        TypeDefKind::Tuple(tuple) => {
            let parts: Vec<String> = tuple.types.iter().map(|part| type_of(resolve, part)).collect();
            format!("[{}]", parts.join(", "))
        }
        // A kind that no rule needs: said, so that an editor does not pretend to know it.
        _ => "unknown".into(),
    }
}

fn comment(text: &mut String, indent: &str, docs: &Docs) {
    let Some(words) = docs.contents.as_deref().map(str::trim).filter(|words| !words.is_empty()) else { return };
    let lines: Vec<&str> = words.lines().map(str::trim).filter(|line| !line.starts_with("---")).collect();
    let _ = writeln!(text, "{indent}/** {} */", lines.join(&format!("\n{indent} * ")));
}

/// `handling-unit` as `handlingUnit`.
pub fn camel(name: &str) -> String {
    let pascal = pascal(name);
    pascal[..1].to_ascii_lowercase() + &pascal[1..]
}

/// `handling-unit` as `HandlingUnit`.
pub fn pascal(name: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').filter(|word| !word.is_empty()).map(capital).collect()
}
