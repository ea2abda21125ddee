//! `chuishao explain`: what a code means, why, and what to do. One catalogue of all codes that an author, a
//! person at the console or a program at the API can meet; the document of it is made from it, and a test
//! holds both against the program.

use crate::Outcome;
use clap::Args;
use serde::Deserialize;
use std::fmt::Write;
use std::sync::LazyLock;

/// The rooms of the catalogue: first those of an author, in the order in which one meets them, then those of
/// whoever works with a server.
const ROOMS: [(&str, &str); 13] = [
    ("自己的电脑上 On the author's machine", include_str!("../data/codes/author.toml")),
    ("清单和设置 Manifest and settings", include_str!("../data/codes/manifest.toml")),
    ("文件、编译、签名、仓库 File, compiling, signature, registry", include_str!("../data/codes/package.toml")),
    ("运行 Running", include_str!("../data/codes/call.toml")),
    ("提议被核心拒绝 What the core refuses of a proposal", include_str!("../data/codes/refusal.toml")),
    ("接口和页面 The API and its pages", include_str!("../data/codes/api.toml")),
    ("登录、账号、令牌 Signing in, accounts, tokens", include_str!("../data/codes/sign-in.toml")),
    ("工单办理 Handling tickets", include_str!("../data/codes/ticket.toml")),
    ("来电人信息 Callers", include_str!("../data/codes/caller.toml")),
    ("议题、攻坚行动、知识库 Topics, campaigns, knowledge", include_str!("../data/codes/topic.toml")),
    ("考核和报表 Evaluation and reports", include_str!("../data/codes/evaluation.toml")),
    ("插件上线 The life of a plugin", include_str!("../data/codes/rollout.toml")),
    ("日历、职责清单、推送 Calendar, catalogue, deliveries", include_str!("../data/codes/reference.toml")),
];

/// What one code means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    code: String,
    /// What it means, and why, in Chinese.
    what: String,
    /// What to do.
    mend: String,
    /// What it means, in English.
    english: String,
    /// How it is written right, or what to run.
    #[serde(default)]
    example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Room {
    code: Vec<Explained>,
}

static CATALOGUE: LazyLock<Vec<(&'static str, Vec<Explained>)>> = LazyLock::new(|| {
    let read = |(title, text)| {
        let room: Room = toml::from_str(text).expect("the catalogue is part of the program, and a test reads it");
        (title, room.code)
    };
    ROOMS.into_iter().map(read).collect()
});

#[derive(Args)]
pub struct ExplainArgs {
    /// 错误代码，例如 manifest.unknown-value；不写则列出全部
    code: Option<String>,
    /// 全部代码写成一份 Markdown 文档 (the whole catalogue as a document)
    #[arg(long, conflicts_with = "code")]
    markdown: bool,
}

pub fn explain(args: &ExplainArgs) -> Outcome {
    match &args.code {
        Some(code) => print!("{}", explained(code)?),
        None if args.markdown => print!("{}", document()),
        None => {
            for (title, codes) in &*CATALOGUE {
                println!("{title}");
                codes.iter().for_each(|one| println!("  {:<30} {}", one.code, one.what));
            }
        }
    }
    Ok(())
}

/// What a code means, in Chinese.
pub fn what(code: &str) -> Option<&'static str> {
    let mut all = CATALOGUE.iter().flat_map(|(_, codes)| codes);
    all.find(|one| one.code == code).map(|one| one.what.as_str())
}

fn explained(code: &str) -> Result<String, String> {
    let code = code.trim_matches(['[', ']']);
    let mut all = CATALOGUE.iter().flat_map(|(_, codes)| codes);
    let Some(one) = all.find(|one| one.code == code) else {
        let near = |one: &&Explained| strsim::damerau_levenshtein(&one.code, code);
        let nearest = CATALOGUE.iter().flat_map(|(_, codes)| codes).min_by_key(near).filter(|one| near(one) <= 4);
        let meant = nearest.map(|one| format!("；是不是 {}？", one.code)).unwrap_or_default();
        return Err(format!("没有代码 {code}{meant}（chuishao explain 列出全部） (no such code)"));
    };
    let mut text = format!("[{}]\n  {}\n  {}\n  怎么办：{}\n", one.code, one.what, one.english, one.mend);
    if !one.example.is_empty() {
        text += "  例如：\n";
        text.extend(one.example.trim_end().lines().map(|line| format!("    {line}\n")));
    }
    Ok(text)
}

/// The document: `chuishao explain --markdown > host/cli/docs/codes.md`.
fn document() -> String {
    let mut text = "# 错误代码 Codes\n\n由 `chuishao explain --markdown` 生成，一个测试使它与程序一致。单个代码：\
                    `chuishao explain 代码`。\n\nMade by `chuishao explain --markdown`; a test keeps it the same as the \
                    program.\n"
        .to_owned();
    for (title, codes) in &*CATALOGUE {
        let _ = write!(
            text,
            "\n## {title}\n\n| 代码 code | 意思 what | 怎么办 what to do | English |\n|---|---|---|---|\n"
        );
        for Explained { code, what, mend, english, .. } in codes {
            let _ = writeln!(text, "| `{code}` | {what} | {mend} | {english} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_code_stands_there_once_and_says_something() {
        let mut seen = BTreeSet::new();
        for one in CATALOGUE.iter().flat_map(|(_, codes)| codes) {
            assert!(seen.insert(&one.code), "{} stands there twice", one.code);
            assert!(![&one.what, &one.mend, &one.english].iter().any(|text| text.trim().is_empty()), "{}", one.code);
            assert!(!one.what.contains('|') && !one.mend.contains('|'), "{} breaks the table", one.code);
        }
    }

    #[test]
    fn the_document_is_that_of_the_catalogue() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes.md");
        let kept = std::fs::read_to_string(path).expect("text").replace('\r', "");
        assert!(kept == document(), "run: chuishao explain --markdown > host/cli/docs/codes.md");
    }

    #[test]
    fn a_code_is_explained_and_a_slip_is_guessed() {
        let said = explained("[manifest.name]").expect("it is there");
        assert!(said.contains("怎么办：") && said.contains("例如：\n    name = "), "{said}");
        assert!(explained("[manifest.nam]").expect_err("no such code").contains("是不是 manifest.name？"));
    }
}
