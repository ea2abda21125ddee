//! 督办: the slow ones are told, entered, and read out each morning.

use chuishao_sdk::{
    Context, Effect, Failure, LedgerEntry, Notice, Proposal, Review, ReviewContext, ReviewEffect, ReviewProposal,
    Section, Settlement, Tally, Ticket,
};

/// The ledger's name.
const LEDGER: &str = "供热督办台账";

/// The deadline is near: whoever has it hears of it once more than usual.
pub fn near(ticket: &Ticket) -> Vec<Proposal> {
    let Some(lead) = ticket.lead() else { return vec![] };
    let text = format!("供热模式：{} 的办结时限将到，请抓紧上门并回复来电人", ticket.id);
    vec![Effect::Notify(Notice { to_unit: lead.handling_unit.clone(), text }).because("供热诉求接诉即办")]
}

/// The deadline passed: it stands in the ledger until the ticket is closed out.
pub fn overdue(ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
    if !context.memory.is_empty() {
        return Ok(vec![]);
    }
    let (place, building) = (&ticket.place.estate, &ticket.place.building);
    let company = context.look_up("companies", place)?.map(|company| format!("{company}，")).unwrap_or_default();
    let title = format!("{company}{place}{building}：{} 超期未办结", ticket.id);
    let lead = ticket.lead().map(|lead| lead.handling_unit.clone());
    let entry = LedgerEntry { ledger: LEDGER.into(), title: title.clone(), handling_unit: lead.clone(), basis: None };
    let mut proposals = vec![
        Effect::EnterLedger(entry).because("供热模式：超期的逐件督办"),
        Effect::Remember(title).because("办结时销号"),
    ];
    if let Some(to_unit) = lead {
        let text = format!("供热模式：{} 已超过办结时限，记入{LEDGER}，请说明原因并尽快办结", ticket.id);
        proposals.push(Effect::Notify(Notice { to_unit, text }).because("供热模式：超期的逐件督办"));
    }
    Ok(proposals)
}

pub fn settled(context: &Context) -> Vec<Proposal> {
    if context.memory.is_empty() {
        return vec![];
    }
    let (ledger, title) = (LEDGER.into(), context.memory.clone());
    let settlement = Settlement { ledger, title, text: "工单已办结".into() };
    vec![Effect::SettleEntry(settlement).because("办结销号")]
}

/// Yesterday's heating, county by county: where it is slow stands first.
pub fn each_morning(review: &Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
    let categories = context.texts("categories")?;
    let is_heating = |tally: &&Tally| categories.iter().any(|code| tally.category.starts_with(code.as_str()));
    let mut slow: Vec<&Tally> = review.tallies.iter().filter(is_heating).filter(|tally| tally.overdue > 0).collect();
    if slow.is_empty() {
        return Ok(vec![]);
    }
    slow.sort_by_key(|tally| core::cmp::Reverse(tally.overdue));
    let line = |tally: &&Tally| {
        let Tally { territory, category_name, count, overdue, still_open, .. } = *tally;
        format!("{territory} {category_name} {count} 件，超期 {overdue} 件，未办结 {still_open} 件")
    };
    let text = slow.iter().take(20).map(line).collect::<Vec<_>>().join("\n");
    let section = Section { heading: format!("供热督办：{}", review.first_day), text };
    Ok(vec![ReviewEffect::WriteSection(section).because("供热模式：每天早上通报超期")])
}
