//! A caller record's history in words, for the auditor (审计). No caller stands here.

use super::record::Event;
use super::unmask::Field;
use crate::english;
use crate::sentence::{Sentence, Text, data, term};
use std::collections::BTreeSet;

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &Event) -> Sentence {
    let say = Sentence::new;
    match event {
        Event::Stored { key } => {
            say(format!("存入来电人信息（密钥 {key}）"), english!("Stored the caller (key {})", key.to_string()))
        }
        Event::Resealed { key } => say(format!("更换密钥为 {key}"), english!("Resealed with key {}", key.to_string())),
        Event::Corrected { fields, words, .. } => {
            let fields = listed(fields);
            say(
                format!("应本人请求更正{}：{words}", fields.chinese),
                english!("Corrected the {} as the caller asked: {}", fields.english, data(words)),
            )
        }
        Event::Unmasked { ticket, purpose, fields, words } => {
            let fields = listed(fields);
            say(
                format!("为「{}」查看工单 {ticket} 来电人的{}：{words}", purpose.term(), fields.chinese),
                english!(
                    "Looked at the caller of ticket {} ({}), purpose \"{}\": {}",
                    ticket,
                    fields.english,
                    term(purpose),
                    data(words)
                ),
            )
        }
        Event::HoldPlaced { hold } => {
            let (number, words) = (hold.number, &hold.words);
            say(
                format!("因{}保留（第 {number} 项）：{words}", hold.kind.term()),
                english!("Placed hold {} ({}): {}", number, term(&hold.kind), data(words)),
            )
        }
        Event::HoldLifted { number, words } => {
            say(format!("解除第 {number} 项保留：{words}"), english!("Lifted hold {}: {}", number, data(words)))
        }
        Event::Erased { ground } => {
            say(format!("删除来电人信息：{}", ground.term()), english!("Erased the caller: {}", term(ground)))
        }
    }
}

fn listed(fields: &BTreeSet<Field>) -> Sentence {
    Sentence::new(
        fields.iter().map(|field| field.term()).collect::<Vec<_>>().join("、"),
        Text::joined(fields.iter().map(term), ", "),
    )
}
