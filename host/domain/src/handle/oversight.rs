//! Oversight of one ticket: the city department's copy (督导), supervision orders (督办) and
//! reminders (催办). Nobody closes anything from here.

use super::{Outcome, Scene};
use crate::event::Event;
use crate::ids::UnitId;
use crate::message::office_of;
use crate::oversight::{OrderGround, OversightEvent, Supervision, SupervisionKind, SupervisionOrder};
use crate::plain::must_say;
use crate::refusal::Refusal;

/// The department's statutory copy.
fn copy_of<'a>(scene: Scene<'a>, department: &UnitId) -> Result<&'a Supervision, Refusal> {
    let supervisions = &scene.ticket.oversight.supervisions;
    supervisions.iter().find(|supervision| supervision.department == *department).ok_or_else(|| {
        let name = scene.world.catalogue.unit_name(department);
        Refusal::new("no-copy", format!("{name} 没有本工单的抄送"), "the department has no copy")
    })
}

pub(super) fn take_up_copy(scene: Scene<'_>, department: &UnitId) -> Outcome {
    if copy_of(scene, department)?.taken_up {
        return Err(Refusal::new("already-taken-up", "本单位已签收抄送", "the copy is signed already"));
    }
    Ok(vec![Event::Oversight(OversightEvent::CopyTakenUp { department: department.clone() })])
}

/// The city department urges, guides and oversees (article row 2), and so does a unit of a
/// joint supervision; neither closes. Who acts on a copy has signed it.
pub(super) fn supervise(
    scene: Scene<'_>,
    department: &UnitId,
    kind: SupervisionKind,
    target: &UnitId,
    words: &str,
) -> Outcome {
    let reads = scene.ticket.copies.iter().any(|copy| copy.reader == *department);
    if !reads && !scene.ticket.oversight.supervises_jointly(department) {
        let name = scene.world.catalogue.unit_name(department);
        let chinese = format!("{name} 没有本工单的抄送，也未参加联合督办");
        return Err(Refusal::new("no-copy", chinese, "the department has no copy and no part in a joint supervision"));
    }
    scene.must_be_assigned(target)?;
    must_say(words, "督办意见")?;
    Ok(vec![Event::Supervised {
        kind,
        department: department.clone(),
        target: target.clone(),
        words: words.to_owned(),
    }])
}

/// What 每月一议 asks for first (article row 8).
pub(super) fn give_opinion(scene: Scene<'_>, department: &UnitId, words: &str) -> Outcome {
    copy_of(scene, department)?;
    must_say(words, "书面意见")?;
    let given = OversightEvent::OpinionGiven { department: department.clone(), words: words.to_owned() };
    Ok(vec![Event::Oversight(given)])
}

pub(super) fn remind(words: &str) -> Outcome {
    must_say(words, "催办内容")?;
    Ok(vec![Event::Oversight(OversightEvent::Reminded { words: words.to_owned() })])
}

pub(super) fn order(scene: Scene<'_>, words: &str) -> Outcome {
    must_say(words, "督办要求")?;
    if scene.ticket.oversight.has_open_order() {
        return Err(Refusal::new(
            "order-open",
            "已有督办尚未回复，请待回复后再督办，或联合督办",
            "an order waits for its answer",
        ));
    }
    Ok(vec![ordered(scene, OrderGround::Office, words.to_owned())])
}

/// The order itself, also of the clock and of a failed rework. While nobody leads, the
/// county's own office answers.
pub(super) fn ordered(scene: Scene<'_>, ground: OrderGround, words: String) -> Event {
    let number = scene.ticket.oversight.orders.len() + 1;
    let unit = scene.ticket.lead_unit().cloned().unwrap_or_else(|| office_of(scene.ticket.territory()));
    let order = SupervisionOrder {
        number: u16::try_from(number).unwrap_or(u16::MAX),
        ground,
        unit,
        ordered_at: scene.now,
        answered: false,
    };
    Event::Oversight(OversightEvent::SupervisionOrdered { order, words })
}

/// The unit that was ordered answers, or the one that leads by now.
pub(super) fn answer(scene: Scene<'_>, unit: &UnitId, number: u16, words: &str) -> Outcome {
    must_say(words, "督办回复")?;
    let order = scene.ticket.oversight.orders.iter().find(|order| order.number == number && !order.answered);
    let Some(order) = order else {
        return Err(Refusal::new("no-order", format!("没有未回复的督办 {number}"), "there is no such open order"));
    };
    if order.unit != *unit && scene.ticket.lead_unit() != Some(unit) {
        return Err(Refusal::new("not-assigned", "督办的不是本单位", "the order is another unit's"));
    }
    Ok(vec![Event::Oversight(OversightEvent::SupervisionAnswered { number, words: words.to_owned() })])
}
