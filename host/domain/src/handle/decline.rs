//! Refusal (不予受理) and emergency lines (转紧急热线). A person asks, another decides, on a
//! closed list of grounds, and the caller is told the lawful way; no rule has any part in it
//! (guard rail G6).

use super::{Outcome, Scene};
use crate::event::Event;
use crate::grounds::{DeclineGround, EmergencyLine};
use crate::plain::must_say;
use crate::refusal::Refusal;
use crate::side::SideEvent;
use crate::ticket::Pending;

pub(super) fn ask(scene: Scene<'_>, ground: DeclineGround, reason: &str) -> Outcome {
    must_say(reason, "不予受理的理由")?;
    scene.must_have_nothing_pending()?;
    Ok(vec![Event::Side(SideEvent::DeclineAsked { ground, reason: reason.to_owned() })])
}

/// Refused requests leave the ticket where it was: it is to be accepted and dispatched.
pub(super) fn rule(scene: Scene<'_>, approved: bool, opinion: &str) -> Outcome {
    let Some(Pending::Decline { ground }) = scene.ticket.pending else {
        return Err(Refusal::new("nothing-pending", "没有待审定的不予受理申请", "no refusal is pending"));
    };
    must_say(opinion, "审定意见")?;
    let told = if approved { ground.lawful_way().to_owned() } else { String::new() };
    Ok(vec![Event::Side(SideEvent::DeclineRuled { approved, ground, opinion: opinion.to_owned(), told })])
}

/// At once: nobody waits for a reviewer while a house burns.
pub(super) fn pass_on(line: EmergencyLine, words: &str) -> Outcome {
    must_say(words, "警情或险情")?;
    Ok(vec![Event::Side(SideEvent::PassedOn { line, words: words.to_owned() })])
}
