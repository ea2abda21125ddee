//! 「指导安丘市住建局对安丘市参与改造升级的老旧小区进行了一次"普查"」: when a complaint about a renovated
//! estate is solved, the estates that were renovated in the same programme are looked at, before their
//! people call. A task of the unit's, and nothing in a citizen's name.

use chuishao_sdk::{
    Closing, Context, Effect, Event, Failure, LedgerEntry, Post, Proposal, Rule, Task, TaskKind, TaskRecord, Ticket,
    Value, rule,
};

/// Estates that a title names; the others are counted.
const NAMED: usize = 8;

/// What the survey records.
const RECORD: [&str; 3] = ["estates-checked", "problems-found", "survey-summary"];

/// The rule.
pub struct Survey;

impl Rule for Survey {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        match event {
            // The first of its estate in 90 days: one mended road is looked into once.
            Event::ClosedOut(Closing::Solved) if context.count_or_zero("same-estate")? == 1 => survey(ticket, context),
            Event::TaskDone(done) if done.task.by_this_rule => found(ticket, context),
            _ => Ok(vec![]),
        }
    }
}

fn survey(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let estate = &ticket.place.estate;
    let Some(programme) = context.look_up("programmes", estate)? else { return Ok(vec![]) };
    if ticket.lead().is_none() {
        return Ok(vec![]);
    }
    let rows = context.table("programmes")?.iter();
    let others: Vec<&str> =
        rows.filter(|(name, of)| of == programme && name != estate).map(|(name, _)| name.as_str()).collect();
    if others.is_empty() {
        return Ok(vec![]);
    }
    let named = others.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
    let more = if others.len() > NAMED { "等" } else { "" };
    let title = format!("普查{programme}的 {} 个小区有无「{}」：{named}{more}", others.len(), ticket.category_name);
    let task = Task {
        kind: TaskKind::Survey,
        post: Post::LeaderInCharge,
        within: context.working_days("working-days")?,
        title: title.chars().take(200).collect(),
    };
    let record = TaskRecord { kind: TaskKind::Survey, fields: RECORD.map(Into::into).to_vec() };
    Ok(vec![
        Effect::OpenTask(task).because(format!("{estate}的诉求已经解决，同一批改造的小区一并查看")),
        Effect::RequireRecord(record).because("普查要有数"),
    ])
}

fn found(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let number = |name| match ticket.field(name) {
        Some(Value::Integer(number)) => *number,
        _ => 0,
    };
    let programme = context.look_up("programmes", &ticket.place.estate)?.unwrap_or("改造");
    let (checked, found) = (number("estates-checked"), number("problems-found"));
    let entry = LedgerEntry {
        ledger: "普查台账".into(),
        title: format!("{programme}：{}，查 {checked} 个小区，发现 {found} 处", ticket.category_name),
        handling_unit: ticket.lead().map(|lead| lead.handling_unit.clone()),
        basis: None,
    };
    Ok(vec![Effect::EnterLedger(entry).because("普查结果入账，发现的问题由责任单位处理")])
}

rule!(Survey);
