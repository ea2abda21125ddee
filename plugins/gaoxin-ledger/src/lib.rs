//! 高新区: 「将热线工作纳入该区党工委会议固定议题」 and 「将集中投诉、高频多发的难点问题纳入区级督查
//! 台账」. Each month the frequent matters of streets and estates go into the district's ledger,
//! with the bureau that answers for them and the normative document that they are held to, and the
//! agenda's part of the report is written. What many say within a day is nominated for the
//! daily discussion.

use chuishao_sdk::{
    Failure, Forum, LedgerEntry, MattersNomination, Notice, Review, ReviewContext, ReviewEffect, ReviewKind,
    ReviewProposal, Rule, Section, Tally, rule,
};

/// The rule.
pub struct GaoxinLedger;

impl Rule for GaoxinLedger {
    fn on_review(review: Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
        match review.kind {
            ReviewKind::DailyReview => on_a_day(&review, context),
            ReviewKind::MonthlyReview => on_a_month(&review, context),
        }
    }
}

/// The figures of the whole zone, the largest first.
fn of_the_zone(review: &Review) -> impl Iterator<Item = &Tally> {
    review.tallies.iter().filter(|tally| tally.place().is_none())
}

fn reaches(tally: &Tally, context: &ReviewContext, setting: &str) -> Result<bool, Failure> {
    Ok(i64::from(tally.count) >= context.integer(setting)?)
}

fn on_a_day(review: &Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
    let mut proposals = Vec::new();
    for tally in of_the_zone(review) {
        if !reaches(tally, context, "daily-count")? {
            continue;
        }
        let Tally { category, category_name, count, .. } = tally;
        let nomination = MattersNomination {
            forum: Forum::DailyDiscussion,
            title: format!("{category_name}集中反映"),
            category: category.clone(),
            place: None,
        };
        proposals.push(ReviewEffect::Nominate(nomination).because(format!("{} 一天有 {count} 件", review.first_day)));
        if let Some(unit) = context.look_up("units", category)? {
            let text = format!("{category_name} {} 有 {count} 件，已提名每日一议，请先行核实", review.first_day);
            let notice = Notice { to_unit: unit.into(), text };
            proposals.push(ReviewEffect::Notify(notice).because("主管部门先知道，会上才说得清"));
        }
    }
    Ok(proposals)
}

fn on_a_month(review: &Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
    let month = format!("{}年{}月", review.first_day.year, review.first_day.month);
    let mut proposals = vec![agenda(review, context, &month)?];
    for tally in &review.tallies {
        let Some(place) = tally.place() else { continue };
        if !reaches(tally, context, "ledger-count")? {
            continue;
        }
        let Tally { category, category_name, count, still_open, .. } = tally;
        let entry = LedgerEntry {
            ledger: "区级督查台账".into(),
            title: format!("{place}{category_name}：{month} {count} 件"),
            handling_unit: context.look_up("units", category)?.map(Into::into),
            basis: context.look_up("documents", category)?.map(Into::into),
        };
        let reason = format!("{month}{place}同类诉求 {count} 件，尚有 {still_open} 件未办结");
        proposals.push(ReviewEffect::EnterLedger(entry).because(reason));
    }
    Ok(proposals)
}

/// What the meeting reads: a line for each of the largest categories.
fn agenda(review: &Review, context: &ReviewContext, month: &str) -> Result<ReviewProposal, Failure> {
    let items = usize::try_from(context.integer("agenda-items")?).unwrap_or(1);
    let line = |tally: &Tally| {
        let change = match tally.growth_percent() {
            Some(percent) => format!("环比{percent:+}%"),
            None => "上月没有".into(),
        };
        let Tally { category_name, count, still_open, overdue, .. } = tally;
        format!("{category_name} {count} 件（{change}），未办结 {still_open} 件，超期 {overdue} 件")
    };
    let lines: Vec<String> = of_the_zone(review).take(items).map(line).collect();
    let text = if lines.is_empty() { "本月没有诉求".into() } else { lines.join("\n") };
    let section = Section { heading: format!("党工委会议热线议题：{month}"), text };
    Ok(ReviewEffect::WriteSection(section).because("热线工作是党工委会议的固定议题"))
}

rule!(GaoxinLedger);
