//! 「对群众反映的水电气暖突发故障等亟需解决的事项，通过"三方连线"推送，要求两小时内掌握情况，一个工作日内办结回复」.
//! What is filed under the emergency categories is urgent by the core. This rule sees to the rest: what
//! was filed elsewhere and says that water runs out, who else has to know, and an hour that went by.

use chuishao_sdk::{
    Context, DeadlineKind, Effect, Event, Failure, Notice, Opinion, OpinionStage, Proposal, Rule, Ticket, TimeSpan,
    Timer, Urgency, rule,
};

/// The timer that looks whether the situation is grasped.
const GRASP: &str = "grasp-reminder";

/// The rule.
pub struct UtilitiesEmergency;

impl Rule for UtilitiesEmergency {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let urgent = ticket.urgency != Urgency::Ordinary;
        match event {
            Event::Registered => Ok(three_way_call(ticket, context)?.into_iter().collect()),
            Event::Accepted => accepted(ticket, context),
            Event::Dispatched if urgent => Ok(vec![remind(context)?]),
            Event::Grasped(_) if urgent => {
                Ok(vec![Effect::CancelTimer(GRASP.into()).because("已经掌握情况，不必再提醒")])
            }
            Event::TimerFired(name) if name == GRASP => Ok(reminded(ticket)),
            _ => Ok(vec![]),
        }
    }
}

/// Why it is an emergency, if it is.
fn emergency(ticket: &Ticket, context: &Context) -> Result<Option<String>, Failure> {
    if ticket.urgency != Urgency::Ordinary {
        return Ok(Some(ticket.category_name.clone()));
    }
    Ok(ticket.says(context.texts("words")?).map(|word| format!("诉求说到「{word}」")))
}

fn three_way_call(ticket: &Ticket, context: &Context) -> Result<Option<Proposal>, Failure> {
    let text = "水电气暖突发故障：请立即三方连线承办单位，不限工作时间；两小时内掌握情况，一个工作日内办结回复".into();
    let opinion = |reason| Effect::AttachOpinion(Opinion { stage: OpinionStage::Intake, text }).because(reason);
    Ok(emergency(ticket, context)?.map(opinion))
}

fn accepted(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let Some(reason) = emergency(ticket, context)? else { return Ok(vec![]) };
    let mut proposals = Vec::new();
    let calls = context.count_or_zero("same-street")?;
    if i64::from(calls) >= context.integer("critical-calls")? && ticket.urgency != Urgency::Critical {
        let why = format!("{reason}，{}一天内已有 {calls} 件", ticket.place.street);
        proposals.push(Effect::RaiseUrgency(Urgency::Critical).because(why));
    } else if ticket.urgency == Urgency::Ordinary {
        proposals.push(Effect::RaiseUrgency(Urgency::Urgent).because(format!("{reason}，按突发故障办理")));
    }
    if let Some(unit) = context.look_up("copies", &ticket.place.territory)?
        && !ticket.copies.iter().any(|copy| copy.reader == unit)
    {
        proposals.push(Effect::AddCopy(unit.into()).because("与应急部门快速响应联动"));
    }
    Ok(proposals)
}

fn remind(context: &Context) -> Result<Proposal, Failure> {
    let hours = context.number("remind-after-hours")?;
    let timer = Timer { name: GRASP.into(), after: TimeSpan::ClockHours(hours) };
    Ok(Effect::SetTimer(timer).because(format!("派单 {hours} 小时后看是否已掌握情况")))
}

fn reminded(ticket: &Ticket) -> Vec<Proposal> {
    let grasp = ticket.deadlines.iter().find(|deadline| deadline.kind == DeadlineKind::Grasp && !deadline.met);
    let (Some(_), Some(lead)) = (grasp, ticket.lead()) else { return vec![] };
    let text = format!("{} 是突发故障，还没有报告掌握的情况，两小时时限将到，请立即到场并报告", ticket.id);
    vec![Effect::Notify(Notice { to_unit: lead.handling_unit.clone(), text }).because("要求两小时内掌握情况")]
}

rule!(UtilitiesEmergency);
