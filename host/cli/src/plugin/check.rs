//! `plugin check`: reads a component as the server would, and says in words what it asks
//! for, or what is wrong with it.

use super::{Faults, read_manifest};
use crate::Outcome;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::problem::Problem;
use chuishao_domain::rule::scope::ScopeSpec;
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
    Guest::load(&engine, package.clone(), None)?;
    describe(&package, bytes.len());
    Ok(())
}

fn component_of(path: &Path) -> Result<PathBuf, Box<dyn std::error::Error>> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    Ok(path.join(format!("{}.wasm", read_manifest(path)?.name)))
}

fn describe(package: &Package, bytes: usize) {
    let manifest: &Manifest = &package.manifest;
    let list = |items: Vec<&str>| if items.is_empty() { "无".to_owned() } else { items.join("、") };
    println!("「{}」{} {}（{bytes} 字节）", manifest.title, manifest.name, manifest.version);
    println!("  摘要 sha256:{}", package.digest);
    println!("  接口 {}，除 log 外没有导入", package.interface);
    println!("  监听：{}", list(manifest.listens.iter().map(|kind| kind.term()).collect()));
    println!("  范围：{}", scope(&manifest.scope));
    println!("  可提出：{}", list(manifest.effects.iter().map(|kind| kind.term()).collect()));
    println!("  可读取：{}", list(manifest.reads.iter().map(|field| field.term()).collect()));
    println!("  事实：{}", list(manifest.facts.iter().map(|fact| fact.name.as_str()).collect()));
    for (name, setting) in &manifest.settings {
        println!("  设置 {name}：{}（{}）", setting.title, setting.kind.term());
    }
    for (name, field) in &manifest.fields {
        let personal = if field.personal { "，个人信息，规则只知是否已填" } else { "" };
        println!("  扩展字段 {name}：{}（{}{personal}）", field.title, field.kind.term());
    }
    println!("检查通过");
}

fn scope(scope: &ScopeSpec) -> String {
    let mut limits = Vec::new();
    if !scope.categories.is_empty() {
        let codes: Vec<&str> = scope.categories.iter().map(String::as_str).collect();
        limits.push(format!("分类 {}", codes.join("、")));
    }
    if let Some(setting) = &scope.categories_setting {
        limits.push(format!("设置 {setting} 所列的分类"));
    }
    if !scope.matter_kinds.is_empty() {
        let kinds: Vec<&str> = scope.matter_kinds.iter().map(|kind| kind.term()).collect();
        limits.push(format!("诉求类型 {}", kinds.join("、")));
    }
    if limits.is_empty() { "所有诉求".into() } else { limits.join("；") }
}
