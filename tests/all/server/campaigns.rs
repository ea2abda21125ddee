//! Campaigns over HTTP: a life from launch to end, what is refused, the trend of the domains year
//! on year from registered tickets, files that no spreadsheet calculates; and the thresholds of hot
//! topics, changed and kept.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer};
use super::story::{matter, noise};
use chuishao_server::store::Kind;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

on_both!(
    a_campaign_lives_from_launch_to_end,
    two_launches_at_once_make_one,
    a_launch_that_is_repeated_is_answered_as_it_was,
    the_trend_adds_up_and_small_bases_are_said,
    thresholds_are_changed_with_a_reason_and_kept
);

const OFFICE: &str = "hotline-office:0002";
const CITY_GA: &str = "department-supervisor:WF-GA";
const TITLE: &str = "集中投诉事项十大领域百日攻坚行动";

fn launch(server: &TestServer, actor: &str, title: &str, starts_on: &str) -> RequestBuilder {
    let body = json!({ "title": title, "starts_on": starts_on });
    server.post("/v1/campaigns").header("chuishao-actor", actor).json(&body)
}

fn command(server: &TestServer, id: &str, actor: &str, body: &Value) -> RequestBuilder {
    server.post(&format!("/v1/campaigns/{id}/commands")).header("chuishao-actor", actor).json(body)
}

async fn done(request: RequestBuilder, status: u16) -> Value {
    let answer = Answer::to(request).await;
    assert_eq!(answer.status, status, "{answer:?}");
    answer.read()
}

async fn refused(request: RequestBuilder) -> (u16, String) {
    Answer::to(request).await.refusal()
}

fn lead(domain: u8, department: &str) -> Value {
    json!({ "command": "name-lead", "domain": domain, "department": department })
}

async fn a_campaign_lives_from_launch_to_end(on: Kind) {
    let server = TestServer::start(on, &[], "2024-08-20T09:00").await;
    assert_eq!(refused(launch(&server, CITY_GA, TITLE, "2024-09-01")).await, (403, "not-entitled".into()));
    assert_eq!(refused(launch(&server, OFFICE, TITLE, "2024-08-19")).await, (422, "date-not-ahead".into()));
    let launched = done(launch(&server, OFFICE, TITLE, "2024-09-01"), 201).await;
    assert_eq!(launched["campaign"], "GJ20240901");
    let id = "GJ20240901";
    assert_eq!(refused(launch(&server, OFFICE, TITLE, "2024-12-09")).await, (422, "campaign-overlaps".into()));
    assert_eq!(refused(launch(&server, OFFICE, TITLE, "2024-09-01")).await, (422, "campaign-overlaps".into()));

    for domain in 1..=10 {
        done(command(&server, id, OFFICE, &lead(domain, if domain == 2 { "WF-GA" } else { "WF-RS" })), 200).await;
    }
    let early = command(&server, id, OFFICE, &lead(3, "WF-CG")).header("if-match", "\"4\"");
    assert_eq!(refused(early).await, (412, "another-version".into()));
    let progress = |domain: u8| json!({ "command": "record-progress", "domain": domain, "words": "夜间巡查 312 次" });
    assert_eq!(refused(command(&server, id, CITY_GA, &progress(2))).await, (422, "not-begun".into()));
    let trend = server.get(&format!("/v1/campaigns/{id}/trend"));
    assert_eq!(refused(trend).await, (422, "not-begun".into()));
    server.move_clock("2024-09-02T09:00").await;
    assert_eq!(refused(command(&server, id, CITY_GA, &progress(1))).await, (403, "not-entitled".into()));
    done(command(&server, id, CITY_GA, &progress(2)), 200).await;
    let wind_up = json!({ "command": "wind-up", "summary": "十大领域诉求均呈下降趋势" });
    assert_eq!(refused(command(&server, id, OFFICE, &wind_up)).await, (422, "not-over".into()));
    server.move_clock("2024-12-10T09:00").await;
    let said = done(command(&server, id, OFFICE, &wind_up), 200).await;
    assert_eq!((&said["version"], &said["happened"]), (&json!(13), &json!("总结：十大领域诉求均呈下降趋势")));

    let server = server.restart("2024-12-10T09:01").await;
    let campaign: Value = server.read(&format!("/v1/campaigns/{id}")).await;
    assert_eq!((&campaign["leads"]["2"], &campaign["progress"]["2"]), (&json!("WF-GA"), &json!(1)));
    assert_eq!((&campaign["wound_up"], &campaign["version"]), (&json!(true), &json!(13)));
    let list: Vec<Value> = server.read("/v1/campaigns").await;
    assert_eq!(list, [campaign]);
    let timeline: Vec<Value> = server.read(&format!("/v1/campaigns/{id}/timeline")).await;
    assert_eq!(timeline.len(), 13);
    assert_eq!(timeline[2]["what"], "明确领域「治安管理和案件处理」由 市公安局 牵头");
    done(launch(&server, OFFICE, "第二次攻坚行动", "2024-12-10"), 201).await;
    let ids: Vec<Value> = server.read("/v1/campaigns").await;
    assert_eq!(ids.iter().map(|of| &of["id"]).collect::<Vec<_>>(), ["GJ20240901", "GJ20241210"]);

    for path in ["", "/timeline", "/trend"] {
        let answer = Answer::to(server.get(&format!("/v1/campaigns/GJ19990101{path}"))).await;
        assert_eq!(answer.refusal(), (404, "not-found".into()), "{path}");
    }
    assert_eq!(refused(command(&server, "GJ19990101", OFFICE, &wind_up)).await, (404, "no-campaign".into()));
    let relaunched = json!({ "command": "launch", "title": TITLE, "starts_on": "2025-06-01" });
    assert_eq!(refused(command(&server, "GJ20250601", OFFICE, &relaunched)).await, (404, "no-campaign".into()));
    assert_eq!(refused(command(&server, id, OFFICE, &json!({ "command": "end" }))).await, (400, "bad-body".into()));
    let colour = Answer::to(server.get(&format!("/v1/campaigns/{id}/trend?format=pdf"))).await;
    assert_eq!(colour.refusal(), (400, "bad-request".into()));
    server.finish().await;
}

async fn two_launches_at_once_make_one(on: Kind) {
    let server = TestServer::start(on, &[], "2024-08-20T09:00").await;
    let days = ["2024-09-01", "2024-09-02", "2024-09-03", "2024-10-01"];
    let mut tries = tokio::task::JoinSet::new();
    for day in days {
        tries.spawn(Answer::to(launch(&server, OFFICE, TITLE, day)));
    }
    let answers = tries.join_all().await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.refusal(), (422, "campaign-overlaps".into()));
    }
    let list: Vec<Value> = server.read("/v1/campaigns").await;
    assert_eq!(list.len(), 1);
    server.finish().await;
}

async fn a_launch_that_is_repeated_is_answered_as_it_was(on: Kind) {
    let server = TestServer::start(on, &[], "2024-08-20T09:00").await;
    let keyed = |title: &str| launch(&server, OFFICE, title, "2024-09-01").header("idempotency-key", "launch-1");
    let first = done(keyed(TITLE), 201).await;
    assert_eq!(done(keyed(TITLE), 201).await, first);
    assert_eq!(refused(keyed("另一次攻坚行动")).await, (422, "key-of-another".into()));
    let keyed = || command(&server, "GJ20240901", OFFICE, &lead(1, "WF-RS")).header("idempotency-key", "lead-1");
    let named = done(keyed(), 200).await;
    assert_eq!((done(keyed(), 200).await, &named["version"]), (named.clone(), &json!(2)));
    let mut raw = Raw::open(server.database()).await;
    assert_eq!(raw.number("select count(*) from campaign_event").await, 2);
    server.finish().await;
}

async fn registered(server: &TestServer, count: usize, registration: &Value) {
    for _ in 0..count {
        server.register(registration).await;
    }
}

/// Wages are the first domain, noise the ninth. Of the year before: 29 and 40, and one of heating.
async fn the_trend_adds_up_and_small_bases_are_said(on: Kind) {
    let server = TestServer::start(on, &[], "2024-08-31T23:50").await;
    let wages = matter("complaint", "0501", "370784", "汶水小区");
    // The day before the first of the hundred is none of them.
    registered(&server, 2, &noise("370705", "胜利新村")).await;
    server.move_clock("2024-09-01T00:00").await;
    registered(&server, 40, &noise("370705", "胜利新村")).await;
    registered(&server, 29, &wages).await;
    server.move_clock("2024-09-02T23:59").await;
    registered(&server, 1, &matter("help", "0104", "370705", "虞河花园")).await;
    // After as many days as the campaign has run: not compared with.
    server.move_clock("2024-09-03T00:00").await;
    registered(&server, 5, &wages).await;

    server.move_clock("2025-09-01T08:00").await;
    done(launch(&server, OFFICE, "=1+1行动", "2025-09-01"), 201).await;
    registered(&server, 30, &noise("370784", "汶水小区")).await;
    // On the first morning everything would seem to have fallen.
    assert_eq!(refused(server.get("/v1/campaigns/GJ20250901/trend")).await, (422, "not-begun".into()));
    server.move_clock("2025-09-02T08:00").await;
    registered(&server, 60, &wages).await;
    let first: Value = server.read("/v1/campaigns/GJ20250901/trend").await;
    assert_eq!(first["period"], "2025-09-01 至 2025-09-01", "today is not over");
    let of_noise = &first["tables"][0]["rows"][8];
    assert_eq!((&of_noise["now"], &of_noise["before"]), (&json!(30), &json!(40)));
    let september = "/v1/reports/high-frequency?period=2025-09";
    let running: Value = server.read(september).await;
    assert_eq!(running["period"], "2025-09-01 至 2025-09-01");
    assert!(running["notes"].to_string().contains("统计到 2025-09-01（最近一个整日）"), "{running}");
    assert_eq!(running["tables"][0]["rows"].as_array().and_then(|rows| rows.last()).expect("a sum")["before"], 69);
    server.move_clock("2025-09-03T00:00").await;
    let running: Value = server.read(september).await;
    let sum = running["tables"][0]["rows"].as_array().and_then(|rows| rows.last()).expect("a sum");
    assert_eq!((&sum["now"], &sum["before"]), (&json!(90), &json!(70)), "not the five of the day after");
    assert_eq!(refused(server.get("/v1/reports/high-frequency?period=2025-10")).await, (422, "not-begun".into()));
    done(command(&server, "GJ20250901", OFFICE, &lead(1, "WF-RS")), 200).await;

    let report: Value = server.read("/v1/campaigns/GJ20250901/trend").await;
    assert_eq!(report["period"], "2025-09-01 至 2025-09-02");
    let rows = report["tables"][0]["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 10 + 3);
    let figures = |row: &Value| json!([row["now"], row["before"], row["change"], row["remark"]]);
    assert_eq!(figures(&rows[0]), json!([60, 29, null, "基数过小"]), "29 carry no percentage");
    assert_eq!(figures(&rows[8]), json!([30, 40, -2500, "降幅较大"]));
    assert_eq!((&rows[0]["lead"], &rows[8]["lead"]), (&json!("市人社局"), &json!("未明确")));
    // 30 of 90 after 40 of 70, and 60 of 90 after 29 of 70.
    assert_eq!((&rows[8]["share_change"], &rows[0]["share_change"]), (&json!(-2381), &json!(2524)));
    let (total, parts) = rows.split_last().expect("a total");
    for key in ["now", "before"] {
        let sum: i64 = parts.iter().map(|row| row[key].as_i64().expect("a number")).sum();
        assert_eq!(json!(sum), total[key], "{key}");
    }
    assert_eq!((&total["now"], &total["before"]), (&json!(90), &json!(70)));

    // The same guard where what comes up most is compared, with a base that the office sets.
    let frequency = "/v1/reports/high-frequency?from=2025-09-01&to=2025-09-02";
    let growth = |report: &Value, group: &str| -> Value {
        let rows = report["tables"][0]["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["group"] == group).expect("a line");
        json!([row["now"], row["before"], row["growth"], row["remark"]])
    };
    let report: Value = server.read(frequency).await;
    assert_eq!(growth(&report, "0301"), json!([30, 40, -2500, ""]));
    assert_eq!(growth(&report, "0501"), json!([60, 29, null, "基数过小"]));
    let change = json!({ "settings": { "frequent": { "least_base": 29 } }, "reason": "县域件数少，基数相应降低" });
    done(server.post("/v1/topics/thresholds").header("chuishao-actor", OFFICE).json(&change), 200).await;
    let report: Value = server.read(frequency).await;
    assert_eq!(growth(&report, "0501"), json!([60, 29, 10_690, ""]));

    let csv = Answer::to(server.get("/v1/campaigns/GJ20250901/trend?format=csv")).await;
    assert!(csv.text.contains("\n报表,'=1+1行动成效\r\n"), "nothing is calculated: {}", csv.text);
    assert!(csv.text.contains(",30,40,-25.00,-23.81,0,降幅较大\r\n"), "numbers stay numbers: {}", csv.text);
    server.finish().await;
}

async fn thresholds_are_changed_with_a_reason_and_kept(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T08:00").await;
    registered(&server, 4, &noise("370705", "胜利新村")).await;
    let candidates: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-05").await;
    assert_eq!(candidates, Vec::<Value>::new());
    let before: Value = server.read("/v1/topics/thresholds").await;
    assert_eq!((&before["current"], &before["history"]), (&before["default"], &json!([])));

    let change =
        |one_place: u64, reason: &str| json!({ "settings": { "hot": { "one_place": one_place } }, "reason": reason });
    let post =
        |actor: &str, body: &Value| server.post("/v1/topics/thresholds").header("chuishao-actor", actor).json(body);
    let lower = change(4, "旧城小区小，四件即成热点");
    for (actor, body, refusal) in [
        ("dispatcher:0007", &lower, (403, "not-entitled")),
        (OFFICE, &change(4, " "), (422, "words-missing")),
        (OFFICE, &change(0, "一律列入"), (422, "threshold-out-of-range")),
        (OFFICE, &change(10, "照旧"), (422, "nothing-changes")),
        (OFFICE, &json!({ "settings": { "hot": { "colour": 1 } }, "reason": "试" }), (400, "bad-body")),
    ] {
        assert_eq!(refused(post(actor, body)).await, (refusal.0, refusal.1.into()), "{body}");
    }
    let keyed = || post(OFFICE, &lower).header("idempotency-key", "thresholds-1");
    let first = done(keyed(), 200).await;
    assert_eq!((done(keyed(), 200).await, &first["version"]), (first.clone(), &json!(1)));
    let candidates: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-05").await;
    assert_eq!(candidates.len(), 1, "what was four is hot now");

    let server = server.restart("2024-11-05T09:00").await;
    let after: Value = server.read("/v1/topics/thresholds").await;
    assert_eq!(after["current"]["hot"]["one_place"], 4);
    assert_eq!(after["default"], before["default"]);
    let history = after["history"].as_array().expect("a list");
    assert_eq!(history.len(), 1);
    assert_eq!((&history[0]["reason"], &history[0]["by"]["number"]), (&lower["reason"], &json!("0002")));
    server.finish().await;
}
