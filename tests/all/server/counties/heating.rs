//! 供热模式 by the decision of a meeting: off before it, on from its first day, moved by the weather, and
//! the slow ones supervised.

use super::super::databases::{Raw, on_both};
use super::super::harness::{Answer, TestServer};
use super::super::story::{CALL_TAKER, accept};
use super::super::story::{DISPATCHER, dispatch, handled, heating_fields};
use super::{ledger, matter, on};
use chuishao_domain::ids::TicketId;
use chuishao_server::store::Kind;
use chuishao_server::topic_desk::TopicReceipt;
use serde_json::{Value, json};

on_both!(
    the_monthly_discussion_switches_the_season_on,
    a_cluster_becomes_a_topic_and_the_slow_ones_stand_in_the_ledger
);

fn cold(estate: &str) -> Value {
    matter("help", "0104", "暖气不热", json!({ "territory": "370705", "estate": estate }))
}

async fn of_topic(server: &TestServer, id: &str, actor: &str, command: Value) {
    let request = server.post(&format!("/v1/topics/{id}/commands")).header("chuishao-actor", actor).json(&command);
    let answer = Answer::to(request).await;
    assert_eq!(answer.status, 200, "{command}: {answer:?}");
}

/// What a meeting of 5 November decides, as the article tells it.
async fn decide(server: &TestServer) -> String {
    let draft = json!({
        "title": "冬季供热保障", "rung": "monthly-discussion", "origin": "suggested",
        "subject": { "category": "0104", "territory": "WF", "place": "" },
        "units": ["WF-CG", "WF-ZJ"], "ticket_count": 120, "reasons": ["十月供暖诉求 120 件"],
    });
    let proposed = server.post("/v1/topics").header("chuishao-actor", "hotline-office:0002").json(&draft);
    let proposed = Answer::to(proposed).await;
    assert_eq!(proposed.status, 201, "{proposed:?}");
    let id = proposed.read::<TopicReceipt>().topic.0;
    let opinion = json!({ "command": "write-opinion", "words": "供热诉求集中，建议会商" });
    of_topic(server, &id, "department-supervisor:WF-CG", opinion).await;
    let government = "government-office:0001";
    of_topic(server, &id, government, json!({ "command": "put-on-agenda", "on": "2024-11-05" })).await;
    server.move_clock("2024-11-05T15:00").await;
    let discussed = json!({ "command": "record-discussion", "attended": ["WF-CG", "WF-ZJ"], "words": "会商供热" });
    of_topic(server, &id, government, discussed).await;
    let season = json!({ "name": "供热模式", "from": "2024-11-10", "to": "2025-03-31" });
    let measure = json!({ "unit": "WF-CG", "what": "企业入驻受理中心", "due_on": "2024-11-15" });
    let decide =
        json!({ "command": "decide", "words": "优化受理、转办、督办流程", "measures": [measure], "modes": [season] });
    of_topic(server, &id, government, decide).await;
    id
}

/// Article rows 24 and 25.
async fn the_monthly_discussion_switches_the_season_on(kind: Kind) {
    let settings = [
        ("by-meeting-only", json!(true)),
        ("earlier-days", json!(2)),
        ("seats", json!({ "虞河花园": "seat-heat-yuandu" })),
        ("units", json!({ "370705": "370705-CG" })),
    ];
    let server = TestServer::start(kind, &[on("heating-mode", "WF", &settings)], "2024-11-01T09:00").await;
    let asked = async |server: &TestServer| server.register(&cold("虞河花园")).await;
    assert_eq!(asked(&server).await.missing_fields.len(), 0, "nobody decided");
    let topic = decide(&server).await;
    assert_eq!(asked(&server).await.missing_fields.len(), 0, "it begins on the 10th, and two days earlier");
    server.move_clock("2024-11-08T09:00").await;
    let receipt = asked(&server).await;
    assert_eq!(receipt.missing_fields, ["楼栋", "缴费户号", "室温（十分之一摄氏度）", "是否整栋楼都不热"]);
    assert_eq!(receipt.suggested_seat.as_deref(), Some("鸢都热力坐席（示例企业）"));
    let id = receipt.ticket;
    assert!(server.timeline(&id).await.line("附意见，供受理参考").what.contains("现在可以三方连线"));
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    let timeline = server.timeline(&id).await;
    assert!(timeline.shows("建议主办 奎文区城管局") && timeline.shows("提前「办结」时限"), "{timeline:#?}");
    let decisions = server.decisions(&id).await;
    let told = &decisions[0].call.input.as_ref().expect("it was called").modes;
    assert_eq!((told.len(), told[0].topic.as_str()), (1, topic.as_str()), "the decision is on record with the call");
    // A mode that is not what its topic says is named.
    let mut raw = Raw::open(server.database()).await;
    raw.execute("update topic_mode set last_day = '2026-03-31'").await;
    assert_eq!(server.desk().store.verify_topics().await.expect("the database answers").len(), 1);
    raw.execute("update topic_mode set last_day = '2025-03-31'").await;
    server.finish().await;
}

/// Article rows 6, 23 and 25.
async fn a_cluster_becomes_a_topic_and_the_slow_ones_stand_in_the_ledger(kind: Kind) {
    let settings = [("cluster-calls", json!(3)), ("companies", json!({ "虞河花园": "鸢都热力（示例企业）" }))];
    let server = TestServer::start(kind, &[on("heating-mode", "WF", &settings)], "2024-11-06T09:00").await;
    let mut ids: Vec<TicketId> = Vec::new();
    for building in ["1号楼", "2号楼", "3号楼"] {
        let id = server.register(&cold("虞河花园")).await.ticket;
        server.act(&id, CALL_TAKER, heating_fields(building, "0536-88-1024", false)).await;
        server.act(&id, CALL_TAKER, accept()).await;
        server.act(&id, DISPATCHER, dispatch("370705-CG")).await;
        ids.push(id);
    }
    assert!(server.timeline(&ids[2]).await.shows("提名每日一议议题：虞河花园供暖集中反映"));
    assert!(!server.timeline(&ids[1]).await.shows("提名"));
    server.move_clock("2024-11-07T12:00").await;
    let lines = ledger(&server, "370705").await;
    assert_eq!(lines.len(), 3, "all are overdue: {lines:?}");
    assert!(lines[0]["title"].as_str().is_some_and(|title| title.starts_with("鸢都热力（示例企业），虞河花园")));
    handled(&server, &ids[0], "370705-CG", true).await;
    let settled = ledger(&server, "370705").await.iter().filter(|line| line.get("settled").is_some()).count();
    assert_eq!(settled, 1, "closed out, and settled with it");
    server.finish().await;
}
