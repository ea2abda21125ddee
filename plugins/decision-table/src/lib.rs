//! The decision table (决策表): a rule whose settings are a table. A county without a programmer
//! writes its rule as rows of a sheet; here each row is held against what happened, and the
//! measures of those that apply are asked for. What the cells mean stands in `chuishao-table`,
//! which the command line checks a sheet with.

mod on_review;
mod on_ticket;

use chuishao_sdk::{Context, Event, Failure, Proposal, Review, ReviewContext, ReviewProposal, Rule, Ticket, log, rule};
use chuishao_table::cell::Given;
use chuishao_table::row::Row;
use chuishao_table::situation::Situation;
use chuishao_table::table::Table;
use chuishao_table::words;

/// The rule.
pub struct DecisionTable;

/// What one answer may contain: the interface's limit.
const MOST_PROPOSALS: usize = 32;

impl Rule for DecisionTable {
    fn on_event(event: Event, ticket: &Ticket, context: &Context) -> Result<Vec<Proposal>, Failure> {
        let Some(happened) = on_ticket::word(&event) else { return Ok(vec![]) };
        let table = Table::of_settings(
            context.text("hit-policy")?,
            context.texts("rows")?,
            context.text("check-mark")?,
            happened,
        );
        let table = table.map_err(Failure::BadSetting)?;
        if table.rows.is_empty() {
            return Ok(vec![]);
        }
        let situation = on_ticket::situation(happened, &event, ticket, context)?;
        let mut proposals = Vec::new();
        for row in situation.chosen(&table.rows, table.policy) {
            log::info(&format!("第 {} 行命中", row.number));
            proposals.extend(on_ticket::proposals(row, &situation, ticket, context));
        }
        Ok(within_limit(proposals))
    }

    fn on_review(review: Review, context: &ReviewContext) -> Result<Vec<ReviewProposal>, Failure> {
        let table = Table::of_settings(
            context.text("hit-policy")?,
            context.texts("rows")?,
            context.text("check-mark")?,
            on_review::word(review.kind),
        );
        let table = table.map_err(Failure::BadSetting)?;
        Ok(within_limit(on_review::proposals(&table, &review)))
    }
}

/// An answer that is too long would be refused as a whole.
fn within_limit<T>(mut proposals: Vec<T>) -> Vec<T> {
    if proposals.len() > MOST_PROPOSALS {
        let left_out = proposals.len() - MOST_PROPOSALS;
        log::line(
            log::Level::Warn,
            &format!("一次最多提出 {MOST_PROPOSALS} 项，另有 {left_out} 项没有提出；请收紧条件"),
        );
        proposals.truncate(MOST_PROPOSALS);
    }
    proposals
}

/// The reason of a row, with where it stands.
fn reason(row: &Row, look_up: impl Fn(&str) -> Option<String>) -> String {
    format!("{}（决策表第 {} 行）", chuishao_table::fill::filled(&row.reason, look_up), row.number)
}

/// A condition's value as a text, for placeholders.
fn told(situation: &Situation, heading: &str) -> Option<String> {
    let condition = words::Condition::ALL.iter().find(|condition| condition.heading() == heading)?;
    Some(match situation.get(*condition)? {
        Given::Text(text) => text.clone(),
        Given::Number(number) => number.to_string(),
        Given::Day((year, month, day)) => format!("{year:04}-{month:02}-{day:02}"),
    })
}

rule!(DecisionTable);
