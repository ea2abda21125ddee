//! Where open tickets are stuck (滞留分析), as of now: 「着力解决"沉在基层""卡在部门"的问题」 (article
//! row 33).

use super::frequency::titled;
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::store::Store;
use crate::store::report::Waiting;
use chuishao_domain::World;
use chuishao_domain::evaluation::ageing::{AgeCount, Ageing, Bands, Holding, OpenTickets};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::language::Words;
use chuishao_domain::narrate::moment;
use jiff::Timestamp;

/// Units that are named, whoever has the oldest ticket first: what a meeting reads through.
const MOST_HOLDINGS: usize = 200;

/// 滞留分析, of the city or of one territory.
///
/// # Errors
/// The database failed, or the last 15 working days run into a year without a holiday notice.
pub async fn report(
    store: &Store,
    world: &World,
    territory: Option<&TerritoryId>,
    now: Timestamp,
) -> Result<Report, ReportError> {
    let bands = Bands::on(now, &world.calendar).map_err(ReportError::NoNotice)?;
    let waiting = store.waiting(territory, &bands, now).await?;
    let open: Vec<OpenTickets> = waiting.into_iter().map(|tickets| open_tickets(tickets, world)).collect();
    let ageing = Ageing::of(&open);
    let notes = [
        (
            "在办：未办结的工单；已并单的随主单计，已转介的由受理机关计，均不在此列",
            "Open: not closed; merged tickets count with the main one and referred ones where they went, so neither is here",
        ),
        (
            "滞留处：待签收、办理中的看承办单位层级，镇街为「沉在基层」，县级、市直部门为「卡在部门」；待受理、待派遣、待审定、\
             责任认定、待审核、待回访为热线办理环节",
            "Stuck at: to be taken up or in handling, by the level of the unit that has it; what waits for acceptance, \
             dispatch, a ruling, liability, review or follow-up is with the hotline",
        ),
        (
            "滞留时长：单位自派遣或重办起，热线环节自进入该环节起，以工作日计，节假日不计",
            "For how long: with a unit since dispatch or rework, with the hotline since that step began; in working days, \
             holidays not counted",
        ),
        ("超期：已过最近一项时限", "Overdue: past its nearest deadline"),
    ];
    let period = Words::new(format!("截至 {}", moment(now)), format!("As of {}", moment(now)));
    let tables = vec![counts(&ageing.counts), holdings(&ageing.holdings, world)];
    let title = titled(("滞留分析", "Where tickets are stuck"), territory, world);
    Ok(Report::new((title, period), now, tables, notes.map(Into::into).to_vec()))
}

fn open_tickets(waiting: Waiting, world: &World) -> OpenTickets {
    let Waiting { waits_for, lead_unit, band, open, overdue, oldest, oldest_since } = waiting;
    let level = |id: &_| world.catalogue.unit(id).map(|unit| unit.level);
    let holder = lead_unit.and_then(|unit| level(&unit).map(|level| (unit, level)));
    OpenTickets { waits_for, holder, band, open, overdue, oldest, oldest_since }
}

fn counts(counts: &[AgeCount]) -> Table {
    let row = |count: &AgeCount| {
        let stuck_at = Words::term(count.stuck_at.term(), &count.stuck_at);
        let band = (count.band.term(), count.band.english());
        vec![Cell::from(stuck_at), band.into(), count.open.into(), count.overdue.into()]
    };
    let columns = vec![
        Column::new("stuck_at", ("滞留处", "Stuck at"), Measure::Text),
        Column::new("band", ("滞留时长", "For how long"), Measure::Text),
        Column::new("open", ("在办", "Open"), Measure::Tickets),
        Column::new("overdue", ("其中超期", "Overdue of these"), Measure::Tickets),
    ];
    Table { name: ("滞留处和时长", "Where, and for how long"), columns, rows: counts.iter().map(row).collect() }
}

fn holdings(holdings: &[Holding], world: &World) -> Table {
    let row = |holding: &Holding| {
        vec![
            Cell::from(holding.unit.as_str()),
            world.catalogue.unit_name(&holding.unit).into(),
            holding.open.into(),
            holding.overdue.into(),
            holding.oldest.as_str().into(),
            moment(holding.oldest_since).into(),
        ]
    };
    let columns = vec![
        Column::new("unit", ("单位编号", "Number"), Measure::Text),
        Column::new("name", ("单位", "Unit"), Measure::Text),
        Column::new("open", ("在办", "Open"), Measure::Tickets),
        Column::new("overdue", ("其中超期", "Overdue of these"), Measure::Tickets),
        Column::new("oldest", ("滞留最久的工单", "The oldest ticket"), Measure::Text),
        Column::new("oldest_since", ("自", "Since"), Measure::Text),
    ];
    Table { name: ("分单位", "By unit"), columns, rows: holdings.iter().take(MOST_HOLDINGS).map(row).collect() }
}
