//! An author's folder for one test: a manifest, the component that was built from it, scenarios.

use super::chuishao;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_sandbox::package::with_manifest;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A matter of 奎文区 that is registered and accepted, to go on from.
pub(super) const ACCEPTED: &str = r#"
[[step]]
at = "2024-09-02T09:00"
register = { matter_kind = "complaint", category = "0301", title = "楼上夜间噪声", place = { territory = "370705", estate = "胜利新村" } }

[[step]]
at = "2024-09-02T09:05"
do = { command = "accept" }
"#;

pub(super) struct Folder(TempDir);

impl Folder {
    /// With one scenario, `story.toml`.
    pub(super) fn new(manifest: &Manifest, component: &[u8], story: &str) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(folder.path("scenarios")).expect("a folder");
        folder.write("plugin.toml", &toml::to_string(manifest).expect("it writes"));
        fs::write(folder.path(&format!("{}.wasm", manifest.name)), with_manifest(component, manifest))
            .expect("written");
        folder.write("scenarios/story.toml", story);
        folder
    }

    /// A copy of a plugin that was built, without its scenarios.
    pub(super) fn copy_of(component: &Path, story: &str) -> Self {
        let (from, folder) = (component.parent().expect("a folder"), Self(tempfile::tempdir().expect("a folder")));
        fs::create_dir(folder.path("scenarios")).expect("a folder");
        for file in [Path::new("plugin.toml"), Path::new(component.file_name().expect("a name"))] {
            fs::copy(from.join(file), folder.0.path().join(file)).expect("it is copied");
        }
        folder.write("scenarios/story.toml", story);
        folder
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("text")
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("it is written");
    }

    /// Runs a command of the author on the folder.
    pub(super) fn plugin(&self, command: &str, args: &[&str]) -> (bool, String) {
        let folder = self.0.path().to_string_lossy().into_owned();
        let (passed, said) = chuishao(&[&["plugin", command, &folder], args].concat());
        (passed, said.replace(&folder, "插件目录"))
    }
}
