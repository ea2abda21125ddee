//! `plugin show`: what a package is and asks for, for the people who decide about it.

use super::files::{read_lines, read_package, refused, signature_beside};
use crate::Outcome;
use chuishao_domain::plugin::request::{Ask, lines};
use chuishao_domain::plugin::signature::Signature;
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::settings::SettingSpec;
use chuishao_domain::rule::settings_schema::settings_schema;
use chuishao_domain::rule::value::Value;
use chuishao_sandbox::package::Package;
use std::path::Path;

pub fn show(path: &Path) -> Outcome {
    let package = read_package(path)?;
    describe(&package);
    let beside = signature_beside(path);
    if beside.is_file() {
        let signature = Signature::parse(&read_lines(&beside)?).map_err(|refusal| refused(&beside, refusal))?;
        println!("  签名：密钥 {}（{}；用 chuishao plugin verify 核对）", signature.key, beside.display());
    } else {
        println!("  签名：没有");
    }
    Ok(())
}

/// The schema of its settings, for forms and editors.
pub fn schema(path: &Path) -> Outcome {
    let package = read_package(path)?;
    println!("{:#}", settings_schema(&package.manifest));
    Ok(())
}

/// What a package is and asks for.
pub fn describe(package: &Package) {
    let manifest: &Manifest = &package.manifest;
    println!("「{}」{} {}（{}）", manifest.title, manifest.name, manifest.version, bytes(package.bytes.len()));
    if !manifest.description.is_empty() {
        println!("  {}", manifest.description.replace('\n', "\n  "));
    }
    println!("  摘要 sha256:{}", package.digest);
    println!("  接口 {}，除 log 外没有导入", package.interface);
    for ask in lines(manifest) {
        print(&ask);
    }
    for (name, setting) in &manifest.settings {
        println!("  设置 {name}：{}", setting_words(setting));
    }
    println!("  许可证：{}", manifest.license);
    if !manifest.authors.is_empty() {
        println!("  作者：{}", manifest.authors.join("、"));
    }
    for (about, said) in
        [("主页", &manifest.homepage), ("源代码", &manifest.source), ("源代码版本", &package.metadata.revision)]
    {
        if let Some(said) = said {
            println!("  {about}：{said}");
        }
    }
    let tools = package.metadata.producers.values().flatten();
    let tools: Vec<String> = tools.map(|(name, version)| format!("{name} {version}").trim().to_owned()).collect();
    if !tools.is_empty() {
        println!("  构建工具：{}", tools.join("、"));
    }
}

pub fn print(ask: &Ask) {
    println!("  {}：{}", ask.about.chinese, ask.asked.chinese);
}

fn setting_words(setting: &SettingSpec) -> String {
    let mut words = format!("{}（{}", setting.title, setting.kind.term());
    if let Some(minimum) = setting.minimum {
        words += &format!("，最小 {minimum}");
    }
    if let Some(maximum) = setting.maximum {
        words += &format!("，最大 {maximum}");
    }
    match setting.default.as_ref() {
        // A table may be long; who sets it sees it there.
        Some(Value::Table(rows)) => words += &format!("，默认 {} 行", rows.len()),
        Some(value) => words += &format!("，默认 {}", serde_json::to_string(value).unwrap_or_default()),
        None => words += "，必填",
    }
    words + "）"
}

/// Bytes as a person reads them.
pub fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} 字节"),
        1024..1_048_576 => format!("{} KiB", count.div_ceil(1024)),
        _ => format!("{} MiB", count.div_ceil(1_048_576)),
    }
}
