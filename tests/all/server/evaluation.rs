//! The evaluation over HTTP: both sides of a ticket scored by the clock, once; appeals that hold
//! the archive; what is taken out; sheets that were published and come out the same again.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer, at};
use super::story::{REVIEWER, dispatched, handled, noise, road_in_anqiu};
use chuishao_domain::evaluation::appeal::Appeal;
use chuishao_domain::evaluation::subject::Subject;
use chuishao_domain::ids::TicketId;
use chuishao_server::evaluation_desk::EvaluationReceipt;
use chuishao_server::settlement;
use chuishao_server::store::Kind;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

on_both!(
    one_ticket_is_scored_on_both_sides_and_once,
    a_city_direct_ticket_scores_the_department_alone,
    an_open_appeal_holds_the_archive_and_an_upheld_one_reverses_both_sides,
    an_appeal_holds_the_archive_though_the_server_died_before_the_ticket_was_told,
    what_may_not_be_appealed_is_said,
    what_is_taken_out_is_reversed_and_not_judged,
    a_published_sheet_comes_out_the_same_whatever_happened_since,
    a_month_that_runs_is_laid_beside_as_many_days,
    a_line_leads_back_to_its_tickets,
    peers_stand_beside_their_own_kind,
    a_lost_side_and_an_altered_sheet_are_named
);

const ANQIU_OFFICE: &str = "unit-clerk:370784-ZF";
const OFFICE: &str = "hotline-office:0002";
const BUREAU: &str = "370784-ZJ";

fn post(server: &TestServer, path: &str, actor: &str, body: &Value) -> RequestBuilder {
    server.post(&format!("/v1/evaluation/{path}")).header("chuishao-actor", actor).json(body)
}

async fn done(server: &TestServer, path: &str, actor: &str, body: Value) -> EvaluationReceipt {
    let answer = Answer::to(post(server, path, actor, &body)).await;
    assert!(answer.status < 300, "{body}: {answer:?}");
    answer.read()
}

async fn refused(server: &TestServer, path: &str, actor: &str, body: Value) -> (u16, String) {
    Answer::to(post(server, path, actor, &body)).await.refusal()
}

/// A road in 安丘, repaired at once to the caller's content.
async fn good_road(server: &TestServer, unit: &str) -> TicketId {
    let id = dispatched(server, &road_in_anqiu(), unit).await;
    handled(server, &id, unit, true).await;
    id
}

/// The same, reported back a week after its time: one score for it and one against it.
async fn late_road(server: &TestServer) -> TicketId {
    let id = dispatched(server, &road_in_anqiu(), BUREAU).await;
    server.move_clock("2024-07-10T10:00").await;
    handled(server, &id, BUREAU, true).await;
    server.move_clock("2024-07-11T00:30").await;
    id
}

/// Item, subject, points and whether it is a reversal of each entry of a ticket's ledger.
async fn ledger(server: &TestServer, id: &TicketId) -> Vec<(String, String, i64, bool)> {
    let answer: Value = server.read(&format!("/v1/evaluation/ledger/{id}")).await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let entry = |score: &Value| {
        let points = score["points"].as_i64().expect("points");
        (text(&score["item"]), text(&score["subject"]["id"]), points, !score["reversal"].is_null())
    };
    let mut entries: Vec<_> = answer["scores"].as_array().expect("a list").iter().map(entry).collect();
    entries.sort();
    entries
}

fn entry(item: &str, subject: &str, points: i64, reversal: bool) -> (String, String, i64, bool) {
    (item.into(), subject.into(), points, reversal)
}

async fn sheet(server: &TestServer, subject: &str, period: &str) -> Value {
    server.read(&format!("/v1/evaluation/sheets/{subject}?period={period}")).await
}

fn late_pair(id: &TicketId) -> String {
    format!("minus-closed-late|{id}|2024-06|WF-2024")
}

async fn one_ticket_is_scored_on_both_sides_and_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = good_road(&server, BUREAU).await;
    assert_eq!(ledger(&server, &id).await, [], "a night has to pass");
    server.move_clock("2024-06-26T00:30").await;
    let both = [entry("plus-solved-at-first", "370784", 2, false), entry("plus-solved-at-first", "WF-ZJ", 1, false)];
    assert_eq!(ledger(&server, &id).await, both);

    // Another night, and two servers in the same one, add nothing.
    server.move_clock("2024-06-27T00:30").await;
    Raw::open(server.database()).await.execute("delete from score_settlement").await;
    let (one, other) = tokio::join!(settlement::nightly(server.desk()), settlement::nightly(server.desk()));
    one.and(other).expect("the database answers");
    assert_eq!(ledger(&server, &id).await, both);
    let nights = Raw::open(server.database()).await.texts("select day from score_settlement").await;
    assert_eq!(nights, ["2024-06-27"]);
    // As a server leaves it that dies half-way: the rest is scored, and nothing twice.
    let second = good_road(&server, BUREAU).await;
    Raw::open(server.database()).await.execute("delete from score_settlement").await;
    settlement::nightly(server.desk()).await.expect("the database answers");
    assert_eq!((ledger(&server, &id).await.len(), ledger(&server, &second).await.len()), (2, 2));

    let (territory, department) = (sheet(&server, "370784", "2024-06").await, sheet(&server, "WF-ZJ", "2024-06").await);
    assert_eq!((&territory["balance"], &department["balance"]), (&json!(4), &json!(2)));
    assert_eq!(territory["name"], "安丘市");
    assert_eq!(territory["counts"]["tally"]["solved_at_first"], 2);
    // The first copy's day is over; the second's is not.
    assert_eq!(department["counts"]["copies_signed_in_time"], json!({ "part": 0, "whole": 1 }));
    assert_eq!(sheet(&server, "370784", "2024-05").await["counts"]["tally"]["received"], 0);
    server.finish().await;
}

async fn a_city_direct_ticket_scores_the_department_alone(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = good_road(&server, "WF-ZJ").await;
    server.move_clock("2024-06-26T00:30").await;
    assert_eq!(ledger(&server, &id).await, [entry("plus-solved-at-first", "WF-ZJ", 1, false)]);
    let answer: Value = server.read(&format!("/v1/evaluation/ledger/{id}")).await;
    assert_eq!(answer["scores"][0]["exemption"], "city-direct");
    assert_eq!(sheet(&server, "370784", "2024-06").await["counts"]["tally"]["received"], 0);
    assert_eq!(sheet(&server, "WF-ZJ", "2024-06").await["counts"]["tally"]["received"], 1);
    server.finish().await;
}

async fn an_open_appeal_holds_the_archive_and_an_upheld_one_reverses_both_sides(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = late_road(&server).await;
    let lodged = json!({ "pair": late_pair(&id), "reason": "延误系连续暴雨停工所致，附气象证明" });
    let keyed = || post(&server, "appeals", ANQIU_OFFICE, &lodged).header("idempotency-key", "appeal-1");
    let receipt: EvaluationReceipt = Answer::to(keyed()).await.read();
    assert_eq!(Answer::to(keyed()).await.read::<EvaluationReceipt>(), receipt, "the same receipt");
    assert_eq!(server.ticket(&id).await["closure"]["appeal_open"], true);
    assert_eq!(refused(&server, "appeals", ANQIU_OFFICE, lodged.clone()).await, (422, "appealed-before".into()));
    server.move_clock("2024-08-01T09:00").await;
    assert_eq!(server.ticket(&id).await["closure"]["archived"], false, "a week is long over");
    let waiting: Value = server.read("/v1/evaluation/appeals?open=true").await;
    assert_eq!(waiting["appeals"][0]["id"], receipt.id);

    let ruling = format!("appeals/{}/ruling", receipt.id);
    let upheld = json!({ "upheld": true, "opinion": "气象证明属实" });
    assert_eq!(refused(&server, &ruling, ANQIU_OFFICE, upheld.clone()).await, (403, "not-entitled".into()));
    done(&server, &ruling, REVIEWER, upheld.clone()).await;
    assert_eq!(refused(&server, &ruling, REVIEWER, upheld.clone()).await, (422, "appeal-decided".into()));
    let late = "minus-closed-late";
    let expected = [
        entry(late, "370784", -5, false),
        entry(late, "370784", 5, true),
        entry(late, "WF-ZJ", -3, false),
        entry(late, "WF-ZJ", 3, true),
        entry("plus-solved-at-first", "370784", 2, false),
        entry("plus-solved-at-first", "WF-ZJ", 1, false),
    ];
    assert_eq!(ledger(&server, &id).await, expected);
    server.move_clock("2024-08-02T00:30").await;
    assert_eq!(ledger(&server, &id).await, expected, "what was undone does not come back by night");
    assert_eq!(sheet(&server, "370784", "2024-06").await["balance"], 2);
    assert_eq!(server.ticket(&id).await["closure"]["archived"], true);
    assert_eq!(refused(&server, "appeals/SS-9999/ruling", REVIEWER, upheld).await, (404, "no-appeal".into()));
    server.finish().await;
}

async fn an_appeal_holds_the_archive_though_the_server_died_before_the_ticket_was_told(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = late_road(&server).await;
    // As a server leaves it that dies right after its transaction.
    let appeal = Appeal {
        id: "SS-0001".into(),
        pair: serde_json::from_value(json!(late_pair(&id))).expect("a pair"),
        ticket: id.clone(),
        subject: Subject::Territory("370784".into()),
        reason: "延误系连续暴雨停工所致".into(),
        lodged_at: at("2024-07-11T00:30"),
        ruling: None,
    };
    server.desk().store.lodge_appeal(&appeal, None).await.expect("written");
    let server = server.restart("2024-07-11T00:40").await;
    server.move_clock("2024-08-01T09:00").await;
    let closure = server.ticket(&id).await["closure"].clone();
    assert_eq!((&closure["appeal_open"], &closure["archived"]), (&json!(true), &json!(false)));
    done(&server, "appeals/SS-0001/ruling", REVIEWER, json!({ "upheld": false, "opinion": "停工未报备" })).await;
    server.move_clock("2024-08-01T09:01").await;
    assert_eq!(server.ticket(&id).await["closure"]["archived"], true);
    assert!(ledger(&server, &id).await.iter().all(|(_, _, _, reversal)| !reversal), "it was not upheld");
    server.finish().await;
}

async fn what_may_not_be_appealed_is_said(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = late_road(&server).await;
    let lodge = |pair: String, reason: &str| json!({ "pair": pair, "reason": reason });
    for (actor, body, code) in [
        (ANQIU_OFFICE, lodge("minus-unsolved|x|2024-06|WF-2024".into(), "没有此事"), "no-such-score"),
        ("unit-clerk:370705-ZF", lodge(late_pair(&id), "不是本区的工单"), "not-the-assessed"),
    ] {
        assert_eq!(refused(&server, "appeals", actor, body).await, (422, code.into()));
    }
    let by_reviewer = refused(&server, "appeals", REVIEWER, lodge(late_pair(&id), "审核员不能申诉")).await;
    assert_eq!(by_reviewer, (403, "not-entitled".into()));
    // 5 working days from Thursday 11 July, the day on which it came into the ledger.
    server.move_clock("2024-07-19T09:00").await;
    let late = refused(&server, "appeals", ANQIU_OFFICE, lodge(late_pair(&id), "迟到的申诉")).await;
    assert_eq!(late, (422, "appeal-too-late".into()));
    // No person moves the mark by hand.
    let by_hand = Answer::to(server.command(&id, REVIEWER, &json!({ "command": "mark-appeal", "open": true }))).await;
    assert_eq!(by_hand.refusal(), (400, "bad-body".into()));
    server.finish().await;
}

async fn what_is_taken_out_is_reversed_and_not_judged(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = late_road(&server).await;
    let out = json!({ "ticket": id, "ground": "force-majeure", "reason": "暴雨红色预警期间停工" });
    assert_eq!(refused(&server, "exclusions", ANQIU_OFFICE, out.clone()).await, (403, "not-entitled".into()));
    done(&server, "exclusions", OFFICE, out.clone()).await;
    assert_eq!(refused(&server, "exclusions", OFFICE, out).await, (422, "excluded-before".into()));
    server.move_clock("2024-07-12T00:30").await;
    let entries = ledger(&server, &id).await;
    assert_eq!(entries.iter().filter(|(_, _, _, reversal)| *reversal).count(), 4, "{entries:?}");
    let sheet = sheet(&server, "370784", "2024-06").await;
    assert_eq!((&sheet["balance"], &sheet["counts"]["tally"]["received"]), (&json!(0), &json!(1)));
    assert_eq!(sheet["counts"]["excluded"], json!({ "force-majeure": 1 }));
    assert_eq!(sheet["counts"]["closed_in_time"], json!({ "part": 0, "whole": 0 }));
    let list: Value = server.read("/v1/evaluation/exclusions").await;
    assert_eq!((&list["exclusions"][0]["ticket"], &list["exclusions"][0]["officer"]), (&json!(id), &json!("0002")));
    server.finish().await;
}

async fn a_published_sheet_comes_out_the_same_whatever_happened_since(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let month = json!({ "period": "2024-06" });
    assert_eq!(refused(&server, "publications", OFFICE, month.clone()).await, (422, "period-not-over".into()));
    let id = late_road(&server).await;
    assert_eq!(refused(&server, "publications", REVIEWER, month.clone()).await, (403, "not-entitled".into()));
    done(&server, "publications", OFFICE, month.clone()).await;
    let address = "/v1/evaluation/publications/2024-06/370784";
    let first: Value = server.read(address).await;
    assert_eq!((&first["same"], &first["published"]["sheet"]["balance"]), (&json!(true), &json!(-3)));
    let out = json!({ "ticket": id, "ground": "force-majeure", "reason": "暴雨红色预警期间停工" });
    done(&server, "exclusions", OFFICE, out).await;
    server.move_clock("2024-07-12T00:30").await;
    assert_eq!(sheet(&server, "370784", "2024-06").await["balance"], 0, "today it is another");
    assert_eq!(server.read::<Value>(address).await, first, "what was published is what it was");
    done(&server, "publications", OFFICE, month).await;
    let second: Value = server.read(address).await;
    assert_eq!((&second["published"]["number"], &second["published"]["sheet"]["balance"]), (&json!(2), &json!(0)));
    assert_eq!(second["same"], true);
    let all: Vec<Value> = server.read("/v1/evaluation/publications?period=2024-06").await;
    let of_anqiu = all.iter().filter(|one| one["sheet"]["subject"]["id"] == "370784");
    assert_eq!(of_anqiu.count(), 2, "the first one stays");
    server.finish().await;
}

/// Beside a whole month, one that has just begun would look like a fall, and full marks.
async fn a_month_that_runs_is_laid_beside_as_many_days(on: Kind) {
    let server = TestServer::start(on, &[], "2024-05-03T09:00").await;
    for (moved_to, count) in [("2024-05-03T09:01", 3), ("2024-05-20T09:00", 5), ("2024-06-03T09:00", 2)] {
        server.move_clock(moved_to).await;
        for _ in 0..count {
            server.register(&noise("370784", "汶水小区")).await;
        }
    }
    for (moved_to, now, before) in [("2024-06-03T23:00", 0, 0), ("2024-06-04T09:00", 2, 3), ("2024-07-01T09:00", 2, 8)]
    {
        server.move_clock(moved_to).await;
        let sheet = sheet(&server, "370784", "2024-06").await;
        assert_eq!(sheet["counts"]["like_matters"], json!({ "now": now, "before": before }), "{moved_to}");
    }
    server.finish().await;
}

async fn a_line_leads_back_to_its_tickets(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let (good, late) = (good_road(&server, BUREAU).await, late_road(&server).await);
    let sheet = sheet(&server, "370784", "2024-06").await;
    let ways = sheet["ways"].as_array().expect("a list");
    let way = ways.iter().find(|way| way["indicator"] == "closed-in-time-rate").expect("the line");
    assert_eq!((&way["name"], &way["shown"]), (&json!("按时办结率"), &json!("50.00%")));
    let found: Value = server.read(way["tickets"].as_str().expect("a way")).await;
    let part = |ticket: &TicketId, part: u64| json!({ "ticket": ticket, "part": part, "whole": 1 });
    assert_eq!(found["tickets"], json!([part(&good, 1), part(&late, 0)]));
    for (path, refusal) in [
        ("sheets/370784?period=2024-Q2", (422, "not-a-month".into())),
        ("sheets/370784?period=六月", (422, "no-such-period".into())),
        ("sheets/WF?period=2024-06", (404, "no-such-subject".into())),
        ("sheets/370784", (400, "bad-request".into())),
        ("sheets/%FF?period=2024-06", (400, "bad-request".into())),
        ("sheets/370784?period=2019-06", (422, "no-rules-in-force".into())),
        ("publications/2024-06/370784", (404, "not-found".into())),
    ] {
        assert_eq!(Answer::to(server.get(&format!("/v1/evaluation/{path}"))).await.refusal(), refusal, "{path}");
    }
    server.finish().await;
}

async fn peers_stand_beside_their_own_kind(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    good_road(&server, BUREAU).await;
    let groups: Vec<Value> = server.read("/v1/evaluation/peer-groups?period=2024-06").await;
    let of = |kind: &str| groups.iter().find(|group| group["kind"] == kind).expect("a group");
    let counties = of("county")["peers"].as_array().expect("a list");
    let ids: Vec<_> = counties.iter().map(|peer| peer["subject"]["id"].as_str().expect("an id")).collect();
    assert!(ids.is_sorted(), "by id, never by score: {ids:?}");
    let anqiu = counties.iter().find(|peer| peer["subject"]["id"] == "370784").expect("安丘 is a county-level city");
    assert_eq!(anqiu["grade"], "一档");
    assert!(of("department")["peers"].as_array().is_some_and(|peers| peers.len() > 5));

    // Who is assessed sees others as they were published, and before that not at all.
    let as_a_unit = async || {
        let asked = server.get("/v1/evaluation/peer-groups?period=2024-06");
        let groups = Answer::to(asked.header("chuishao-actor", "unit-clerk:370705-GA")).await.read::<Vec<Value>>();
        groups.iter().map(|group| group["peers"].as_array().map_or(0, Vec::len)).sum::<usize>()
    };
    assert_eq!(as_a_unit().await, 0);
    server.move_clock("2024-07-02T09:00").await;
    done(&server, "publications", OFFICE, json!({ "period": "2024-06" })).await;
    assert!(as_a_unit().await > 5);
    server.finish().await;
}

async fn a_lost_side_and_an_altered_sheet_are_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:00").await;
    let id = late_road(&server).await;
    done(&server, "publications", OFFICE, json!({ "period": "2024-06" })).await;
    let mut raw = Raw::open(server.database()).await;
    let lost = "delete from score_event where subject = 'territory:370784' and pair like 'minus-closed-late|%'";
    assert_eq!(raw.execute(lost).await, 1);
    let altered = "update score_publication set document = replace(document, '\"balance\":-3', '\"balance\":3') \
                   where subject = 'territory:370784'";
    assert_eq!(raw.execute(altered).await, 1);
    let late = "update outcome set close_done = close_due where territory = '370784'";
    assert_eq!(raw.execute(late).await, 1);
    let store = &server.desk().store;
    assert_eq!(store.verify_scores().await.expect("it answers"), [late_pair(&id)]);
    let sheets = store.verify_publications(&server.desk().rule_sets).await.expect("it answers");
    assert_eq!(sheets, ["2024-06 territory:370784 第1次"]);
    let faults = store.verify(|_| ()).await.expect("it answers").faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    server.finish_spoilt().await;
}
