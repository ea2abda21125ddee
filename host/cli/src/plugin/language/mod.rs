//! The languages that a rule may be written in. Which one a folder is in, its main file says.
//!
//! - `kit`: what a folder needs of this project: interface, SDK, editor types;
//! - `interface_types`: the interface as TypeScript sees it;
//! - `tools`: the tool chains, pinned, in a folder of the user's own;
//! - `rust`, `javascript`, `python`, `c`: from source text to a component.

pub mod c;
pub mod interface_types;
pub mod javascript;
pub mod kit;
pub mod python;
pub mod rust;
pub mod tools;

use super::Faults;
use super::files::fault;
use clap::ValueEnum;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Rust,
    /// JavaScript or TypeScript
    #[value(name = "javascript", aliases = ["js", "typescript", "ts"])]
    JavaScript,
    #[value(alias = "py")]
    Python,
    C,
}

impl Language {
    pub const ALL: [Self; 4] = [Self::Rust, Self::JavaScript, Self::Python, Self::C];

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::C => "C",
        }
    }

    /// The files that a rule in it may begin with.
    pub fn main_files(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["Cargo.toml"],
            Self::JavaScript => &["rule.js", "rule.ts"],
            Self::Python => &["rule.py"],
            Self::C => &["rule.c"],
        }
    }

    /// The language of a rule's folder, with its main file.
    ///
    /// # Errors
    /// There is no main file, or more than one.
    pub fn of(folder: &Path) -> Result<(Self, &'static str), Faults> {
        let mains = Self::ALL.iter().flat_map(|language| language.main_files().iter().map(|file| (*language, *file)));
        let found: Vec<(Self, &str)> = mains.filter(|(_, file)| folder.join(file).is_file()).collect();
        let place = folder.display().to_string();
        match found[..] {
            [one] => Ok(one),
            [] => Err(fault(
                "build.language",
                &place,
                "看不出用什么语言编写：目录里要有 Cargo.toml（Rust）、rule.js 或 rule.ts、rule.py、rule.c 中的一个；新写一个请用 chuishao plugin new",
                "no Cargo.toml, rule.js, rule.ts, rule.py or rule.c; begin with `chuishao plugin new`",
            )),
            _ => {
                let files: Vec<&str> = found.iter().map(|(_, file)| *file).collect();
                let words = format!("同时有 {}，不知以哪个为准；请只留一个", files.join("、"));
                Err(fault("build.language", &place, words, "more than one language; keep one main file"))
            }
        }
    }

    /// Runs the language's tool chain.
    ///
    /// # Errors
    /// A tool is missing, or the code does not compile.
    pub fn component(self, folder: &Path, main: &str) -> Result<Vec<u8>, Faults> {
        let kit = kit::write(folder, self)?;
        match self {
            Self::Rust => rust::component(folder),
            Self::JavaScript => javascript::component(folder, &kit, main),
            Self::Python => python::component(folder, &kit),
            Self::C => c::component(folder, &kit),
        }
    }
}

/// Runs a compiler and shows what it says only when it fails: on success it is noise.
///
/// # Errors
/// It cannot be started, or it fails.
fn run(command: &mut Command, folder: &Path) -> Result<Output, Faults> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(output);
    }
    for said in [&output.stdout, &output.stderr] {
        eprint!("{}", String::from_utf8_lossy(said));
    }
    Err(not_compiled(folder))
}

fn not_started(command: &Command, error: &io::Error) -> Faults {
    let program = PathBuf::from(command.get_program()).display().to_string();
    let words = format!("不能运行：{error}。请运行 chuishao plugin doctor，它会说明缺什么、怎样安装");
    fault("build.tool", &program, words, "cannot be started; `chuishao plugin doctor` says what is missing")
}

fn not_compiled(folder: &Path) -> Faults {
    fault(
        "build.compile",
        &folder.display().to_string(),
        "代码没有通过编译，请看上面的编译信息",
        "the code does not compile; see above",
    )
}

/// Turns a core module into a component.
///
/// # Errors
/// It does not export the interface.
fn encoded(module: &[u8], folder: &Path, advice: &str) -> Result<Vec<u8>, Faults> {
    let encoder = wit_component::ComponentEncoder::default().validate(true).module(module);
    encoder.and_then(|mut encoder| encoder.encode()).map_err(|error| {
        fault(
            "build.encode",
            &folder.display().to_string(),
            format!("不能编码为组件：{error:#}。{advice}"),
            "the module cannot be encoded as a component: it does not export the rule",
        )
    })
}

/// What came out of a tool.
fn made(path: &Path) -> Result<Vec<u8>, Faults> {
    std::fs::read(path).map_err(|error| {
        fault(
            "build.no-module",
            &path.display().to_string(),
            format!("编译没有产生 .wasm：{error}"),
            "no .wasm came out",
        )
    })
}
