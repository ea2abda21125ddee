//! What a rule asked for (提议), in words: the effect as it was proposed, whatever became of it.

use super::{place_label, rule, show};
use crate::World;
use crate::english;
use crate::rule::effect::Effect;
use crate::sentence::{Sentence, Text, data, term};

/// What is asked for, as one sentence.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a line for each kind of effect; a new one has to say its own")]
pub fn effect(effect: &Effect, world: &World) -> Sentence {
    let unit = |id| world.catalogue.unit_name(id);
    let say = Sentence::new;
    match effect {
        Effect::RequireField(name) if name.starts_with("place.") => field_required(name, ""),
        Effect::RequireField(name) => {
            say(format!("要求填写扩展字段「{name}」"), english!("Require the extra field {}", name))
        }
        Effect::SuggestCategory(category) => {
            let category = world.catalogue.category_name(category);
            say(format!("建议分类：{category}"), english!("Suggest the category {}", data(category)))
        }
        Effect::SuggestSeat(seat) => {
            let seat = world.catalogue.seat_name(seat);
            say(format!("建议转接 {seat}"), english!("Suggest the seat {}", data(seat)))
        }
        Effect::AddTag(tag) => say(format!("加标签「{tag}」"), english!("Add the tag \"{}\"", data(tag))),
        Effect::RaiseUrgency(urgency) => {
            say(format!("紧急程度提高为「{}」", urgency.term()), english!("Raise urgency to {}", term(urgency)))
        }
        Effect::TightenDeadline { kind, within } => say(
            format!("「{}」时限提前为 {within}", kind.term()),
            english!("Make the deadline \"{}\" earlier: {}", term(kind), within.english()),
        ),
        Effect::AddCopy(reader) => {
            say(format!("增加抄送 {}", unit(reader)), english!("Send a copy to {}", data(unit(reader))))
        }
        Effect::SuggestUnit { handling_unit, lead } => {
            let ((role, as_what), name) =
                (if *lead { ("主办", "lead") } else { ("协办", "assisting") }, unit(handling_unit));
            say(format!("建议{role} {name}"), english!("Suggest as {} unit {}", as_what, data(name)))
        }
        Effect::AskEvidence(what) => say(format!("要求举证：{what}"), english!("Ask for evidence: {}", data(what))),
        Effect::SendBack(missing) => {
            say(format!("退回补充：{missing}"), english!("Send back for more: {}", data(missing)))
        }
        Effect::OpenTask { kind, post, within, title } => say(
            format!("开立任务「{}」：{title}，责任岗位{}，{within}内完成", kind.term(), post.term()),
            english!(
                "Open a task ({}): {}; responsible: {}; within {}",
                term(kind),
                data(title),
                term(post),
                within.english()
            ),
        ),
        Effect::EnterLedger { ledger, title, handling_unit, basis } => {
            let unit = handling_unit.as_ref().map(unit);
            let who = unit.map(|unit| say(format!("，责任单位 {unit}"), english!("; responsible: {}", data(unit))));
            let (who, basis) = (who.unwrap_or_default(), basis.as_str());
            let basis = match basis {
                "" => Sentence::default(),
                basis => say(format!("，依据：{basis}"), english!("; basis: {}", data(basis))),
            };
            say(
                format!("记入台账「{ledger}」：{title}{}{}", who.chinese, basis.chinese),
                english!("Enter into the ledger \"{}\": {}{}{}", data(ledger), data(title), who.english, basis.english),
            )
        }
        Effect::Nominate { forum, title } => {
            say(format!("提名{}议题：{title}", forum.term()), english!("Nominate for {}: {}", term(forum), data(title)))
        }
        Effect::NominateMatters { forum, title, category, place } => {
            let category = world.catalogue.category(category).map_or(category.as_str(), |known| &known.name);
            let (comma, of) = if place.is_empty() { ("", "") } else { ("，", ", ") };
            say(
                format!("提名{}议题：{title}（{place}{comma}{category}）", forum.term()),
                english!("Nominate for {}: {} ({}{}{})", term(forum), data(title), data(place), of, data(category)),
            )
        }
        Effect::WriteSection { heading, text } => say(
            format!("写研判材料「{heading}」：{text}"),
            english!("Write into the review \"{}\": {}", data(heading), data(text)),
        ),
        Effect::Notify { to_unit, text } => {
            let unit = unit(to_unit);
            say(format!("通知 {unit}：{text}"), english!("Notify {}: {}", data(unit), data(text)))
        }
        Effect::SetTimer { name, after } => say(
            format!("设定时器 {name}：{after}后"),
            english!("Set the timer {}: after {}", data(name), after.english()),
        ),
        Effect::CancelTimer(name) => say(format!("取消定时器 {name}"), english!("Cancel the timer {}", data(name))),
        Effect::SetField { name, value } => {
            let value = show(value);
            let english = english!("Set the extra field {}: {}", name, value.english);
            say(format!("写扩展字段「{name}」：{}", value.chinese), english)
        }
        Effect::Remember(memory) => say(format!("备忘：{memory}"), english!("Remember: {}", data(memory))),
        Effect::ScoreLocally { handling_unit, item, hundredths } => {
            rule::scored(unit(handling_unit), item, *hundredths)
        }
        Effect::AttachOpinion { stage, text } => say(
            format!("附意见，供{}参考：{text}", stage.term()),
            english!("Attach an opinion for {}: {}", term(stage), data(text)),
        ),
        Effect::SuggestReferral(receiver) => {
            say(format!("建议转介{}", receiver.term()), english!("Suggest a referral to {}", term(receiver)))
        }
        Effect::RequireRecord { kind, fields } => say(
            format!("要求「{}」任务记录扩展字段：{}", kind.term(), fields.join("、")),
            english!("Require a record of the task ({}): {}", term(kind), Text::joined(fields, ", ")),
        ),
        Effect::OmitFromFeed(field) => say(
            format!("向行政执法监督平台推送时略去「{}」", field.term()),
            english!("Omit from the enforcement feed: {}", term(field)),
        ),
        Effect::LinkDocument { ledger, title, document } => linked(ledger, title, document, "Link a document"),
        Effect::SettleEntry { ledger, title, text } => settled(ledger, title, text, "Settle"),
    }
}

/// That something must be filled in: a part of the place by its own name, an extra field by its label.
#[must_use]
pub fn field_required(name: &str, label: &str) -> Sentence {
    if name.starts_with("place.") {
        let (chinese, english) = place_label(name);
        return Sentence::new(format!("要求填写「{chinese}」"), english!("Require the {}", english));
    }
    Sentence::new(format!("要求填写「{label}」"), english!("Require the field \"{}\"", data(label)))
}

/// A document in a ledger; `english` is what is done.
pub(super) fn linked(ledger: &str, title: &str, document: &str, english: &str) -> Sentence {
    Sentence::new(
        format!("台账「{ledger}」：{title}，挂接文件《{document}》"),
        english!("{} in the ledger \"{}\": {}, {}", english, data(ledger), data(title), data(document)),
    )
}

/// An entry of a ledger that is settled; `english` is what is done.
pub(super) fn settled(ledger: &str, title: &str, text: &str, english: &str) -> Sentence {
    Sentence::new(
        format!("台账「{ledger}」：{title}，销号：{text}"),
        english!("{} in the ledger \"{}\": {}; {}", english, data(ledger), data(title), data(text)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::TimeSpan;
    use crate::deadline::DeadlineKind;
    use crate::ticket::Urgency;

    #[test]
    fn what_is_asked_for_is_said_in_english_with_the_names_as_they_are() {
        let world = World::weifang();
        let said = |asked: Effect| effect(&asked, &world).english.to_string();
        let within = TimeSpan::WorkingDays(20);
        let later = Effect::TightenDeadline { kind: DeadlineKind::Close, within };
        assert_eq!(said(later), "Make the deadline \"close\" earlier: 20 working days");
        assert_eq!(said(Effect::RaiseUrgency(Urgency::Ordinary)), "Raise urgency to ordinary");
        assert_eq!(said(Effect::RequireField("place.estate".into())), "Require the estate");
        let unit = Effect::SuggestUnit { handling_unit: "370784-ZJ".into(), lead: true };
        assert_eq!(said(unit), "Suggest as lead unit 安丘市住建局");
        let score = Effect::ScoreLocally { handling_unit: "370784-ZJ".into(), item: "A".into(), hundredths: -150 };
        assert_eq!(said(score), "Local score of 安丘市住建局, \"A\": -1.50 points");
    }
}
