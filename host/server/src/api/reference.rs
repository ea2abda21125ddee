//! The calendar and the catalogue over HTTP: what is in force, and imports by the hotline
//! office.

use super::exports::Exporter;
use super::problem::Problem;
use super::request::{Asked, Commanded, Places, asked, made};
use crate::desk::Desk;
use crate::import::{Draft, Importer, import, prepare};
use crate::reference::Known;
use crate::store::editions::Imported;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chuishao_domain::calendar::{Calendar, Notice, civil};
use chuishao_domain::catalogue::{Edition, TableName};
use chuishao_domain::told::Day;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Largest import: every table at its largest (512 KB), and the JSON around them.
pub const MOST_IMPORT_BYTES: usize = 7 << 20;

/// Whether an import only says what it would change.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImportQuery {
    #[serde(default)]
    dry_run: bool,
}

async fn imported(
    desk: &Desk,
    draft: Draft,
    wanted: Commanded,
    place: &str,
    query: Asked<ImportQuery>,
) -> Result<Response, Problem> {
    let key = wanted.key(place)?;
    let ImportQuery { dry_run } = asked(query, "查询参数只有 dry-run=true 或 false")?;
    let importer = Importer::of(&wanted.by, desk)?;
    if dry_run {
        let prepared = prepare(&desk.reference.known(), &draft, &importer).map_err(Problem::refused)?;
        return Ok(Json(prepared.receipt(false)).into_response());
    }
    Ok(made(import(desk, &draft, &importer, key.as_ref()).await?))
}

/// `POST /v1/calendar/notices`: the file as it was typed.
pub async fn import_notice(
    State(desk): State<Arc<Desk>>,
    query: Asked<ImportQuery>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let text = String::from_utf8(wanted.body.0.to_vec())
        .map_err(|_| Problem::bad_request("请另存为 UTF-8 编码的 CSV 文件", "the file is not UTF-8"))?;
    imported(&desk, Draft::Notice { text }, wanted, "notice", query).await
}

/// An edition: its tables by the name of their file, those that change.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionBody {
    #[schemars(with = "Day")]
    from: Date,
    document: String,
    tables: BTreeMap<String, String>,
}

/// `POST /v1/catalogue/editions`
pub async fn import_edition(
    State(desk): State<Arc<Desk>>,
    query: Asked<ImportQuery>,
    wanted: Commanded,
) -> Result<Response, Problem> {
    let EditionBody { from, document, tables } = wanted.body.parse()?;
    imported(&desk, Draft::Edition { from, document, tables }, wanted, "edition", query).await
}

/// When and by whom; nothing for what ships with the program.
#[derive(Serialize, schemars::JsonSchema)]
struct Origin {
    #[schemars(with = "Option<String>")]
    imported_at: Option<Timestamp>,
    imported_by: Option<String>,
    digest: Option<String>,
}

impl Origin {
    fn of(imported: Option<&Imported>) -> Self {
        Self {
            imported_at: imported.map(|row| row.at),
            imported_by: imported.map(|row| row.by.clone()),
            digest: imported.map(|row| row.digest.clone()),
        }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
struct NoticeLine {
    year: i16,
    document: String,
    #[schemars(with = "String")]
    published_on: Date,
    working_days: u16,
    /// Whether it stands; one that was corrected does not.
    in_force: bool,
    #[serde(flatten)]
    origin: Origin,
}

fn notice_lines(known: &Known) -> Vec<NoticeLine> {
    let line = |notice: &Notice, imported: Option<&Imported>| NoticeLine {
        year: notice.year,
        document: notice.document.clone(),
        published_on: notice.published_on,
        working_days: notice.working_days,
        in_force: known.calendar.notice(notice.year) == Some(notice),
        origin: Origin::of(imported),
    };
    let mut lines: Vec<NoticeLine> = Calendar::shipped().notices().map(|notice| line(notice, None)).collect();
    let read = known.notices.iter().filter_map(|row| Some((Notice::parse(&row.text).ok()?, &row.imported)));
    lines.extend(read.map(|(notice, imported)| line(&notice, Some(imported))));
    lines.sort_by_key(|line| line.year);
    lines
}

/// `GET /v1/calendar/notices`
pub async fn notices(State(desk): State<Arc<Desk>>) -> Result<Response, Problem> {
    let known = desk.reference.known();
    let recomputation = desk.store.recomputation(known.calendar.digest()).await?;
    Ok(Json(serde_json::json!({
        "calendar_version": known.calendar.version(),
        "notices": notice_lines(&known),
        // Whether every deadline was computed again under this calendar.
        "recomputed": recomputation.is_some_and(|one| one.done_at.is_some()),
    }))
    .into_response())
}

#[derive(Serialize, schemars::JsonSchema)]
struct EditionLine {
    #[schemars(with = "String")]
    effective_from: Date,
    document: String,
    in_force: bool,
    #[serde(flatten)]
    origin: Origin,
}

/// `GET /v1/catalogue/editions`
pub async fn editions(State(desk): State<Arc<Desk>>) -> Response {
    let known = desk.reference.known();
    let today = known.editions.on(civil(desk.clock.now()).date()).effective_from;
    let line = |edition: &Edition| EditionLine {
        effective_from: edition.effective_from,
        document: edition.document.clone(),
        in_force: edition.effective_from == today,
        origin: Origin::of(known.import_of(edition)),
    };
    let lines: Vec<EditionLine> = known.editions.all().map(line).collect();
    Json(serde_json::json!({ "editions": lines })).into_response()
}

/// What a spreadsheet knows UTF-8 by.
const MARK: char = '\u{feff}';

/// `GET /v1/catalogue/tables/{name}`: a table of the newest edition by the name of its file, as it was
/// typed: what the next edition begins from.
pub async fn table(
    State(desk): State<Arc<Desk>>,
    exporter: Exporter,
    Places(name): Places<String>,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("没有这张表，请核对文件名", "no such table");
    let table = TableName::of_file(&name).ok_or_else(unknown)?;
    let known = desk.reference.known();
    let text = known.editions.newest().tables.text(table);
    // The first line says what stands in the others.
    let rows = text.lines().count().saturating_sub(1);
    exporter.leaves(&format!("导出 CSV：{}，{rows} 行", table.term())).await?;
    let text = format!("{MARK}{}", text.trim_start_matches(MARK));
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", table.file_name())),
    ];
    Ok((head, text).into_response())
}
