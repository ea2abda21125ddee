//! 「从"民有所呼，我有所应"，到"未诉先办，源头治理"」: a matter that keeps coming back in one estate is not only
//! closed; once it is, its source becomes a task, before the next household calls. Each month what
//! grows fast is listed and nominated.

use chuishao_sdk::{
    Context, Effect, Event, Failure, Forum, LedgerEntry, MattersNomination, Post, Proposal, Review, ReviewContext,
    ReviewEffect, ReviewKind, ReviewProposal, Rule, Section, Settlement, Tally, Task, TaskKind, TaskRecord, Ticket,
    Value, rule,
};

/// The ledger's name.
const LEDGER: &str = "未诉先办清单";

/// What is recorded when the source is mended.
const RECORD: [&str; 3] = ["root-cause", "source-measures", "households"];

/// Matters that one report lists: a page.
const MOST_LISTED: usize = 10;

/// The rule. That a ticket fills the number is known when it is registered, and remembered until it is
/// closed.
pub struct SourceGovernance;

impl Rule for SourceGovernance {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        match event {
            Event::Registered => {
                let (count, every) =
                    (context.count_or_zero("same-estate")?, u32::from(context.number("every")?.max(1)));
                let fills = count > 0 && count % every == 0;
                let remember =
                    || Effect::Remember(count.to_string()).because(format!("60 天内同小区同类满 {count} 件"));
                Ok(if fills { vec![remember()] } else { vec![] })
            }
            Event::ClosedOut(_) if !context.memory.is_empty() => opened(ticket, context),
            Event::TaskDone(done) if done.task.by_this_rule => Ok(mended(ticket, context)),
            _ => Ok(vec![]),
        }
    }

    fn on_review(review: Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
        if review.kind == ReviewKind::MonthlyReview { growing(&review, context) } else { Ok(vec![]) }
    }
}

fn matter(ticket: &Ticket, context: &Context) -> String {
    format!("{}{}：60 天内满 {} 件", ticket.place.estate, ticket.category_name, context.memory)
}

fn opened(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    let Some(lead) = ticket.lead() else { return Ok(vec![]) };
    let matter = matter(ticket, context);
    let (kind, post) = (TaskKind::Rectification, Post::LeaderInCharge);
    let title = format!("源头治理：{matter}");
    let task = Task { kind, post, within: context.working_days("working-days")?, title };
    let record = TaskRecord { kind, fields: RECORD.map(Into::into).to_vec() };
    let handling_unit = Some(lead.handling_unit.clone());
    let entry = LedgerEntry { ledger: LEDGER.into(), title: matter.clone(), handling_unit, basis: None };
    Ok(vec![
        Effect::OpenTask(task).because(format!("{matter}，一件一件办不如从源头办")),
        Effect::RequireRecord(record).because("源头治理要说清根源、措施和惠及范围"),
        Effect::EnterLedger(entry).because("列入未诉先办清单"),
    ])
}

fn mended(ticket: &Ticket, context: &Context) -> Vec<Proposal> {
    let text = match ticket.field("households") {
        Some(Value::Integer(households)) => format!("已治理，惠及 {households} 户"),
        _ => "已治理".into(),
    };
    let settlement = Settlement { ledger: LEDGER.into(), title: matter(ticket, context), text };
    vec![Effect::SettleEntry(settlement).because("源头治理完成，销号")]
}

/// What grows fast in the whole territory.
fn growing(review: &Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
    let (percent, least) = (context.integer("growth-percent")?, context.integer("growth-count")?);
    let month = format!("{}年{}月", review.first_day.year, review.first_day.month);
    let grows = |tally: &&Tally| {
        i64::from(tally.count) >= least && tally.growth_percent().is_none_or(|growth| growth >= percent)
    };
    let whole = review.tallies.iter().filter(|tally| tally.place().is_none());
    let growing: Vec<&Tally> = whole.filter(grows).take(MOST_LISTED).collect();
    if growing.is_empty() {
        return Ok(vec![]);
    }
    let growth = |tally: &Tally| match tally.growth_percent() {
        Some(percent) => format!("环比{percent:+}%"),
        None => "上月没有".into(),
    };
    let line = |tally: &&Tally| format!("{} {} 件，{}", tally.category_name, tally.count, growth(tally));
    let text = growing.iter().map(line).collect::<Vec<_>>().join("\n");
    let section = Section { heading: format!("未诉先办：{month}增长快的事项"), text };
    let mut proposals = vec![ReviewEffect::WriteSection(section).because("从源头看增长")];
    for tally in growing {
        let title = format!("{}增长较快，建议研究源头治理", tally.category_name);
        let nomination =
            MattersNomination { forum: Forum::MonthlyDiscussion, title, category: tally.category.clone(), place: None };
        let reason = format!("{month} {} 件，{}", tally.count, growth(tally));
        proposals.push(ReviewEffect::Nominate(nomination).because(reason));
    }
    Ok(proposals)
}

rule!(SourceGovernance);
