//! The audit log over HTTP: for the auditor alone, who can search it and change nothing. That it was
//! read is a line of it.

use super::actor::Entrant;
use super::gate::{Gate, RequestFrom};
use super::problem::Problem;
use super::request::{Asked, ROWS, asked};
use crate::accounts::{From, entry};
use crate::store::audit::AuditQuery;
use axum::{Extension, Json};
use chuishao_domain::account::audit::{AuditEnd, Deed, Entry};
use chuishao_domain::told::Moment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Most lines of a page.
const MOST_LINES: u32 = 500;

/// Which lines.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    who: Option<String>,
    deed: Option<Deed>,
    #[schemars(with = "Option<Moment>")]
    from: Option<Timestamp>,
    #[schemars(with = "Option<Moment>")]
    until: Option<Timestamp>,
    after: Option<u64>,
    limit: Option<u32>,
}

/// A line, with its kind in words.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Line {
    number: u64,
    entry: Entry,
    term: &'static str,
    digest: String,
}

/// A page of the log.
#[derive(Serialize, schemars::JsonSchema)]
pub struct LogPage {
    lines: Vec<Line>,
    /// What to ask for as `after` to go on; absent at the end.
    next: Option<u64>,
}

/// Whether the log is whole, and is what the daily seals cover.
#[derive(Serialize, schemars::JsonSchema)]
pub struct Check {
    lines: u64,
    /// 链尾: the digest of the last line.
    head: String,
    whole: bool,
    faults: Vec<String>,
}

async fn note(gate: &Gate, entrant: &Entrant, words: &str, from: &From) -> Result<(), Problem> {
    let who = entrant.asker.account.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut entry = entry(&gate.desk, &who, Deed::AuditRead, ("", words), from);
    entry.post = entrant.acting()?.to_string();
    Ok(gate.desk.store.audit(&[entry]).await?)
}

/// `GET /v1/audit`: the newest first; `next` as `after` goes on with what is older.
pub async fn list(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    entrant: Entrant,
    query: Asked<LogQuery>,
) -> Result<Json<LogPage>, Problem> {
    let parameters =
        "查询参数有 who（登录名）、deed（如 sign-in、refused、account）、from、until（时刻）、after、limit";
    let wanted = asked(query, parameters)?;
    let limit = wanted.limit.unwrap_or(ROWS).clamp(1, MOST_LINES);
    let query = AuditQuery {
        who: wanted.who,
        deed: wanted.deed,
        from: wanted.from,
        until: wanted.until,
        before: wanted.after,
        limit,
    };
    let lines = gate.desk.store.audit_page(&query).await?;
    note(&gate, &entrant, "查阅审计日志", &from).await?;
    let next = lines.last().filter(|_| lines.len() == limit as usize).map(|last| last.number);
    let term = |number, entry: Entry, digest| Line { number, term: entry.deed.term(), entry, digest };
    let lines = lines.into_iter().map(|line| term(line.number, line.entry, line.digest)).collect();
    Ok(Json(LogPage { lines, next }))
}

/// `GET /v1/audit/check`: whether the log is whole, and where it ends.
pub async fn check(
    Extension(gate): Extension<Gate>,
    RequestFrom(from): RequestFrom,
    entrant: Entrant,
) -> Result<Json<Check>, Problem> {
    let (AuditEnd { lines, head }, faults) = gate.desk.store.verify_audit().await?;
    note(&gate, &entrant, "核对审计日志", &from).await?;
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Ok(Json(Check { lines, head, whole: faults.is_empty(), faults }))
}
