//! The codes that people and programs meet: each is in the table of what is refused, or in the catalogue that
//! `chuishao explain` reads, in the words of the program, and none is there that nobody says.

use crate::tidy::{root, sources};
use std::collections::BTreeSet;
use std::fs;

/// The rooms of the codes that an author meets; those of what the core refuses have none.
const ROOMS: [&str; 17] = [
    "build.",
    "call.",
    "check.",
    "compile.",
    "dev.",
    "diff.",
    "file.",
    "fuzz.",
    "host.",
    "key.",
    "manifest.",
    "new.",
    "oci.",
    "package.",
    "replay.",
    "scenario.",
    "setting.",
];

/// What makes a refusal or a problem, and how many things it is told before the code.
const MAKERS: [(&str, usize); 5] = [
    ("Refusal::new(", 0),
    ("Refusal::rail(", 1),
    ("StatusCode::", 1),
    ("conflict(", 0),
    ("problems.first().map_or(", 0),
];

/// The table of what is refused at install has every code there is, in the words of the program,
/// and each is known to a test that it names.
#[test]
fn every_refusal_at_install_is_in_the_table() {
    let table = fs::read_to_string(root().join("host/sandbox/docs/packages.md")).expect("the table");
    let host: String = sources("host").into_iter().map(|(_, text)| text).collect();
    let mut codes = BTreeSet::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, code, words, kept_by, _] = cells[..] else { continue };
        let named: Vec<&str> = kept_by.split('`').skip(1).step_by(2).collect();
        let mut known = false;
        for name in &named {
            let (path, test) = name.split_once("::").expect("a file and a test");
            let text = fs::read_to_string(root().join(path)).expect("it reads");
            assert!(text.contains(&format!("fn {test}(")), "{path} has no {test}");
            known |= text.contains(code.trim_matches('`'));
        }
        let Some(code) = code.strip_prefix('`').and_then(|code| code.strip_suffix('`')) else { continue };
        assert!(known, "{code}: no test that is named knows it");
        assert!(!words.is_empty() && host.contains(words), "{code}: nobody says {words}");
        codes.insert(code.to_owned());
    }
    let literals = host.split('"').filter(|text| text.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '-'));
    let at_install = |text: &&str| ["package.", "manifest.", "compile."].iter().any(|room| text.starts_with(room));
    // What only the text of the author's own folder can have.
    let of_the_folder = ["file", "syntax", "unknown-key", "unknown-value", "missing-key", "wrong-type"];
    let of_the_folder = |code: &str| code.strip_prefix("manifest.").is_some_and(|rest| of_the_folder.contains(&rest));
    for code in literals.filter(at_install).filter(|code| !of_the_folder(code)) {
        assert!(codes.contains(code), "{code} is not in the table");
    }
}

/// The first text of every refusal of what a rule asks for.
fn refusals_of_effects() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (_, text) in sources("host/domain/src/handle/rule") {
        for made in text.split("Refusal::new(").skip(1).chain(text.split("Refusal::rail(").skip(1)) {
            let code = made.split('"').nth(1).expect("a code");
            codes.insert(code.to_owned());
        }
    }
    codes
}

/// The codes of all that the domain, the server and its pages refuse.
fn refused_by_a_server() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (_, text) in sources("host/domain/src").into_iter().chain(sources("host/server/src")) {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut is_made_elsewhere = false;
        for (maker, before) in MAKERS {
            for made in text.split(maker).skip(1) {
                let told = made.split(',').nth(before).unwrap_or_default().trim_start();
                match told.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                    Some(code) if is_code(code) => _ = codes.insert(code.to_owned()),
                    _ => is_made_elsewhere |= maker.starts_with("Refusal"),
                }
            }
        }
        // A maker is handed its code: then every text of the file that looks like one is one.
        let literals = text.split('"').filter(|text| is_made_elsewhere && text.contains('-') && is_code(text));
        codes.extend(literals.map(str::to_owned));
    }
    codes
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
}

/// The codes in the tables of what is refused.
fn refused_at_install() -> BTreeSet<String> {
    let table = fs::read_to_string(root().join("host/sandbox/docs/packages.md")).expect("the table");
    let first_cell = |line: &str| line.strip_prefix("| `").and_then(|rest| rest.split('`').next()).map(str::to_owned);
    table.lines().filter_map(first_cell).collect()
}

#[test]
fn every_code_is_explained_and_none_is_invented() {
    let mut explained = BTreeSet::new();
    for entry in fs::read_dir(root().join("host/cli/data/codes")).expect("a folder").flatten() {
        let room: toml::Table = toml::from_str(&fs::read_to_string(entry.path()).expect("text")).expect("TOML");
        let codes = room["code"].as_array().expect("a list").iter();
        explained.extend(codes.map(|one| one["code"].as_str().expect("a code").to_owned()));
    }
    let host: String = sources("host").into_iter().map(|(_, text)| text).collect();
    let code = |text: &&str| ROOMS.iter().chain(&["test."]).any(|room| text.strip_prefix(room).is_some_and(is_word));
    let mut said: BTreeSet<String> = host.split('"').filter(code).map(str::to_owned).collect();
    said.extend(refusals_of_effects());
    said.extend(refused_by_a_server());
    said.extend(refused_at_install());
    let missing: Vec<_> = said.difference(&explained).collect();
    assert!(missing.is_empty(), "write them into host/cli/data/codes: {missing:?}");
    let idle: Vec<_> = explained.difference(&said).collect();
    assert!(idle.is_empty(), "nobody says these any more: {idle:?}");
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
