//! 奎文区「一把手现场调处」: after the second unsolved or dissatisfied follow-up, or the third
//! complaint of the same category and estate in 7 days, the principal leader of the lead
//! unit mediates on site. The thresholds are settings.

use chuishao_sdk::{
    Context, Effect, Event, Failure, MatterKind, Post, Proposal, Rule, Task, TaskKind, Ticket, TimeSpan, rule,
};

/// The rule.
pub struct OnSiteMediation;

impl Rule for OnSiteMediation {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        if ticket.open_tasks.iter().any(|task| task.kind == TaskKind::OnSiteMediation) {
            return Ok(vec![]);
        }
        let reason = match event {
            Event::FollowedUp(follow_up) if follow_up.is_bad() => {
                let bad = ticket.follow_ups.iter().filter(|follow_up| follow_up.is_bad()).count();
                let reached = bad as i64 >= context.integer("bad-follow-ups")?;
                reached.then(|| format!("第 {bad} 次回访未解决或不满意"))
            }
            Event::Dispatched if ticket.matter_kind == MatterKind::Complaint && !ticket.place.estate.is_empty() => {
                let same = context.count("same-complaints")?;
                let reached = i64::from(same) >= context.integer("same-complaints")?;
                reached.then(|| format!("{}7 天内同类投诉已有 {same} 件", ticket.place.estate))
            }
            _ => None,
        };
        reason.map(|reason| mediation(context, reason)).into_iter().collect()
    }
}

fn mediation(context: &Context, reason: String) -> Result<Proposal, Failure> {
    let days = context.integer("working-days")?;
    let task = Task {
        kind: TaskKind::OnSiteMediation,
        post: Post::PrincipalLeader,
        within: TimeSpan::WorkingDays(u16::try_from(days).unwrap_or(1)),
        title: "主要负责人到现场，与来电人和相关方面对面调处".into(),
    };
    Ok(Effect::OpenTask(task).because(format!("{reason}，启动一把手现场调处")))
}

rule!(OnSiteMediation);
