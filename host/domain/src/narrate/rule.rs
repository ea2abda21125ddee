//! What rules add beside the handling (附注), in words.

use super::{proposed, show};
use crate::english;
use crate::rule::ledger::{LedgerNote, NoteKind};
use crate::rule::remark::{RecordedField, RemarkEvent};
use crate::sentence::{Sentence, Text, data, term};

pub(super) fn remark(event: &RemarkEvent) -> Sentence {
    match event {
        RemarkEvent::RecordRequired { number, fields } => {
            let labels: Vec<&str> = fields.iter().map(|field| &*field.label).collect();
            Sentence::new(
                format!("任务 {number} 完成时须记录：{}", labels.join("、")),
                english!(
                    "To be recorded when task {} is finished: {}",
                    number,
                    Text::joined(labels.iter().map(|label| data(label)), ", ")
                ),
            )
        }
        RemarkEvent::LedgerNoted(note) => noted(note),
        RemarkEvent::OpinionAttached { stage, words } => Sentence::new(
            format!("附意见，供{}参考：{words}", stage.term()),
            english!("Attached an opinion for {}: {}", term(stage), data(words)),
        ),
        RemarkEvent::ReferralSuggested { receiver } => Sentence::new(
            format!("建议转介{}", receiver.term()),
            english!("Suggested a referral to {}", term(receiver)),
        ),
        RemarkEvent::OmittedFromFeed { field } => Sentence::new(
            format!("向行政执法监督平台推送时略去「{}」", field.term()),
            english!("Omitted from the enforcement feed: {}", term(field)),
        ),
    }
}

/// 挂接文件、销号, on a ticket or in a review.
pub(super) fn noted(note: &LedgerNote) -> Sentence {
    let LedgerNote { ledger, title, kind, text } = note;
    match kind {
        NoteKind::Document => proposed::linked(ledger, title, text, "Linked a document"),
        NoteKind::Settled => proposed::settled(ledger, title, text, "Settled"),
    }
}

/// What was recorded with a finished task; what is personal stays back.
pub(super) fn recorded(record: &[RecordedField]) -> Sentence {
    let line = |field: &RecordedField| {
        let value = if field.personal { Sentence::new("（已填写）", "(filled in)") } else { show(&field.value) };
        let label = &field.label;
        Sentence::new(format!("{label}：{}", value.chinese), english!("{}: {}", data(label), value.english))
    };
    let lines: Vec<Sentence> = record.iter().map(line).collect();
    if lines.is_empty() {
        return Sentence::default();
    }
    let chinese: Vec<String> = lines.iter().map(|line| line.chinese.clone()).collect();
    let english = Text::joined(lines.into_iter().map(|line| line.english), "; ");
    Sentence::new(format!("（{}）", chinese.join("；")), english!(" ({})", english))
}

/// 本地评分, in points.
pub(super) fn scored(unit: &str, item: &str, hundredths: i32) -> Sentence {
    let (sign, points) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    let points = format!("{sign}{}.{:02}", points / 100, points % 100);
    let english = english!("Local score of {}, \"{}\": {} points", data(unit), data(item), points.as_str());
    Sentence::new(format!("本地评分 {unit}「{item}」{points} 分"), english)
}
