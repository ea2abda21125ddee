//! The papers of the meeting (议题材料): what the party working committee reads each month.

use super::{LEDGER, of_the_zone};
use chuishao_sdk::{Failure, Review, ReviewContext, ReviewEffect, ReviewProposal, Section, Tally, UnitTally};

/// The item itself, how the units did, and what stands open in the ledger.
pub fn papers(review: &Review, context: &ReviewContext, month: &str) -> Result<Vec<ReviewProposal>, Failure> {
    let items = usize::from(context.number("agenda-items")?);
    let agenda: Vec<String> = of_the_zone(review).take(items).map(matter).collect();
    let units: Vec<String> = review.units.iter().take(items).map(unit).collect();
    let open = review.open_entries.iter().filter(|entry| entry.ledger == LEDGER);
    let open: Vec<String> =
        open.take(items).map(|entry| format!("{}，{} 记入", entry.title, entry.entered_on)).collect();
    Ok(vec![
        section(&format!("党工委会议热线议题：{month}"), &agenda, "本月没有诉求"),
        section(&format!("材料一　各单位办理情况：{month}"), &units, "本月没有办结"),
        section("材料二　督查台账未销号事项", &open, "没有未销号事项"),
    ])
}

fn section(heading: &str, lines: &[String], nothing: &str) -> ReviewProposal {
    let text = if lines.is_empty() { nothing.into() } else { lines.join("\n") };
    ReviewEffect::WriteSection(Section { heading: heading.into(), text }).because("热线工作是党工委会议的固定议题")
}

fn matter(tally: &Tally) -> String {
    let change = match tally.growth_percent() {
        Some(percent) => format!("环比{percent:+}%"),
        None => "上月没有".into(),
    };
    let Tally { category_name, count, still_open, overdue, .. } = tally;
    format!("{category_name} {count} 件（{change}），未办结 {still_open} 件，超期 {overdue} 件")
}

fn unit(unit: &UnitTally) -> String {
    let rate = |percent: Option<u32>| percent.map_or("无".into(), |percent| format!("{percent}%"));
    format!(
        "{} 办结 {} 件，一次办结率 {}，满意率 {}，超期 {} 件",
        unit.name,
        unit.closed,
        rate(unit.first_solved_percent()),
        rate(unit.satisfied_percent()),
        unit.overdue
    )
}
