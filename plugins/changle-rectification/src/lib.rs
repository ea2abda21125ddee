//! 「昌乐县将12345热线突出问题列为整治任务」: every tenth complaint of one category in one street or town
//! within 30 days makes the problem a rectification task of the leader in charge, with a term, with
//! measures, and with an acceptance. What was accepted is settled in the ledger; what was not is
//! rectified further.

use chuishao_sdk::{
    Context, Effect, Event, Failure, LedgerEntry, Notice, Post, Proposal, Rule, Settlement, Task, TaskKind, TaskRecord,
    Ticket, Value, rule,
};

/// The ledger's name.
const LEDGER: &str = "整治任务台账";

/// What is recorded when the task is finished.
const RECORD: [&str; 3] = ["rectification-measures", "acceptance-by", "acceptance-passed"];

/// The rule. Which ticket it is that fills the number is known when it is registered; whose task it
/// becomes, when it is dispatched. In between, the rule remembers.
pub struct Rectification;

impl Rule for Rectification {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        match event {
            Event::Registered => fills_the_number(context),
            Event::Dispatched if !context.memory.is_empty() => opened(ticket, context),
            Event::TaskDone(done) if done.task.by_this_rule => accepted(ticket, context),
            Event::TaskOverdue(task) if task.by_this_rule => overdue(ticket, context),
            _ => Ok(vec![]),
        }
    }
}

fn fills_the_number(context: &Context) -> Result<Vec<Proposal>, Failure> {
    let (count, every) = (context.count_or_zero("same-matters")?, u32::from(context.number("every")?.max(1)));
    if count == 0 || count % every != 0 {
        return Ok(vec![]);
    }
    Ok(vec![Effect::Remember(count.to_string()).because(format!("30 天内同街镇同类满 {count} 件"))])
}

/// What the problem is called, in the task and in the ledger.
fn problem(ticket: &Ticket, context: &Context) -> String {
    format!("{}{}：30 天内满 {} 件", ticket.place.street, ticket.category_name, context.memory)
}

fn task(context: &Context, title: String) -> Result<Effect, Failure> {
    let (kind, post) = (TaskKind::Rectification, Post::LeaderInCharge);
    Ok(Effect::OpenTask(Task { kind, post, within: context.working_days("working-days")?, title }))
}

fn record() -> Proposal {
    let record = TaskRecord { kind: TaskKind::Rectification, fields: RECORD.map(Into::into).to_vec() };
    Effect::RequireRecord(record).because("整治任务有措施、有验收")
}

fn opened(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    if ticket.open_tasks.iter().any(|task| task.by_this_rule) {
        return Ok(vec![]);
    }
    let problem = problem(ticket, context);
    let entry = LedgerEntry {
        ledger: LEDGER.into(),
        title: problem.clone(),
        handling_unit: ticket.lead().map(|lead| lead.handling_unit.clone()),
        basis: None,
    };
    let reason = format!("{problem}，列为整治任务");
    Ok(vec![
        task(context, format!("整治：{problem}"))?.because(reason.clone()),
        record(),
        Effect::EnterLedger(entry).because(reason),
    ])
}

fn accepted(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let problem = problem(ticket, context);
    if ticket.field("acceptance-passed") == Some(&Value::Flag(true)) {
        let by = match ticket.field("acceptance-by") {
            Some(Value::Text(by)) => by.chars().take(100).collect(),
            _ => String::new(),
        };
        let settlement = Settlement { ledger: LEDGER.into(), title: problem, text: format!("通过验收：{by}") };
        return Ok(vec![Effect::SettleEntry(settlement).because("整治通过验收，销号")]);
    }
    Ok(vec![task(context, format!("继续整治：{problem}"))?.because("验收没有通过，继续整治"), record()])
}

fn overdue(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let office = context.text("office")?;
    if office.is_empty() {
        return Ok(vec![]);
    }
    let text = format!(
        "整治任务超期：{}，请督促{}",
        problem(ticket, context),
        ticket.lead().map_or("责任单位", |lead| &lead.name)
    );
    Ok(vec![Effect::Notify(Notice { to_unit: office.into(), text }).because("整治任务超过期限，请县级机构督促")])
}

rule!(Rectification);
