//! 高新区: 「将热线工作纳入该区党工委会议固定议题」 and 「将集中投诉、高频多发的难点问题纳入区级督查
//! 台账」, 「先后出台了住建领域四个规范性文件」. Each month the frequent matters of streets and estates go
//! into the district's ledger, with the bureau that answers for them and the documents that they are
//! held to; what has become rare again is settled; and the meeting's item is written with its papers.
//! What many say within a day is nominated for the daily discussion.

mod pack;

use chuishao_sdk::{
    DocumentLink, Failure, Forum, LedgerEntry, MattersNomination, Notice, OpenEntry, Review, ReviewContext,
    ReviewEffect, ReviewKind, ReviewProposal, Rule, Settlement, Tally, rule,
};

/// The ledger's name.
const LEDGER: &str = "区级督查台账";

/// How much a review may ask for at all.
const MOST_PROPOSALS: usize = 32;

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

fn on_a_day(review: &Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
    let mut proposals = Vec::new();
    let enough = context.integer("daily-count")?;
    for tally in of_the_zone(review).filter(|tally| i64::from(tally.count) >= enough) {
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
    let mut proposals = pack::papers(review, context, &month)?;
    let settle_below = context.integer("settle-count")?;
    for entry in review.open_entries.iter().filter(|entry| entry.ledger == LEDGER) {
        let count = now(entry, review);
        if i64::from(count) < settle_below {
            proposals.push(settled(entry, count, &month));
        }
    }
    let enough = context.integer("ledger-count")?;
    for tally in review.tallies.iter().filter(|tally| i64::from(tally.count) >= enough) {
        let Some(place) = tally.place() else { continue };
        let entered = entered(tally, place, context, &month)?;
        // An entry and its documents stand or fall together.
        if proposals.len() + entered.len() <= MOST_PROPOSALS {
            proposals.extend(entered);
        }
    }
    proposals.truncate(MOST_PROPOSALS);
    Ok(proposals)
}

/// How many of an entry's matters there were this month. Few of a place are not named, and are few.
fn now(entry: &OpenEntry, review: &Review) -> u32 {
    let is_of = |tally: &&Tally| tally.place().is_some_and(|place| entry.title.starts_with(&subject(tally, place)));
    review.tallies.iter().find(is_of).map_or(0, |tally| tally.count)
}

/// What an entry is about: it begins with this.
fn subject(tally: &Tally, place: &str) -> String {
    format!("{place}{}：", tally.category_name)
}

fn settled(entry: &OpenEntry, count: u32, month: &str) -> ReviewProposal {
    let few = if count == 0 { "不足 3 件".to_owned() } else { format!("{count} 件") };
    let text = format!("{month}同类诉求{few}，已经回落");
    let settlement = Settlement { ledger: entry.ledger.clone(), title: entry.title.clone(), text };
    ReviewEffect::SettleEntry(settlement).because(format!("{month}同一地点同类诉求{few}，低于销号线"))
}

fn entered(tally: &Tally, place: &str, context: &ReviewContext, month: &str) -> Result<Vec<ReviewProposal>, Failure> {
    let title = format!("{}{month} {} 件", subject(tally, place), tally.count);
    let entry = LedgerEntry {
        ledger: LEDGER.into(),
        title: title.clone(),
        handling_unit: context.look_up("units", &tally.category)?.map(Into::into),
        basis: None,
    };
    let reason = format!("{month}{place}同类诉求 {} 件，尚有 {} 件未办结", tally.count, tally.still_open);
    let mut proposals = vec![ReviewEffect::EnterLedger(entry).because(reason)];
    let documents = context.look_up("documents", &tally.category)?.unwrap_or_default();
    for document in documents.split(['；', ';']).map(str::trim).filter(|document| !document.is_empty()) {
        let link = DocumentLink { ledger: LEDGER.into(), title: title.clone(), document: document.into() };
        proposals.push(ReviewEffect::LinkDocument(link).because("督查对照规范性文件"));
    }
    Ok(proposals)
}

rule!(GaoxinLedger);
