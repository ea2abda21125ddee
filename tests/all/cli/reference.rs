//! What `chuishao plugin reference` shows is code: all its calls in JavaScript and in C, in one rule
//! each, come out as the effects that stand beside them; those in Python are taken by its types. Rust's
//! are compiled with the documentation of the SDK.

use super::chuishao;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

fn reference() -> String {
    let (printed, said) = chuishao(&["plugin", "reference"]);
    assert!(printed, "{said}");
    said
}

/// The blocks of code in a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    text.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Each call on a ticket, with the effect that a scenario expects of it.
fn calls(text: &str, language: &str) -> (Vec<String>, String) {
    let parts = text.split("\n#### ").filter(|part| part.starts_with("在工单上"));
    let (mut calls, mut effects) = (Vec::new(), Vec::new());
    for part in parts {
        calls.push(blocks(part, language)[0].to_owned());
        let expected = part.lines().find_map(|line| line.strip_prefix("expect = [")?.strip_suffix(']'));
        effects.push(expected.expect("an effect").to_owned());
    }
    assert!(calls.len() > 20, "{} calls", calls.len());
    (calls, effects.join(", "))
}

/// A folder with a rule that was just begun.
fn begun(language: &str) -> (TempDir, PathBuf, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let rule = folder.path().join("rule");
    let shown = rule.to_string_lossy().into_owned();
    let (made, said) = chuishao(&["plugin", "new", "every-effect", "--language", language, "--folder", &shown]);
    assert!(made, "{said}");
    (folder, rule, shown)
}

/// The rule asks for everything at once when it is told the reference's own example of an event.
fn asks_for_all(language: &str, file: &str, rule_of: impl Fn(&[String]) -> String) {
    let text = reference();
    let (calls, effects) = calls(&text, language);
    let told = blocks(&text, "toml").into_iter().find(|block| block.contains("told = '''")).expect("a step");
    let (_folder, rule, shown) = begun(if language == "js" { "javascript" } else { language });
    fs::remove_dir_all(rule.join("scenarios")).expect("they are removed");
    fs::create_dir(rule.join("scenarios")).expect("a folder");
    let scenario = format!("title = \"全部效果\"\n\n{told}expect = [{effects}]\n");
    fs::write(rule.join("scenarios/all.toml"), scenario).expect("it is written");
    fs::write(rule.join(file), rule_of(&calls)).expect("it is written");
    for action in ["build", "test"] {
        let (done, said) = chuishao(&["plugin", action, &shown]);
        assert!(done, "{said}");
    }
}

#[test]
fn the_calls_in_javascript_are_the_effects_beside_them() {
    asks_for_all("js", "rule.js", |calls| {
        let calls: Vec<&str> = calls.iter().map(|call| call.trim_end().trim_end_matches(';')).collect();
        let all = calls.join(",\n    ");
        format!(
            "import {{ propose }} from \"./.chuishao/chuishao.js\";\n\n\
             export function onEvent() {{\n  return [\n    {all},\n  ];\n}}\n"
        )
    });
}

#[test]
fn the_calls_in_c_are_the_effects_beside_them() {
    asks_for_all("c", "rule.c", |calls| {
        let all: String = calls.iter().map(|call| format!("{{\n{call}}}\n")).collect();
        format!(
            "#include \"chuishao.h\"\n\nbool rule_on_event(rule_event_t *event, rule_ticket_t *ticket, rule_context_t \
             *context, rule_list_proposal_t *answer,\n                   rule_failure_t *failure) {{\n{all}return \
             true;\n}}\n"
        )
    });
}

/// Natively: building a component takes half a minute.
#[test]
fn the_calls_in_python_are_taken_by_its_types() {
    let (_folder, rule, shown) = begun("python");
    let (well, said) = chuishao(&["plugin", "doctor", &shown, "--mend"]);
    assert!(well, "{said}");
    let text = reference();
    let calls = blocks(&text, "python");
    let script = format!(
        "import sys\nsys.path[:0] = ['.', '.chuishao']\n{}\nprint('{} calls')\n",
        calls.join("\n"),
        calls.len()
    );
    let mut python = Command::new(if cfg!(windows) { "python" } else { "python3" });
    let output = python.args(["-B", "-c", &script]).current_dir(rule).env("PYTHONUTF8", "1").output();
    let output = output.expect("it can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), format!("{} calls", calls.len()), "{}", String::from_utf8_lossy(&output.stderr));
}
