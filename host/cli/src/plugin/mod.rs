//! `chuishao plugin`: the author's loop. The same sandbox, the same limits and the same
//! domain rules as the server, with no server and no database.

mod bench;
mod build;
mod check;
mod dev;
mod diff;
mod doctor;
mod entries;
mod files;
mod fuzz;
mod host;
mod language;
mod new;
mod oci;
mod places;
mod ready;
mod reference;
mod replay;
mod scenario;
mod show;
mod sign;
mod story;
mod table;
mod test;
mod watch;

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
    Check(check::CheckArgs),
    /// 运行插件的场景 (run a plugin's scenarios)
    Test(test::TestArgs),
    /// 边改边看：自动构建、运行场景，并在浏览器里逐步查看和改动一件工单的经过 (watch, and look in a browser)
    Dev(dev::DevArgs),
    /// 量一量：每种事件的算力、用时、内存，与上一次和预算比较 (fuel, time and memory)
    Bench(bench::BenchArgs),
    /// 用随机而合法的经过试插件，找出失败、超预算和被拒的提议，并写成最短的场景 (fuzz)
    Fuzz(fuzz::FuzzArgs),
    /// 把服务器导出的决定记录在本机重放，或把其中一条留作场景 (replay exported decisions)
    Replay(replay::ReplayArgs),
    /// 参考：每一种事件、效果、事实、可读取的字段和上限，带例子 (every event, effect, fact, field and limit)
    Reference(reference::ReferenceArgs),
    /// 看一个插件文件是什么、申请哪些事项 (what a package is and asks for)
    Show {
        /// 插件文件（.wasm）
        file: PathBuf,
        /// 只输出设置的 JSON Schema，供表单和编辑器使用 (the schema of its settings alone)
        #[arg(long)]
        settings_schema: bool,
    },
    /// 比较两个版本：扩大了哪些事项，是否须重新审批 (what a new version changes)
    Diff(diff::DiffArgs),
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
        PluginCommand::Check(args) => check::check(args),
        PluginCommand::Test(args) => test::test(args),
        PluginCommand::Dev(args) => dev::dev(args),
        PluginCommand::Bench(args) => bench::bench(args),
        PluginCommand::Fuzz(args) => fuzz::fuzz(args),
        PluginCommand::Replay(args) => replay::replay(args),
        PluginCommand::Reference(args) => reference::reference(args),
        PluginCommand::Show { file, settings_schema: true } => show::schema(file),
        PluginCommand::Show { file, .. } => show::show(file),
        PluginCommand::Diff(args) => diff::diff(args),
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
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))?;
        let code = self.0.first().map_or("", |problem| problem.code);
        write!(f, "\n  详细说明：chuishao explain {code}")
    }
}

impl std::error::Error for Faults {}

/// Reads `plugin.toml`; a fault names line and column.
fn read_manifest(folder: &Path) -> Result<Manifest, Box<dyn std::error::Error>> {
    let path = folder.join("plugin.toml");
    if !path.is_file() {
        let words = "没有清单：插件目录里要有 plugin.toml";
        return Err(files::fault("manifest.file", &path.display().to_string(), words, "there is no manifest").into());
    }
    let (manifest, places): (Manifest, _) = places::read(&path, &files::read_text(&path)?, &places::MANIFEST)?;
    let problems = manifest.problems();
    if problems.is_empty() {
        return Ok(manifest);
    }
    Err(Faults(problems.into_iter().map(|problem| places.located(problem)).collect()).into())
}
