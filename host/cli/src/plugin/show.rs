//! `plugin show` and `plugin diff`: what a package is and asks for, and what a new version
//! changes, for the people who decide about it.

use super::files::{fault, read_lines, read_package, refused, signature_beside};
use crate::Outcome;
use chuishao_domain::plugin::request::{Line, asks_again, lines, settings_changed, wider};
use chuishao_domain::plugin::signature::Signature;
use chuishao_domain::plugin::step::{Step, may_follow};
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
    for line in lines(manifest) {
        print(&line);
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

fn print(line: &Line) {
    println!("  {}：{}", line.about, line.asked);
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
fn bytes(count: usize) -> String {
    match count {
        0..1024 => format!("{count} 字节"),
        1024..1_048_576 => format!("{} KiB", count.div_ceil(1024)),
        _ => format!("{} MiB", count.div_ceil(1_048_576)),
    }
}

pub fn diff(old: &Path, new: &Path) -> Outcome {
    let (old, new) = (read_package(old)?, read_package(new)?);
    let (agreed, next) = (&old.manifest, &new.manifest);
    if agreed.name != next.name {
        let words = format!("两个文件是不同的插件（{} 和 {}），无法比较", agreed.name, next.name);
        return Err(fault("diff.another-plugin", &next.name, words, "these are two different plugins").into());
    }
    println!("「{}」{} {} 至 {}：{}", next.title, next.name, agreed.version, next.version, step(&old, &new));
    println!("  大小：{} 至 {}", bytes(old.bytes.len()), bytes(new.bytes.len()));
    if old.interface != new.interface {
        println!("  接口：{} 至 {}", old.interface, new.interface);
    }
    section("扩大的事项", &wider(agreed, next));
    section("收回的事项", &wider(next, agreed));
    section("设置变更", &settings_changed(agreed, next));
    let reasons = asks_again(agreed, next);
    if reasons.is_empty() {
        println!("  不需要市热线重新审批：在已批准的范围之内");
    }
    section("须市热线重新审批，原因", &reasons);
    // What a host that has the old one will say to the new one; a downgrade has been named above.
    let there = [(&agreed.version, old.digest.as_str())];
    if let Err(refusal) = may_follow((&next.version, &new.digest), there, Some(&next.version)) {
        println!("  注意 [{}]：{refusal}", refusal.code);
    }
    Ok(())
}

fn step(old: &Package, new: &Package) -> &'static str {
    match Step::between(&old.manifest.version, &new.manifest.version) {
        Step::Same if old.digest == new.digest => "同一个文件",
        step => step.term(),
    }
}

fn section(title: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    println!("  {title}：");
    for line in lines {
        print!("  ");
        print(line);
    }
}
