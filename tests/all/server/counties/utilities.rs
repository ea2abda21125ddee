//! 水电气暖突发故障: filed elsewhere and urgent all the same, reminded of within the two hours.

use super::super::databases::on_both;
use super::super::harness::TestServer;
use super::{dispatched, matter, on};
use chuishao_server::store::Kind;
use serde_json::json;

on_both!(a_burst_pipe_filed_elsewhere_is_grasped_in_two_hours);

/// Article rows 50 and 51.
async fn a_burst_pipe_filed_elsewhere_is_grasped_in_two_hours(kind: Kind) {
    let settings = [("copies", json!({ "370705": "370705-YJ" })), ("critical-calls", json!(3))];
    let server = TestServer::start(kind, &[on("utilities-emergency", "WF", &settings)], "2024-10-15T20:00").await;
    let water = || matter("help", "1101", "整栋停水", json!({ "territory": "370705", "street": "东关街道" }));
    let silent = dispatched(&server, &water(), "370705-SL").await;
    let timeline = server.timeline(&silent).await;
    assert!(timeline.line("设定「掌握情况」时限").what.contains("2024-10-15 22:00"), "two hours by the clock");
    assert!(timeline.shows("增加抄送 奎文区应急局"), "{timeline:#?}");
    let quick = dispatched(&server, &water(), "370705-SL").await;
    let grasp = json!({ "command": "record-grasp", "words": "已关阀抢修" });
    server.act(&quick, "unit-clerk:370705-SL", grasp).await;
    server.move_clock("2024-10-15T21:30").await;
    assert!(server.timeline(&silent).await.shows("两小时时限将到"));
    assert!(!server.timeline(&quick).await.shows("两小时时限将到"), "who has reported is left alone");
    let third = dispatched(&server, &water(), "370705-SL").await;
    assert_eq!(server.ticket(&third).await["urgency"], "critical");
    server.finish().await;
}
