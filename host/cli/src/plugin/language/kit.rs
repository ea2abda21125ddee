//! The kit: what a rule's folder needs of this project, written into its `.chuishao`: the
//! interface, the SDK of its language, what an editor needs to know. Always of the newest
//! interface version that this program serves, and never edited by hand.

use super::{Language, c, interface_types};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use chuishao_sandbox::interface::{NEWEST_TEXT, SERVED_VERSIONS};
use semver::Version;
use std::fs;
use std::path::{Path, PathBuf};

/// The kit's folder in a rule's folder. Not for version control.
pub const FOLDER: &str = ".chuishao";

/// The interface, in the kit.
pub const INTERFACE: &str = "rule.wit";

/// Files of this repository, by their place in it.
macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", $path)))),+]
    };
}
pub(crate) use files;

const RUST_SDK: &[(&str, &str)] = files![
    "plugins/sdk/src/arena.rs",
    "plugins/sdk/src/context.rs",
    "plugins/sdk/src/lib.rs",
    "plugins/sdk/src/log.rs",
    "plugins/sdk/src/sample.rs",
];

const JAVASCRIPT_SDK: &[(&str, &str)] =
    files!["plugins/sdk/javascript/chuishao.js", "plugins/sdk/javascript/chuishao.d.ts"];

const PYTHON_SDK: &[(&str, &str)] =
    files!["plugins/sdk/python/absent.py", "plugins/sdk/python/chuishao.py", "plugins/sdk/python/entry.py"];

const C_SDK: &[(&str, &str)] =
    files!["plugins/sdk/c/chuishao.c", "plugins/sdk/c/chuishao.h", "plugins/sdk/c/stdlib.h", "plugins/sdk/c/string.h",];

const WORKSPACE: &str = include_str!("../../../../../Cargo.toml");

/// The interface version that rules are built for.
pub fn version() -> &'static Version {
    &SERVED_VERSIONS[SERVED_VERSIONS.len() - 1]
}

/// A file of the kit: its place in it, and its bytes.
pub type KitFile = (String, Vec<u8>);

/// What a language's kit consists of.
pub fn files_of(language: Language) -> Result<Vec<KitFile>, Faults> {
    let plain = |files: &[(&str, &str)]| -> Vec<KitFile> {
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        files.iter().map(|(path, text)| (name(path), (*text).into())).collect()
    };
    let mut kit = match language {
        // As in this repository, so that the SDK finds the interface where it looks for it.
        Language::Rust => {
            let mut kit: Vec<KitFile> =
                RUST_SDK.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect();
            kit.push(("plugins/sdk/Cargo.toml".into(), rust_manifest()?.into()));
            kit.push((format!("wit/{}/rule.wit", version()), NEWEST_TEXT.into()));
            return Ok(kit);
        }
        Language::JavaScript => {
            let mut kit = plain(JAVASCRIPT_SDK);
            kit.push(("interface.d.ts".into(), interface_types::declarations()?.into()));
            kit
        }
        Language::Python => plain(PYTHON_SDK),
        Language::C => [plain(C_SDK), c::bindings()?].concat(),
    };
    kit.push((INTERFACE.into(), NEWEST_TEXT.into()));
    Ok(kit)
}

/// Writes what is not there or of another version. Where the kit is.
///
/// # Errors
/// The folder cannot be written.
pub fn write(folder: &Path, language: Language) -> Result<PathBuf, Faults> {
    let kit = folder.join(FOLDER);
    if is_wanted(folder, language) {
        for (name, bytes) in files_of(language)? {
            write_changed(&kit.join(&name), &bytes)?;
        }
    }
    Ok(kit)
}

/// A crate may take the SDK from elsewhere, as this repository's own do.
pub fn is_wanted(folder: &Path, language: Language) -> bool {
    language != Language::Rust
        || fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains(".chuishao/plugins/sdk"))
}

/// A file that is as it should be keeps its moment, by which tool chains tell what changed.
fn write_changed(path: &Path, bytes: &[u8]) -> Result<(), Faults> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(path);
    fs::create_dir_all(parent).and_then(|()| fs::write(path, bytes)).map_err(|error| {
        let place = path.display().to_string();
        fault("file.unwritable", &place, format!("写不进文件：{error}"), "the file cannot be written")
    })
}

/// The SDK's manifest for a folder outside this workspace.
fn rust_manifest() -> Result<String, Faults> {
    let broken = |what: &str| {
        fault(
            "build.kit",
            "chuishao-sdk",
            format!("程序自带的 SDK 不完整：{what}"),
            "the SDK inside this program is incomplete",
        )
    };
    let workspace: toml::Table = toml::from_str(WORKSPACE).map_err(|error| broken(error.message()))?;
    let at = |path: &[&str]| {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(workspace.get(*first)?, |value, key| value.get(key)).cloned()
    };
    let mut package = toml::Table::new();
    package.insert("name".into(), "chuishao-sdk".into());
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        package.insert(key.into(), at(&["workspace", "package", key]).ok_or_else(|| broken(key))?);
    }
    let mut dependencies = toml::Table::new();
    let bindgen = at(&["workspace", "dependencies", "wit-bindgen"]).ok_or_else(|| broken("wit-bindgen"))?;
    dependencies.insert("wit-bindgen".into(), bindgen);
    let mut manifest = toml::Table::new();
    manifest.insert("package".into(), package.into());
    manifest.insert("dependencies".into(), dependencies.into());
    toml::to_string(&manifest).map_err(|error| broken(&error.to_string()))
}
