//! Whose duty it is: handing back (退单), the liability case (责任认定) and the city leader's
//! signature (领导签批).

use super::dispatch::dispatched;
use super::{Outcome, Scene};
use crate::calendar::TimeSpan;
use crate::event::Event;
use crate::grounds::{HandBackGround, PanelSeat};
use crate::ids::UnitId;
use crate::plain::must_say;
use crate::refusal::{GuardRail, Refusal};
use crate::responsibility::{HAND_BACKS_BEFORE_LIABILITY_CASE, ResponsibilityEvent};
use crate::ticket::Pending;

/// 退单 within 2 working days of receipt by the unit (山东省政务服务热线管理办法).
const HAND_BACK_WITHIN: TimeSpan = TimeSpan::WorkingDays(2);

pub(super) fn ask_hand_back(scene: Scene<'_>, unit: &UnitId, ground: HandBackGround, reason: &str) -> Outcome {
    scene.must_lead(unit)?;
    must_say(reason, "退回理由")?;
    scene.must_have_nothing_pending()?;
    if scene.ticket.responsibility.case.is_some() {
        return Err(Refusal::rail(
            GuardRail::G7,
            "not-returnable",
            "承办单位已经认定或签批，不得退回，请办理；确有困难请报市级领导",
            "the unit was named by a panel or a leader and cannot hand the ticket back",
        ));
    }
    let since = scene.ticket.assignments.iter().find(|a| a.handling_unit == *unit).map(|a| a.dispatched_at);
    let until = since.and_then(|at| scene.world.calendar.due(at, HAND_BACK_WITHIN).ok());
    if until.is_some_and(|until| scene.now > until) {
        return Err(Refusal::new(
            "hand-back-late",
            "退回须在收到后 2 个工作日内提出，现已超过，请继续办理",
            "handing back is possible within 2 working days of receipt",
        ));
    }
    Ok(vec![Event::HandBackAsked { handling_unit: unit.clone(), ground, reason: reason.to_owned() }])
}

/// Only the hotline's reviewer rules. The second ruling, whichever way it goes, shows that
/// the duty is disputed, and the panel takes over.
pub(super) fn rule_hand_back(scene: Scene<'_>, approved: bool, opinion: &str) -> Outcome {
    if scene.ticket.pending != Some(Pending::HandBack) {
        return Err(Refusal::new("nothing-pending", "没有待审定的退回申请", "no hand-back is pending"));
    }
    must_say(opinion, "审定意见")?;
    let mut events = vec![Event::HandBackRuled { approved, opinion: opinion.to_owned() }];
    let hand_back_count = scene.ticket.responsibility.hand_back_count().saturating_add(1);
    if usize::from(hand_back_count) >= HAND_BACKS_BEFORE_LIABILITY_CASE {
        events.push(Event::Responsibility(ResponsibilityEvent::LiabilityCaseOpened { hand_back_count }));
    }
    Ok(events)
}

/// The panel names the unit, and with its decision the ticket is dispatched: copy, deadlines
/// to sign and all.
pub(super) fn decide(
    scene: Scene<'_>,
    lead_unit: &UnitId,
    assisting_units: &[UnitId],
    panel: &[PanelSeat],
    opinion: &str,
) -> Outcome {
    must_say(opinion, "认定意见")?;
    let sits = |seat| panel.contains(&seat);
    let lawyer = sits(PanelSeat::LegalAdviser) || sits(PanelSeat::PublicLawyer);
    if !(sits(PanelSeat::DisciplineInspection) && sits(PanelSeat::Department) && lawyer) {
        return Err(Refusal::new(
            "panel-incomplete",
            "认定小组须有市纪委、市级行业主管部门，以及法律顾问或公职律师参加",
            "discipline inspection, the department, and a legal adviser or public lawyer must sit",
        ));
    }
    let dispatched = dispatched(scene, lead_unit, assisting_units)?;
    let decided = ResponsibilityEvent::LiabilityDecided {
        unit: lead_unit.clone(),
        panel: panel.to_vec(),
        opinion: opinion.to_owned(),
    };
    Ok(vec![Event::Responsibility(decided), dispatched])
}

/// The named unit does not act. It keeps the ticket until the leader has signed: nothing is
/// without an owner meanwhile.
pub(super) fn escalate(scene: Scene<'_>, words: &str) -> Outcome {
    must_say(words, "拒不办理的情况")?;
    let case = scene.ticket.responsibility.case.as_ref();
    let (Some(case), Some(unit)) = (case, scene.ticket.lead_unit()) else {
        return Err(Refusal::new(
            "no-decision",
            "尚未作过责任认定，不能提报市级领导",
            "no panel has decided on this ticket",
        ));
    };
    if case.refused_at.is_some() {
        return Err(Refusal::new("already-escalated", "已提报市级领导，只提报一次", "it was reported already"));
    }
    let refused = ResponsibilityEvent::LiabilityRefused { unit: unit.clone(), words: words.to_owned() };
    Ok(vec![Event::Responsibility(refused)])
}

pub(super) fn sign(scene: Scene<'_>, lead_unit: &UnitId, words: &str) -> Outcome {
    must_say(words, "批示")?;
    let case = scene.ticket.responsibility.case.as_ref();
    let Some(case) = case.filter(|case| case.refused_at.is_some()) else {
        return Err(Refusal::new("not-escalated", "须先提报市级领导，再签批", "it must be reported first"));
    };
    if case.signed_unit.is_some() {
        return Err(Refusal::rail(
            GuardRail::G7,
            "already-signed",
            "市级领导已签批，一次为定",
            "the leader has signed; that is final",
        ));
    }
    let signed = ResponsibilityEvent::LeaderSigned { unit: lead_unit.clone(), words: words.to_owned() };
    let mut events = vec![Event::Responsibility(signed)];
    if scene.ticket.lead_unit() != Some(lead_unit) {
        events.push(dispatched(scene, lead_unit, &[])?);
    }
    Ok(events)
}
