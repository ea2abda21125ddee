//! Reports over HTTP: each as JSON, as CSV or as XLSX, by `format` or by `Accept`.

use super::actor::Entrant;
use super::exports::Exporter;
use super::problem::Problem;
use super::request::{Asked, asked};
use crate::desk::Desk;
use crate::report::frequency::Compared;
use crate::report::{Report, ReportError, csv, frequency, lists, period, response, standing, xlsx};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::Target;
use chuishao_domain::evaluation::days::Days;
use chuishao_domain::evaluation::period::Period;
use chuishao_domain::ids::TerritoryId;
use chuishao_domain::refusal::Refusal;
use chuishao_domain::told::{Day, PERIOD};
use chuishao_domain::topic::settings::{self, TopicSettings};
use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::sync::Arc;

/// Minutes that a share may be asked for: a week. A first response after that is none.
const MOST_MINUTES: u32 = 7 * 24 * 60;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportFormat {
    /// For programs.
    Json,
    /// For every spreadsheet.
    Csv,
    /// For Excel and WPS.
    Xlsx,
}

impl ReportFormat {
    /// What `Accept` asks for first, of what there is.
    fn accepted(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = |of: &str| match of.split(';').next().unwrap_or_default().trim() {
            CSV => Some(Self::Csv),
            XLSX => Some(Self::Xlsx),
            "application/json" | "*/*" => Some(Self::Json),
            _ => None,
        };
        accept.split(',').find_map(kind).unwrap_or(Self::Json)
    }
}

/// A report in the form that was asked for; a file carries its title as its name, and is written down.
pub(super) async fn answer(
    report: &Report,
    format: Option<ReportFormat>,
    headers: &HeaderMap,
    exporter: &Exporter,
) -> Result<Response, Problem> {
    let (kind, extension, bytes) = match format.unwrap_or_else(|| ReportFormat::accepted(headers)) {
        ReportFormat::Json => return Ok(([(header::VARY, "accept")], Json(report)).into_response()),
        ReportFormat::Csv => ("text/csv; charset=utf-8", "csv", csv::file(report)?),
        ReportFormat::Xlsx => (XLSX, "xlsx", xlsx::file(report)?),
    };
    exporter.leaves(&report.as_exported(extension)).await?;
    let name = format!("{} {}.{extension}", report.title.chinese, report.period.chinese);
    let name = utf8_percent_encode(&name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"report.{extension}\"; filename*=UTF-8''{name}");
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::VARY, "accept".to_owned()),
    ];
    Ok((head, bytes).into_response())
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        let chinese = error.to_string();
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Refused(refusal) => crate::desk::DeskError::from(refusal).into(),
            ReportError::NoNotice(_) => Self::conflict("no-notice", chinese, "a year has no holiday notice"),
            ReportError::File(cause) => {
                tracing::error!(cause, "a report could not be written");
                Self::internal()
            }
        }
    }
}

/// What a report may be asked by; each takes a part of it.
#[derive(Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportQuery {
    #[schemars(regex(pattern = PERIOD))]
    period: Option<String>,
    #[schemars(with = "Option<Day>")]
    from: Option<Date>,
    #[schemars(with = "Option<Day>")]
    to: Option<Date>,
    by: Option<period::By>,
    territory: Option<TerritoryId>,
    #[schemars(range(min = 1, max = 10_080))]
    minutes: Option<u32>,
    format: Option<ReportFormat>,
}

fn read(query: Asked<ReportQuery>) -> Result<ReportQuery, Problem> {
    let parameters = "查询参数有 period（2024-10、2024-Q4 或 2024）或 from 和 to（2024-10-01）、by（territory 或 department）、\
                      territory、minutes、format（json、csv 或 xlsx）";
    asked(query, parameters)
}

impl ReportQuery {
    /// The days that were asked for, in one of the two ways.
    fn days(&self) -> Result<Days, Problem> {
        let refused = |refusal: Refusal| Problem::from(ReportError::from(refusal));
        match (&self.period, self.from, self.to) {
            (Some(period), None, None) => period.parse::<Period>().map(Days::from).map_err(refused),
            (None, Some(from), Some(to)) => Days::new(from, to).map_err(refused),
            _ => Err(Problem::bad_request(
                "请写明统计区间：period=2024-10，或 from=2024-10-01&to=2024-10-31，二者择一",
                "either `period`, or `from` and `to`",
            )),
        }
    }

    /// A period of so many months.
    fn period(&self, months: u8, example: &str) -> Result<Period, Problem> {
        let period = self.period.as_ref().and_then(|text| text.parse::<Period>().ok());
        period.filter(|period| period.months() == months && self.from.is_none() && self.to.is_none()).ok_or_else(|| {
            Problem::bad_request(format!("请写明期间，例如 period={example}"), "`period` is missing or another length")
        })
    }

    /// What was asked for and this report does not know is said, not passed over.
    fn only(self, known: &[&str]) -> Result<Self, Problem> {
        let given = [
            ("by", self.by.is_some()),
            ("territory", self.territory.is_some()),
            ("minutes", self.minutes.is_some()),
            ("period", self.period.is_some()),
            ("from", self.from.is_some()),
            ("to", self.to.is_some()),
        ];
        match given.iter().find(|(name, given)| *given && !known.contains(name)) {
            Some((name, _)) => Err(Problem::bad_request(
                format!("这份报表没有参数 {name}，请去掉"),
                "the report does not know that parameter",
            )),
            None => Ok(self),
        }
    }

    /// A county reads its own figures; those of the city side by side are the city's.
    fn must_reach(&self, desk: &Desk, entrant: &Entrant) -> Result<(), Problem> {
        let of = self.territory.as_ref().map_or(Target::City, Target::Territory);
        entrant.must_reach(desk, Action::ReadReports, of)
    }

    fn territory(&self, desk: &Desk) -> Result<Option<&TerritoryId>, Problem> {
        let unknown = |id: &&TerritoryId| desk.world().catalogue.territory(id).is_none();
        match self.territory.as_ref().filter(unknown) {
            Some(_) => Err(Problem::bad_request("没有这个属地，请核对编号", "there is no such territory")),
            None => Ok(self.territory.as_ref().filter(|id| !id.is_city())),
        }
    }
}

async fn thresholds(desk: &Desk) -> Result<TopicSettings, Problem> {
    Ok(settings::current(&desk.store.settings_history().await?))
}

/// `GET /v1/reports/period`
pub async fn of_period(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["by", "period", "from", "to"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let by = query.by.unwrap_or_default();
    let days = query.days()?;
    let make = async |world: &World, now| period::report(&desk.store, world, days, by, now).await;
    let report = standing::of_figures(&desk, format!("period {days:?} {by:?}"), &[days], make).await?;
    answer(&report, query.format, &headers, &exporter).await
}

/// `GET /v1/reports/high-frequency`
pub async fn high_frequency(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["territory", "period", "from", "to"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let least_base = thresholds(&desk).await?.frequent.least_base;
    let (days, territory) = (query.days()?, query.territory(&desk)?);
    let compared = Compared::of(days, desk.clock.now()).map_err(ReportError::from)?;
    let asked = format!("high-frequency {compared:?} {territory:?} {least_base}");
    let make =
        async |world: &World, now| frequency::report(&desk.store, world, compared, territory, least_base, now).await;
    let report = standing::of_figures(&desk, asked, &[compared.now, compared.before], make).await?;
    answer(&report, query.format, &headers, &exporter).await
}

/// `GET /v1/reports/ageing`
pub async fn of_ageing(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["territory"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let written = standing::of_ageing(&desk, query.territory(&desk)?).await?;
    if query.format.unwrap_or_else(|| ReportFormat::accepted(&headers)) == ReportFormat::Json {
        let head = [(header::VARY, "accept"), (header::CONTENT_TYPE, "application/json")];
        return Ok((head, Bytes::from_owner(Arc::clone(&written.json))).into_response());
    }
    answer(&written.report, query.format, &headers, &exporter).await
}

/// `GET /v1/reports/first-response`
pub async fn first_response(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["minutes", "period", "from", "to"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let minutes = query.minutes.unwrap_or(response::USUAL_MINUTES);
    if !(1..=MOST_MINUTES).contains(&minutes) {
        let chinese = format!("minutes 须为 1 至 {MOST_MINUTES}（七天）");
        return Err(Problem::bad_request(chinese, "`minutes` is out of range"));
    }
    let days = query.days()?;
    let make = async |world: &World, now| response::report(&desk.store, world, days, minutes, now).await;
    let report = standing::of_figures(&desk, format!("first-response {days:?} {minutes}"), &[days], make).await?;
    answer(&report, query.format, &headers, &exporter).await
}

/// `GET /v1/reports/monthly-list`
pub async fn monthly_list(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["period"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let (month, settings) = (query.period(1, "2024-10")?, thresholds(&desk).await?);
    let report = lists::monthly(&desk.store, &desk.world(), month, &settings, desk.clock.now()).await?;
    answer(&report, query.format, &headers, &exporter).await
}

/// `GET /v1/reports/yearly-list`
pub async fn yearly_list(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    headers: HeaderMap,
    asked: Asked<ReportQuery>,
) -> Result<Response, Problem> {
    let query = read(asked)?.only(&["period"])?;
    query.must_reach(&desk, &exporter.entrant)?;
    let (year, settings) = (query.period(12, "2024")?, thresholds(&desk).await?);
    let report = lists::yearly(&desk.store, &desk.world(), year, &settings, desk.clock.now()).await?;
    answer(&report, query.format, &headers, &exporter).await
}
