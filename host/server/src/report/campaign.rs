//! Whether a campaign works (百日攻坚成效), by domain and year on year (article rows 31 and 32), up to
//! the last whole day while it runs.

use super::over::{note, over};
use super::words::{BASE_TOO_SMALL, SUM, of_days};
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::store::Store;
use crate::store::report::CountedBy;
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::growth::{Growth, LEAST_BASE};
use chuishao_domain::ids::CategoryCode;
use chuishao_domain::language::Words;
use chuishao_domain::topic::campaign::Campaign;
use chuishao_domain::topic::domains::Domains;
use chuishao_domain::topic::trend::{CategoryCount, DomainTrend, Trend};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// 百日攻坚成效; percentages on a base of [`LEAST_BASE`] at least.
///
/// # Errors
/// No day of the campaign is over, or the database failed.
pub async fn report(store: &Store, world: &World, campaign: &Campaign, now: Timestamp) -> Result<Report, ReportError> {
    let all = Days::new(campaign.starts_on, campaign.ends_on())?;
    let days = over(all, now)?;
    let (first, last) = campaign.year_before();
    let before = Days::new(first, last)?.first_days(days.count());
    let mut groups: BTreeMap<CategoryCode, Growth> = BTreeMap::new();
    for sum in store.figure_sums(days, CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().now += sum.tally.received;
    }
    for sum in store.figure_sums(before, CountedBy::Group, None).await? {
        groups.entry(sum.group).or_default().before += sum.tally.received;
    }
    let counts: Vec<CategoryCount> =
        groups.into_iter().map(|(category, counts)| CategoryCount { category, counts }).collect();
    let trend = Trend::of(&Domains::shipped(), &counts, LEAST_BASE);
    let title = Words::new(format!("{}成效", campaign.title), format!("{}: what came of it", campaign.title));
    let rows = rows(&trend, &counts, campaign, world);
    let table = Table { name: ("分领域同比", "By domain, year on year"), columns: columns(), rows };
    Ok(Report::new(
        (title, of_days(days)),
        now,
        vec![table],
        notes(before).into_iter().chain(note(all, days)).collect(),
    ))
}

fn notes(before: Days) -> Vec<Words> {
    let before = of_days(before);
    vec![
        Words::new(
            format!("上年同期：{}，天数与本期相同", before.chinese),
            format!("A year before: {}, as many days as now", before.english),
        ),
        (
            "诉求量按登记时刻和现行分类计，并单的重复件也计入；分类归入领域按攻坚领域对照表",
            "Counted by the moment of registration and the category of now, merged duplicates included; categories go \
             into domains by the campaign's own table",
        )
            .into(),
        (
            "同比为件数变化；占比变化为该领域占全部诉求的比重变化。报道所称「下降10个百分点以上」未写明口径，两者并列",
            "Growth is that of the count; change of share is that of the domain's share of all tickets. The articles say \
             \"down by more than 10 percentage points\" and not of what, so both stand here",
        )
            .into(),
        Words::new(
            format!("上年同期不足 {LEAST_BASE} 件的不计算同比，备注「基数过小」；件数同比下降 10% 以上备注「降幅较大」"),
            format!(
                "No growth is told on fewer than {LEAST_BASE} tickets of a year before: the base is too small; a count \
                 down by 10% or more is remarked as a marked fall"
            ),
        ),
        (
            "领域出处：「报道」为报道写明，「设定」为本系统设定",
            "Where a domain is from: named in the articles, or set by this system",
        )
            .into(),
    ]
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("domain", ("领域序号", "No."), Measure::Text),
        Column::new("name", ("领域", "Domain"), Measure::Text),
        Column::new("source", ("领域出处", "From"), Measure::Text),
        Column::new("lead", ("牵头部门", "Lead"), Measure::Text),
        Column::new("now", ("本期", "This period"), Measure::Tickets),
        Column::new("before", ("上年同期", "A year before"), Measure::Tickets),
        Column::new("change", ("同比", "Growth"), Measure::Percent),
        Column::new("share_change", ("占比变化", "Change of share"), Measure::Points),
        Column::new("progress", ("进展记录", "Progress notes"), Measure::Pieces),
        Column::new("remark", ("备注", "Remark"), Measure::Text),
    ]
}

fn rows(trend: &Trend, counts: &[CategoryCount], campaign: &Campaign, world: &World) -> Vec<Vec<Cell>> {
    let mut rows: Vec<_> = trend.lines.iter().map(|line| row(line, campaign, world)).collect();
    let mut all = Growth::default();
    counts.iter().for_each(|count| all += count.counts);
    let mut unmapped = Growth::default();
    counts.iter().filter(|count| trend.unmapped.contains(&count.category)).for_each(|count| unmapped += count.counts);
    for (name, counts) in
        [(("未纳入", "In no domain"), trend.outside), (("未归类", "Not in the table"), unmapped), (SUM, all)]
    {
        let blank = || Cell::from("");
        let none = Cell::Number(None);
        let counts = [counts.now.into(), counts.before.into(), none.clone(), none.clone(), none];
        rows.push([blank(), name.into(), blank(), blank()].into_iter().chain(counts).chain([blank()]).collect());
    }
    rows
}

fn row(line: &DomainTrend, campaign: &Campaign, world: &World) -> Vec<Cell> {
    let number = line.domain.number;
    let remark: Cell = match line {
        _ if line.base_too_small => BASE_TOO_SMALL.into(),
        _ if line.fell_markedly() => ("降幅较大", "Marked fall").into(),
        _ => "".into(),
    };
    let source = if line.domain.named_in_articles { ("报道", "Articles") } else { ("设定", "This system") };
    let lead = campaign.leads.get(&number);
    vec![
        number.to_string().into(),
        line.domain.name.as_str().into(),
        source.into(),
        lead.map_or(("未明确", "Not named").into(), |unit| world.catalogue.unit_name(unit).into()),
        line.counts.now.into(),
        line.counts.before.into(),
        line.change.filter(|_| !line.base_too_small).into(),
        line.share_change.into(),
        campaign.progress.get(&number).copied().unwrap_or_default().into(),
        remark,
    ]
}
