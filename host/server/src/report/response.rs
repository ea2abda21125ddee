//! First-response time (首次响应时间) by territory: 「群众的诉求几小时之内便有了回应」 (article row 21).

use super::words::{CITY, of_days};
use super::{Cell, Column, Measure, Report, ReportError, Table};
use crate::store::Store;
use chuishao_domain::World;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::first_response::{FirstResponses, SHARES_WITHIN_MINUTES};
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::language::Words;
use jiff::Timestamp;

/// The share that is told when no other is asked for: half a day's work (an assumption).
pub const USUAL_MINUTES: u32 = 4 * 60;

/// 首次响应时间, with the share within so many minutes beside the usual ones.
///
/// # Errors
/// The database failed.
pub async fn report(
    store: &Store,
    world: &World,
    days: Days,
    minutes: u32,
    now: Timestamp,
) -> Result<Report, ReportError> {
    let territories = store.first_responses(days).await?;
    let mut city = FirstResponses::default();
    territories.values().for_each(|responses| city += responses);
    let name = |id: &TerritoryId| world.catalogue.territory(id).map_or(id.to_string(), |of| of.name.clone()).into();
    let mut rows: Vec<_> = territories.iter().map(|(id, of)| row(id.as_str(), name(id), of, minutes)).collect();
    rows.push(row("", CITY.into(), &city, minutes));
    let columns = vec![
        Column::new("id", ("编号", "Number"), Measure::Text),
        Column::new("name", ("属地", "Territory"), Measure::Text),
        Column::new("answered", ("已响应", "Answered"), Measure::Tickets),
        Column::new("waiting", ("未响应", "Not answered"), Measure::Tickets),
        Column::new("median", ("中位数", "Median"), Measure::Minutes),
        Column::new("within_two_hours", ("2小时内", "Within 2 hours"), Measure::Percent),
        Column::new("within_eight_hours", ("8小时内", "Within 8 hours"), Measure::Percent),
        Column::new("within_a_day", ("24小时内", "Within 24 hours"), Measure::Percent),
        Column::new("within", ("所选时长内", "Within the chosen time"), Measure::Percent),
    ];
    let notes = vec![
        (
            "首次响应：自登记至首次就诉求与来电人沟通，即承办单位联系来电人、反馈时已联系、三方连线或直接答复，以自然分钟计",
            "First response: from registration until somebody speaks with the caller about the matter (a unit's contact, \
             a result that says so, a three-way call, a direct answer), in plain minutes",
        )
            .into(),
        (
            "中位数和各率以已响应的工单为准；偶数件取中间较小的一件；未响应的单列",
            "Median and shares are of the tickets that were answered; of an even number the smaller of the middle two; \
             those not answered stand apart",
        )
            .into(),
        Words::new(format!("所选时长：{minutes} 分钟"), format!("The chosen time: {minutes} minutes")),
    ];
    let title = ("首次响应时间", "First response");
    let table = Table { name: title, columns, rows };
    Ok(Report::new((title.into(), of_days(days)), now, vec![table], notes))
}

fn row(id: &str, name: Cell, responses: &FirstResponses, minutes: u32) -> Vec<Cell> {
    let [two_hours, eight_hours, a_day] = SHARES_WITHIN_MINUTES.map(|within| Cell::from(responses.within(within)));
    vec![
        id.into(),
        name,
        responses.answered().into(),
        responses.waiting().into(),
        responses.median_minutes().map(i64::from).into(),
        two_hours,
        eight_hours,
        a_day,
        responses.within(minutes).into(),
    ]
}
