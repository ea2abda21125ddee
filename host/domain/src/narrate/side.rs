//! The side ways in words.

use crate::World;
use crate::english;
use crate::sentence::{Sentence, data, term};
use crate::side::SideEvent;

pub(super) fn event(event: &SideEvent, world: &World) -> Sentence {
    let say = Sentence::new;
    match event {
        SideEvent::DeclineAsked { ground, reason } => say(
            format!("申请不予受理（{}）：{reason}", ground.term()),
            english!("Asked to decline ({}): {}", term(ground), data(reason)),
        ),
        SideEvent::DeclineRuled { approved: true, ground, opinion, told } => say(
            format!("不予受理（{}）：{opinion}；已告知来电人：{told}", ground.term()),
            english!("Declined ({}): {}; the caller was told: {}", term(ground), data(opinion), data(told)),
        ),
        SideEvent::DeclineRuled { approved: false, opinion, .. } => say(
            format!("不同意不予受理，应予受理：{opinion}"),
            english!("Not to be declined, but accepted: {}", data(opinion)),
        ),
        SideEvent::PassedOn { line, words } => say(
            format!("立即转 {}：{words}", line.term()),
            english!("Passed on to {} at once: {}", term(line), data(words)),
        ),
        SideEvent::ThreeWayCallHeld { partner_unit, words } => {
            let partner = world.catalogue.unit_name(partner_unit);
            say(
                format!("三方连线 {partner}：{words}"),
                english!("Three-way call with {}: {}", data(partner), data(words)),
            )
        }
        SideEvent::AnsweredDirectly { basis, answer, .. } => say(
            format!("直接答复（{}）：{answer}", basis.term()),
            english!("Answered directly ({}): {}", term(basis), data(answer)),
        ),
        SideEvent::Referred { receiver, consent, words } => {
            let (consent, agreed) =
                if *consent == Some(true) { ("，来电人同意", " with the caller's consent") } else { ("", "") };
            say(
                format!("转介{}{consent}：{words}", receiver.term()),
                english!("Referred to {}{}: {}", term(receiver), agreed, data(words)),
            )
        }
        SideEvent::ReferralAnswered { receiver, result, .. } => say(
            format!("{}反馈转介结果：{result}", receiver.term()),
            english!("What came of the referral to {}: {}", term(receiver), data(result)),
        ),
        SideEvent::Merged { into, reason } => say(
            format!("并入主单 {into}：{reason}；办结后仍单独回访来电人"),
            english!(
                "Merged into the main ticket {}: {}; the caller gets a follow-up call of his own when it is closed out",
                into,
                data(reason)
            ),
        ),
        SideEvent::Absorbed { ticket } => {
            say(format!("并入重复件 {ticket}"), english!("Took in the duplicate {}", ticket))
        }
        SideEvent::MainClosed { main, .. } => say(
            format!("主单 {main} 已办结，转本单回访"),
            english!("The main ticket {} is closed out; on to this one's follow-up call", main),
        ),
        SideEvent::AppealMarked { open: true } => {
            say("提出考核申诉，暂不归档".into(), "Appealed against its score; not archived meanwhile".into())
        }
        SideEvent::AppealMarked { open: false } => say("考核申诉了结".into(), "The appeal is settled".into()),
        SideEvent::Archived => say("归档，督导结束".into(), "Archived; supervision ends".into()),
    }
}
