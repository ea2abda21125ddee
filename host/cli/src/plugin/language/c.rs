//! C: clang and lld as Zig ships them, without a C library: the kit has what a rule needs.

use super::interface_types::resolved;
use super::kit::KitFile;
use super::tools::ZIG;
use super::{encoded, run};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_bindgen_core::{Files, WorldGenerator};

/// What every rule is compiled as: for size, with every warning. Zig has the stack where running out
/// of it traps and overwrites nothing.
const FLAGS: [&str; 12] = [
    "cc",
    "-target",
    "wasm32-freestanding",
    "-std=c17",
    "-Os",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter", // A rule looks at what it needs.
    "-Werror=implicit-function-declaration",
    "-nostdlib",
    "-Wl,--no-entry",
    "-Wl,--strip-all",
];

/// Long names of the generated code, and what they are here. In this order.
const NAMES: [(&str, &str); 5] = [
    ("exports_chuishao_rule_handler_on_", "chuishao_on_"),
    ("exports_chuishao_rule_handler_", "rule_"),
    ("EXPORTS_CHUISHAO_RULE_HANDLER_", "RULE_"),
    ("chuishao_rule_log_", "rule_log_"),
    ("CHUISHAO_RULE_LOG_", "RULE_LOG_"),
];

/// The interface in C, with short names.
pub fn bindings() -> Result<Vec<KitFile>, Faults> {
    let (mut resolve, _, world) = resolved()?;
    let mut files = Files::default();
    let mut generator: Box<dyn WorldGenerator> = wit_bindgen_c::Opts::default().build();
    generator.generate(&mut resolve, world, &mut files).map_err(|error| {
        fault("build.kit", "rule.h", format!("不能生成 C 绑定：{error:#}"), "the C bindings cannot be made")
    })?;
    Ok(files.iter().map(|(name, bytes)| (name.to_owned(), short_names(name, bytes))).collect())
}

fn short_names(file: &str, bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) if file.ends_with(".h") || file.ends_with(".c") => {
            NAMES.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short)).into()
        }
        _ => bytes.to_owned(),
    }
}

/// Builds every `.c` file of the folder.
pub fn component(folder: &Path, kit: &Path) -> Result<Vec<u8>, Faults> {
    let tool = ZIG.ensure()?;
    let stage = tempfile::tempdir().map_err(|error| unread(folder, &error))?;
    let output = stage.path().join("out.wasm");
    let mut command = zig(&tool);
    command.args(FLAGS).arg("-I").arg(kit).arg("-o").arg(&output);
    command.args(own_files(folder)?);
    command.args(["chuishao.c", "rule.c", "rule_component_type.o"].map(|name| kit.join(name)));
    run(&mut command, folder)?;
    encoded(&super::made(&output)?, folder, "请确认写了 rule_on_event，参数与 chuishao.h 里的一致")
}

fn zig(tool: &Path) -> Command {
    let mut command = Command::new(tool.join("ziglang").join(if cfg!(windows) { "zig.exe" } else { "zig" }));
    command.env("ZIG_GLOBAL_CACHE_DIR", tool.join("cache")).env("ZIG_LOCAL_CACHE_DIR", tool.join("cache"));
    command
}

fn own_files(folder: &Path) -> Result<Vec<PathBuf>, Faults> {
    let entries = fs::read_dir(folder).map_err(|error| unread(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "c"));
    files.sort();
    Ok(files)
}

fn unread(folder: &Path, error: &std::io::Error) -> Faults {
    let place = folder.display().to_string();
    fault("build.stage", &place, format!("不能准备构建：{error}"), "the build cannot be prepared")
}
