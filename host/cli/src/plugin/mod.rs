//! `chuishao plugin`: the author's loop. The same sandbox, the same limits and the same
//! domain rules as the server, with no server and no database.

mod build;
mod check;
mod doctor;
mod files;
mod language;
mod new;
mod oci;
mod scenario;
mod show;
mod sign;
mod test;

pub use build::build;

use crate::Outcome;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use clap::Subcommand;
use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum PluginCommand {
    /// 新写一条规则：Rust、JavaScript、Python 或 C，从能运行的例子开始 (begin a rule)
    New(new::NewArgs),
    /// 电脑上或目录里缺什么，怎样补上 (what is missing on this machine or in a folder)
    Doctor(doctor::DoctorArgs),
    /// 构建插件，得到一个 .wasm 组件 (build a plugin's folder into one component)
    Build {
        /// 插件目录
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// 写进文件的源代码版本，例如 git 提交号 (revision)
        #[arg(long)]
        revision: Option<String>,
    },
    /// 检查插件目录或任意 .wasm 组件 (check a folder or any component)
    Check {
        /// 插件目录，或 .wasm 文件
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// 运行插件的场景 (run a plugin's scenarios)
    Test {
        /// 插件目录
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// 把每次调用的确切输入、设置和回答写入这个文件（JSON） (every call, to compare another build with)
        #[arg(long, value_name = "文件")]
        record: Option<PathBuf>,
    },
    /// 看一个插件文件是什么、申请哪些事项 (what a package is and asks for)
    Show {
        /// 插件文件（.wasm）
        file: PathBuf,
        /// 只输出设置的 JSON Schema，供表单和编辑器使用 (the schema of its settings alone)
        #[arg(long)]
        settings_schema: bool,
    },
    /// 比较两个版本：扩大了哪些事项，是否须重新审批 (what a new version changes)
    Diff {
        /// 已批准的版本（.wasm）
        old: PathBuf,
        /// 新的版本（.wasm）
        new: PathBuf,
    },
    /// 签名密钥 (keys)
    #[command(subcommand)]
    Key(sign::KeyCommand),
    /// 用私钥为插件文件签名，写在旁边的 .sig (sign a package)
    Sign(sign::SignArgs),
    /// 用公钥核对签名 (check a signature)
    Verify(sign::VerifyArgs),
    /// 把插件文件连同签名推送到 OCI 仓库 (push to a registry)
    Push(oci::PushArgs),
    /// 从 OCI 仓库取一个插件文件，连同签名 (pull from a registry)
    Pull(oci::PullArgs),
}

pub fn run(command: &PluginCommand) -> Outcome {
    match command {
        PluginCommand::New(args) => new::new(args),
        PluginCommand::Doctor(args) => doctor::doctor(args),
        PluginCommand::Build { folder, revision } => {
            let built = build(folder, revision.as_deref())?;
            println!("已构建 {}（{} 字节）", built.path.display(), built.bytes);
            Ok(())
        }
        PluginCommand::Check { path } => check::check(path),
        PluginCommand::Test { folder, record } => test::test(folder, record.as_deref()),
        PluginCommand::Show { file, settings_schema: true } => show::schema(file),
        PluginCommand::Show { file, .. } => show::show(file),
        PluginCommand::Diff { old, new } => show::diff(old, new),
        PluginCommand::Key(command) => sign::key(command),
        PluginCommand::Sign(args) => sign::sign(args),
        PluginCommand::Verify(args) => sign::verify(args),
        PluginCommand::Push(args) => oci::push(args),
        PluginCommand::Pull(args) => oci::pull(args),
    }
}

/// Faults that the author has to mend, all of them at once.
#[derive(Debug)]
pub struct Faults(pub Vec<Problem>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "发现 {} 个问题 (problems found)", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Faults {}

/// Reads `plugin.toml`; a fault names line and column.
fn read_manifest(folder: &Path) -> Result<Manifest, Box<dyn std::error::Error>> {
    let path = folder.join("plugin.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Faults(vec![Problem::new(
            "manifest.file",
            path.display().to_string(),
            format!("读不到清单：{error}。插件目录里要有 plugin.toml"),
            "the manifest cannot be read",
        )])
    })?;
    let manifest: Manifest = toml::from_str(&text).map_err(|error| {
        Faults(vec![Problem::new(
            "manifest.malformed",
            path.display().to_string(),
            format!("清单写法有误：\n{error}"),
            "the manifest is malformed",
        )])
    })?;
    let problems = manifest.problems();
    if problems.is_empty() { Ok(manifest) } else { Err(Faults(problems).into()) }
}
