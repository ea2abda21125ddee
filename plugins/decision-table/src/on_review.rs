//! Rows about a periodic review (定期研判): each figure is held against them, and a report lists
//! those that its row is about.

use crate::on_ticket::forum;
use crate::{reason, told};
use chuishao_sdk::{
    LedgerEntry, MattersNomination, Notice, Review, ReviewEffect, ReviewKind, ReviewProposal, Section, Tally,
};
use chuishao_table::cell::Given;
use chuishao_table::fill::filled;
use chuishao_table::measure::Measure;
use chuishao_table::row::Row;
use chuishao_table::situation::Situation;
use chuishao_table::table::Table;
use chuishao_table::words::{self, Condition, MOST_MATTERS};

/// The table's word for a review.
pub fn word(kind: ReviewKind) -> words::Event {
    match kind {
        ReviewKind::DailyReview => words::Event::DailyReview,
        ReviewKind::MonthlyReview => words::Event::MonthlyReview,
    }
}

/// What the rows ask for: reports first, then figure by figure, the largest first.
pub fn proposals(table: &Table, review: &Review) -> Vec<ReviewProposal> {
    let figures: Vec<(&Tally, Situation)> =
        review.tallies.iter().map(|tally| (tally, situation(review, tally))).collect();
    let chosen = |situation: &Situation, row: &Row| {
        situation.chosen(&table.rows, table.policy).any(|chosen| chosen.number == row.number)
    };
    let mut proposals = Vec::new();
    for row in &table.rows {
        for measure in &row.measures {
            if let Measure::Section { heading, lines } = measure {
                let of_row = figures.iter().filter(|(_, situation)| chosen(situation, row)).map(|(tally, _)| *tally);
                proposals.push(section(row, heading, *lines, of_row, review));
            }
        }
    }
    for (tally, situation) in &figures {
        for row in situation.chosen(&table.rows, table.policy) {
            let look_up = |name: &str| look_up(name, review, tally, situation);
            let fill = |text: &str| filled(text, look_up);
            let wanted = row.measures.iter().filter_map(|measure| effect(measure, tally, &fill));
            proposals.extend(wanted.map(|effect| effect.because(reason(row, look_up))));
        }
    }
    proposals
}

fn situation(review: &Review, tally: &Tally) -> Situation {
    let text = |text: &str| Given::Text(text.to_owned());
    let scope = match (&tally.street, &tally.estate) {
        (_, Some(_)) => "小区",
        (Some(_), None) => "街道",
        (None, None) => "全区",
    };
    // As much as can be said when there were none before.
    let growth = tally.growth_percent().unwrap_or(if tally.count > 0 { MOST_MATTERS } else { 0 });
    let day = review.last_day;
    let given = vec![
        (Condition::Category, text(&tally.category)),
        (Condition::Street, text(tally.street.as_deref().unwrap_or_default())),
        (Condition::Estate, text(tally.estate.as_deref().unwrap_or_default())),
        (Condition::Scope, text(scope)),
        (Condition::Days, Given::Day((day.year, day.month, day.day))),
        (Condition::Matters, Given::Number(tally.count.into())),
        (Condition::Growth, Given::Number(growth.min(MOST_MATTERS))),
        (Condition::StillOpen, Given::Number(tally.still_open.into())),
        (Condition::LateMatters, Given::Number(tally.overdue.into())),
    ];
    Situation { event: word(review.kind), given }
}

fn look_up(name: &str, review: &Review, tally: &Tally, situation: &Situation) -> Option<String> {
    Some(match name {
        "分类" => tally.category_name.clone(),
        "分类代码" => tally.category.clone(),
        "地点" => tally.place().unwrap_or("全区").to_owned(),
        "上期件数" => tally.previous.to_string(),
        "增幅" => growth(tally, review.kind),
        "年月" | "日期" => period(name, review),
        heading => told(situation, heading)?,
    })
}

/// What a text may name without a figure.
fn period(name: &str, review: &Review) -> String {
    if name == "年月" {
        return format!("{}年{}月", review.first_day.year, review.first_day.month);
    }
    review.first_day.to_string()
}

fn growth(tally: &Tally, kind: ReviewKind) -> String {
    match (tally.growth_percent(), kind) {
        (Some(percent), _) => format!("{percent:+}%"),
        (None, ReviewKind::DailyReview) => "前一天没有".into(),
        (None, ReviewKind::MonthlyReview) => "上月没有".into(),
    }
}

fn effect(measure: &Measure, tally: &Tally, fill: &impl Fn(&str) -> String) -> Option<ReviewEffect> {
    Some(match measure {
        Measure::Ledger { ledger, title, unit, basis } => ReviewEffect::EnterLedger(LedgerEntry {
            ledger: ledger.clone(),
            title: fill(title),
            handling_unit: unit.clone(),
            basis: basis.clone(),
        }),
        Measure::Nominate { forum: word, topic } => ReviewEffect::Nominate(MattersNomination {
            forum: forum(word),
            title: fill(topic),
            category: tally.category.clone(),
            place: tally.place().map(Into::into),
        }),
        Measure::Notify { unit, text } => ReviewEffect::Notify(Notice { to_unit: unit.clone(), text: fill(text) }),
        // A report is of all its figures; the rest is of tickets alone.
        _ => return None,
    })
}

fn section<'a>(
    row: &Row,
    heading: &str,
    lines: usize,
    tallies: impl Iterator<Item = &'a Tally>,
    review: &Review,
) -> ReviewProposal {
    let line = |tally: &Tally| {
        let Tally { category_name, count, still_open, overdue, .. } = tally;
        let place = tally.place().unwrap_or_default();
        let change = match tally.growth_percent() {
            Some(percent) => format!("环比{percent:+}%"),
            None => growth(tally, review.kind),
        };
        format!("{place}{category_name} {count} 件（{change}），未办结 {still_open} 件，超期 {overdue} 件")
    };
    let lines: Vec<String> = tallies.take(lines).map(line).collect();
    let text = match (lines.is_empty(), review.tallies.is_empty(), review.kind) {
        (false, ..) => lines.join("\n"),
        (true, true, ReviewKind::MonthlyReview) => "本月没有诉求".into(),
        (true, true, ReviewKind::DailyReview) => "当天没有诉求".into(),
        (true, false, _) => "没有符合条件的诉求".into(),
    };
    let look_up = |name: &str| Some(period(name, review));
    let section = Section { heading: filled(heading, look_up), text };
    ReviewEffect::WriteSection(section).because(reason(row, look_up))
}
