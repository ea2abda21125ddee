//! 「奎文区、坊子区建立"一把手现场调处"机制」: after the second unsolved or dissatisfied follow-up, or the
//! third complaint of the same category and estate in 7 days, the principal leader of the lead
//! unit mediates on site, and records who took part, where, how it went and what was agreed. Some
//! working days later somebody looks whether that is kept. The thresholds are settings.

use chuishao_sdk::{
    Context, Effect, Event, Failure, MatterKind, Notice, Post, Proposal, Rule, Task, TaskKind, TaskRecord, Ticket,
    TicketState, TimeSpan, Timer, Value, rule,
};

/// What a mediation records.
const RECORD: [&str; 4] = ["mediation-participants", "mediation-place", "mediation-course", "mediation-outcome"];

/// The timer of looking back.
const LOOK_BACK: &str = "look-back";

/// The rule.
pub struct OnSiteMediation;

impl Rule for OnSiteMediation {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        match event {
            Event::FollowedUp(follow_up) if follow_up.is_bad() => {
                let bad = ticket.follow_ups.iter().filter(|follow_up| follow_up.is_bad()).count();
                let reached = bad as i64 >= context.integer("bad-follow-ups")?;
                if reached {
                    mediation(ticket, context, &format!("第 {bad} 次回访未解决或不满意"))
                } else {
                    Ok(vec![])
                }
            }
            Event::Dispatched if ticket.matter_kind == MatterKind::Complaint && !ticket.place.estate.is_empty() => {
                let same = context.count("same-complaints")?;
                let reached = i64::from(same) >= context.integer("same-complaints")?;
                let reason = || format!("{}7 天内同类投诉已有 {same} 件", ticket.place.estate);
                if reached { mediation(ticket, context, &reason()) } else { Ok(vec![]) }
            }
            Event::TaskDone(done) if done.task.by_this_rule => after_mediation(ticket, context),
            Event::TimerFired(name) if name == LOOK_BACK => Ok(look_back(ticket)),
            _ => Ok(vec![]),
        }
    }
}

fn mediation(ticket: &Ticket, context: &Context, reason: &str) -> Result<Vec<Proposal>, Failure> {
    if ticket.open_tasks.iter().any(|task| task.kind == TaskKind::OnSiteMediation) {
        return Ok(vec![]);
    }
    let task = Task {
        kind: TaskKind::OnSiteMediation,
        post: Post::PrincipalLeader,
        within: context.working_days("working-days")?,
        title: "主要负责人到现场，与来电人和相关方面对面调处".into(),
    };
    let fields = RECORD.map(Into::into).to_vec();
    let record = TaskRecord { kind: TaskKind::OnSiteMediation, fields };
    Ok(vec![
        Effect::OpenTask(task).because(format!("{reason}，启动一把手现场调处")),
        Effect::RequireRecord(record).because("谁到场、在哪里、怎么谈的、约定了什么，都要留下记录"),
    ])
}

/// What was agreed has to show: somebody looks again, unless the matter is at its end already.
fn after_mediation(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let days = context.number("look-back-days")?;
    if days == 0 || ticket.state == TicketState::ClosedOut {
        return Ok(vec![]);
    }
    let timer = Timer { name: LOOK_BACK.into(), after: TimeSpan::WorkingDays(days) };
    Ok(vec![Effect::SetTimer(timer).because(format!("调处之后 {days} 个工作日回看约定是否落实"))])
}

fn look_back(ticket: &Ticket) -> Vec<Proposal> {
    let Some(lead) = ticket.lead() else { return vec![] };
    let agreed = match ticket.field("mediation-outcome") {
        Some(Value::Text(text)) => format!("：{text}"),
        _ => String::new(),
    };
    // A notice has 500 characters, and what was agreed may have 200.
    let text = format!("一把手现场调处已过约定的回看期，请核实各方约定是否落实，并告知来电人{agreed}");
    let notice = Notice { to_unit: lead.handling_unit.clone(), text };
    vec![Effect::Notify(notice).because("调处不是终点：约定落实了，诉求才算解决")]
}

rule!(OnSiteMediation);
