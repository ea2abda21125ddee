//! Reports over HTTP and on the command line: a small generated city whose figures are counted a
//! second way, from the tickets and their events; and each report the same in every form.

mod ageing;
mod forms;
mod lists;
mod period;

use super::harness::{TestServer, at};
use super::process::chuishao;
use chuishao_domain::event::Recorded;
use chuishao_domain::ticket::Ticket;
use chuishao_server::store::Kind;
use chuishao_server::store::lists::{Cursor, List, MOST_ROWS};
use serde_json::{Value, json};

/// One ticket with its history.
pub(super) type Life = (Ticket, Vec<Recorded>);

const NOW: &str = "2024-11-20T09:00";

/// A server on an invented city up to some moment, and everything in it.
pub(super) async fn city(on: Kind) -> (TestServer, Vec<Life>) {
    let mut server = TestServer::start(on, &[], NOW).await;
    server.stop().await;
    let url = server.database().url.clone();
    let data = server.folder().to_string_lossy();
    let size = ["--tickets", "700", "--seed", "11", "--until", NOW];
    let said = chuishao(&[&["generate", "--database", &url, "--data", &data], &size[..]].concat()).await;
    assert!(said.success, "{said:?}");
    server.resume(NOW).await;
    let lives = lives(&server).await;
    assert!(lives.len() > 500, "{}", lives.len());
    (server, lives)
}

/// Everything that is in it now.
async fn lives(server: &TestServer) -> Vec<Life> {
    let store = &server.desk().store;
    let (mut lives, mut after) = (Vec::new(), None);
    loop {
        let page = store.page(&List::Newest(None), after.as_ref(), MOST_ROWS).await.expect("it can be read");
        for ticket in page.tickets {
            let history = store.history(&ticket.id).await.expect("it can be read");
            lives.push((ticket, history));
        }
        let Some(next) = page.next else { return lives };
        after = Some(Cursor::parse(&next).expect("a cursor"));
    }
}

/// Those that were received from a day on, before another.
fn received<'a>(lives: &'a [Life], from: &str, until: &str) -> Vec<&'a Life> {
    let (from, until) = (at(&format!("{from}T00:00")), at(&format!("{until}T00:00")));
    let within: Vec<_> = lives.iter().filter(|life| (from..until).contains(&life.0.intake.received_at)).collect();
    assert!(within.len() > 30, "{}", within.len());
    within
}

fn rows(report: &Value, table: usize) -> Vec<Value> {
    report["tables"][table]["rows"].as_array().expect("rows").clone()
}

fn row<'a>(rows: &'a [Value], key: &str, value: &str) -> &'a Value {
    rows.iter().find(|row| row[key] == value).unwrap_or_else(|| panic!("no {key} {value}: {rows:#?}"))
}

fn sum(rows: &[Value], key: &str) -> i64 {
    rows.iter().map(|row| row[key].as_i64().unwrap_or_default()).sum()
}

/// In hundredths of a percentage point, half up.
fn share(part: usize, whole: usize) -> Value {
    if whole == 0 { Value::Null } else { json!((part * 20_000 + whole) / (2 * whole)) }
}

/// A row without its id and name.
fn bare(row: &Value) -> Value {
    let mut row = row.as_object().expect("a row").clone();
    row.remove("id");
    row.remove("name");
    row.into()
}
