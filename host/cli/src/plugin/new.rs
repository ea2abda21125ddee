//! `plugin new`: a rule that works, to begin from. What it writes are the examples, which stand in
//! `examples/first-rule-*`, are built and tested there, and are named here for every language.

use super::Faults;
use super::files::{fault, write_new};
use super::language::Language;
use super::language::kit::{files, version, write};
use crate::Outcome;
use chuishao_domain::World;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::rule::manifest::is_name;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

const RUST: &[(&str, &str)] = files![
    "examples/first-rule-rust/.gitignore",
    "examples/first-rule-rust/Cargo.toml",
    "examples/first-rule-rust/README.md",
    "examples/first-rule-rust/plugin.toml",
    "examples/first-rule-rust/scenarios/bad-settings.toml",
    "examples/first-rule-rust/scenarios/few.toml",
    "examples/first-rule-rust/scenarios/many.toml",
    "examples/first-rule-rust/scenarios/silence.toml",
    "examples/first-rule-rust/src/lib.rs",
];

const JAVASCRIPT: &[(&str, &str)] = files![
    "examples/first-rule-javascript/.gitignore",
    "examples/first-rule-javascript/README.md",
    "examples/first-rule-javascript/jsconfig.json",
    "examples/first-rule-javascript/package.json",
    "examples/first-rule-javascript/plugin.toml",
    "examples/first-rule-javascript/rule.js",
    "examples/first-rule-javascript/rule.test.js",
    "examples/first-rule-javascript/scenarios/bad-settings.toml",
    "examples/first-rule-javascript/scenarios/few.toml",
    "examples/first-rule-javascript/scenarios/many.toml",
    "examples/first-rule-javascript/scenarios/silence.toml",
];

const PYTHON: &[(&str, &str)] = files![
    "examples/first-rule-python/.gitignore",
    "examples/first-rule-python/README.md",
    "examples/first-rule-python/plugin.toml",
    "examples/first-rule-python/pyrightconfig.json",
    "examples/first-rule-python/rule.py",
    "examples/first-rule-python/scenarios/bad-settings.toml",
    "examples/first-rule-python/scenarios/few.toml",
    "examples/first-rule-python/scenarios/many.toml",
    "examples/first-rule-python/scenarios/silence.toml",
    "examples/first-rule-python/test_rule.py",
];

const C: &[(&str, &str)] = files![
    "examples/first-rule-c/.gitignore",
    "examples/first-rule-c/README.md",
    "examples/first-rule-c/compile_flags.txt",
    "examples/first-rule-c/plugin.toml",
    "examples/first-rule-c/rule.c",
    "examples/first-rule-c/scenarios/bad-settings.toml",
    "examples/first-rule-c/scenarios/few.toml",
    "examples/first-rule-c/scenarios/many.toml",
    "examples/first-rule-c/scenarios/silence.toml",
];

/// What the examples are called.
const NAME: &str = "first-rule";

/// Where they act: 奎文区.
const TERRITORY: &str = "370705";

/// Where they find the SDK.
const REPOSITORY: &str = "../../";

#[derive(Args)]
pub struct NewArgs {
    /// 规则的名称，也是新目录的名称：小写字母、数字和连字符，例如 kuiwen-noise
    name: String,
    /// 用什么语言编写
    #[arg(long, value_enum)]
    language: Language,
    /// 在哪个区县启用，写进场景（区划代码，例如 370705）
    #[arg(long, default_value = TERRITORY)]
    territory: String,
    /// 写到哪个目录；不写则是当前目录下与名称相同的新目录
    #[arg(long, value_name = "目录")]
    folder: Option<PathBuf>,
}

pub fn new(args: &NewArgs) -> Outcome {
    let NewArgs { name, language, territory, folder } = args;
    if !is_name(name) {
        let words = "名称须以小写字母开头，只含小写字母、数字和连字符，3 到 48 个字符，例如 kuiwen-noise";
        return Err(fault(
            "new.name",
            name,
            words,
            "3 to 48 small letters, digits and hyphens, beginning with a letter",
        )
        .into());
    }
    must_be_county(territory)?;
    let folder = folder.clone().unwrap_or_else(|| PathBuf::from(name));
    must_be_empty(&folder)?;
    for (path, text) in template(*language) {
        let path = path.splitn(3, '/').last().unwrap_or(path);
        let to = folder.join(path);
        fs::create_dir_all(to.parent().unwrap_or(&folder))?;
        write_new(&to, adapted(path, text, name, territory).as_bytes(), false)?;
    }
    write(&folder, *language)?;
    println!("已写好 {}（{}）。接下来 next:", folder.display(), language.title());
    let shown = folder.display();
    println!("  chuishao plugin doctor {shown}   # 电脑上还缺什么 what is missing on this machine");
    println!("  chuishao plugin build {shown}    # 构建 build");
    println!("  chuishao plugin test {shown}     # 运行场景 play the scenarios");
    println!("写法见 {shown}/README.md");
    Ok(())
}

/// The files of a language's example.
pub fn template(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Rust => RUST,
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON,
        Language::C => C,
    }
}

/// An example's file as a rule of another name, place and folder has it.
fn adapted(path: &str, text: &str, name: &str, territory: &str) -> String {
    let text = text.replace(NAME, name);
    match path {
        "plugin.toml" => {
            let interface = format!("interface = \"{}\"", version());
            let lines =
                text.lines().map(|line| if line.starts_with("interface = ") { interface.as_str() } else { line });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        }
        // Of no workspace, wherever it is put.
        "Cargo.toml" => text.replace(REPOSITORY, ".chuishao/") + "\n[workspace]\n",
        path if path.starts_with("scenarios/") => text.replace(TERRITORY, territory),
        _ => text,
    }
}

fn must_be_county(territory: &str) -> Result<(), Faults> {
    let world = World::weifang();
    let mut counties = world.catalogue.territories().filter(|known| known.id.0 != "WF");
    if counties.any(|known| known.id == TerritoryId::from(territory)) {
        return Ok(());
    }
    let counties = world.catalogue.territories().filter(|known| known.id.0 != "WF");
    let known: Vec<String> = counties.map(|known| format!("{} {}", known.id.0, known.name)).collect();
    let words = format!(
        "不是区县代码；有：{}。全市的规则也从一个区县的工单写起，再在场景里写 territory = \"WF\"",
        known.join("、")
    );
    Err(fault("new.territory", territory, words, "not the code of a county or development zone"))
}

fn must_be_empty(folder: &Path) -> Result<(), Faults> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let words = "目录里已有文件，不覆盖；请换一个名称，或用 --folder 指定一个空目录";
            Err(fault("new.not-empty", &folder.display().to_string(), words, "the folder is not empty"))
        }
        Err(_) if !folder.exists() => Ok(()),
        Err(error) => {
            let words = format!("不能使用这个目录：{error}");
            Err(fault("new.folder", &folder.display().to_string(), words, "the folder cannot be used"))
        }
    }
}
