//! Files that are no packages: refused before anything is compiled, in words that say what
//! to do; and components that the engine or the linker refuses.

use super::guest::{Core, constant_rule, manifest, proposal};
use super::office::{Case, ENGINE, Ends, HEATING, KUIWEN, check, intake, switched_on};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::limits::{MOST_COMPONENT_BYTES, MOST_NESTING};
use chuishao_sandbox::package::{Package, with_manifest};
use chuishao_sandbox::rulebook::Rulebook;
use serde_json::json;

fn sample() -> Manifest {
    manifest("sample-rule", &[EventKind::Accepted])
}

fn good() -> Vec<u8> {
    constant_rule(&sample(), &[proposal(json!({"add-tag": "停暖"}))])
}

/// A component of these items that exports the interface by name and nothing in it.
fn component(items: &str) -> Vec<u8> {
    let export = "(instance $empty) (export \"chuishao:rule/handler@1.0.0\" (instance $empty))";
    with_manifest(encoded(&format!("{items} {export}")), &sample())
}

fn encoded(items: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {items})")).expect("it is a component")
}

/// Every problem as its code and place.
fn problems(bytes: &[u8]) -> Vec<String> {
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
        "chuishao:rule/log@2.0.0",
        "chuishao:rule/log@1.0.0-rc.1",
        "chuishao:rule/handler@1.0.0",
        "chuishao:rule/log-book@1.0.0",
        "kuiwen:rule/log@1.0.0",
        "kuiwen:onsite/memory@1.0.0",
    ] {
        let bytes = component(&format!("(import \"{import}\" (instance))"));
        assert_eq!(problems(&bytes), [format!("package.import: 导入 {import}")]);
    }
    let several = "(import \"secret\" (func)) (import \"url=<https://example.com/a>\" (component))";
    let named = ["package.import: 导入 secret", "package.import: 导入 url=<https://example.com/a>"];
    assert_eq!(problems(&component(several)), named);
}

#[test]
fn versions_and_exports_are_checked() {
    let exporting = |name: &str| {
        with_manifest(encoded(&format!("(instance $e) (export \"{name}\" (instance $e))")), &sample())
    };
    for (export, expected) in [
        ("chuishao:rule/handler@2.0.0", "package.interface-version: 组件"),
        ("chuishao:rule/handler@1.0.1", "package.interface-version: 组件"),
        ("chuishao:rule/handler@0.9.0", "package.interface-version: 组件"),
        ("chuishao:rule/handler", "package.no-export: 组件"),
        ("chuishao:rule/handler-too@1.0.0", "package.no-export: 组件"),
        ("kuiwen:rule/handler@1.0.0", "package.no-export: 组件"),
        ("on-event", "package.no-export: 组件"),
    ] {
        assert_eq!(problems(&exporting(export)), [expected], "{export}");
    }
    let mut other = sample();
    other.interface.minor = 7;
    let bytes = Core::silent().rule(&other);
    assert_eq!(problems(&bytes), ["package.interface-mismatch: plugin.toml: interface"]);
}

#[test]
fn files_that_are_no_components_are_refused() {
    let header = |rest: &[u8]| [b"\0asm\x0d\0\x01\0", rest].concat();
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
        ("a second header", with_section(b"\0asm\x0d\0\x01\0"), "package.broken: 组件"),
    ] {
        assert_eq!(problems(&bytes), [expected], "{what}");
    }
}

#[test]
fn there_is_one_manifest_and_it_reads() {
    let bare = || Core::silent().component();
    let carrying = |json: &str| {
        let item = format!("(@custom \"chuishao:manifest\" \"{}\")", json.replace('"', "\\\""));
        problems(&[bare(), encoded(&item)[8..].to_vec()].concat())
    };
    assert_eq!(problems(&bare()), ["manifest.missing: 清单"]);
    assert_eq!(problems(&with_manifest(good(), &sample())), ["manifest.twice: 清单"]);
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
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for _ in 0..1_000 {
        bytes = section(4, &bytes);
    }
    assert_eq!(problems(&bytes), ["package.nesting: 组件"]);
}

/// A component with one section.
fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    bytes.push(id);
    let mut left = content.len();
    while left >= 128 {
        bytes.push((left % 128) as u8 | 128);
        left /= 128;
    }
    bytes.push(left as u8);
    bytes.extend(content);
    bytes
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = good();
    for length in 0..whole.len() {
        assert!(Package::read(&whole[..length]).is_err(), "cut at {length} of {}", whole.len());
    }
    assert!(Package::read(&whole).is_ok());
}

/// Whatever a changed byte makes of a component, the host stays on its feet.
#[test]
fn damaged_files_do_no_harm() {
    let whole = good();
    let manifest_from = whole.len() - serde_json::to_vec(&sample()).expect("it writes").len();
    let input = {
        let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &whole, KUIWEN, 1)]);
        let mut case = Case::new(&rulebook, intake(HEATING));
        case.to_dispatch();
        case.decisions[0].input.clone().expect("it was called")
    };
    let mut random = Random(12_345);
    let mut called = 0;
    for place in (8..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (random.next() % 8);
        // Compiling takes milliseconds: the manifest's own bytes are only read.
        let Ok(package) = Package::read(&bytes) else { continue };
        if place < manifest_from && let Ok(guest) = Guest::load(&ENGINE, package, None) {
            let _ = guest.call(&input);
            called += 1;
        }
    }
    assert!(called > 0, "some damage is not seen before the call");
}

#[test]
fn noise_after_the_header_is_refused() {
    let mut random = Random(20_241_106);
    for round in 0..5_000 {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        let length = 1 + random.next() % 200;
        bytes.extend((0..length).map(|_| random.next() as u8));
        assert!(Package::read(&bytes).is_err(), "round {round}");
    }
}

/// The same numbers on every machine (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// What reading lets pass and the engine or the linker refuses.
#[test]
fn what_no_supported_language_needs_is_not_loaded() {
    let module = |items: &str| format!("(core module $m {items}) (core instance (instantiate $m))");
    let many = |items: &str, count: usize| module(items) + &"(core instance (instantiate $m))".repeat(count - 1);
    for (what, items, words) in [
        ("no on-event", String::new(), "on-event"),
        ("a log that shouts", "(import \"chuishao:rule/log@1.0.0\" (instance (export \"shout\" (func))))".into(), "shout"),
        ("a log of another type", "(import \"chuishao:rule/log@1.0.0\" (instance (export \"line\" (func))))".into(), "line"),
        ("two memories in a module", module("(memory 1) (memory 1)"), "memories"),
        ("two memories in all", many("(memory 1)", 2), "memories"),
        ("a shared memory", module("(memory 1 1 shared)"), "shared"),
        ("a memory of 64 bits", module("(memory i64 1)"), "memory64"),
        ("a huge memory", module("(memory 65536)"), "memory"),
        ("thousands of tables", module(&"(table 1 funcref)".repeat(5_000)), "tables"),
        ("a huge table", module("(table 4294967295 funcref)"), "table"),
        ("a hundred tables in all", many("(table 1 funcref) (table 1 funcref)", 50), "tables"),
        ("a hundred instances", many("", 100), "instances"),
        ("garbage collection", module("(type (struct (field i32)))"), "gc"),
        ("exceptions", module("(tag (param i32))"), "exceptions"),
        ("an atomic fence", module("(func atomic.fence)"), "threads"),
    ] {
        let why = not_loaded(&component(&items));
        assert!(why.contains(words), "{what}: {why}");
    }
    let unknown_section = [good(), vec![77, 0]].concat();
    assert!(not_loaded(&unknown_section).contains("section"), "a section of no kind");
}

// FIXME: it should not be loaded; only its first call finds out.
#[test]
fn an_on_event_of_another_type_fails_when_it_is_called() {
    let items = "
        (core module $m (func (export \"f\")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i \"f\")))
        (instance $typed (export \"on-event\" (func $f)))
        (export \"chuishao:rule/handler@1.0.0\" (instance $typed))";
    let rule = with_manifest(encoded(items), &manifest("hostile-rule", &[EventKind::Accepted]));
    check(&ENGINE, "an on-event of another type", &rule, Ends::Trap("expected 2-tuple, found 0-tuple"));
}

/// Why a file that reads is not loaded.
fn not_loaded(bytes: &[u8]) -> String {
    let package = Package::read(bytes).expect("it reads");
    causes(&Guest::load(&ENGINE, package, None).err().expect("it is not loaded"))
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text += &format!(": {deeper}");
        cause = deeper.source();
    }
    text
}
