//! The author's way in four languages: `plugin new`, `build`, `test` and `doctor`, and what a rule's
//! failure tells its author. That all four examples answer alike, the gate compares.

use super::chuishao;
use crate::server::components::binary;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const LANGUAGES: [&str; 4] = ["rust", "javascript", "python", "c"];

/// A folder of its own, with a rule in it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn with(language: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        let rule = desk.text();
        let new = ["plugin", "new", "noise-rule", "--language", language, "--territory", "370702", "--folder", &rule];
        let (made, said) = chuishao(&new);
        assert!(made, "{said}");
        desk
    }

    fn rule(&self) -> PathBuf {
        self.folder.path().join("rule")
    }

    fn text(&self) -> String {
        self.rule().to_string_lossy().into_owned()
    }

    fn does(&self, action: &str) -> (bool, String) {
        chuishao(&["plugin", action, &self.text()])
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.rule().join(file);
        let text = fs::read_to_string(&path).expect("text");
        assert!(text.contains(from), "{file} has {from}");
        fs::write(path, text.replace(from, to)).expect("it is written");
    }

    /// Builds, plays the scenarios, and gives what was said; they must end as expected.
    fn played(&self, well: bool) -> String {
        let (built, said) = self.does("build");
        assert!(built, "{said}");
        let (passed, said) = self.does("test");
        assert_eq!(passed, well, "{said}");
        said
    }
}

/// Files and texts of a folder, without what a build makes.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let made =
                [".chuishao", "target", "__pycache__", "node_modules", "vendor"].iter().any(|made| name == *made);
            if path.is_dir() && !made {
                left.push(path);
            } else if path.is_file() && path.extension().is_none_or(|ending| ending != "wasm") {
                let place = path.strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
                found.insert(place, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}

fn example(language: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    texts(&root.join("examples").join(format!("first-rule-{language}")))
}

/// One manifest and one set of scenarios, four languages.
#[test]
fn the_examples_differ_in_their_language_alone() {
    let shared = |language| {
        let mut files = example(language);
        files.retain(|place, _| place == "plugin.toml" || place.starts_with("scenarios/"));
        assert!(files.len() > 3, "a manifest and scenarios");
        files
    };
    let first = shared("rust");
    for language in LANGUAGES {
        assert_eq!(shared(language), first, "{language}");
    }
}

/// Every file of the example, and only its name, place and SDK are otherwise.
#[test]
fn a_new_rule_is_the_example_of_its_language() {
    for language in LANGUAGES {
        let made = texts(Desk::with(language).rule().as_path());
        let example = example(language);
        assert_eq!(made.keys().collect::<Vec<_>>(), example.keys().collect::<Vec<_>>(), "{language}");
        for (place, text) in &example {
            let wanted = text.replace("first-rule", "noise-rule");
            match place.as_str() {
                "Cargo.toml" => assert!(made[place].contains(".chuishao/plugins/sdk"), "{}", made[place]),
                scenario if scenario.starts_with("scenarios/") => {
                    assert_eq!(made[place], wanted.replace("370705", "370702"), "{language}: {place}");
                }
                _ => assert_eq!(made[place], wanted, "{language}: {place}"),
            }
        }
    }
}

#[test]
fn new_refuses_in_words() {
    let desk = Desk::with("python");
    let full = desk.text();
    for (args, code) in [
        (["plugin", "new", "noise-rule", "--language", "c", "--folder", &full], "[new.not-empty]"),
        (["plugin", "new", "Noise", "--language", "c", "--folder", "nowhere"], "[new.name]"),
        (["plugin", "new", "noise-rule", "--language", "c", "--territory", "999999"], "[new.territory]"),
    ] {
        let (made, said) = chuishao(&args);
        assert!(!made && said.contains(code), "{code} in {said}");
    }
    let (made, said) = chuishao(&["plugin", "new", "noise-rule", "--language", "cobol"]);
    assert!(!made && said.contains("javascript"), "{said}");
    assert!(!Path::new("nowhere").exists(), "nothing was written");
}

#[test]
fn a_folder_of_no_language_or_of_two_is_not_built() {
    let desk = Desk::with("javascript");
    fs::write(desk.rule().join("rule.py"), "").expect("it is written");
    let (built, said) = desk.does("build");
    assert!(!built && said.contains("[build.language]") && said.contains("rule.js、rule.py"), "{said}");
    for file in ["rule.js", "rule.py"] {
        fs::remove_file(desk.rule().join(file)).expect("it is removed");
    }
    let (built, said) = desk.does("build");
    assert!(!built && said.contains("[build.language]") && said.contains("plugin new"), "{said}");
}

/// The author's editor knows what the interface says.
#[test]
fn editors_get_the_interface_with_its_words() {
    let desk = Desk::with("javascript");
    let types = fs::read_to_string(desk.rule().join(".chuishao/interface.d.ts")).expect("types");
    for words in [
        "/** 重办次数: how often the caller's answer sent it back into handling. */\n  reworkCount: number;",
        "  | { tag: \"add-tag\"; val: string }",
        "  followUps: Array<FollowUp>;",
        "  dueAt: number | null;",
    ] {
        assert!(types.contains(words), "{words} in {types}");
    }
    let desk = Desk::with("c");
    let header = fs::read_to_string(desk.rule().join(".chuishao/rule.h")).expect("a header");
    for words in ["RULE_EFFECT_ADD_TAG", "rule_ticket_t", "// 重办次数"] {
        assert!(header.contains(words), "{words} in {header}");
    }
    assert!(!header.contains("exports_chuishao"), "short names alone");
}

/// A rule in Rust stands alone: its SDK is in its folder. What panics in it names its line.
#[test]
fn a_rule_in_rust_is_built_outside_of_this_repository() {
    let desk = Desk::with("rust");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::copy(root.join("Cargo.lock"), desk.rule().join("Cargo.lock")).expect("it is copied");
    let built = || {
        let mut build = Command::new(binary());
        build.args(["plugin", "build", &desk.text()]).env("CARGO_NET_OFFLINE", "true");
        let output = build.output().expect("it can be started");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        desk.does("test")
    };
    let (passed, said) = built();
    assert!(passed, "{said}");
    desk.change(
        "src/lib.rs",
        "if count >= tag_at {",
        "assert!(count < tag_at, \"三件\");\n        if count >= tag_at {",
    );
    let (passed, said) = built();
    assert!(!passed && said.contains("src/lib.rs:20") && said.contains("三件"), "{said}");
}

/// What is thrown reaches its author with message and line, and the ticket goes on.
#[test]
fn an_exception_in_javascript_names_its_line() {
    let desk = Desk::with("javascript");
    desk.change(
        "rule.js",
        "const tagAt = context.integer(\"tag-at\");",
        "const tagAt = context.settings.find((s) => s.name === \"nothing\").value;",
    );
    let said = desk.played(false);
    assert!(said.contains("rule.js:9"), "{said}");
    assert!(said.contains("TypeError: "), "{said}");
}

/// A clock that answered would answer otherwise each time, or once and for all when the rule is built.
#[test]
fn who_asks_for_the_clock_is_told_where_the_moment_is() {
    let desk = Desk::with("javascript");
    desk.change("rule.js", "  const proposals = [];", "  const proposals = [];\n  if (count > 2) Date.now();");
    let said = desk.played(false);
    assert!(said.contains("规则没有时钟：现在的时刻在 context.now 里 (rule.js:16"), "{said}");
    desk.change("rule.js", "export function", "const DAY = new Date();\nexport function");
    let (built, said) = desk.does("build");
    assert!(!built && said.contains("规则没有时钟") && said.contains("rule.js:8"), "{said}");
}

#[test]
fn typescript_keeps_its_lines() {
    let desk = Desk::with("javascript");
    fs::rename(desk.rule().join("rule.js"), desk.rule().join("rule.ts")).expect("it is renamed");
    desk.change(
        "rule.ts",
        "export function onEvent(event, ticket, context) {",
        "export function onEvent(event: object, ticket: any,\n  context: any): unknown[] {",
    );
    desk.change(
        "rule.ts",
        "  return proposals;",
        "  if (count === 3) throw new RangeError(\"三件\");\n  return proposals;",
    );
    let said = desk.played(false);
    assert!(said.contains("RangeError: 三件 (rule.ts:24"), "{said}");
    desk.change("rule.ts", "return proposals;", "return proposals; enum Never { A }");
    let (built, said) = desk.does("build");
    assert!(!built && said.contains("rule.ts:25") && said.contains("enum"), "{said}");
}

/// Natively, with what the component's entry does: building one takes half a minute.
#[test]
fn an_exception_in_python_names_its_line() {
    let desk = Desk::with("python");
    let (well, said) = chuishao(&["plugin", "doctor", &desk.text(), "--mend"]);
    assert!(well, "{said}");
    desk.change("rule.py", "    proposals = []", "    proposals = [][count] if count < 4 else time.time()");
    desk.change("rule.py", "from chuishao import", "import time\nfrom chuishao import");
    let ask = "
import sys
sys.path[:0] = ['.', '.chuishao']
from chuishao import Event_Accepted, handler, sample_context, sample_ticket
from componentize_py_types import Err
from entry import Handler
for count in (3, 4):
    context = sample_context({'tag-at': 3, 'nominate-at': 6, 'tag': '高频'}, {'same-matters': count})
    raw = handler.Context(context.now, context.settings, context.facts, [], '')
    try:
        Handler().on_event(Event_Accepted(), sample_ticket(), raw)
    except Err as failed:
        print(failed.value)
";
    let mut python = Command::new(if cfg!(windows) { "python" } else { "python3" });
    let output = python.args(["-B", "-c", ask]).current_dir(desk.rule()).env("PYTHONUTF8", "1").output();
    let output = output.expect("it can be started");
    let (said, logged) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        said.contains("Failure_Bug") && said.contains("IndexError: list index out of range (rule.py:18 on_event)"),
        "{said}{logged}"
    );
    assert!(said.contains("RuntimeError: 规则没有时钟：现在的时刻在 context.now 里 (rule.py:18 on_event)"), "{said}");
    assert!(logged.starts_with("error: IndexError: list index out of range\nrule.py:18 on_event"), "{logged}");
}

#[test]
fn what_does_not_hold_in_c_names_its_line() {
    let desk = Desk::with("c");
    desk.change("rule.c", "    uint32_t count;", "    uint32_t count = 7;\n    chuishao_require(count < 7);");
    let said = desk.played(false);
    assert!(said.contains("count < 7 (rule.c:"), "{said}");
    desk.change("rule.c", "chuishao_require", "chuishao_requires");
    let (built, said) = desk.does("build");
    assert!(!built && said.contains("[build.compile]") && said.contains("rule.c:10"), "{said}");
}

#[test]
fn the_doctor_says_what_is_wrong_and_mends_it() {
    let desk = Desk::with("rust");
    let (well, said) = desk.does("doctor");
    assert!(well, "{said}");
    desk.change(".chuishao/plugins/sdk/src/lib.rs", "pub trait Rule", "pub trait Ruler");
    let path = desk.rule().join("plugin.toml");
    let text = fs::read_to_string(&path).expect("text");
    let old = text.lines().map(|line| if line.starts_with("interface") { "interface = \"1.0.0\" " } else { line });
    fs::write(&path, old.collect::<Vec<_>>().join("\n")).expect("it is written");
    let (well, said) = desk.does("doctor");
    assert!(!well && said.contains("接口版本写的是 1.0.0") && said.contains("SDK 和类型"), "{said}");
    let (well, said) = chuishao(&["plugin", "doctor", &desk.text(), "--mend"]);
    assert!(well && said.contains("已修好"), "{said}");
    let (well, said) = desk.does("doctor");
    assert!(well, "{said}");
    fs::remove_dir_all(desk.rule().join("scenarios")).expect("it is removed");
    let (well, said) = chuishao(&["plugin", "doctor", &desk.text(), "--mend"]);
    assert!(!well && said.contains("没有场景"), "{said}");
}
