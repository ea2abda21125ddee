//! The binary as people use it: what it prints, and what it says when something is wrong.

mod bad_registry;
mod docker_registry;
mod folder;
mod languages;
mod mistakes;
mod reference;
mod registry;
mod registry_over_tls;
mod reproducible;
pub(crate) mod sheets;
mod signing;
mod table;
mod token_service;
mod versions;
mod watching;
mod workbench;

use crate::server::components::{binary, components};
use std::path::Path;
use std::process::Command;

/// Whether it succeeded, and everything that it printed.
fn chuishao(args: &[&str]) -> (bool, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let output = Command::new(binary()).args(args).current_dir(root).output().expect("it can be started");
    let printed = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(printed).expect("UTF-8"))
}

#[test]
fn the_calendar_answers_or_says_what_is_missing() {
    assert_eq!(chuishao(&["calendar", "due", "2024-09-30", "5"]), (true, "2024-10-12\n".into()));
    let (found, said) = chuishao(&["calendar", "due", "2026-12-30", "5"]);
    assert!(!found && said.contains("没有 2027 年的放假安排"), "{said}");
}

#[test]
fn check_tells_what_a_rule_asks_for() {
    let (passed, said) = chuishao(&["plugin", "check", &components().heating.to_string_lossy()]);
    assert!(passed, "{said}");
    for words in
        ["「供热模式」heating-mode 0.2.0", "除 log 外没有导入", "监听：登记、补充填写、改派分类、受理", "检查通过"]
    {
        assert!(said.contains(words), "{words} in {said}");
    }
}

#[test]
fn check_says_what_is_wrong_with_a_file_from_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("strange.wasm");
    let core = wat::parse_str("(module (func (export \"on-event\")))").expect("text");
    let wasi = wat::parse_str("(component (import \"wasi:clocks/wall-clock@0.2.0\" (instance)))").expect("text");
    for (bytes, words) in [
        (core.as_slice(), "[package.core-module]"),
        (wasi.as_slice(), "导入 wasi:clocks/wall-clock@0.2.0"),
        (b"#!/bin/sh".as_slice(), "[package.not-wasm]"),
    ] {
        std::fs::write(&file, bytes).expect("it is written");
        let (passed, said) = chuishao(&["plugin", "check", &file.to_string_lossy()]);
        assert!(!passed && said.contains(words), "{words} in {said}");
    }
    let (passed, said) = chuishao(&["plugin", "check", "nowhere.wasm"]);
    assert!(!passed && said.contains("chuishao plugin build"), "{said}");
}

/// A scenario that expects something else fails, and shows both.
#[test]
fn a_scenario_that_is_not_met_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = components().overreach.parent().expect("a folder");
    for file in ["plugin.toml", "overreach.wasm"] {
        std::fs::copy(rule.join(file), folder.path().join(file)).expect("it is copied");
    }
    std::fs::create_dir(folder.path().join("scenarios")).expect("a folder");
    let met = std::fs::read_to_string(rule.join("scenarios/refused.toml")).expect("text");
    let unmet = met.replace("需关注", "不相干").replace("\"foreign-unit\", ", "");
    std::fs::write(folder.path().join("scenarios/unmet.toml"), unmet).expect("it is written");
    let (passed, said) = chuishao(&["plugin", "test", &folder.path().to_string_lossy()]);
    assert!(!passed, "{said}");
    for words in ["效果不符合预期", "值 = \"不相干\"", "值 = \"需关注\"", "被拒的提议不符合预期", "│ foreign-unit"]
    {
        assert!(said.contains(words), "{words} in {said}");
    }
}
