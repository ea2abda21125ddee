//! `plugin build`: runs the language's own tool chain, encodes the result into a component
//! and puts the manifest into it.

use super::{Faults, read_manifest};
use chuishao_domain::rule::problem::Problem;
use chuishao_sandbox::package::{Package, add_revision, with_manifest};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use wit_component::ComponentEncoder;

/// The target that gives guests without a single WASI import, `std` included.
const TARGET: &str = "wasm32-unknown-unknown";

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

/// What a build gives.
pub struct Built {
    /// The component.
    pub path: PathBuf,
    /// Its size.
    pub bytes: usize,
}

/// Builds a plugin's folder; the state of its source text is written into the file if it is told.
///
/// # Errors
/// A tool is missing, the code does not compile, or the component is refused.
pub fn build(folder: &Path, revision: Option<&str>) -> Result<Built, Box<dyn std::error::Error>> {
    let manifest = read_manifest(folder)?;
    if !folder.join("Cargo.toml").is_file() {
        return Err(Faults(vec![Problem::new(
            "build.language",
            folder.display().to_string(),
            "看不出用什么语言编写：目前构建 Rust 插件，目录里要有 Cargo.toml；其他语言的组件可直接用 plugin check 检查",
            "no Cargo.toml; components of other languages can be checked with `plugin check`",
        )])
        .into());
    }
    add_target()?;
    let module = std::fs::read(compile(folder)?)?;
    let mut component =
        ComponentEncoder::default().validate(true).module(&module).and_then(|mut encoder| encoder.encode()).map_err(
            |error| {
                Faults(vec![Problem::new(
                    "build.encode",
                    folder.display().to_string(),
                    format!("不能编码为组件：{error:#}。请确认用了 chuishao_sdk::rule! 导出规则"),
                    "the module cannot be encoded as a component; export the rule with chuishao_sdk::rule!",
                )])
            },
        )?;
    if let Some(revision) = revision {
        add_revision(&mut component, revision);
    }
    let bytes = with_manifest(&component, &manifest);
    Package::read(&bytes).map_err(Faults)?;
    let path = folder.join(format!("{}.wasm", manifest.name));
    std::fs::write(&path, &bytes)?;
    Ok(Built { path, bytes: bytes.len() })
}

fn tool_missing(tool: &str, error: &std::io::Error) -> Faults {
    Faults(vec![Problem::new(
        "build.tool",
        tool,
        format!("不能运行 {tool}：{error}。请先安装 Rust（https://rustup.rs）"),
        "install Rust by rustup",
    )])
}

/// `rustup target add` when the target is not there. Without rustup the compiler itself will
/// say whether the target is missing.
fn add_target() -> Result<(), Faults> {
    let Ok(listed) = Command::new("rustup").args(["target", "list", "--installed"]).output() else { return Ok(()) };
    if String::from_utf8_lossy(&listed.stdout).lines().any(|line| line == TARGET) {
        return Ok(());
    }
    eprintln!("安装编译目标 {TARGET} …");
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Faults(vec![Problem::new(
            "build.target",
            TARGET,
            format!("不能安装编译目标，请手工运行 rustup target add {TARGET}"),
            "the target could not be installed",
        )])),
    }
}

/// Runs cargo; its own progress goes to the terminal, its messages tell where the module is.
fn compile(folder: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(&cargo)
        .args(["build", "--release", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"])
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .envs(PROFILE)
        .env("CARGO_ENCODED_RUSTFLAGS", flags().unwrap_or_default())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| tool_missing("cargo", &error))?;
    if !output.status.success() {
        return Err(Faults(vec![Problem::new(
            "build.compile",
            folder.display().to_string(),
            "代码没有通过编译，请看上面的编译信息",
            "the code does not compile; see above",
        )])
        .into());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let module = messages.lines().rev().find_map(module_of);
    module.ok_or_else(|| {
        Faults(vec![Problem::new(
            "build.no-module",
            folder.display().to_string(),
            "编译没有产生 .wasm：请在 Cargo.toml 写 [lib] crate-type = [\"cdylib\"]",
            "no .wasm came out: set crate-type to cdylib",
        )])
        .into()
    })
}

fn module_of(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    let files = message.get("filenames")?.as_array()?;
    files.iter().filter_map(serde_json::Value::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
}
