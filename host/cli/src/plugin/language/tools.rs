//! The tool chains of JavaScript, Python and C, pinned, from npm and PyPI. Each is installed once,
//! into a folder of the user's own, and is never looked for elsewhere: the same source text gives
//! the same tools everywhere. After that no network is needed; the folder may be copied to a
//! machine that has none.

use super::run;
use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the tools are, if not in the user's cache.
const FOLDER_VARIABLE: &str = "CHUISHAO_TOOLS";

/// Where a tool comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    Npm,
    PyPi,
}

/// One tool.
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
    pub registry: Registry,
}

/// JavaScript to a component, by QuickJS: 1.1 MB a rule, where SpiderMonkey makes 12 MB.
pub const COMPONENTIZE_QJS: Tool = Tool { name: "componentize-qjs", version: "0.4.5", registry: Registry::Npm };

/// Takes the types out of TypeScript and leaves every line where it is; Node.js's own.
pub const AMARO: Tool = Tool { name: "amaro", version: "1.2.1", registry: Registry::Npm };

/// Python to a component, with CPython itself.
pub const COMPONENTIZE_PY: Tool = Tool { name: "componentize-py", version: "0.25.1", registry: Registry::PyPi };

/// C, by clang and lld as Zig ships them, for every system and without installing a compiler.
pub const ZIG: Tool = Tool { name: "ziglang", version: "0.17.1", registry: Registry::PyPi };

impl Tool {
    /// Where it is or will be.
    pub fn folder(&self) -> Result<PathBuf, Faults> {
        Ok(folder()?.join(format!("{}-{}", self.name, self.version)))
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        self.folder().is_ok_and(|folder| folder.is_dir())
    }

    /// Where it is, after it was installed if it was not there.
    ///
    /// # Errors
    /// What it needs to be installed is missing, or the registry cannot be reached.
    pub fn ensure(&self) -> Result<PathBuf, Faults> {
        let to = self.folder()?;
        if to.is_dir() {
            return Ok(to);
        }
        let registry = match self.registry {
            Registry::Npm => "npm",
            Registry::PyPi => "PyPI",
        };
        eprintln!(
            "从 {registry} 安装 {} {} 到 {}（只在第一次） installing, once",
            self.name,
            self.version,
            to.display()
        );
        // Whole or not at all: another build may want it at the same moment.
        let beside = to.with_extension(format!("new-{}", std::process::id()));
        let installed = self.install(&beside);
        if let Err(fault) = installed {
            let _ = fs::remove_dir_all(&beside);
            return Err(fault);
        }
        if fs::rename(&beside, &to).is_err() {
            let _ = fs::remove_dir_all(&beside);
        }
        if to.is_dir() { Ok(to) } else { Err(unwritable(&to)) }
    }

    fn install(&self, to: &Path) -> Result<(), Faults> {
        fs::create_dir_all(to).map_err(|_| unwritable(to))?;
        let mut command = match self.registry {
            Registry::Npm => {
                node()?;
                let mut npm = Command::new(NPM);
                npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]);
                npm.arg("--prefix").arg(to).arg(format!("{}@{}", self.name, self.version));
                npm
            }
            Registry::PyPi => {
                let mut pip = Command::new(python()?);
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
                // Into a folder of its own: a system that manages its Python's packages allows that.
                pip.arg("--target").arg(to).arg(format!("{}=={}", self.name, self.version));
                pip
            }
        };
        run(&mut command, to).map(drop).map_err(|_| {
            let words = "不能安装：请看上面的信息。没有网络的电脑，可从别的同类电脑复制工具目录，或用镜像（npm config set registry、pip config set global.index-url）";
            fault("build.tool-install", self.name, words, "could not be installed; see above. A mirror or a copy of the folder of tools serves, too")
        })
    }
}

/// On Windows npm is a script, which has to be named in full.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Where the tools are.
///
/// # Errors
/// The system does not say where the user's files are.
pub fn folder() -> Result<PathBuf, Faults> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable(FOLDER_VARIABLE) {
        return Ok(folder);
    }
    let cache = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else {
        variable("XDG_CACHE_HOME").or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
    };
    cache.map(|cache| cache.join("chuishao").join("tools")).ok_or_else(|| {
        let words = "不知道用户目录在哪里，请设环境变量 CHUISHAO_TOOLS";
        fault("build.tool-folder", FOLDER_VARIABLE, words, "set CHUISHAO_TOOLS to a folder for the tools")
    })
}

fn unwritable(folder: &Path) -> Faults {
    let words = "工具目录写不进去；请检查权限，或设环境变量 CHUISHAO_TOOLS 换一个目录";
    fault("build.tool-folder", &folder.display().to_string(), words, "the folder of tools cannot be written")
}

/// How to get Node.js.
pub const GET_NODE: &str = "请安装 Node.js 18 以上，连同 npm：Debian 运行 apt-get install nodejs npm；Windows 运行 winget install OpenJS.NodeJS.LTS，或到 https://nodejs.org 下载";

/// How to get Python with pip.
pub const GET_PYTHON: &str = "请安装 Python 3.10 以上，连同 pip：Debian 运行 apt-get install python3 python3-pip；Windows 运行 winget install Python.Python.3.12，或到 https://www.python.org 下载";

/// Node.js, which also installs JavaScript's tools.
///
/// # Errors
/// Node.js or npm is missing or too old.
pub fn node() -> Result<&'static str, Faults> {
    let version = answers("node", &["--version"]).and_then(|said| major(&said));
    if version.is_none_or(|major| major < 18) || answers(NPM, &["--version"]).is_none() {
        return Err(fault("build.tool", "node", GET_NODE, "install Node.js 18 or later, with npm"));
    }
    Ok("node")
}

/// Python with pip, which installs Python's and C's tools.
///
/// # Errors
/// Python is missing or too old, or has no pip.
pub fn python() -> Result<&'static str, Faults> {
    let names: &[&str] = if cfg!(windows) { &["python", "py"] } else { &["python3", "python"] };
    let probe = "import sys, pip; sys.exit(sys.version_info < (3, 10))";
    let found = names.iter().find(|name| answers(name, &["-c", probe]).is_some());
    found.copied().ok_or_else(|| fault("build.tool", "python3", GET_PYTHON, "install Python 3.10 or later, with pip"))
}

/// What a program says, if it is there and content.
pub fn answers(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}
