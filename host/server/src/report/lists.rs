//! The monthly list (月度高频清单, article row 9) and the yearly one (年度高频难点共性问题清单, row 10)
//! as reports, with which of the latter the executive meeting has taken up (部分事项提交市政府常务会议
//! 研究处理).

use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::candidates;
use crate::store::Store;
use crate::store::report::CountedBy;
use chuishao_domain::World;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::topic::case::Topic;
use chuishao_domain::topic::lists::{MonthCount, YearCount, hard_common, high_frequency};
use chuishao_domain::topic::rung::Rung;
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
    let lines = candidates::frequent(store, world, month, &settings.frequent).await?;
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
        Column::new("rank", "序号", Measure::Pieces),
        Column::new("group", "分类编码", Measure::Text),
        Column::new("name", "诉求分类", Measure::Text),
        Column::new("now", "本月", Measure::Tickets),
        Column::new("before", "上月", Measure::Tickets),
        Column::new("growth", "环比", Measure::Percent),
        Column::new("share", "占比", Measure::Percent),
    ];
    let frequent = &settings.frequent;
    let notes = vec![
        format!("列入条件：当月不少于 {} 件，按件数取前 {} 项（可由热线受理中心调整）", frequent.volume, frequent.most),
        format!("上月不足 {} 件的不计算环比", frequent.least_base),
        "诉求量按登记时刻和现行分类计，并单的重复件也计入".to_owned(),
    ];
    Ok(Report {
        title: "月度高频清单".into(),
        period: Days::from(month).to_string(),
        made_at: now,
        tables: vec![Table {
            name: "月度高频清单", columns, rows: lines.into_iter().zip(1..).map(row).collect()
        }],
        notes,
    })
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
    let topics = store.topics_on_rung(Rung::ExecutiveMeeting, year.span().0).await?;
    let lines = hard_common(&counts, &settings.hard);
    let rows = lines.iter().zip(1_u64..).filter_map(|(line, number)| {
        let count = counts.iter().find(|count| count.group == line.group)?;
        let topics: Vec<&Topic> = topics.iter().filter(|topic| topic.subject.category == line.group).collect();
        let name = world.catalogue.category_name(&line.group);
        Some(row(number, name, count, &line.reasons, &topics))
    });
    let hard = &settings.hard;
    let notes = vec![
        format!(
            "列入条件（可由热线受理中心调整）：高频，{} 个月以上列入月度高频清单；难点，接通回访不少于 {} 件且回访解决率低于 {}；\
             共性，涉及 {} 个以上属地",
            hard.months,
            hard.least_followed_up,
            Rate { part: hard.resolution_below, whole: 10_000 },
            hard.territories
        ),
        "各月清单按现行门槛重新计算；诉求量按登记时刻和现行分类计".to_owned(),
        "市政府常务会议：当年以来该分类已提交常务会议的议题及其状态".to_owned(),
    ];
    Ok(Report {
        title: "年度高频难点共性问题清单".into(),
        period: Days::from(year).to_string(),
        made_at: now,
        tables: vec![Table { name: "年度高频难点共性问题清单", columns: columns(), rows: rows.collect() }],
        notes,
    })
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
        Column::new("rank", "序号", Measure::Pieces),
        Column::new("group", "分类编码", Measure::Text),
        Column::new("name", "诉求分类", Measure::Text),
        Column::new("volume", "诉求量", Measure::Tickets),
        Column::new("months", "上榜月数", Measure::Pieces),
        Column::new("resolution_rate", "回访解决率", Measure::Percent),
        Column::new("territories", "涉及属地", Measure::Pieces),
        Column::new("reasons", "列入理由", Measure::Text),
        Column::new("executive_meeting", "市政府常务会议", Measure::Text),
    ]
}

fn row(number: u64, name: &str, count: &YearCount, reasons: &[String], topics: &[&Topic]) -> Vec<Cell> {
    let topic = |topic: &&Topic| format!("{} {}（{}）", topic.id, topic.title, topic.state.term());
    let taken_up = if topics.is_empty() {
        "未提交".to_owned()
    } else {
        topics.iter().map(topic).collect::<Vec<_>>().join("；")
    };
    vec![
        number.into(),
        count.group.as_str().into(),
        name.into(),
        count.volume.into(),
        (count.months_listed.len() as u64).into(),
        Rate { part: count.solved, whole: count.followed_up }.into(),
        count.territories.into(),
        reasons.join("；").into(),
        taken_up.into(),
    ]
}
