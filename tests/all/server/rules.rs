//! The rules of the articles at work on the server, where they act and where they do not;
//! rules that misbehave; rules that cannot be loaded.

use super::components::{components, rule};
use super::databases::on_both;
use super::harness::{Answer, TestServer, at};
use super::story::{CALL_TAKER, accept, cold_room, dispatched, handled, heating_fields, matter, noise};
use chuishao_domain::ids::TicketId;
use chuishao_domain::rule::kinds::EventKind;
use chuishao_domain::rule::record::Answer::{Failed, Proposals};
use chuishao_domain::rule::record::CallFailure;
use chuishao_domain::rule::value::Value as Setting;
use chuishao_server::store::Kind;
use chuishao_server::timeline::LineKind;
use chuishao_tests::Rule;
use serde_json::json;
use std::collections::BTreeMap;

on_both!(
    in_winter_a_cold_room_is_asked_about_and_hastened,
    in_june_the_same_call_is_like_any_other,
    a_whole_building_is_urgent_when_the_caller_says_so,
    a_whole_building_is_urgent_when_three_call_in_a_day,
    the_same_name_in_another_county_is_another_building,
    two_bad_follow_ups_bring_the_leader_in_kuiwen_alone,
    the_third_complaint_of_an_estate_in_a_week_brings_the_leader,
    rules_that_misbehave_are_seen_and_do_no_harm,
    a_decision_carries_all_that_made_it
);

const MEDIATION: &str = "「现场调处」";

fn heating() -> Rule {
    let seats = BTreeMap::from([("虞河花园".to_owned(), "seat-heat-yuandu".to_owned())]);
    let mut entry = rule(&components().heating, "WF");
    entry.settings.insert("seats".into(), Setting::Table(seats));
    entry
}

/// A cold room in a building, registered, filled in and accepted.
async fn cold_in(server: &TestServer, building: &str, whole_building: bool) -> TicketId {
    let id = server.register(&cold_room()).await.ticket;
    server.act(&id, CALL_TAKER, heating_fields(building, "0536-88-1024", whole_building)).await;
    server.act(&id, CALL_TAKER, accept()).await;
    id
}

async fn in_winter_a_cold_room_is_asked_about_and_hastened(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2024-11-06T09:00").await;
    let registered = server.register(&cold_room()).await;
    let asked = ["楼栋", "缴费户号", "室温（十分之一摄氏度）", "是否整栋楼都不热"];
    assert_eq!(registered.missing_fields, asked, "the estate is known already");
    assert_eq!(registered.suggested_seat.as_deref(), Some("鸢都热力坐席（示例企业）"));
    let id = registered.ticket;
    let early = Answer::to(server.command(&id, CALL_TAKER, &accept())).await;
    assert_eq!(early.refusal(), (422, "fields-missing".into()));
    server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
    server.act(&id, CALL_TAKER, accept()).await;

    let timeline = server.timeline(&id).await;
    let tightened = timeline.line("提前「办结」时限");
    // Eight working hours from 09:00: three to noon, four in the afternoon, one of the next day.
    assert!(tightened.what.contains("2024-11-07 09:30"), "{tightened:?}");
    assert_eq!(tightened.who, "规则「供热模式」0.2.0");
    assert_eq!(tightened.why.as_deref(), Some("供热模式：供暖诉求 8 个工作小时内办结"));
    assert_eq!(server.ticket(&id).await["urgency"], "ordinary");
    server.finish().await;
}

async fn in_june_the_same_call_is_like_any_other(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2025-06-10T09:00").await;
    let registered = server.register(&cold_room()).await;
    assert_eq!((registered.missing_fields.len(), registered.suggested_seat), (0, None));
    server.act(&registered.ticket, CALL_TAKER, accept()).await;
    let timeline = server.timeline(&registered.ticket).await;
    assert!(timeline.0.iter().all(|line| line.why.is_none() && !line.who.contains("规则")), "{timeline:#?}");
    let decisions = server.decisions(&registered.ticket).await;
    assert_eq!(decisions.len(), 2, "it was asked, and had nothing to say");
    assert!(decisions.iter().all(|decision| decision.call.answer == Proposals(vec![])));
    server.finish().await;
}

async fn a_whole_building_is_urgent_when_the_caller_says_so(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2024-12-20T21:30").await;
    let id = cold_in(&server, "2号楼", true).await;
    assert_eq!(server.ticket(&id).await["urgency"], "urgent");
    let timeline = server.timeline(&id).await;
    assert!(timeline.line("紧急程度提高为「紧急」").why.as_deref().is_some_and(|why| why.contains("整栋楼不热")));
    assert!(timeline.line("设定「掌握情况」时限").what.contains("2024-12-20 23:30"));
    server.finish().await;
}

async fn a_whole_building_is_urgent_when_three_call_in_a_day(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2025-01-07T09:00").await;
    let mut calls = vec![cold_in(&server, "8号楼", false).await];
    // A day and a minute later: the first no longer counts. Nor does another building.
    for (moment, building) in [
        ("2025-01-08T09:01", "8号楼"),
        ("2025-01-08T09:30", "9号楼"),
        ("2025-01-08T10:00", "8号楼"),
        ("2025-01-08T11:00", "8号楼"),
    ] {
        server.move_clock(moment).await;
        calls.push(cold_in(&server, building, false).await);
    }
    let mut urgencies = Vec::new();
    for id in &calls {
        urgencies.push(server.ticket(id).await["urgency"].clone());
    }
    assert_eq!(urgencies, ["ordinary", "ordinary", "ordinary", "ordinary", "urgent"]);
    let timeline = server.timeline(&calls[4]).await;
    let why = timeline.line("紧急程度提高").why.clone();
    assert_eq!(why.as_deref(), Some("供热模式：一天内同一楼栋已有 3 件，按突发故障办理"));
    server.finish().await;
}

/// 虞河花园 of three counties: three buildings, each with one cold room.
async fn the_same_name_in_another_county_is_another_building(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2025-01-07T09:00").await;
    for territory in ["370702", "370703", "370705"] {
        let id = server.register(&matter("help", "0104", territory, "虞河花园")).await.ticket;
        server.act(&id, CALL_TAKER, heating_fields("8号楼", "0536-88-1024", false)).await;
        server.act(&id, CALL_TAKER, accept()).await;
        assert_eq!(server.ticket(&id).await["urgency"], "ordinary", "{territory}");
    }
    server.finish().await;
}

async fn two_bad_follow_ups_bring_the_leader_in_kuiwen_alone(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().mediation, "370705")], "2024-09-02T09:00").await;
    let kuiwen = dispatched(&server, &noise("370705", "胜利新村"), "370705-GA").await;
    let weicheng = dispatched(&server, &noise("370702", "胜利新村"), "370702-GA").await;
    for (id, unit) in [(&kuiwen, "370705-GA"), (&weicheng, "370702-GA")] {
        handled(&server, id, unit, false).await;
        assert!(!server.timeline(id).await.shows(MEDIATION), "once is not enough");
        handled(&server, id, unit, false).await;
    }
    let task = server.timeline(&kuiwen).await;
    let task = task.line(MEDIATION);
    assert!(task.what.contains("奎文区公安局主要负责人"), "{task:?}");
    assert_eq!(task.why.as_deref(), Some("第 2 次回访未解决或不满意，启动一把手现场调处"));
    assert!(!server.timeline(&weicheng).await.shows("调处"));
    assert_eq!(server.decisions(&weicheng).await, [], "it is not even asked");

    let record = json!({
        "mediation-participants": "分局主要负责人、社区书记", "mediation-place": "社区调解室",
        "mediation-course": "面对面沟通", "mediation-outcome": "22 时后不放音响",
    });
    let done = json!({ "command": "finish-task", "number": 1, "result": "双方约定 22 时后不放音响", "record": record });
    server.act(&kuiwen, "unit-clerk:370705-GA", done).await;
    handled(&server, &kuiwen, "370705-GA", true).await;
    assert_eq!(server.ticket(&kuiwen).await["state"], "closed-out");
    server.finish().await;
}

async fn the_third_complaint_of_an_estate_in_a_week_brings_the_leader(on: Kind) {
    let server = TestServer::start(on, &[rule(&components().mediation, "370705")], "2024-09-02T09:00").await;
    let estate = "胜利新村";
    // None of these counts: too old, of another county, estate or category, or no complaint.
    dispatched(&server, &noise("370705", estate), "370705-GA").await;
    server.move_clock("2024-09-09T09:30").await;
    dispatched(&server, &noise("370702", estate), "370702-GA").await;
    dispatched(&server, &noise("370702", estate), "370702-GA").await;
    dispatched(&server, &noise("370705", "别的小区"), "370705-GA").await;
    dispatched(&server, &matter("complaint", "0303", "370705", estate), "370705-HJ").await;
    dispatched(&server, &matter("help", "0301", "370705", estate), "370705-GA").await;
    for number in 1..=3 {
        let id = dispatched(&server, &noise("370705", estate), "370705-GA").await;
        let timeline = server.timeline(&id).await;
        assert_eq!(timeline.shows(MEDIATION), number == 3, "complaint {number}");
        if number == 3 {
            let why = timeline.line(MEDIATION).why.clone();
            assert_eq!(why.as_deref(), Some("胜利新村7 天内同类投诉已有 3 件，启动一把手现场调处"));
        }
    }
    server.finish().await;
}

/// What a rule cannot spoil: the ticket, the next ticket, the other rule.
async fn rules_that_misbehave_are_seen_and_do_no_harm(on: Kind) {
    let endless = Rule { priority: 1, ..rule(&components().endless_loop, "370703") };
    let server = TestServer::start(on, &[endless, rule(&components().overreach, "370703")], "2025-08-04T09:00").await;
    for _ in 0..2 {
        let id = dispatched(&server, &matter("complaint", "0601", "370703", "北海花园"), "370703-CG").await;
        let timeline = server.timeline(&id).await;
        assert_eq!(timeline.line("算力预算").kind, LineKind::Failed);
        assert_eq!(timeline.line("算力预算").who, "规则「死循环示例」0.1.0");
        for (rail, wish) in [
            ("护栏 G1：", "想把办结时限推迟到 20 个工作日"),
            ("护栏 G3：", "想派给安丘市住建局"),
            ("护栏 G9：", "想把紧急程度降为一般"),
        ] {
            assert_eq!(timeline.line(rail).kind, LineKind::Refused);
            assert_eq!(timeline.line(rail).why.as_deref(), Some(wish));
        }
        assert!(timeline.shows("加标签「overreach/需关注」"), "its one proper wish is heard");
        assert!(timeline.shows("双向联办"), "the ticket goes on");
        let answers: Vec<_> = server.decisions(&id).await.into_iter().map(|decision| decision.call.answer).collect();
        assert!(matches!(&answers[..], [Failed(CallFailure::OutOfFuel), Proposals(four)] if four.len() == 4));
    }
    server.finish().await;
}

async fn a_decision_carries_all_that_made_it(on: Kind) {
    let server = TestServer::start(on, &[heating()], "2024-11-06T09:00").await;
    let id = cold_in(&server, "8号楼", false).await;
    let decisions = server.decisions(&id).await;
    let kinds: Vec<_> = decisions.iter().map(|decision| decision.call.event_kind).collect();
    assert_eq!(kinds, [EventKind::Registered, EventKind::FilledIn, EventKind::Accepted]);
    let bytes = std::fs::read(&components().heating).expect("the component");
    for decision in &decisions {
        assert_eq!(decision.edition.rule, "heating-mode");
        assert_eq!(
            (decision.edition.version.to_string(), decision.edition.interface.to_string()),
            ("0.2.0".into(), "2.1.0".into())
        );
        assert_eq!(decision.edition.component_digest, chuishao_domain::digest::digest(&bytes));
        assert_eq!(decision.edition.engine_digest.len(), 64);
        assert!(decision.call.fuel > 0 && decision.call.memory_bytes > 0);
        let input = decision.call.input.as_ref().expect("it was called");
        let settings = &decision.edition.settings;
        assert_eq!(settings.len(), 12, "those given and the defaults: {settings:?}");
        assert_eq!(input.now.at, at("2024-11-06T09:00"));
        assert_eq!(input.ticket.id, id.as_str());
    }
    let Proposals(asked) = &decisions[0].call.answer else { panic!("it answered: {decisions:?}") };
    assert_eq!(asked.len(), 7, "five fields, a seat and a word to the call taker");
    server.finish().await;
}
