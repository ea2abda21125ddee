//! The table of a period (综合报表): what was received and what became of it, by territory or by
//! city department, and the copies of the law. Counted by the day of receipt, whenever the rest
//! happened, so that the figures of a month go on changing until its tickets are closed.

use super::words::{CITY, SUM, of_days};
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::store::Store;
use crate::store::report::{CountedBy, FigureSum};
use chuishao_domain::World;
use chuishao_domain::catalogue::Level;
use chuishao_domain::evaluation::Tally;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::handling::Handling;
use chuishao_domain::ids::UnitId;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Whose figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// 县市区、市属开发区
    #[default]
    Territory,
    /// 市级行业主管部门
    Department,
}

/// 综合报表.
///
/// # Errors
/// The database failed.
pub async fn report(store: &Store, world: &World, days: Days, by: By, now: Timestamp) -> Result<Report, ReportError> {
    let departments = store.figure_sums(days, CountedBy::Department, None).await?;
    let territories = match by {
        By::Territory => Some(store.figure_sums(days, CountedBy::Territory, None).await?),
        By::Department => None,
    };
    let (name, heading) = match by {
        By::Territory => (("分属地", "By territory"), ("属地", "Territory")),
        By::Department => (("分市级行业主管部门", "By city department"), DEPARTMENT),
    };
    let mut lines: BTreeMap<&str, (Tally, Handling)> = BTreeMap::new();
    let mut city = (Tally::default(), Handling::default());
    // Who was sent copies of tickets of other days alone has no line here.
    for sum in territories.as_ref().unwrap_or(&departments).iter().filter(|sum| sum.tally.received > 0) {
        for line in [lines.entry(sum.subject.as_str()).or_default(), &mut city] {
            line.0 += sum.tally;
            line.1 += sum.handling;
        }
    }
    let shown = |id: &str| match by {
        By::Territory => Cell::from(world.catalogue.territory(&id.into()).map_or(id, |of| of.name.as_str())),
        By::Department if id.is_empty() => ("未派遣", "Not dispatched").into(),
        By::Department => world.catalogue.unit_name(&id.into()).into(),
    };
    let mut rows: Vec<_> = lines.iter().map(|(id, line)| row(id, shown(id), line)).collect();
    rows.push(row("", CITY.into(), &city));
    let first = [Column::new("id", ("编号", "Number"), Measure::Text), Column::new("name", heading, Measure::Text)];
    let columns = first.into_iter().chain(columns()).collect();
    let tables = vec![Table { name, columns, rows }, copies(&departments, world)];
    let notes = notes(by).into_iter().map(Into::into).collect();
    let title = ("12345热线综合报表", "The 12345 hotline in a period").into();
    Ok(Report::new((title, of_days(days)), now, tables, notes))
}

/// Whom a copy of the law goes to.
const DEPARTMENT: (&str, &str) = ("市级行业主管部门", "City department");

fn columns() -> [Column; 12] {
    [
        Column::new("received", ("诉求量", "Received"), Measure::Tickets),
        Column::new("followed_up", ("接通回访", "Reached by follow-up"), Measure::Tickets),
        Column::new("first_handling_rate", ("一次办理解决率", "Solved at first handling"), Measure::Percent),
        Column::new("resolution_rate", ("回访解决率", "Resolution rate"), Measure::Percent),
        Column::new("satisfaction_rate", ("满意率", "Satisfaction rate"), Measure::Percent),
        Column::new("closed", ("办结", "Closed"), Measure::Tickets),
        Column::new("in_time", ("按时办结", "Closed in time"), Measure::Tickets),
        Column::new("on_time_rate", ("按时办结率", "In-time rate"), Measure::Percent),
        Column::new("reworked", ("重办", "Reworked"), Measure::Tickets),
        Column::new("handed_back", ("退单", "Handed back"), Measure::Tickets),
        Column::new("extended", ("延期", "Extended"), Measure::Tickets),
        Column::new("rated", ("作出评价", "Rated"), Measure::Tickets),
    ]
}

fn row(id: &str, name: Cell, (tally, handling): &(Tally, Handling)) -> Vec<Cell> {
    vec![
        id.into(),
        name,
        tally.received.into(),
        tally.followed_up.into(),
        tally.first_handling_rate().into(),
        tally.resolution_rate().into(),
        tally.satisfaction_rate().into(),
        handling.closed.into(),
        handling.in_time.into(),
        handling.on_time_rate().into(),
        handling.reworked.into(),
        handling.handed_back.into(),
        handling.extended.into(),
        tally.rated.into(),
    ]
}

fn copies(departments: &[FigureSum], world: &World) -> Table {
    let is_of_city = |id: &UnitId| world.catalogue.unit(id).is_some_and(|unit| unit.level == Level::City);
    let sent: Vec<(UnitId, u64)> = departments
        .iter()
        .filter(|sum| sum.copies > 0)
        .map(|sum| (UnitId::from(sum.subject.as_str()), sum.copies))
        .filter(|(unit, _)| is_of_city(unit))
        .collect();
    let row = |(unit, count): &(UnitId, u64)| {
        vec![unit.as_str().into(), world.catalogue.unit_name(unit).into(), (*count).into()]
    };
    let mut rows: Vec<Vec<Cell>> = sent.iter().map(row).collect();
    rows.push(vec!["".into(), SUM.into(), sent.iter().map(|(_, count)| count).sum::<u64>().into()]);
    let columns = vec![
        Column::new("id", ("编号", "Number"), Measure::Text),
        Column::new("name", DEPARTMENT, Measure::Text),
        Column::new("sent", ("抄送", "Copies sent"), Measure::Tickets),
    ];
    Table { name: ("同期抄送", "Copies sent in the period"), columns, rows }
}

fn notes(by: By) -> Vec<(&'static str, &'static str)> {
    let mut notes = vec![
        (
            "诉求量：按登记时刻计入统计区间，并单的重复件也计入；其余各列为这些工单至生成时刻的结果",
            "Received: by the moment of registration, merged duplicates included; the other columns are what became of \
             these tickets until the report was made",
        ),
        (
            "接通回访：至少接通过一次；未接通的不进入各率的分母（本系统设定）",
            "Reached by follow-up: at least once; who was not reached counts in no rate (set by this system)",
        ),
        (
            "一次办理解决率＝首次回访已解决且未重办÷接通回访；回访解决率＝最近一次回访已解决÷接通回访",
            "Solved at first handling: solved at the first follow-up and never reworked, of those reached; resolution \
             rate: solved at the latest follow-up, of those reached",
        ),
        (
            "满意率＝最近一次回访满意÷已办结且作出评价",
            "Satisfaction rate: satisfied at the latest follow-up, of those closed and rated",
        ),
        (
            "按时办结率＝各轮办理均未超期÷经单位办理并已办结；重办后按时不抵销此前的超期（本系统设定）",
            "In-time rate: no round overdue, of those that units handled and closed; being in time after rework does not \
             undo an earlier delay (set by this system)",
        ),
        (
            "退单：经审定同意退回过的工单；延期：经批准延期的工单；重办：重办过的工单",
            "Handed back: with consent; extended: with approval; reworked: at least once",
        ),
        (
            "同期抄送：统计区间内发出的双向联办抄送件，按抄送时刻计",
            "Copies sent in the period: of dual-track handling, by the moment at which they were sent",
        ),
    ];
    if by == By::Department {
        notes.push((
            "市级行业主管部门：双向联办抄送的部门；未派遣（含直接答复、不予受理）的工单列为「未派遣」",
            "City department: the one that has the copy; tickets that went to no unit (answered directly or declined as \
             well) are listed as not dispatched",
        ));
    }
    notes
}
