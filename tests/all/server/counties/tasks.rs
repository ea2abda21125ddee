//! Rules that make tasks: 一把手现场调处, 整治任务, 普查, 源头治理.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer};
use super::super::story::handled;
use super::{dispatched, ledger, matter, on};
use chuishao_server::store::Kind;
use serde_json::{Value, json};

on_both!(
    the_leader_mediates_on_site_and_leaves_a_record,
    a_prominent_problem_is_rectified_until_it_is_accepted,
    after_a_road_its_whole_programme_is_surveyed,
    what_keeps_coming_back_is_mended_at_its_source
);

fn finish(number: u16, record: &Value) -> Value {
    json!({ "command": "finish-task", "number": number, "result": "已完成", "record": record })
}

/// Article row 41, in both districts: one component, each with its own threshold.
async fn the_leader_mediates_on_site_and_leaves_a_record(kind: Kind) {
    let name = "kuiwen-onsite-mediation";
    let fangzi = on(name, "370704", &[("same-complaints", json!(2)), ("look-back-days", json!(0))]);
    let server = TestServer::start(kind, &[on(name, "370705", &[]), fangzi], "2024-09-02T09:00").await;
    let noise = |territory: &str| {
        matter("complaint", "0301", "夜间噪声", json!({ "territory": territory, "estate": "胜利新村" }))
    };
    let mut tasks = Vec::new();
    for (territory, unit) in [("370705", "370705-GA"), ("370704", "370704-GA")] {
        for _ in 0..2 {
            let id = dispatched(&server, &noise(territory), unit).await;
            tasks.push(server.timeline(&id).await.shows("「现场调处」"));
        }
    }
    assert_eq!(tasks, [false, false, false, true], "two are enough in 坊子区 alone");
    let id = dispatched(&server, &noise("370705"), "370705-GA").await;
    let timeline = server.timeline(&id).await;
    let record = "任务 1 完成时须记录：参加调处的单位和岗位、调处地点、调处经过、各方约定";
    assert_eq!(timeline.line("完成时须记录").what, record);
    let clerk = "unit-clerk:370705-GA";
    let bare = Answer::to(server.command(&id, clerk, &finish(1, &json!({ "mediation-place": "调解室" })))).await;
    assert_eq!(bare.refusal(), (422, "record-missing".into()));
    let other = Answer::to(server.command(&id, clerk, &finish(1, &json!({ "mood": "好" })))).await;
    assert_eq!(other.refusal(), (422, "unknown-field".into()));
    let all = json!({
        "mediation-participants": "分局主要负责人、社区书记", "mediation-place": "社区调解室",
        "mediation-course": "现场听取双方意见", "mediation-outcome": "22 时后不放音响",
    });
    server.act(&id, clerk, finish(1, &all)).await;
    let timeline = server.timeline(&id).await;
    let done = &timeline.line("任务 1 完成：").what;
    assert!(done.contains("调处地点：社区调解室；调处经过：现场听取双方意见"), "{done}");
    server.move_clock("2024-09-06T09:00").await;
    let timeline = server.timeline(&id).await;
    assert!(timeline.line("通知 奎文区公安局").what.ends_with("22 时后不放音响"), "{timeline:#?}");
    server.finish().await;
}

/// Article row 43.
async fn a_prominent_problem_is_rectified_until_it_is_accepted(kind: Kind) {
    let server =
        TestServer::start(kind, &[on("changle-rectification", "370725", &[("every", json!(3))])], "2024-10-14T09:00")
            .await;
    let stalls = matter("complaint", "0602", "流动摊贩", json!({ "territory": "370725", "street": "宝都街道" }));
    for _ in 0..2 {
        let id = dispatched(&server, &stalls, "370725-CG").await;
        assert!(!server.timeline(&id).await.shows("整治"));
    }
    let id = dispatched(&server, &stalls, "370725-CG").await;
    assert!(server.timeline(&id).await.line("「整治任务」").what.contains("昌乐县城管局分管领导"));
    let lines = ledger(&server, "370725").await;
    assert_eq!(lines[0]["ledger"], "changle-rectification/整治任务台账");
    assert!(lines[0].get("settled").is_none(), "{lines:?}");
    let record = |passed: bool| json!({ "rectification-measures": "定点值守", "acceptance-by": "县政府督查科", "acceptance-passed": passed });
    server.act(&id, "unit-clerk:370725-CG", finish(1, &record(false))).await;
    assert!(server.timeline(&id).await.shows("继续整治"), "not accepted");
    handled(&server, &id, "370725-CG", true).await;
    server.act(&id, "unit-clerk:370725-CG", finish(2, &record(true))).await;
    let lines = ledger(&server, "370725").await;
    assert_eq!(lines.len(), 1, "it stays in the ledger");
    assert_eq!(lines[0]["settled"]["words"], "通过验收：县政府督查科", "after the ticket was closed");
    server.finish().await;
}

/// Article rows 19 and 22.
async fn after_a_road_its_whole_programme_is_surveyed(kind: Kind) {
    let programmes =
        json!({ "汶水小区": "2022 年老旧小区改造", "书香苑": "2022 年老旧小区改造", "永安里": "2021 年改造" });
    let survey = on("anqiu-survey", "370784", &[("programmes", programmes)]);
    let server = TestServer::start(kind, &[survey], "2024-06-25T09:00").await;
    let road = |estate: &str| matter("help", "0201", "路面破损", json!({ "territory": "370784", "estate": estate }));
    for (estate, surveyed) in [("汶水小区", true), ("永安里", false), ("汶水小区", false)] {
        let id = dispatched(&server, &road(estate), "370784-ZJ").await;
        handled(&server, &id, "370784-ZJ", true).await;
        assert_eq!(server.timeline(&id).await.shows("「普查」"), surveyed, "{estate}");
        if surveyed {
            assert!(server.timeline(&id).await.line("「普查」").what.contains("1 个小区"));
            let found = json!({ "estates-checked": 1, "problems-found": 2, "survey-summary": "两处沉降" });
            server.act(&id, "unit-clerk:370784-ZJ", finish(1, &found)).await;
        }
    }
    let lines = ledger(&server, "370784").await;
    assert_eq!(lines[0]["title"], "2022 年老旧小区改造：城乡建设/老旧小区改造，查 1 个小区，发现 2 处");
    assert_eq!(server.tickets("/v1/tickets").await.len(), 3, "nothing in a citizen's name");
    server.finish().await;
}

/// Article row 18.
async fn what_keeps_coming_back_is_mended_at_its_source(kind: Kind) {
    let server =
        TestServer::start(kind, &[on("source-governance", "WF", &[("every", json!(2))])], "2024-09-02T09:00").await;
    let sewage = matter("complaint", "0605", "污水外溢", json!({ "territory": "370705", "estate": "胜利新村" }));
    let first = dispatched(&server, &sewage, "370705-CG").await;
    let second = dispatched(&server, &sewage, "370705-CG").await;
    for id in [&first, &second] {
        handled(&server, id, "370705-CG", true).await;
    }
    assert!(!server.timeline(&first).await.shows("源头治理"));
    assert!(server.timeline(&second).await.line("「整治任务」").what.contains("源头治理：胜利新村"));
    let record = json!({ "root-cause": "管径不足", "source-measures": "更换主管道", "households": 260 });
    server.act(&second, "unit-clerk:370705-CG", finish(1, &record)).await;
    assert_eq!(ledger(&server, "370705").await[0]["settled"]["words"], "已治理，惠及 260 户");
    server.finish().await;
}
