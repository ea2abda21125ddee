//! Answers on the spot (直办): from the knowledge base, by an expert's seat, or by a three-way
//! call (三方连线) with the unit. The caller is still followed up.

use super::handling::met;
use super::{Outcome, Scene};
use crate::actor::By;
use crate::deadline::DeadlineKind;
use crate::duty::DutyKind;
use crate::event::Event;
use crate::grounds::AnswerBasis;
use crate::ids::{CategoryCode, UnitId};
use crate::plain::must_say;
use crate::refusal::Refusal;
use crate::side::SideEvent;
use crate::ticket::Urgency;

/// The category groups of heating: all of 供暖 (01) and the burst pipe among the sudden failures.
pub(crate) fn is_heating(category: &CategoryCode) -> bool {
    category.as_str().starts_with("01") || category.group() == "0404"
}

/// A company's seat hears of heating and nothing else (article row 26).
fn must_be_its_matter(scene: Scene<'_>, by: &By) -> Result<(), Refusal> {
    if matches!(by, By::CompanySeat { .. }) && !is_heating(&scene.ticket.intake.category) {
        return Err(Refusal::new(
            "not-heating",
            "供热企业坐席只解答供热诉求，请转综合坐席",
            "a heating company's seat answers heating matters only",
        ));
    }
    Ok(())
}

/// Ordinary matters do not call a unit out of hours (article row 27: 在工作时间); urgent ones
/// do (row 51).
pub(super) fn three_way_call(scene: Scene<'_>, by: &By, partner: &UnitId, words: &str) -> Outcome {
    must_be_its_matter(scene, by)?;
    must_say(words, "连线情况")?;
    scene.must_be_near(partner)?;
    if scene.ticket.urgency == Urgency::Ordinary {
        let open = scene.world.calendar.in_working_hours(scene.now).map_err(|missing| {
            Refusal::new("no-notice", missing.to_string(), "no holiday notice of that year is loaded")
        })?;
        if !open {
            return Err(Refusal::new(
                "out-of-hours",
                "一般诉求只在工作时间三方连线，请派单或待工作时间再连线；紧急诉求不限",
                "ordinary matters are put through in working hours only",
            ));
        }
    }
    Ok(vec![Event::Side(SideEvent::ThreeWayCallHeld { partner_unit: partner.clone(), words: words.to_owned() })])
}

pub(super) fn answer(scene: Scene<'_>, by: &By, basis: AnswerBasis, answer: &str) -> Outcome {
    must_be_its_matter(scene, by)?;
    must_say(answer, "答复内容")?;
    scene.must_have_nothing_pending()?;
    let expert = matches!(by, By::LegalSeat { .. } | By::CompanySeat { .. });
    match basis {
        AnswerBasis::Expert if !expert => {
            return Err(Refusal::new(
                "not-expert",
                "专席解答须由法律专席或供热企业坐席作出",
                "only an expert's seat answers as an expert",
            ));
        }
        AnswerBasis::ThreeWayCall if scene.ticket.three_way_calls.is_empty() => {
            return Err(Refusal::new(
                "no-three-way-call",
                "尚未三方连线，请先登记连线",
                "record the three-way call first",
            ));
        }
        _ => {}
    }
    let answered =
        SideEvent::AnsweredDirectly { basis, answer: answer.to_owned(), follow_up_by: scene.due(DutyKind::FollowUp) };
    let mut events = vec![Event::Side(answered)];
    events.extend(met(scene, DeadlineKind::Grasp));
    events.extend(met(scene, DeadlineKind::Contact));
    Ok(events)
}
