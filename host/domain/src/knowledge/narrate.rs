//! An entry's history in words (留痕).

use super::event::Event;
use crate::World;

/// What happened, as one sentence.
#[must_use]
pub fn event(event: &Event, world: &World) -> String {
    match event {
        Event::Drafted { owner, content } => {
            format!("起草知识「{}」，责任部门 {}", content.question, world.catalogue.unit_name(owner))
        }
        Event::Edited { content } => format!("修改工作稿「{}」", content.question),
        Event::Submitted => "提报审核".into(),
        Event::Returned { opinion } => format!("退回：{opinion}"),
        Event::Approved { opinion } if opinion.is_empty() => "审核通过".into(),
        Event::Approved { opinion } => format!("审核通过：{opinion}"),
        Event::Published { revision, review_due } => format!("发布第 {revision} 版，{review_due} 前复核"),
        Event::RevisionBegun { content } => format!("开始修订「{}」，现行版本继续使用", content.question),
        Event::Discarded { reason } => format!("弃用工作稿：{reason}"),
        Event::Withdrawn { reason } => format!("下架：{reason}"),
        Event::Confirmed { review_due } => format!("复核：内容仍然有效，下次复核期限 {review_due}"),
        Event::Expired { valid_until } => format!("有效期至 {valid_until}，已失效，不再供话务员使用"),
        Event::ReviewFellDue => "复核期限已到，请责任部门确认内容是否仍然有效".into(),
    }
}
