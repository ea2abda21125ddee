//! 分级答复: what was promised is a deadline, and a promise that passes is told to the unit.

use crate::server::components::{plugin, rule};
use crate::server::databases::{Raw, on_both};
use crate::server::harness::TestServer;
use crate::server::story::{dispatched, matter, report_back};
use chuishao_server::store::Kind;

on_both!(a_promise_is_kept_or_told);

async fn a_promise_is_kept_or_told(on: Kind) {
    let server = TestServer::start(on, &[rule(&plugin("answer-ladder"), "370705")], "2024-09-02T09:00").await;
    let kept = dispatched(&server, &matter("help", "0604", "370705", "胜利新村"), "370705-CG").await;
    let broken = dispatched(&server, &matter("help", "0604", "370705", "胜利新村"), "370705-CG").await;
    let timeline = server.timeline(&kept).await;
    assert!(timeline.shows("answer-ladder/承诺24小时"), "{timeline:#?}");
    assert!(timeline.line("提前「办结」时限").what.contains("2024-09-03 09:00"), "{timeline:#?}");
    server.move_clock("2024-09-03T08:00").await;
    server.act(&kept, "unit-clerk:370705-CG", report_back("已更换灯头")).await;
    server.move_clock("2024-09-03T09:30").await;
    let (kept, broken) = (server.timeline(&kept).await, server.timeline(&broken).await);
    assert!(kept.shows("answer-ladder/承诺兑现") && !kept.shows("承诺未兑现"), "{kept:#?}");
    assert!(broken.shows("answer-ladder/承诺未兑现"), "{broken:#?}");
    assert!(broken.shows("已过对外承诺的 24小时"), "{broken:#?}");
    let mut raw = Raw::open(server.database()).await;
    let told = "select count(*) from outbox where topic = 'notice' and to_unit = '370705-CG'";
    assert_eq!(raw.number(told).await, 1);
    server.finish().await;
}
