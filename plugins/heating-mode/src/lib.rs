//! The city's 供热模式: within the season, heating calls are asked for estate, building,
//! account number and room temperature, the seat of the company that serves the estate is
//! suggested, the closing deadline becomes earlier, and a whole building without heat is
//! urgent.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Event, Failure, Proposal, Rule, Ticket, TicketState, Tightening, TimeSpan, Urgency,
    Value, rule,
};

/// What the call taker asks for, in this order.
const ASKED: [&str; 5] =
    ["place.estate", "place.building", "account-number", "room-temperature-tenths", "whole-building"];

/// The rule.
pub struct HeatingMode;

impl Rule for HeatingMode {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        if !in_season(context)? {
            return Ok(vec![]);
        }
        match event {
            Event::Registered | Event::Reclassified if ticket.state == TicketState::Registered => {
                at_intake(ticket, context)
            }
            Event::FilledIn => Ok(seat(ticket, context)?.into_iter().collect()),
            Event::Accepted | Event::Reclassified => once_accepted(ticket, context),
            _ => Ok(vec![]),
        }
    }
}

fn in_season(context: &Context) -> Result<bool, Failure> {
    let (start, end) = (context.date("season-start")?, context.date("season-end")?);
    if start > end {
        return Err(Failure::BadSetting(format!("供热模式开始日 {start} 晚于结束日 {end}")));
    }
    Ok((start..=end).contains(&context.now.date))
}

fn at_intake(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let ask = |name: &str| Effect::RequireField(name.into()).because("供热模式：先问清这些，供热企业才能直接上门");
    let mut proposals: Vec<Proposal> = ASKED.into_iter().map(ask).collect();
    proposals.extend(seat(ticket, context)?);
    Ok(proposals)
}

/// Once the estate is known, so is the company that serves it.
fn seat(ticket: &Ticket, context: &Context) -> Result<Option<Proposal>, Failure> {
    let estate = &ticket.place.estate;
    let suggested = context.look_up("seats", estate)?;
    let reason = || format!("{estate}由该企业供热，企业坐席可直接解答");
    Ok(suggested.map(|seat| Effect::SuggestSeat(seat.into()).because(reason())))
}

fn once_accepted(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let calls = context.count_or_zero("same-building")?;
    let said = matches!(ticket.field("whole-building"), Some(Value::Flag(true)));
    if said || i64::from(calls) >= context.integer("whole-building-calls")? {
        let reason = if said {
            "来电人反映整栋楼不热".into()
        } else {
            format!("一天内同一楼栋已有 {calls} 件")
        };
        return Ok(vec![Effect::RaiseUrgency(Urgency::Urgent).because(format!("供热模式：{reason}，按突发故障办理"))]);
    }
    let hours = u16::try_from(context.integer("close-working-hours")?).unwrap_or(8);
    let tightening = Tightening { kind: DeadlineKind::Close, within: TimeSpan::WorkingHours(hours) };
    let reason = format!("供热模式：供暖诉求 {hours} 个工作小时内办结");
    Ok(vec![Effect::TightenDeadline(tightening).because(reason)])
}

rule!(HeatingMode);
