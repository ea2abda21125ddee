//! Rust: cargo, for the target that gives guests without a single WASI import.

use super::{encoded, not_compiled};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The target that gives guests without a single WASI import, `std` included.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to get the tool chain.
pub const GET: &str = "请安装 Rust：https://rustup.rs（Windows 下载 rustup-init.exe，另需 Visual Studio 生成工具）";

/// Small and quick, and the same on every machine, whatever the folder's own workspace and the
/// author's environment say: a panic is a trap, the code is optimised for size as a whole, names
/// and debug information stay at home.
const PROFILE: [(&str, &str); 10] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"),
    ("CARGO_PROFILE_RELEASE_LTO", "true"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_STRIP", "true"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "false"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "false"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
    ("CARGO_INCREMENTAL", "0"),
];

/// The compiler's flags, in the place of the author's own. Where cargo keeps its sources stands in
/// every message of a panic in them, and is another place on every machine.
fn flags() -> Option<OsString> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))?;
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(home);
    flags.push("=/cargo");
    Some(flags)
}

/// Builds the folder's crate.
pub fn component(folder: &Path) -> Result<Vec<u8>, Faults> {
    add_target()?;
    let module = super::made(&compile(folder)?)?;
    encoded(&module, folder, "请确认用了 chuishao_sdk::rule! 导出规则")
}

/// The program that builds, which may be the one that runs this one.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn tool_missing(tool: &str, error: &io::Error) -> Faults {
    fault("build.tool", tool, format!("不能运行 {tool}：{error}。{GET}"), "install Rust by rustup: https://rustup.rs")
}

/// Whether the target is there. Without rustup the compiler itself will say.
pub fn has_target() -> bool {
    match Command::new("rustup").args(["target", "list", "--installed"]).output() {
        Ok(listed) => String::from_utf8_lossy(&listed.stdout).lines().any(|line| line == TARGET),
        Err(_) => true,
    }
}

/// `rustup target add` when the target is not there.
pub fn add_target() -> Result<(), Faults> {
    if has_target() {
        return Ok(());
    }
    eprintln!("安装编译目标 {TARGET} …");
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(fault(
            "build.target",
            TARGET,
            format!("不能安装编译目标，请手工运行 rustup target add {TARGET}"),
            "the target could not be installed",
        )),
    }
}

/// Runs cargo; its own progress goes to the terminal, its messages tell where the module is.
fn compile(folder: &Path) -> Result<PathBuf, Faults> {
    let output = Command::new(cargo())
        .args(["build", "--release", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .envs(PROFILE)
        .env("CARGO_ENCODED_RUSTFLAGS", flags().unwrap_or_default())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| tool_missing("cargo", &error))?;
    if !output.status.success() {
        return Err(not_compiled(folder));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let module = messages.lines().rev().find_map(module_of);
    module.ok_or_else(|| {
        fault(
            "build.no-module",
            &folder.display().to_string(),
            "编译没有产生 .wasm：请在 Cargo.toml 写 [lib] crate-type = [\"cdylib\"]",
            "no .wasm came out: set crate-type to cdylib",
        )
    })
}

fn module_of(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let files = message.get("filenames")?.as_array()?;
    files.iter().filter_map(serde_json::Value::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
}
