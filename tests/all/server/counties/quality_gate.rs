//! 县级质量关: sent back once with what is missing; the second time a person decides.

use crate::server::components::{plugin, rule};
use crate::server::databases::on_both;
use crate::server::harness::TestServer;
use crate::server::story::{REVIEWER, dispatched, matter, review};
use chuishao_server::store::Kind;
use serde_json::json;

on_both!(what_is_missing_is_sent_back_once);

async fn what_is_missing_is_sent_back_once(on: Kind) {
    let server = TestServer::start(on, &[rule(&plugin("quality-gate"), "370705")], "2024-09-02T09:00").await;
    let id = dispatched(&server, &matter("help", "0702", "370705", "胜利新村"), "370705-JT").await;
    assert!(server.timeline(&id).await.shows("反馈时附现场照片，不少于 1 张"));
    let report = |contacted: bool, result: &str, evidence: u16| json!({ "command": "report-back", "contacted": contacted, "solved": true, "result": result, "evidence_count": evidence });
    let clerk = "unit-clerk:370705-JT";
    server.act(&id, clerk, report(false, "情况属实，已处理。", 0)).await;
    assert_eq!(server.ticket(&id).await["state"], "handling", "it is the unit's again");
    let timeline = server.timeline(&id).await;
    let sent_back = timeline.line("退回补充");
    for words in ["没有联系来电人", "应有现场照片不少于 1 张", "答复除去套话只有 0 个字"] {
        assert!(sent_back.what.contains(words), "{words}: {sent_back:?}");
    }
    assert_eq!(sent_back.who, "规则「县级质量关」0.1.0");
    let full = "9月3日上午已将坑洼处铣刨，重新铺设沥青，路面恢复平整。";
    server.act(&id, clerk, report(true, full, 0)).await;
    assert_eq!(server.ticket(&id).await["state"], "in-review", "it is not sent back twice");
    let opinion = server.timeline(&id).await;
    assert!(opinion.shows("退回补充后仍缺：附件 0 个，应有现场照片不少于 1 张"), "{opinion:#?}");
    server.act(&id, REVIEWER, review()).await;
    assert_eq!(server.ticket(&id).await["state"], "awaiting-follow-up", "a person decided");
    server.finish().await;
}
