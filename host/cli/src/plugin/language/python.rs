//! Python: componentize-py, which puts CPython and the rule, already started, into one component.

use super::kit::INTERFACE;
use super::run;
use super::tools::{COMPONENTIZE_PY, python};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The rule's own libraries, in pure Python: `pip install --target vendor NAME`.
const VENDOR: &str = "vendor";

/// Runs the tool from the folder into which it was installed.
const START: &str = "import sys; from componentize_py import script; sys.exit(script())";

/// Builds the folder's module, after the types for the editor.
pub fn component(folder: &Path, kit: &Path) -> Result<Vec<u8>, Faults> {
    bindings(folder, kit)?;
    let stage = stage(folder)?;
    let output = stage.path().join("out.wasm");
    let mut command = tool(kit, stage.path())?;
    command.args(["componentize", "--stub-wasi", "--output"]).arg(&output);
    for path in [folder, kit, &folder.join(VENDOR)] {
        if path.is_dir() {
            command.arg("--python-path").arg(path);
        }
    }
    run(command.arg("entry"), folder)?;
    super::made(&output)
}

/// Writes the interface's types into the kit: for the editor, and for unit tests.
pub fn bindings(folder: &Path, kit: &Path) -> Result<(), Faults> {
    // Beside what is there, which the tool does not overwrite.
    let stage = tempfile::tempdir_in(kit).map_err(|error| unstaged(folder, &error))?;
    run(tool(kit, stage.path())?.arg("bindings").arg(stage.path()), folder)?;
    let entries = fs::read_dir(stage.path()).map_err(|error| unstaged(folder, &error))?;
    for entry in entries.flatten() {
        let to = kit.join(entry.file_name());
        let _ = fs::remove_dir_all(&to);
        fs::rename(entry.path(), &to).map_err(|error| unstaged(folder, &error))?;
    }
    Ok(())
}

/// Whether a kit has them.
pub fn has_bindings(kit: &Path) -> bool {
    kit.join("wit_world").is_dir()
}

fn tool(kit: &Path, stage: &Path) -> Result<Command, Faults> {
    let tool = COMPONENTIZE_PY.ensure()?;
    let mut command = Command::new(python()?);
    command.args(["-c", START, "--wit-path"]).arg(kit.join(INTERFACE)).args(["--world", "rule"]);
    command.env("PYTHONPATH", &tool).env("PYTHONDONTWRITEBYTECODE", "1");
    // What else is installed for Python on this machine is none of the rule's.
    command.env("VIRTUAL_ENV", stage);
    Ok(command)
}

fn stage(folder: &Path) -> Result<TempDir, Faults> {
    tempfile::tempdir().map_err(|error| unstaged(folder, &error))
}

fn unstaged(folder: &Path, error: &io::Error) -> Faults {
    let place = folder.display().to_string();
    fault("build.stage", &place, format!("不能准备构建：{error}"), "the build cannot be prepared")
}
