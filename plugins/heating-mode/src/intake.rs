//! 受理: what the call taker asks for, and who can answer at once.

use chuishao_sdk::{Context, Effect, Failure, Opinion, OpinionStage, Proposal, Ticket};

/// What the call taker asks for, in this order.
const ASKED: [&str; 5] =
    ["place.estate", "place.building", "account-number", "room-temperature-tenths", "whole-building"];

pub fn at_intake(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let ask = |name: &str| Effect::RequireField(name.into()).because("供热模式：先问清这些，供热企业才能直接上门");
    let mut proposals: Vec<Proposal> = ASKED.into_iter().map(ask).collect();
    proposals.extend(seat(ticket, context)?);
    proposals.push(three_way_call(context));
    Ok(proposals)
}

/// Once the estate is known, so is the company that serves it.
pub fn seat(ticket: &Ticket, context: &Context) -> Result<Option<Proposal>, Failure> {
    let estate = &ticket.place.estate;
    let suggested = context.look_up("seats", estate)?;
    let reason = || format!("{estate}由该企业供热，企业坐席可直接解答");
    Ok(suggested.map(|seat| Effect::SuggestSeat(seat.into()).because(reason())))
}

/// 「现场无法予以答复的，将通过"三方连线"等方式，在工作时间直接联系承办单位答复」
fn three_way_call(context: &Context) -> Proposal {
    let text = if context.now.in_working_hours {
        "企业坐席当场不能答复的，现在可以三方连线承办单位，直接答复来电人"
    } else {
        "现在不是工作时间：当场不能答复的先登记派单，工作时间再三方连线；整栋不热等紧急情况随时可以连线"
    };
    let opinion = Opinion { stage: OpinionStage::Intake, text: text.into() };
    Effect::AttachOpinion(opinion).because("供热模式：当场答复优先")
}
