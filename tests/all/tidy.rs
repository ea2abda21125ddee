//! The rules of the house, as tests: what the README says of the map is kept here. An
//! exception carries its reason and fails when its target is gone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a source file: what fits into a head.
const MOST_LINES: usize = 400;

/// Files that may be longer, and why.
const LONGER: [(&str, &str); 2] = [
    ("host/sandbox/src/v1_0.rs", "the whole conversion of one interface version stands in one file"),
    ("host/sandbox/src/v2.rs", "the whole conversion that the versions 2.x share stands in one file"),
];

/// What floor 0 may depend on: nothing of these does I/O by itself.
const DOMAIN_DEPENDENCIES: [&str; 16] = [
    "base64",
    "chacha20poly1305",
    "csv",
    "ed25519-dalek",
    "hmac",
    "jiff",
    "regex",
    "schemars",
    "semver",
    "serde",
    "serde_json",
    "sha2",
    "sm2",
    "spdx",
    "thiserror",
    "zeroize",
];

/// SHA-256 of each scoring rule set (考核规则) that has been published. A published version is
/// never edited: a sheet that was made by it must come out the same next year. Only the day
/// on which it ends may be filled in, when another replaces it.
const PUBLISHED_RULES: [(&str, &str); 4] = [
    ("LYG-2022-02", "6ba3df80bed1692412503a0ae8a02bf9eb7001df01ad832a2d8d09d7ae762954"),
    ("LYG-2022-08", "764e9415e8fda53ead9cce388a179e625ee0b823d3babeab30e6ba6fd71f3736"),
    ("WF-2024", "37d4980c2381bb915c9ab75ea480b3191bf0cb0e0b5571bae17d9328aaa07330"),
    ("ZGR-2024", "27d00bb6cf6d7f02c2d6318143e5b85c0156bddc73b507628e981a3a5e8c3a93"),
];

/// The tables of the scoring rules, by version.
const RULE_TABLES: [&str; 6] = ["rule-sets", "weights", "items", "seasonal", "bands", "grades"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn files_in(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != ".git" && name != "node_modules" {
            files_in(&path, extension, found);
        } else if path.extension().is_some_and(|of| of == extension) {
            found.push(path);
        }
    }
}

pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files_in(&root().join(folder), "rs", &mut found);
    found.sort();
    let relative = |path: &Path| path.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (relative(path), fs::read_to_string(path).expect("text"))).collect()
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let silent: Vec<_> = sources(".").into_iter().filter(|(_, text)| !text.starts_with("//!")).collect();
    assert!(silent.is_empty(), "{:?}", silent.iter().map(|(path, _)| path).collect::<Vec<_>>());
}

#[test]
fn no_room_grows_past_its_size() {
    let sources = sources(".");
    for (path, text) in &sources {
        let excused = LONGER.iter().any(|(excused, _)| excused == path);
        let long = text.lines().count();
        assert!(long <= MOST_LINES || excused, "{path} has {long} lines: split it");
        assert!(long > MOST_LINES || !excused, "{path} needs no exception any more");
    }
    for (path, _) in LONGER {
        assert!(sources.iter().any(|(of, _)| of == path), "{path} is gone: remove its exception");
    }
}

#[test]
fn sql_stands_only_in_the_store() {
    for (path, text) in sources("host") {
        let speaks_sql = ["sqlx::query", "select document", "insert into"].iter().any(|sql| text.contains(sql));
        assert!(!speaks_sql || path.starts_with("host/server/src/store/"), "{path} has SQL");
    }
}

#[test]
fn http_shapes_stand_only_in_the_api_and_the_console() {
    let rooms = ["host/server/src/api/", "host/server/src/console/", "host/server/src/server.rs"];
    for (path, text) in sources("host/server") {
        let allowed = rooms.iter().any(|room| path.starts_with(room));
        assert!(allowed || !text.contains("axum::"), "{path} knows HTTP");
    }
}

/// A page asks the API from within, through its gate, and has no other way to read or to change.
#[test]
fn the_console_has_no_way_of_its_own() {
    for (path, text) in sources("host/server/src/console") {
        for word in [".store", ".submit(", "Keeper", "sign_in::"] {
            assert!(!text.contains(word), "{path} has {word}: ask the API");
        }
    }
}

#[test]
fn floor_zero_is_pure() {
    let manifest: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("host/domain/Cargo.toml")).expect("text")).expect("TOML");
    let depends: Vec<&str> = manifest["dependencies"].as_table().expect("a table").keys().map(String::as_str).collect();
    assert_eq!(depends, DOMAIN_DEPENDENCIES);
    for (path, text) in sources("host/domain/src") {
        for word in
            ["std::fs", "std::net", "std::io", "Timestamp::now", "Zoned::now", "SystemTime", "Instant::now", "async fn"]
        {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
}

/// A dependency that nobody uses costs everybody's build.
#[test]
fn every_dependency_is_used() {
    for folder in ["host/domain", "host/sandbox", "host/server", "host/cli", "plugins/sdk"] {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("text");
        let manifest: toml::Table = toml::from_str(&text).expect("TOML");
        let code: String = sources(folder).into_iter().map(|(_, text)| text).collect();
        for name in manifest["dependencies"].as_table().expect("a table").keys() {
            let path = name.replace('-', "_");
            assert!(code.contains(&format!("{path}::")), "{folder} does not use {name}");
        }
    }
}

/// Dependencies run downward only: domain, sandbox, server, cli; guests see the SDK alone.
#[test]
fn floors_depend_downward_only() {
    let floors: [(&str, &[&str]); 3] = [
        ("host/domain", &[]),
        ("host/sandbox", &["chuishao-domain"]),
        ("host/server", &["chuishao-domain", "chuishao-sandbox"]),
    ];
    let guests = rules_in("plugins").into_iter().filter(|folder| root().join(folder).join("Cargo.toml").is_file());
    let guests: Vec<String> = guests.collect();
    assert!(!guests.is_empty(), "there are rules");
    let guests = guests.iter().map(|folder| match folder.as_str() {
        // What its cells mean is read by the command line, too, in the same crate.
        "plugins/decision-table" => (folder.as_str(), ["chuishao-sdk", "chuishao-table"].as_slice()),
        guest => (guest, ["chuishao-sdk"].as_slice()),
    });
    let apart: [(&str, &[&str]); 1] = [("plugins/decision-table/table", &[])];
    for (folder, allowed) in floors.into_iter().chain(guests).chain(apart) {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("text");
        let manifest: toml::Table = toml::from_str(&text).expect("TOML");
        let depends = manifest["dependencies"].as_table().expect("a table").keys();
        let own: BTreeSet<&str> = depends.map(String::as_str).filter(|name| name.starts_with("chuishao")).collect();
        assert_eq!(own, allowed.iter().copied().collect(), "{folder}");
    }
}

#[test]
fn published_scoring_rules_are_never_edited() {
    let versions: BTreeSet<String> = rows_of("rule-sets").into_iter().map(|row| row[0].clone()).collect();
    let published = PUBLISHED_RULES.iter().map(|(version, _)| (*version).to_owned()).collect();
    assert_eq!(versions, published, "a new version is listed here from the day on which it is published");
    for (version, expected) in PUBLISHED_RULES {
        let digest = chuishao_domain::digest::digest(rules_of(version).as_bytes());
        assert_eq!(digest, expected, "考核规则 {version} 已公布，不能改动：请另立新版本");
    }
}

/// The rows of a table of the scoring rules, without the day on which a version ends.
fn rows_of(table: &str) -> Vec<Vec<String>> {
    let path = root().join("host/domain/data/evaluation").join(table).with_extension("csv");
    let text = fs::read_to_string(path).expect("text").replace('\r', "");
    assert!(
        !text.contains('"'),
        "{table}.csv: a quoted cell could hold a comma, and cells are told apart by commas here"
    );
    let mut rows: Vec<Vec<String>> = text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let header = rows.remove(0);
    if let Some(ends) = header.iter().position(|column| column == "effective_until") {
        for row in &mut rows {
            row.remove(ends);
        }
    }
    rows
}

/// All that a version says, in the order of its tables: the order of lines is that of a sheet.
/// The curves that it scores by are part of it.
fn rules_of(version: &str) -> String {
    let mut said = String::new();
    let mut curves = BTreeSet::new();
    for table in RULE_TABLES {
        for row in rows_of(table).iter().filter(|row| row[0] == version) {
            said += &format!("{table}: {}\n", row.join(","));
            if table == "weights" {
                curves.insert(row[3].clone());
            }
        }
    }
    for row in rows_of("curves").iter().filter(|row| curves.contains(&row[0])) {
        said += &format!("curves: {}\n", row.join(","));
    }
    said
}

/// The tables listed above are all there are: a new one is part of what a version says.
#[test]
fn every_table_of_the_scoring_rules_is_kept() {
    let mut found = Vec::new();
    files_in(&root().join("host/domain/data/evaluation"), "csv", &mut found);
    let found: BTreeSet<_> = found.iter().map(|path| path.file_stem().expect("a name").to_string_lossy()).collect();
    let kept: BTreeSet<_> = RULE_TABLES.into_iter().chain(["curves"]).map(Into::into).collect();
    assert_eq!(found, kept);
}

#[test]
fn every_path_that_the_readme_names_exists() {
    let text = fs::read_to_string(root().join("README.md")).expect("a README");
    let mut named = 0;
    for word in text.split(['`', '(', ')', ' ', '\n', '|']).filter(|word| word.contains('/')) {
        let first = word.split('/').next().unwrap_or_default();
        if ["host", "plugins", "wit", "examples", "tests", ".ci", ".cargo"].contains(&first) && !word.contains('<') {
            assert!(root().join(word.trim_end_matches(['.', ',', '。', '，'])).exists(), "README names {word}");
            named += 1;
        }
    }
    assert!(named > 5, "the README has a map");
}

/// The folders that have a manifest, in a folder of the workspace.
fn rules_in(parent: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(parent)).expect("a folder").flatten();
    let mut rules: Vec<String> = entries
        .filter(|entry| entry.path().join("plugin.toml").is_file())
        .map(|entry| format!("{parent}/{}", entry.file_name().to_string_lossy()))
        .collect();
    rules.sort();
    rules
}

/// Every rule has scenarios, and every real one a page for the people who decide whether to switch it
/// on.
#[test]
fn every_rule_has_scenarios_and_a_page() {
    for folder in rules_in("plugins").into_iter().chain(rules_in("examples")) {
        let mut found = Vec::new();
        files_in(&root().join(&folder).join("scenarios"), "toml", &mut found);
        assert!(!found.is_empty(), "{folder} has no scenario");
    }
    for folder in rules_in("plugins") {
        let page = fs::read_to_string(root().join(&folder).join("README.md")).unwrap_or_default();
        for part in ["**做什么**", "**什么时候说话**", "**不会做什么**"] {
            assert!(page.contains(part), "{folder}/README.md does not say {part}");
        }
    }
}

/// Words of other trades that the glossary avoids, where they would be a type's name.
#[test]
fn the_glossary_is_kept() {
    for (path, text) in sources("host") {
        for word in
            ["struct Order {", "struct Case", "struct Request {", "struct Department", "enum Unit ", "struct Log "]
        {
            assert!(!text.contains(word), "{path} has {word}: see the glossary");
        }
    }
}

/// Rows of the articles that describe the setting, and no mechanism.
const ROWS_WITHOUT_MECHANISM: [u32; 7] = [28, 37, 47, 62, 65, 66, 67];
const LAST_ROW: u32 = 67;

/// The table of the articles' mechanisms leaves none out, and names nothing that is not there.
#[test]
fn every_mechanism_names_what_keeps_it() {
    let table = fs::read_to_string(root().join("host/domain/docs/articles.md")).expect("the table");
    let mut rows = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, _, kept_by, _] = cells[..] else { continue };
        let Ok(number) = number.parse::<u32>() else { continue };
        rows.push(number);
        let named: Vec<&str> = kept_by.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty() || kept_by.contains("still to come"), "row {number} names nothing");
        for name in named {
            let (path, test) = name.split_once("::").map_or((name, None), |(path, test)| (path, Some(test)));
            let place = root().join(path);
            assert!(place.exists(), "row {number}: there is no {path}");
            let Some(test) = test else { continue };
            let text = fs::read_to_string(place).expect("it reads");
            assert!(text.contains(&format!("fn {test}(")), "row {number}: {path} has no {test}");
        }
    }
    let wanted: Vec<u32> = (1..=LAST_ROW).filter(|row| !ROWS_WITHOUT_MECHANISM.contains(row)).collect();
    assert_eq!(rows, wanted);
}

/// A file that no `mod` names is compiled by nobody, and its tests are green for ever.
#[test]
fn every_test_file_is_part_of_the_tests() {
    let all = sources("tests/all");
    let code: String = all.iter().map(|(_, text)| text.as_str()).collect();
    for (path, _) in &all {
        let file = Path::new(path);
        let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let module = match stem {
            "main" => continue,
            "mod" => file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).expect("a folder"),
            stem => stem,
        };
        assert!(code.contains(&format!("mod {module};")), "{path} is named by no mod");
    }
}
