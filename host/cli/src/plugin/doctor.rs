//! `plugin doctor`: what is wrong with the author's machine, or with a rule's folder, in words, and
//! mended where that is asked for and possible.

use super::language::Language;
use super::language::kit::{self, FOLDER};
use super::language::python::{bindings, has_bindings};
use super::language::rust::{GET, TARGET, add_target, cargo, has_target};
use super::language::tools::{
    AMARO, COMPONENTIZE_PY, COMPONENTIZE_QJS, GET_NODE, GET_PYTHON, Tool, ZIG, answers, folder as tools_folder, node,
    python,
};
use super::{Faults, read_manifest};
use crate::Outcome;
use clap::Args;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct DoctorArgs {
    /// 插件目录；不写则检查这台电脑上的全部语言
    folder: Option<PathBuf>,
    /// 能修的就修：安装编译目标和工具，更新目录里的 SDK 和类型
    #[arg(long)]
    mend: bool,
}

type Mend<'a> = Box<dyn Fn() -> Result<(), Box<dyn Error>> + 'a>;

/// One thing that was looked at.
struct Finding<'a> {
    what: String,
    /// What is wrong and what to do; nothing when all is well.
    wrong: Option<String>,
    /// How this program mends it, where it can.
    mend: Option<Mend<'a>>,
}

impl<'a> Finding<'a> {
    fn well(what: impl Into<String>) -> Self {
        Self { what: what.into(), wrong: None, mend: None }
    }

    fn wrong(what: impl Into<String>, words: impl Into<String>) -> Self {
        Self { what: what.into(), wrong: Some(words.into()), mend: None }
    }

    fn mended_by(self, mend: impl Fn() -> Result<(), Box<dyn Error>> + 'a) -> Self {
        Self { mend: Some(Box::new(mend)), ..self }
    }
}

pub fn doctor(args: &DoctorArgs) -> Outcome {
    let mut left = 0;
    let mut mendable = 0;
    for (title, findings) in examine(args.folder.as_deref())? {
        println!("{title}");
        for finding in findings {
            match (finding.wrong, finding.mend) {
                (None, _) => println!("  ✓ {}", finding.what),
                (Some(words), Some(mend)) if args.mend => match mend() {
                    Ok(()) => println!("  ✓ {}：已修好 mended（{words}）", finding.what),
                    Err(error) => {
                        left += 1;
                        println!("  ✗ {}：{words}\n      没有修好 not mended: {error}", finding.what);
                    }
                },
                (Some(words), mend) => {
                    left += 1;
                    mendable += usize::from(mend.is_some());
                    println!("  ✗ {}：{words}", finding.what);
                }
            }
        }
    }
    if left == 0 {
        println!("没有发现问题 nothing is wrong");
        return Ok(());
    }
    if mendable > 0 {
        println!("其中 {mendable} 项可以用 chuishao plugin doctor --mend 修好 (can be mended)");
    }
    Err(format!("发现 {left} 个问题 (problems found)").into())
}

/// All that is to be looked at, by language or folder.
fn examine(folder: Option<&Path>) -> Result<Vec<(String, Vec<Finding<'_>>)>, Faults> {
    let tools = format!("工具目录 tools: {}", tools_folder()?.display());
    let mut all = vec![(tools, Vec::new())];
    let Some(folder) = folder else {
        all.extend(Language::ALL.map(|language| (language.title().to_owned(), machine(language, true))));
        return Ok(all);
    };
    let (language, main) = Language::of(folder)?;
    all.push((language.title().to_owned(), machine(language, main.ends_with(".ts"))));
    all.push((folder.display().to_string(), of_folder(folder, language)));
    Ok(all)
}

/// What the machine needs for a language.
fn machine(language: Language, typed: bool) -> Vec<Finding<'static>> {
    match language {
        Language::Rust => rust(),
        Language::JavaScript => {
            let mut found = vec![present("Node.js", node(), GET_NODE), installed(&COMPONENTIZE_QJS)];
            if typed {
                found.push(installed(&AMARO));
            }
            found
        }
        Language::Python => vec![present("Python", python(), GET_PYTHON), installed(&COMPONENTIZE_PY)],
        Language::C => vec![present("Python", python(), GET_PYTHON), installed(&ZIG)],
    }
}

fn rust() -> Vec<Finding<'static>> {
    let program = cargo().to_string_lossy().into_owned();
    let cargo = match answers(&program, &["--version"]) {
        Some(version) => Finding::well(version),
        None => Finding::wrong("cargo", GET),
    };
    let target = if has_target() {
        Finding::well(TARGET)
    } else {
        Finding::wrong(TARGET, format!("没有安装编译目标；请运行 rustup target add {TARGET}"))
            .mended_by(|| Ok(add_target()?))
    };
    vec![cargo, target]
}

fn present(name: &str, found: Result<&'static str, Faults>, advice: &str) -> Finding<'static> {
    match found {
        Ok(program) => Finding::well(format!("{name} {}", answers(program, &["--version"]).unwrap_or_default())),
        Err(_) => Finding::wrong(name, advice),
    }
}

fn installed(tool: &'static Tool) -> Finding<'static> {
    let what = format!("{} {}", tool.name, tool.version);
    if tool.is_there() {
        return Finding::well(what);
    }
    let words = "还没有安装；第一次构建时会自动安装，要用网络";
    Finding::wrong(what, words).mended_by(move || Ok(tool.ensure().map(drop)?))
}

/// What a rule's folder lacks.
fn of_folder(folder: &Path, language: Language) -> Vec<Finding<'_>> {
    let mut found = vec![match read_manifest(folder) {
        Ok(manifest) if manifest.interface == *kit::version() => Finding::well("plugin.toml"),
        Ok(manifest) => {
            let (has, newest) = (manifest.interface, kit::version());
            let words = format!(
                "接口版本写的是 {has}，本程序按 {newest} 构建；请把 interface 改为 \"{newest}\"，并看 wit/README.md 里有什么不同"
            );
            Finding::wrong("plugin.toml", words).mended_by(move || set_interface(folder))
        }
        Err(error) => Finding::wrong("plugin.toml", error.to_string()),
    }];
    if kit::is_wanted(folder, language) {
        found.push(kit_of(folder, language));
    }
    let scenarios = fs::read_dir(folder.join("scenarios")).into_iter().flatten().flatten();
    let count = scenarios.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "toml")).count();
    found.push(match count {
        0 => Finding::wrong("scenarios", "没有场景；每条规则都要有，写在 scenarios 目录里（.toml）"),
        count => Finding::well(format!("scenarios：{count}")),
    });
    found
}

fn kit_of(folder: &Path, language: Language) -> Finding<'_> {
    let kit = folder.join(FOLDER);
    let files = match kit::files_of(language) {
        Ok(files) => files,
        Err(error) => return Finding::wrong(FOLDER, error.to_string()),
    };
    let stale = files.iter().any(|(name, bytes)| fs::read(kit.join(name)).ok().as_ref() != Some(bytes));
    if !stale && (language != Language::Python || has_bindings(&kit)) {
        return Finding::well(FOLDER);
    }
    Finding::wrong(FOLDER, "SDK 和类型缺失，或与本程序的版本不同；构建时会自动更新").mended_by(move || {
        let kit = kit::write(folder, language)?;
        if language == Language::Python {
            bindings(folder, &kit)?;
        }
        Ok(())
    })
}

/// Changes one line of the manifest, and nothing of what its author wrote around it.
fn set_interface(folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = folder.join("plugin.toml");
    let text = fs::read_to_string(&path)?;
    let line = format!("interface = \"{}\"", kit::version());
    let lines = text.lines().map(|old| if old.trim_start().starts_with("interface") { line.as_str() } else { old });
    let mended = lines.collect::<Vec<_>>().join("\n") + "\n";
    Ok(super::files::replace(&path, mended.as_bytes())?)
}
