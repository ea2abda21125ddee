//! The events of the reference: what each carries, how a rule tells it, and how a scenario makes it
//! happen.

use super::code::{snake, upper};
use super::stories::Played;
use super::wit::Wit;
use super::{Entry, Room, fenced};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::Language;
use crate::plugin::language::interface_types::pascal;
use crate::plugin::scenario::{Scenario, Step, to_toml};
use chuishao_domain::calendar::civil;
use chuishao_domain::rule::kinds::{EffectKind, EventKind};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::record::Told;
use chuishao_domain::rule::sample;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const INTRO: &str = "规则只在清单监听（`listens`）的事件发生时被调用，看到的是整条命令之后的工单。下面每一种都有：接口里的说明、\
    带的数据、四种语言怎样认出它、场景怎样让它发生。接口里的 `handling-unit` 在 JavaScript 里写 `handlingUnit`，在 Rust、\
    Python 和 C 里写 `handling_unit`。没有写由谁做（`by`）的步骤，由平常做它的人\
    做；只写 `at` 的步骤是等待，定时器、预警、超期在各自的时刻发生。\n\n\
    A rule is called for the events that its manifest listens to, and no others. Each entry has the interface's \
    own words, what the event carries, how to tell it in four languages, and a step of a scenario in which it \
    happens (one with `at` alone waits); the steps are played whenever this page is made.";

/// All of them, in the interface's order.
///
/// # Errors
/// One has no words in the interface, or no story in which it happens.
pub fn room(wit: &Wit, played: &Played, manifest: &Manifest) -> Result<Room, Faults> {
    let entries = EventKind::ALL.iter().map(|kind| entry(*kind, wit, played, manifest)).collect::<Result<_, _>>()?;
    Ok(Room { title: "事件 Events", intro: INTRO.into(), table: None, entries })
}

fn entry(kind: EventKind, wit: &Wit, played: &Played, manifest: &Manifest) -> Result<Entry, Faults> {
    let name = kind.as_str();
    let absent = |what: &str| fault("build.kit", name, format!("参考文档缺少：{what}"), "the reference lacks it");
    let of = if kind.is_review() { "review-kind" } else { "event" };
    let item = wit.item(of, name)?.ok_or_else(|| absent("接口里的说明"))?;
    let mut text = format!("### `{name}` {}\n\n{}\n\n", kind.term(), item.words);
    // Writing to a text cannot fail.
    let _ = write!(text, "清单 manifest：`listens = [\"{name}\"]`\n\n");
    text += &carried(kind, wit)?;
    text += "认出它 how to tell it：\n\n";
    for language in Language::ALL {
        let _ = writeln!(text, "- {}：{}", language.title(), told_by(language, kind, item.ty.is_some()));
    }
    let of_kind = || played.happened.iter().filter(|happened| happened.kind == kind);
    let shown = of_kind().find(|happened| !happened.by_rule).or_else(|| of_kind().next());
    let shown = shown.ok_or_else(|| absent("让它发生的场景（host/cli/data/reference）"))?;
    text += "\n场景里 in a scenario";
    if shown.by_rule {
        let cause = EffectKind::ALL.iter().find(|effect| effect.leads_to() == Some(kind));
        let asked = played.asked.iter().find(|asked| cause == Some(&asked.effect.kind()));
        let asked = asked.ok_or_else(|| absent("引起它的效果（host/cli/data/reference）"))?;
        text += "：由规则的效果引起；自己的效果引起的，规则也被问一次，再由自己引起的同一种不再问（护栏 G13）。It comes of a rule's \
                 effect:\n\n";
        text += &fenced("toml", &asked.step());
        text += "\n别的规则引起的，用 `told` 写出规则被告知的全部 what another rule caused is told word for word:\n\n";
        text += &fenced("toml", &told(kind, manifest)?);
    } else {
        text += "：\n\n";
        text += &fenced("toml", &format!("[[step]]\n{}\n", shown.situation));
    }
    Ok(Entry { name: name.to_owned(), text })
}

/// What an event carries, down to the last field.
fn carried(kind: EventKind, wit: &Wit) -> Result<String, Faults> {
    if kind.is_review() {
        let parts = wit.items("review")?.into_iter().filter(|part| part.name != "kind");
        let mut text = format!("带的数据 carries `review`：{}\n\n", wit.words("review")?);
        for part in parts {
            let Some(ty) = part.ty else { continue };
            let _ = writeln!(text, "- `{}` `{}`：{}", part.name, wit.title(ty), part.words);
            text += &wit.list(ty, 1);
        }
        return Ok(text + "\n");
    }
    let Some(ty) = wit.item("event", kind.as_str())?.and_then(|item| item.ty) else {
        return Ok("带的数据 carries：没有，都在工单上 nothing; the ticket says it\n\n".into());
    };
    let list = wit.list(ty, 0);
    let space = if list.is_empty() { "" } else { "\n" };
    Ok(format!("带的数据 carries：`{}`\n{space}{list}\n", wit.title(ty)))
}

/// How a rule in a language knows the event, and where its data are.
fn told_by(language: Language, kind: EventKind, carries: bool) -> String {
    let name = kind.as_str();
    let case = pascal(name);
    if kind.is_review() {
        return match language {
            Language::Rust => format!("`review.kind == ReviewKind::{case}`"),
            Language::JavaScript => format!("`review.kind === \"{name}\"`"),
            Language::Python => format!("`review.kind == ReviewKind.{}`", upper(name)),
            Language::C => format!("`review->kind == RULE_REVIEW_KIND_{}`", upper(name)),
        };
    }
    let (known, data) = match language {
        Language::Rust => (format!("Event::{case}{}", if carries { "(data)" } else { "" }), "data".to_owned()),
        Language::JavaScript => (format!("event.tag === \"{name}\""), "event.val".to_owned()),
        Language::Python => (format!("isinstance(event, Event_{case})"), "event.value".to_owned()),
        Language::C => (format!("event->tag == RULE_EVENT_{}", upper(name)), format!("event->val.{}", snake(name))),
    };
    if carries { format!("`{known}`，数据 data `{data}`") } else { format!("`{known}`") }
}

/// A step that tells an invented event, word for word.
///
/// # Errors
/// Nobody invents it.
pub fn told(kind: EventKind, manifest: &Manifest) -> Result<String, Faults> {
    // With nothing to read it is as short as it can be.
    let (reads, facts, modes) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    let plain = Manifest { reads, facts, modes, ..manifest.clone() };
    let place = kind.as_str();
    let inputs = sample::inputs(&plain);
    let input = inputs.into_iter().find(|(of, _)| *of == kind);
    let (_, input) = input.ok_or_else(|| fault("build.kit", place, "没有示例", "there is no sample of it"))?;
    let at = civil(input.now.at);
    let step = Step { at, told: Some(Told::Event(Box::new(input))), ..Step::default() };
    let scenario = Scenario { step: vec![step], ..Scenario::default() };
    let written = to_toml(&scenario, "")
        .map_err(|error| fault("build.kit", place, error.to_string(), "the step cannot be written"))?;
    let (_, step) = written.split_once("[[step]]\n").unwrap_or(("", written.as_str()));
    Ok(format!("[[step]]\n{step}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::places::{SCENARIO, read};
    use crate::plugin::reference::stories;
    use std::path::Path;

    #[test]
    fn what_is_told_reads_as_what_was_invented() {
        let manifest = stories::manifest().expect("it reads");
        for kind in EventKind::ALL.iter().filter(|kind| !kind.is_review()) {
            let text = format!("title = \"示例\"\n{}", told(*kind, &manifest).expect("a step"));
            let (scenario, _): (Scenario, _) = read(Path::new("told.toml"), &text, &SCENARIO).expect("it reads");
            let told = scenario.step[0].told.as_ref().expect("it is told");
            assert_eq!(told.event_kind(), *kind);
        }
    }
}
