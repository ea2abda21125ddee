//! What a rule asked for (提议), in words: the effect as it was proposed, whatever became of it.

use super::{place_label, rule, show};
use crate::World;
use crate::rule::effect::Effect;

/// What is asked for, as one sentence.
#[must_use]
pub fn effect(effect: &Effect, world: &World) -> String {
    let unit = |id| world.catalogue.unit_name(id);
    match effect {
        Effect::RequireField(name) if name.starts_with("place.") => format!("要求填写「{}」", place_label(name)),
        Effect::RequireField(name) => format!("要求填写扩展字段「{name}」"),
        Effect::SuggestCategory(category) => format!("建议分类：{}", world.catalogue.category_name(category)),
        Effect::SuggestSeat(seat) => format!("建议转接 {}", world.catalogue.seat_name(seat)),
        Effect::AddTag(tag) => format!("加标签「{tag}」"),
        Effect::RaiseUrgency(urgency) => format!("紧急程度提高为「{}」", urgency.term()),
        Effect::TightenDeadline { kind, within } => format!("「{}」时限提前为 {within}", kind.term()),
        Effect::AddCopy(reader) => format!("增加抄送 {}", unit(reader)),
        Effect::SuggestUnit { handling_unit, lead } => {
            format!("建议{} {}", if *lead { "主办" } else { "协办" }, unit(handling_unit))
        }
        Effect::AskEvidence(what) => format!("要求举证：{what}"),
        Effect::SendBack(missing) => format!("退回补充：{missing}"),
        Effect::OpenTask { kind, post, within, title } => {
            format!("开立任务「{}」：{title}，责任岗位{}，{within}内完成", kind.term(), post.term())
        }
        Effect::EnterLedger { ledger, title, handling_unit, basis } => {
            let who = handling_unit.as_ref().map(|id| format!("，责任单位 {}", unit(id))).unwrap_or_default();
            let basis = if basis.is_empty() { String::new() } else { format!("，依据：{basis}") };
            format!("记入台账「{ledger}」：{title}{who}{basis}")
        }
        Effect::Nominate { forum, title } => format!("提名{}议题：{title}", forum.term()),
        Effect::NominateMatters { forum, title, category, place } => {
            let place = if place.is_empty() { String::new() } else { format!("{place}，") };
            let category = world.catalogue.category(category).map_or(category.as_str(), |known| &known.name);
            format!("提名{}议题：{title}（{place}{category}）", forum.term())
        }
        Effect::WriteSection { heading, text } => format!("写研判材料「{heading}」：{text}"),
        Effect::Notify { to_unit, text } => format!("通知 {}：{text}", unit(to_unit)),
        Effect::SetTimer { name, after } => format!("设定时器 {name}：{after}后"),
        Effect::CancelTimer(name) => format!("取消定时器 {name}"),
        Effect::SetField { name, value } => format!("写扩展字段「{name}」：{}", show(value)),
        Effect::Remember(memory) => format!("备忘：{memory}"),
        Effect::ScoreLocally { handling_unit, item, hundredths } => {
            rule::scored(unit(handling_unit), item, *hundredths)
        }
        Effect::AttachOpinion { stage, text } => format!("附意见，供{}参考：{text}", stage.term()),
        Effect::SuggestReferral(receiver) => format!("建议转介{}", receiver.term()),
        Effect::RequireRecord { kind, fields } => {
            format!("要求「{}」任务记录扩展字段：{}", kind.term(), fields.join("、"))
        }
        Effect::OmitFromFeed(field) => format!("向行政执法监督平台推送时略去「{}」", field.term()),
        Effect::LinkDocument { ledger, title, document } => {
            format!("台账「{ledger}」：{title}，挂接文件《{document}》")
        }
        Effect::SettleEntry { ledger, title, text } => format!("台账「{ledger}」：{title}，销号：{text}"),
    }
}
