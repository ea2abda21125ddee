//! The facts of the reference: figures that the host counts for a rule. The examples are those of the
//! manifest that the stories are played with.

use super::stories::MANIFEST_TEXT;
use super::wit::Wit;
use super::{Entry, Room, fenced};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::Language;
use chuishao_domain::narrate::figure;
use chuishao_domain::rule::manifest::{FactQuery, MOST_COUNTED, MOST_FACT_COUNT, MOST_FACT_DAYS, Manifest, SameField};
use std::fmt::Write as _;

/// All of them.
///
/// # Errors
/// A figure of the manifest is not written there.
pub fn room(wit: &Wit, manifest: &Manifest) -> Result<Room, Faults> {
    let entries = manifest.facts.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Room { title: "事实 Facts", intro: intro(wit)?, table: None, entries })
}

fn intro(wit: &Wit) -> Result<String, Faults> {
    let mut text = format!(
        "事实是主机数出来的件数：规则在清单里写数什么，被问时只得到数字，看不到别的工单。`same` 写相同的是什么（可以几项一起），\
         `days` 写往前多少天（1 到 {MOST_FACT_DAYS}，每天 24 小时），`at_most` 写数到多少为止（1 到 {MOST_FACT_COUNT}，不写是 \
         {MOST_COUNTED}），`matter_kind` 只数一种诉求类型；本件也算在内，只数本区县的。场景里用 `facts` 给出，不写的是 0。\n\n\
         A figure that the host counts within the rule's own territory, this ticket included. {} {}\n\n",
        wit.words("fact")?,
        wit.words("fact-value")?
    );
    for item in wit.items("fact-value")? {
        let _ = writeln!(text, "- `{}`：{}", item.name, item.words);
    }
    let mode = wit.items("mode")?.into_iter().map(|item| format!("- `{}`：{}", item.name, item.words));
    let _ = write!(
        text,
        "\n议定模式也要在清单里写名称 modes are asked for by name：`modes = [\"供热模式\"]`，来了以后在 `context.modes` 里，场景里\
         写在开头。{}\n\n{}\n\n{}",
        wit.words("mode")?,
        mode.collect::<Vec<_>>().join("\n"),
        fenced(
            "toml",
            "[[modes]]\nname = \"供热模式\"\nfirst_day = \"2024-11-05\"\nlast_day = \"2025-03-31\"\n\
             topic = \"YT20241030000001\""
        )
    );
    Ok(text.trim_end().to_owned())
}

fn entry(fact: &FactQuery) -> Result<Entry, Faults> {
    let name = &fact.name;
    let written = block(name).ok_or_else(|| fault("build.kit", name, "清单里没有", "the manifest does not have it"))?;
    let mut text = format!("### `{name}`\n\n{}\n\n{}", figure(fact).chinese, fenced("toml", written));
    let needs: Vec<&str> = fact.same.iter().filter_map(|same| needs(*same)).collect();
    if !needs.is_empty() {
        let _ = write!(text, "\n没有时 unavailable when：{}\n", needs.join("；"));
    }
    text += "\n读取 how it is read：\n\n";
    for language in Language::ALL {
        let (read, or_zero) = reads(language, name);
        let _ = writeln!(text, "- {}：`{read}`；没有时为 0 or 0：`{or_zero}`", language.title());
    }
    let _ = write!(text, "\n场景 scenario：`facts = {{ {name} = 3 }}`\n");
    Ok(Entry { name: name.clone(), text })
}

/// A figure as the manifest's author wrote it.
fn block(name: &str) -> Option<&'static str> {
    let line = format!("name = \"{name}\"");
    let mut blocks = MANIFEST_TEXT.split("\n\n").filter(|block| block.trim_start().starts_with("[[facts]]"));
    blocks.find(|block| block.lines().any(|written| written == line))
}

/// What the ticket has to say, if it need not say it anyway.
fn needs(same: SameField) -> Option<&'static str> {
    match same {
        SameField::Category => None,
        SameField::Street => Some("工单没有写街道 no street"),
        SameField::Estate => Some("工单没有写小区 no estate"),
        SameField::Building => Some("工单没有写楼栋 no building"),
    }
}

/// The call that reads a figure, and the one that takes 0 for what is not there.
fn reads(language: Language, name: &str) -> (String, String) {
    match language {
        Language::Rust => (format!("context.count(\"{name}\")?"), format!("context.count_or_zero(\"{name}\")?")),
        Language::JavaScript => (format!("context.count(\"{name}\")"), format!("context.countOrZero(\"{name}\")")),
        Language::Python => (format!("context.count(\"{name}\")"), format!("context.count_or_zero(\"{name}\")")),
        Language::C => (
            format!("chuishao_count(context, \"{name}\", &count, failure)"),
            format!("chuishao_count_or_zero(context, \"{name}\", &count, failure)"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::language::kit::files_of;
    use crate::plugin::reference::stories;
    use std::collections::BTreeSet;

    #[test]
    fn everything_that_can_be_alike_has_its_example() {
        let manifest = stories::manifest().expect("it reads");
        let shown: BTreeSet<SameField> = manifest.facts.iter().flat_map(|fact| fact.same.iter().copied()).collect();
        // Whoever adds one has come here by `needs`, which knows them all.
        let all = [SameField::Category, SameField::Street, SameField::Estate, SameField::Building];
        assert_eq!(shown, BTreeSet::from(all));
    }

    #[test]
    fn the_calls_are_those_of_the_sdk() {
        for language in Language::ALL {
            let kit = files_of(language).expect("a kit");
            let sdk: String = kit.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
            let (read, or_zero) = reads(language, "same-estate");
            for call in [read, or_zero] {
                let function = call.trim_start_matches("context.").split('(').next().expect("a name");
                let written = [format!("fn {function}("), format!("def {function}("), format!("{function}(")];
                assert!(written.iter().any(|text| sdk.contains(text.as_str())), "{function} in {}", language.title());
            }
        }
    }
}
