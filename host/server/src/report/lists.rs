//! The monthly list (月度高频清单, article row 9) and the yearly one (年度高频难点共性问题清单, row 10)
//! as reports, with which of the latter the executive meeting has taken up (部分事项提交市政府常务会议
//! 研究处理).

use super::over::{beside_month_before, note};
use super::words::of_days;
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::candidates;
use crate::store::Store;
use crate::store::report::CountedBy;
use chuishao_domain::World;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::language::{Words, in_words, key_of};
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::lists::{MonthCount, YearCount, hard_common, high_frequency};
use chuishao_domain::topic::settings::TopicSettings;
use jiff::{Timestamp, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// 月度高频清单.
///
/// # Errors
/// The database failed.
pub async fn monthly(
    store: &Store,
    world: &World,
    month: Period,
    settings: &TopicSettings,
    now: Timestamp,
) -> Result<Report, ReportError> {
    let (days, before) = beside_month_before(month, now)?;
    let lines = candidates::frequent(store, world, (days, before), &settings.frequent).await?;
    let row = |(line, number): (candidates::NamedLine, u64)| {
        vec![
            Cell::from(number),
            line.line.group.as_str().into(),
            line.name.into(),
            line.line.counts.now.into(),
            line.line.counts.before.into(),
            line.line.rate.into(),
            Cell::Number(i64::try_from(line.line.share).ok()),
        ]
    };
    let columns = vec![
        Column::new("rank", ("序号", "Rank"), Measure::Place),
        Column::new("group", ("分类编码", "Code"), Measure::Text),
        Column::new("name", ("诉求分类", "Category"), Measure::Text),
        Column::new("now", ("本月", "This month"), Measure::Tickets),
        Column::new("before", ("上月", "Last month"), Measure::Tickets),
        Column::new("growth", ("环比", "Growth"), Measure::Percent),
        Column::new("share", ("占比", "Share"), Measure::Percent),
    ];
    let frequent = &settings.frequent;
    let compared = of_days(before);
    let mut notes = vec![
        Words::new(format!("上月：{}", compared.chinese), format!("Last month: {}", compared.english)),
        Words::new(
            format!(
                "列入条件：当月不少于 {} 件，按件数取前 {} 项（可由热线受理中心调整）",
                frequent.volume, frequent.most
            ),
            format!(
                "Listed: {} tickets in the month at least, the first {} (the hotline centre can change both)",
                frequent.volume, frequent.most
            ),
        ),
        Words::new(
            format!("上月不足 {} 件的不计算环比", frequent.least_base),
            format!("No growth is told on fewer than {} tickets of last month", frequent.least_base),
        ),
        (
            "诉求量按登记时刻和现行分类计，并单的重复件也计入",
            "Counted by the moment of registration and the category of now, merged duplicates included",
        )
            .into(),
    ];
    notes.extend(note(month.into(), days));
    let title = ("月度高频清单", "Monthly list of frequent matters");
    let table = Table { name: title, columns, rows: lines.into_iter().zip(1..).map(row).collect() };
    Ok(Report::new((title.into(), of_days(days)), now, vec![table], notes))
}

/// What a group's months add up to.
#[derive(Default)]
struct Year {
    volume: u64,
    followed_up: u64,
    solved: u64,
    months_listed: BTreeSet<i8>,
    territories: BTreeSet<TerritoryId>,
}

/// 年度高频难点共性问题清单.
///
/// # Errors
/// The database failed.
pub async fn yearly(
    store: &Store,
    world: &World,
    year: Period,
    settings: &TopicSettings,
    now: Timestamp,
) -> Result<Report, ReportError> {
    let groups = groups_of(store, year, settings).await?;
    let counts: Vec<YearCount> = groups
        .into_iter()
        .map(|(group, year)| YearCount {
            group,
            volume: year.volume,
            months_listed: year.months_listed,
            followed_up: year.followed_up,
            solved: year.solved,
            territories: year.territories.len() as u64,
        })
        .collect();
    let topics = store.topics_of_executive_meeting(year.span().0).await?;
    let lines = hard_common(&counts, &settings.hard);
    let rows = lines.iter().zip(1_u64..).filter_map(|(line, number)| {
        let count = counts.iter().find(|count| count.group == line.group)?;
        let topics: Vec<&Topic> = topics.iter().filter(|topic| topic.subject.category == line.group).collect();
        let name = world.catalogue.category_name(&line.group);
        Some(row(number, name, count, &line.reasons, &topics))
    });
    let hard = &settings.hard;
    let below = Rate { part: hard.resolution_below, whole: 10_000 };
    let notes = vec![
        Words::new(
            format!(
                "列入条件（可由热线受理中心调整）：高频，{} 个月以上列入月度高频清单；难点，接通回访不少于 {} 件且回访解决率低于 {}；\
                 共性，涉及 {} 个以上属地",
                hard.months, hard.least_followed_up, below, hard.territories
            ),
            format!(
                "Listed (the hotline centre can change it): frequent, on the monthly list in {} months at least; hard, {} \
                 reached by follow-up at least and a resolution rate below {}; common, in {} territories at least",
                hard.months, hard.least_followed_up, below, hard.territories
            ),
        ),
        (
            "各月清单按现行门槛重新计算；诉求量按登记时刻和现行分类计",
            "The monthly lists are computed anew with the thresholds of now; counted by the moment of registration and the \
             category of now",
        )
            .into(),
        (
            "市政府常务会议：当年以来该分类已提交常务会议的议题及其状态",
            "Executive meeting: topics of the category that went there since the year began, and where they stand",
        )
            .into(),
    ];
    let title = ("年度高频难点共性问题清单", "Yearly list of frequent, hard and common problems");
    let table = Table { name: title, columns: columns(), rows: rows.collect() };
    Ok(Report::new((title.into(), of_days(year.into())), now, vec![table], notes))
}

/// Month by month, because a monthly list is one of the criteria.
async fn groups_of(
    store: &Store,
    year: Period,
    settings: &TopicSettings,
) -> Result<BTreeMap<CategoryCode, Year>, ReportError> {
    let mut groups: BTreeMap<CategoryCode, Year> = BTreeMap::new();
    for month in 1..=12_i8 {
        let first = year.first_day().saturating_add(i64::from(month - 1).months());
        let sums =
            store.figure_sums(Days::new(first, first.last_of_month())?, CountedBy::TerritoryAndGroup, None).await?;
        let mut counts: BTreeMap<CategoryCode, u64> = BTreeMap::new();
        for sum in sums {
            *counts.entry(sum.group.clone()).or_default() += sum.tally.received;
            let year = groups.entry(sum.group).or_default();
            year.volume += sum.tally.received;
            year.followed_up += sum.tally.followed_up;
            year.solved += sum.tally.solved;
            year.territories.insert(TerritoryId(sum.subject));
        }
        let counts: Vec<_> = counts.into_iter().map(|(group, now)| MonthCount { group, now, before: 0 }).collect();
        for line in high_frequency(&counts, &settings.frequent) {
            groups.entry(line.group).or_default().months_listed.insert(month);
        }
    }
    Ok(groups)
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("rank", ("序号", "Rank"), Measure::Place),
        Column::new("group", ("分类编码", "Code"), Measure::Text),
        Column::new("name", ("诉求分类", "Category"), Measure::Text),
        Column::new("volume", ("诉求量", "Received"), Measure::Tickets),
        Column::new("months", ("上榜月数", "Months listed"), Measure::Pieces),
        Column::new("resolution_rate", ("回访解决率", "Resolution rate"), Measure::Percent),
        Column::new("territories", ("涉及属地", "Territories"), Measure::Pieces),
        Column::new("reasons", ("列入理由", "Why it is listed"), Measure::Text),
        Column::new("executive_meeting", ("市政府常务会议", "Executive meeting"), Measure::Text),
    ]
}

fn row(number: u64, name: &str, count: &YearCount, reasons: &[String], topics: &[&Topic]) -> Vec<Cell> {
    let topic = |topic: &&Topic| format!("{} {}（{}）", topic.id, topic.title, topic.state.term());
    let in_english = |topic: &&Topic| format!("{} {} ({})", topic.id, topic.title, in_words(&key_of(&topic.state)));
    let taken_up = if topics.is_empty() {
        ("未提交", "Not brought there").into()
    } else {
        let chinese = topics.iter().map(topic).collect::<Vec<_>>().join("；");
        Words::new(chinese, topics.iter().map(in_english).collect::<Vec<_>>().join("; "))
    };
    let resolution = Rate { part: count.solved, whole: count.followed_up };
    let why = format!(
        "Frequent: on the monthly list in {} months, {} tickets in the year; hard: resolution rate {resolution}; common: \
         in {} territories",
        count.months_listed.len(),
        count.volume,
        count.territories
    );
    vec![
        number.into(),
        count.group.as_str().into(),
        name.into(),
        count.volume.into(),
        (count.months_listed.len() as u64).into(),
        resolution.into(),
        count.territories.into(),
        Words::new(reasons.join("；"), why).into(),
        taken_up.into(),
    ]
}
