//! `plugin check`: takes a component in as the server would, and says in words what it asks for, or
//! what is wrong with it: it is read, compiled in a process of its own, and run twice on invented
//! calls.

use super::files::{fault, read_component};
use super::host::compare;
use super::ready::{component_of, load};
use super::show::describe;
use super::{Faults, read_manifest};
use crate::Outcome;
use chuishao_domain::rule::sample;
use chuishao_sandbox::double_run::double_run;
use chuishao_sandbox::package::Package;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct CheckArgs {
    /// 插件目录，或 .wasm 文件
    #[arg(default_value = ".")]
    path: PathBuf,
    /// 再与这个服务比对：它提供的接口版本、限额、职责清单够不够用，例如 http://10.37.7.9:12345
    #[arg(long, value_name = "地址")]
    host: Option<String>,
    /// 与服务比对时，打算在哪个区县启用，例如 370705
    #[arg(long, requires = "host")]
    territory: Option<String>,
}

pub fn check(args: &CheckArgs) -> Outcome {
    let file = file_of(&args.path)?;
    if !file.is_file() {
        let words = "没有这个组件。如果是插件目录，请先运行 chuishao plugin build";
        return Err(
            fault("check.file", &file.display().to_string(), words, "there is no component; build it first").into()
        );
    }
    let package = Package::read(&read_component(&file)?).map_err(Faults)?;
    let guest = load(package.clone(), &file)?;
    let repeated = double_run(&guest, &sample::settings(&package.manifest)).map_err(|problem| Faults(vec![problem]))?;
    describe(&package);
    println!("  试运行：{} 种事件各两次，回答一致；最多用算力 {}", repeated.calls, repeated.most_fuel);
    for failure in &repeated.failures {
        println!("  试运行时没有回答（示例数据，仅供参考）：{}", failure.words().chinese);
    }
    if let Some(host) = &args.host {
        compare(host, args.territory.as_deref(), &package, repeated.most_fuel)?;
    }
    println!("检查通过");
    Ok(())
}

fn file_of(path: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    Ok(component_of(path, &read_manifest(path)?))
}
