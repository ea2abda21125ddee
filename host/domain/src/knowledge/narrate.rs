//! An entry's history in words (留痕).

use super::event::Event;
use crate::World;
use crate::english;
use crate::sentence::{Sentence, data};

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &Event, world: &World) -> Sentence {
    let say = Sentence::new;
    match event {
        Event::Drafted { owner, content } => {
            let (question, owner) = (&content.question, world.catalogue.unit_name(owner));
            say(
                format!("起草知识「{question}」，责任部门 {owner}"),
                english!("Drafted \"{}\"; responsible: {}", data(question), data(owner)),
            )
        }
        Event::Edited { content } => {
            let question = &content.question;
            say(format!("修改工作稿「{question}」"), english!("Changed the draft \"{}\"", data(question)))
        }
        Event::Submitted => say("提报审核".into(), "Submitted for review".into()),
        Event::Returned { opinion } => say(format!("退回：{opinion}"), english!("Returned: {}", data(opinion))),
        Event::Approved { opinion } if opinion.is_empty() => say("审核通过".into(), "Approved".into()),
        Event::Approved { opinion } => say(format!("审核通过：{opinion}"), english!("Approved: {}", data(opinion))),
        Event::Published { revision, review_due } => say(
            format!("发布第 {revision} 版，{review_due} 前复核"),
            english!("Published revision {}; review due: {}", revision, review_due),
        ),
        Event::RevisionBegun { content } => {
            let question = &content.question;
            say(
                format!("开始修订「{question}」，现行版本继续使用"),
                english!("Began to revise \"{}\"; what is published stays in use", data(question)),
            )
        }
        Event::Discarded { reason } => {
            say(format!("弃用工作稿：{reason}"), english!("Discarded the draft: {}", data(reason)))
        }
        Event::Withdrawn { reason } => say(format!("下架：{reason}"), english!("Withdrawn: {}", data(reason))),
        Event::Confirmed { review_due } => say(
            format!("复核：内容仍然有效，下次复核期限 {review_due}"),
            english!("Reviewed: it still holds; next review due: {}", review_due),
        ),
        Event::Expired { valid_until } => say(
            format!("有效期至 {valid_until}，已失效，不再供话务员使用"),
            english!("It was valid until {} and has expired; call takers do not find it any more", valid_until),
        ),
        Event::ReviewFellDue => say(
            "复核期限已到，请责任部门确认内容是否仍然有效".into(),
            "The review is due; the responsible department is asked whether it still holds".into(),
        ),
    }
}
