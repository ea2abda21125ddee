//! The effects of the reference: what each takes, what the core may refuse of it, the same call in four
//! languages, and how a scenario expects it.

use super::code::{fence, proposal};
use super::stories::{Asked, Played};
use super::wit::Wit;
use super::{Entry, Room, fenced};
use crate::explain;
use crate::plugin::Faults;
use crate::plugin::files::fault;
use crate::plugin::language::Language;
use chuishao_domain::handle::rule::is_for_closed_tickets;
use chuishao_domain::refusal::GuardRail::{self, G1, G2, G3, G5, G8, G9, G13, G14, G18};
use chuishao_domain::rule::kinds::EffectKind;
use std::fmt::Write as _;

const INTRO: &str = "效果要先在清单里申请（`effects`），每一项提议都带理由，由核心按护栏逐项决定；拒绝的写进时间线，不影响工单。\
    下面的例子每次生成时都由核心演过并采纳。在 JavaScript 里 `import { propose } from \"./.chuishao/chuishao.js\"`，\
    返回提议的列表；Python 返回 `Proposal` 的列表；Rust 返回 `Vec<Proposal>`；C 把提议加进 `answer`。场景的 `expect` 按次序写被\
    采纳的效果，只比较写出来的键；`refused` 按次序写拒绝的代码。\n\n\
    What a rule may ask for, if its manifest says so. Each proposal has a reason, and the core decides on each. \
    Every example below is played and accepted whenever this page is made.";

/// A code, and the guard rail that refuses with it.
type Refused = (Option<GuardRail>, &'static str);

/// What may be refused of any effect.
const OF_ANY: [Refused; 4] = [
    (None, "effect-not-declared"),
    (Some(G3), "foreign-ticket"),
    (None, "text-length"),
    (Some(G13), "too-many-effects"),
];

/// After closing most are refused.
const CLOSED: Refused = (Some(G5), "closed-out");
/// In a review.
const NEEDS_TICKET: Refused = (None, "needs-a-ticket");
/// On a ticket.
const NEEDS_REVIEW: Refused = (None, "only-in-a-review");

/// What else may be refused of an effect. A test holds it against the core's own text.
fn refusals(kind: EffectKind) -> &'static [Refused] {
    match kind {
        EffectKind::RequireField => &[(None, "field-not-declared")],
        EffectKind::SuggestCategory => &[(None, "unknown-category"), (Some(G14), "suggested-already")],
        EffectKind::SuggestSeat => &[(None, "unknown-seat"), (Some(G14), "suggested-already")],
        EffectKind::AddTag => &[(Some(G13), "too-many-tags")],
        EffectKind::RaiseUrgency => &[(Some(G9), "urgency-not-raised")],
        EffectKind::TightenDeadline => &[
            (Some(G1), "deadline-untouchable"),
            (Some(G1), "deadline-not-earlier"),
            (Some(G1), "deadline-in-the-past"),
            (None, "no-deadline"),
            (None, "no-notice"),
            (None, "span-range"),
        ],
        EffectKind::AddCopy => &[(Some(G2), "copy-exists"), (Some(G3), "foreign-unit"), (None, "unknown-unit")],
        EffectKind::SuggestUnit => &[
            (Some(G3), "foreign-unit"),
            (Some(G8), "street-may-not-handle"),
            (Some(G14), "suggested-already"),
            (None, "unknown-unit"),
        ],
        EffectKind::SendBack => &[(Some(G13), "sent-back-once")],
        EffectKind::OpenTask => &[(Some(G13), "task-open-already"), (None, "no-lead-unit"), (None, "span-range")],
        EffectKind::EnterLedger | EffectKind::Notify => &[(Some(G3), "foreign-unit"), (None, "unknown-unit")],
        EffectKind::Nominate => &[(None, "not-counted")],
        EffectKind::SetTimer => {
            &[(Some(G13), "too-many-timers"), (None, "name-form"), (None, "span-range"), (None, "no-notice")]
        }
        EffectKind::CancelTimer => &[(None, "no-timer"), (None, "name-form")],
        EffectKind::SetField => &[(None, "field-not-declared"), (None, "field-type")],
        EffectKind::Remember => &[(None, "memory-quota")],
        EffectKind::ScoreLocally => {
            &[(Some(G18), "city-score"), (Some(G3), "foreign-unit"), (None, "unknown-unit"), (None, "score-range")]
        }
        EffectKind::AttachOpinion => &[(Some(G13), "too-many-opinions"), (None, "stage-not-now")],
        EffectKind::SuggestReferral => &[(Some(G14), "suggested-already")],
        EffectKind::RequireRecord => &[(None, "no-own-task"), (None, "field-not-declared"), (None, "record-length")],
        EffectKind::LinkDocument => &[(Some(G13), "too-many-documents"), (None, "no-entry")],
        EffectKind::SettleEntry => &[(None, "no-entry")],
        EffectKind::AskEvidence | EffectKind::OmitFromFeed | EffectKind::WriteSection => &[],
    }
}

/// All of them, in the interface's order.
///
/// # Errors
/// One has no words in the interface, or no example.
pub fn room(wit: &Wit, played: &Played) -> Result<Room, Faults> {
    let entries = EffectKind::ALL.iter().map(|kind| entry(*kind, wit, played)).collect::<Result<_, _>>()?;
    let mut intro = format!("{INTRO}\n\n{}\n\n{}\n\n", wit.words("effect")?, wit.words("review-effect")?);
    intro += "时机不对的以 `wrong-state` 拒绝，撤销了的单位和分类以 `retired-unit`、`retired-category` 拒绝。任何效果都可能遇到 \
              Any effect may meet:\n\n";
    OF_ANY.iter().for_each(|refused| intro += &line(refused));
    Ok(Room { title: "效果 Effects", intro: intro.trim_end().into(), table: None, entries })
}

fn entry(kind: EffectKind, wit: &Wit, played: &Played) -> Result<Entry, Faults> {
    let name = kind.as_str();
    let forms = [(false, "effect", "在工单上 on a ticket"), (true, "review-effect", "在定期研判里 in a review")];
    let (mut parts, mut is_there) = (String::new(), [false; 2]);
    for (in_review, of, title) in forms {
        let Some(item) = wit.item(of, name)? else { continue };
        is_there[usize::from(in_review)] = true;
        let _ = write!(parts, "\n#### {title}\n\n{}\n", item.words);
        if let Some(ty) = item.ty {
            let list = wit.list(ty, 0);
            let space = if list.is_empty() { "" } else { "\n" };
            let _ = write!(parts, "\n字段 fields：`{}`\n{space}{list}", wit.title(ty));
        }
        let example = played.asked.iter().find(|asked| asked.effect.kind() == kind && asked.in_review == in_review);
        let example = example.ok_or_else(|| {
            let words = format!("参考文档缺少范例：{title}（host/cli/data/reference）");
            fault("build.kit", name, words, "the reference lacks an example of it")
        })?;
        parts += &code(wit, example)?;
    }
    let mut text = format!("### `{name}` {}\n\n清单 manifest：`effects = [\"{name}\"]`\n", kind.term());
    let mut refused: Vec<Refused> = refusals(kind).to_vec();
    let [on_ticket, in_review] = is_there;
    refused.extend((!on_ticket).then_some(NEEDS_REVIEW));
    refused.extend((!in_review).then_some(NEEDS_TICKET));
    refused.extend((on_ticket && !is_for_closed_tickets(kind)).then_some(CLOSED));
    if !refused.is_empty() {
        text += "\n可能被拒 what may refuse it：\n\n";
        refused.iter().for_each(|refused| text += &line(refused));
    }
    Ok(Entry { name: name.to_owned(), text: text + &parts })
}

/// The call in every language, and what a scenario expects of it.
fn code(wit: &Wit, asked: &Asked) -> Result<String, Faults> {
    let mut text = String::new();
    for language in Language::ALL {
        let call = proposal(wit, language, &asked.effect, asked.in_review)?;
        let _ = write!(text, "\n{}\n\n{}", language.title(), fenced(fence(language), &call));
    }
    let _ = write!(text, "\n场景 scenario\n\n{}", fenced("toml", &asked.step()));
    Ok(text)
}

fn line((rail, code): &Refused) -> String {
    let rail = rail.map(|rail| format!("（护栏 {rail:?}：{}）", rail.text())).unwrap_or_default();
    let meaning = explain::what(code).unwrap_or_default();
    format!("- `{code}`{rail}：{meaning}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::places::{SCENARIO, read};
    use crate::plugin::reference::stories;
    use crate::plugin::scenario::Scenario;
    use chuishao_domain::rule::effect::Effect;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// What the core's own text refuses effects with: each code with its rail.
    fn of_the_core() -> BTreeSet<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src/handle/rule");
        let mut found = BTreeSet::new();
        for file in std::fs::read_dir(folder).expect("a folder").flatten() {
            let text = std::fs::read_to_string(file.path()).expect("text");
            for made in text.split("Refusal::new(").skip(1) {
                found.insert((String::new(), made.split('"').nth(1).expect("a code").to_owned()));
            }
            for made in text.split("Refusal::rail(").skip(1) {
                let rail = made.split("GuardRail::").nth(1).expect("a rail");
                let rail: String = rail.chars().take_while(char::is_ascii_alphanumeric).collect();
                found.insert((rail, made.split('"').nth(1).expect("a code").to_owned()));
            }
        }
        found
    }

    #[test]
    fn what_may_be_refused_is_what_the_core_refuses() {
        let of_kinds = EffectKind::ALL.iter().flat_map(|kind| refusals(*kind));
        let others = OF_ANY.iter().chain([&CLOSED, &NEEDS_TICKET, &NEEDS_REVIEW]);
        let said = of_kinds
            .chain(others)
            .map(|(rail, code)| (rail.map(|rail| format!("{rail:?}")).unwrap_or_default(), (*code).to_owned()));
        assert_eq!(said.collect::<BTreeSet<_>>(), of_the_core());
    }

    #[test]
    fn every_refusal_says_what_it_means() {
        for (_, code) in EffectKind::ALL.iter().flat_map(|kind| refusals(*kind)).chain(&OF_ANY) {
            assert!(explain::what(code).is_some(), "{code}");
        }
    }

    /// What is shown as a step is read by what reads scenarios, and expects the effect itself.
    #[test]
    fn what_a_scenario_expects_is_the_effect() {
        for asked in stories::played().expect("they are played").asked {
            let text = format!("title = \"示例\"\n{}", asked.step());
            let (scenario, _): (Scenario, _) = read(Path::new("step.toml"), &text, &SCENARIO).expect("it reads");
            let wanted = scenario.step[0].expect.clone().expect("something").remove(0);
            assert_eq!(serde_json::from_value::<Effect>(wanted).expect("an effect"), asked.effect);
        }
    }
}
