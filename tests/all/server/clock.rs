//! The clock as an actor: warnings and overdue marks come once, at their own moments, also
//! over a restart; a year without a holiday notice is said on the ticket.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::{TestServer, Timeline, at, eventually};
use super::story::{
    CALL_TAKER, REVIEWER, accept, burst_main, cold_room, dispatched, handled, heating_fields, road_in_anqiu,
};
use chuishao_domain::rule::value::Value as Setting;
use chuishao_server::store::Kind;
use jiff::Timestamp;
use serde_json::json;

on_both!(
    each_warning_comes_once_at_its_own_moment,
    an_urgent_matter_is_to_be_grasped_within_two_hours,
    several_tickets_are_warned_of_in_the_order_of_their_moments,
    what_is_done_in_time_is_not_warned_of,
    a_restart_neither_loses_nor_repeats_a_warning,
    a_deadline_in_a_year_without_notice_waits_for_the_calendar,
    the_year_without_notice_itself_is_worked_in,
    an_urgent_matter_has_one_working_day_also_without_a_notice,
    an_extension_is_kept_also_without_a_notice,
    a_call_that_nobody_accepts_is_said_once
);

/// What the clock did to a ticket, and when.
fn ticks(timeline: &Timeline) -> Vec<(Timestamp, &str)> {
    let by_clock = timeline.0.iter().filter(|line| line.who == "系统时钟");
    by_clock.map(|line| (line.at, line.what.as_str())).collect()
}

/// An ordinary matter of Tuesday 2024-06-25, 09:10.
fn ticks_of_the_road() -> [(Timestamp, &'static str); 8] {
    [
        (at("2024-06-26T08:30"), "预警：「联系来电人」时限将到"),
        (at("2024-06-26T17:30"), "超期：「联系来电人」时限已过"),
        (at("2024-06-26T17:30"), "超期：安丘市住建局 未按时签收"),
        (at("2024-06-26T17:30"), "超期：市住建局 未按时签收抄送"),
        (at("2024-07-01T17:30"), "预警：「办结」时限将到"),
        (at("2024-07-02T17:30"), "超期：「办结」时限已过"),
        (at("2024-07-03T08:30"), "红牌：「办结」时限已过一个工作日仍未完成"),
        (at("2024-07-03T08:30"), "督办 1（红牌督办）安丘市住建局：「办结」时限已过，请立即办理并说明原因"),
    ]
}

async fn each_warning_comes_once_at_its_own_moment(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.move_clock("2024-06-26T08:29").await;
    assert_eq!(ticks(&server.timeline(&id).await), []);
    server.move_clock("2024-06-26T08:30").await;
    assert_eq!(ticks(&server.timeline(&id).await), ticks_of_the_road()[..1]);
    // In one move over all the others.
    server.move_clock("2024-07-05T09:00").await;
    assert_eq!(ticks(&server.timeline(&id).await), ticks_of_the_road());
    server.move_clock("2024-08-05T09:00").await;
    assert_eq!(ticks(&server.timeline(&id).await), ticks_of_the_road(), "once only");
    server.finish().await;
}

/// By the clock and not by working hours: it is night.
async fn an_urgent_matter_is_to_be_grasped_within_two_hours(on: Kind) {
    let server = TestServer::start(on, &[], "2025-07-18T23:40").await;
    let id = dispatched(&server, &burst_main(), "370702-SL").await;
    server.move_clock("2025-07-19T03:00").await;
    let expected = [
        (at("2025-07-19T01:10"), "预警：「掌握情况」时限将到"),
        (at("2025-07-19T01:40"), "超期：「掌握情况」时限已过"),
    ];
    assert_eq!(ticks(&server.timeline(&id).await), expected);
    server.finish().await;
}

async fn several_tickets_are_warned_of_in_the_order_of_their_moments(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(dispatched(&server, &road_in_anqiu(), "370784-ZJ").await);
    }
    let urgent = dispatched(&server, &burst_main(), "370702-SL").await;
    server.move_clock("2024-07-05T09:00").await;
    for id in &ids {
        assert_eq!(ticks(&server.timeline(id).await), ticks_of_the_road());
    }
    assert_eq!(ticks(&server.timeline(&urgent).await)[0].0, at("2024-06-25T10:40"));
    server.finish().await;
}

async fn what_is_done_in_time_is_not_warned_of(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    handled(&server, &id, "370784-ZJ", true).await;
    server.move_clock("2024-08-05T09:00").await;
    // Nothing but the archive, seven days after the end.
    assert_eq!(ticks(&server.timeline(&id).await), [(at("2024-07-02T09:10"), "归档，督导结束")]);
    server.finish().await;
}

async fn a_restart_neither_loses_nor_repeats_a_warning(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    server.move_clock("2024-06-26T09:00").await;
    // The server sleeps over the moment at which the contact and the signatures are overdue,
    // and says so when it wakes.
    let server = server.restart("2024-06-27T08:00").await;
    eventually("the overdue mark", async || server.timeline(&id).await.shows("超期：「联系来电人」")).await;
    server.move_clock("2024-07-05T09:00").await;
    let mut expected = ticks_of_the_road();
    for overdue in &mut expected[1..4] {
        overdue.0 = at("2024-06-27T08:00");
    }
    assert_eq!(ticks(&server.timeline(&id).await), expected);

    let server = server.restart("2024-07-05T09:01").await;
    // Moving the clock makes the server look at every ticket before it answers.
    server.move_clock("2024-07-05T09:02").await;
    assert_eq!(ticks(&server.timeline(&id).await), expected, "nothing is repeated");
    server.finish().await;
}

/// 2027 has no holiday notice yet: the ticket is taken, and says what it waits for.
async fn a_deadline_in_a_year_without_notice_waits_for_the_calendar(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let waits = "设定「办结」时限：待定（缺 2027 年放假安排，录入后自动计算）";
    assert!(server.timeline(&id).await.shows(waits));
    assert!(server.timeline(&id).await.line("设定「联系来电人」时限").what.contains("2026-12-31 17:30"));
    let ticket = server.ticket(&id).await;
    let close = ticket["deadlines"].as_array().and_then(|all| all.iter().find(|one| one["kind"] == "close"));
    assert_eq!(close.expect("it is set")["due"]["awaiting-calendar"], 2027);

    let before = server.timeline(&id).await;
    let server = server.restart("2026-12-30T10:00").await;
    server.move_clock("2026-12-30T10:01").await;
    assert_eq!(server.timeline(&id).await, before, "without a notice nothing changes");
    handled(&server, &id, "370784-ZJ", true).await;
    assert_eq!(server.ticket(&id).await["state"], "closed-out");
    server.finish().await;
}

/// Within the year that nobody knows, tickets are still taken, accepted and handled.
async fn the_year_without_notice_itself_is_worked_in(on: Kind) {
    let server = TestServer::start(on, &[], "2027-01-05T09:00").await;
    let ordinary = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    assert_eq!(server.timeline(&ordinary).await.lines("缺 2027 年放假安排").len(), 2);
    let urgent = dispatched(&server, &burst_main(), "370702-SL").await;
    let timeline = server.timeline(&urgent).await;
    assert!(timeline.line("设定「掌握情况」时限").what.contains("2027-01-05 11:00"), "two hours need no calendar");
    server.finish().await;
}

/// A matter that becomes urgent while both its old and its new deadline wait for the calendar
/// has the shorter one.
async fn an_urgent_matter_has_one_working_day_also_without_a_notice(on: Kind) {
    let mut heating = rule(&components().heating, "WF");
    heating.settings.insert("season-start".into(), Setting::Text("2026-11-05".into()));
    heating.settings.insert("season-end".into(), Setting::Text("2027-03-31".into()));
    let server = TestServer::start(on, &[heating], "2026-12-31T10:00").await;
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", true)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    let ticket = server.ticket(&id).await;
    assert_eq!(ticket["urgency"], "urgent");
    let close = ticket["deadlines"].as_array().and_then(|all| all.iter().find(|one| one["kind"] == "close"));
    assert_eq!(close.expect("it is set")["limit"], json!({ "working-days": 1 }));
    server.finish().await;
}

/// An extension that a person grants is not lost because the deadline waits for the calendar.
async fn an_extension_is_kept_also_without_a_notice(on: Kind) {
    let server = TestServer::start(on, &[], "2026-12-30T09:00").await;
    let id = dispatched(&server, &road_in_anqiu(), "370784-ZJ").await;
    let asked = json!({ "command": "ask-extension", "working_days": 10, "reason": "等待沥青到货" });
    server.act(&id, "unit-clerk:370784-ZJ", asked).await;
    let granted = json!({ "command": "rule-extension", "approved": true, "opinion": "情况属实" });
    server.act(&id, REVIEWER, granted).await;
    assert!(server.timeline(&id).await.shows("经批准延期"), "{:#?}", server.timeline(&id).await);
    server.finish().await;
}

/// A call that dropped before anybody accepted it is not forgotten: the city's office is told,
/// once.
async fn a_call_that_nobody_accepts_is_said_once(on: Kind) {
    let server = TestServer::start(on, &[], "2024-06-25T09:10").await;
    let id = server.register(&road_in_anqiu()).await.ticket;
    server.move_clock("2024-06-25T10:09").await;
    assert!(!server.timeline(&id).await.shows("仍未受理"));
    server.move_clock("2024-06-27T09:00").await;
    let timeline = server.timeline(&id).await;
    assert_eq!(timeline.lines("仍未受理").len(), 1);
    assert_eq!(timeline.line("仍未受理").at, at("2024-06-25T10:10"));
    server.finish().await;
}
