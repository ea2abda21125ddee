//! A plugin is the same file wherever and by whomever it is built, with one compiler: who has the
//! source text can check that a package was made from it.

use crate::server::components::{binary, components};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Copies source text: what a build left behind stays.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "target" {
            copy(&path, &to.join(name));
        } else if path.extension().is_some_and(|of| ["rs", "toml", "wit"].iter().any(|source| of == *source)) {
            fs::copy(&path, to.join(name)).expect("it is copied");
        }
    }
}

#[test]
fn a_plugin_is_the_same_wherever_it_is_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let project = elsewhere.path().join("another place/of another length");
    for folder in ["plugins", "wit"] {
        copy(&root.join(folder), &project.join(folder));
    }
    let text = fs::read_to_string(root.join("Cargo.toml")).expect("text");
    let mut workspace: toml::Table = toml::from_str(&text).expect("TOML");
    let members = workspace["workspace"].as_table_mut().expect("a workspace");
    members.insert("members".into(), vec!["plugins/*"].into());
    members.remove("default-members");
    fs::write(project.join("Cargo.toml"), workspace.to_string()).expect("it is written");
    fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock")).expect("it is copied");

    let first = fs::read(&components().heating).expect("a component");
    // Another author, with habits of his own.
    let mut build = Command::new(binary());
    build.args(["plugin", "build", "plugins/heating-mode"]).current_dir(&project);
    build.env("CARGO_TARGET_DIR", elsewhere.path().join("target")).env("CARGO_INCREMENTAL", "1");
    build.env("RUSTFLAGS", "-C debug-assertions=on").env("CARGO_NET_OFFLINE", "true");
    let output = build.output().expect("it can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let second = fs::read(project.join("plugins/heating-mode/heating-mode.wasm")).expect("a component");
    assert!(first == second, "{} bytes here, {} there", first.len(), second.len());
}
