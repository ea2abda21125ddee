//! What comes up most (高频事项分析), year on year: 「主要以反映供热计费方式、热计量表安装、供热费用、
//! 设施损坏等问题为主」 (article row 23).

use super::over::{note, over};
use super::words::{BASE_TOO_SMALL, CITY, SUM, of_days};
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::store::Store;
use crate::store::report::CountedBy;
use chuishao_domain::World;
use chuishao_domain::evaluation::Rate;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::growth::Growth;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::language::Words;
use chuishao_domain::refusal::Refusal;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is laid beside the year before.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// What was asked for.
    asked: Days,
    /// 本期: what of it is over.
    pub now: Days,
    /// 上年同期
    pub before: Days,
}

impl Compared {
    /// What of the days is over, and the same of the year before.
    ///
    /// # Errors
    /// `not-begun`: nothing of them is over.
    pub fn of(asked: Days, now: Timestamp) -> Result<Self, Refusal> {
        let over = over(asked, now)?;
        Ok(Self { asked, now: over, before: over.year_before() })
    }
}

/// 高频事项分析, of the city or of one territory; growth on a base of `least_base` at least.
///
/// # Errors
/// The database failed.
pub async fn report(
    store: &Store,
    world: &World,
    compared: Compared,
    territory: Option<&TerritoryId>,
    least_base: u64,
    now: Timestamp,
) -> Result<Report, ReportError> {
    let mut groups: BTreeMap<CategoryCode, Growth> = BTreeMap::new();
    for (days, is_now) in [(compared.now, true), (compared.before, false)] {
        for sum in store.figure_sums(days, CountedBy::Group, territory).await? {
            let received = sum.tally.received;
            let counts = if is_now { Growth { now: received, before: 0 } } else { Growth { now: 0, before: received } };
            *groups.entry(sum.group).or_default() += counts;
        }
    }
    let mut city = Growth::default();
    groups.values().for_each(|counts| city += *counts);
    let mut lines: Vec<_> = groups.into_iter().collect();
    lines.sort_by(|a, b| b.1.now.cmp(&a.1.now).then_with(|| a.0.cmp(&b.0)));
    let mut rows: Vec<_> = lines
        .iter()
        .map(|(group, counts)| {
            row(group.as_str(), world.catalogue.category_name(group).into(), *counts, city, least_base)
        })
        .collect();
    rows.push(row("", SUM.into(), city, city, least_base));
    let columns = vec![
        Column::new("group", ("分类编码", "Code"), Measure::Text),
        Column::new("name", ("诉求分类", "Category"), Measure::Text),
        Column::new("now", ("本期", "This period"), Measure::Tickets),
        Column::new("before", ("上年同期", "A year before"), Measure::Tickets),
        Column::new("growth", ("同比", "Growth"), Measure::Percent),
        Column::new("share", ("占比", "Share"), Measure::Percent),
        Column::new("remark", ("备注", "Remark"), Measure::Text),
    ];
    let before = of_days(compared.before);
    let mut notes = vec![
        (
            "诉求量按登记时刻和现行分类计，并单的重复件也计入；分类到二级",
            "Counted by the moment of registration and the category of now, merged duplicates included, to the second level",
        )
            .into(),
        Words::new(format!("上年同期：{}", before.chinese), format!("A year before: {}", before.english)),
        Words::new(
            format!("上年同期不足 {least_base} 件的不计算同比，备注「基数过小」（本系统设定，可由热线受理中心调整）"),
            format!(
                "No growth is told on fewer than {least_base} tickets of a year before: the base is too small (set by \
                 this system; the hotline centre can change it)"
            ),
        ),
    ];
    notes.extend(note(compared.asked, compared.now));
    let title = titled(("高频事项分析", "What comes up most"), territory, world);
    let table = Table { name: ("高频事项", "Most frequent matters"), columns, rows };
    Ok(Report::new((title, of_days(compared.now)), now, vec![table], notes))
}

/// A title with the place that is looked at.
pub(super) fn titled((chinese, english): (&str, &str), of: Option<&TerritoryId>, world: &World) -> Words {
    let name = of.map(|id| world.catalogue.territory(id).map_or(id.as_str(), |territory| territory.name.as_str()));
    let (place, in_english) = name.map_or(CITY, |name| (name, name));
    Words::new(format!("{chinese}（{place}）"), format!("{english} ({in_english})"))
}

fn row(group: &str, name: Cell, counts: Growth, city: Growth, least_base: u64) -> Vec<Cell> {
    let remark: Cell = if counts.base_is_too_small(least_base) { BASE_TOO_SMALL.into() } else { "".into() };
    vec![
        group.into(),
        name,
        counts.now.into(),
        counts.before.into(),
        counts.rate(least_base).into(),
        Rate { part: counts.now, whole: city.now }.into(),
        remark,
    ]
}
