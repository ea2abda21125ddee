//! Topics over HTTP: a life from a candidate to its end, what is refused, versions and keys,
//! pages, hot topics and the monthly list from registered tickets, the clock.

use super::databases::{Raw, on_both};
use super::harness::{Answer, TestServer};
use super::story::{CALL_TAKER, matter, noise};
use chuishao_server::store::Kind;
use chuishao_server::topic_desk::TopicReceipt;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::sync::Arc;

on_both!(
    a_topic_lives_from_candidate_to_closed,
    the_monthly_discussion_needs_an_opinion_its_convener_and_two_units,
    a_subject_that_is_open_is_not_proposed_again,
    two_proposals_of_one_subject_at_once_make_one_topic,
    a_command_is_for_the_version_that_was_read,
    a_repeated_request_gets_the_same_receipt,
    what_is_late_is_said_at_its_own_moment,
    pages_hold_every_open_topic_once,
    hot_topics_come_of_registered_tickets,
    the_monthly_list_comes_of_registered_tickets,
    what_cannot_be_read_is_said,
    a_topic_that_is_not_its_events_is_named
);

const HOTLINE: &str = "hotline-office:0002";
const GOVERNMENT: &str = "government-office:0001";
const CITY_CG: &str = "department-supervisor:WF-CG";

fn draft(rung: &str, place: &str) -> Value {
    json!({
        "title": format!("{place}冬季供热不热"), "rung": rung, "origin": "suggested",
        "subject": { "category": "0104", "territory": "370705", "place": place },
        "units": ["370705-CG"], "ticket_count": 12, "reasons": ["三日内同一小区诉求 12 件"],
    })
}

fn command(server: &TestServer, id: &str, actor: &str, command: &Value) -> RequestBuilder {
    server.post(&format!("/v1/topics/{id}/commands")).header("chuishao-actor", actor).json(command)
}

fn proposal(server: &TestServer, actor: &str, draft: &Value) -> RequestBuilder {
    server.post("/v1/topics").header("chuishao-actor", actor).json(draft)
}

async fn propose(server: &TestServer, draft: &Value) -> String {
    let answer = Answer::to(proposal(server, HOTLINE, draft)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.read::<TopicReceipt>().topic.0
}

async fn act(server: &TestServer, id: &str, actor: &str, what: Value) -> TopicReceipt {
    let answer = Answer::to(command(server, id, actor, &what)).await;
    assert_eq!(answer.status, 200, "{what}: {answer:?}");
    answer.read()
}

async fn refused(server: &TestServer, id: &str, actor: &str, what: Value) -> (u16, String) {
    Answer::to(command(server, id, actor, &what)).await.refusal()
}

async fn topics(server: &TestServer, query: &str) -> Vec<Value> {
    let page: Value = server.read(&format!("/v1/topics{query}")).await;
    page["topics"].as_array().expect("a list").clone()
}

fn on_agenda(day: &str) -> Value {
    json!({ "command": "put-on-agenda", "on": day })
}

fn discussed(units: &[&str]) -> Value {
    json!({ "command": "record-discussion", "attended": units, "words": "两级城管部门会商供热保障" })
}

fn decided(unit: &str, due_on: &str) -> Value {
    json!({
        "command": "decide", "words": "更换二次管网，逐户测温",
        "measures": [{ "unit": unit, "what": "更换虞河花园二次管网", "due_on": due_on }],
    })
}

async fn a_topic_lives_from_candidate_to_closed(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let id = propose(&server, &draft("daily-discussion", "虞河花园")).await;
    assert_eq!(id, "YT20241105-001");
    assert_eq!(topics(&server, "?rung=daily-discussion").await.len(), 1);
    assert_eq!(topics(&server, "?rung=special-study").await.len(), 0);
    act(&server, &id, HOTLINE, on_agenda("2024-11-05")).await;
    act(&server, &id, HOTLINE, discussed(&["370705-CG"])).await;
    act(&server, &id, HOTLINE, json!({ "command": "escalate", "to": "special-study", "reason": "涉及市县两级" })).await;
    assert_eq!(topics(&server, "?rung=special-study").await.len(), 1);
    act(&server, &id, HOTLINE, on_agenda("2024-11-06")).await;
    server.move_clock("2024-11-06T10:00").await;
    act(&server, &id, HOTLINE, discussed(&["370705-CG", "WF-CG"])).await;
    act(&server, &id, HOTLINE, decided("370705-CG", "2024-11-15")).await;
    let early = json!({ "command": "close", "outcome": "已全部解决" });
    assert_eq!(refused(&server, &id, HOTLINE, early.clone()).await, (422, "wrong-state".into()));
    let report = json!({ "command": "report-measure", "number": 1, "result": "二次管网已更换，室温达标" });
    assert_eq!(refused(&server, &id, "unit-clerk:370705-ZJ", report.clone()).await.0, 422);
    act(&server, &id, "unit-clerk:370705-CG", report).await;
    let closed = act(&server, &id, HOTLINE, early).await;
    assert_eq!((closed.state.as_str(), closed.rung.as_str()), ("已办结", "专题研究"));
    assert_eq!(topics(&server, "").await.len(), 0, "the list has open ones only");

    let topic: Value = server.read(&format!("/v1/topics/{id}")).await;
    assert_eq!((&topic["state"], &topic["version"]), (&json!("closed"), &json!(closed.version)));
    let lines: Vec<Value> = server.read(&format!("/v1/topics/{id}/timeline")).await;
    assert_eq!(lines.len() as u64, closed.version);
    assert_eq!(lines[0]["who"], "市12345热线受理中心 0002");
    assert!(lines[0]["what"].as_str().is_some_and(|what| what.contains("三日内同一小区诉求 12 件")), "{lines:?}");
    // Whoever has something to do was told, by the same outbox as of tickets.
    let mut raw = Raw::open(server.database()).await;
    let told = raw.texts("select to_unit from outbox where topic_id <> '' and topic = 'topic-measure'").await;
    assert_eq!(told, ["370705-CG"]);
    let again = propose(&server, &draft("daily-discussion", "虞河花园")).await;
    assert_eq!(again, "YT20241106-001", "what is closed can come up again");
    server.finish().await;
}

async fn the_monthly_discussion_needs_an_opinion_its_convener_and_two_units(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let mut alone = draft("monthly-discussion", "");
    alone["units"] = json!([]);
    let id = propose(&server, &alone).await;
    let agenda = on_agenda("2024-11-20");
    assert_eq!(refused(&server, &id, HOTLINE, agenda.clone()).await, (403, "not-entitled".into()));
    assert_eq!(refused(&server, &id, CALL_TAKER, agenda.clone()).await, (403, "not-entitled".into()));
    assert_eq!(refused(&server, &id, GOVERNMENT, agenda.clone()).await, (422, "opinion-needed".into()));
    let opinion = json!({ "command": "write-opinion", "words": "老旧管网须分三年改造，短期内难以解决" });
    let stranger = "department-supervisor:WF-GA";
    assert_eq!(refused(&server, &id, stranger, opinion.clone()).await, (403, "not-entitled".into()));
    act(&server, &id, CITY_CG, opinion).await;
    assert_eq!(refused(&server, &id, GOVERNMENT, agenda.clone()).await, (422, "several-units-needed".into()));
    act(&server, &id, GOVERNMENT, json!({ "command": "name-units", "units": ["WF-ZJ"] })).await;
    let receipt = act(&server, &id, GOVERNMENT, agenda).await;
    assert_eq!(receipt.state, "已列入议程");
    server.finish().await;
}

async fn a_subject_that_is_open_is_not_proposed_again(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let id = propose(&server, &draft("daily-discussion", "虞河花园")).await;
    let again = Answer::to(proposal(&server, HOTLINE, &draft("special-study", "虞河花园"))).await;
    assert_eq!(again.refusal(), (422, "subject-open".into()));
    assert!(again.text.contains(&id), "it says which: {again:?}");
    act(&server, &id, HOTLINE, json!({ "command": "decline", "reason": "供热单位已当日修复" })).await;
    assert_eq!(propose(&server, &draft("special-study", "虞河花园")).await, "YT20241105-002");
    server.finish().await;
}

async fn two_proposals_of_one_subject_at_once_make_one_topic(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let draft = draft("daily-discussion", "虞河花园");
    let one = || Answer::to(proposal(&server, HOTLINE, &draft));
    let answers = tokio::join!(one(), one(), one(), one());
    let answers = [answers.0, answers.1, answers.2, answers.3];
    let (made, others): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1, "{answers:?}");
    for other in others {
        assert_eq!(other.refusal(), (422, "subject-open".into()));
    }
    assert_eq!(topics(&server, "").await.len(), 1);
    server.finish().await;
}

async fn a_command_is_for_the_version_that_was_read(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let id = propose(&server, &draft("daily-discussion", "虞河花园")).await;
    let read = Answer::to(server.get(&format!("/v1/topics/{id}"))).await;
    let etag = read.etag.expect("an etag");
    assert_eq!(etag, "\"1\"");
    let named = |unit: &str| json!({ "command": "name-units", "units": [unit] });
    let first = command(&server, &id, HOTLINE, &named("370705-ZJ")).header("if-match", &etag);
    assert_eq!(Answer::to(first).await.read::<TopicReceipt>().version, 2);
    let second = command(&server, &id, HOTLINE, &named("370705-GA")).header("if-match", &etag);
    assert_eq!(Answer::to(second).await.refusal(), (412, "another-version".into()));
    let topic: Value = server.read(&format!("/v1/topics/{id}")).await;
    assert_eq!(topic["version"], 2, "nothing was done");

    // Without a version all of several at once are done, each on what the others made.
    let units = ["370705-GA", "370705-JT", "370705-SL", "370705-HB"];
    let commands = units.map(named);
    let of = |place: usize| Answer::to(command(&server, &id, HOTLINE, &commands[place]));
    let answers = tokio::join!(of(0), of(1), of(2), of(3));
    let known = [answers.0, answers.1, answers.2, answers.3].iter().filter(|answer| answer.status == 200).count();
    let topic: Value = server.read(&format!("/v1/topics/{id}")).await;
    assert!(known > 0 && topic["version"] == 2 + known as u64, "{topic}");
    server.finish().await;
}

async fn a_repeated_request_gets_the_same_receipt(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let draft = draft("daily-discussion", "虞河花园");
    let one = || Answer::to(proposal(&server, HOTLINE, &draft).header("idempotency-key", "yt-1"));
    let first: TopicReceipt = one().await.read();
    assert_eq!(one().await.read::<TopicReceipt>(), first);
    let units = json!({ "command": "name-units", "units": ["370705-ZJ"] });
    let other = command(&server, first.topic.as_str(), HOTLINE, &units).header("idempotency-key", "yt-1");
    assert_eq!(Answer::to(other).await.refusal(), (422, "key-of-another".into()));
    let named =
        || Answer::to(command(&server, first.topic.as_str(), HOTLINE, &units).header("idempotency-key", "yt-2"));
    let receipt: TopicReceipt = named().await.read();
    assert_eq!(named().await.read::<TopicReceipt>(), receipt, "answered as it was, not refused as done");
    assert_eq!(receipt.version, 2);
    server.finish().await;
}

async fn what_is_late_is_said_at_its_own_moment(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let id = propose(&server, &draft("daily-discussion", "虞河花园")).await;
    act(&server, &id, HOTLINE, on_agenda("2024-11-05")).await;
    act(&server, &id, HOTLINE, discussed(&["370705-CG"])).await;
    act(&server, &id, HOTLINE, decided("370705-CG", "2024-11-08")).await;
    let whistle = json!({ "command": "whistle", "units": ["370705-ZJ"], "words": "请到虞河花园会商" });
    act(&server, &id, HOTLINE, whistle).await;
    let server = server.restart("2024-11-05T09:30").await;
    server.move_clock("2024-11-20T09:00").await;
    let lines: Vec<Value> = server.read(&format!("/v1/topics/{id}/timeline")).await;
    let late: Vec<_> = lines.iter().filter(|line| line["who"] == "系统时钟").map(|line| line["at"].clone()).collect();
    assert_eq!(late, [json!("2024-11-06T09:30:00Z"), json!("2024-11-08T09:30:00Z")], "{lines:?}");
    let mut raw = Raw::open(server.database()).await;
    let told = "select distinct to_unit from outbox where topic_id <> '' and topic = 'warning' order by to_unit";
    assert_eq!(raw.texts(told).await, ["370705-CG", "370705-ZF", "370705-ZJ"], "one step up the ladder, too");
    server.finish().await;
}

async fn pages_hold_every_open_topic_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let mut ids = Vec::new();
    for number in 1..=6 {
        ids.push(propose(&server, &draft("daily-discussion", &format!("示范小区{number}期"))).await);
    }
    propose(&server, &draft("special-study", "虞河花园")).await;
    let (mut found, mut next) = (Vec::new(), String::new());
    loop {
        let page: Value = server.read(&format!("/v1/topics?rung=daily-discussion&limit=2{next}")).await;
        let topics = page["topics"].as_array().expect("a list");
        found.extend(topics.iter().map(|topic| topic["id"].as_str().expect("an id").to_owned()));
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&after={cursor}");
    }
    assert_eq!(found, ids);
    server.finish().await;
}

/// Eleven calls about noise from one estate on one day, one the day before, one elsewhere.
async fn noisy_day(on: Kind) -> TestServer {
    let server = TestServer::start(on, &[], "2024-11-04T22:00").await;
    server.register(&noise("370705", "胜利新村")).await;
    server.move_clock("2024-11-05T08:00").await;
    for _ in 0..11 {
        server.register(&noise("370705", "胜利新村")).await;
    }
    server.register(&noise("370784", "汶水小区")).await;
    server.register(&matter("help", "0201", "370784", "汶水小区")).await;
    server
}

async fn hot_topics_come_of_registered_tickets(on: Kind) {
    let server = noisy_day(on).await;
    let candidates: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-05").await;
    assert_eq!(candidates.len(), 1, "{candidates:?}");
    let hot = &candidates[0];
    assert_eq!((&hot["group"], &hot["now"], &hot["before"]), (&json!("0301"), &json!(12), &json!(1)));
    let one_place = json!([{ "reason": "one-place", "territory": "370705", "place": "胜利新村", "count": 11 }]);
    assert_eq!(hot["reasons"], one_place);
    let draft = &hot["draft"];
    assert_eq!(draft["reasons"], json!(["集中于一处：奎文区胜利新村 11 件"]));
    assert_eq!(draft["units"], json!(["370705-GA"]), "the unit of the trade where it is");
    assert_eq!(draft["tickets"].as_array().map(Vec::len), Some(11), "of that place and day alone");
    assert_eq!(hot["open_topic"], Value::Null);
    let before: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-04").await;
    assert_eq!(before, Vec::<Value>::new());

    let id = propose(&server, draft).await;
    let topic: Value = server.read(&format!("/v1/topics/{id}")).await;
    assert_eq!((&topic["origin"], &topic["ticket_count"]), (&json!("hot-topic"), &json!(11)));
    let again: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-05").await;
    assert_eq!(again[0]["open_topic"], id, "the list says that it is discussed");

    // What was made is shown as long as nothing of it changes: figures, tickets, thresholds.
    let day = "2024-11-05".parse().expect("a day");
    let kept = || server.desk().standing.of_day(day).expect("it is kept");
    let (first, second) = (kept(), server.read::<Vec<Value>>("/v1/topics/candidates?day=2024-11-05").await);
    assert!(Arc::ptr_eq(&first, &kept()) && second == again, "nothing changed");
    let late = server.register(&noise("370705", "胜利新村")).await.ticket;
    let more: Vec<Value> = server.read("/v1/topics/candidates?day=2024-11-05").await;
    assert_eq!((&more[0]["now"], &more[0]["draft"]["ticket_count"]), (&json!(13), &json!(12)));
    assert!(more[0]["draft"]["tickets"].as_array().is_some_and(|tickets| tickets.contains(&json!(late))), "{more:?}");
    let thresholds = json!({ "settings": { "hot": { "one_place": 20 } }, "reason": "减少候选" });
    let change = server.post("/v1/topics/thresholds").header("chuishao-actor", HOTLINE).json(&thresholds);
    let answer = Answer::to(change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(server.read::<Vec<Value>>("/v1/topics/candidates?day=2024-11-05").await, Vec::<Value>::new());
    server.finish().await;
}

async fn the_monthly_list_comes_of_registered_tickets(on: Kind) {
    let server = noisy_day(on).await;
    let running: Vec<Value> = server.read("/v1/topics/high-frequency?month=2024-11&volume=1").await;
    assert_eq!(running[0]["counts"]["now"], 1, "a day that is not over is not counted");
    server.move_clock("2024-11-06T08:00").await;
    let usual: Vec<Value> = server.read("/v1/topics/high-frequency?month=2024-11").await;
    assert_eq!(usual, Vec::<Value>::new(), "a city's month has thousands");
    let list: Vec<Value> = server.read("/v1/topics/high-frequency?month=2024-11&volume=2").await;
    assert_eq!(list.len(), 1, "{list:?}");
    // 13 of 14.
    assert_eq!(
        (&list[0]["group"], &list[0]["counts"]["now"], &list[0]["share"]),
        (&json!("0301"), &json!(13), &json!(9286))
    );
    assert_eq!((&list[0]["counts"]["before"], &list[0]["rate"]), (&json!(0), &Value::Null), "no rate without a base");
    assert!(list[0]["name"].as_str().is_some_and(|name| name.contains("噪")), "{list:?}");
    server.move_clock("2024-12-01T09:00").await;
    let december = "/v1/topics/high-frequency?month=2024-12&volume=0";
    assert_eq!(Answer::to(server.get(december)).await.refusal(), (422, "not-begun".into()));
    server.register(&noise("370705", "胜利新村")).await;
    // Beside as many days of the month before: 1 of the 13 had come by the fourth.
    for (day, before) in [("2024-12-05T09:00", 1), ("2024-12-06T09:00", 13), ("2025-01-02T09:00", 13)] {
        server.move_clock(day).await;
        let next: Vec<Value> = server.read(december).await;
        let lines: Vec<_> = next.iter().map(|line| (&line["group"], &line["counts"], &line["rate"])).collect();
        let counts = json!({ "now": 1, "before": before });
        assert_eq!(lines, [(&json!("0301"), &counts, &Value::Null)], "what did not come is on no list");
    }
    server.finish().await;
}

async fn what_cannot_be_read_is_said(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    for path in [
        "/v1/topics?rung=weekly",
        "/v1/topics?state=closed",
        "/v1/topics?after=x",
        "/v1/topics/candidates",
        "/v1/topics/candidates?day=2024-13-01",
        "/v1/topics/high-frequency?month=2024-11-05",
        "/v1/topics/high-frequency?month=2024-1",
        "/v1/topics/%FF",
    ] {
        assert_eq!(Answer::to(server.get(path)).await.refusal(), (400, "bad-request".into()), "{path}");
    }
    for path in ["/v1/topics/YT20241105-001", "/v1/topics/YT20241105-001/timeline"] {
        assert_eq!(Answer::to(server.get(path)).await.refusal(), (404, "not-found".into()), "{path}");
    }
    let named = json!({ "command": "name-units", "units": ["370705-ZJ"] });
    assert_eq!(refused(&server, "YT20241105-001", HOTLINE, named).await, (404, "no-topic".into()));
    let mut proposed = draft("daily-discussion", "虞河花园");
    proposed["command"] = "propose".into();
    assert_eq!(refused(&server, "YT20241105-001", HOTLINE, proposed).await, (404, "no-topic".into()));
    for body in [json!({ "command": "tick" }), json!({ "command": "close" }), json!([])] {
        assert_eq!(refused(&server, "YT20241105-001", HOTLINE, body).await, (400, "bad-body".into()));
    }
    let good = draft("daily-discussion", "虞河花园");
    for actor in ["government-office", "government-office:", "clock:1", "rule:heating-mode", "hotline-office:00 02"] {
        let answer = Answer::to(proposal(&server, actor, &good)).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{actor}");
    }
    assert_eq!(Answer::to(proposal(&server, CALL_TAKER, &good)).await.refusal(), (403, "not-entitled".into()));
    let mut elsewhere = good.clone();
    elsewhere["subject"]["place"] = "虞河花园".repeat(2000).into();
    assert_eq!(Answer::to(proposal(&server, HOTLINE, &elsewhere)).await.refusal(), (422, "text-too-long".into()));
    let mut nominated = good.clone();
    nominated["origin"] = "nomination".into();
    assert_eq!(Answer::to(proposal(&server, HOTLINE, &nominated)).await.refusal(), (422, "origin-not-yours".into()));
    assert_eq!(topics(&server, "").await.len(), 0);
    server.finish().await;
}

async fn a_topic_that_is_not_its_events_is_named(on: Kind) {
    let server = TestServer::start(on, &[], "2024-11-05T09:00").await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        ids.push(propose(&server, &draft("daily-discussion", &format!("示范小区{number}期"))).await);
    }
    let mut raw = Raw::open(server.database()).await;
    for spoil in [
        format!("update topic set document = replace(document, '冬季', '夏季') where id = '{}'", ids[0]),
        format!("update topic set wakes_at = 5 where id = '{}'", ids[1]),
        format!("delete from topic_event where topic_id = '{}'", ids[2]),
        format!("update topic_event set document = '{{' where topic_id = '{}'", ids[3]),
        format!("update topic set executive_meeting_at = 5 where id = '{}'", ids[4]),
    ] {
        assert_eq!(raw.execute(&spoil).await, 1);
    }
    let faults = server.desk().store.verify_topics().await.expect("the database answers");
    assert_eq!(faults.into_iter().map(|id| id.0).collect::<Vec<_>>(), ids[..5]);
    server.finish_spoilt().await;
}
