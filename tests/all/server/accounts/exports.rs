//! What leaves as a file stands in the audit log: who took it, of which ticket or period, how many rows; by
//! the API, on the pages and on the server's own machine.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at};
use super::super::process::chuishao;
use super::super::story::road_in_anqiu;
use super::{CLOCK, asked, at_work, post, read};
use chuishao_domain::account::audit::Deed;
use chuishao_server::console::ROOT;
use chuishao_server::store::Kind;
use chuishao_server::store::audit::AuditQuery;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(what_leaves_by_the_api_and_the_pages_is_written_down, what_leaves_by_the_command_line_is_written_down);

/// The lines of what left, the first one first: who, on what, in words.
async fn left(server: &TestServer) -> Vec<(String, String, String)> {
    let query = AuditQuery { deed: Some(Deed::Export), limit: 500, ..AuditQuery::default() };
    let lines = server.desk().store.audit_page(&query).await.expect("the database answers");
    lines.into_iter().rev().map(|line| (line.entry.who, line.entry.object, line.entry.words)).collect()
}

async fn registered(server: &TestServer) -> String {
    let taker = at_work(server, "wang.fang", &["call-taker"]).await;
    let made: Value = post(server, "/v1/tickets", &taker, &road_in_anqiu()).await.read();
    made["ticket"].as_str().expect("an id").to_owned()
}

/// How many rows a report has, as programs read it.
fn rows(report: &Answer) -> usize {
    let report: Value = report.read();
    let tables = report["tables"].as_array().expect("tables");
    tables.iter().map(|table| table["rows"].as_array().expect("rows").len()).sum()
}

async fn what_leaves_by_the_api_and_the_pages_is_written_down(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let id = registered(&server).await;
    let beginner = at_work(&server, "beginner", &["hotline-office"]).await;
    let launch = json!({ "title": "十大领域百日攻坚行动", "starts_on": "2024-06-25" });
    let campaign: Value = post(&server, "/v1/campaigns", &beginner, &launch).await.read();
    // There is something to compare when its first day is over.
    server.desk().clock.move_to(at("2024-06-26T09:00"));
    let office = at_work(&server, "office", &["hotline-office"]).await;
    let clerk = at_work(&server, "clerk", &["unit-clerk:370784-ZJ"]).await;
    let file = format!("/v1/tickets/{id}/dispute-file");
    let ageing = "/v1/reports/ageing";
    // What is read and what is refused does not leave.
    let shown = read(&server, ageing, &office).await;
    assert_eq!(read(&server, &file, &clerk).await.status, 403);
    assert_eq!(read(&server, &format!("{ageing}?format=csv"), &clerk).await.status, 403);
    assert_eq!(read(&server, "/v1/reports/ageing?format=csv&period=2024", &office).await.status, 400);
    assert_eq!(left(&server).await, []);

    let campaign = campaign["campaign"].as_str().expect("an id").to_owned();
    let trend = format!("/v1/campaigns/{campaign}/trend");
    let period = "/v1/reports/period";
    let streets = "/v1/catalogue/tables/streets.csv";
    for path in [
        &*file,
        &format!("{ageing}?format=csv"),
        &format!("{period}?period=2024-05&format=xlsx"),
        &format!("{trend}?format=csv"),
        streets,
        &format!("{ROOT}/tickets/{id}/dispute-file"),
        &format!("{ROOT}/reports/file?kind=ageing&format=csv"),
    ] {
        let request = asked(&server, Method::GET, path, &office);
        let status = request.send().await.expect("an answer").status();
        assert_eq!(status, 200, "{path}");
    }
    let lines = left(&server).await;
    let objects: Vec<&str> = lines.iter().map(|(_, object, _)| object.as_str()).collect();
    let get = |path: &str| format!("GET {path}");
    let expected = [&*file, ageing, period, &trend, streets, &file, ageing].map(get);
    assert_eq!(objects, expected, "on the pages as by the API, and each once");
    assert!(lines.iter().all(|(who, ..)| who == "office"), "{lines:?}");
    let words: Vec<&str> = lines.iter().map(|(.., words)| words.as_str()).collect();
    assert_eq!(words[0], format!("导出一案一档：工单 {id}，决定记录 0 条"));
    assert!(words[1].starts_with("导出 CSV：滞留分析"), "{words:?}");
    assert!(words[1].ends_with(&format!("，{} 行", rows(&shown))), "{words:?}");
    assert!(words[2].starts_with("导出 XLSX：12345热线综合报表（2024"), "of which period: {words:?}");
    assert!(words[3].starts_with("导出 CSV：十大领域百日攻坚行动成效"), "{words:?}");
    server.finish().await;
}

async fn what_leaves_by_the_command_line_is_written_down(on: Kind) {
    let server = TestServer::with_accounts(on, CLOCK).await;
    let id = registered(&server).await;
    let database = server.database().url.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let done = async |args: &[&str]| {
        let said = chuishao(&[args, &["--database", &database]].concat()).await;
        assert!(said.success, "{args:?}: {said:?}");
    };
    // On the screen nothing leaves.
    done(&["report", "ageing"]).await;
    assert_eq!(left(&server).await, []);
    done(&["dispute-file", &id, "-o", &path("file.html")]).await;
    done(&["report", "ageing", "--csv", &path("ageing.csv")]).await;
    let kept = path("heating.records");
    let days = ["--from", "2024-06-01", "--until", "2024-06-30", "-o", &kept];
    done(&[&["decisions", "export", "--rule", "heating-mode"][..], &days].concat()).await;
    done(&["catalogue", "export", &path("tables")]).await;
    let lines = left(&server).await;
    let objects: Vec<&str> = lines.iter().map(|(_, object, _)| object.as_str()).collect();
    let records = "chuishao decisions export heating-mode";
    let file = format!("chuishao dispute-file {id}");
    assert_eq!(objects, [&*file, "chuishao report", records, records, "chuishao catalogue export"]);
    assert!(lines.iter().all(|(who, ..)| who.starts_with("console:")), "{lines:?}");
    let words: Vec<&str> = lines.iter().map(|(.., words)| words.as_str()).collect();
    assert_eq!(words[0], format!("导出一案一档：工单 {id}，决定记录 0 条"));
    assert!(words[1].starts_with("导出 CSV：滞留分析") && words[1].ends_with(" 行"), "{words:?}");
    assert_eq!(words[3], "导出决定记录：2024-06-01 至 2024-06-30，0 条");
    // A file that is there already stays, and nothing leaves.
    let again = chuishao(&[&["decisions", "export", "--rule", "x", "--database", &database][..], &days].concat()).await;
    assert!(!again.success && left(&server).await.len() == lines.len(), "{again:?}");
    server.finish().await;
}
