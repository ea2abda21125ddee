//! The city's 供热模式: within the season, heating calls are asked for estate, building,
//! account number and room temperature, the seat of the company that serves the estate is
//! suggested, the closing deadline becomes earlier, and a whole building without heat is
//! urgent.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Event, Failure, Proposal, Rule, Ticket, TicketState, Tightening, TimeSpan, Urgency,
    Value, propose, rule,
};

/// What the call taker asks for, in this order.
const ASKED: [&str; 5] =
    ["place.estate", "place.building", "account-number", "room-temperature-tenths", "whole-building"];

/// The rule.
pub struct HeatingMode;

impl Rule for HeatingMode {
    fn on_event(event: Event, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let ticket = context.ticket()?;
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
    let (start, end) = (context.text("season-start")?, context.text("season-end")?);
    if start > end {
        return Err(Failure::BadSetting(format!("供热模式开始日 {start} 晚于结束日 {end}")));
    }
    let today = context.now.date();
    Ok((start..=end).contains(&today.as_str()))
}

fn at_intake(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let ask = |name: &str| propose(Effect::RequireField(name.into()), "供热模式：先问清这些，供热企业才能直接上门");
    let mut proposals: Vec<Proposal> = ASKED.into_iter().map(ask).collect();
    proposals.extend(seat(ticket, context)?);
    Ok(proposals)
}

/// Once the estate is known, so is the company that serves it.
fn seat(ticket: &Ticket, context: &Context) -> Result<Option<Proposal>, Failure> {
    let estate = &ticket.place.estate;
    let suggested = context.look_up("seats", estate)?;
    let reason = || format!("{estate}由该企业供热，企业坐席可直接解答");
    Ok(suggested.map(|seat| propose(Effect::SuggestSeat(seat.into()), reason())))
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
        return Ok(vec![propose(Effect::RaiseUrgency(Urgency::Urgent), format!("供热模式：{reason}，按突发故障办理"))]);
    }
    let hours = u16::try_from(context.integer("close-working-hours")?).unwrap_or(8);
    let tightening = Tightening { kind: DeadlineKind::Close, within: TimeSpan::WorkingHours(hours) };
    Ok(vec![propose(Effect::TightenDeadline(tightening), format!("供热模式：供暖诉求 {hours} 个工作小时内办结"))])
}

rule!(HeatingMode);
