//! Referral (转介), merging (并单) and the appeal that holds up the archive.

use super::intake::shown;
use super::{Outcome, Scene};
use crate::duty::DutyKind;
use crate::event::Event;
use crate::grounds::Receiver;
use crate::ids::TicketId;
use crate::plain::must_say;
use crate::refusal::Refusal;
use crate::side::{MainTicket, Side, SideEvent};

/// Duplicates that one main ticket takes in: more is a matter for the daily discussion.
const MOST_MERGED: usize = 500;

pub(super) fn refer(scene: Scene<'_>, receiver: Receiver, consent: Option<bool>, words: &str) -> Outcome {
    must_say(words, "转介说明")?;
    scene.must_have_nothing_pending()?;
    if consent == Some(false) {
        return Err(Refusal::new(
            "consent-refused",
            "来电人不同意转介，请按一般诉求派单",
            "the caller does not agree; dispatch the ticket",
        ));
    }
    // A receiver that the catalogue lacks is one of which nobody said that consent can be spared.
    let needs_consent = scene.world.catalogue.referral_receiver(receiver).is_none_or(|of| of.needs_consent);
    if needs_consent && consent != Some(true) {
        return Err(Refusal::new(
            "consent-missing",
            format!("转介{}须先征得来电人同意，并填写 consent: true", receiver.term()),
            format!("{receiver:?} needs the caller's recorded consent"),
        ));
    }
    Ok(vec![Event::Side(SideEvent::Referred { receiver, consent, words: words.to_owned() })])
}

pub(super) fn record_result(scene: Scene<'_>, result: &str) -> Outcome {
    must_say(result, "转介结果")?;
    let Some(Side::Referred(receiver)) = scene.ticket.side else {
        return Err(Refusal::new("not-referred", "工单没有转介", "the ticket is not referred"));
    };
    let follow_up_by = scene.due(DutyKind::FollowUp);
    Ok(vec![Event::Side(SideEvent::ReferralAnswered { receiver, result: result.to_owned(), follow_up_by })])
}

/// Never by a rule, and never to the caller's loss: a merged ticket keeps its deadlines, and
/// its own follow-up stands before its end.
pub(super) fn merge(scene: Scene<'_>, main: &MainTicket, reason: &str) -> Outcome {
    must_say(reason, "并单理由")?;
    scene.must_have_nothing_pending()?;
    let intake = &scene.ticket.intake;
    let id = shown(main.id.as_str());
    let problem = if main.id == scene.ticket.id {
        Some(("merge-self", "工单不能并入自己".to_owned(), "a ticket is not merged into itself"))
    } else if !scene.ticket.merged.is_empty() {
        Some(("has-merged", "本单已有并入的工单，请把其他工单并入本单".into(), "others are merged into this ticket"))
    } else if main.merged {
        Some(("main-merged", format!("{id} 已并入其他工单，请并入其主单"), "the main ticket is merged itself"))
    } else if !main.open {
        Some(("main-not-open", format!("{id} 未受理或已办结，不能作为主单"), "the main ticket is not open"))
    } else if main.territory != intake.place.territory || main.category_group != intake.category.group() {
        Some(("other-matter", format!("{id} 与本单不属同一区县、同一类诉求"), "another territory or category group"))
    } else {
        None
    };
    if let Some((code, chinese, english)) = problem {
        return Err(Refusal::new(code, chinese, english));
    }
    Ok(vec![Event::Side(SideEvent::Merged { into: main.id.clone(), reason: reason.to_owned() })])
}

/// Says nothing twice: the desk may ask again after a crash.
pub(super) fn absorb(scene: Scene<'_>, ticket: &TicketId) -> Outcome {
    if scene.ticket.merged.contains(ticket) {
        return Ok(Vec::new());
    }
    if scene.ticket.merged.len() >= MOST_MERGED {
        return Err(Refusal::new(
            "too-many-merged",
            format!("一件主单最多并入 {MOST_MERGED} 件，请另立主单"),
            "the main ticket is full",
        ));
    }
    Ok(vec![Event::Side(SideEvent::Absorbed { ticket: ticket.clone() })])
}

pub(super) fn answer_merged(scene: Scene<'_>, main: &TicketId) -> Outcome {
    if scene.ticket.side != Some(Side::Merged(main.clone())) {
        return Err(Refusal::new("other-main", "工单并入的不是这件主单", "it is merged into another ticket"));
    }
    let follow_up_by = scene.due(DutyKind::FollowUp);
    Ok(vec![Event::Side(SideEvent::MainClosed { main: main.clone(), follow_up_by })])
}

/// Says nothing twice: the desk of the evaluation may ask again after a crash.
pub(super) fn mark_appeal(scene: Scene<'_>, open: bool) -> Outcome {
    if scene.ticket.closure.as_ref().is_some_and(|closure| closure.appeal_open == open) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Side(SideEvent::AppealMarked { open })])
}
