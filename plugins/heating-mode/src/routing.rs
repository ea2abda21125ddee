//! 转办: whose it is, how soon it is due, what is urgent, and what is a matter for the daily discussion.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Failure, Forum, Nomination, Opinion, OpinionStage, Proposal, Ticket, TicketState,
    Tightening, TimeSpan, UnitSuggestion, Urgency, Value,
};

pub fn once_accepted(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let mut proposals = Vec::new();
    if ticket.state == TicketState::Accepted
        && let Some(unit) = context.look_up("units", &ticket.place.territory)?
    {
        let suggestion = UnitSuggestion { handling_unit: unit.into(), lead: true };
        proposals.push(Effect::SuggestUnit(suggestion).because("供热模式：直接转区县供热主管单位"));
    }
    match whole_building(ticket, context)? {
        Some(reason) => proposals.extend(urgent(ticket, &reason)),
        None => proposals.push(hasten(context)?),
    }
    proposals.extend(cluster(ticket, context)?);
    Ok(proposals)
}

/// Why it is a whole building without heat, if it is.
fn whole_building(ticket: &Ticket, context: &Context) -> Result<Option<String>, Failure> {
    let calls = context.count_or_zero("same-building")?;
    if matches!(ticket.field("whole-building"), Some(Value::Flag(true))) {
        return Ok(Some("来电人反映整栋楼不热".into()));
    }
    let reached = i64::from(calls) >= context.integer("whole-building-calls")?;
    Ok(reached.then(|| format!("一天内同一楼栋已有 {calls} 件")))
}

fn urgent(ticket: &Ticket, reason: &str) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    if ticket.urgency == Urgency::Ordinary {
        let reason = format!("供热模式：{reason}，按突发故障办理");
        proposals.push(Effect::RaiseUrgency(Urgency::Urgent).because(reason));
    }
    if ticket.state == TicketState::Accepted {
        let text = "整栋不热按突发故障派单；同一楼栋的其他来电请核对并单建议，一并办理、各自回复".into();
        let opinion = Opinion { stage: OpinionStage::Dispatch, text };
        proposals.push(Effect::AttachOpinion(opinion).because("整栋一个原因，不必一户一单"));
    }
    proposals
}

fn hasten(context: &Context) -> Result<Proposal, Failure> {
    let hours = context.number("close-working-hours")?;
    let tightening = Tightening { kind: DeadlineKind::Close, within: TimeSpan::WorkingHours(hours) };
    Ok(Effect::TightenDeadline(tightening).because(format!("供热模式：供暖诉求 {hours} 个工作小时内办结")))
}

/// 「聚焦诉求量大、涉及面广的热点问题」
fn cluster(ticket: &Ticket, context: &Context) -> Result<Option<Proposal>, Failure> {
    let calls = context.count_or_zero("same-estate")?;
    let reached = i64::from(calls) >= context.integer("cluster-calls")?;
    let title = format!("{}供暖集中反映", ticket.place.estate);
    let nomination = Nomination { forum: Forum::DailyDiscussion, title };
    Ok(reached.then(|| Effect::Nominate(nomination).because(format!("两天内同一小区同类诉求已有 {calls} 件"))))
}
