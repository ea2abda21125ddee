//! What rules add beside the handling (附注), in words.

use super::show;
use crate::rule::ledger::{LedgerNote, NoteKind};
use crate::rule::remark::{RecordedField, RemarkEvent};

pub(super) fn remark(event: &RemarkEvent) -> String {
    match event {
        RemarkEvent::RecordRequired { number, fields } => {
            let labels: Vec<&str> = fields.iter().map(|field| &*field.label).collect();
            format!("任务 {number} 完成时须记录：{}", labels.join("、"))
        }
        RemarkEvent::LedgerNoted(note) => noted(note),
        RemarkEvent::OpinionAttached { stage, words } => format!("附意见，供{}参考：{words}", stage.term()),
        RemarkEvent::ReferralSuggested { receiver } => format!("建议转介{}", receiver.term()),
        RemarkEvent::OmittedFromFeed { field } => format!("向行政执法监督平台推送时略去「{}」", field.term()),
    }
}

/// 挂接文件、销号, on a ticket or in a review.
pub(super) fn noted(note: &LedgerNote) -> String {
    let LedgerNote { ledger, title, kind, text } = note;
    match kind {
        NoteKind::Document => format!("台账「{ledger}」：{title}，挂接文件《{text}》"),
        NoteKind::Settled => format!("台账「{ledger}」：{title}，销号：{text}"),
    }
}

/// What was recorded with a finished task; what is personal stays back.
pub(super) fn recorded(record: &[RecordedField]) -> String {
    let line = |field: &RecordedField| {
        let value = if field.personal { "（已填写）".into() } else { show(&field.value) };
        format!("{}：{value}", field.label)
    };
    let lines: Vec<String> = record.iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!("（{}）", lines.join("；")) }
}

/// 本地评分, in points.
pub(super) fn scored(unit: &str, item: &str, hundredths: i32) -> String {
    let (sign, points) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("本地评分 {unit}「{item}」{sign}{}.{:02} 分", points / 100, points % 100)
}
