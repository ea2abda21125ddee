//! Calendar and catalogue as data: imported beside a running server, taken up without a restart,
//! and kept.
//!
//! - `notices`: holiday notices and what they make of deadlines;
//! - `catalogue`: editions and their day;
//! - `lasting`: several servers, restarts, kills, and a database that does not read.

mod catalogue;
mod lasting;
mod notices;

use super::harness::{Answer, TestServer, eventually};
use chuishao_domain::ids::TicketId;
use chuishao_server::import::Receipt;
use reqwest::RequestBuilder;
use serde_json::Value;

const OFFICE: &str = "hotline-office:0002";

/// An invented notice of 2027 with the days off by law alone.
const NOTICE_2027: &str = "year,2027\ndocument,示例〔2026〕8号\npublished_on,2026-11-05\nworking_days,257\n\
    date,kind,holiday\n2027-01-01,off,元旦\n2027-02-08,off,春节\n2027-02-09,off,春节\n2027-05-01,off,劳动节\n\
    2027-10-01,off,国庆节\n2027-10-02,off,国庆节\n2027-10-03,off,国庆节\n";

/// What an import only would change.
const DRY: &str = "?dry-run=true";

fn notice(server: &TestServer, query: &str, text: &str) -> RequestBuilder {
    server.post(&format!("/v1/calendar/notices{query}")).header("chuishao-actor", OFFICE).body(text.to_owned())
}

/// Imports a notice, which must go well.
async fn import_notice(server: &TestServer, text: &str) -> Receipt {
    let answer = Answer::to(notice(server, "", text)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.read()
}

/// Waits until every deadline was computed under the calendar.
async fn recomputed(server: &TestServer) {
    eventually("every ticket is visited", async || {
        server.read::<Value>("/v1/calendar/notices").await["recomputed"] == true
    })
    .await;
}

/// The time to close of a ticket.
async fn close(server: &TestServer, id: &TicketId) -> Value {
    let ticket = server.ticket(id).await;
    let close = ticket["deadlines"].as_array().and_then(|all| all.iter().find(|one| one["kind"] == "close").cloned());
    close.expect("it is set")
}

/// The line of a deadline that was computed again.
const COMPUTED: &str = "按放假安排重算「办结」时限";
