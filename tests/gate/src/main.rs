//! `cargo ci`: every check of the project in one command, the same at a desk and on a
//! server. It installs what a fresh machine lacks, says so, stops at the first failure and
//! ends with how long each step took. `cargo ci browser clippy` takes the steps that are named so.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// The version that reads `deny.toml`.
const CARGO_DENY: &str = "0.20.2";

/// The folders that hold rules, each with a `plugin.toml`.
const RULE_FOLDERS: [&str; 2] = ["plugins", "examples"];

/// The folders of the rule that is written in every language.
const SAME_RULE: &str = "first-rule-";

/// Languages that a rule may be written in.
const LANGUAGES: usize = 4;

type Outcome = Result<(), String>;
type Step = (&'static str, fn(&Path) -> Outcome);

/// Cheap checks first; the build of the dependencies is shared by all that follows.
const STEPS: [Step; 10] = [
    ("格式 format", format),
    ("工具 tools", tools),
    ("许可证与禁用 licences and bans", deny),
    ("构建 build", build),
    ("规则的各种语言 languages of rules", languages),
    ("测试 tests", test),
    ("插件 plugins: build, check, scenarios", rules),
    ("演示 demonstration", demonstration),
    ("浏览器 a day in the browser", browser),
    ("静态检查与文档 clippy and rustdoc", lint),
];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned();
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|word| !STEPS.iter().any(|(name, _)| name.contains(word.as_str()))) {
        let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        eprintln!("没有这一步 no such step: {unknown}；可选 there are: {}", names.join("；"));
        return ExitCode::FAILURE;
    }
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let mut took: Vec<(&str, Duration)> = Vec::new();
    for (name, step) in STEPS.into_iter().filter(|(name, _)| chosen(name)) {
        println!("\n== {name}");
        let started = Instant::now();
        if let Err(what) = step(&root) {
            eprintln!("\n未通过 failed: {name}\n  {what}");
            return ExitCode::FAILURE;
        }
        took.push((name, started.elapsed()));
    }
    println!();
    for (name, time) in &took {
        println!("{:>5} s  {name}", time.as_secs());
    }
    let total: Duration = took.iter().map(|(_, time)| *time).sum();
    let all = if wanted.is_empty() { "全部通过 all passed" } else { "所选各步通过 the chosen steps passed" };
    println!("{all}: {} s\n{} passed, 0 failed", total.as_secs(), took.len());
    ExitCode::SUCCESS
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn run(root: &Path, program: impl Into<OsString>, args: &[&str]) -> Outcome {
    run_with(root, program, args, &[])
}

fn run_with(root: &Path, program: impl Into<OsString>, args: &[&str], env: &[(&str, &str)]) -> Outcome {
    let program = program.into();
    let shown = format!("{} {}", Path::new(&program).file_stem().unwrap_or_default().to_string_lossy(), args.join(" "));
    println!("$ {shown}");
    let status = Command::new(&program).args(args).envs(env.iter().copied()).current_dir(root).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` could not be run: {error}")),
    }
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

fn format(root: &Path) -> Outcome {
    run(root, cargo(), &["fmt", "--all", "--check"])
}

/// What rustup's minimal profile and a fresh machine lack.
fn tools(root: &Path) -> Outcome {
    if !succeeds("cargo", &["clippy", "--version"]) {
        run(root, "rustup", &["component", "add", "clippy"])?;
    }
    if !succeeds("cargo", &["deny", "--version"]) {
        println!("安装 cargo-deny {CARGO_DENY}（几分钟，只在第一次） installing, once");
        // It runs for seconds and takes minutes to optimise.
        run(root, cargo(), &["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--debug"])?;
    }
    // The tests start a private PostgreSQL of their own, whose programs Debian keeps off the path,
    // and a private registry for packages of rules.
    let postgres = Path::new("/usr/lib/postgresql").is_dir() || succeeds("initdb", &["--version"]);
    debian_package(root, "postgresql", postgres)?;
    debian_package(root, "docker-registry", succeeds("docker-registry", &["--version"]))?;
    // Rules are written in JavaScript, Python and C, too; their tools come from npm and PyPI.
    debian_package(root, "npm", succeeds("npm", &["--version"]))?;
    // The console is worked with in a real browser, which needs letters to write with.
    debian_package(root, "chromium", succeeds("chromium", &["--version"]))?;
    debian_package(root, "fonts-noto-cjk", Path::new("/usr/share/fonts/opentype/noto").is_dir())?;
    debian_package(root, "python3-pip", succeeds("python3", &["-m", "pip", "--version"]))?;
    // What we send and tell is tried with what others read it with: receivers' libraries, and Prometheus.
    run(root, "python3", &["-B", "tests/webhooks/install.py"])?;
    let prometheus = succeeds("prometheus", &["--version"]) && succeeds("promtool", &["--version"]);
    debian_package(root, "prometheus", prometheus)?;
    // The tests sign in by a real provider of sign-ins, also with a city's own certificate.
    debian_package(root, "openssl", succeeds("openssl", &["version"]))?;
    run(root, "node", &["tests/oidc/tool.mjs"])
}

/// Installs what only the tests need, where that may be done.
fn debian_package(root: &Path, name: &str, there: bool) -> Outcome {
    if there {
        return Ok(());
    }
    let root_user = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root_user {
        return Err(format!(
            "测试需要 {name}（只供测试自行启动），安装它要 root 权限，请先运行：sudo apt-get install --yes {name}\n  \
             the tests need {name}; install it as root, then run this again"
        ));
    }
    println!("安装 {name}（测试自行启动私有实例） installing {name} for the tests");
    let install = || run(root, "apt-get", &["install", "--yes", name]);
    // A machine that is new has no lists of packages yet, or old ones.
    install().or_else(|_| {
        run(root, "apt-get", &["update"])?;
        install()
    })
}

fn deny(root: &Path) -> Outcome {
    run(root, cargo(), &["deny", "check", "licenses", "bans", "sources"])
}

fn build(root: &Path) -> Outcome {
    // Benchmarks are compiled by clippy; nothing here runs them.
    run(root, cargo(), &["build", "--workspace", "--bins", "--tests"])
}

fn test(root: &Path) -> Outcome {
    run(root, cargo(), &["test", "--workspace"])
}

/// The binary that was built and tested. `cargo run` for its package alone would pick other features of
/// some crates far below, and build wasmtime once more.
fn chuishao() -> PathBuf {
    let name = format!("chuishao{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe().map_or_else(|_| PathBuf::from(&name), |gate| gate.with_file_name(&name))
}

/// Installs what rules in other languages are built with, pinned, into a folder of the user's own.
fn languages(root: &Path) -> Outcome {
    plugin(root, &["doctor", "--mend"])
}

fn plugin(root: &Path, args: &[&str]) -> Outcome {
    run(root, chuishao(), &[&["plugin"][..], args].concat())
}

/// Every rule is built, checked and played through its scenarios by the real binary; the same rule
/// in four languages must be asked the same and answer the same.
fn rules(root: &Path) -> Outcome {
    let folders = rule_folders(root)?;
    let mut recorded = Vec::new();
    for path in &folders {
        let folder = path.to_string_lossy();
        plugin(root, &["build", &folder])?;
        plugin(root, &["check", &folder])?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(SAME_RULE) {
            let made = root.join("target");
            std::fs::create_dir_all(&made).map_err(|error| error.to_string())?;
            let record = made.join(format!("{name}.json"));
            plugin(root, &["test", &folder, "--record", &record.to_string_lossy()])?;
            recorded.push(record);
        } else {
            plugin(root, &["test", &folder])?;
        }
        unit_tests(path)?;
    }
    answer_alike(&recorded)?;
    println!("{} 个插件 rules", folders.len());
    Ok(())
}

/// What a rule's author runs natively; cargo's are run with all others.
fn unit_tests(folder: &Path) -> Outcome {
    if folder.join("rule.test.js").is_file() {
        run(folder, "node", &["--test"])?;
    }
    if folder.join("test_rule.py").is_file() { run(folder, "python3", &["-B", "-m", "unittest"]) } else { Ok(()) }
}

/// The first is Rust's or C's; the others must be as it, to the byte.
fn answer_alike(recorded: &[PathBuf]) -> Outcome {
    let read = |path: &PathBuf| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let [first, others @ ..] = recorded else { return Err("no rule in several languages".into()) };
    let wanted = read(first)?;
    for other in others {
        if read(other)? != wanted {
            return Err(format!("{} and {} differ: the same rule answers otherwise", first.display(), other.display()));
        }
    }
    println!("同一规则的 {} 种语言，问答逐字节相同 same answers in {0} languages", recorded.len());
    if recorded.len() == LANGUAGES { Ok(()) } else { Err(format!("{LANGUAGES} languages are promised")) }
}

fn rule_folders(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for parent in RULE_FOLDERS {
        let entries = std::fs::read_dir(root.join(parent)).map_err(|error| format!("{parent}: {error}"))?;
        let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
        found.extend(folders.filter(|folder| folder.join("plugin.toml").is_file()));
    }
    found.sort();
    if found.is_empty() { Err("no rule was found".into()) } else { Ok(found) }
}

fn demonstration(root: &Path) -> Outcome {
    run(root, chuishao(), &["demo", "--end"])
}

/// A day's work of each post on both databases; the pictures stay in `target/browser`.
fn browser(root: &Path) -> Outcome {
    let folder = root.join("tests/browser");
    run(&folder, "npm", &["ci", "--no-audit", "--no-fund"])?;
    run(root, "node", &["tests/browser/main.mjs", "--program", &chuishao().to_string_lossy()])
}

fn lint(root: &Path) -> Outcome {
    run(root, cargo(), &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    let strict = [("RUSTDOCFLAGS", "--deny warnings")];
    run_with(root, cargo(), &["doc", "--workspace", "--no-deps", "--document-private-items"], &strict)
}
