//! Texts that people write: given, and not too long.

use crate::plain::{MOST_TITLE_CHARS, MOST_WORDS_CHARS, must_say_within};
use crate::refusal::Refusal;
use crate::topic::command::TopicCommand;

/// Refuses when one of the command's texts is missing or too long.
pub(super) fn must_be_given(command: &TopicCommand) -> Result<(), Refusal> {
    texts(command).into_iter().try_for_each(|(what, text, most)| must_say_within(text, most, what))
}

/// The texts of a command, with what each is called and how long it may be.
fn texts(command: &TopicCommand) -> Vec<(&'static str, &str, usize)> {
    match command {
        TopicCommand::Propose(draft) => {
            let mut all = vec![("题目", draft.title.as_str(), MOST_TITLE_CHARS)];
            if !draft.subject.place.is_empty() {
                all.push(("街道或小区", draft.subject.place.as_str(), MOST_TITLE_CHARS));
            }
            // Without a reason there is one missing text, which says so.
            let reasons =
                if draft.reasons.is_empty() { vec![""] } else { draft.reasons.iter().map(String::as_str).collect() };
            all.extend(reasons.into_iter().map(|reason| ("理由", reason, MOST_WORDS_CHARS)));
            all
        }
        TopicCommand::WriteOpinion { words: text } => words("书面意见", text),
        TopicCommand::Decline { reason } => words("不予采纳的理由", reason),
        TopicCommand::RecordDiscussion { words: text, .. } => words("研究情况", text),
        TopicCommand::Decide { words: text, measures, modes } => {
            let mut all = words("议定事项", text);
            all.extend(measures.iter().map(|measure| ("措施内容", measure.what.as_str(), MOST_WORDS_CHARS)));
            all.extend(modes.iter().map(|mode| ("模式名称", mode.name.as_str(), MOST_TITLE_CHARS)));
            all
        }
        TopicCommand::ReportMeasure { result, .. } => words("完成情况", result),
        TopicCommand::SendBackMeasure { missing, .. } => words("退回意见", missing),
        TopicCommand::Escalate { reason, .. } => words("提交理由", reason),
        TopicCommand::Close { outcome } => words("办结情况", outcome),
        TopicCommand::OrderSupervision { words: text, .. } => words("督办要求", text),
        TopicCommand::ReportSupervision { report, .. } => words("督办报告", report),
        TopicCommand::Whistle { words: text, .. } => words("吹哨事由", text),
        TopicCommand::RelateTickets { .. }
        | TopicCommand::NameUnits { .. }
        | TopicCommand::PutOnAgenda { .. }
        | TopicCommand::CheckIn { .. }
        | TopicCommand::Tick => Vec::new(),
    }
}

fn words<'a>(what: &'static str, text: &'a str) -> Vec<(&'static str, &'a str, usize)> {
    vec![(what, text, MOST_WORDS_CHARS)]
}
