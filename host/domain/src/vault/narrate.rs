//! A caller record's history in words, for the auditor (审计). No caller stands here.

use super::record::Event;
use super::unmask::Field;
use std::collections::BTreeSet;

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &Event) -> String {
    match event {
        Event::Stored { key } => format!("存入来电人信息（密钥 {key}）"),
        Event::Resealed { key } => format!("更换密钥为 {key}"),
        Event::Corrected { fields, words, .. } => format!("应本人请求更正{}：{words}", listed(fields)),
        Event::Unmasked { ticket, purpose, fields, words } => {
            format!("为「{}」查看工单 {ticket} 来电人的{}：{words}", purpose.term(), listed(fields))
        }
        Event::HoldPlaced { hold } => format!("因{}保留（第 {} 项）：{}", hold.kind.term(), hold.number, hold.words),
        Event::HoldLifted { number, words } => format!("解除第 {number} 项保留：{words}"),
        Event::Erased { ground } => format!("删除来电人信息：{}", ground.term()),
    }
}

fn listed(fields: &BTreeSet<Field>) -> String {
    fields.iter().map(|field| field.term()).collect::<Vec<_>>().join("、")
}
