//! Files that are damaged, and components that read well and that the engine or the linker
//! refuses: nothing of it may bring the host down.

use super::guest::manifest;
use super::office::{Case, ENGINE, HEATING, KUIWEN, intake, switched_on};
use super::packages::{HEADER, component, encoded, good, sample};
use chuishao_domain::rule::kinds::EventKind;
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::{Package, with_manifest};
use chuishao_sandbox::rulebook::Rulebook;

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
    let (input, settings) = {
        let rulebook = Rulebook::new(vec![switched_on(&ENGINE, &whole, KUIWEN, 1)]);
        let mut case = Case::new(&rulebook, intake(HEATING));
        case.run_to_dispatch();
        let decision = case.decisions[0].clone();
        (decision.call.input.expect("it was called"), decision.edition.settings.clone())
    };
    let mut random = Random(12_345);
    let mut called = 0;
    for place in (8..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (random.next() % 8);
        // Compiling takes milliseconds: the manifest's own bytes are only read.
        let Ok(package) = Package::read(&bytes) else { continue };
        if place < manifest_from
            && let Ok(guest) = Guest::load(&ENGINE, package, None)
        {
            let _ = guest.call(&input, &settings);
            called += 1;
        }
    }
    assert!(called > 0, "some damage is not seen before the call");
}

#[test]
fn noise_after_the_header_is_refused() {
    let mut random = Random(20_241_106);
    for round in 0..5_000 {
        let mut bytes = HEADER.to_vec();
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
        (
            "a log that shouts",
            "(import \"chuishao:rule/log@2.1.0\" (instance (export \"shout\" (func))))".into(),
            "shout",
        ),
        (
            "a log of another type",
            "(import \"chuishao:rule/log@2.1.0\" (instance (export \"line\" (func))))".into(),
            "line",
        ),
        ("two memories in a module", module("(memory 1) (memory 1)"), "memories"),
        ("four memories in all", many("(memory 1)", 4), "memories"),
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

#[test]
fn functions_of_another_type_are_not_loaded() {
    let items = |exports: &str| {
        format!(
            "(core module $m (func (export \"f\")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i \"f\")))
            (instance $typed {exports})
            (export \"chuishao:rule/handler@2.1.0\" (instance $typed))"
        )
    };
    for (exports, words) in [
        ("(export \"on-event\" (func $f)) (export \"on-review\" (func $f))", "expected 3-tuple, found 0-tuple"),
        ("(export \"on-event\" (func $f))", "on-review"),
        ("(export \"on-review\" (func $f))", "on-event"),
    ] {
        let rule = with_manifest(&encoded(&items(exports)), &manifest("hostile-rule", &[EventKind::Accepted]));
        let why = not_loaded(&rule);
        assert!(why.contains(words), "{exports}: {why}");
    }
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
