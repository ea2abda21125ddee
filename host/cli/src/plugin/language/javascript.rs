//! JavaScript and TypeScript: componentize-qjs, which puts QuickJS and the rule, already started,
//! into one component. Nothing is made smaller than it was written: a failure names the line.

use super::kit::{self, INTERFACE};
use super::run;
use super::tools::{AMARO, COMPONENTIZE_QJS, node};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// What the component exports; it calls the rule.
const ENTRY: &str = include_str!("../../../../../plugins/sdk/javascript/entry.js");

/// What comes before the rule.
const ABSENT: &str = include_str!("../../../../../plugins/sdk/javascript/absent.js");

/// What takes the types out of TypeScript, for Node.js: amaro's folder, the file, the result.
const STRIP: &str = "const [amaro, from, to] = process.argv.slice(1);
const fs = require('fs');
try {
  const { code } = require(amaro).transformSync(fs.readFileSync(from, 'utf8'), { mode: 'strip-only' });
  fs.writeFileSync(to, code);
} catch (fault) {
  const place = fault.startLine ? `${from}:${fault.startLine}:${fault.startColumn + 1}` : from;
  console.error(`${place}: ${fault.message}\\n${fault.snippet ?? ''}`);
  process.exit(1);
}";

/// Builds the folder's module.
pub fn component(folder: &Path, kit: &Path, main: &str) -> Result<Vec<u8>, Faults> {
    let node = node()?;
    let tool = COMPONENTIZE_QJS.ensure()?;
    // The engine reads modules as they are, so they are put together elsewhere: TypeScript without
    // its types, and the entry.
    let stage = tempfile::tempdir().map_err(|error| unstaged(folder, &error))?;
    copy(folder, stage.path(), node, 0)?;
    let beside = stage.path().join(kit::FOLDER);
    let entry = ENTRY.replace("VERSION", &kit::version().to_string()).replace("RULE", main);
    let staged = fs::create_dir(&beside)
        .and_then(|()| fs::copy(kit.join("chuishao.js"), beside.join("chuishao.js")))
        .and_then(|_| fs::write(beside.join("absent.js"), ABSENT))
        .and_then(|()| fs::write(beside.join("entry.js"), entry));
    staged.map_err(|error| unstaged(folder, &error))?;
    let output = stage.path().join("out.wasm");
    let mut command = Command::new(node);
    command.arg(tool.join("node_modules/componentize-qjs/bin/componentize-qjs"));
    command.arg("--wit").arg(kit.join(INTERFACE)).arg("--js").arg(beside.join("entry.js"));
    command.arg("--module-root").arg(stage.path()).arg("--output").arg(&output);
    command.args(["--world", "rule", "--stub-wasi", "--sync", "--opt-size"]);
    run(&mut command, folder)?;
    super::made(&output)
}

/// How deep a rule's folders are looked into: who needs more has lost his way.
const MOST_DEPTH: usize = 8;

/// Copies modules, and takes the types out of those that have them.
fn copy(from: &Path, to: &Path, node: &str, depth: usize) -> Result<(), Faults> {
    let entries = fs::read_dir(from).map_err(|error| unstaged(from, &error))?;
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let word = name.to_string_lossy();
        if path.is_dir() {
            if depth < MOST_DEPTH && !word.starts_with('.') && word != "node_modules" {
                fs::create_dir(to.join(&name)).map_err(|error| unstaged(&path, &error))?;
                copy(&path, &to.join(&name), node, depth + 1)?;
            }
        } else if word.ends_with(".ts") && !word.ends_with(".d.ts") {
            let amaro = AMARO.ensure()?.join("node_modules/amaro");
            let mut command = Command::new(node);
            command.args(["-e", STRIP]).arg(amaro).arg(&path).arg(to.join(&name));
            run(&mut command, from)?;
        } else if [".js", ".mjs", ".json"].iter().any(|ending| word.ends_with(ending)) {
            fs::copy(&path, to.join(&name)).map_err(|error| unstaged(&path, &error))?;
        }
    }
    Ok(())
}

fn unstaged(path: &Path, error: &io::Error) -> Faults {
    let place = path.display().to_string();
    fault("build.stage", &place, format!("不能准备构建：{error}"), "the build cannot be prepared")
}
