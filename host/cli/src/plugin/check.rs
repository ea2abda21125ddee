//! `plugin check`: takes a component in as the server would, and says in words what it asks for, or
//! what is wrong with it: it is read, compiled in a process of its own, and run twice on invented
//! calls.

use super::show::describe;
use super::{Faults, read_manifest};
use crate::Outcome;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::sample;
use chuishao_sandbox::apart::{CompileLimits, Compiler, own_program};
use chuishao_sandbox::compiled::CompiledCode;
use chuishao_sandbox::double_run::double_run;
use chuishao_sandbox::engine::{Budget, Engine};
use chuishao_sandbox::guest::Guest;
use chuishao_sandbox::package::Package;
use std::path::{Path, PathBuf};

pub fn check(path: &Path) -> Outcome {
    let file = component_of(path)?;
    let bytes = std::fs::read(&file).map_err(|error| {
        Faults(vec![Problem::new(
            "check.file",
            file.display().to_string(),
            format!("读不到组件：{error}。如果是插件目录，请先运行 chuishao plugin build"),
            "the component cannot be read; build it first",
        )])
    })?;
    let package = Package::read(&bytes).map_err(Faults)?;
    let engine = Engine::new(Budget::default())?;
    // As the server does, and not kept: the author's machine is not the server.
    let folder = tempfile::tempdir()?;
    let code = CompiledCode::open(folder.path(), Compiler::new(own_program()?, CompileLimits::default()))?;
    let place = file.display().to_string();
    let guest =
        Guest::load(&engine, package.clone(), Some(&code)).map_err(|error| Faults(vec![error.problem(&place)]))?;
    let repeated = double_run(&guest, &sample::settings(&package.manifest)).map_err(|problem| Faults(vec![problem]))?;
    describe(&package);
    println!("  试运行：{} 种事件各两次，回答一致；最多用算力 {}", repeated.calls, repeated.most_fuel);
    for failure in &repeated.failures {
        println!("  试运行时没有回答（示例数据，仅供参考）：{}", failure.chinese());
    }
    println!("检查通过");
    Ok(())
}

fn component_of(path: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    Ok(path.join(format!("{}.wasm", read_manifest(path)?.name)))
}
