//! Files that are no packages: refused before anything is compiled, in words that say what
//! to do.

use super::guest::{Core, constant_rule, manifest, proposal};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::limits::{MOST_COMPONENT_BYTES, MOST_NESTING};
use chuishao_sandbox::package::{MANIFEST_SECTION, Package, with_manifest};
use serde_json::json;

pub(crate) const HEADER: &[u8] = b"\0asm\x0d\0\x01\0";

pub(crate) fn sample() -> Manifest {
    manifest("sample-rule", &[EventKind::Accepted])
}

pub(crate) fn good() -> Vec<u8> {
    constant_rule(&sample(), &[proposal(json!({"add-tag": "停暖"}))])
}

/// A component of these items that exports the interface by name and nothing in it.
pub(crate) fn component(items: &str) -> Vec<u8> {
    let export = "(instance $empty) (export \"chuishao:rule/handler@2.1.0\" (instance $empty))";
    with_manifest(&encoded(&format!("{items} {export}")), &sample())
}

pub(crate) fn encoded(items: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {items})")).expect("it is a component")
}

/// A component with this core module in it, which nothing of it uses.
pub(crate) fn component_with_module(module: &[u8]) -> Vec<u8> {
    let export = "(instance $empty) (export \"chuishao:rule/handler@2.1.0\" (instance $empty))";
    with_manifest(&[encoded(export), section(1, module)].concat(), &sample())
}

/// A component with this for a manifest.
fn carrying(json: &str) -> Vec<u8> {
    [Core::silent().component(), custom(MANIFEST_SECTION, json.as_bytes())].concat()
}

/// A custom section.
pub(crate) fn custom(name: &str, data: &[u8]) -> Vec<u8> {
    section(0, &[&[name.len() as u8], name.as_bytes(), data].concat())
}

/// One section of a component.
pub(crate) fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id];
    let mut left = content.len();
    while left >= 128 {
        bytes.push((left % 128) as u8 | 128);
        left /= 128;
    }
    bytes.push(left as u8);
    bytes.extend(content);
    bytes
}

/// Every problem as its code and place.
pub(crate) fn problems(bytes: &[u8]) -> Vec<String> {
    let found = Package::read(bytes).expect_err("it is refused");
    assert!(found.iter().all(|problem| !problem.chinese.is_empty() && !problem.english.is_empty()));
    found.iter().map(|problem| format!("{}: {}", problem.code, problem.place)).collect()
}

#[test]
fn imports_are_refused_by_name() {
    for import in [
        "wasi:cli/environment@0.2.0",
        "wasi:clocks/monotonic-clock@0.2.6",
        "wasi:random/random@0.2.0",
        "wasi:sockets/tcp@0.2.0",
        "chuishao:rule/log",
        "chuishao:rule/log@0.9.0",
        "chuishao:rule/log@1.0.1",
        "chuishao:rule/log@2.2.0",
        "chuishao:rule/log@3.0.0",
        "chuishao:rule/log@1.0.0-rc.1",
        "chuishao:rule/handler@1.0.0",
        "chuishao:rule/log-book@1.0.0",
        "kuiwen:rule/log@1.0.0",
        "kuiwen:onsite/memory@1.0.0",
    ] {
        let bytes = component(&format!("(import \"{import}\" (instance))"));
        assert_eq!(problems(&bytes), [format!("package.import: 导入 {import}")]);
    }
    let crowd: String = (0..10_000).map(|n| format!("(import \"wasi:cli/n{n}@0.2.0\" (instance))")).collect();
    assert_eq!(problems(&component(&crowd)).len(), 20, "as many as a person reads");
    let several = "(import \"secret\" (func)) (import \"url=<https://example.com/a>\" (component))";
    let named = ["package.import: 导入 secret", "package.import: 导入 url=<https://example.com/a>"];
    assert_eq!(problems(&component(several)), named);
}

#[test]
fn files_that_are_no_components_are_refused() {
    let header = |rest: &[u8]| [HEADER, rest].concat();
    let with_section = |section: &[u8]| [&good(), section].concat();
    for (what, bytes, expected) in [
        ("nothing", Vec::new(), "package.not-wasm: 组件"),
        ("a text", "热线".into(), "package.not-wasm: 组件"),
        ("a script", b"#!/bin/sh\necho".to_vec(), "package.not-wasm: 组件"),
        ("a core module", Core::silent().module(), "package.core-module: 组件"),
        ("a core module of another version", b"\0asm\x02\0\0\0".to_vec(), "package.not-wasm: 组件"),
        ("too large by a byte", vec![0; MOST_COMPONENT_BYTES + 1], "package.size: 组件"),
        ("a section longer than the file", header(&[0, 0xff, 0xff, 0x7f, 1]), "package.broken: 组件"),
        ("a length that does not end", header(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "package.broken: 组件"),
        ("a name longer than its section", with_section(&[0, 3, 200, 1, b'x']), "package.broken: 组件"),
        ("a name that is not UTF-8", with_section(&[0, 3, 1, 0xff, 1]), "package.broken: 组件"),
        ("a second header", with_section(HEADER), "package.broken: 组件"),
    ] {
        assert_eq!(problems(&bytes), [expected], "{what}");
    }
}

#[test]
fn there_is_one_manifest_and_it_reads() {
    let carrying = |json: &str| problems(&carrying(json));
    assert_eq!(problems(&Core::silent().component()), ["manifest.missing: 清单"]);
    let again = custom(MANIFEST_SECTION, &serde_json::to_vec(&sample()).expect("it writes"));
    assert_eq!(problems(&[good(), again].concat()), ["manifest.twice: 清单"]);
    for json in ["", "{}", "null", "{\"name\":", &"[".repeat(100_000), "{\"name\":\"a\",\"name\":\"b\"}"] {
        assert_eq!(carrying(json), ["manifest.unreadable: 清单"], "{json:.40}");
    }
    let mut unknown = serde_json::to_value(sample()).expect("it writes");
    unknown["effects"] = json!(["close-ticket"]);
    assert_eq!(carrying(&unknown.to_string()), ["manifest.unreadable: 清单"]);
    unknown["effects"] = json!([]);
    unknown["fields"] = json!({"caller": {"type": "text", "title": "来电人手机"}});
    assert_eq!(carrying(&unknown.to_string()), ["manifest.field-identity: fields.caller"]);
}

/// What a manifest says is shown to people and printed on terminals.
#[test]
fn what_a_manifest_says_is_plain_text() {
    let mut turned = sample();
    turned.title = "\u{202e}结办已\u{1b}[2J".into();
    assert_eq!(turned.problems().iter().map(|problem| problem.code).collect::<Vec<_>>(), ["manifest.text"]);
    let mut keyed = serde_json::to_value(sample()).expect("it writes");
    keyed["\u{1b}[2J"] = json!(1);
    let found = Package::read(&carrying(&keyed.to_string())).expect_err("it has a key of no meaning");
    assert!(!found[0].chinese.contains('\u{1b}') && found[0].chinese.contains("\\u{1b}"), "{}", found[0].chinese);
}

/// A manifest inside a component inside does not count.
#[test]
fn what_stands_inside_is_not_the_packages_own() {
    let inner = "(component (@custom \"chuishao:manifest\" \"{}\") (import \"wasi:cli/run@0.2.0\" (instance)))";
    let package = Package::read(&component(inner)).expect("the outer one is in order");
    assert_eq!(package.manifest.name, "sample-rule");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| component(&format!("{}{}", "(component ".repeat(depth - 1), ")".repeat(depth - 1)));
    assert!(Package::read(&nested(MOST_NESTING)).is_ok());
    for depth in [MOST_NESTING + 1, 90] {
        assert_eq!(problems(&nested(depth)), ["package.nesting: 组件"], "{depth}");
    }
    // Deeper than the text form can be written: each component is the last section of the
    // one around it.
    let mut bytes = HEADER.to_vec();
    for _ in 0..1_000 {
        bytes = [HEADER, &section(4, &bytes)].concat();
    }
    assert_eq!(problems(&bytes), ["package.nesting: 组件"]);
}
